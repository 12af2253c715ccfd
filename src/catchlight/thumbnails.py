"""Reduced pictures, shrunk by areas in linear light."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .color import to_encoded, to_linear

__all__ = ["fitted", "thumbnail"]


def fitted(pixels: NDArray[np.uint8], side: int) -> tuple[NDArray[np.uint8], float]:
    """Shrink a picture so that its longer side is at most `side`; return it and the factor.

    Parameters
    ----------
    pixels : (H, W, 3) uint8, sRGB-encoded.
    side : pixels.
    """
    height, width = pixels.shape[:2]
    factor = side / max(height, width)
    if factor >= 1:
        return np.ascontiguousarray(pixels), 1.0
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    if factor < 0.5 and width % 2 == height % 2 == 0:  # exact halves are far quicker to average
        pixels = cv2.resize(pixels, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8), factor


def thumbnail(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Return a picture of at most `side` pixels for people to look at, shrunk in linear light."""
    height, width = pixels.shape[:2]
    factor = side / max(height, width)
    if factor >= 1:
        return np.ascontiguousarray(pixels)
    rough = 2.0 * factor
    if rough < 0.5:  # far too many pixels: most of the way in encoded light does not show
        between = (max(1, round(width * rough)), max(1, round(height * rough)))
        pixels = np.asarray(cv2.resize(pixels, between, interpolation=cv2.INTER_AREA), np.uint8)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    shrunk = cv2.resize(to_linear(pixels), size, interpolation=cv2.INTER_AREA)
    return to_encoded(np.asarray(shrunk, np.float32), np.uint8)
