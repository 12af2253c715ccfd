"""Greys of the scene: how much of what is around a face would be grey under each light.

Walls, collars, grey hair, paper and metal have hardly a colour of their own, and all of them line
up at the light's (Qian, Pertuz, Nikkanen, Kämäräinen & Matas 2019, "Revisiting gray pixel for
statistical illumination estimation", take the mode of such pixels for the light). Which pixels are
grey nobody knows beforehand, so none are chosen: a histogram of log-chromaticity (the picture of a
scene in Barron & Tsai 2017, "Fast Fourier color constancy") tells for every light what share of the
scene it would make grey. A share is a bounded witness: a lawn or a red wall makes no light of its
own colour likely where skin and eyes contradict.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .chromaticity import DAYLIGHT, TINT
from .color import LUMINANCE_WEIGHTS

__all__ = ["LIGHTS", "grey_shares", "share_at"]

Float64 = NDArray[np.float64]

_ALONG: Float64 = np.asarray(np.arange(-60, 61) * 0.04, np.float64)  # to 2.4 stops: a candle
_ACROSS: Float64 = np.asarray(np.arange(-40, 41) * 0.02, np.float64)
LIGHTS: Float64 = np.asarray(_ALONG[:, None, None] * DAYLIGHT + _ACROSS[:, None] * TINT)
"""Lights, cold to warm by green to magenta, (121, 81, 2) float64: (log2 R/G, log2 B/G)."""

# What people call white or grey strays along the daylight axis (cream walls, bluish shirts, shade
# beside window light), hardly across it.
_STRAY_ALONG, _STRAY_ACROSS = 0.12, 0.05  # stops
_DARKEST = 0.02  # luminance below which colour is noise and flare
_FEW = 100.0  # cells that a scene has to have many more of for its share to count in full


def grey_shares(around: NDArray[np.float32]) -> Float64:
    """Return the share of what is around the face that each light would make grey.

    Parameters
    ----------
    around : (n, 3) linear sRGB, cells around the face (`skin.FaceView.around`).

    Returns
    -------
    (121, 81) float64, 0..1, over `LIGHTS`; less by the factor n / (n + 100) where little is seen.
    """
    colors = around.astype(np.float64)
    colors = colors[colors @ LUMINANCE_WEIGHTS > _DARKEST]
    stops = np.log2(np.maximum(colors, 1e-4))
    ratios = stops[:, [0, 2]] - stops[:, 1:2]
    edges = [np.append(v, v[-1] + v[1] - v[0]) - (v[1] - v[0]) / 2 for v in (_ALONG, _ACROSS)]
    counts, _, _ = np.histogram2d(ratios @ DAYLIGHT, ratios @ TINT, bins=edges)
    rows, columns = _STRAY_ALONG / 0.04, _STRAY_ACROSS / 0.02
    near = cv2.GaussianBlur(counts, (0, 0), columns, sigmaY=rows, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(near * (2 * np.pi * rows * columns) / (len(colors) + _FEW))


def share_at(shares: Float64, light: Float64) -> float:
    """Return one light's share, 0..1; `light` is (log2 R/G, log2 B/G)."""
    along, across = float(light @ DAYLIGHT), float(light @ TINT)
    return float(shares[np.abs(_ALONG - along).argmin(), np.abs(_ACROSS - across).argmin()])
