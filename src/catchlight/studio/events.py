"""Events: what happens in a session, live, for its pages and for scripts (server-sent events)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["Events", "server_sent"]

Event = dict[str, Any]
_MOST_WAITING = 256
_STILL_HERE = 15.0  # seconds after which a silent stream says that it is there


class Events:
    """Tells everyone who listens to a session what happens in it."""

    def __init__(self) -> None:
        self._listening: dict[str, set[asyncio.Queue[Event]]] = {}

    def tell(self, session: str, kind: str, **what: Any) -> None:
        """Tell of an event; who is too slow to listen misses the oldest."""
        for queue in self._listening.get(session, ()):
            if queue.full():
                queue.get_nowait()
            queue.put_nowait({"event": kind, **what})

    @contextmanager
    def listen(self, session: str) -> Iterator[asyncio.Queue[Event]]:
        """Listen to a session for the length of the block."""
        queue: asyncio.Queue[Event] = asyncio.Queue(_MOST_WAITING)
        listening = self._listening.setdefault(session, set())
        listening.add(queue)
        try:
            yield queue
        finally:
            listening.discard(queue)
            if not listening:
                self._listening.pop(session, None)


async def server_sent(queue: asyncio.Queue[Event]) -> AsyncIterator[bytes]:
    """Yield events as a browser's EventSource reads them."""
    yield b": listening\n\n"
    while True:
        try:
            event = await asyncio.wait_for(queue.get(), _STILL_HERE)
        except TimeoutError:
            yield b": still here\n\n"
            continue
        kind = event["event"]
        yield f"event: {kind}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n".encode()
