"""Eyes as shot: the colour of the irises and their catchlights, before and after.

The light was corrected, so the photograph is given the same light first: the curve that exposure
and contrast put on the rest of the head, by level, and then what is left of it around each eye,
where a fill light or an evened colour may act on lids and eye alike. What differs then was done to
the eye itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from .bounds import BOUNDS, Reading
from .color import LUMINANCE_WEIGHTS, delta_e00, lab
from .landmarks import (
    EYE_LEFT,
    EYE_RIGHT,
    IRIS_LEFT,
    IRIS_RIGHT,
    IRIS_RING_LEFT,
    IRIS_RING_RIGHT,
)

if TYPE_CHECKING:
    from .ledger import Comparison

__all__ = ["eyes"]

_LEAST_RADIUS = 4.0  # pixels of an iris
_LEAST_SEEN = 0.35  # of the iris's disc between the lids
_BLUR = 0.12  # iris radii: noise and the last of resampling average out
_INSIDE = 0.85  # iris radii: farther out the limbus runs into the white
_AROUND = (1.2, 3.2)  # iris radii, the lids and skin about the eye
_LEVELS = 16  # steps of the curve, even in the logarithm
_BRIGHTEST = 0.06  # share of the iris that holds its catchlight

Image = NDArray[np.float32]


def eyes(pair: Comparison) -> Reading:
    """Most that an iris or a catchlight differs from the photograph under the corrected light.

    ΔE00 of the iris's mean colour, of its catchlight (the brightest part of the iris before or
    after), whichever is more, in the eye where it is more.
    """
    bound = BOUNDS["eyes"]
    before, after = _same_light(pair)
    values = []
    for outline, middle, ring in (
        (EYE_RIGHT, IRIS_RIGHT, IRIS_RING_RIGHT),
        (EYE_LEFT, IRIS_LEFT, IRIS_RING_LEFT),
    ):
        found = _eye(pair, before, after, outline, middle, ring)
        if found is not None:
            values.append(found)
    if not values:
        why = "no iris is large enough and open enough to compare"
        return Reading(bound, None, bound.most, why)
    iris, catchlight = np.max(values, axis=0)
    return Reading(
        bound,
        float(max(iris, catchlight)),
        bound.most,
        f"Iris {iris:.1f}, catchlight {catchlight:.1f}, against the photograph under the corrected"
        f" light ({'both eyes' if len(values) == 2 else 'one eye'}).",
    )


def _same_light(pair: Comparison) -> tuple[Image, Image]:
    """The photograph under the finished picture's curve, by level, and the finished picture.

    Only about the eyes: elsewhere the photograph is returned as it is.
    """
    weights = LUMINANCE_WEIGHTS.astype(np.float32)
    # A curve needs but a quarter of the pixels.
    few = (slice(None, None, 2), slice(None, None, 2))
    first, second = pair.before[few], pair.after[few]
    usable = pair.shown[few] & (first.max(axis=2) < 0.97)
    reach = [np.inf, np.inf, -np.inf, -np.inf]
    for middle, ring in ((IRIS_RIGHT, IRIS_RING_RIGHT), (IRIS_LEFT, IRIS_RING_LEFT)):
        x, y, radius = _disc(pair, middle, ring)
        hole = np.ones(usable.shape, np.uint8)
        cv2.circle(hole, (round(x / 2), round(y / 2)), round(0.55 * radius), 0, -1)
        usable &= hole > 0
        far = _AROUND[1] * radius + 4
        reach = [
            *np.minimum(reach[:2], (x - far, y - far)),
            *np.maximum(reach[2:], (x + far, y + far)),
        ]
    if usable.sum() < 125:
        return pair.before, pair.after
    steps = np.log2(np.maximum(first[usable] @ weights, 1e-4))
    values = np.log2(np.maximum(second[usable], 1e-4) / np.maximum(first[usable], 1e-4))
    edges = np.quantile(steps, np.linspace(0, 1, _LEVELS + 1))
    which = np.clip(np.searchsorted(edges, steps) - 1, 0, _LEVELS - 1)
    bins = [which == k for k in range(_LEVELS) if (which == k).any()]
    places = np.array([np.median(steps[inside]) for inside in bins])
    curve = np.array([np.median(values[inside], axis=0) for inside in bins])
    height, width = pair.shown.shape
    x0, y0, x1, y1 = (int(v) for v in np.clip(reach, 0, (width, height, width, height)))
    part = (slice(y0, y1), slice(x0, x1))
    level = np.log2(np.maximum(pair.before[part] @ weights, 1e-4))
    gains = np.stack([np.interp(level, places, curve[:, c]) for c in range(3)], axis=-1)
    before = pair.before.copy()
    before[part] *= np.exp2(gains).astype(np.float32)
    return before, pair.after


def _disc(pair: Comparison, middle: int, ring: tuple[int, ...]) -> tuple[float, float, float]:
    """Middle (x, y) as pixel indices, and radius of an iris."""
    centre = pair.points[middle].astype(np.float64)
    radius = float(np.linalg.norm(pair.points[list(ring)] - centre, axis=1).mean())
    return float(centre[0]) - 0.5, float(centre[1]) - 0.5, radius


def _eye(
    pair: Comparison,
    before: Image,
    after: Image,
    outline: tuple[int, ...],
    middle: int,
    ring: tuple[int, ...],
) -> tuple[float, float] | None:
    """ΔE00 of an iris and of its catchlight; None where the iris can't be seen."""
    x, y, radius = _disc(pair, middle, ring)
    if radius < _LEAST_RADIUS:
        return None
    reach = _AROUND[1] * radius + 2
    height, width = pair.shown.shape
    x0, y0 = max(int(x - reach), 0), max(int(y - reach), 0)
    x1, y1 = min(int(x + reach) + 1, width), min(int(y + reach) + 1, height)
    if x1 - x0 < 8 or y1 - y0 < 8:
        return None
    part = (slice(y0, y1), slice(x0, x1))
    lids = np.zeros((y1 - y0, x1 - x0), np.uint8)
    points = np.round((pair.points[list(outline)] - (x0 + 0.5, y0 + 0.5)) * 16).astype(np.int32)
    cv2.fillPoly(lids, [points], 1, shift=4)
    dx, dy = np.arange(x0, x1) - x, (np.arange(y0, y1) - y)[:, None]
    away = np.hypot(dx, dy) / radius
    seen = pair.shown[part]
    disc = away < _INSIDE
    iris = disc & (lids > 0) & seen
    around = (away > _AROUND[0]) & (away < _AROUND[1]) & (lids == 0) & seen
    if iris.sum() < _LEAST_SEEN * max(int(disc.sum()), 1) or around.sum() < 30:
        return None
    first, second = (
        cv2.GaussianBlur(image[part], (0, 0), max(_BLUR * radius, 0.5)) for image in (before, after)
    )
    local = np.median(second[around] / np.maximum(first[around], 1e-4), axis=0)
    first = first * local.astype(np.float32)
    weights = LUMINANCE_WEIGHTS.astype(np.float32)
    count = max(4, round(_BRIGHTEST * int(iris.sum())))
    bright = np.zeros(iris.shape, bool)
    for image in (first, second):
        level = np.where(iris, image @ weights, -1.0)
        bright |= level >= np.partition(level.ravel(), -count)[-count]
    bright &= iris
    return (
        _apart(first[iris & ~bright], second[iris & ~bright]),
        _apart(first[bright], second[bright]),
    )


def _apart(first: Image, second: Image) -> float:
    """ΔE00 between the mean colours of two sets of linear pixels (n, 3)."""
    means = [lab(np.clip(colors.mean(axis=0), 0, None)[None]) for colors in (first, second)]
    return float(delta_e00(means[0], means[1])[0])
