"""Colour cast: what the light's colour does to the whites of the eyes, the teeth and to skin."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..light_color import DAYLIGHT, TINT, light_color
from ..skin import FaceView
from .measure import Measure, could_not_assess, graded
from .subject import Subject

__all__ = ["color_cast", "white_balance_stops"]

_NEUTRAL = 0.15  # stops: a cast that nobody sees
_DEAD_ZONE = 0.06  # stops of correction not worth making: within the spread of the whites
# Warm light is part of a picture taken by a lamp or in the evening, and eyes that were there had
# not adapted to it wholly either; photographers leave some of it. Nobody wants a cold face. How
# much is left is this project's choice, made by eye.
_OF_WARM, _OF_COLD = 0.75, 1.0
_MOST_TINT = 0.25  # stops: cameras and lamps miss along the daylight axis, hardly ever across it


def white_balance_stops(view: FaceView, eye_distance: float) -> NDArray[np.float64] | None:
    """Correction of the light's colour as (red, blue) stops against green; None for monochrome.

    What `light_color` reads, less a dead zone. Part of a warm cast stays, a tint across the
    daylight axis is corrected within narrow limits: a wrong tint of a face is seen sooner than a
    wrong warmth.

    Parameters
    ----------
    view : the face in linear light.
    eye_distance : pixels between the irises in the photograph: small whites are trusted less.
    """
    light = light_color(view, eye_distance)
    if light is None:
        return None
    warm, tint = float(light @ DAYLIGHT), float(light @ TINT)
    size = math.hypot(warm, tint)
    kept = max(0.0, 1 - _DEAD_ZONE / max(size, 1e-6))
    along = -warm * kept * (_OF_WARM if warm > 0 else _OF_COLD)
    across = -float(np.clip(tint * kept, -_MOST_TINT, _MOST_TINT))
    return np.asarray(along * DAYLIGHT + across * TINT)


def color_cast(subject: Subject) -> Measure:
    """Size of the colour cast on the face in stops between channels.

    Verdicts: "neutral", "warm", "cold", "greenish", "magenta".
    """
    correction = white_balance_stops(subject.view, subject.eye_distance)
    if correction is None:
        return could_not_assess("ColorCast", "stop", "a black-and-white picture")
    value = float(np.hypot(*correction))
    score = graded(value, (0.15, 100), (0.4, 80), (0.8, 45), (1.5, 0))
    red, blue = correction
    cast = "greenish" if red > 0 and blue > 0 else "magenta" if red < 0 and blue < 0 else ""
    cast = cast or ("warm" if blue > red else "cold")
    if value < _NEUTRAL:
        verdict, reason = "neutral", "neutral light"
    else:
        verdict, reason = cast, f"{cast} light, {value:.1f} stops off neutral"
    return Measure("ColorCast", value, "stop", score, "ok", reason, verdict)
