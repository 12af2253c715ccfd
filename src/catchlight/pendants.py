"""Earrings that hang clear of the head before a wall that is not plain.

The person network does not draw them, saliency is half sure of them, and the wall's colours vote
against what shares none of the person's. But an earring is in focus with the ear, and ends: what
hangs below a lobe, is sharper than the wall about it, stands out to the saliency network and is no
wider than jewellery is the person's. Before a plain wall colour finds it without help.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .colour_vote import colour_vote
from .defocus import detail
from .faces import Face
from .grid import Grid
from .head_view import HeadAxes, lobe_axes
from .keying import PLAIN, carried, roughness
from .segment import unit

__all__ = ["pendants"]

_Map = NDArray[np.float32]
_Mask = NDArray[np.bool_]

# Lengths in eye distances.
_ASIDE, _BELOW = 0.3, 1.0  # of the lobe, where an earring hangs
_FROM_LOBE = 0.4  # how far down it begins at the most; its hook may be too thin to be seen
_AROUND = 1.0  # about that place, in which the wall is looked at
_ROUND = 0.4  # about that place, in which what is not an earring shows that it goes on
_INSIDE = 0.85  # share of it that hangs there
_WIDEST = 0.35
_RIM = 0.07  # of the mask, which is sharp everywhere
_LEAST = 0.006  # area beyond the rim, in squares of an eye distance
_CLEAR = 0.15  # outside the mask, from which there is settled wall
_SPREAD = 0.35  # how far its detail is carried
_WALL_SPREAD = 0.7  # and its colours
_BROAD = 0.3  # side of the median that leaves the wall without the earring
_SHARPER = 1.0  # octaves of detail above the wall's
_STANDS_OUT = 20.0  # of 255 levels: deviation from the wall right beside
_HOOK = 0.3  # above an earring, in which the hook it hangs from is looked for
_THIN = 12.0  # of 255 levels: its deviation from the wall right beside
_SALIENT = 0.4  # the saliency network's mean over it
_NOT_WALL = 0.15  # share of the votes of like colours near by that are the person's
_SETTLED = 0.03  # probabilities further from 0 and 1 have no vote
_SURE = 0.85  # what its probability is raised to


def pendants(
    probability: _Map, saliency: _Map, image: NDArray[np.uint8], face: Face, grid: Grid
) -> _Map:
    """Return how likely each cell is an earring outside the mask, (h, w) float32, 0 or _SURE.

    Parameters
    ----------
    probability : (h, w) float32, 0..1, of the person.
    saliency : (h, w) float32, 0..1: what stands out in the picture.
    image : (h, w, 3) uint8, sRGB-encoded.
    face : the person's face.
    grid : of all three.
    """
    found = np.zeros(grid.shape, np.float32)
    for side in (0, 1):
        below, aside = _from_lobe(lobe_axes(face, side), unit(face), grid)
        place = (np.abs(aside) < _ASIDE) & (below > -_RIM) & (below < _BELOW)
        if not place.any():
            continue
        cells = unit(face) * grid.scale
        part = _about(place, round(_AROUND * cells))
        here = _hanging(
            place[part], below[part], probability[part], saliency[part], image[part], cells
        )
        np.maximum(found[part], here, out=found[part])
    return found


def _from_lobe(lobe: HeadAxes, distance: float, grid: Grid) -> tuple[_Map, _Map]:
    """Return how far each cell is below a lobe and aside of it, (h, w), in eye distances."""
    x, y = grid.centres()
    x, y = (x - lobe.origin[0]) / distance, (y - lobe.origin[1]) / distance
    below = x[None, :] * lobe.down[0] + y[:, None] * lobe.down[1]
    aside = x[None, :] * lobe.out[0] + y[:, None] * lobe.out[1]
    return below.astype(np.float32), aside.astype(np.float32)


def _about(place: _Mask, margin: int) -> tuple[slice, slice]:
    rows, columns = np.flatnonzero(place.any(axis=1)), np.flatnonzero(place.any(axis=0))
    return (
        slice(max(int(rows[0]) - margin, 0), int(rows[-1]) + margin + 1),
        slice(max(int(columns[0]) - margin, 0), int(columns[-1]) + margin + 1),
    )


def _hanging(
    place: _Mask,
    below: _Map,
    probability: _Map,
    saliency: _Map,
    image: NDArray[np.uint8],
    cells: float,
) -> _Map:
    """Return what hangs in one place; `cells` an eye distance."""
    nothing = np.zeros(place.shape, np.float32)
    person = (probability > 0.5).astype(np.uint8)
    outside = cv2.distanceTransform(1 - person, cv2.DIST_L2, 5)
    clear = ((outside > _CLEAR * cells) & (probability < 0.1)).astype(np.float32)
    place = place & (person == 0)
    uneven = _uneven(image, clear, cells)
    if not (place & uneven).any():
        return nothing
    sharper, beside = _against_wall(image, clear, cells)
    reach = 2 * round(_ROUND * cells) + 1
    about = cv2.dilate(place.astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0
    things = about & uneven & (person == 0) & (sharper > _SHARPER) & (beside > _STANDS_OUT)
    jewels = _earrings(things, place, below, outside <= _RIM * cells, saliency, cells)
    if not jewels.any():
        return nothing
    silent = things | (np.abs(probability - 0.5) < 0.5 - _SETTLED)
    settled = np.where(silent, np.float32(0.5), probability)
    jewels &= _mean_of_piece(jewels, colour_vote(settled, image, cells)) > _NOT_WALL
    if not jewels.any():
        return nothing
    above = np.ones((max(round(_HOOK * cells), 1), 3), np.uint8)
    hook = cv2.dilate(jewels.astype(np.uint8), above, anchor=(1, 0)) > 0
    hook &= place & (sharper > _SHARPER) & (beside > _THIN)
    whole = (jewels | hook).astype(np.uint8)
    whole = cv2.morphologyEx(whole, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    return np.where((whole > 0) & (person == 0), np.float32(_SURE), nothing)


def _against_wall(image: NDArray[np.uint8], clear: _Map, cells: float) -> tuple[_Map, _Map]:
    """Return the detail above the wall's, octaves, and the deviation from the wall beside."""
    sharpness = detail(image)
    side = 2 * round(_BROAD * cells / 2) + 1
    behind = cv2.medianBlur(image, side).astype(np.float32)
    beside = np.sqrt(((image - behind) ** 2).mean(axis=2))
    return sharpness - carried(sharpness, clear, _SPREAD * cells), beside


