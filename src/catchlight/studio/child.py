"""Processes aside: what may be long or may fail badly runs in a process of its own.

Both ends speak over a socket pair, in messages of one line of JSON and bytes after it; nothing that
comes back is ever run (no pickles). A process that died is started again for the next request.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from ..progress import Progress
from .problems import Problem

__all__ = ["Child", "inherited", "pack", "unpack"]

_MOST_MESSAGE = 256 * 1024 * 1024


def pack(header: Mapping[str, Any], blob: bytes = b"") -> bytes:
    """Put a message together."""
    return json.dumps(header).encode() + b"\n" + blob


def unpack(message: bytes) -> tuple[dict[str, Any], bytes]:
    """Take a message apart.

    >>> unpack(pack({"a": 1}, b"xyz"))
    ({'a': 1}, b'xyz')
    """
    header, _, blob = message.partition(b"\n")
    return json.loads(header), blob


@dataclass(eq=False)
class _Asked:
    answer: asyncio.Future[tuple[dict[str, Any], bytes]]
    told: Progress | None = None


@dataclass(eq=False)
class Child:
    """A process that runs a module of this package and answers requests.

    Attributes
    ----------
    module : such as "catchlight.studio.darkroom".
    """

    module: str
    _process: subprocess.Popen[bytes] | None = None
    _pipe: Connection | None = None
    _loop: asyncio.AbstractEventLoop | None = None
    _asked: dict[int, _Asked] = field(default_factory=dict)
    _number: int = 0

    async def ask(
        self,
        kind: str,
        *,
        timeout: float | None = None,
        told: Progress | None = None,
        blob: bytes = b"",
        **what: Any,
    ) -> tuple[dict[str, Any], bytes]:
        """Send a request, with bytes after it, and return its answer.

        A request that is cancelled is called off in the process too.

        Raises
        ------
        Problem : what the process answers, or that it took too long or ended.
        """
        self._start()
        assert self._pipe is not None
        self._number += 1
        number = self._number
        asked = _Asked(asyncio.get_running_loop().create_future(), told)
        self._asked[number] = asked
        try:
            self._pipe.send_bytes(pack({"number": number, "kind": kind, **what}, blob))
            return await asyncio.wait_for(asked.answer, timeout)
        except TimeoutError:
            self.stop()
            raise Problem(422, f"it took more than {timeout:.0f} seconds") from None
        except OSError:
            self.stop()
            raise Problem(500, "The process that does the work has ended: try again.") from None
        except asyncio.CancelledError:
            with contextlib.suppress(OSError):
                self._pipe.send_bytes(pack({"number": number, "kind": "cancel"}))
            raise
        finally:
            self._asked.pop(number, None)

    @property
    def running(self) -> bool:
        """Whether the process runs, so that something may be in its memory."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """End the process; what it was asked fails."""
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if process is not None:
            process.kill()
            process.wait()
        if pipe is not None:
            pipe.close()
        self._fail_all()

    def _fail_all(self) -> None:
        for asked in list(self._asked.values()):
            if not asked.answer.done():
                asked.answer.set_exception(
                    Problem(500, "The process that does the work has ended: try again.")
                )

    def _start(self) -> None:
        if self.running:
            return
        ours, theirs = socket.socketpair()
        fd = theirs.fileno()
        # A process group of its own: Ctrl-C ends the studio, and the studio ends this.
        self._process = subprocess.Popen(
            [sys.executable, "-m", self.module, str(fd)], pass_fds=[fd], start_new_session=True
        )
        theirs.close()
        self._pipe = Connection(ours.detach())
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._listen, args=(self._pipe, self._loop), daemon=True).start()

    def _listen(self, pipe: Connection, loop: asyncio.AbstractEventLoop) -> None:
        while True:
            try:
                header, blob = unpack(pipe.recv_bytes(_MOST_MESSAGE))
            except (EOFError, OSError, ValueError, TypeError):
                with contextlib.suppress(RuntimeError):  # the loop may be closed by now
                    loop.call_soon_threadsafe(self._ended, pipe)
                return
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._take, header, blob)

    def _ended(self, pipe: Connection) -> None:
        if pipe is self._pipe:
            self.stop()

    def _take(self, header: dict[str, Any], blob: bytes) -> None:
        asked = self._asked.get(header.get("number", 0))
        if asked is None or asked.answer.done():
            return
        if header["kind"] == "progress":
            if asked.told is not None:
                asked.told(header["stage"], header["done"], header["total"])
        elif header["kind"] == "problem":
            asked.answer.set_exception(
                Problem(header["status"], header["detail"], **header.get("more", {}))
            )
        else:
            asked.answer.set_result((header, blob))


def inherited() -> Connection:
    """Return the pipe to the studio, in a process that it started; ends with the studio."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.setdefault("OMP_NUM_THREADS", "2")
    return Connection(int(sys.argv[1]))
