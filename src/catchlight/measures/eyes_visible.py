"""Eyes visible: nothing before them, neither dark glasses nor hair."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..landmarks import IRIS_LEFT, IRIS_RIGHT
from ..quantiles import median
from ..skin import FaceView, once_a_view, skin_level
from .measure import Measure, could_not_assess, graded
from .subject import Subject

__all__ = ["DARK", "dark_glasses", "eyes_visible", "hair_over"]

# In view pixels: 120 between the iris centres.
_UNDER = (28, 22, 12)  # the skin under an eye: down from the iris, half width, half height
_BAND = (18, 66)  # below the iris: from the lower lid to the cheek
_ASIDE = 26  # to each side: the width of the eye's opening
_STRAND = 13  # broader things than this are shadows
_MARGIN = 42  # room beside the band for lines that lean
_LEANS = tuple(float(t) for t in np.tan(np.radians(np.arange(-40, 41, 8))))
_LIGHTER = 1.6
_THROUGH = 0.3  # share of a line's length that may be missing

DARK = 0.31
"""Luminance under the eyes over that of the skin, below which both are behind dark lenses."""

_HAIR = 0.85  # stops
_COARSEST = 4.2  # view pixels per photo pixel, above which strands are not resolved
_MOST_TURNED = 45.0  # degrees; further round the nose hides an eye


@once_a_view
def dark_glasses(view: FaceView) -> float:
    """Return the luminance under the lighter eye over that of the skin.

    Dark lenses cover the skin under both eyes, shadow hardly ever does: 0.01 to 0.24 behind three
    pairs of sunglasses, 0.40 and more in 175 other portraits (own measurement).
    """
    luminance = view.luminance
    down, half_width, half_height = _UNDER
    levels = []
    for iris in (IRIS_RIGHT, IRIS_LEFT):
        x, y = (round(float(v) - 0.5) for v in view.points[iris])
        top, left = max(y + down - half_height, 0), max(x - half_width, 0)
        under = luminance[top : y + down + half_height, left : x + half_width]
        levels.append(median(under) if under.size else 0.0)
    return max(levels) / max(skin_level(view), 1e-4)


def hair_over(view: FaceView) -> tuple[float, float]:
    """Return how far the plainest strand below each eye stands out from the skin, in stops.

    Right eye first. A strand that hangs over an eye runs on below it: a thin line, upright to
    within 40 degrees, unbroken from the lid to the cheek. One lighter than the skin counts 1.6
    times, for skin has fewer such lines. Lines across (wrinkles), short ones
    (lashes, freckles) and broad ones (shadows) do not count. 1.7 for strands over an eye (1.1 with
    30 pixels between the eyes); at most 0.6 in 175 other portraits with wrinkles, freckles, braids
    and fringes (own measurement).
    """
    luminance = view.luminance
    skin = skin_level(view)
    right, left = (_strand(luminance, skin, view.points[iris]) for iris in (IRIS_RIGHT, IRIS_LEFT))
    return right, left


def _strand(luminance: NDArray[np.float32], skin: float, iris: NDArray[np.float32]) -> float:
    x, y = (round(float(v)) for v in iris)
    left = x - _ASIDE - _MARGIN
    rows = slice(max(y + _BAND[0], 0), max(y + _BAND[1], 0))
    patch = luminance[rows, max(left, 0) : max(x + _ASIDE + _MARGIN, 0)]
    height, width = patch.shape
    if height < 24 or left < 0 or width < 2 * (_ASIDE + _MARGIN):
        return 0.0
    stops = np.log2(patch + np.float32(0.05 * skin + 1e-5)).astype(np.float32)
    stops = np.asarray(cv2.GaussianBlur(stops, (0, 0), 0.8), np.float32)
    across = np.ones((1, _STRAND), np.uint8)
    darker = cv2.morphologyEx(stops, cv2.MORPH_CLOSE, across) - stops
    lighter = stops - cv2.morphologyEx(stops, cv2.MORPH_OPEN, across)
    thin = np.maximum(darker, np.float32(_LIGHTER) * lighter)
    place = int(_THROUGH * height)
    best = 0.0
    for lean in _LEANS:
        matrix = np.array([[1, lean, _MARGIN - lean * height / 2], [0, 1, 0]], np.float64)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        upright = cv2.warpAffine(thin, matrix, (width - 2 * _MARGIN, height), flags=flags)
        best = max(best, float(np.partition(upright, place, axis=0)[place].max()))
    return best


def eyes_visible(subject: Subject) -> Measure:
    """Contrast of the plainest strand of hair over an eye with the skin in stops; 0 without one.

    After ISO/IEC 29794-5 EyesVisible. Verdicts: "visible", "hair over an eye", "dark glasses". What
    is told is what pixels prove: strands darker or lighter than the skin, and lenses that darken
    the skin under both eyes. Hair of the skin's own lightness, a curtain of hair without strands,
    or a hand before an eye are not noticed. Photofeeler, 60,000 ratings of 800 photos: hair over
    the eyes costs 0.29 on a scale from -5 to 5.
    """
    name, unit = "EyesVisible", "stop"
    if abs(subject.face.yaw) > _MOST_TURNED:
        return could_not_assess(name, unit, "the face is turned so far that one eye is hidden")
    if dark_glasses(subject.view) < DARK:
        reason = "dark glasses hide the eyes: take them off"
        return Measure(name, 0.0, unit, 15.0, "ok", reason, "dark glasses")
    if subject.view.scale > _COARSEST:
        return could_not_assess(name, unit, "the face is too small to see what is before the eyes")
    right, left = hair_over(subject.view)
    value = max(right, left)
    if value < _HAIR:
        return Measure(name, value, unit, 100.0, "ok", "both eyes are free", "visible")
    score = graded(value, (0.85, 70), (1.8, 50), (3, 40))
    side = "right" if right > left else "left"
    reason = f"hair hangs over the {side} eye: put it aside"
    return Measure(name, value, unit, score, "ok", reason, "hair over an eye")
