"""Tufts of hair that the networks leave out: a ponytail beside the neck, before a plain wall.

The hair of a ponytail shows below an ear, apart from the head's, and the networks know no hair
there; closed-form matting finds skin on one side, wall on the other and neither's colour, so what
the networks said stands, and the hair is chopped off. Before a plain wall nothing else can have
the hair's colour, hang together with the person and end near by. A shadow on the wall has not got
it: it goes part of the way from the wall's colour to that of hair, not all of it.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .anchor import face_area
from .faces import Face
from .grid import Grid
from .keying import PLAIN, carried, roughness
from .segment import unit
from .trimap import axes, hair

__all__ = ["tufts"]

_Map = NDArray[np.float32]

# Lengths in eye distances.
_CLEAR, _DEEP = 0.2, 0.25  # from the mask's edge: wall outside, hair inside
_CHIN = -1.0  # height from the face's centre above which hair is asked for its colour
# Where tufts are looked for: heights from neck to temples, and how far aside. A hand that somebody
# lays on a shoulder can have the hair's colour.
_PLACE, _ASIDE = (-2.6, 0.6), 2.4
_SPREAD = 1.0  # how far the wall's colour is carried; the hair's half as far again
_REACH = 1.15  # from the mask, at which a tuft has to have ended
_SMALLEST, _LARGEST = 0.12**2, 1.2  # area, square eye distances
_BROAD = 0.03  # half of its width at the broadest: less is a strand
_STANDS_OUT = 0.06  # how far it has to come out of the mask
_CONTRAST = 40.0  # of 255 levels between wall and hair: less tells nothing
_WALL = 20.0  # deviation in levels up to which a cell may be wall
_ALMOST, _WHOLLY = 0.3, 0.65  # of the way from wall to hair: a tuft's rim, and its middle
_MIDDLE = 0.25  # share of a tuft that has to have the hair's whole colour
_OFF_THE_WAY = 0.35  # deviation from it, as a share of the contrast
_EVERYWHERE = 0.9  # share of what is around a tuft that has to be wall
_SURE = 0.97
_FINE = 40.0  # cells an eye distance from which every second one is enough to look at


def tufts(probability: _Map, image: NDArray[np.uint8], face: Face, grid: Grid) -> _Map:
    """Return the probability of a person in tufts outside the mask, (h, w) float32, 0 elsewhere.

    Parameters
    ----------
    probability : (h, w) float32, 0..1, of the person.
    image : (h, w, 3) uint8, sRGB-encoded.
    face : the person's face.
    grid : of both.
    """
    if unit(face) * grid.scale < _FINE:
        return _found(probability, image, face, grid)
    coarser = Grid(grid.box, ((grid.shape[0] + 1) // 2, (grid.shape[1] + 1) // 2))
    size = coarser.shape[::-1]
    smaller = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    less = np.asarray(cv2.resize(probability, size, interpolation=cv2.INTER_AREA), np.float32)
    found = _found(less, smaller, face, coarser)
    return np.asarray(cv2.resize(found, grid.shape[::-1], interpolation=cv2.INTER_LINEAR))


def _found(probability: _Map, image: NDArray[np.uint8], face: Face, grid: Grid) -> _Map:
    """Look for tufts on every cell of a grid; as `tufts`."""
    nothing = np.zeros(grid.shape, np.float32)
    cells = unit(face) * grid.scale
    person = (probability > 0.5).astype(np.uint8)
    outside = cv2.distanceTransform(1 - person, cv2.DIST_L2, 5)
    inside = cv2.distanceTransform(person, cv2.DIST_L2, 5)
    height, beside = axes(face, grid)
    clear = (outside > _CLEAR * cells) & (probability < 0.1)
    deep = (inside > _DEEP * cells) & ~face_area(face, grid) & (height > _CHIN)
    if not clear.any() or not deep.any():
        return nothing
    colours = image.astype(np.float32)
    wall, off = _wall(colours, clear, _SPREAD * cells)
    plain = (clear & (off < _WALL)).astype(np.float32)
    rough = roughness(colours, wall, plain, _SPREAD * cells)
    towards = carried(colours, deep.astype(np.float32), 1.5 * _SPREAD * cells) - wall
    contrast = np.maximum(np.sqrt((towards**2).mean(axis=2)), 1e-3)
    share = ((colours - wall) * towards).mean(axis=2) / contrast**2
    aside = np.sqrt(np.maximum(off**2 - (share * contrast) ** 2, 0))
    low, high = _PLACE
    here = (outside < _REACH * cells) & (height > low) & (height < high) & (beside < _ASIDE)
    here &= (hair(face, grid) > 0) & (contrast > _CONTRAST) & (rough < PLAIN**2)
    like = (person == 0) & (share > _ALMOST) & (aside < _OFF_THE_WAY * contrast)
    if not (here & like).any():
        return nothing
    around = (clear & ~like).astype(np.float32)
    seen = cv2.GaussianBlur(around, (0, 0), _SPREAD * cells) > 0.05
    walled = carried((off < _WALL).astype(np.float32), around, _SPREAD * cells)
    here &= seen
    touching = cv2.dilate(person, np.ones((5, 5), np.uint8)) > 0
    width = cv2.distanceTransform(like.astype(np.uint8), cv2.DIST_L2, 5)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(like.astype(np.uint8))
    found = nothing
    for label in range(1, count):
        x, y, w, h, area = (int(v) for v in stats[label])
        if not _SMALLEST * cells**2 < area < _LARGEST * cells**2:
            continue
        if x == 0 or y == 0 or x + w == grid.shape[1] or y + h == grid.shape[0]:
            continue
        part = (slice(y, y + h), slice(x, x + w))
        tuft = labels[part] == label
        away = float(outside[part][tuft].max()) / cells
        if (
            touching[part][tuft].any()
            and here[part][tuft].all()  # it ends near by
            and away > _STANDS_OUT
            and width[part][tuft].max() > _BROAD * cells
            and (share[part][tuft] > _WHOLLY).mean() > _MIDDLE
            and walled[part][tuft].mean() > _EVERYWHERE
        ):
            found[part][tuft] = _SURE
    return found


def _wall(colours: _Map, clear: NDArray[np.bool_], spread: float) -> tuple[_Map, _Map]:
    """Return the wall's colour round every cell, and how far each cell is from it, in levels.

    What is far from it has no say in it the second and third time.
    """
    weight = clear.astype(np.float32)
    for _ in range(3):
        wall = carried(colours, weight, spread)
        off = np.sqrt(((colours - wall) ** 2).mean(axis=2))
        weight = (clear & (off < _WALL)).astype(np.float32)
    return wall, np.asarray(off, np.float32)
