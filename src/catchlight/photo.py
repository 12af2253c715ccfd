"""Reading of photographs: any common format to upright sRGB pixels with the capture facts.

Originals are opened read-only. What cannot be used raises a PhotoError that says why; a damaged
file never gives half a picture. High dynamic range gain maps are ignored, and 10- and 12-bit HEIC
and AVIF are read with 8 bits.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import threading
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import cast, get_args

import numpy as np
import rawpy
from numpy.typing import NDArray
from PIL import Image

from .capture import Capture
from .decoders import decode
from .decoding import COPY_AGAIN, SAVE_AGAIN, Source
from .errors import PhotoError, PhotoTooLarge, UnreadablePhoto, UnsupportedPhoto
from .headers import Kind, identify

__all__ = ["MAX_BYTES", "MAX_PIXELS", "Capture", "Photo", "read"]

MAX_BYTES = 500_000_000
MAX_PIXELS = 200_000_000
READ_FORMATS = "a JPEG, PNG, WebP, TIFF, AVIF, HEIC or camera raw file"


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """One photograph, upright and in sRGB.

    Attributes
    ----------
    path : where it was read from.
    sha256 : SHA-256 of the file's bytes, in hexadecimal.
    pixels : (H, W, 3) uint8, or uint16 where the source has more than 8 bits a sample; RGB,
        sRGB-encoded, upright.
    full_size : (width, height) of the upright original in pixels.
    capture : how it was taken.
    format : "JPEG", "PNG", "WebP", "TIFF", "AVIF", "HEIC" or "RAW".
    notes : what the user should know about the reading, one sentence each.
    shrink : the whole number by which `pixels` are reduced: pixel (i, j) covers the original's
        pixels (i n … i n + n - 1, j n … j n + n - 1).
    quarter_turns : 0 to 3, by how many quarters the picture was turned clockwise after reading,
        because people lie on their side in it and no orientation was recorded.
    """

    path: Path
    sha256: str
    pixels: NDArray[np.uint8] | NDArray[np.uint16]
    full_size: tuple[int, int]
    capture: Capture
    format: str
    notes: tuple[str, ...] = ()
    shrink: int = 1
    quarter_turns: int = 0

    def turned(self, quarters: int) -> Photo:
        """Return the photo turned clockwise by quarters of a full turn."""
        quarters %= 4
        if quarters == 0:
            return self
        width, height = self.full_size
        return replace(
            self,
            pixels=cast(
                "NDArray[np.uint8]", np.ascontiguousarray(np.rot90(self.pixels, -quarters))
            ),
            full_size=(height, width) if quarters % 2 else (width, height),
            quarter_turns=(self.quarter_turns + quarters) % 4,
        )

    @property
    def width(self) -> int:
        """Width of `pixels`."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Height of `pixels`."""
        return int(self.pixels.shape[0])

    @property
    def scale(self) -> float:
        """Coordinates in `pixels` over coordinates in the original, exactly.

        A reduced picture leaves off a rest of fewer than `shrink` pixels at the right and below,
        so this is 1 / shrink and not always width / full_size[0].
        """
        return 1 / self.shrink if self.shrink > 1 else self.width / self.full_size[0]


def read(
    path: str | Path,
    *,
    max_side: int | None = None,
    max_pixels: int = MAX_PIXELS,
    max_bytes: int = MAX_BYTES,
) -> Photo:
    """Read one photograph.

    The format is found by the content, EXIF orientation is applied, embedded colour profiles are
    converted to sRGB (relative colorimetric, black point compensation), grey, palette and CMYK
    pictures become RGB, transparent areas are set on white, and of several pictures in a file the
    first (in HEIF the primary one) is taken. Camera raw is developed with the camera's white
    balance and no brightening.

    Parameters
    ----------
    path : the file; never written to.
    max_side : None for every pixel. Otherwise the picture is reduced by a whole number, so that its
        long side has at least this many pixels (if the original has) and less than twice that.
    max_pixels : more pixels than this are refused from the header, before decoding.
    max_bytes : larger files are refused before reading.

    Raises
    ------
    UnreadablePhoto
        Not there, not a file, no permission, empty, not a picture, damaged or cut short, or far
        too few bytes for a photograph of its size.
    UnsupportedPhoto
        A picture or a video of a kind that is not read.
    PhotoTooLarge
        More pixels or bytes than the limits, or than there is memory for.
    ValueError
        `max_side` is less than 1.
    """
    if max_side is not None and max_side < 1:
        raise ValueError(f"max_side is {max_side}, need at least 1 pixel")
    path = Path(path)
    data = _read_bytes(path, max_bytes)
    digest = hashlib.sha256(data).hexdigest()
    kind = identify(data)
    if kind not in get_args(Kind):
        raise _not_read(path, data, kind)
    with _QUIET:
        try:
            found = decode(Source(path, data, kind, max_side, max_pixels))  # type: ignore[arg-type]
        except PhotoError:
            raise
        except Exception as error:  # decoders raise anything on damaged data
            raise _damaged(path, kind, error) from error
    return Photo(
        path,
        digest,
        found.pixels,
        found.full_size,
        found.capture,
        kind,
        tuple(found.notes),
        found.shrink,
    )


