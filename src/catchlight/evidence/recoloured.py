"""Recoloured: with the original at hand, what was done to the skin's colour beyond the light."""

from __future__ import annotations

import numpy as np

from ..color import delta_e00, lab
from ..landmarks import FACE_OVAL
from ..ledger import Comparison
from .calibration import judged
from .case import Case
from .facts import polygon
from .finding import Finding, could_not_assess
from .skin_zones import stops, zones

__all__ = ["NAME", "recoloured", "skin_change"]

_DARK, _BRIGHT = 0.01, 0.85  # linear: beyond, a curve bends and colours clip
NAME, TITLE = "recoloured", "the colour given to the skin"


def skin_change(pair: Comparison) -> float | None:
    """How far the skin's mean colour is from what the rest of the person was given, ΔE00.

    Exposure, white balance and tone curve act on everything alike: in each channel a gain and a
    gamma (a straight line in stops) are fitted to hair, clothes, eyes and lips of about the skin's
    lightness, and given to the original's skin. What is left was done to the skin alone.
    """
    skin = np.logical_or.reduce(list(zones(pair.points, pair.shown.shape).values())) & pair.shown
    usable = (
        pair.shown
        & (pair.before.min(axis=2) > _DARK)
        & (pair.after.min(axis=2) > _DARK)
        & (np.maximum(pair.before, pair.after).max(axis=2) < _BRIGHT)
    )
    skin &= usable
    level = stops(pair.before)
    if skin.sum() < 100:
        return None
    low, high = np.quantile(level[skin], (0.05, 0.95))
    rest = usable & ~skin & (level > low - 1.5) & (level < high + 0.7)
    if rest.sum() < 400:
        return None
    expected = []
    for channel in range(3):
        x, y = (np.log2(part[..., channel][rest]) for part in (pair.before, pair.after))
        keep = np.ones(len(x), bool)
        for _ in range(3):
            slope, offset = np.polyfit(x[keep], y[keep], 1)
            off = np.abs(y - slope * x - offset)
            keep = off <= max(float(np.quantile(off, 0.7)), 1e-4)
        expected.append(2 ** (slope * np.log2(pair.before[..., channel][skin]) + offset))
    wanted = np.clip(np.stack(expected, axis=1), 0, 1).mean(axis=0)[None].astype(np.float32)
    found = pair.after[skin].mean(axis=0)[None]
    return float(delta_e00(lab(wanted), lab(found))[0])


def recoloured(case: Case) -> Finding:
    """Mean ΔE00 of the skin against the original in the picture's tones; see `skin_change`."""
    laid = case.laid
    if laid is None:
        return could_not_assess(
            NAME, TITLE, "ΔE00", "none of the references is the photo it was made from"
        )
    value = skin_change(laid.pair)
    if value is None:
        return could_not_assess(NAME, TITLE, "ΔE00", "too little skin or surroundings to compare")
    return judged(
        NAME,
        TITLE,
        value,
        "ΔE00",
        value,
        {
            "consistent": f"Exposure and white balance apart, the skin is as in"
            f" {laid.reference.name} (ΔE00 {value:.1f}).",
            "differs": f"Exposure and white balance apart, the skin is ΔE00 {value:.1f} from"
            f" {laid.reference.name}: it was coloured by itself.",
        },
        regions=(polygon(case.picture, FACE_OVAL),),
    )