def _earrings(
    things: _Mask, place: _Mask, below: _Map, rim: _Mask, saliency: _Map, cells: float
) -> _Mask:
    """Return those pieces that hang where an earring does, end there, and stand out."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(things.astype(np.uint8))
    begins = np.full(count, np.inf)
    np.minimum.at(begins, labels[place], below[place])
    beyond = np.bincount(labels[~rim], minlength=count)
    found = (begins < _FROM_LOBE) & (beyond > _LEAST * cells**2)
    found &= stats[:, cv2.CC_STAT_WIDTH] < _WIDEST * cells
    found[0] = False
    pieces = found[labels]
    pieces &= _mean_of_piece(pieces, place) > _INSIDE
    return np.asarray(pieces & (_mean_of_piece(pieces, saliency) > _SALIENT))


def _mean_of_piece(pieces: _Mask, values: NDArray[np.generic]) -> NDArray[np.float64]:
    """Return at each cell the mean of its piece."""
    count, labels = cv2.connectedComponents(pieces.astype(np.uint8))
    area = np.bincount(labels.ravel(), minlength=count)
    total = np.bincount(labels.ravel(), values.ravel(), count)
    return np.asarray((total / np.maximum(area, 1))[labels], np.float64)


def _uneven(image: NDArray[np.uint8], clear: _Map, cells: float) -> _Mask:
    """Return where the wall near by is not plain."""
    colours = image.astype(np.float32)
    wall = carried(colours, clear, _WALL_SPREAD * cells)
    return np.asarray(roughness(colours, wall, clear, _WALL_SPREAD * cells) > PLAIN**2)
