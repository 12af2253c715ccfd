"""A perceptual hash: the same picture again after a platform has re-encoded and resized it.

The signs of the lowest frequencies of the picture's brightness, by the discrete cosine transform
(Zauner 2010, "Implementation and benchmarking of perceptual image hash functions", section 3.2).
There it is 8 × 8 frequencies of a 32 × 32 picture; here 16 × 16 of 64 × 64, for headshots are alike
in composition and 64 bits do not tell them apart. It survives scaling, compression and light
changes of tone; not crops, turns or mirroring, and nobody is identified by it.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["BITS", "SAME", "hash_distance", "perceptual_hash"]

BITS = 256
SAME = 24
"""Bits that may differ between copies of one picture: of 70 studio portraits, copies at 200 px or
quality 60 differed in 10 at most, different people in 48 at least (benchmarks/credentials.py)."""

_SIDE, _KEPT = 64, 16


def perceptual_hash(pixels: NDArray[np.uint8]) -> bytes:
    """Return the hash of a picture, 32 bytes.

    Parameters
    ----------
    pixels : (H, W, 3) or with alpha (H, W, 4) uint8, sRGB-encoded; what is transparent is grey.
    """
    grey = cv2.cvtColor(np.ascontiguousarray(pixels[..., :3]), cv2.COLOR_RGB2GRAY)
    if pixels.shape[2] == 4:
        cover = pixels[..., 3].astype(np.float32) / 255
        grey = np.round(grey * cover + 128 * (1 - cover)).astype(np.uint8)
    small = cv2.resize(grey, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    low = cv2.dct(small)[:_KEPT, :_KEPT].ravel()
    low[0] = np.median(low[1:])  # the mean brightness says nothing
    return np.packbits(low > np.median(low[1:])).tobytes()


def hash_distance(first: bytes, second: bytes) -> int:
    """Return in how many bits two hashes differ, 0 to 256.

    >>> hash_distance(bytes(32), bytes([1]) + bytes(31))
    1
    """
    return (int.from_bytes(first, "big") ^ int.from_bytes(second, "big")).bit_count()
