"""Motion blur, told apart from missed focus by its direction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .edges import Edges, Tensor, blur_tensor, find_edges, join, lightness_patch
from .measure import Measure, could_not_assess, graded
from .subject import Subject, once

__all__ = [
    "EYE_DISTANCE",
    "EYE_REACH",
    "Movement",
    "edges_at",
    "eye_edges",
    "motion_blur",
    "movement",
]

EYE_DISTANCE = 160.0
"""Pixels between the irises at which blur is judged: finer detail is lost in delivery.

A smaller face is enlarged, so that an edge's neighbours are as far from it as in a larger one.
"""
EYE_REACH = 0.28
"""Half the side of the square about an iris in which edges are looked for, eye distances."""

_WIDTH = 1.1  # % of the eye distance: a spread no wider is not seen as movement
_SMALLEST = 36.0  # pixels between the irises: below, eyes are a few pixels and have no edges
# Pixels between the irises to which smaller faces are enlarged: enough for edges of every
# direction, and not so near that a streak's ends are missed.
_ENLARGED = 110.0
_ROUND = 0.55  # width across by width along: rounder spreads are out of focus, not moved
_NOSE_TO_LIP = (4, 13)  # canonical mesh vertices: tip of the nose, middle of the upper lip
_LEVEL, _UPRIGHT = 30.0, 60.0  # degrees from level


@once
def eye_edges(
    subject: Subject, distance: float = EYE_DISTANCE
) -> tuple[Edges | None, Edges | None]:
    """Edges about the right and the left eye, brows included; None outside of the photo.

    Parameters
    ----------
    distance : pixels between the irises to which the photo is reduced or enlarged, and in which the
        edges are told.
    """
    face = subject.face
    half = EYE_REACH * face.eye_distance
    right, left = (
        edges_at(subject, iris, (half, half), distance)
        for iris in (face.iris_right, face.iris_left)
    )
    return right, left


def edges_at(
    subject: Subject,
    place: NDArray[np.float32],
    half: tuple[float, float],
    distance: float = EYE_DISTANCE,
    least: float = 0.0,
) -> Edges | None:
    """Edges of a patch of the photo; None outside of it.

    Parameters
    ----------
    place, half : the patch's centre (x, y), and half its width and height, in photo pixels.
    distance : as for `eye_edges`.
    least : gradient per pixel below which nothing is an edge.
    """
    scale = distance / subject.face.eye_distance
    patch = lightness_patch(subject.photo.pixels, place, half, scale)
    return None if patch is None else find_edges(patch, least, max(1.0, scale))


def spread(subject: Subject, distance: float) -> Tensor | None:
    """Fit the point spread to the edges of eyes, brows, nose and lips.

    Parameters
    ----------
    distance : as for `eye_edges`.
    """
    face = subject.face
    centre = face.landmarks[list(_NOSE_TO_LIP), :2].mean(axis=0)
    half = (0.4 * face.eye_distance, 0.35 * face.eye_distance)
    parts = [*eye_edges(subject, distance), edges_at(subject, centre, half, distance)]
    # Grain on an edge makes it narrow here and broad there, which looks like a direction.
    clear = [edges for edges in parts if edges is not None and edges.reduced == 1]
    return blur_tensor(join(clear)) if clear else None


@dataclass(frozen=True, slots=True)
class Movement:
    """What a face shows of movement.

    Attributes
    ----------
    moved : whether the point spread is long and narrow enough to be a movement's.
    streak : length of the streak, percent of the eye distance.
    wide : standard deviation of the point spread along its longer axis, likewise.
    angle : its direction, degrees from level; positive is clockwise on the screen.
    """

    moved: bool
    streak: float
    wide: float
    angle: float


def movement(subject: Subject) -> Movement | None:
    """Look for movement in the face; None where edges are too few to say."""
    face = subject.face
    if face.eye_distance < _SMALLEST:
        return None
    distance = min(max(face.eye_distance, _ENLARGED), EYE_DISTANCE)
    found = spread(subject, distance)
    if found is None:
        return None
    streak, wide = found.streak / distance * 100, found.wide / distance * 100
    if wide <= _WIDTH or found.narrow > _ROUND * found.wide:
        return Movement(False, streak, wide, found.angle)
    # A streak is even inside, and a near look at a long one sees no end: look from further away.
    # (Only for its length: from there, pictures out of focus look moved too.)
    for further in (0.5 * distance, 0.25 * distance):
        again = spread(subject, further)
        streak = max(streak, again.streak / further * 100 if again else 0.0)
    return Movement(True, streak, wide, found.angle)


def motion_blur(subject: Subject) -> Measure:
    """Length of the streak that movement drew, in percent of the eye distance.

    Out of focus, edges of every direction are equally soft; moved, only those across the movement
    are. The point spread's covariance is fitted to the edges of eyes, brows, nose and lips
    (`edges.blur_tensor`); the streak is the line that makes a round spread of it. Movement is told
    by direction as in Levin 2006 ("Blind motion deblurring using image statistics").
    Streaks are measured up to a third too short, those beyond 9 % more.

    Verdicts: "none", "moved". The reason names the direction. A camera moved and a head moved draw
    the same streak in the face; which it was is not told.
    """
    if subject.face.eye_distance < _SMALLEST:
        return could_not_assess("MotionBlur", "%", "the face is too small to see movement in it")
    found = movement(subject)
    if found is None:
        reason = "the face shows too few clear edges, or too much noise"
        return could_not_assess("MotionBlur", "%", reason)
    if not found.moved:
        return Measure("MotionBlur", found.streak, "%", 100.0, "ok", "nothing moved", "none")
    score = graded(found.wide, (_WIDTH, 70), (1.5, 40), (2.5, 5), (4, 0))
    tilt = abs(found.angle)
    way = "sideways" if tilt < _LEVEL else "up and down" if tilt > _UPRIGHT else "slantwise"
    reason = (
        f"the camera or the head moved {way}, by about {found.streak:.0f} % of the eye distance"
    )
    return Measure("MotionBlur", found.streak, "%", score, "ok", reason, "moved")
