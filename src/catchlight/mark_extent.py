"""How far a mark reaches: the patch of skin that differs from the skin about it as the mark does.

A swollen spot is a patch of many colours with a lump or two that stand out most. What is healed has
to be all of it, or nothing: half a spot is worse than a whole one.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .marks import Mark, SkinView

__all__ = ["Extent", "extent"]

Float64 = NDArray[np.float64]

_INNER, _OUTER = 0.075, 0.14  # eye distances: the skin that is taken for that about a mark
_SHARE = 0.3  # of a mark's own colour, from which skin belongs to it
_GRAIN = 2.5  # and multiples of the skin's own grain
_SOFT = 0.006  # eye distances
_MARGIN = 0.005  # eye distances that a mark fades out over


@dataclass(frozen=True, slots=True)
class Extent:
    """The least circle about a mark's patch of skin, in pixels of the view, with what it fades out
    over; and the share of the circle that the patch fills, its hollows too (its convex hull): a
    spot may have a pale middle, a fold is long.
    """

    x: float
    y: float
    radius: float
    fill: float


def extent(view: SkinView, mark: Mark) -> Extent | None:
    """Find how far a mark reaches; None where there is too little skin about it to tell.

    The skin about it is carried on under it by a surface of second order, fitted without what
    differs, and every place is measured by how much of the mark's own absorption it has.
    """
    unit = view.eye_distance
    x, y = (np.array([mark.x, mark.y]) - view.origin) * view.scale
    radius = mark.radius * view.scale
    reach = int(np.ceil(_OUTER * unit + radius))
    height, width = view.skin.shape
    x0, y0 = max(0, int(x) - reach), max(0, int(y) - reach)
    part = (slice(y0, min(height, int(y) + reach + 1)), slice(x0, min(width, int(x) + reach + 1)))
    rows, columns = np.mgrid[part] + 0.5
    away = np.hypot(columns - x, rows - y)
    skin = view.skin[part] > 0.5
    around = skin & (away > _INNER * unit + radius)
    if around.sum() < 60:
        return None
    own = np.array(mark.absorbed)
    smooth = cv2.GaussianBlur(view.stops[part], (0, 0), max(0.7, _SOFT * unit))
    level = -(smooth @ (own / (own @ own)).astype(np.float32))
    level, grain = _flattened(level, (columns - x) / unit, (rows - y) / unit, around)
    inner = away <= max(0.75 * radius, 0.8)
    most = float(level[inner].mean())
    near = skin & (away <= _INNER * unit + radius)
    differs = near & (level > max(_SHARE * most, _GRAIN * grain))
    # Cut off what hangs on by a thread, such as a fold or the edge of a shadow.
    side = 2 * max(1, round(0.4 * radius)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    opened = cv2.morphologyEx(differs.astype(np.uint8), cv2.MORPH_OPEN, kernel) | inner
    _, label = cv2.connectedComponents(opened.astype(np.uint8), connectivity=4)
    patch = label == label[inner][0]
    places = np.column_stack([columns[patch], rows[patch]]).astype(np.float32)
    (u, v), size = cv2.minEnclosingCircle(places)
    corners = places[:, None] + np.array([[0.5, 0.5], [0.5, -0.5], [-0.5, 0.5], [-0.5, -0.5]])
    hull = cv2.convexHull(corners.reshape(-1, 2).astype(np.float32))
    fill = float(cv2.contourArea(hull)) / (np.pi * (size + 0.5) ** 2)
    return Extent(u, v, size + 0.5 + _MARGIN * unit, fill)


def _flattened(
    level: NDArray[np.float32], u: Float64, v: Float64, around: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], float]:
    """Levels less the surface through those around, and the standard deviation of these."""
    terms = np.stack([np.ones_like(u), u, v, u * u, u * v, v * v], axis=-1)
    design, wanted = terms[around], level[around].astype(np.float64)
    keep = np.ones(len(wanted), bool)
    for _ in range(3):
        # einsum sums in one order, whatever the number of threads
        normal = np.einsum("ni,nj->ij", design[keep], design[keep]) + 1e-6 * keep.sum() * np.eye(6)
        solution = np.linalg.solve(normal, np.einsum("ni,n->i", design[keep], wanted[keep]))
        error = np.abs(np.einsum("ni,i->n", design, solution) - wanted)
        spread = max(1.4826 * float(np.median(error)), 1e-4)
        keep = error <= 2.5 * spread
    surface = np.einsum("hwi,i->hw", terms, solution)
    return np.asarray(level - surface, np.float32), spread
