"""Mouth: an open mouth that is not a smile."""

from __future__ import annotations

import numpy as np

from .measure import Measure, graded
from .subject import Subject

__all__ = ["mouth_closed"]


def mouth_closed(subject: Subject) -> Measure:
    """Gap between the lips as a share of the mouth's width (after ISO/IEC 29794-5 MouthClosed).

    A smile that shows the upper teeth opens the lips by 0.10 to 0.20; speaking, shouting and a
    tongue out by more.
    """
    points = subject.face.landmarks[:, :2]
    gap = np.linalg.norm(points[13] - points[14])
    value = float(gap / max(float(np.linalg.norm(points[61] - points[291])), 1e-6))
    score = graded(value, (0.20, 100), (0.28, 70), (0.40, 25), (0.7, 0))
    reason = "the mouth is wide open" if value > 0.28 else "the mouth is at rest or smiling"
    return Measure("MouthClosed", value, "1", score, "ok", reason)