def _read_bytes(path: Path, max_bytes: int) -> bytes:
    """Return the content of a regular file; pipes and devices are refused without waiting."""
    try:
        # Without O_NONBLOCK the opening of a pipe would wait for its other end.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | os.O_CLOEXEC)
        with os.fdopen(handle, "rb", buffering=0) as file:
            facts = os.fstat(handle)
            if stat.S_ISDIR(facts.st_mode):
                raise IsADirectoryError(errno.EISDIR, "folder")
            if not stat.S_ISREG(facts.st_mode):
                raise UnreadablePhoto(
                    path, "it is a pipe or a device, not a file", "save the photo as a file first"
                )
            data = b"" if facts.st_size > max_bytes else file.read()
    except (OSError, ValueError) as error:
        raise _not_opened(path, error) from error
    size = max(facts.st_size, len(data))
    if size > max_bytes:
        raise PhotoTooLarge(
            path,
            f"the file has {size / 1e6:.0f} MB, more than the limit of {max_bytes / 1e6:.0f}",
            "save it smaller, or raise max_bytes in the settings",
        )
    if not data:
        raise UnreadablePhoto(path, "the file is empty (0 bytes)", COPY_AGAIN)
    if len(data) < facts.st_size:
        raise UnreadablePhoto(path, "the file became shorter while it was read", "try again")
    return data


def _not_opened(path: Path, error: Exception) -> UnreadablePhoto:
    """Say why a file could not be opened or read."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return UnreadablePhoto(path, "there is no such file", "check the name and the folder")
    if isinstance(error, IsADirectoryError):
        return UnreadablePhoto(path, "it is a folder, not a photo", "name the photos in it")
    if isinstance(error, PermissionError):
        return UnreadablePhoto(path, "no permission to read it", "allow reading, or use a copy")
    reason = getattr(error, "strerror", None) or str(error)
    return UnreadablePhoto(path, f"it cannot be read ({reason.lower()})", COPY_AGAIN)


def _not_read(path: Path, data: bytes, what: str) -> PhotoError:
    """Say what a file is that is not one of the formats."""
    if what == "a video":
        return UnsupportedPhoto(path, "it is a video", "export a still picture from it")
    if what:
        return UnsupportedPhoto(path, f"it is {what}, which is not read", SAVE_AGAIN)
    text = data[:1024].isascii() and b"\0" not in data[:1024]
    reason = "it is a text file, not a picture" if text else "it is not a picture that is known"
    return UnreadablePhoto(path, reason, f"give {READ_FORMATS}")


def _damaged(path: Path, kind: str, error: Exception) -> PhotoError:
    """Say what a decoder's exception means."""
    if isinstance(error, rawpy.LibRawFileUnsupportedError):
        reason = "raw files of this camera are not read"
        return UnsupportedPhoto(path, reason, "convert it to DNG or JPEG")
    if isinstance(error, MemoryError | Image.DecompressionBombError | rawpy.LibRawTooBigError):
        return PhotoTooLarge(path, "it is too large to decode", "make it smaller")
    return UnreadablePhoto(path, f"the {kind} data are damaged or cut short", COPY_AGAIN)


class _Quiet:
    """Silence decoders' warnings (damaged EXIF and the like) while any thread decodes.

    `warnings.catch_warnings` alone is not safe between threads: the first in saves the filters and
    the last out puts them back.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._saved: warnings.catch_warnings[None] | None = None

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._saved = warnings.catch_warnings()
                self._saved.__enter__()
                warnings.simplefilter("ignore")
            self._inside += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0 and self._saved is not None:
                self._saved.__exit__(None, None, None)
                self._saved = None


_QUIET = _Quiet()
