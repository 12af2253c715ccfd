"""The pattern of light on the face, by the name photographers give it."""

from __future__ import annotations

from ..lighting import Lighting
from .light_direction import DARK, UNKNOWN, UNSURE
from .measure import Measure, could_not_assess, graded

__all__ = ["light_pattern", "pattern_name"]

# Degrees. The nose's shadow leaves the middle at 15; it meets the shade of the cheek at about 42
# and the lit triangle under the far eye is gone at about 65 (seen on renderings of the canonical
# face; FIELD: loop 20-50, Rembrandt "about 45 and more", split 90).
_LOOP, _REMBRANDT, _SPLIT, _BEHIND = 15.0, 42.0, 65.0, 110.0
_LEVEL = 28.0  # of elevation, up to which a light from the front throws no shadow under the nose
_BELOW = -10.0
_FLAT = 0.5  # stops of key over fill, below which shadows are hardly seen
_FITS = 0.25  # misfit above which the light is not even but unlike any that was tried


def pattern_name(azimuth: float, elevation: float, key_to_fill: float) -> str:
    """Return the pattern that a key light of this direction makes.

    "butterfly", "loop", "Rembrandt", "split", "flat", "from below" or "from behind".

    Parameters
    ----------
    azimuth, elevation : degrees, relative to the face.
    key_to_fill : stops, log2((key + fill) / fill).

    >>> pattern_name(30, 40, 1.5), pattern_name(0, 40, 1.5), pattern_name(-55, 35, 2)
    ('loop', 'butterfly', 'Rembrandt')
    """
    side = abs(azimuth)
    if key_to_fill < _FLAT:
        return "flat"
    if side > _BEHIND:
        return "from behind"
    if elevation < _BELOW:
        return "from below"
    if side > _SPLIT:
        return "split"
    if side > _REMBRANDT:
        return "Rembrandt"
    if side > _LOOP:
        return "loop"
    return "butterfly" if elevation > _LEVEL else "flat"


def light_pattern(light: Lighting | None) -> Measure:
    """Azimuth of the key in degrees (positive to the picture's right), and its pattern's name.

    Verdicts: "butterfly", "loop", "Rembrandt", "split", "flat", "from below", "from behind".

    Split light and light from below are faults of a headshot in so far as they are sure and
    strong; flat light is none.
    """
    if light is None:
        return could_not_assess("LightPattern", "degree", DARK)
    name = pattern_name(light.azimuth, light.elevation, light.key_to_fill)
    even = light.key_to_fill < _FLAT and light.misfit < _FITS
    if light.uncertainty > UNSURE and not even:
        return could_not_assess("LightPattern", "degree", UNKNOWN)
    side = "right" if light.azimuth > 0 else "left"
    sure = light.uncertainty
    strength = graded(light.key_to_fill, (0.6, 0.0), (2.0, 1.0))
    if name == "split":
        beyond = graded((abs(light.azimuth) - _SPLIT) / sure, (0.0, 0.0), (1.5, 1.0))
        score = 80 - 45 * beyond * strength
        reason = f"half the face is lit, from the picture's {side}: turn towards the light"
    elif name == "from below":
        beyond = graded((_BELOW - light.elevation) / sure, (0.0, 0.0), (1.5, 1.0))
        score = 80 - 55 * beyond * strength
        reason = "the light comes from below, which looks eerie: raise it or face a window"
    elif name == "from behind":
        score = 80 - 50 * strength
        reason = "the light comes from behind: turn to face it"
    elif name == "flat":
        score, reason = 90.0, "flat light from the front, hardly a shadow"
        if light.key_to_fill < _FLAT:
            reason = "flat, even light, hardly a shadow"
    else:
        score = 100.0 if name != "Rembrandt" else 95.0
        where = {
            "butterfly": "from the front and above, the nose's shadow under it",
            "loop": f"from the picture's {side}, a small shadow beside the nose",
            "Rembrandt": f"from the picture's {side}, the far cheek in shade below a lit triangle",
        }[name]
        reason = f"{name} light: {where}"
    return Measure(
        "LightPattern", light.azimuth, "degree", score, "ok", reason, name, light.uncertainty
    )
