"""Lighting ratio: how much brighter skin is in the key light than in the fill alone."""

from __future__ import annotations

from ..lighting import Lighting
from .light_direction import DARK, UNKNOWN, UNSURE
from .measure import Measure, could_not_assess, graded

__all__ = ["key_to_fill"]

_UNSURE = 0.45  # stops


def key_to_fill(light: Lighting | None) -> Measure:
    """Stops between skin that faces the key and skin in the fill alone, log2((key + fill) / fill).

    Verdicts: "flat" (under half a stop), "corporate" (to 1.6), "character" (to 2.6), "harsh".

    Corporate portraits have about 2:1 (1 stop), character portraits 4:1 (2 stops) (FIELD). Where
    the light comes from the front no skin lies in the fill alone, and the ratio is unknown.
    """
    if light is None:
        return could_not_assess("KeyToFill", "stop", DARK)
    if light.uncertainty > UNSURE:
        return could_not_assess("KeyToFill", "stop", UNKNOWN)
    if light.stops_uncertainty > _UNSURE or light.shaded < _SHADED:
        reason = "no part of the face lies in shade, so the fill can't be told from the key"
        return could_not_assess("KeyToFill", "stop", reason)
    stops = light.key_to_fill
    score = graded(stops, (2.2, 100), (3.0, 78), (4.0, 50), (5.5, 20))
    if stops < 0.5:
        verdict, reason = "flat", "key and fill are nearly alike"
    elif stops < 1.6:
        verdict, reason = "corporate", f"the shadows are {stops:.1f} stops down, gentle"
    elif stops < 2.6:
        verdict, reason = "character", f"the shadows are {stops:.1f} stops down, with character"
    else:
        verdict = "harsh"
        reason = f"the shadows are {stops:.1f} stops down: bring a white wall or paper to that side"
    return Measure(
        "KeyToFill", stops, "stop", score, "ok", reason, verdict, light.stops_uncertainty
    )


_SHADED = 0.025  # least share of the skin that the key must miss
