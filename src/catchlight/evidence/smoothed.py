"""Smoothed: with the original at hand, how much of the skin's texture is left, zone by zone.

Both are compared at the scale that both can show, after the original has been encoded with the
picture's own JPEG tables: what is then missing was taken by an edit, by noise reduction, or by a
copy that was made smaller and enlarged again.
"""

from __future__ import annotations

import numpy as np

from ..color import to_encoded, to_linear
from ..landmarks import CHEEK_LEFT, CHEEK_RIGHT, FOREHEAD
from .calibration import judged
from .case import Case
from .facts import polygon
from .finding import Finding, could_not_assess
from .original import Laid
from .skin_zones import encoded_like, texture, zones

__all__ = ["NAME", "smoothed", "texture_kept"]

NAME, TITLE = "smoothed", "the skin's texture against the original"


def texture_kept(case: Case, laid: Laid) -> dict[str, float]:
    """Texture of the picture over that of the original, by zone; 1.00 is untouched."""
    pair = laid.pair
    where = {name: mask & pair.shown for name, mask in zones(pair.points, pair.shown.shape).items()}
    before = pair.before
    if laid.scale > 0.9:  # reduced more, the JPEG's grid is not the pair's
        levels = to_encoded(np.clip(before, 0, 1), np.uint8)
        before = to_linear(encoded_like(levels, case.picture.data))
    kept, own = texture(pair.after, where), texture(before, where)
    return {name: kept[name] / max(own[name], 1e-6) for name in kept.keys() & own.keys()}


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
