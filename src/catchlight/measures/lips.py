"""Lips: closed, parted by a smile, or open without one."""

from __future__ import annotations

from ..faces import Face
from .corners import MOUTH_HIDDEN
from .measure import Measure, could_not_assess, graded
from .smiling import smile
from .traits import traits
from .usual import Usual

__all__ = ["TEETH_GAP", "mouth_closed", "teeth_showing"]

TEETH_GAP = 0.07  # eye distances; between lips parted at rest (up to 0.062) and teeth (from 0.079)

# Gap that belongs to a smile (amount, eye distances): its upper edge in 41 posed smiles.
_OF_SMILE = ((0.0, 0.0), (0.45, 0.02), (0.7, 0.12), (1.0, 0.16), (2.0, 0.24))
_SMILES = 0.3
_AT_EASE, _APART, _WIDE_OPEN = 0.07, 0.115, 0.25  # beyond it


def mouth_closed(face: Face, usual: Usual) -> Measure:
    """Gap between the lips in eye distances (after ISO/IEC 29794-5 MouthClosed).

    Verdicts: "at rest" (closed, or a little parted), "open in a smile", "open", "wide open". A
    smile that shows the teeth opens the lips by 0.08 to 0.31; lips parted a little at rest are no
    fault; as far apart without a smile they are speaking, gasping or making a face.
    """
    if abs(face.yaw) > MOUTH_HIDDEN:
        return could_not_assess(
            "MouthClosed", "eye distance", "the face is turned so far that half the mouth is hidden"
        )
    found = traits(face)
    value, rest = found["lip_gap"], usual.rest["lip_gap"]
    amount = max(0.0, smile(found, usual.rest))
    excess = value - rest - graded(amount, *_OF_SMILE)
    score = graded(
        excess, (_AT_EASE, 100), (0.1, 90), (_APART, 75), (0.14, 50), (0.2, 25), (0.3, 5)
    )
    if excess > _WIDE_OPEN:
        verdict, reason = "wide open", "the mouth is wide open"
    elif excess > _APART:
        verdict, reason = "open", "the lips are apart, and it is not a smile"
    elif value >= TEETH_GAP and amount >= _SMILES:
        verdict, reason = "open in a smile", "the mouth is open in a smile"
    else:
        verdict, reason = "at rest", "the mouth is at rest"
    doubt = usual.doubt("lip_gap")
    return Measure("MouthClosed", value, "eye distance", score, "ok", reason, verdict, doubt)


def teeth_showing(face: Face, usual: Usual) -> Measure:
    """Whether the lips are so far apart that teeth show, as the gap between them in eye distances.

    Verdicts: "teeth", "no teeth". From the lips' outline alone: in 200 photographs looked at, lips
    nearer than 0.065 hid the teeth and lips further apart than 0.075 showed them. Photofeeler: a
    smile with teeth +1.35 likability; a closed mouth is no fault, nor are teeth without a smile
    here (`mouth_closed` has that).
    """
    if abs(face.yaw) > MOUTH_HIDDEN:
        return could_not_assess(
            "TeethShowing",
            "eye distance",
            "the face is turned so far that half the mouth is hidden",
        )
    found = traits(face)
    value = found["lip_gap"]
    amount = smile(found, usual.rest)
    if value < TEETH_GAP:
        return Measure(
            "TeethShowing", value, "eye distance", 88.0, "ok", "no teeth show", "no teeth"
        )
    score = graded(amount, (0.2, 87), (0.9, 100))
    reason = "the smile shows the teeth" if amount >= 0.5 else "the teeth show"
    return Measure("TeethShowing", value, "eye distance", score, "ok", reason, "teeth")
