"""Expression geometry: where the corners of the mouth and the brows are. No emotion is inferred."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..landmarks import EYE_INNER_LEFT, EYE_INNER_RIGHT, MOUTH_LEFT, MOUTH_RIGHT
from .measure import Measure, graded
from .subject import Subject

__all__ = ["brow_height", "corner_rises", "mouth_corners"]

_UPPER_LIP, _LOWER_LIP = 13, 14  # middle of the lips' inner edges
_BROW_RIGHT, _BROW_LEFT = 55, 285  # inner ends of the brows, lower edge


def _down(subject: Subject) -> NDArray[np.float32]:
    """Unit vector down the face, across the line of the eyes."""
    face = subject.face
    across = (face.iris_left - face.iris_right) / face.eye_distance
    return np.array([-across[1], across[0]], np.float32)


def corner_rises(subject: Subject) -> tuple[float, float]:
    """Rise of the mouth's right and left corner above the middle of the lips, in mouth widths."""
    points = subject.face.landmarks[:, :2]
    width = float(np.linalg.norm(points[MOUTH_LEFT] - points[MOUTH_RIGHT]))
    middle, down = (points[_UPPER_LIP] + points[_LOWER_LIP]) / 2, _down(subject)
    right, left = (float((middle - points[c]) @ down) for c in (MOUTH_RIGHT, MOUTH_LEFT))
    return right / max(width, 1e-6), left / max(width, 1e-6)


def mouth_corners(subject: Subject) -> Measure:
    """Height of the mouth's lower corner above the middle of the lips, as a share of its width.

    41 studio portraits have -0.02 ± 0.04 with a neutral face and 0.06 ± 0.05 smiling (own
    measurement). Photofeeler: a smile with teeth adds 1.35 points of likability on a scale of 10.
    """
    right, left = corner_rises(subject)
    value = min(right, left)  # a smile lifts both
    uneven = abs(right - left)
    score = graded(value, (-0.12, 40), (-0.05, 75), (0.02, 88), (0.09, 100))
    score *= graded(uneven, (0.08, 1.0), (0.14, 0.6))
    if uneven > 0.1:
        reason = "the mouth is drawn to one side"
    elif value < -0.06:
        reason = "the corners of the mouth point down"
    elif value < 0.04:
        reason = "the mouth is relaxed"
    else:
        reason = "a smile"
    return Measure("MouthCorners", value, "1", score, "ok", reason)


def brow_height(subject: Subject) -> Measure:
    """Height of the brows' inner ends above the eyes' inner corners, in eye distances.

    41 studio portraits have 0.24 ± 0.04, the least 0.16 (own measurement); drawn together and
    down they come below 0.15.
    """
    points = subject.face.landmarks[:, :2]
    rise = (points[EYE_INNER_RIGHT] + points[EYE_INNER_LEFT]) / 2
    rise = rise - (points[_BROW_RIGHT] + points[_BROW_LEFT]) / 2
    value = float(rise @ _down(subject)) / subject.face.eye_distance
    score = graded(value, (0.12, 40), (0.15, 70), (0.18, 95), (0.20, 100))
    reason = "the brows are drawn down" if value < 0.155 else "the brows are at ease"
    return Measure("BrowHeight", value, "eye distance", score, "ok", reason)
