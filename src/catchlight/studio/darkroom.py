"""The darkroom: the process that looks at photographs, develops and prints.

It keeps the facts of the sessions in use in memory, and only there: no embedding of a face is ever
written. The calls are the command line's own: survey, choose, retouch, cut out, plan, render,
finish, audit.
"""

from __future__ import annotations

import threading
import traceback
from collections import OrderedDict
from collections.abc import Callable, Mapping, Set
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from ..errors import CatchlightError
from ..limits import limit_writing
from .child import inherited, pack, unpack
from .problems import Problem, problem_of

__all__ = ["Desk", "main"]

ValueT = TypeVar("ValueT")

_MOST_WRITTEN = 2 * 1024**3  # bytes: no file of a delivery is larger
_SLOW = frozenset(("survey", "deliver", "audit"))


class _Called(Exception):
    """Called off."""


class Desk:
    """Takes requests from the pipe, works on them in two threads, and sends answers back.

    Long work is done one after the other; beside it the picture that somebody looks at.
    """

    def __init__(
        self,
        pipe: Connection,
        works: Mapping[str, Callable[..., Any]],
        slow: Set[str] = _SLOW,
    ) -> None:
        """`slow` names the works that are long."""
        self._pipe, self._works, self._long = pipe, works, slow
        self._sending = threading.Lock()
        self._off: set[int] = set()
        self._slow, self._soon = ThreadPoolExecutor(1), ThreadPoolExecutor(1)

    def serve(self) -> None:
        """Answer until the studio ends."""
        while True:
            try:
                header, _ = unpack(self._pipe.recv_bytes())
            except EOFError:
                return
            if header["kind"] == "cancel":
                self._off.add(header["number"])
            else:
                pool = self._slow if header["kind"] in self._long else self._soon
                pool.submit(self._work, header)

    def _work(self, header: dict[str, Any]) -> None:
        number, kind = header.pop("number"), header.pop("kind")

        def told(stage: str, done: int, total: int) -> None:
            if number in self._off:
                raise _Called
            self._send({"number": number, "kind": "progress", "stage": stage, "done": done,
                        "total": total})  # fmt: skip

        try:
            told("starting", 0, 1)
            answer, blob = self._works[kind](told, **header)
            self._send({"number": number, "kind": "answer", **answer}, blob)
        except _Called:
            pass
        except CatchlightError as error:
            self._problem(number, problem_of(error))
        except Exception:
            traceback.print_exc()
            self._problem(number, Problem(500, "Catchlight made a mistake there; see its log."))
        finally:
            self._off.discard(number)

    def _problem(self, number: int, problem: Problem) -> None:
        self._send({"number": number, "kind": "problem", "status": problem.status,
                    "detail": problem.detail, "more": problem.more})  # fmt: skip

    def _send(self, header: dict[str, Any], blob: bytes = b"") -> None:
        with self._sending:
            self._pipe.send_bytes(pack(header, blob))


class Kept(OrderedDict[str, ValueT]):
    """The last few things that were used."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def use(self, key: str) -> ValueT | None:
        """Return what is kept under a key, as the last used."""
        if key in self:
            self.move_to_end(key)
            return self[key]
        return None

    def put(self, key: str, value: ValueT) -> ValueT:
        """Keep something; what was used the longest ago goes."""
        self[key] = value
        self.move_to_end(key)
        while len(self) > self._most:
            self.popitem(last=False)
        return value


def main() -> None:
    """Answer requests until the studio ends."""
    pipe = inherited()
    limit_writing(_MOST_WRITTEN)
    from .printing import WORKS

    Desk(pipe, WORKS).serve()


if __name__ == "__main__":
    main()
