"""Brows: drawn down or together, against how this person's usually lie."""

from __future__ import annotations

from ..faces import Face
from .measure import Measure, could_not_assess, graded
from .smiling import smile
from .traits import traits
from .usual import Usual

__all__ = ["brow_tension"]

_TURNED = 40.0  # degrees of yaw beyond which the far brow is not seen whole
_DRAWN, _RAISED = 2.25, 3.2  # standard deviations from the usual
_PER_SMILE = 0.6  # a laugh brings the brows down with it


def brow_tension(face: Face, usual: Usual) -> Measure:
    """How far the brows are from rest towards a frown, in standard deviations of faces at rest.

    Verdicts: "at ease", "drawn down", "drawn up in the middle", "raised". The larger of two: the
    brows lowered, as their height and the model's "browDown" show it together; or their inner ends
    raised against the outer ones. Against one's own usual, because brows lie 0.35 ± 0.04 eye
    distances high at rest in 41 studio portraits, and a frown moves them by 0.05.
    """
    if abs(face.yaw) > _TURNED:
        return could_not_assess(
            "BrowTension", "sd", "the face is turned so far that one brow is hidden"
        )
    found = traits(face)
    away = usual.away(found)
    height = (away["brow_right"] + away["brow_left"]) / 2
    height /= (usual.doubt("brow_right") + usual.doubt("brow_left")) / 2
    down = (away["brow_drawn"] / usual.doubt("brow_drawn") - height) / 2**0.5
    down -= _PER_SMILE * max(0.0, smile(found, usual.rest) - 0.5)
    tilted = -away["brow_slope"] / usual.doubt("brow_slope")
    value = max(down, tilted)
    score = graded(value, (1.5, 100), (_DRAWN, 75), (3.0, 45), (5.0, 15))
    if down >= _DRAWN and down >= tilted:
        verdict, reason = "drawn down", "the brows are drawn down"
    elif tilted >= _DRAWN:
        verdict, reason = "drawn up in the middle", "the brows are drawn up in the middle"
    elif height > _RAISED:
        verdict, reason = "raised", "the brows are raised"
        score = min(score, 92.0)
    else:
        verdict, reason = "at ease", "the brows are at ease"
    return Measure("BrowTension", value, "sd", score, "ok", reason, verdict, 1.0)
