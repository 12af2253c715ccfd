"""Bombs: small files that unpack to much, or say that they do."""

from __future__ import annotations

import functools
import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import tifffile
from PIL import Image

from .. import photo_files as made
from .mutations import seeds


def _flat_png(width: int, height: int, depth: int = 8, color: int = 2) -> bytes:
    """A whole PNG of zeros, packed a thousandfold."""
    samples = {0: 1, 2: 3, 3: 1, 6: 4}[color]
    row = 1 + (width * samples * depth + 7) // 8
    packer = zlib.compressobj(9)
    many = bytes(row * 64)
    starts = range(0, height, 64)
    parts = [packer.compress(many[: row * min(64, height - start)]) for start in starts]
    parts.append(packer.flush())
    head = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    chunks = [made.chunk(b"IHDR", head)]
    if color == 3:
        chunks.append(made.chunk(b"PLTE", bytes(3)))
    chunks += [made.chunk(b"IDAT", b"".join(parts)), made.chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _with_size(jpeg: bytes, width: int, height: int) -> bytes:
    """A JPEG that says another size."""
    data = bytearray(jpeg)
    for marker in (b"\xff\xc0", b"\xff\xc2"):
        at = data.find(marker)
        if at > 0:
            struct.pack_into(">HH", data, at + 5, height, width)
    return bytes(data)


def _said(data: bytes, old: bytes, new: bytes) -> bytes:
    assert old in data
    return data.replace(old, new)


def _tiff(**tags: tuple[int, int]) -> bytes:
    """A TIFF of zeros, some of whose numbers are changed: tag=(number, value)."""
    data = bytearray(made.tiff16(np.zeros((64, 64, 3), np.uint16)))
    with tifffile.TiffFile(io.BytesIO(bytes(data))) as file:
        for number, value in tags.values():
            tag = file.pages.first.tags[number]
            struct.pack_into("<I" if tag.dtype == 4 else "<H", data, tag.offset + 8, value)
    return bytes(data)


def _flat(kind: str, side: int, **options: object) -> bytes:
    return made.saved(Image.new("RGB", (side, side)), kind, **options)


@functools.cache
def _zeros() -> bytes:
    return zlib.compress(bytes(50_000_000), 9)


def _grey_tiff(shape: tuple[int, ...], **options: Any) -> bytes:
    out = io.BytesIO()
    tifffile.imwrite(out, np.zeros(shape, np.uint8), photometric="minisblack", **options)
    return out.getvalue()


def bombs() -> dict[str, Callable[[], bytes]]:
    """Return what makes them by name, 25 of them."""
    jpeg, progressive = seeds()["JPEG"][:2]
    png = seeds()["PNG"][3]
    scan = progressive.rfind(b"\xff\xda")
    loop = bytearray(made.encoded(made.drawing(), "TIFF"))
    struct.pack_into("<I", loop, 4, 8)
    return {
        "PNG, flat, 100 MP": lambda: _flat_png(10_000, 10_000),
        "PNG, flat, 100 MP of 16 bits": lambda: _flat_png(10_000, 10_000, 16),
        "PNG, flat, 225 MP": lambda: _flat_png(15_000, 15_000),
        "PNG, one row of 100 MP": lambda: _flat_png(100_000_000, 1, 1, 0),
        "PNG, one column of 100 MP": lambda: _flat_png(1, 100_000_000, 1, 0),
        "PNG, palette, 100 MP": lambda: _flat_png(10_000, 10_000, 8, 3),
        "PNG that says 60000²": lambda: made.png_header(60_000, 60_000),
        "PNG that says 10000²": lambda: made.png_header(10_000, 10_000),
        "PNG that says 2³¹": lambda: made.png_header(2**31 - 1, 2**31 - 1),
        "PNG, profile of 50 MB": lambda: made.with_chunk(png, b"iCCP", b"x\0\0" + _zeros()),
        "PNG, text of 50 MB": lambda: made.with_chunk(png, b"zTXt", b"x\0\0" + _zeros()),
        "PNG, text packed twice": lambda: made.with_chunk(
            png, b"iTXt", b"x\0\1\0\0\0" + zlib.compress(_zeros(), 9)
        ),
        "JPEG that says 65500²": lambda: _with_size(jpeg, 65_500, 65_500),
        "JPEG that says 10000²": lambda: _with_size(jpeg, 10_000, 10_000),
        "JPEG, progressive, says 10000²": lambda: _with_size(progressive, 10_000, 10_000),
        "JPEG, 2000 scans": lambda: progressive[:-2] + progressive[scan:-2] * 2000 + b"\xff\xd9",
        "JPEG, 3 MB of comments": lambda: (
            jpeg[:2] + (b"\xff\xfe\xff\xff" + bytes(65533)) * 46 + jpeg[2:]
        ),
        "WebP, flat, 100 MP": lambda: _flat("WEBP", 10_000, lossless=True, method=0, quality=0),
        "AVIF that says 60000²": lambda: _said(
            seeds()["AVIF"][0], struct.pack(">II", 96, 120), struct.pack(">II", 60_000, 60_000)
        ),
        "HEIC that says 60000²": lambda: made.heic(size=(60_000, 60_000)),
        "HEIC that says 10000²": lambda: made.heic(size=(10_000, 10_000)),
        "TIFF, deflated, 81 MP": lambda: _grey_tiff((9000, 9000), compression="zlib"),
        "TIFF that says 60000²": lambda: _tiff(w=(256, 60_000), h=(257, 60_000)),
        "TIFF of 400 pictures": lambda: _grey_tiff((400, 8, 8)),
        "TIFF whose directory is itself": lambda: bytes(loop),
    }
