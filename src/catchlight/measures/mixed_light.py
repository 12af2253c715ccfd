"""Mixed light: whether key and fill have the same colour."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..lighting import Lighting
from ..side_light import SideLight
from .light_direction import DARK, UNSURE
from .measure import Measure, could_not_assess, graded

__all__ = ["mired_between", "mixed_light"]

_SHADED = 0.02  # least share of the skin that the key must miss
# ln(R / B) of linear sRGB grows by 0.0095 to 0.0102 a mired on the Planckian locus, 8000 to 4000 K.
_PER_MIRED = 0.0098
_LEAST = 0.6  # stops: less shows no shade
_DEEP = 2.2  # stops: deeper shade of skin is reddish by itself, so that a difference proves nothing
_UNSURE = 30.0  # mired
_MIXED = 110.0  # mired; a lamp and a window are 150 apart, sun and open shade up to 100
_EVEN = 0.5  # stops of R/B from cheek to cheek: less is skin's own; studio portraits reach 0.28


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
    lamp, that is the measure, in mired; positive where the picture's right is the warmer side. So
    it is where no shade is there to compare with: a face that is as even from cheek to cheek as
    skin is has light of one colour, however little is known of its key. In deep shade the two may
    be found alike, but a difference is not told from the skin's own; nor is anything told where
    the skin shows two colours and the whites of the eyes hardly do.

    Verdicts: "one colour", "mixed".

    A window and a lamp in one picture give a face two colours that no white balance can join;
    viewers notice a wrong colour of light sooner than a wrong direction (Ferwerda, Selan &
    Pellacini 2010).
    """
    name, unit = "MixedLight", "mired"
    if sides is not None and sides.undecided:
        reason = "the skin shows light of two colours, the whites of the eyes hardly do"
        return could_not_assess(name, unit, reason)
    if sides is not None and sides.mixed:
        value, doubt = _from_side_to_side(sides)
        score = graded(abs(value), (35, 85), (75, 70), (150, 40), (300, 10))
        warm, cold = ("right", "left") if value > 0 else ("left", "right")
        reason = (
            f"mixed light: warm on the picture's {warm} and bluish on its {cold}"
            f" ({abs(value):.0f} mired): switch one of the lights off"
        )
        return Measure(name, value, unit, score, "ok", reason, "mixed", doubt)
    if light is None and sides is None:
        return could_not_assess(name, unit, DARK)
    if light is None or not _shade_is_seen(light):
        if sides is None or abs(sides.across) >= _EVEN:
            return could_not_assess(name, unit, "no part of the face lies in shade to compare with")
        value, doubt = _from_side_to_side(sides)
        score = graded(abs(value), (50, 100), (_MIXED, 76))
        reason = "light of one colour from cheek to cheek"
        return Measure(name, value, unit, score, "ok", reason, "one colour", doubt)
    value = mired_between(light.key, light.ambient)
    spread = light.color_uncertainty / _PER_MIRED
    score = graded(abs(value), (50, 100), (_MIXED, 76), (160, 45), (300, 15))
    if abs(value) < _MIXED:
        return Measure(name, value, unit, score, "ok", "light of one colour", "one colour", spread)
    if light.key_to_fill >= _DEEP:
        return could_not_assess(
            name, unit, "the shade is so deep that skin is reddish in it anyway"
        )
    lit, shade = ("warm", "bluish") if value > 0 else ("bluish", "warm")
    reason = (
        f"mixed light: {lit} on the lit side and {shade} in the shade ({abs(value):.0f} mired): "
        "switch one of the lights off"
    )
    return Measure(name, value, unit, score, "ok", reason, "mixed", spread)


def _from_side_to_side(sides: SideLight) -> tuple[float, float]:
    """Return the run of the light's colour from cheek to cheek and its doubt, in mired."""
    per_stop = math.log(2) / _PER_MIRED
    return sides.across * per_stop, sides.doubt * per_stop


def _shade_is_seen(light: Lighting) -> bool:
    """Whether enough of the face lies in shade to read the fill's colour from."""
    return (
        light.uncertainty <= UNSURE
        and light.key_to_fill > _LEAST
        and light.shaded >= _SHADED
        and light.color_uncertainty / _PER_MIRED <= _UNSURE
    )
