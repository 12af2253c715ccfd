"""Direction of the key light, relative to the face."""

from __future__ import annotations

import math

from ..lighting import Lighting
from .measure import Measure, could_not_assess, graded

__all__ = ["DARK", "UNKNOWN", "UNSURE", "light_direction"]

UNSURE = 25.0
"""Degrees of uncertainty from which a direction is none."""
_AHEAD = 29.0  # degrees off the face's axis that count as straight ahead
_ASIDE = 30.0  # degrees of azimuth from which a light is said to come from a side
UNKNOWN = "the light is too even, or too broken up, to tell where it comes from"
DARK = "too little plain skin is seen, or it is black or burnt out"


def light_direction(light: Lighting | None) -> Measure:
    """Angle in degrees between the face's axis and its key light.

    Verdicts: "front", "left", "right" (of the picture), "above", "below", "behind".

    Photographers place the key 20 to 60 degrees to the side and 25 to 60 up (FIELD, "Light
    patterns"); light from straight ahead is flat and no fault, light from below or from behind is.
    """
    if light is None:
        return could_not_assess("LightDirection", "degree", DARK)
    if light.uncertainty > UNSURE:
        return could_not_assess("LightDirection", "degree", UNKNOWN)
    azimuth, elevation = light.azimuth, light.elevation
    doubt = 0.7 * light.uncertainty  # only what is sure counts against a picture
    score = min(
        graded(max(abs(azimuth) - doubt, 0), (55, 100), (62, 80), (95, 45), (125, 20)),
        graded(min(elevation + doubt, 0), (-40, 25), (-20, 60), (-8, 78), (0, 100)),
        graded(max(elevation - doubt, 0), (55, 100), (62, 78), (75, 60)),
    )
    angle = math.degrees(math.acos(max(-1.0, min(1.0, float(light.direction[2])))))
    side = "right" if azimuth > 0 else "left"
    if abs(azimuth) > 110:
        verdict, reason = "behind", "the light comes from behind: turn to face it"
    elif elevation < -10:
        verdict = "below"
        reason = f"the light comes from {-elevation:.0f} degrees below the eyes' level"
    elif angle < _AHEAD:
        verdict, reason = "front", "the light comes from straight ahead"
    elif abs(azimuth) < _ASIDE and elevation > 12:
        verdict = "above"
        reason = f"the light comes from {elevation:.0f} degrees above the eyes' level"
        if abs(azimuth) > 12:
            reason += f" and {abs(azimuth):.0f} to the picture's {side}"
    else:
        verdict = side
        reason = f"the light comes from {abs(azimuth):.0f} degrees to the picture's {side}"
        if elevation > 15:
            reason += f" and {elevation:.0f} above"
    return Measure(
        "LightDirection", angle, "degree", score, "ok", reason, verdict, light.uncertainty
    )
