"""Asking an app as nobody's library would: every byte of a request is the test's own."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Message

from catchlight.studio.access import Access
from catchlight.studio.app import create_app
from catchlight.studio.work import Studio

HOST = "127.0.0.1:8123"
TOKEN = "a-token-of-the-test"
SCRIPT = {"authorization": f"Bearer {TOKEN}"}


@dataclass
class Answer:
    """What came back; of a websocket, its closing code as the status."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.body)


@dataclass
class Served:
    """An app with its studio, and the key of a browser that was let in."""

    app: ASGIApp
    studio: Studio
    access: Access
    key: str

    @property
    def browser(self) -> dict[str, str]:
        return {"cookie": f"catchlight={self.key}", "origin": f"http://{HOST}"}

    async def ask(
        self,
        method: str,
        path: str,
        headers: dict[str, str] | list[tuple[str, str]] | None = None,
        body: bytes | list[bytes] = b"",
        *,
        kind: str = "http",
        host: str | None = HOST,
    ) -> Answer:
        """Send a request, exactly so; `host` None sends none."""
        lines = list(headers.items()) if isinstance(headers, dict) else list(headers or [])
        if host is not None:
            lines = [("host", host), *lines]
        raw, _, query = path.partition("?")
        scope = {
            "type": kind,
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "ws" if kind == "websocket" else "http",
            "path": raw.replace("%2e", ".").replace("%2f", "/").replace("%5c", "\\"),
            "raw_path": raw.encode(),
            "query_string": query.encode(),
            "headers": [(k.encode(), v.encode("latin-1")) for k, v in lines],
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 8123),
            "subprotocols": [],
            "root_path": "",
        }
        parts = [body] if isinstance(body, bytes) else list(body)
        sent: list[Message] = []

        async def receive() -> Message:
            if kind == "websocket":
                return {"type": "websocket.connect"}
            if not parts:
                await asyncio.sleep(3600)
            part = parts.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(parts)}

        async def send(message: Message) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        if kind == "websocket":
            return Answer(sent[0].get("code", 101), {}, b"")
        start = next(m for m in sent if m["type"] == "http.response.start")
        given = {k.decode().lower(): v.decode() for k, v in start["headers"]}
        whole = b"".join(m.get("body", b"") for m in sent if m["type"] == "http.response.body")
        return Answer(start["status"], given, whole)

    async def json(self, method: str, path: str, data: Any = None) -> Answer:
        """Send JSON as a script with the token does."""
        body = b"" if data is None else json.dumps(data).encode()
        return await self.ask(method, path, {**SCRIPT, "content-type": "application/json"}, body)


def served(folder: Path) -> Served:
    """Put a studio in a folder behind its guard."""
    studio = Studio(folder)
    access = Access(TOKEN, studio.store)
    app = create_app(studio, access, frozenset([HOST]))
    key = access.enter(access.link())
    assert key is not None
    return Served(app, studio, access, key)
