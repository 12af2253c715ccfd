"""Recoloured: with the original at hand, what was done to the skin's colour beyond the light."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..color import delta_e00, lab
from ..landmarks import FACE_OVAL
from ..ledger import Comparison
from .calibration import judged
from .case import Case
from .facts import polygon
from .finding import Finding, could_not_assess
from .skin_zones import stops, zones

__all__ = ["NAME", "as_toned", "recoloured", "skin_change"]

_MOST = 6000  # pixels that a straight line is fitted to
_DARK, _BRIGHT = 0.01, 0.85  # linear: beyond, a curve bends and colours clip
NAME, TITLE = "recoloured", "the colour given to the skin"


def skin_change(pair: Comparison) -> float | None:
    """How far the skin's mean colour is from what the rest of the person was given, ΔE00.

    What is left after `as_toned` was done to the skin alone.
    """
    skin = np.logical_or.reduce(list(zones(pair.points, pair.shown.shape).values())) & pair.shown
    toned = as_toned(pair, skin, ~skin, least=100)
    if toned is None:
        return None
    wanted, found = (part.mean(axis=0)[None].astype(np.float32) for part in toned)
    return float(delta_e00(lab(wanted), lab(found))[0])


def as_toned(
    pair: Comparison,
    part: NDArray[np.bool_],
    others: NDArray[np.bool_],
    *,
    least: int = 1,
    dark: float = _DARK,
) -> tuple[NDArray[np.float64], NDArray[np.float32]] | None:
    """Give a part of the original the tones that the others of its lightness have in the picture.

    Exposure, white balance and tone curve act on everything alike: in each channel a gain and a
    gamma (a straight line in stops) are fitted to what of the person has about the part's
    lightness, and given to the part.

    Parameters
    ----------
    part, others : (H, W) bool, where the part is, and what the tones are learnt from.
    least : pixels of the part below which nothing is told.
    dark : linear, 0..1, below which a pixel is left out.

    Returns
    -------
    The part's pixels as they would be, and as they are, each (n, 3) linear; None where too little
    is seen that is neither dark nor bright.
    """
    usable = (
        pair.shown
        & (np.minimum(pair.before, pair.after).min(axis=2) > dark)
        & (np.maximum(pair.before, pair.after).max(axis=2) < _BRIGHT)
    )
    part = part & usable
    level = stops(pair.before)
    if part.sum() < least:
        return None
    low, high = np.quantile(level[part], (0.05, 0.95))
    rest = usable & others & ~part & (level > low - 1.5) & (level < high + 0.7)
    if rest.sum() < 400:
        return None
    expected = []
    known = np.flatnonzero(rest)
    known = known[:: max(1, len(known) // _MOST)]
    sides = [side.reshape(-1, 3)[known] for side in (pair.before, pair.after)]
    for channel in range(3):
        x, y = (np.log2(side[:, channel]) for side in sides)
        keep = np.ones(len(x), bool)
        for _ in range(3):
            slope, offset = np.polyfit(x[keep], y[keep], 1)
            off = np.abs(y - slope * x - offset)
            keep = off <= max(float(np.quantile(off, 0.7)), 1e-4)
        expected.append(2 ** (slope * np.log2(pair.before[..., channel][part]) + offset))
    wanted = np.clip(np.stack(expected, axis=1), 0, 1)
    return np.asarray(wanted, np.float64), pair.after[part]


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
