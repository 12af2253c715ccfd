"""Gaze: how far the eyes look away from the lens."""

from __future__ import annotations

import numpy as np

from .eyes import lid_opening
from .measure import Measure, could_not_assess, graded
from .subject import Subject

__all__ = ["gaze", "line_of_sight"]

# Where the iris centre rests, in eye widths from the middle between the corners along and across
# the eye, when a frontal face looks at the lens; mean of 41 neutral studio portraits (own
# measurement, standard deviation 0.026 and 0.014).
_REST_ALONG = (-0.057, 0.067)  # right eye, left eye; positive to the image's right
_REST_ACROSS = -0.084  # positive is down

# Eyeball radius 12 mm, distance between the eye's corners 30 mm: an iris displaced by d eye widths
# has turned by asin(d * 30 / 12). (Farkas 1994 for the fissure; Bekerman et al. 2014 for the eye.)
_WIDTH_PER_RADIUS = 30.0 / 12.0


def line_of_sight(points: np.ndarray, yaw: float) -> tuple[float, float]:
    """Angles in degrees between the mean line of sight and the lens: sideways, then up or down.

    Sideways is positive towards the image's right, vertical positive downwards.

    Parameters
    ----------
    points : (478, 2 or 3) landmarks.
    yaw : head yaw in degrees, positive when the face is turned towards the image's right.
    """
    foreshortening = max(float(np.cos(np.radians(yaw))), 0.5)
    along, across = [], []
    for corners, iris, rest in (
        ((33, 133), 468, _REST_ALONG[0]),
        ((362, 263), 473, _REST_ALONG[1]),
    ):
        a, b = points[corners[0], :2], points[corners[1], :2]
        width = float(np.linalg.norm(b - a))
        axis = (b - a) / max(width, 1e-6)
        offset = points[iris, :2] - (a + b) / 2
        along.append(float(offset @ axis) / width / foreshortening - rest)
        across.append(float(offset @ np.array([-axis[1], axis[0]])) / width - _REST_ACROSS)
    turn = np.degrees(np.arcsin(np.clip(np.mean(along) * _WIDTH_PER_RADIUS, -1, 1)))
    tip = np.degrees(np.arcsin(np.clip(np.mean(across) * _WIDTH_PER_RADIUS, -1, 1)))
    return float(turn) + yaw, float(tip)


def gaze(subject: Subject) -> Measure:
    """Angle between the line of sight and the lens, in degrees, from the irises and head yaw."""
    face = subject.face
    if abs(face.yaw) > 40:
        return could_not_assess("Gaze", "degree", "the face is turned too far to read the gaze")
    if min(lid_opening(face.landmarks)) < 0.13:
        return could_not_assess("Gaze", "degree", "the eyes are closed")
    sideways, down = line_of_sight(face.landmarks, face.yaw)
    value = float(np.hypot(sideways, down))
    score = graded(value, (4, 100), (8, 85), (14, 45), (25, 5), (35, 0))
    if value <= 9:
        reason = "looks into the lens"
    elif abs(sideways) >= abs(down):
        reason = f"looks about {abs(sideways):.0f}° past the lens"
    else:
        reason = f"looks {'down' if down > 0 else 'up'}, about {abs(down):.0f}° from the lens"
    return Measure("Gaze", value, "degree", score, "ok", reason)
