"""The phone as a camera: a door of its own, open only while somebody has it open.

A second listener on this machine's address in its network, over TLS. Through it a phone that was
shown the one-time code reaches the camera of one session, and nothing else. Closing it forgets the
phone.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import re
import secrets
import socket
import time
from collections.abc import Iterator
from typing import Any

import segno
import uvicorn

from ..store import Row
from .guard import Guard
from .phone_app import HOME, phone_app
from .problems import Problem
from .tls import network_address, self_made
from .work import Studio

__all__ = ["CODE_SECONDS", "COOKIE", "Phone", "PhoneAccess", "allowed"]

CODE_SECONDS = 300
"""For how long a code opens the door, once."""
COOKIE = "catchlight-phone"
_BYTES = 32  # of chance in every secret: 256 bits
_FILES = (
    r"/phone|/phone/vue\.js|/studio/static/(camera|phone|shell)\.js|/studio/static/studio\.css|"
    r"/studio/font/[A-Za-z_-]+\.ttf"
)
_ID = "[0-9a-f]{16}"


def allowed(session: str, method: str, path: str) -> bool:
    """Whether a phone may ask for that: the camera's page, and what it sends to its session."""
    own = f"/api/v1/sessions/{session}"
    may = {
        "GET": rf"{_FILES}|{own}/photos/{_ID}/verdict",
        "POST": rf"{own}/(photos|coach|coach/{_ID})",
        "DELETE": rf"{own}/coach/{_ID}",
    }
    return method in may and re.fullmatch(may[method], path) is not None


class PhoneAccess:
    """The one phone: who has the code becomes it, once and in time. All in memory."""

    def __init__(self, lasts: float = CODE_SECONDS) -> None:
        self.code = secrets.token_urlsafe(_BYTES)
        self.until = time.monotonic() + lasts
        self.came = asyncio.Event()
        self._key = ""

    def enter(self, secret: str) -> str | None:
        """Spend the code: return the key for the phone's cookie; None if the code is not good."""
        good = _same(secret, self.code) and time.monotonic() < self.until
        if not good or self.came.is_set():
            return None
        self.came.set()
        key = secrets.token_urlsafe(_BYTES)
        self._key = hashlib.sha256(key.encode()).hexdigest()
        return key

    def knows_browser(self, key: str) -> bool:
        """Whether this is the phone's key."""
        digest = hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
        return bool(self._key) and hmac.compare_digest(digest, self._key)

    def knows_script(self, token: str) -> bool:
        """Scripts do not come in by this door."""
        return False


class _Server(uvicorn.Server):
    """A server beside the studio's own, which is the one that Ctrl-C ends."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


class Phone:
    """Opens and closes the door for phones, for one session at a time."""

    def __init__(self, studio: Studio, address: str | None = None) -> None:
        """`address` is this machine's in the network; None: found when it is needed."""
        self._studio, self._address = studio, address
        self._server: _Server | None = None
        self._tasks: list[asyncio.Task[Any]] = []
        self._changing = asyncio.Lock()
        self._row: Row = {}

    def row(self, session: str) -> Row | None:
        """Return what a session's page shows while the door is open for it; else None."""
        return self._row if self._row.get("session") == session else None

    async def open(self, session: str) -> Row:
        """Open the door for a session, closing it for any other; what the page shows.

        Raises
        ------
        Problem : there is no such session, or the machine is in no network.
        """
        self._studio.session(session)
        async with self._changing:
            await self._close()
            address = self._address or network_address()
            if address is None:
                raise Problem(
                    409, "This machine is in no network: connect it to the phone's Wi-Fi."
                )
            certificate = self_made(self._studio.store.folder, [address], "phone")
            listener = _listening(address)
            port = listener.getsockname()[1]
            access = PhoneAccess()
            app = Guard(
                phone_app(self._studio, session), access, frozenset([f"{address}:{port}"]),
                secure=True, cookie=COOKIE, home=HOME,
                allowed=lambda method, path: allowed(session, method, path),
            )  # fmt: skip
            config = uvicorn.Config(
                app, log_level="critical", access_log=False, server_header=False, lifespan="off",
                ws="none", proxy_headers=False, timeout_graceful_shutdown=1,
                ssl_certfile=certificate.certificate, ssl_keyfile=certificate.key,
            )  # fmt: skip
            self._server = _Server(config)
            url = f"https://{address}:{port}/enter?key={access.code}"
            code = segno.make(url, error="m", micro=False)
            self._row = row = {
                "session": session, "url": url, "came": False,
                "fingerprint": certificate.fingerprint, "minutes": CODE_SECONDS // 60,
                "code": code.svg_data_uri(border=3, light="#fff", dark="#111"),
            }  # fmt: skip
            serving = asyncio.create_task(self._server.serve(sockets=[listener]))
            watching = self._watch(session, access), self._until_gone(session)
            self._tasks = [serving, *map(asyncio.create_task, watching)]
            while not self._server.started and not serving.done():
                await asyncio.sleep(0.01)
        self._tell(session)
        return row

    async def close(self, session: str = "") -> None:
        """Close the door and forget the phone; with a session, only if it is open for that."""
        async with self._changing:
            if session and self._row.get("session") != session:
                return
            was = self._row.get("session")
            await self._close()
        if was:
            self._tell(was)

    async def _close(self) -> None:
        server, tasks = self._server, self._tasks
        self._server, self._tasks, self._row = None, [], {}
        for task in tasks[1:]:
            if task is not asyncio.current_task():
                task.cancel()
        if server is not None:
            server.should_exit = True
            await asyncio.gather(*tasks[:1], return_exceptions=True)

    async def _watch(self, session: str, access: PhoneAccess) -> None:
        """Say when the phone has come; when none comes in time, close the door."""
        try:
            await asyncio.wait_for(access.came.wait(), access.until - time.monotonic())
        except TimeoutError:
            await self.close(session)
            return
        self._row = {"session": session, "came": True}  # the code is spent, and shown no longer
        self._tell(session)

    async def _until_gone(self, session: str) -> None:
        """Close the door when its session is deleted."""
        with self._studio.events.listen(session) as queue:
            while (await queue.get())["event"] != "gone":
                pass
        await self.close(session)

    def _tell(self, session: str) -> None:
        self._studio.events.tell(session, "phone")


def _listening(address: str) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.bind((address, 0))
    except OSError as error:
        listener.close()
        raise Problem(409, f"No phone can be let in at {address}: {error.strerror}.") from None
    return listener


def _same(one: str, other: str) -> bool:
    digests = (hashlib.sha256(text.encode("utf-8", "surrogateescape")) for text in (one, other))
    first, second = (digest.digest() for digest in digests)
    return hmac.compare_digest(first, second)
