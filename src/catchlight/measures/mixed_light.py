"""Mixed light: whether key and fill have the same colour."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..lighting import Lighting
from ..side_light import SideLight
from .light_direction import DARK, UNKNOWN, UNSURE
from .measure import Measure, could_not_assess, graded

__all__ = ["mired_between", "mixed_light"]

_SHADED = 0.02  # least share of the skin that the key must miss
# ln(R / B) of linear sRGB grows by 0.0095 to 0.0102 a mired on the Planckian locus, 8000 to 4000 K.
_PER_MIRED = 0.0098
_LEAST, _MOST = 0.6, 2.2  # stops: less shows no shade; deep shade of skin is reddish by itself
_UNSURE = 30.0  # mired
_MIXED = 110.0  # mired; a lamp and a window are 150 apart, sun and open shade up to 100


def mired_between(key: NDArray[np.float64], fill: NDArray[np.float64]) -> float:
    """Return by how many mired the key is warmer than the fill.

    Parameters
    ----------
    key, fill : (3,) linear sRGB of the same skin under each, at any level; the skin's own colour
        cancels.
    """
    ratio = np.log(np.maximum(key, 1e-6) / np.maximum(fill, 1e-6))
    return float(ratio[0] - ratio[2]) / _PER_MIRED


def mixed_light(light: Lighting | None, sides: SideLight | None = None) -> Measure:
    """Mired between the key light and the fill; positive where the key is the warmer one.

    Where the light's colour runs clearly from one cheek to the other, as between a window and a
    lamp, that is the measure, in mired; positive where the picture's right is the warmer side.

    Verdicts: "one colour", "mixed".

    A window and a lamp in one picture give a face two colours that no white balance can join;
    viewers notice a wrong colour of light sooner than a wrong direction (Ferwerda, Selan &
    Pellacini 2010).
    """
    name, unit = "MixedLight", "mired"
    if sides is not None and sides.mixed:
        value = sides.across * math.log(2) / _PER_MIRED
        score = graded(abs(value), (35, 85), (75, 70), (150, 40), (300, 10))
        warm, cold = ("right", "left") if value > 0 else ("left", "right")
        reason = (
            f"mixed light: warm on the picture's {warm} and bluish on its {cold}"
            f" ({abs(value):.0f} mired): switch one of the lights off"
        )
        doubt = sides.doubt * math.log(2) / _PER_MIRED
        return Measure(name, value, unit, score, "ok", reason, "mixed", doubt)
    if light is None:
        return could_not_assess(name, unit, DARK)
    if light.uncertainty > UNSURE:
        return could_not_assess(name, unit, UNKNOWN)
    if not _LEAST < light.key_to_fill < _MOST or light.shaded < _SHADED:
        return could_not_assess(name, unit, "no part of the face lies in shade to compare with")
    value = mired_between(light.key, light.ambient)
    spread = light.color_uncertainty / _PER_MIRED
    if spread > _UNSURE:
        return could_not_assess(name, unit, "too little of the face lies in shade")
    score = graded(abs(value), (50, 100), (_MIXED, 76), (160, 45), (300, 15))
    if abs(value) < _MIXED:
        return Measure(name, value, unit, score, "ok", "light of one colour", "one colour", spread)
    lit, shade = ("warm", "bluish") if value > 0 else ("bluish", "warm")
    reason = (
        f"mixed light: {lit} on the lit side and {shade} in the shade ({abs(value):.0f} mired): "
        "switch one of the lights off"
    )
    return Measure(name, value, unit, score, "ok", reason, "mixed", spread)
