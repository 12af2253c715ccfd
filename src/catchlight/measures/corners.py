"""The mouth's corners: how high they are, against this person's usual."""

from __future__ import annotations

from ..faces import Face
from .measure import Measure, could_not_assess, graded
from .smiling import smile
from .traits import traits
from .usual import Usual

__all__ = ["MOUTH_HIDDEN", "mouth_corners"]

MOUTH_HIDDEN = 50.0  # degrees of yaw beyond which the far half of the mouth is not seen

_SLIGHT, _SMILE = 0.55, 0.91  # of an average posed smile
_DOWN = -0.04  # in eye distances
_GAPING = 0.2  # gap between the lips at which the middle of the mouth says nothing of its corners


def mouth_corners(face: Face, usual: Usual) -> Measure:
    """Rise of the mouth's corners above the middle of the lips, less the usual, in eye distances.

    Verdicts: "smile", "slight smile", "relaxed", "corners down". Photofeeler, 60,000 ratings: a
    smile with teeth adds 1.35 points of likability on a scale of 10; a mouth at rest is no fault.
    """
    if abs(face.yaw) > MOUTH_HIDDEN:
        return could_not_assess(
            "MouthCorners",
            "eye distance",
            "the face is turned so far that half the mouth is hidden",
        )
    found = traits(face)
    away = usual.away(found)
    value = (away["corner_right"] + away["corner_left"]) / 2
    amount = smile(found, usual.rest)
    doubt = (usual.doubt("corner_right") + usual.doubt("corner_left")) / 2
    score = graded(amount, (0.0, 84), (_SLIGHT, 93), (_SMILE, 100))
    down = amount < _SLIGHT and found["lip_gap"] < _GAPING
    if down:
        score = min(score, graded(value, (2 * _DOWN, 45), (_DOWN, 75), (-0.012, 84)))
    if amount >= _SMILE:
        verdict, reason = "smile", "a smile"
    elif amount >= _SLIGHT:
        verdict, reason = "slight smile", "a slight smile"
    elif down and value < _DOWN:
        verdict, reason = "corners down", "the corners of the mouth point down"
    else:
        verdict, reason = "relaxed", "the mouth is relaxed"
    return Measure("MouthCorners", value, "eye distance", score, "ok", reason, verdict, doubt)
