"""Evenness: the two sides of the face doing the same, beyond this person's own asymmetry."""

from __future__ import annotations

from ..faces import Face
from .measure import Measure, could_not_assess, graded
from .traits import traits
from .usual import Usual

__all__ = ["expression_evenness"]

_TURNED = 30.0  # degrees of yaw beyond which the sides can't be compared
# Differences of the sides, in eye distances, of which one counts as uneven. Between two photos of
# one sitting they change by 0.017 (mouth) and 0.008 (brows), standard deviations of 41 people.
_MOUTH, _BROWS = 0.078, 0.06


def expression_evenness(face: Face, usual: Usual) -> Measure:
    """Largest left-right difference of mouth corners or brows, less the usual one, 1 = uneven.

    Verdicts: "even", "mouth uneven", "brows uneven". Everybody's face is uneven at rest; that part
    is this person's usual and does not count. (Eyes: `eyes_open` says which is less open.)
    """
    if abs(face.yaw) > _TURNED:
        return could_not_assess(
            "ExpressionEvenness", "1", "the face is turned too far to compare its sides"
        )
    away = usual.away(traits(face))
    mouth = abs(away["corner_left"] - away["corner_right"]) / _MOUTH
    brows = away["brow_left"] - away["brow_right"]
    value = max(mouth, abs(brows) / _BROWS)
    score = graded(value, (0.5, 100), (1.0, 75), (1.4, 45), (2.5, 20))
    if value < 1:
        verdict, reason = "even", "both sides of the face do the same"
    elif value == mouth:
        verdict, reason = "mouth uneven", "the mouth is drawn to one side"
    else:
        verdict, reason = "brows uneven", "one brow is higher than usual"
    return Measure("ExpressionEvenness", value, "1", score, "ok", reason, verdict)
