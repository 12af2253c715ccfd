"""Traces: looking for what was deleted, in every place where it might still be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

__all__ = ["Traces"]

_TEXT = frozenset(
    [".json", ".toml", ".csv", ".html", ".svg", ".txt", ".log", ".xml", ".face", ".part", ""]
)
_SHORTEST_NAME = 8  # bytes; a shorter name is found by chance
_AT_ONCE = 1 << 22  # bytes read at a time


class Traces:
    """What was deleted from a folder, by ids, digests and names.

    A name or digest that something still there has too is no trace, and not looked for.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._words: set[bytes] = set()

    @property
    def count(self) -> int:
        """How many things are looked for."""
        return len(self._words)

    def of_session(self, session: Mapping[str, Any], photos: Iterable[Mapping[str, Any]]) -> None:
        """Look for what tells of a session and its photographs."""
        self._words |= _words(session, photos)

    def but_not(self, session: Mapping[str, Any], photos: Iterable[Mapping[str, Any]]) -> None:
        """Do not look for what a session has that is still there, nor for a part of it."""
        stays = b"\n".join(_words(session, photos))
        self._words = {word for word in self._words if word not in stays}

    def look_for(self, word: bytes) -> None:
        """Look for these bytes too."""
        self._words.add(word)

    def found(self) -> int:
        """Return how many are still somewhere in the folder.

        Read are the database and its log, text files and names; not the pixels of photographs of
        other sessions.
        """
        left = set(self._words)
        for path in sorted(self._folder.rglob("*")):
            place = str(path.relative_to(self._folder)).encode()
            left -= {word for word in left if word in place}
            if path.is_file() and (path.suffix in _TEXT or path.name.startswith("studio.db")):
                left -= _in_file(path, left)
        return len(self._words) - len(left)


def _words(session: Mapping[str, Any], photos: Iterable[Mapping[str, Any]]) -> set[bytes]:
    names = [str((session.get("consent") or {}).get("who", ""))]
    words = {str(session["id"])}
    for photo in photos:
        words.add(str(photo["sha256"]))
        names.append(str(photo["name"]))
    found = {word.encode() for word in words}
    return found | {name.encode() for name in names if len(name.encode()) >= _SHORTEST_NAME}


def _in_file(path: Path, words: set[bytes]) -> set[bytes]:
    """Return which of these words are in a file."""
    found: set[bytes] = set()
    overlap = max(map(len, words), default=1)
    before = b""
    with path.open("rb") as file:
        while block := file.read(_AT_ONCE):
            data = before + block
            found |= {word for word in words if word in data}
            before = data[-overlap:]
    return found
