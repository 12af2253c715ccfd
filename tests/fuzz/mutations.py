"""Mutations: photo files of every format from one painted portrait, damaged by a seeded chance.

The kinds of damage are those of AFL's havoc stage (Zalewski, technical whitepaper, "Mutation
strategies"): bits flipped, bytes and words set to odd values, parts cut, doubled, zeroed, joined
with another file; and for PNG the checksums put right again, so that the damage is met behind them.
"""

from __future__ import annotations

import functools
import random
import struct
import zlib

import imagecodecs
import numpy as np
from PIL import Image

from .. import photo_files as made
from ..painted_person import body, oval_face

_ODD = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF,
        0x10000, 100_000_000, 64, 1000)  # fmt: skip
FORMATS = ("JPEG", "PNG", "WebP", "TIFF", "HEIC", "AVIF")


@functools.cache
def portrait() -> np.ndarray:
    """A painted person before a wall; (120, 96, 3) uint8."""
    face = oval_face(48, 50, 22)
    alpha = np.asarray(body((120, 96), face, strands=6), np.float32)[..., None]
    wall = made.smooth(96, 120, 1).astype(np.float32)
    skin = made.smooth(96, 120, 2).astype(np.float32) * (0.9, 0.7, 0.6) + 40
    return np.clip(alpha * skin + (1 - alpha) * wall, 0, 255).astype(np.uint8)


@functools.cache
def seeds() -> dict[str, tuple[bytes, ...]]:
    """Whole files of every format."""
    picture = portrait()
    deep = picture.astype(np.uint16) * 257
    image = Image.fromarray(picture)
    exif = made.exif(6, t0x010F="Lens Makers").tobytes()
    profile = made.icc_profile()
    alpha = Image.fromarray(np.dstack([picture, picture[..., 1]]))
    return {
        "JPEG": (
            made.encoded(picture, "JPEG", quality=85, subsampling=2, exif=exif),
            made.encoded(picture, "JPEG", progressive=True, icc_profile=profile),
            made.saved(image.convert("CMYK"), "JPEG"),
            made.saved(image.convert("L"), "JPEG"),
        ),
        "PNG": (
            made.encoded(picture, "PNG", icc_profile=profile, exif=exif),
            made.png16(deep),
            made.saved(image.quantize(64), "PNG", transparency=3),
            made.saved(alpha, "PNG"),
        ),
        "WebP": (
            made.encoded(picture, "WEBP", exif=exif, icc_profile=profile),
            made.encoded(picture, "WEBP", lossless=False, quality=70),
            made.saved(alpha, "WEBP", quality=60),
        ),
        "TIFF": (
            made.encoded(picture, "TIFF", icc_profile=profile),
            made.encoded(picture, "TIFF", compression="tiff_lzw"),
            made.encoded(picture, "TIFF", compression="jpeg"),
            made.tiff16(deep),
            made.tiff16(deep, compression="zlib", predictor=True, tile=(32, 32)),
            made.dng(),
        ),
        "HEIC": (
            made.heic(exif_block=exif),
            made.heic(irot=1, imir=0, icc=profile),
        ),
        "AVIF": (
            made.encoded(picture, "AVIF", exif=exif),
            made.encoded(picture, "AVIF", quality=40, subsampling="4:2:0", icc_profile=profile),
            bytes(imagecodecs.avif_encode(np.dstack([picture, picture[..., 0]]))),
        ),
    }


def mutated(number: int) -> tuple[str, bytes]:
    """Return the format and the bytes of the damaged file of this number, always the same."""
    rng = random.Random(number)
    kind = FORMATS[number % len(FORMATS)]
    data = bytearray(rng.choice(seeds()[kind]))
    for _ in range(rng.choice((1, 1, 2, 3, 5, 8, 20))):
        data = _damaged(data, kind, rng)
    if kind == "PNG" and rng.random() < 0.7:
        data = _checksums(data)
    return kind, bytes(data)


def _place(data: bytearray, rng: random.Random) -> int:
    """A place in the file; more often in the first kilobyte, where the structure is."""
    reach = len(data) if rng.random() < 0.5 else min(len(data), 1024)
    return rng.randrange(max(1, reach))


def _damaged(data: bytearray, kind: str, rng: random.Random) -> bytearray:
    if len(data) < 16:
        return data + rng.randbytes(16)
    at = _place(data, rng)
    length = min(len(data) - at, rng.choice((1, 2, 4, 8, 32, 256, 4096)))
    what = rng.randrange(9)
    if what == 0:
        data[at] ^= 1 << rng.randrange(8)
    elif what == 1:
        data[at] = rng.randrange(256)
    elif what in (2, 3):
        size = rng.choice((1, 2, 4))
        word = (rng.choice(_ODD) & (256**size - 1)).to_bytes(size, rng.choice(("big", "little")))
        data[at : at + size] = word
    elif what == 4:
        del data[at : at + length]
    elif what == 5:
        data[at:at] = data[at : at + length]
    elif what == 6:
        data[at : at + length] = bytes(length)
    elif what == 7:
        other = rng.choice(seeds()[kind])
        start = rng.randrange(len(other))
        data[at : at + length] = other[start : start + length]
    elif rng.random() < 0.3:
        del data[max(16, at) :]
    else:
        data[at : at + length] = rng.randbytes(length)
    return data


def _checksums(data: bytearray) -> bytearray:
    """Put the checksums of a PNG right."""
    at = 8
    while at + 12 <= len(data):
        length = struct.unpack_from(">I", data, at)[0]
        end = at + 8 + length
        if end + 4 > len(data):
            break
        struct.pack_into(">I", data, end, zlib.crc32(data[at + 4 : end]))
        at = end + 4
    return data
