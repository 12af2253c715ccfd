"""Files: finding photographs, and writing whole or not at all (from `output`).

Originals are only ever read.
"""

from __future__ import annotations

import hashlib
import math
import os
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from .errors import UnreadablePhoto, UsageError, printable
from .output import check_writable, staged_directory, write_atomic

__all__ = [
    "PHOTO_SUFFIXES",
    "check_writable",
    "find_photos",
    "sha256",
    "staged_directory",
    "write_atomic",
]

_COMMON = ".jpg .jpeg .jpe .jfif .mpo .png .webp .tif .tiff .avif .heic .heif .hif"
_RAW = (
    ".cr2 .cr3 .crw .nef .nrw .arw .sr2 .srf .dng .raf .rw2 .orf .pef .srw .3fr .fff .iiq .mrw .x3f"
)
PHOTO_SUFFIXES = frozenset(f"{_COMMON} {_RAW}".split())

# What folders hold besides photos: Synology's thumbnails, and those of macOS archives.
_SKIPPED_FOLDERS = {"@eadir", "__macosx"}
# The files by which a result folder of Catchlight, and that of one pick in it, are known.
_RESULT, _PICK = {"session.json", "report.html"}, {"recipe.toml", "headshot.jpg"}
_PICKS = {"picks.json", "proofs.jpg"}  # of picking; it may hold stills, which count when named


# ---------------------------------------------------------------- finding


def find_photos(paths: Sequence[str | Path], *, exclude: Sequence[str | Path] = ()) -> list[Path]:
    """Return the photographs that files and folders name.

    A named file is always taken, whatever it is called; of a folder, and of the folders in it, the
    files with a suffix of a photo format. Hidden files and folders (also AppleDouble `._x`),
    thumbnail folders of archives and results of Catchlight are left out. Links to folders are
    followed, once each. The same file is taken once.

    Parameters
    ----------
    paths : files and folders; "~" is expanded.
    exclude : folders not to look into, such as the one that results go to.

    Returns
    -------
    Paths in the order of `paths`, those of a folder in natural order (IMG_9 before IMG_10).

    Raises
    ------
    UsageError
        A path does not exist or a named folder may not be read.
    """
    found: dict[Path, Path] = {}
    barred = {_identity(Path(path)) for path in exclude} - {None}
    for path in (Path(path).expanduser() for path in paths):
        try:
            files = [path]
            if stat.S_ISDIR(path.stat().st_mode):
                os.scandir(path).close()  # a named folder that may not be read is an error
                files = sorted(_in_folder(path, set(barred), named=True), key=_natural)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise UsageError(f"{printable(path)}: there is no such file or folder") from error
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise UsageError(f"{printable(path)}: cannot be read ({reason.lower()})") from error
        for file in files:
            found.setdefault(Path(os.path.realpath(file)), file)
    return list(found.values())


def _in_folder(
    folder: Path, seen: set[tuple[int, int] | None], *, named: bool = False
) -> Iterator[Path]:
    """Yield the photos in a folder; `seen` has the identities of folders already visited."""
    identity = _identity(folder)
    if identity is None or identity in seen:
        return
    seen.add(identity)
    try:
        with os.scandir(folder) as scan:
            entries = [entry for entry in scan if not entry.name.startswith(".")]
    except OSError:  # a folder inside that may not be read costs only itself
        return
    names = {entry.name for entry in entries}
    is_result = names >= _RESULT or names >= _PICKS
    if not named and (is_result or names >= _PICK):
        return
    for entry in entries:
        path = folder / entry.name
        try:
            if entry.is_dir():
                if entry.name.lower() not in _SKIPPED_FOLDERS:
                    yield from _in_folder(path, seen)
            elif is_result and entry.name == "proofs.jpg":
                continue
            elif path.suffix.lower() in PHOTO_SUFFIXES and entry.is_file():
                yield path
        except OSError:
            continue


def _identity(folder: Path) -> tuple[int, int] | None:
    """Return what tells a folder from every other, None when it is not there."""
    try:
        facts = folder.stat()
    except (OSError, ValueError):
        return None
    return facts.st_dev, facts.st_ino


def _natural(path: Path) -> tuple[list[list[tuple[float, str]]], str]:
    """Return a sorting key that takes digits for numbers, ignores case, and has digits first."""
    parts = [
        [(int(bit), "") if bit[0] in "0123456789" else (math.inf, bit.casefold())
         for bit in re.split(r"([0-9]+)", part) if bit]
        for part in path.parts
    ]  # fmt: skip
    return parts, str(path)


def sha256(source: str | Path | bytes) -> str:
    """Return the SHA-256 of a file or of bytes, in hexadecimal.

    Raises
    ------
    UnreadablePhoto
        The file cannot be read.
    """
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest()
    try:
        with Path(source).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadablePhoto(source, f"it cannot be read ({reason.lower()})") from error
