"""Cheeks: whether they rise together with the smile, or only the mouth smiles."""

from __future__ import annotations

import math

from ..faces import Face
from .corners import MOUTH_HIDDEN
from .measure import Measure, could_not_assess, graded
from .smiling import smile
from .traits import traits
from .usual import Usual

__all__ = ["cheek_raise"]

# By how much a posed smile raises cheeks and lower lids, in eye distances: means of 41 pairs.
_CHEEK, _LID = 0.029, 0.0088
_SMILES = 0.55  # of an average posed smile; below it there is nothing to compare
# Rise per smile; in 31 smiles there is none from 0.40 to 0.49 and from 0.31 to 0.35, whether the
# photos are mirrored, halved or saved again.
_TOGETHER, _HARDLY = 0.45, 0.33
_CHEEKS_TELL = 2 / 3  # their share in it: they are measured more surely than the lids


def cheek_raise(face: Face, usual: Usual) -> Measure:
    """Rise of cheeks and lower lids per smile, 1 as in the average posed smile.

    Verdicts: "with the smile", "a little", "only the mouth", "no smile". In a smile of enjoyment
    the cheeks rise and push the lower lids up (Ekman, Davidson & Friesen 1990, JPSP 58(2),
    342-353); here only the geometry is told. It takes a photo of the same person without a smile
    to compare with.
    """
    name = "CheekRaise"
    if abs(face.yaw) > MOUTH_HIDDEN:
        return could_not_assess(name, "1", "the face is turned so far that one cheek is hidden")
    found = traits(face)
    away = usual.away(found)
    amount = smile(found, usual.rest)
    cheek = (away["cheek_right"] + away["cheek_left"]) / 2 / _CHEEK
    lid = -(away["lower_right"] + away["lower_left"]) / 2 / _LID
    if amount < _SMILES:
        return Measure(name, 0.0, "1", 86.0, "ok", "the mouth does not smile", "no smile")
    if not usual.relaxed:
        return could_not_assess(
            name, "1", "it takes a photo without a smile to tell whether the cheeks rise with it"
        )
    value = (_CHEEKS_TELL * cheek + (1 - _CHEEKS_TELL) * lid) / amount
    doubt = math.hypot(
        _CHEEKS_TELL * usual.doubt("cheek_right") / _CHEEK,
        (1 - _CHEEKS_TELL) * usual.doubt("lower_right") / _LID,
    )
    score = graded(value, (0.0, 72), (_HARDLY, 80), (_TOGETHER, 92), (0.8, 100))
    if value >= _TOGETHER:
        verdict, reason = "with the smile", "the cheeks rise with the smile"
    elif value >= _HARDLY:
        verdict, reason = "a little", "the cheeks rise a little with the smile"
    else:
        verdict, reason = "only the mouth", "only the mouth smiles, the cheeks stay down"
    return Measure(name, value, "1", score, "ok", reason, verdict, doubt / amount)
