"""Squinch: the lower lids raised a little, the upper ones left where they are."""

from __future__ import annotations

from ..faces import Face
from .lids import droop
from .measure import Measure, could_not_assess, graded
from .traits import SIDES, traits
from .usual import Usual

__all__ = ["squinch"]

_BOTH_SEEN = 40.0  # degrees of yaw
_SLIGHT, _TIGHT = 0.125, 0.32  # of the usual opening
_LIDS_FALLING = 0.17  # droop of an upper lid with which it is no squinch


def squinch(face: Face, usual: Usual) -> Measure:
    """How far both lower lids are raised, as a share of the eyes' usual opening.

    Verdicts: "squinch", "tight" (a third of the eye gone and more), "none". With the upper lids
    coming down as well, as when sleepy, it is none. Peter Hurley's term; Photofeeler, 60,000
    ratings: +0.33 competence. Eyes without it are no fault.
    """
    if abs(face.yaw) > _BOTH_SEEN:
        return could_not_assess("Squinch", "1", "the face is turned so far that one eye is hidden")
    away = usual.away(traits(face))
    raised = [-away[f"lower_{side}"] / usual.opening(side) for side in SIDES]
    fallen = max(droop(away, usual, side) for side in SIDES)
    value = sum(raised) / 2
    doubt = sum(usual.doubt(f"lower_{side}") / usual.opening(side) for side in SIDES) / 2
    if fallen > _LIDS_FALLING:
        return Measure("Squinch", value, "1", 82.0, "ok", "the upper lids are low", "none", doubt)
    score = graded(
        value, (0.0, 85), (_SLIGHT, 94), (0.16, 100), (0.25, 100), (_TIGHT, 84), (0.5, 76)
    )
    if value > _TIGHT:
        verdict, reason = "tight", "the lower lids are drawn up far"
    elif value >= _SLIGHT:
        verdict, reason = "squinch", "the lower lids are raised a little, which reads as confident"
    else:
        verdict, reason = "none", "the lower lids are at rest"
    return Measure("Squinch", value, "1", score, "ok", reason, verdict, doubt)
