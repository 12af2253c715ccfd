"""Asymmetry: whether the two sides of the face still differ as they did.

No face is symmetrical, and a face made symmetrical is another one. The signed difference vector is
left landmarks less mirrored right ones. It is measured before on the landmarks of the photograph,
and after on the same landmarks moved as their surroundings were found to have moved by dense
registration: landmarks found anew would differ by 0.6 % of the eye distance by themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .bounds import BOUNDS, Reading
from .landmarks import (
    BROW_LEFT,
    BROW_RIGHT,
    CHEEK_LEFT,
    CHEEK_RIGHT,
    EYE_LEFT,
    EYE_RIGHT,
    FACE_OVAL,
    IRIS_LEFT,
    IRIS_RIGHT,
    LIPS_OUTER,
    NOSE_WING_LEFT,
    NOSE_WING_RIGHT,
)
from .registration import Blocks, block_moves, block_side

if TYPE_CHECKING:
    from .ledger import Comparison

__all__ = ["MIRRORED", "asymmetry", "difference_vector"]

MIRRORED: tuple[tuple[int, int], ...] = (
    (IRIS_RIGHT, IRIS_LEFT),
    (NOSE_WING_RIGHT, NOSE_WING_LEFT),
    *zip(EYE_RIGHT, EYE_LEFT, strict=True),
    *zip(BROW_RIGHT, BROW_LEFT, strict=True),
    *zip(CHEEK_RIGHT, CHEEK_LEFT, strict=True),
    # outlines that run over both sides: from the middle both ways, from corner to corner
    *((FACE_OVAL[-k], FACE_OVAL[k]) for k in range(1, 18)),
    *((LIPS_OUTER[k], LIPS_OUTER[10 - k]) for k in range(5)),
    *((LIPS_OUTER[20 - k], LIPS_OUTER[10 + k]) for k in range(1, 5)),
)
"""Landmarks of the right side and their like on the left."""

_NEAR = 0.45  # eye distances within which blocks tell how a landmark moved
_LEAST_PAIRS = 20
_LEAST_EYE_DISTANCE = 60.0  # pixels: below, registration is too coarse
_EVEN = 0.6  # % of the eye distance, rms: a difference that size is mostly the landmarks' own error


def difference_vector(
    points: NDArray[np.float64], axis: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return left less mirrored right landmarks about their common middle, (pairs, 2).

    Parameters
    ----------
    points : (pairs, 2, 2): right and left landmark of each pair, (x, y).
    axis : (2,) unit vector from the right eye to the left.
    """
    across = points @ axis
    along = points @ np.array([-axis[1], axis[0]])
    vector = np.column_stack([across[:, 1] + across[:, 0], along[:, 1] - along[:, 0]])
    return np.asarray(vector - vector.mean(axis=0))


def _moved(
    points: NDArray[np.float64],
    middles: NDArray[np.float64],
    moves: NDArray[np.float64],
    reach: float,
) -> NDArray[np.float64]:
    """Return the move of each point (n, 2) by the blocks within reach; not-a-number without any."""
    away = np.linalg.norm(points[:, None] - middles[None], axis=2)
    weight = np.maximum(1 - away / reach, 0) ** 2
    total = weight.sum(axis=1, keepdims=True)
    return np.asarray(weight @ moves / np.where(total > 0, total, np.nan))


def asymmetry(pair: Comparison, blocks: Blocks | None = None) -> tuple[Reading, Reading]:
    """Correlation of the difference vectors before and after, and the ratio of their lengths.

    `blocks` are the registered ones, where they are known already.
    """
    kind, size = BOUNDS["asymmetry"], BOUNDS["asymmetry_size"]

    def unknown(why: str) -> tuple[Reading, Reading]:
        return Reading(kind, None, kind.most, why), Reading(size, None, size.most, why)

    if pair.eye_distance < _LEAST_EYE_DISTANCE:
        return unknown("the face is too small to compare its sides")
    side = block_side(pair.eye_distance)
    middles, moves = blocks or block_moves(pair.before, pair.after, pair.shown, side)
    if len(middles) < 6:
        return unknown("too little of the face has detail to register")
    points = pair.points[np.array(MIRRORED)].astype(np.float64)
    flat = points.reshape(-1, 2)
    shift = _moved(flat, middles, moves, _NEAR * pair.eye_distance).reshape(points.shape)
    found = np.isfinite(shift).all(axis=(1, 2))
    if found.sum() < _LEAST_PAIRS:
        return unknown("too few places are seen on both sides of the face")
    eyes = pair.points[IRIS_LEFT] - pair.points[IRIS_RIGHT]
    axis = np.asarray(eyes, np.float64) / float(np.linalg.norm(eyes))
    before = difference_vector(points[found], axis)
    after = difference_vector((points + shift)[found], axis)
    length = float(np.linalg.norm(before))
    rms = length / np.sqrt(len(before)) / pair.eye_distance * 100
    if rms < _EVEN:
        return unknown("the sides of the face differ too little to compare how they differ")
    other = float(np.linalg.norm(after))
    same = float((before * after).sum()) / max(length * other, 1e-12)
    return (
        Reading(
            kind,
            min(same, 1.0),
            kind.most,
            f"The sides differ by {rms:.1f} % of the eye distance, in {len(before)} places.",
        ),
        Reading(size, other / length, size.most, "1.00 is as much as in the photograph."),
    )
