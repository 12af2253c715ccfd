"""Eyes modelled as spheres in a turned head, seen by a pinhole camera: gaze with known truth."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from catchlight.landmarks import (
    EYE_INNER_LEFT,
    EYE_INNER_RIGHT,
    EYE_OUTER_LEFT,
    EYE_OUTER_RIGHT,
    IRIS_LEFT,
    IRIS_RIGHT,
)

from .rendered_face import rotation

__all__ = ["modelled_eyes", "seen_along_the_face"]


def modelled_eyes(
    yaw: float,
    pitch: float,
    roll: float,
    gaze: tuple[float, float],
    *,
    crossed: float = 0.0,
    distance: float = 1500.0,
) -> NDArray[np.float64]:
    """Landmarks (478, 2), of which only the corners and irises of the eyes are set, in pixels.

    In head axes (millimetres, x to the subject's left, y up, z forward) the middles between each
    eye's corners lie 62.8 apart; the centres of rotation 1.62 outside, 2.25 above and 6.5 behind
    them; the irises 10.5 before those.

    Parameters
    ----------
    yaw, pitch, roll : degrees, as in `head_pose.Pose`.
    gaze : degrees from the line to the lens, to the picture's right and down.
    crossed : degrees by which the right eye looks further to the picture's right than the left.
    distance : of the camera, millimetres.
    """
    head = rotation(yaw, pitch, roll)
    camera = np.array([0.0, 0.0, distance])
    points = np.zeros((478, 2))

    def project(place: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.array([place[0], -place[1]]) * 4000 / (distance - place[2]) + 1000

    for side, outer, inner, iris in (
        (-1, EYE_OUTER_RIGHT, EYE_INNER_RIGHT, IRIS_RIGHT),
        (1, EYE_OUTER_LEFT, EYE_INNER_LEFT, IRIS_LEFT),
    ):
        middle = np.array([side * 31.4, 0.0, 0.0])
        half = np.array([side * 14.5, 0.0, 0.0])
        points[outer] = project(head @ (middle + half))
        points[inner] = project(head @ (middle - half))
        ball = head @ (middle + np.array([side * 1.62, 2.25, -6.5]))
        line = (camera - ball) / np.linalg.norm(camera - ball)
        line = rotation(gaze[0] - side * crossed / 2, gaze[1], 0) @ line
        points[iris] = project(ball + 10.5 * line)
    return points


def seen_along_the_face(gaze: tuple[float, float], roll: float) -> tuple[float, float]:
    """Gaze in degrees along the line of the eyes and across it, for a head tilted by `roll`."""
    tilt = math.radians(roll)
    x, y = (math.sin(math.radians(angle)) for angle in gaze)
    across = x * math.cos(tilt) - y * math.sin(tilt)
    along = x * math.sin(tilt) + y * math.cos(tilt)
    return math.degrees(math.asin(across)), math.degrees(math.asin(along))
