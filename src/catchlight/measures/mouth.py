"""Mouth: lips apart without a smile."""

from __future__ import annotations

import numpy as np

from ..landmarks import MOUTH_LEFT, MOUTH_RIGHT
from .expression import corner_rises
from .measure import Measure, graded
from .subject import Subject

__all__ = ["mouth_closed"]

_UPPER_LIP, _LOWER_LIP = 13, 14  # middle of the lips' inner edges
_AT_REST = 0.05  # gap of relaxed lips
_PER_RISE = 1.5  # gap that a smile brings for every share of rise of its corners


def mouth_closed(subject: Subject) -> Measure:
    """Gap between the lips, as a share of the mouth's width (after ISO/IEC 29794-5 MouthClosed).

    A smile that shows the teeth opens the lips by 0.10 to 0.20 and lifts both corners by about
    0.1; lips as far apart without it are speaking, gasping or making a face.
    """
    points = subject.face.landmarks[:, :2]
    width = float(np.linalg.norm(points[MOUTH_RIGHT] - points[MOUTH_LEFT]))
    value = float(np.linalg.norm(points[_UPPER_LIP] - points[_LOWER_LIP])) / max(width, 1e-6)
    smile = max(0.0, min(corner_rises(subject)))
    excess = value - _AT_REST - _PER_RISE * smile
    score = graded(excess, (0.02, 100), (0.08, 85), (0.15, 55), (0.3, 15), (0.6, 0))
    if value > 0.3:
        reason = "the mouth is wide open"
    elif excess > 0.1:
        reason = "the lips are apart, and it is not a smile"
    else:
        reason = "the mouth is at rest or smiling"
    return Measure("MouthClosed", value, "1", score, "ok", reason)
