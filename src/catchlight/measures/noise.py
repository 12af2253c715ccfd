"""Noise on smooth skin, brightness and colour, as it shows at the size a headshot is looked at."""

from __future__ import annotations

import math
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ..quantiles import quantiles
from ..skin import SKIN_ZONES, disc_mask
from .measure import Measure, could_not_assess, graded
from .subject import Subject

__all__ = ["noise", "shade_noise", "skin_noise"]

_EYE_DISTANCE = 80.0  # pixels; grain finer than that vanishes at 400 px, LinkedIn's picture
_HALF_SIDE = 0.085  # of the squares on the skin, eye distances
_LEAST_HALF_SIDE = 3  # pixels
_CALMEST = 0.3  # quantile over the squares: pores, stubble and freckles are not noise
_FEWEST = 4  # squares
_DARK, _BURNT = 8.0, 97.0  # L*; beyond these noise can be neither seen nor measured
_SOME, _NOISY = 1.8, 3.6  # L*
_SIDES = ((*SKIN_ZONES["right cheek"], 108, 69), (*SKIN_ZONES["left cheek"], 337, 299))
_ZONES = tuple(point for zone in SKIN_ZONES.values() for point in zone)


def skin_noise(subject: Subject) -> tuple[float, float] | None:
    """Standard deviations of lightness (L*) and of colour (a*b*) on skin; None where it is hidden.

    Immerkær 1996 ("Fast noise variance estimation") on squares of skin, with the median in place of
    the mean, and of the squares the calmest: texture can only add (the weak-texture patches of Liu,
    Tanaka & Okutomi 2013). Colour noise is coarser and read at half the size. The photo is reduced
    to not less than 80 pixels between the irises and the result given for 80, as white noise
    averages, so that a picture made smaller keeps its value.
    """
    return _read(subject, _ZONES, _CALMEST)


def shade_noise(subject: Subject) -> float | None:
    """Standard deviation of lightness (L*) on the darker cheek or side of the forehead.

    As `skin_noise`, where fill light would show it; None where that is black or hidden.
    """
    light = subject.view.luminance
    side = min(_SIDES, key=lambda zone: float(np.median(light[disc_mask(subject.view, zone)])))
    found = _read(subject, side, 0.5)
    return None if found is None else found[0]


def _read(subject: Subject, zones: tuple[int, ...], calmest: float) -> tuple[float, float] | None:
    """Read noise about landmarks: of the quantile `calmest` of the squares."""
    face, pixels = subject.face, subject.photo.pixels
    # By a whole number: pixels that overlap would share noise.
    shrink = max(1, int(face.eye_distance / _EYE_DISTANCE))
    distance = face.eye_distance / shrink
    side = 2 * max(round(_HALF_SIDE * distance), _LEAST_HALF_SIDE)
    squares = [
        square
        for x, y in face.landmarks[list(zones), :2].tolist()
        if (square := _square(pixels, x, y, side, shrink)) is not None
    ]
    if len(squares) < _FEWEST:
        return None
    lab = _lab(np.concatenate(squares)).reshape(len(squares), side, side, 3)
    level = np.median(lab[..., 0].reshape(len(squares), -1), axis=1)
    lab = lab[(level > _DARK) & (level < _BURNT)]
    if len(lab) < _FEWEST:
        return None
    half = lab.reshape(len(lab), side // 2, 2, side // 2, 2, 3).mean(axis=(2, 4))
    finer = _EYE_DISTANCE / distance
    colour = math.hypot(_calm(half[..., 1], calmest), _calm(half[..., 2], calmest))
    # Averaging 2 x 2 pixels halves white noise; the factor gives it back.
    return _calm(lab[..., 0], calmest) * finer, 2 * colour * finer


def _square(
    pixels: NDArray[np.uint8] | NDArray[np.uint16], x: float, y: float, side: int, shrink: int
) -> NDArray[np.uint8] | NDArray[np.uint16] | None:
    """Cut (side, side, 3) reduced pixels about a place; None where they leave the photo."""
    reach = side * shrink
    x0, y0 = round(x - reach / 2), round(y - reach / 2)
    if x0 < 0 or y0 < 0 or x0 + reach > pixels.shape[1] or y0 + reach > pixels.shape[0]:
        return None
    cut = pixels[y0 : y0 + reach, x0 : x0 + reach]
    if shrink == 1:
        return cut
    return cast("NDArray[np.uint8]", cv2.resize(cut, (side, side), interpolation=cv2.INTER_AREA))


def _lab(encoded: NDArray[Any]) -> NDArray[np.float32]:
    unit = encoded.astype(np.float32) / np.float32(np.iinfo(encoded.dtype).max)
    return np.asarray(cv2.cvtColor(unit, cv2.COLOR_RGB2Lab), np.float32)


def _calm(channel: NDArray[np.float32], calmest: float) -> float:
    """Standard deviation of the noise on the calmer squares of (n, side, side)."""
    rows = channel[:, :-2] - 2 * channel[:, 1:-1] + channel[:, 2:]
    curve = np.abs(rows[..., :-2] - 2 * rows[..., 1:-1] + rows[..., 2:])
    spread = 1.4826 / 6 * np.median(curve.reshape(len(curve), -1), axis=1)
    return quantiles(spread, calmest)[0]


def noise(subject: Subject) -> Measure:
    """Noise on smooth skin in L*, colour counted a third: clean, some or noisy.

    Verdicts: "clean", "some", "noisy". Colour counts less because the eye resolves it less (after
    the visual noise of ISO 15739). What is measured is what shows at a delivered size of about
    400 pixels: grain that only shows when a large original is looked at pixel by pixel is clean.
    """
    found = skin_noise(subject)
    if found is None:
        return could_not_assess("Noise", "L*", "too little smooth, lit skin is seen")
    bright, colour = found
    value = math.hypot(bright, colour / 3)
    score = graded(value, (1.0, 100), (_SOME, 75), (_NOISY, 45), (8, 5))
    if value <= _SOME:
        return Measure("Noise", value, "L*", score, "ok", "the picture is clean", "clean")
    kind = "coloured noise" if colour / 3 > bright else "noise"
    if value <= _NOISY:
        return Measure("Noise", value, "L*", score, "ok", f"some {kind} on the skin", "some")
    return Measure("Noise", value, "L*", score, "ok", f"much {kind}: more light is needed", "noisy")
