"""Intake: photographs that come in, told by their content and opened in a process aside."""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
import unicodedata
from pathlib import Path
from typing import get_args

from ..choosing import MAX_PHOTOS
from ..errors import CatchlightError
from ..files import sha256, write_atomic
from ..headers import Kind, identify
from ..store import Row, Store
from .child import Child
from .decoder import SECONDS
from .events import Events
from .guard import MOST_UPLOAD
from .problems import Problem

__all__ = ["SUFFIX", "Intake", "shown_name"]

SUFFIX = {"JPEG": ".jpg", "PNG": ".png", "WebP": ".webp", "TIFF": ".tif", "AVIF": ".avif",
           "HEIC": ".heic", "RAW": ".raw"}  # fmt: skip
"""How files are named on the disk, by what they are."""
_LONGEST_NAME = 120


class Intake:
    """Takes photographs into sessions."""

    def __init__(self, store: Store, events: Events, decoder: Child) -> None:
        self._store, self._events, self._decoder = store, events, decoder
        self._one_by_one = asyncio.Lock()

    async def take(self, session: str, name: str, data: bytes) -> Row:
        """Keep a photograph and return its row; one that can't be used has its reason in it.

        Raises
        ------
        Problem : nothing was sent, too much, or the session is full.
        OutputError : it cannot be kept; nothing of it is.
        """
        if not data:
            raise Problem(422, "The file is empty: send the photo's bytes.")
        if len(data) > MOST_UPLOAD:
            raise Problem(413, "The photo has more than 50 MB: send a smaller copy.")
        digest = await asyncio.to_thread(sha256, data)
        photos = self._store.all("photos", session)
        if len(photos) >= MAX_PHOTOS:
            raise Problem(422, f"A session takes {MAX_PHOTOS} photos: remove some first.")
        name = shown_name(name)
        same = next((p for p in photos if p["sha256"] == digest and p["status"] == "ready"), None)
        if same is not None:
            return {**same, "again": True}
        kind = identify(data)
        if kind not in get_args(Kind):
            what = f"it is {kind}" if kind else "it is no photo that is known here"
            reason = f"{what}: send JPEG, HEIC, PNG, WebP, AVIF, TIFF or RAW"
            return self._refused(session, name, digest, len(data), reason)
        photo = self._store.add(
            "photos", session=session, name=name, sha256=digest, kind=kind, bytes=len(data),
            file=f"{secrets.token_hex(12)}{SUFFIX[kind]}", status="reading",
        )  # fmt: skip
        path = self._store.file_of(photo)
        try:
            await asyncio.to_thread(write_atomic, path, data)
            async with self._one_by_one:
                facts, thumb = await self._decoder.ask("open", timeout=SECONDS, path=str(path))
            await asyncio.to_thread(write_atomic, self.thumb(photo), thumb)
            size = {"width": facts["width"], "height": facts["height"]}
            self._store.change("photos", photo["id"], status="ready", **size)
        except Problem as problem:
            path.unlink(missing_ok=True)
            self._store.remove("photos", photo["id"])
            reason = problem.detail
            if problem.status == 500:
                reason = "it could not be opened within the limits on memory and time"
            return self._refused(session, name, digest, len(data), reason)
        except CatchlightError:  # the disk is full
            with contextlib.suppress(CatchlightError, OSError):
                self._store.forget_photo(photo)
            raise
        return self._told(photo["id"])

    async def check(self, path: Path) -> None:
        """Open a file in the process aside, before anything else does.

        Raises
        ------
        Problem : it can't be opened within the limits.
        """
        async with self._one_by_one:
            await self._decoder.ask("open", timeout=SECONDS, path=str(path))

    def thumb(self, photo: Row) -> Path:
        """Return where a photograph's thumbnail is."""
        return self._store.place(photo["session"], "thumbs", f"{photo['id']}.jpg")

    async def large(self, photo: Row, side: int) -> Path:
        """Return a large JPEG of a photograph, made when it is first asked for."""
        path = self._store.place(photo["session"], "large", f"{photo['id']}-{side}.jpg")
        if not path.is_file():
            async with self._one_by_one:
                _, data = await self._decoder.ask(
                    "open", timeout=SECONDS, path=str(self._store.file_of(photo)), side=side
                )
            await asyncio.to_thread(write_atomic, path, data)
        return path

    def _refused(self, session: str, name: str, digest: str, size: int, reason: str) -> Row:
        """Keep no byte of a file that can't be used, only why."""
        row = self._store.add(
            "photos", session=session, name=name, sha256=digest, kind="", bytes=size, file="",
            status="refused", reason=reason,
        )  # fmt: skip
        return self._told(row["id"])

    def _told(self, photo: str) -> Row:
        row = self._store.get("photos", photo)
        if row is None:
            raise Problem(404, "The photo was removed while it was being read.")
        self._events.tell(row["session"], "photo", id=row["id"], status=row["status"])
        return row


def shown_name(name: str) -> str:
    r"""Return what to call an uploaded file on the page: one line, no folders, not too long.

    >>> shown_name("C:\\Photos\\me\n.jpg"), shown_name("../../etc/passwd"), shown_name("")
    ('me.jpg', 'passwd', 'photo')
    """
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip(" .")
    return (kept or "photo")[-_LONGEST_NAME:]
