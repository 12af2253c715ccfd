"""Gaze: how far each eye looks away from the lens, and whether the two agree.

The eyeball is taken as a sphere that turns about its centre. Where the iris stands against that
centre *in the picture* gives the line of sight: an eye that looks into the lens has both in one
place, however the head is turned. The centre itself is not seen; it is found from the corners of
the eye, behind the middle between which it lies, and the pose of the head, which says where
"behind" is. So eyes that look up into the lens from a lowered head, or sideways from a turned one,
are on the lens.

References
----------
.. [1] Fry & Hill 1962, "The center of rotation of the eye", Am. J. Optom. 39(11), 581-595, and
   1963, "The mechanics of elevating the eye", 40(12), 707-716: 14.7 mm behind the apex of the
   cornea sideways and 12.0 mm up and down (as quoted by later eye models), 13.4 in the mean. The
   limbus, 5.85 mm wide of the axis, lies 2.6 mm behind the apex of a cornea of 7.8 mm radius.
.. [2] Ishikawa, Baker, Matthews & Kanade 2004, "Passive driver gaze tracking with active appearance
   models", CMU-RI-TR-04-08: gaze from the eye's corners and the head's pose.
.. [3] Eskridge, Wick & Perrigin 1988, "The Hirschberg test: a double-masked clinical evaluation",
   Am. J. Optom. Physiol. Opt. 65(9), 745-750: the angle between two eyes from the place of a
   light's reflection on each cornea, 22 prism dioptres a millimetre.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..faces import Face
from ..irises import Highlight, hidden, irises, main_highlights, offset
from ..landmarks import (
    EYE_INNER_LEFT,
    EYE_INNER_RIGHT,
    EYE_OUTER_LEFT,
    EYE_OUTER_RIGHT,
    IRIS_LEFT,
    IRIS_RIGHT,
)
from .measure import Measure, could_not_assess, graded
from .subject import Subject

__all__ = ["LineOfSight", "gaze", "gaze_agreement", "line_of_sight", "seen_line_of_sight"]

# Millimetres of a face whose eyes' middles (between the corners) are `_EYES_APART` apart.
_EYES_APART = 62.8  # where irises are 66 apart, as in the canonical face
# From the centre of rotation to the plane of the limbus: 10.8 by [1], and `_PAST` is set with 3 %
# less, which is within what people differ by.
_TO_LIMBUS = 10.5
# From the middle between an eye's corners to the centre of rotation. Outwards and up are where the
# iris rests in 95 studio portraits that look into the lens (mean; one person's standard deviation
# is 0.8 outwards, of which the mean of both eyes keeps 0.3, and 0.4 up). Backwards is how the iris
# moves against the corners as the head turns and the eyes stay on the lens: 6.1 to 6.7 mm in 168
# portraits.
_OUT, _UP, _BACK = 1.62, 2.25, 6.5
_BIAS = 0.07  # of the landmarks, to the picture's right (mean of portraits and their mirror images)

# The pitch that landmarks show is as much the face's shape as its nod (standard deviation 5° over
# portraits taken at eye level), and with the eyes on the lens only a quarter of it is to be seen in
# the irises. The vertical angle is that for the share of the pitch, in this range, that brings it
# nearest to the lens: what a nod can explain is not held against the eyes.
_NOD = (0.25, 1.0)

_FARTHEST_TURN = 40.0  # degrees of yaw; beyond, the far iris is foreshortened and half covered
_PAST = 9.4  # degrees; 165 portraits on the lens come to 8.4 at most, 9 off it to 10.4 at least
_SMALLEST_IRIS = 2.0  # pixels of the photo

_REFLECTION = 5.9 / 4.6  # iris radius over millimetres in a radian: 22 prism dioptres in one [3]
_FAR_EYE_SEEN = 25.0  # degrees of yaw, or of gaze: beyond, one iris is hard to place
_CROSSED = 22.0  # degrees between the eyes by both methods: 3 standard deviations of either
_CROSSED_ALONE = 30.0  # by the corners alone: a fold over the inner corners feigns up to 29
_HIGHER = 7.0  # one eye above the other; 5.4 at most in 170 portraits


@dataclass(frozen=True, slots=True)
class LineOfSight:
    """Where the eyes look, in degrees from the line to the lens.

    Attributes
    ----------
    sideways, down : mean of both eyes; positive to the picture's right and down.
    crossed : right eye's angle to the picture's right less the left eye's; positive where the lines
        cross in front of the lens.
    higher : how much further down the right eye looks than the left.
    """

    sideways: float
    down: float
    crossed: float
    higher: float


def line_of_sight(
    landmarks: NDArray[np.floating], yaw: float, pitch: float, roll: float
) -> LineOfSight:
    """Find the line of sight from the irises, the corners of the eyes and the pose of the head.

    Parameters
    ----------
    landmarks : (478, 2 or 3), in pixels.
    yaw, pitch, roll : degrees, as in `head_pose.Pose`, taken as exact.
    """
    a, b, c = np.radians([pitch, yaw, roll])
    # Upright by the head's roll, so that what is left is a nod and a turn (Ry Rx).
    turn = np.array([[np.cos(c), -np.sin(c)], [np.sin(c), np.cos(c)]])
    points = landmarks[:, :2].astype(np.float64) @ turn.T
    right = (points[EYE_OUTER_RIGHT] + points[EYE_INNER_RIGHT]) / 2
    left = (points[EYE_OUTER_LEFT] + points[EYE_INNER_LEFT]) / 2
    between = float(np.linalg.norm(left - right)) / max(float(np.cos(b)), 0.3)
    scale = _EYES_APART / max(between, 1e-6)  # mm per pixel

    angles = []
    for middle, iris, out in ((right, IRIS_RIGHT, -_OUT), (left, IRIS_LEFT, _OUT)):
        # Centre of rotation from the middle of the corners, head axes (left, up, forward) turned.
        x, y, z = out + _BIAS, _UP, -_BACK
        y, z = y * np.cos(a) - z * np.sin(a), y * np.sin(a) + z * np.cos(a)
        x = x * np.cos(b) + z * np.sin(b)
        offset = (points[iris] - middle) * scale - np.array([x, -y])
        angles.append(np.degrees(np.arcsin(np.clip(offset / _TO_LIMBUS, -1, 1))))
    mean, difference = (angles[0] + angles[1]) / 2, angles[0] - angles[1]
    return LineOfSight(float(mean[0]), float(mean[1]), float(difference[0]), float(difference[1]))


def seen_line_of_sight(face: Face) -> LineOfSight:
    """Find the line of sight of a face, with what a nod can explain taken off the vertical angle.

    Works on landmarks alone, in 0.1 ms; whether the irises can be seen is another question
    (`irises.hidden`).
    """
    least, most = (
        line_of_sight(face.landmarks, face.yaw, share * face.pitch, face.roll) for share in _NOD
    )
    down = 0.0 if least.down * most.down <= 0 else min(least.down, most.down, key=abs)
    return LineOfSight(least.sideways, down, least.crossed, least.higher)


def _obstacle(subject: Subject) -> str | None:
    if abs(subject.face.yaw) > _FARTHEST_TURN:
        return "the face is turned too far to read the gaze"
    pair = irises(subject.view, mirrored=False)
    if min(iris.radius for iris in pair) / subject.view.scale < _SMALLEST_IRIS:
        return "the eyes are too small in the photo to read the gaze"
    return hidden(pair)


def gaze(subject: Subject) -> Measure:
    """Angle between the line of sight and the lens in degrees, the mean of both eyes.

    Verdicts: "into the lens", "beside the lens", "above the lens", "below the lens".

    The iris landmarks are used as they are: a search for the iris's rim in the pixels comes nearer
    to hand-placed marks sideways (0.48 to 0.30 % of the eye distance over 41 portraits) but is
    worse vertically (0.48 to 0.64 %) and on portraits in the wild wanders off twice as far. The
    person's own usual offset is not taken off over a session: between people it is 1.6° sideways
    and 2.3° vertically, little against `_PAST`, and whoever looks at the screen instead of the lens
    does so in every photo.
    """
    obstacle = _obstacle(subject)
    if obstacle is not None:
        return could_not_assess("Gaze", "degree", obstacle)
    face = subject.face
    line = seen_line_of_sight(face)
    value = math.hypot(line.sideways, line.down)
    score = graded(value, (4, 100), (_PAST, 75), (16, 40), (28, 5), (40, 0))
    # Spread over people, and what is uncertain in the pose: 2° of yaw, half of the pitch.
    uncertainty = math.hypot(2.8, 0.06 * face.yaw, 0.15 * face.pitch)
    about = f"about {value:.0f}°"
    if value <= _PAST:
        verdict, reason = "into the lens", "looks into the lens"
    elif abs(line.sideways) >= abs(line.down):
        side = "right" if line.sideways > 0 else "left"
        verdict = "beside the lens"
        reason = f"looks {about} past the lens, to the picture's {side}"
    elif line.down > 0:
        verdict, reason = "below the lens", f"looks down, {about} below the lens"
    else:
        verdict, reason = "above the lens", f"looks up, {about} above the lens"
    return Measure("Gaze", value, "degree", score, "ok", reason, verdict, uncertainty)


def gaze_agreement(subject: Subject) -> Measure:
    """Angle between the two eyes' lines of sight in degrees; 0 where they meet as most people's do.

    Verdicts: "together", "apart".

    Both a person's own way of looking and a moment in which one eye has wandered look like this, so
    it takes a few points at most and is never a fault by itself. The irises against the eyes'
    corners are the first witness (standard deviation 7.5° over people, more where a fold covers
    the inner corners). Where they say that the lines are far apart, and both eyes mirror the same
    light, the reflections against the irises (7°, [3]_) have to say so too.
    """
    name, unit = "GazeAgreement", "degree"
    obstacle = _obstacle(subject)
    if obstacle is not None:
        return could_not_assess(name, unit, obstacle)
    line = seen_line_of_sight(subject.face)
    if abs(subject.face.yaw) > _FAR_EYE_SEEN or abs(line.sideways) > _FAR_EYE_SEEN:
        reason = "the far eye is turned too far from the lens to compare the two"
        return could_not_assess(name, unit, reason)
    crossed, limit = line.crossed, _CROSSED_ALONE
    if abs(crossed) > _CROSSED:
        right, left = main_highlights(irises(subject.view))
        if right is not None and left is not None:
            crossed, limit = _nearer_zero(crossed, _by_reflections(right, left)), _CROSSED
    value = math.hypot(crossed, line.higher)
    if abs(crossed) > limit or abs(line.higher) > _HIGHER:
        reason = f"the two eyes look about {value:.0f}° apart; if that is usual, leave it"
        return Measure(name, value, unit, 85.0, "ok", reason, "apart", 7.0)
    return Measure(name, value, unit, 100.0, "ok", "both eyes look the same way", "together", 7.0)


def _by_reflections(right: Highlight, left: Highlight) -> float:
    """Degrees by which the lines of sight cross, from where one light stands on both irises."""
    shift = -offset(right, left)[0] * _REFLECTION
    return math.degrees(math.asin(min(max(shift, -1.0), 1.0)))


def _nearer_zero(a: float, b: float) -> float:
    """The lesser of two angles of the same sign, 0 where they contradict each other."""
    return 0.0 if a * b <= 0 else math.copysign(min(abs(a), abs(b)), a)
