"""Pockets of plain wall: between a curl, the neck and a collar, where no network sees through.

What shows there is the wall beside the head, closed off from it by hair. Hair cells are too few to
tell it by their colours, and white cloth before a white wall has its colour too. But cloth that
looks like the wall is not closed off from it: where it ends, it runs into the wall without an edge.
So a flat patch of the wall's own colour and grain, framed on all sides, partly by hair, is wall.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .anchor import face_area
from .color import to_linear
from .faces import Face
from .grid import Grid
from .plain_wall import WallBeside, reduced, wall_beside
from .segment import unit
from .trimap import axes

__all__ = ["open_pockets"]

_Map = NDArray[np.float32]
_Image = NDArray[np.uint8]
_Mask = NDArray[np.bool_]

# Lengths in eye distances.
_LEAST = 0.1  # width of a pocket
_LOWEST = -2.8  # height above the face's centre
_RIM = 0.06  # round a pocket, in which colour says how much of a pixel is wall
# Linear light, 0..1; deviations.
_PLAIN = 0.05  # of a plain wall, as a share of its light
_SAME = 2.0  # deviations from the wall up to which a cell looks like wall
_CLOSE = 1.2  # and their mean over a patch: shaded cloth passes through the wall's colour
_BRIGHT = 0.15  # light of the wall: dark patches in hair are shade
_DARKER = 0.3  # share of the wall's light that hair has at the most
_FRAME = 0.1  # share of a pocket's rim that is hair
_EDGE = 5.0  # deviations from the wall that are seen beyond an edge
_BESIDE = 3  # cells in which they are
_CLOSED = 0.9  # share of the rim that is such an edge
_OPAQUE = 0.5  # share that is not yet seen through, of a cell and of the patch
_LEAK = 0.02  # share of a patch that is known for wall, if it is closed off
_MIXED = (2.0, 6.0)  # deviations from the wall: all wall, and none


def open_pockets(alpha: _Map, photo: _Image, face: Face, grid: Grid) -> None:
    """Open pockets of plain wall, in place.

    Parameters
    ----------
    alpha : (H, W) float32, 0..1, the matte so far.
    photo : (H, W, 3) uint8, sRGB-encoded.
    face : the person's face.
    grid : of both.
    """
    coarse, small, image = reduced(alpha, photo, grid)
    linear = to_linear(image)
    cells = unit(face) * coarse.scale
    wall = wall_beside(small, linear, cells)
    light = wall.colour.mean(axis=2)
    plain = wall.seen & (wall.rough < (_PLAIN * light) ** 2) & (light > _BRIGHT)
    deviations = np.sqrt(wall.off / wall.noise)
    hair = linear.mean(axis=2) < _DARKER * light
    pockets = _pockets((deviations < _SAME) & plain, small, deviations, hair, cells)
    pockets &= ~face_area(face, coarse) & (axes(face, coarse)[0] > _LOWEST)
    if not pockets.any():
        return
    rim = cv2.distanceTransform(1 - pockets.astype(np.uint8), cv2.DIST_L2, 5)
    share = np.clip(2 - rim / max(_RIM * cells, 1.5), 0, 1)
    _open(alpha, photo, wall, share.astype(np.float32))


def _pockets(like: _Mask, alpha: _Map, deviations: _Map, hair: _Mask, cells: float) -> _Mask:
    """Return the patches that look like wall, are closed off from it, and have hair beside them."""
    reach = np.ones((2 * _BESIDE + 1, 2 * _BESIDE + 1), np.uint8)
    edge = cv2.dilate(deviations, reach) > _EDGE
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        like.astype(np.uint8), connectivity=4
    )
    out = np.zeros_like(like)
    for k in range(1, count):
        x, y, w, h, area = stats[k]
        if area < (_LEAST * cells) ** 2 or min(w, h) < _LEAST * cells:
            continue
        x0, y0 = max(x - _BESIDE, 0), max(y - _BESIDE, 0)
        part = np.s_[y0 : y + h + _BESIDE, x0 : x + w + _BESIDE]
        patch = labels[part] == k
        if (alpha[part][patch] > _OPAQUE).mean() < _OPAQUE:
            continue
        if (alpha[part][patch] < 0.05).mean() > _LEAK or deviations[part][patch].mean() > _CLOSE:
            continue
        rim = (cv2.dilate(patch.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0) & ~patch
        beside = (cv2.dilate(patch.astype(np.uint8), reach) > 0) & ~patch
        if edge[part][rim].mean() > _CLOSED and hair[part][beside].mean() > _FRAME:
            out[part] |= patch
    return out


def _open(alpha: _Map, photo: _Image, wall: WallBeside, share: _Map) -> None:
    """Take alpha down where pixels look like the wall, as far as `share` says, in place."""
    height, width = alpha.shape
    rows, columns = np.flatnonzero(share.any(axis=1)), np.flatnonzero(share.any(axis=0))
    sy, sx = height / share.shape[0], width / share.shape[1]
    y0, y1 = int(rows[0] * sy), min(int((rows[-1] + 1) * sy) + 1, height)
    x0, x1 = int(columns[0] * sx), min(int((columns[-1] + 1) * sx) + 1, width)

    there = np.array([[1 / sx, 0, (x0 + 0.5) / sx - 0.5], [0, 1 / sy, (y0 + 0.5) / sy - 0.5]])

    def full(cells: _Map) -> _Map:
        how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        size = (x1 - x0, y1 - y0)
        return np.asarray(
            cv2.warpAffine(cells, there, size, flags=how, borderMode=cv2.BORDER_REPLICATE),
            np.float32,
        )

    part = alpha[y0:y1, x0:x1]
    off = ((to_linear(photo[y0:y1, x0:x1]) - full(wall.colour)) ** 2).mean(axis=2)
    deviations = np.sqrt(off / full(wall.noise))
    low, high = _MIXED
    person = np.clip((deviations - low) / (high - low), 0, 1)
    part -= full(share) * np.maximum(part - person, 0)
