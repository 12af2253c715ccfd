"""Reading the fill where the key casts shade, and the key where it falls full on."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["WITNESSES", "Reading", "read_fill"]

WITNESSES = 60.0
"""Independent samples that a face's many are worth, for the uncertainty."""

_SHADE, _LIT = 0.2, 0.6  # irradiance of the key below which skin is shaded, above which lit
_BLEND = 0.1  # of irradiance, to either side of those borders
_ENOUGH = 0.015  # share of the skin seen that has to be shaded for the fill to be read there
_BLIND = 1.5  # stops of uncertainty where no skin lies in shade


class Reading(NamedTuple):
    """What a face shows of key and fill.

    Attributes
    ----------
    levels : ambient and key level, None where no shade or no full light is seen.
    stops_uncertainty : standard deviation of key over fill, in stops.
    shaded : share of the skin seen that lies in shade, 0..1.
    """

    levels: tuple[float, float] | None
    stops_uncertainty: float
    shaded: float


def read_fill(
    light: NDArray[np.float32],
    trust: NDArray[np.float32],
    openness: NDArray[np.float32],
    irradiance: NDArray[np.float32],
) -> Reading:
    """Read the fill where the key casts shade, and then the key where it falls full on.

    Medians, because one dark hair or bright spot would draw a fit to no fill at all.

    Parameters
    ----------
    light, trust, openness, irradiance : (N,) float32, of each sample of the skin: its luminance,
        how much it counts (0..1), and how much of the ambient light and of the key reaches it.
    """
    sure = trust * (trust > 0.1)
    # Shade and full light have no sharp border: a sample near it counts in part.
    dark = sure * np.clip((_SHADE + _BLEND - irradiance) / (2 * _BLEND), 0, 1)
    lit = sure * np.clip((irradiance - _LIT + _BLEND) / (2 * _BLEND), 0, 1)
    total = float(trust.sum())
    shaded = float(dark.sum()) / total
    if shaded < _ENOUGH or float(lit.sum()) < _ENOUGH * total:
        return Reading(None, _BLIND, shaded)
    fills, key = np.asarray(light / openness, np.float64), 0.0
    for _ in range(2):  # the shade of a large light gets a little of it too
        fill = max(_quantile(fills, dark, 0.5), 1e-4)
        key = _quantile((light - fill * openness) / np.maximum(irradiance, _SHADE), lit, 0.5)
        rest = light - max(key, 0.0) * irradiance
        fills = np.maximum(rest, 0.3 * light) / openness
    fill = max(_quantile(fills, dark, 0.5), 1e-4)
    logs = np.log2(np.maximum(fills, 1e-5))
    # Standard deviations by three pairs of quantiles: of few samples one pair tells little.
    pairs = ((0.25, 1.349), (0.16, 1.989), (0.1, 2.563))
    spreads = [
        (_quantile(logs, dark, 1 - share) - _quantile(logs, dark, share)) / width
        for share, width in pairs
    ]
    patches = max(2.0, WITNESSES * shaded)
    spread = sum(spreads) / len(spreads)
    return Reading((fill, max(key, 0.0)), math.hypot(0.12, spread / math.sqrt(patches)), shaded)


def _quantile(
    values: NDArray[np.floating[Any]], weights: NDArray[np.floating[Any]], share: float
) -> float:
    """Return the weighted quantile of values (N,), between neighbours where it falls there."""
    some = weights > 0
    values, weights = values[some], weights[some]
    order = np.argsort(values)
    weight = weights[order].astype(np.float64)
    places = (np.cumsum(weight) - weight / 2) / weight.sum()
    return float(np.interp(share, places, values[order]))
