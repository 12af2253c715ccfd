"""What all decoders share: the bytes asked for, the picture found, turning and reducing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from .capture import Capture
from .color import to_encoded, to_linear
from .errors import PhotoTooLarge, UnreadablePhoto
from .headers import Kind, jpeg_has_usual_codes

__all__ = [
    "COPY_AGAIN",
    "LONGEST_SIDE",
    "MANY_PIXELS",
    "REVERSED",
    "SAVE_AGAIN",
    "STRIP",
    "Decoded",
    "Source",
    "on_white",
    "reduced",
    "upright",
]

Pixels = NDArray[np.uint8] | NDArray[np.uint16]

SAVE_AGAIN = "save it as an 8- or 16-bit RGB JPEG, PNG or TIFF"
COPY_AGAIN = "copy it again from the camera or phone"
ON_WHITE = "transparent areas are set on white"
MANY_PIXELS = 8_000_000
"""A picture of more must have the bytes of a photograph."""
# Bytes a pixel, of soft studio portraits enlarged to 12 megapixels the least at quality 20: JPEG
# 0.019, with codes of its own 0.010 (at 10: 0.0077), WebP 0.0050, AVIF 0.0025; losslessly 1 and
# more. Flat pictures take 0.0157, 0.0059, 0.0018 and 0.0001.
_LEAST_BYTES: dict[Kind, float] = {
    "JPEG": 0.0065,
    "TIFF": 0.0065,  # may be JPEG inside
    "WebP": 0.003,
    "AVIF": 0.001,
    "HEIC": 0.001,
    "PNG": 0.05,
    "RAW": 0.05,
}
_LEAST_USUAL_JPEG = 0.016
LONGEST_SIDE = 65_535  # pixels, as much as a JPEG can say; longer rows or columns take minutes
STRIP = 64  # rows worked on at a time, to need no further copy of the whole picture

# EXIF orientation -> how the stored picture is turned upright (Exif 3.0, tag 0x0112).
_TURNS: dict[int, Callable[[Any], Any]] = {
    2: lambda p: cv2.flip(p, 1),
    3: lambda p: cv2.rotate(p, cv2.ROTATE_180),
    4: lambda p: cv2.flip(p, 0),
    5: cv2.transpose,
    6: lambda p: cv2.rotate(p, cv2.ROTATE_90_CLOCKWISE),
    7: lambda p: cv2.flip(cv2.transpose(p), -1),
    8: lambda p: cv2.rotate(p, cv2.ROTATE_90_COUNTERCLOCKWISE),
}
# The stored axes that run backwards in the upright picture: x, y.
REVERSED = {2: (1, 0), 3: (1, 1), 4: (0, 1), 6: (0, 1), 7: (1, 1), 8: (1, 0)}


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of one photo and how they are wanted.

    Attributes
    ----------
    path : for messages.
    data : the whole file.
    kind : its format.
    max_side : the long side wanted at least, in pixels; None for all pixels.
    max_pixels : more pixels than this are refused.
    """

    path: Path
    data: bytes
    kind: Kind
    max_side: int | None
    max_pixels: int

    def accept(self, width: int, height: int) -> None:
        """Raise PhotoTooLarge or UnreadablePhoto when the size in the header is out of bounds.

        So it is where a file is far too small for a photograph of that size: unpacked, a flat
        picture of a few kilobytes takes gigabytes.
        """
        if width < 1 or height < 1:
            raise UnreadablePhoto(self.path, "its header says it has no pixels", COPY_AGAIN)
        if max(width, height) > LONGEST_SIDE:
            raise PhotoTooLarge(
                self.path,
                f"{width} × {height} pixels: no photo has a side of more than {LONGEST_SIDE}",
                "cut it into parts",
            )
        if width * height > self.max_pixels:
            raise PhotoTooLarge(
                self.path,
                f"{width} × {height} pixels are {width * height / 1e6:.0f} megapixels,"
                f" more than the limit of {self.max_pixels / 1e6:.0f}",
                "make it smaller, or raise max_pixels in the settings",
            )

        usual = self.kind == "JPEG" and jpeg_has_usual_codes(self.data)
        least = (_LEAST_USUAL_JPEG if usual else _LEAST_BYTES[self.kind]) * width * height
        if width * height > MANY_PIXELS and len(self.data) < least:
            raise UnreadablePhoto(
                self.path,
                f"its {len(self.data) / 1e3:.0f} kB hold no photograph of {width} × {height}"
                f" pixels, which takes {least / 1e3:.0f} at the least",
                COPY_AGAIN,
            )

    def factor(self, width: int, height: int) -> int:
        """Return the whole number by which a picture of this size is reduced."""
        if self.max_side is None:
            return 1
        return max(1, min(max(width, height) // self.max_side, width, height))


@dataclass(slots=True)
class Decoded:
    """What a decoder found.

    Attributes
    ----------
    pixels : (H, W, 3) uint8 or uint16, RGB, sRGB-encoded; upright.
    full_size : (width, height) of the upright original.
    shrink : the whole number by which `pixels` are reduced.
    capture : facts from EXIF.
    notes : sentences for the user.
    """

    pixels: Pixels
    full_size: tuple[int, int]
    shrink: int = 1
    capture: Capture = field(default_factory=Capture)
    notes: list[str] = field(default_factory=list)


def upright(pixels: Any, orientation: int) -> Any:
    """Turn a stored picture upright; unknown orientations leave it as it is."""
    turn = _TURNS.get(orientation)
    return turn(pixels) if turn else pixels


def reduced(pixels: Pixels, n: int) -> Pixels:
    """Average n × n pixels in linear light, strip by strip; the rest at right and below goes."""
    height, width = pixels.shape[0] // n, pixels.shape[1] // n
    out: Any = np.empty((height, width, 3), pixels.dtype)
    rows = max(1, STRIP // n)
    for row in range(0, height, rows):
        part: Any = pixels[row * n : (row + rows) * n, : width * n][: (height - row) * n]
        size = (width, len(part) // n)
        mean = cv2.resize(to_linear(part), size, interpolation=cv2.INTER_AREA)
        out[row : row + rows] = to_encoded(mean, pixels.dtype.type)
    return cast(Pixels, out)


def on_white(pixels: Any, alpha: Any) -> list[str]:
    """Set RGB pixels with unassociated alpha on white, in place and in linear light."""
    top = np.iinfo(alpha.dtype).max
    if alpha.min() == top:
        return []
    for row in range(0, len(pixels), STRIP):
        strip = pixels[row : row + STRIP]
        cover = alpha[row : row + STRIP, :, None].astype(np.float32) / np.float32(top)
        strip[:] = to_encoded(to_linear(strip) * cover + (1 - cover), pixels.dtype.type)
    return [ON_WHITE]
