"""Motion blur, told apart from missed focus by its direction."""

from __future__ import annotations

from dataclasses import dataclass

from ..faces import Face
from .edges import Edges, Tensor, blur_tensor, find_edges, join, lightness_patch
from .measure import Measure, could_not_assess, graded
from .subject import Subject, once

__all__ = ["EYE_REACH", "Movement", "eye_edges", "motion_blur", "movement", "reduction", "spread"]

EYE_DISTANCE = 160.0
"""Pixels between the irises at which blur is judged: finer detail is lost in delivery."""
EYE_REACH = 0.28
"""Half the side of the square about an iris in which edges are looked for, eye distances."""

_WIDTH = 1.1  # % of the eye distance: a spread no wider is not seen as movement
_SMALLEST = 60.0  # pixels between the irises: below, there are too few edges of every direction
_ROUND = 0.55  # width across by width along: rounder spreads are out of focus, not moved
_NOSE_TO_LIP = (4, 13)  # canonical mesh vertices: tip of the nose, middle of the upper lip
_LEVEL, _UPRIGHT = 30.0, 60.0  # degrees from level


def reduction(face: Face) -> float:
    """Factor, at most 1, by which the photo is reduced to be judged at `EYE_DISTANCE`."""
    return min(1.0, EYE_DISTANCE / face.eye_distance)


@once
def eye_edges(subject: Subject, further: float = 1.0) -> tuple[Edges | None, Edges | None]:
    """Edges about the right and the left eye, brows included, in reduced pixels; None outside.

    Parameters
    ----------
    further : factor, at most 1, by which the photo is reduced beyond `reduction`.
    """
    face, scale = subject.face, further * reduction(subject.face)
    half = EYE_REACH * face.eye_distance
    found: list[Edges | None] = []
    for iris in (face.iris_right, face.iris_left):
        patch = lightness_patch(subject.photo.pixels, iris, (half, half), scale)
        found.append(None if patch is None else find_edges(patch))
    return found[0], found[1]


def spread(
    subject: Subject, eyes: tuple[Edges | None, Edges | None], further: float = 1.0
) -> Tensor | None:
    """Fit the point spread to the edges of eyes, brows, nose and lips, in reduced pixels."""
    face = subject.face
    centre = face.landmarks[list(_NOSE_TO_LIP), :2].mean(axis=0)
    half = (0.4 * face.eye_distance, 0.35 * face.eye_distance)
    lower = lightness_patch(subject.photo.pixels, centre, half, further * reduction(face))
    parts = [*eyes, None if lower is None else find_edges(lower)]
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


def movement(subject: Subject, eyes: tuple[Edges | None, Edges | None]) -> Movement | None:
    """Look for movement in the face; None where edges are too few to say.

    Parameters
    ----------
    eyes : the edges of `eye_edges`.
    """
    face = subject.face
    if face.eye_distance < _SMALLEST:
        return None
    found = spread(subject, eyes)
    if found is None:
        return None
    percent = 100 / (face.eye_distance * reduction(face))
    streak, wide = found.streak * percent, found.wide * percent
    if wide <= _WIDTH or found.narrow > _ROUND * found.wide:
        return Movement(False, streak, wide, found.angle)
    # A streak is even inside, and a near look at a long one sees no end: look from further away.
    # (Only for its length: from there, pictures out of focus look moved too.)
    for further in (0.5, 0.25):
        again = spread(subject, eye_edges(subject, further), further)
        streak = max(streak, again.streak * percent / further if again else 0.0)
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
    found = movement(subject, eye_edges(subject))
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
