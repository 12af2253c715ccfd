"""Eyes open: how far the lids are apart, against how this person's usually are."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ..faces import Face
from .measure import Measure, could_not_assess, graded
from .traits import POPULATION, SIDES, traits
from .usual import Usual

__all__ = ["droop", "eyes_open"]

# A smile raises the lower lid and takes the mesh's upper lid down with it by about this much of it;
# a closing eye does the opposite: the upper lid falls, and the mesh's lower lid rises a little.
_DRAWN_ALONG = 0.6
_DOUBT = 1.55  # standard deviations of the usual lid that are given in the sitter's favour
_HALF_CLOSED, _CLOSED = 0.06, 0.21  # of the usual opening, by which the upper lid has surely fallen
_STILL_OPEN = 0.5  # of the usual opening; an eye that shows as much is not called closed
_SLIT = 0.43  # of the usual opening: half closed, whichever lid does it
_NARROWED = 0.61
_WIDE = 1.235
_ONE_EYE = 0.07  # by which one lid has fallen further than the other, to speak of one eye
_BEHIND = 0.10  # the same by which it has fallen further than the other, seen from the front
_TURN = 20.0  # degrees of yaw or pitch at which the lids' variance has doubled
_FAR_EYE_HIDDEN = 40.0  # degrees of yaw; the near eye alone is then looked at
_BOTH_HIDDEN = 58.0


def droop(away: Mapping[str, float], usual: Usual, side: str) -> float:
    """How far the upper lid has come down, as a share of that eye's usual opening.

    Not counted is what the lower lid pushes up in a smile or a squinch. The mesh follows a falling
    lid halfway at first: in 129 portraits (95 of them from studios) whose upper lids were lowered
    by warping, it gives 0.06 for an eye open to 0.8 of before, 0.11 at 0.65, 0.17 at 0.5, 0.23 at
    0.35, 0.34 at 0.2 and 0.47 closed (medians, own measurement).

    Parameters
    ----------
    away : the face's traits less the usual ones (`Usual.away`).
    side : "right" or "left".
    """
    raised = max(0.0, -away[f"lower_{side}"])
    return (-away[f"upper_{side}"] - _DRAWN_ALONG * raised) / usual.opening(side)


def eyes_open(face: Face, usual: Usual) -> Measure:
    """Opening of the less open eye as a share of its usual one (ISO/IEC 29794-5 EyesOpen).

    Verdicts: "open", "narrowed" (mostly from below, as by a smile), "wide", "half closed",
    "closed", "right eye half closed", "left eye half closed", "right eye closed", "left eye
    closed". The mesh flatters an eye that closes: half closed by the upper lid it gives about
    0.77, closed 0.1 to 0.5. So the verdict is taken from how far the upper lid has fallen, against
    the usual beyond its doubt or against the other eye; a person with narrow eyes is not half
    closed.
    """
    if abs(face.yaw) > _BOTH_HIDDEN:
        return could_not_assess(
            "EyesOpen", "1", "the face is turned so far that the eyes are hidden"
        )
    away = usual.away(traits(face))
    sides: tuple[str, ...] = SIDES
    if abs(face.yaw) > _FAR_EYE_HIDDEN:  # turned to their left, the right eye is the near one
        sides = ("right",) if face.yaw > 0 else ("left",)
    fallen = _fallen(face, usual, away, sides)
    shares = {
        side: 1 + (away[f"upper_{side}"] + away[f"lower_{side}"]) / usual.opening(side)
        for side in sides
    }
    worst = max(sides, key=lambda side: (fallen[side] >= _HALF_CLOSED, -shares[side]))
    value, fall = shares[worst], fallen[worst]
    doubt = math.hypot(usual.doubt(f"upper_{worst}"), usual.doubt(f"lower_{worst}"))
    score = min(
        graded(fall, (0.0, 100), (_HALF_CLOSED, 75), (0.1, 45), (_CLOSED, 5), (0.4, 0)),
        graded(value, (0.3, 10), (_SLIT, 75), (_NARROWED, 92), (0.75, 100)),
        graded(value, (1.15, 100), (_WIDE, 88), (1.33, 75), (1.5, 55)),
    )
    shut = {side: _degree(fallen[side], shares[side]) for side in sides}
    alike = fallen[worst] - min(fallen.values()) < _ONE_EYE
    if shut[worst] and (alike or all(shut.values())):
        verdict = shut[worst]
        reason = f"the eyes are {verdict}"
    elif shut[worst]:
        verdict = f"{worst} eye {shut[worst]}"
        reason = f"the {worst} eye is {shut[worst]}"
    elif value < _NARROWED:
        verdict, reason = "narrowed", "the eyes are narrowed, and open"
    elif value > _WIDE:
        verdict, reason = "wide", "the eyes are opened wider than usual"
    else:
        verdict, reason = "open", "both eyes are open"
    return Measure(
        "EyesOpen", value, "1", score, "ok", reason, verdict, doubt / usual.opening(worst)
    )


def _fallen(
    face: Face, usual: Usual, away: Mapping[str, float], sides: tuple[str, ...]
) -> dict[str, float]:
    """By how much each upper lid has surely fallen, as a share of the usual opening."""
    droops = {side: droop(away, usual, side) for side in sides}
    turned = (1 + (face.yaw / _TURN) ** 2 + (face.pitch / _TURN) ** 2) ** 0.5
    fallen = {}
    for side in sides:
        name = f"upper_{side}"
        doubt = _DOUBT * usual.spread[name] + turned * POPULATION[name].within
        behind = (droops[side] - min(droops.values())) / turned * _HALF_CLOSED / _BEHIND
        fallen[side] = max(droops[side] - doubt / usual.opening(side), min(behind, droops[side]))
    return fallen


def _degree(fall: float, share: float) -> str:
    """Say how far one eye is shut, or nothing if it is not."""
    if fall >= _CLOSED and share < _STILL_OPEN:
        return "closed"
    return "half closed" if fall >= _HALF_CLOSED or share < _SLIT else ""
