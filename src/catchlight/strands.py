"""Loose hair that the networks do not draw: thin strands of the hair's colour before a plain wall.

A curl that flies an eye distance away from the head is a line one or two cells wide, which no
coarse mask holds and no band round the mask reaches. Before a plain wall it can be told by colour:
it lies between the wall's and the hair's, it is thin, and it hangs together with the head.
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

__all__ = ["strands"]

_Map = NDArray[np.float32]

# Lengths in eye distances.
_CLEAR = 0.2  # outside the mask, from which the wall's colour is taken
_DEEP = 0.25  # inside the mask, from which the hair's is
_SPREAD = 0.7  # how far both are carried
_REACH = 1.4  # how far loose hair flies
_THIN = 0.09  # across: what is wider is something else
_COLLAR = -1.9  # height from the face's centre, below which there are clothes
# Times that variance, its parts cut off at nine times, from which nothing is looked for.
_ROUGH = 2.0
_NOISE = 3.0  # of 255 levels: least deviation that is taken for noise
_SEEN = 3.0  # deviations of noise a strand has to differ by
_SURE = 6.0  # and its most distinct part
_CONTRAST = 40.0  # of 255 levels between wall and hair: less tells nothing
_MOST = 0.9  # of the answer: colour alone does not make a strand opaque


def strands(probability: _Map, image: NDArray[np.uint8], face: Face, grid: Grid) -> _Map:
    """Return how much of each cell is loose hair outside the mask, (h, w) float32, 0.._MOST.

    Parameters
    ----------
    probability : (h, w) float32, 0..1, of the person.
    image : (h, w, 3) uint8, sRGB-encoded.
    face : the person's face.
    grid : of both.
    """
    cells = unit(face) * grid.scale
    person = (probability > 0.5).astype(np.uint8)
    if not person.any():
        return np.zeros(grid.shape, np.float32)
    outside = cv2.distanceTransform(1 - person, cv2.DIST_L2, 5)
    inside = cv2.distanceTransform(person, cv2.DIST_L2, 5)
    height = axes(face, grid)[0]
    colours = image.astype(np.float32)

    clear = ((outside > _CLEAR * cells) & (probability < 0.1)).astype(np.float32)
    deep = (inside > _DEEP * cells) & ~face_area(face, grid) & (height > _COLLAR)
    if not clear.any() or not deep.any():
        return np.zeros(grid.shape, np.float32)
    wall = carried(colours, clear, _SPREAD * cells)
    locks = carried(colours, deep.astype(np.float32), _SPREAD * cells)
    towards = locks - wall
    contrast = np.maximum(np.sqrt((towards**2).mean(axis=2)), 1e-3)
    share = ((colours - wall) * towards).mean(axis=2) / contrast**2
    side = 2 * round(_THIN * cells / 2) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (max(side, 3), max(side, 3)))
    thin = share - cv2.morphologyEx(share, cv2.MORPH_OPEN, kernel)
    # The wall's own fine texture, by its median: strands are few and do not move it.
    texture = _typical(thin, clear > 0) * contrast
    noise = np.maximum(texture, _NOISE) / contrast
    rough = roughness(colours, wall, clear, _SPREAD * cells)
    where = (
        (outside > 0)
        & (outside < _REACH * cells)
        & (hair(face, grid) > 0)
        & (height > _COLLAR)
        & (contrast > _CONTRAST)
        & (cv2.GaussianBlur(clear, (0, 0), _SPREAD * cells) > 0.02)
        & (rough < _ROUGH * PLAIN**2)
    )
    lines = where & (thin > _SEEN * noise)
    joined = cv2.dilate((lines | (person > 0)).astype(np.uint8), np.ones((3, 3), np.uint8))
    count, labels = cv2.connectedComponents(joined)
    rooted = np.bincount(labels[person > 0], minlength=count) > 0
    rooted[0] = False
    distinct = cv2.dilate((where & (thin > _SURE * noise)).astype(np.uint8), kernel) > 0
    lines &= rooted[labels] & distinct
    found = np.where(lines, np.clip(thin, 0, _MOST), 0)
    return np.asarray(found, np.float32)


def _typical(values: _Map, where: NDArray[np.bool_]) -> float:
    """Return a robust standard deviation of values that are mostly noise, at least 0."""
    chosen = values[where]
    return float(1.4826 * np.median(np.abs(chosen - np.median(chosen)))) if chosen.size else 0.0
