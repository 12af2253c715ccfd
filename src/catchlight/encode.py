"""Encoders: JPEG and PNG with metadata written from nothing.

No EXIF, GPS, serial number or preview of the original can be in a file, for nothing of the
original's metadata ever comes here: only pixels do. Files carry the sRGB profile and a resolution.
"""

from __future__ import annotations

import io
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

__all__ = ["CREDENTIALS_BYTES", "encode_jpeg", "encode_png", "srgb_profile"]

_LEAST_QUALITY = 40

CREDENTIALS_BYTES = 20_000
"""Bytes of a destination's limit that are left for Content Credentials, signed or not."""


@cache
def srgb_profile() -> bytes:
    """Return an sRGB ICC profile, the same bytes every time.

    LittleCMS writes the time of day and a random identifier into a new profile's header; both are
    set to fixed values (ICC.1:2022, 7.2: date in bytes 24-35, profile ID in 84-99).
    """
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    data[24:36] = bytes([0x07, 0xE8, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0])
    data[84:100] = bytes(16)
    return bytes(data)


def encode_jpeg(
    pixels: NDArray[np.uint8], *, quality: int = 92, dpi: float = 96, max_bytes: int | None = None
) -> tuple[bytes, int]:
    """Encode to JPEG, 4:4:4; return the bytes and the quality used.

    Parameters
    ----------
    pixels : (H, W, 3) uint8, sRGB-encoded.
    quality : 1..100; lowered, to 40 at the least, until the file has at most `max_bytes`.

    Raises
    ------
    ValueError : even at quality 40 the file is larger than `max_bytes`.
    """
    image = Image.fromarray(pixels)

    def encoded(at: int) -> bytes:
        buffer = io.BytesIO()
        image.save(
            buffer,
            "JPEG",
            quality=at,
            subsampling=0,
            optimize=pixels.size < 1_000_000,  # Huffman tables of its own cost time on large files
            dpi=(round(dpi), round(dpi)),
            icc_profile=srgb_profile(),
        )
        return buffer.getvalue()

    data = encoded(quality)
    if max_bytes is None or len(data) <= max_bytes:
        return data, quality
    low, high, best = _LEAST_QUALITY, quality - 1, None
    while low <= high:
        middle = (low + high) // 2
        data = encoded(middle)
        if len(data) <= max_bytes:
            best, low = (data, middle), middle + 1
        else:
            high = middle - 1
    if best is None:
        raise ValueError(f"{max_bytes} bytes are too few for {pixels.shape[1]}×{pixels.shape[0]}")
    return best


def encode_png(pixels: NDArray[np.uint8], *, dpi: float = 96) -> bytes:
    """Encode (H, W), (H, W, 3) or (H, W, 4) uint8 sRGB to PNG at a quick compression level."""
    buffer = io.BytesIO()
    profile = {} if pixels.ndim == 2 else {"icc_profile": srgb_profile()}
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=1, dpi=(dpi, dpi), **profile)
    return buffer.getvalue()
