"""Exporting a session: everything that is kept of it, as one zip that is made while it is read."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from ..store import Row, Store

__all__ = ["exported", "zipped"]

_TABLES = ("photos", "renders", "deliveries", "audits")
_README = """This is everything that the studio kept of one session.

photos/       your photos, as you gave them, with their own names
backdrops/    photos of your own that were your backdrop
deliveries/   the finished pictures with their reports and recipes
audits/       headshots that were audited, and what was found
session.json  what was asked for, agreed to, found and chosen
"""


class _Sink:
    """Takes what a zip writes, to be handed on."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: Any, /) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """What was written is still to be taken."""

    def taken(self) -> bytes:
        data, self._parts = b"".join(self._parts), []
        return data


def exported(store: Store, session: Row) -> Iterator[bytes]:
    """Yield the parts of a zip with all files of a session, and `session.json`.

    Pictures are stored, not compressed. One file at a time is in memory.
    """
    rows = {name: store.all(name, session["id"]) for name in _TABLES}
    about = json.dumps({**session, **rows}, indent=1, ensure_ascii=False) + "\n"

    def entries() -> Iterator[tuple[str, bytes]]:
        yield "README.txt", _README.encode()
        yield "session.json", about.encode()
        for name, path in _files(store, session["id"], rows):
            if path.is_file():  # it may be removed while this goes on
                yield name, path.read_bytes()

    yield from zipped(entries(), session["created"])


def zipped(entries: Iterable[tuple[str, bytes]], when: str) -> Iterator[bytes]:
    """Yield the parts of a zip of names and bytes, one entry at a time in memory.

    Parameters
    ----------
    when : the time that its entries have, ISO 8601.
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for name, data in entries:
            _put(archive, name, data, when)
            yield sink.taken()
    yield sink.taken()


def _files(store: Store, session: str, rows: dict[str, list[Row]]) -> Iterator[tuple[str, Path]]:
    """Names in the zip, and where the bytes are; previews can be made again and stay out."""
    taken: set[str] = set()
    for photo in rows["photos"]:
        if photo["file"]:
            yield f"photos/{_own(photo['name'], taken)}", store.file_of(photo)
    root = store.place(session, "x").parent
    for folder in ("backdrops", "deliveries", "audits"):
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and not path.name.startswith(".catchlight-"):
                yield path.relative_to(root).as_posix(), path


def _own(name: str, taken: set[str]) -> str:
    """A photograph's own name; another one of that name is numbered."""
    stem, dot, suffix = name.rpartition(".")
    stem, suffix = (stem, dot + suffix) if stem else (suffix, "")
    found, number = name, 1
    while found.lower() in taken:
        number += 1
        found = f"{stem} ({number}){suffix}"
    taken.add(found.lower())
    return found


def _put(archive: zipfile.ZipFile, name: str, data: bytes, when: str) -> None:
    info = zipfile.ZipInfo(name, datetime.fromisoformat(when).timetuple()[:6])
    info.external_attr = 0o600 << 16
    archive.writestr(info, data)
