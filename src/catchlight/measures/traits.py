"""Traits: the numbers of a face's geometry that change with lids, mouth, cheeks, brows and jaw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..faces import Face
from ..landmarks import (
    EYE_INNER_LEFT,
    EYE_INNER_RIGHT,
    EYE_OUTER_LEFT,
    EYE_OUTER_RIGHT,
    MOUTH_LEFT,
    MOUTH_RIGHT,
)
from .frontal import frontal

__all__ = ["POPULATION", "SIDES", "Norm", "traits"]

SIDES: Final = ("right", "left")


@dataclass(frozen=True, slots=True)
class Norm:
    """How a trait lies in faces at rest.

    Attributes
    ----------
    mean : over people.
    between : standard deviation between people.
    within : standard deviation between photos of one person at rest, landmarks' noise included.
    """

    mean: float
    between: float
    within: float


# Means of 41 neutral studio portraits (own measurement; each side for itself, for the landmark
# model sees the two sides a little differently). Between people: theirs, a little widened, for
# they are mostly young. Within: six photos of one woman, and the same portraits mirrored, halved
# and saved at quality 80.
POPULATION: Final[Mapping[str, Norm]] = MappingProxyType(
    {
        "upper_right": Norm(0.0944, 0.009, 0.005),
        "upper_left": Norm(0.0947, 0.009, 0.005),
        "lower_right": Norm(0.0487, 0.009, 0.005),
        "lower_left": Norm(0.0456, 0.009, 0.005),
        "corner_right": Norm(-0.022, 0.018, 0.010),
        "corner_left": Norm(-0.018, 0.018, 0.010),
        "mouth_width": Norm(0.837, 0.055, 0.022),
        "mouth_depth": Norm(0.220, 0.014, 0.006),
        "lip_gap": Norm(0.008, 0.010, 0.007),
        "lips": Norm(0.334, 0.056, 0.016),
        "cheek_right": Norm(-0.472, 0.030, 0.007),
        "cheek_left": Norm(-0.470, 0.030, 0.007),
        "brow_right": Norm(0.350, 0.043, 0.016),
        "brow_left": Norm(0.350, 0.043, 0.016),
        "brow_slope": Norm(-0.069, 0.015, 0.010),
        "brow_drawn": Norm(0.12, 0.22, 0.07),
        "lips_pressed": Norm(0.08, 0.11, 0.04),
        "chin_raised": Norm(0.19, 0.19, 0.09),
    }
)

# Upper and lower lid: three pairs of opposite vertices each.
_LIDS = {
    "right": (EYE_OUTER_RIGHT, EYE_INNER_RIGHT, (159, 158, 160), (145, 153, 144)),
    "left": (EYE_OUTER_LEFT, EYE_INNER_LEFT, (386, 385, 387), (374, 380, 373)),
}
# The mesh draws the eye's corners too shallow: a head bowed by one degree moves the line between
# them by this much against both lids (own measurement on 41 pairs of portraits of one sitting).
_UPPER_PER_DEGREE = 0.0014
_LOWER_PER_DEGREE = 0.0010
_SLOPE_PER_DEGREE = 0.0013  # the same for the brows' outer against their inner ends
# The mesh raises the brow of a turned head on the far side less than it should.
_BROW_PER_DEGREE = {"right": 0.0006, "left": -0.0006}
_LIP_PAIRS = ((13, 14), (82, 87), (312, 317))  # inner edges: upper, lower
_UPPER_LIP = ((0, 13), (37, 82), (267, 312))  # outer edge, inner edge
_LOWER_LIP = ((17, 14), (84, 87), (314, 317))
_CHEEKS = {"right": (50, 117, 205, 101), "left": (280, 346, 425, 330)}
_BROWS = {"right": ((55, 65, 107), (52, 105)), "left": ((285, 295, 336), (282, 334))}
_BROW_ENDS = ((46, 53, 70), (276, 283, 300))  # outer
_DRAWN = ("browDownLeft", "browDownRight")
_PRESSED = ("mouthPressLeft", "mouthPressRight")


@lru_cache(maxsize=512)
def traits(face: Face) -> Mapping[str, float]:
    """Measure one face; keys as in POPULATION, values in eye distances of the face turned frontal.

    ``upper_…`` and ``lower_…`` are the heights of the lids above and below the line between the
    eye's corners; ``corner_…`` the rise of the mouth's corner above the middle of the lips;
    ``mouth_depth`` how far the corners lie behind the lips; ``lip_gap`` the opening between the
    lips; ``lips`` the height of the red of both; ``cheek_…`` the height of the cheek under the
    eyes' line (negative); ``brow_…`` the height of the brow's inner half; ``brow_slope`` how much
    higher the outer ends are than the inner. ``brow_drawn``, ``lips_pressed`` and ``chin_raised``
    are blendshapes, 0..1 (browDown, mouthPress, both sides' mean, and mouthShrugLower): those that
    told a drawn brow, pressed lips and a pushed-up chin from rest in eight expressions of one
    person and in two public figures; the others stayed at zero, changed with mirroring or told no
    more than the landmarks.
    """
    points = frontal(face)
    y = points[:, 1]
    found: dict[str, float] = {}
    middle = (y[13] + y[14]) / 2
    inner = []
    for side, corner in zip(SIDES, (MOUTH_RIGHT, MOUTH_LEFT), strict=True):
        outer_corner, inner_corner, upper, lower = _LIDS[side]
        line = _line(points, outer_corner, inner_corner)
        rise = float(np.mean([y[i] - line(points[i, 0]) for i in upper]))
        fall = float(np.mean([line(points[i, 0]) - y[i] for i in lower]))
        found[f"upper_{side}"] = rise - _UPPER_PER_DEGREE * face.pitch
        found[f"lower_{side}"] = fall + _LOWER_PER_DEGREE * face.pitch
        found[f"corner_{side}"] = float(y[corner] - middle)
        found[f"cheek_{side}"] = float(y[list(_CHEEKS[side])].mean())
        near_nose, centre = (float(y[list(part)].mean()) for part in _BROWS[side])
        height = (near_nose - float(y[inner_corner]) + centre) / 2
        found[f"brow_{side}"] = height - _BROW_PER_DEGREE[side] * face.yaw
        inner.append(near_nose - float(y[inner_corner]))
    found["mouth_width"] = _distance(points, (MOUTH_RIGHT, MOUTH_LEFT))
    found["mouth_depth"] = float(points[13, 2] - points[[MOUTH_RIGHT, MOUTH_LEFT], 2].mean())
    found["lip_gap"] = float(np.mean([_distance(points, pair) for pair in _LIP_PAIRS]))
    found["lips"] = float(
        np.mean([_distance(points, pair) for pair in _UPPER_LIP])
        + np.mean([_distance(points, pair) for pair in _LOWER_LIP])
    )
    ends = float(np.mean([y[list(end)].mean() for end in _BROW_ENDS]))
    found["brow_slope"] = ends - float(np.mean(inner)) + _SLOPE_PER_DEGREE * face.pitch
    found["brow_drawn"] = sum(face.blendshape(name) for name in _DRAWN) / 2
    found["lips_pressed"] = sum(face.blendshape(name) for name in _PRESSED) / 2
    found["chin_raised"] = face.blendshape("mouthShrugLower")
    return MappingProxyType(found)


def _distance(points: NDArray[np.float64], pair: tuple[int, int]) -> float:
    return float(np.linalg.norm(points[pair[0]] - points[pair[1]]))


def _line(points: NDArray[np.float64], first: int, second: int) -> Callable[[float], float]:
    """Height of the straight line between two landmarks as a function of x."""
    (x0, y0), (x1, y1) = points[first, :2], points[second, :2]
    slope = (y1 - y0) / (x1 - x0) if x1 != x0 else 0.0
    return lambda x: float(y0 + slope * (x - x0))
