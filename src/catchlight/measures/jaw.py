"""Jaw: mouth and chin at ease, or the lips pressed, or the chin pushed up."""

from __future__ import annotations

from ..faces import Face
from .measure import Measure, could_not_assess, graded
from .smiling import smile
from .traits import traits
from .usual import Usual

__all__ = ["jaw_tension"]

_TURNED = 35.0  # degrees of yaw beyond which half the mouth is foreshortened too much
_TENSE = 2.5  # standard deviations from the usual
_THINNED = -0.015  # eye distances by which pressed lips are thinner at least
_SMILES = 0.4


def jaw_tension(face: Face, usual: Usual) -> Measure:
    """How far mouth and chin are from rest by tension, in standard deviations of faces at rest.

    Verdicts: "at ease", "lips pressed", "chin pushed up". The larger of two: lips pressed together
    and thinner than usual; the chin pushed up under the lower lip. A smile is not tension. Not
    judged: a jaw clenched behind closed lips (docs/picking.md has what was tried), and a jaw pushed
    to one side, which the mesh does not tell from a turned head.
    """
    if abs(face.yaw) > _TURNED:
        return could_not_assess("JawTension", "sd", "the face is turned too far to judge the jaw")
    found = traits(face)
    away = usual.away(found)
    without_smile = max(0.0, 1 - max(0.0, smile(found, usual.rest)) / _SMILES)
    pressed = away["lips_pressed"] / usual.doubt("lips_pressed") * without_smile
    if away["lips"] > _THINNED:
        pressed = min(pressed, 0.8 * _TENSE)
    raised = away["chin_raised"] / usual.doubt("chin_raised") * without_smile
    value = max(pressed, raised)
    score = graded(value, (1.8, 100), (_TENSE, 75), (3.5, 50), (7.0, 25))
    if value < _TENSE:
        verdict, reason = "at ease", "mouth and chin are at ease"
    elif pressed >= raised:
        verdict, reason = "lips pressed", "the lips are pressed together"
    else:
        verdict, reason = "chin pushed up", "the chin is pushed up"
    return Measure("JawTension", value, "sd", score, "ok", reason, verdict, 1.0)
