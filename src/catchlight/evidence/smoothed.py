"""Smoothed: with the original at hand, how much of the skin's texture is left, zone by zone.

Both are compared at the scale that both can show, after the original has been encoded with the
picture's own JPEG tables: what is then missing was taken by an edit, by noise reduction, or by a
copy that was made smaller and enlarged again.
"""

from __future__ import annotations

import itertools

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color import to_encoded, to_linear
from ..landmarks import CHEEK_LEFT, CHEEK_RIGHT, FOREHEAD
from .calibration import judged
from .case import Case
from .facts import polygon
from .finding import Finding, could_not_assess
from .original import Laid
from .skin_zones import encoded_like, stops, texture, zones

__all__ = ["NAME", "smoothed", "texture_kept"]

_SMOOTH = 4.0  # pixels: texture averages out
_LEAST_RANGE = 0.3  # stops that the skin has to span for the curve to be read off it
NAME, TITLE = "smoothed", "how much of the skin's texture is left"


def texture_kept(case: Case, laid: Laid) -> dict[str, float]:
    """Texture of the picture over that of the original, by zone; 1.00 is untouched."""
    pair = laid.pair
    where = {name: mask & pair.shown for name, mask in zones(pair.points, pair.shown.shape).items()}
    before = pair.before
    if laid.scale > 0.9:  # reduced more, the JPEG's grid is not the pair's
        levels = to_encoded(np.clip(before, 0, 1), np.uint8)
        before = to_linear(encoded_like(levels, case.picture.data))
    kept, own = texture(pair.after, where), texture(before, where)
    slope = _slope(before, pair.after, np.logical_or.reduce(list(where.values())))
    return {name: kept[name] / max(slope * own[name], 1e-6) for name in kept.keys() & own.keys()}


def _slope(
    before: NDArray[np.float32], after: NDArray[np.float32], skin: NDArray[np.bool_]
) -> float:
    """Stops of the picture a stop of the original, at the skin's level: what a tone curve does."""
    if skin.sum() < 100:
        return 1.0
    x, y = (cv2.GaussianBlur(stops(part), (0, 0), _SMOOTH) for part in (before, after))
    steps = np.quantile(x[skin], np.linspace(0.05, 0.95, 10))
    middles = [
        (float(np.median(x[part])), float(np.median(y[part])))
        for low, high in itertools.pairwise(steps)
        if (part := skin & (x >= low) & (x <= high)).sum() > 20
    ]
    points = np.array(middles, np.float64).reshape(-1, 2)
    if len(points) < 4 or float(np.ptp(points[:, 0])) < _LEAST_RANGE:
        return 1.0
    return float(np.clip(np.polyfit(points[:, 0], points[:, 1], 1)[0], 0.6, 1.7))


def smoothed(case: Case) -> Finding:
    """Texture kept in the median zone, against the original; the statistic is its loss in stops."""
    laid = case.laid
    if laid is None:
        return could_not_assess(
            NAME, TITLE, "1", "none of the references is the photo it was made from"
        )
    kept = texture_kept(case, laid)
    if len(kept) < 3:
        return could_not_assess(NAME, TITLE, "1", "too little plain skin is seen")
    value = float(np.median(list(kept.values())))
    zone = min(kept, key=lambda name: kept[name])
    statistic = abs(float(np.log2(max(value, 1e-3))))
    loss = value < 1
    return judged(
        NAME,
        TITLE,
        value,
        "of the original's texture",
        statistic,
        {
            "consistent": f"The skin has {value:.2f} of the texture of {laid.reference.name}, as"
            " copies have.",
            "differs": f"The skin has {value:.2f} of the texture of {laid.reference.name}"
            + (f", least on the {zone} ({kept[zone]:.2f}): smoothed." if loss else ": sharpened."),
        },
        regions=tuple(
            polygon(case.picture, outline) for outline in (FOREHEAD, CHEEK_RIGHT, CHEEK_LEFT)
        ),
    )
