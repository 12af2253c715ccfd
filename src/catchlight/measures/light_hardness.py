"""Hardness: how large the key light looks from the face."""

from __future__ import annotations

from ..lighting import Lighting
from .light_direction import DARK, UNSURE
from .measure import Measure, could_not_assess

__all__ = ["light_hardness"]

# Degrees by the fit, which draws towards the middle: a light of 4 degrees reads 18, one of 50
# reads 35 (medians over renderings with 1.2 stops and more between key and fill).
_HARD, _SOFT = 17.0, 28.0
_SHADED = 0.025  # least share of the skin that the key must miss
_SHADOWLESS = 0.9  # stops of key over fill, below which shadows have no edge to judge


def light_hardness(light: Lighting | None) -> Measure:
    """Apparent diameter of the key light in degrees, from the edges of the shadows it casts.

    Verdicts: "hard" (a lamp, the sun), "medium", "soft" (a window, a large softbox). Neither is a
    fault, and it hardly counts, for it is a hint at best: of renderings called hard 87 % were lit
    by less than 17 degrees (62 % of those not tuned on), of those called soft 44 % (40 %) by more
    than 28. A light twice as large casts a shadow little softer on so small a thing as a nose.
    """
    if light is None:
        return could_not_assess("LightHardness", "degree", DARK)
    if light.key_to_fill < _SHADOWLESS or light.shaded < _SHADED or light.uncertainty > UNSURE:
        reason = "there is no shadow whose edge would tell how hard the light is"
        return could_not_assess("LightHardness", "degree", reason)
    if light.size < _HARD:
        verdict, score, reason = "hard", 85.0, "hard light: the shadows have sharp edges"
    elif light.size > _SOFT:
        verdict, score, reason = "soft", 100.0, "soft light: the shadows have soft edges"
    else:
        verdict, score, reason = "medium", 95.0, "neither hard nor quite soft light"
    spread = light.size * (2.0**light.size_uncertainty - 1)
    return Measure("LightHardness", light.size, "degree", score, "ok", reason, verdict, spread)
