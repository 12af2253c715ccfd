"""Colour cast: what the light's colour does to the whites of the eyes, the teeth and to skin."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..light_color import DAYLIGHT, TINT, read_light
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
_MOST_TINT_SEEN = 0.45  # where greys of the scene show the tint as well
_SEEN = 0.2  # share of the scene that is grey under the light that was read, to be sure of it

# Facial skin in neutral light, stops from green along the daylight axis, and stops across it for
# each of these: pigment and a rendering's contrast take skin along rays from grey. Cheeks and
# foreheads of four peoples as measured by Xiao et al. 2017 ("Characterising the variations in
# ethnic skin colours", Skin Research and Technology 23(1), 21-29; means and deviations of L*, a*,
# b* drawn at random and converted to linear sRGB): nine in ten lie at 0.64 to 1.04 along and 0.21
# to 0.60 across, the middle at 0.84 and 0.40. The warm end is that of deeper skin (de Rigal et al.
# 2010, "The effect of age on skin color and color heterogeneity in four ethnic groups"). On the
# green side the bound is closer, near the lower quarter: greenish skin is the fault seen first.
_SKIN_ALONG, _SKIN_ACROSS = (0.64, 1.22), (0.40, 0.71)
_LEAST_ALONG = 0.4  # stops: for skin that is nearly grey as shot


def white_balance_stops(
    view: FaceView, eye_distance: float, *, whole: bool = False
) -> NDArray[np.float64] | None:
    """Correction of the light's colour as (red, blue) stops against green; None for monochrome.

    What `light_color` reads, less a dead zone: its mean is already drawn to the balance as shot by
    as much as the witnesses leave open. Part of a warm cast stays. A tint across the daylight axis
    is corrected within narrow limits, wider where greys of the scene show it: a wrong tint of a
    face is seen sooner than a wrong warmth. And no correction goes on where it would take the skin
    past the colours of real skin: grey, green, orange or magenta skin is worse than a cast.

    Parameters
    ----------
    view : the face in linear light.
    eye_distance : pixels between the irises in the photograph.
    whole : whether no part of a warm cast stays and there is no dead zone, as where pictures of
        many people are brought to one white point.

    Parameters
    ----------
    view : the face in linear light.
    eye_distance : pixels between the irises in the photograph: small whites are trusted less.
    """
    light = read_light(view, eye_distance)
    if light is None:
        return None
    warm, tint = float(light.color @ DAYLIGHT), float(light.color @ TINT)
    size = math.hypot(warm, tint)
    kept = 1.0 if whole else max(0.0, 1 - _DEAD_ZONE / max(size, 1e-6))
    seen = min(1.0, light.grey / _SEEN)
    most = _MOST_TINT + seen * (_MOST_TINT_SEEN - _MOST_TINT)
    along = -warm * kept * (_OF_WARM if warm > 0 and not whole else _OF_COLD)
    across = -float(np.clip(tint * kept, -most, most))
    if light.skin is not None:
        skin_along, skin_across = float(light.skin @ DAYLIGHT), float(light.skin @ TINT)
        along = _held(along, skin_along, _SKIN_ALONG)
        reach = max(_LEAST_ALONG, skin_along + along)
        low, high = (share * reach for share in _SKIN_ACROSS)
        across = _held(across, skin_across, (low, high))
    return np.asarray(along * DAYLIGHT + across * TINT)


def _held(correction: float, skin: float, bounds: tuple[float, float]) -> float:
    """Return as much of a correction as leaves skin within its bounds, or no farther outside."""
    low, high = bounds
    if correction < 0:
        return max(correction, min(0.0, low - skin))
    return min(correction, max(0.0, high - skin))


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
