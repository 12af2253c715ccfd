"""Backdrops from the person's own photographs: taken in, kept with the session."""

from __future__ import annotations

import asyncio
import re
import secrets
from pathlib import Path
from typing import Any, get_args

from ..files import sha256, write_atomic
from ..headers import Kind, identify
from ..publishing import sync_folder
from ..store import Store
from .intake import SUFFIX, Intake
from .problems import Problem

__all__ = ["MOST", "NAME", "OwnBackdrops"]

MOST = 12
"""Backdrops of one session."""
NAME = r"photo-[0-9a-f]{16}"
"""How a choice names one: by the beginning of its SHA-256."""


class OwnBackdrops:
    """The backdrop photographs of all sessions; they go when their session goes."""

    def __init__(self, store: Store, intake: Intake) -> None:
        self._store, self._intake = store, intake

    async def take(self, session: str, data: bytes) -> str:
        """Keep a backdrop and return its name; the same one sent again is there once.

        Raises
        ------
        Problem : it is no photograph that can be opened within the limits, or there are too many.
        """
        kind = identify(data)
        if kind not in get_args(Kind):
            raise Problem(422, "That is no photo that is known here: send JPEG, HEIC, PNG or WebP.")
        name = f"photo-{(await asyncio.to_thread(sha256, data))[:16]}"
        there = self.all(session)
        if name in there:
            return name
        if len(there) >= MOST:
            raise Problem(422, f"A session takes {MOST} backdrops of your own: remove one first.")
        # Opened in the process aside before it has its place, so only a whole one is ever seen.
        aside = self._store.place(
            session, "backdrops", f".catchlight-{secrets.token_hex(8)}{SUFFIX[kind]}"
        )
        try:
            await asyncio.to_thread(write_atomic, aside, data)
            await self._intake.check(aside)
            aside.rename(aside.with_name(f"{name}{SUFFIX[kind]}"))
            sync_folder(aside.parent)
        finally:
            aside.unlink(missing_ok=True)
        return name

    def all(self, session: str) -> dict[str, Path]:
        """Return the backdrops of a session, name to file, in the order in which they came."""
        folder = self._store.place(session, "backdrops", "x").parent
        files = [p for p in folder.glob("photo-*") if re.fullmatch(NAME, p.stem)]
        files.sort(key=lambda path: (path.stat().st_mtime_ns, path.name))
        return {path.stem: path for path in files}

    def given(self, session: str, choices: dict[str, Any]) -> str:
        """Return the file of the backdrop that choices name; empty where it is none of these.

        Raises
        ------
        Problem : it was removed since.
        """
        name = choices.get("backdrop") or ""
        if not re.fullmatch(NAME, name):
            return ""
        path = self.all(session).get(name)
        if path is None:
            raise Problem(409, "That backdrop is not there any more: choose another.")
        return str(path)

    def remove(self, session: str, name: str) -> None:
        """Remove one.

        Raises
        ------
        Problem : there is no such backdrop.
        """
        path = self.all(session).get(name)
        if path is None:
            raise Problem(404, "There is no such backdrop.")
        path.unlink()
