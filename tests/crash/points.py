"""Write points: every call that changes a folder or the database, counted, named and stopped at.

Nothing of the package is changed for it: in a child process the system calls of `os` and the
statements of SQLite are wrapped.
"""

from __future__ import annotations

import errno
import functools
import os
import signal
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

How = Literal["before", "after", "full once", "full", "broken once", "broken"]
KILLS: tuple[How, ...] = ("before", "after")
FAULTS: tuple[How, ...] = ("full once", "full", "broken once", "broken")

_CALLS = ("fsync", "rename", "replace", "unlink", "remove", "mkdir", "rmdir", "link", "open")


@dataclass
class Points:
    """Counts the write points of this process, and stops it or fails at one.

    Attributes
    ----------
    stop : number of the point, from 0; None: only count.
    how : kill the process before or after it, or let it fail ("full": no space left, "broken": an
        error of the device), once or from then on.
    names : of all points passed.
    """

    stop: int | None = None
    how: How = "before"
    names: list[str] = field(default_factory=list)

    def wrap(self) -> None:
        """Wrap the calls of this process, for good."""
        for name in _CALLS:
            setattr(os, name, self._call(name, getattr(os, name)))
        real = sqlite3.connect

        def connect(*args: Any, **options: Any) -> _Statements:
            return _Statements(real(*args, **options), self)

        sqlite3.connect = connect  # type: ignore[assignment]

    def _call(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(real)
        def call(*args: Any, **options: Any) -> Any:
            if name == "open" and not (len(args) > 1 and args[1] & os.O_CREAT):
                return real(*args, **options)
            number = self._passed(f"{name} {_shown(args[0])}")
            self._before(number, OSError)
            result = real(*args, **options)
            self._after(number)
            return result

        return call

    def _passed(self, name: str) -> int:
        self.names.append(name)
        return len(self.names) - 1

    def _before(self, number: int, kind: type[Exception]) -> None:
        if self.stop is None or number < self.stop:
            return
        if self.how == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.how in FAULTS and (number == self.stop or not self.how.endswith("once")):
            full = self.how.startswith("full")
            if kind is OSError:
                code = errno.ENOSPC if full else errno.EIO
                raise OSError(code, os.strerror(code))
            raise sqlite3.OperationalError("database or disk is full" if full else "disk I/O error")

    def _after(self, number: int) -> None:
        if self.how == "after" and number == self.stop:
            os.kill(os.getpid(), signal.SIGKILL)


class _Statements:
    """A connection whose changing statements are write points."""

    def __init__(self, real: sqlite3.Connection, points: Points) -> None:
        self._real, self._points = real, points

    def execute(self, statement: str, values: Any = ()) -> sqlite3.Cursor:
        words = statement.split()
        if not words or words[0] == "SELECT" or (words[0] == "PRAGMA" and "=" not in statement):
            return self._real.execute(statement, values)
        number = self._points._passed(" ".join(words[:3]))
        self._points._before(number, sqlite3.OperationalError)
        result = self._real.execute(statement, values)
        self._points._after(number)
        return result

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def _shown(what: Any) -> str:
    """A path without what chance put into it."""
    if isinstance(what, int):
        return "handle"
    name = Path(os.fspath(what)).name
    return "hidden" + Path(name).suffix if name.startswith(".catchlight-") else name
