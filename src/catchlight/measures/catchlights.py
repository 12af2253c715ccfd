"""Catchlights: the lights that the eyes mirror."""

from __future__ import annotations

import math

from ..irises import SAME, Highlight, clock, hidden, irises, main_highlights, offset
from .measure import Measure, could_not_assess
from .subject import Subject

__all__ = ["catchlights"]

_SMALLEST_IRIS = 3.0  # pixels of the photo: below it a catchlight is a part of one pixel
_FARTHEST_TURN = 50.0  # degrees of yaw; beyond it one iris is all but hidden


def catchlights(subject: Subject) -> Measure:
    """Number of eyes with a catchlight (0, 1 or 2), and where on the iris it stands.

    Verdicts: "both", "one", "none", and "differ" where both eyes have one but in different places,
    as from two lights (or a retouched or generated eye).

    Portraitists place the light so that both eyes mirror it at about ten or two o'clock; without
    any the eyes look dull. The hours are those of a clock's face laid over the iris as seen in the
    picture. In 95 studio portraits both are found in all, within 0.07 iris radii of the same place
    for one set of lamps.
    """
    name, unit = "Catchlights", "eye"
    if abs(subject.face.yaw) > _FARTHEST_TURN:
        return could_not_assess(name, unit, "the face is turned so far that one eye is hidden")
    pair = irises(subject.view)
    if min(iris.radius for iris in pair) / subject.view.scale < _SMALLEST_IRIS:
        return could_not_assess(name, unit, "the eyes are too small in the photo")
    obstacle = hidden(pair)
    if obstacle is not None:
        return could_not_assess(name, unit, obstacle)

    right, left = main_highlights(pair)
    across = subject.face.iris_left - subject.face.iris_right
    tilt = math.atan2(float(across[1]), float(across[0]))
    if right is not None and left is not None:
        where = (_place(right, tilt), _place(left, tilt))
        if math.hypot(*offset(right, left)) > SAME:
            reason = f"the lights in the two eyes differ: {where[0]} and {where[1]}"
            return Measure(name, 2.0, unit, 88.0, "ok", reason, "differ")
        middle = Highlight((right.x + left.x) / 2, (right.y + left.y) / 2, 0.0, 0.0)
        reason = f"both eyes catch the light, {_place(middle, tilt)}"
        return Measure(name, 2.0, unit, 100.0, "ok", reason, "both")
    if right is not None or left is not None:
        lit = right or left
        assert lit is not None
        side = "right" if right is not None else "left"
        reason = f"only the {side} eye catches a light, {_place(lit, tilt)}"
        return Measure(name, 1.0, unit, 88.0, "ok", reason, "one")
    return Measure(name, 0.0, unit, 76.0, "ok", "no clear light is mirrored in the eyes", "none")


def _place(highlight: Highlight, tilt: float) -> str:
    """Where a highlight stands on the iris in the picture, in words."""
    x = highlight.x * math.cos(tilt) - highlight.y * math.sin(tilt)
    y = highlight.x * math.sin(tilt) + highlight.y * math.cos(tilt)
    hour = clock(x, y)
    return "in the middle of the iris" if hour is None else f"at {hour} o'clock"
