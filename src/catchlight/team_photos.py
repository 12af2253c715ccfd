"""Photographs of a team by path or by address: s3://, gs://, file:// and whatever fsspec knows."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote, urlsplit

from .errors import UnreadablePhoto, UsageError, printable
from .files import PHOTO_SUFFIXES, find_photos, sha256
from .output import write_atomic

__all__ = ["fetched", "fingerprint", "found_photos", "is_address"]


def is_address(place: str) -> bool:
    """Whether a photograph's place is an address on another machine, not a path.

    >>> is_address("s3://faces/ada"), is_address("file:///home/ada"), is_address("photos/ada")
    (True, False, False)
    """
    return "://" in place and not place.startswith("file://")


def found_photos(places: Sequence[str]) -> list[str]:
    """Return every photograph at some places: files, folders and addresses of either.

    Raises
    ------
    UsageError : a place is not there, or an address can't be read for want of a package.
    """
    found: list[str] = []
    for place in places:
        if not is_address(place):
            found += [str(path) for path in find_photos([_path(place)])]
            continue
        system, inside = _system(place)
        try:
            names = sorted(system.find(inside)) if system.isdir(inside) else [inside]
        except Exception as error:  # every store has errors of its own
            raise UsageError(f"{printable(place)}: can't be read: {printable(error)}") from error
        kept = [n for n in names if PurePosixPath(n).suffix.lower() in PHOTO_SUFFIXES]
        found += [system.unstrip_protocol(name) for name in kept]
    return list(dict.fromkeys(found))


def fingerprint(photos: Sequence[str]) -> str:
    """Return a digest of what is in some photographs, whatever they are called.

    Of a file it is that of its bytes; of an address what its store calls the version of it.
    """
    digests = sorted(_digest(photo) for photo in photos)
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


def _digest(photo: str) -> str:
    if not is_address(photo):
        return sha256(_path(photo))
    system, inside = _system(photo)
    try:
        return str(system.ukey(inside))
    except Exception as error:
        raise UnreadablePhoto(photo, f"it cannot be read ({printable(error)})") from error


@contextlib.contextmanager
def fetched(photos: Sequence[str]) -> Iterator[dict[Path, str]]:
    """Give files of photographs for the block: what lies elsewhere is fetched, and deleted again.

    Yields
    ------
    The place of each file.
    """
    with TemporaryDirectory(prefix="catchlight-") as folder:
        files: dict[Path, str] = {}
        for number, photo in enumerate(photos):
            if not is_address(photo):
                files[_path(photo)] = photo
                continue
            system, inside = _system(photo)
            room = Path(folder) / str(number)
            room.mkdir()
            file = room / PurePosixPath(inside).name
            try:
                write_atomic(file, system.cat_file(inside))
            except Exception as error:
                raise UnreadablePhoto(
                    photo, f"it cannot be fetched ({printable(error)})"
                ) from error
            files[file] = photo
        yield files


def _path(place: str) -> Path:
    if place.startswith("file://"):
        return Path(unquote(urlsplit(place).path))
    return Path(place)


def _system(place: str) -> tuple[Any, str]:
    """Return the file system of an address and the path in it."""
    import fsspec  # a team of paths needs it as little as one person does

    try:
        system, inside = fsspec.core.url_to_fs(place)
    except (ImportError, ValueError) as error:
        scheme = place.split("://")[0]
        package = {"s3": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs"}
        hint = f": pip install {package[scheme]}" if scheme in package else ""
        raise UsageError(
            f"{printable(place)}: {scheme}:// needs a package that is not here{hint}"
            f" ({printable(error)})"
        ) from error
    return system, str(inside)
