"""Colour cast: what the light's colour does to the whites of the eyes and to skin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..skin import FaceView, eye_white_mask, skin_mask
from .measure import Measure, could_not_assess, graded
from .subject import Subject

__all__ = ["color_cast", "white_balance_stops"]

# Colours as (log2 R/G, log2 B/G) in linear sRGB. Means and covariances of 41 studio portraits in
# neutral light (Face Research Lab London Set), skin from light to very dark; the skin's mean is
# moved a third of its spread along its own axis towards the warmer renderings that cameras and
# sitters prefer, and its spread is doubled, because skin differs and has to keep differing.
_WHITES_MEAN = np.array([0.231, -0.056])
_WHITES_COV = np.array([[0.0108, -0.0035], [-0.0035, 0.0102]])
_SKIN_MEAN = np.array([0.80, -0.45])
_SKIN_COV = 2.0 * np.array([[0.0280, -0.0210], [-0.0210, 0.0323]])

# The camera has balanced already: what it leaves is mostly along the daylight-to-tungsten axis.
_WARM = np.array([1.0, -1.0]) / np.sqrt(2.0)
_TINT = np.array([1.0, 1.0]) / np.sqrt(2.0)
_CAMERA_COV = 0.20**2 * np.outer(_WARM, _WARM) + 0.13**2 * np.outer(_TINT, _TINT)

_NEUTRAL = 0.15  # stops: a cast that nobody sees
_DEAD_ZONE = 0.06  # stops of correction not worth making: within the spread of the whites


def _log_color(rgb: NDArray[np.float32]) -> NDArray[np.float64]:
    r, g, b = np.maximum(np.median(rgb.astype(np.float64), axis=0), 1e-5)
    return np.array([np.log2(r / g), np.log2(b / g)])


def _colors(view: FaceView, where: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the unclipped colours of a mask, (n, 3)."""
    return view.linear.reshape(-1, 3)[np.flatnonzero(where & ~view.clipped)]


def _luminance(colors: NDArray[np.float32]) -> NDArray[np.float32]:
    return colors @ np.array([0.2126, 0.7152, 0.0722], np.float32)


def white_balance_stops(view: FaceView, eye_distance: float) -> NDArray[np.float64] | None:
    """Correction of the light's colour as (red, blue) stops against green; None for monochrome.

    Three witnesses are joined as Gaussians in log-chromaticity: the camera's own balance (probably
    nearly right), the whites of the eyes, and the locus of human skin, which is broad, so that skin
    is not pulled to one standard colour. The posterior mean is the correction, less a dead zone.

    Parameters
    ----------
    view : the face in linear light.
    eye_distance : pixels between the irises in the photograph: small whites are trusted less.
    """
    skin = _colors(view, skin_mask(view))
    if len(skin) < 200:
        return None
    skin_color = _log_color(skin)
    skin_level = _luminance(skin)
    spread = np.ptp(skin, axis=1)
    if float(np.median(spread / np.maximum(skin_level, 1e-4))) < 0.02:
        return None  # black and white
    precision = np.linalg.inv(_CAMERA_COV)
    weighted = np.zeros(2)
    skin_precision = np.linalg.inv(_SKIN_COV)
    precision = precision + skin_precision
    weighted = weighted + skin_precision @ (_SKIN_MEAN - skin_color)
    whites = _colors(view, eye_white_mask(view))
    if len(whites) >= 40:
        levels = _luminance(whites)
        low, high = np.quantile(levels, (0.6, 0.95))
        bright = (levels >= low) & (levels <= high)
        level = float(np.median(levels[bright])) / max(float(np.median(skin_level)), 1e-4)
        # Shaded or small whites take the colour of lids and lashes.
        doubt = 0.05 + 0.15 * max(0.0, 1 - eye_distance / 150) + 0.35 * max(0.0, 0.9 - level)
        whites_precision = np.linalg.inv(_WHITES_COV + doubt**2 * np.eye(2))
        precision = precision + whites_precision
        weighted = weighted + whites_precision @ (_WHITES_MEAN - _log_color(whites[bright]))
    correction = np.linalg.solve(precision, weighted)
    size = float(np.hypot(*correction))
    return np.asarray(correction * max(0.0, 1 - _DEAD_ZONE / max(size, 1e-6)))


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
