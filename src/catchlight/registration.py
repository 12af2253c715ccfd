"""Dense registration: how far each part of a picture moved, in blocks, by phase correlation."""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from .color import luminance

__all__ = ["Blocks", "block_moves", "block_side"]

_SHOWN = 0.98  # of a block that has to be seen in both pictures
_FLAT = 0.04  # stops: a block with less contrast has nothing to register
_PEAK = 0.2  # least response of the correlation
_NEIGHBOURS = 4  # blocks that have to agree, the block itself among them

Blocks: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Middles of registered blocks and their moves, (N, 2) each, pixels."""


def block_side(eye_distance: float) -> int:
    """Side of the blocks in pixels: a power of two, about a third of an eye distance.

    >>> block_side(240.0)
    64
    """
    return 1 << max(5, int(np.log2(eye_distance / 3)))


def _detail(linear: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """Local contrast of lightness: insensitive to exposure, white balance and curves."""
    light = np.log2(np.maximum(luminance(linear), np.float32(1e-4)))
    return np.asarray(light - cv2.GaussianBlur(light, (0, 0), sigma), np.float32)


def block_moves(
    before: NDArray[np.float32],
    after: NDArray[np.float32],
    shown: NDArray[np.bool_],
    side: int,
) -> Blocks:
    """Register blocks, half overlapping, of two pictures of the same size.

    Phase correlation (Kuglin & Hines 1975; sub-pixel peak as in OpenCV). A warp of a face is smooth
    over some blocks and noise is not, so each block takes the median with its eight neighbours.

    Parameters
    ----------
    before, after : (H, W, 3) float32, linear sRGB.
    shown : (H, W) bool, what is seen in both.
    side : of a block, pixels.

    Returns
    -------
    Middles of the blocks that could be registered and their moves, (N, 2) float64 each, pixels.
    """
    first, second = _detail(before, side / 8), _detail(after, side / 8)
    window = cv2.createHanningWindow((side, side), cv2.CV_32F)
    rows = range(0, first.shape[0] - side + 1, side // 2)
    columns = range(0, first.shape[1] - side + 1, side // 2)
    field = np.full((len(rows) + 2, len(columns) + 2, 2), np.nan)
    for i, y in enumerate(rows, start=1):
        for j, x in enumerate(columns, start=1):
            block = (slice(y, y + side), slice(x, x + side))
            if shown[block].mean() < _SHOWN or first[block].std() < _FLAT:
                continue
            move, response = cv2.phaseCorrelate(first[block], second[block], window)
            if response > _PEAK:
                field[i, j] = move
    middles, moves = [], []
    for i, j in np.argwhere(np.isfinite(field[..., 0])):
        around = field[i - 1 : i + 2, j - 1 : j + 2].reshape(-1, 2)
        around = around[np.isfinite(around[:, 0])]
        if len(around) >= _NEIGHBOURS:
            middles.append((columns[j - 1] + side / 2, rows[i - 1] + side / 2))
            moves.append(np.median(around, axis=0))
    return np.array(middles, np.float64).reshape(-1, 2), np.array(moves, np.float64).reshape(-1, 2)
