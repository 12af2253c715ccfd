"""Gaps in hair before a plain wall, opened the way a studio keys a backdrop.

The networks draw a head of loose hair as one lump, wall between the strands included, and both are
sure of it. Where the wall beside the head is plain, its colour is known everywhere near by, and
what has that colour inside the lump is wall.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .anchor import face_area
from .faces import Face
from .grid import Grid
from .segment import unit
from .trimap import axes, hair

__all__ = ["PLAIN", "carried", "keyed", "roughness"]

_Map = NDArray[np.float32]

# Lengths in eye distances.
_CLEAR_OUT, _CLEAR_IN = 0.35, 0.45  # from the mask's edge, at which a cell is surely wall or person
_SPREAD = 0.7  # how far the wall's colour is carried
_NEAR_BY = 0.7  # how far a person of the wall's colour forbids to key
_GAPS = (0.6, 1.2)  # depth inside the mask down to which gaps are keyed: in full, and not at all
_COLLAR = (-1.8, -2.8)  # height above the face's centre: below it clothes, which may match the wall
# Deviations in levels of 255, as root mean squares over the three channels.
PLAIN = 9.0
"""Of a plain wall from its mean, shade included."""
_NOISE = 6.0  # of a cell from the wall's colour
_TOLERANCE = 0.18  # and of a shaded one, as a share of what lies between wall and hair
_ALIKE = (0.05, 0.15)  # share of the settled person that looks like wall: keyed in full, not at all
_BRIGHT = (90.0, 140.0)  # level of the wall: not keyed (dark gaps in hair are shade), and in full
_CHIN = -0.8  # height above which what is deep inside is hair
_PALE = 0.5  # share of the way from wall to hair up to which a cell is nearly wall
_FOLD = 0.3  # eye distances over which such cells are counted
_CLOTH = (0.3, 0.5)  # their share of the mask: keyed in full, not at all
_STRENGTH = 9.0  # log-odds


def keyed(probability: _Map, image: NDArray[np.uint8], face: Face, grid: Grid) -> _Map:
    """Return the probability lowered where plain wall shows through the hair.

    Parameters
    ----------
    probability : (h, w) float32, 0..1, of the person.
    image : (h, w, 3) uint8, sRGB-encoded.
    face : the person's face.
    grid : of both.
    """
    cells = unit(face) * grid.scale
    person = (probability > 0.5).astype(np.uint8)
    inside = cv2.distanceTransform(person, cv2.DIST_L2, 5)
    outside = cv2.distanceTransform(1 - person, cv2.DIST_L2, 5)
    colours = cv2.GaussianBlur(image, (0, 0), 0.7).astype(np.float32)

    clear = ((outside > _CLEAR_OUT * cells) & (probability < 0.1)).astype(np.float32)
    wall = carried(colours, clear, _SPREAD * cells)
    rough = carried(((colours - wall) ** 2).mean(axis=2), clear, _SPREAD * cells)
    height = axes(face, grid)[0]
    own = face_area(face, grid)
    deep = (inside > _CLEAR_IN * cells) & ~own & (height > _CHIN)
    strands = carried(colours, deep.astype(np.float32), _SPREAD * cells)
    towards = strands - wall
    contrast = np.maximum((towards**2).mean(axis=2), 1e-3)
    offset = colours - wall
    along = (offset * towards).mean(axis=2) / np.sqrt(contrast)
    across = (offset**2).mean(axis=2) - along**2
    noise = _NOISE**2 + rough
    # Shade and the finest strands lie on the hair's side of the wall's colour; nothing else does.
    slack = np.where(along > 0, noise + _TOLERANCE**2 * contrast, 2 * noise)
    like = np.exp(-(along**2) / (2 * slack) - across / (8 * noise))
    same = np.exp(-(offset**2).mean(axis=2) / (2 * noise))
    plain = np.exp(-rough / PLAIN**2)
    # No wall within reach, nothing to go by.
    plain *= cv2.GaussianBlur(clear, (0, 0), _SPREAD * cells) > 0.02

    above = np.clip((height - _COLLAR[1]) / (_COLLAR[0] - _COLLAR[1]), 0, 1)
    alike = np.maximum(
        carried(like, deep.astype(np.float32), _NEAR_BY * cells),
        carried(same, own.astype(np.float32), _NEAR_BY * cells),
    )
    told = np.clip((_ALIKE[1] - alike) / (_ALIKE[1] - _ALIKE[0]), 0, 1)
    # White cloth is shaded through the wall's colour: where most of what is no wall is nearly it,
    # below the chin, what has the wall's colour is a fold of it.
    mask = person * (1 - same)
    pale = ((offset**2).mean(axis=2) < _PALE**2 * contrast).astype(np.float32)
    cloth = carried(pale, np.asarray(mask, np.float32), _FOLD * cells)
    cloth = 1 - np.clip((_CLOTH[1] - cloth) / (_CLOTH[1] - _CLOTH[0]), 0, 1)
    told *= 1 - cloth * np.clip((_CHIN - height) / 0.3, 0, 1)
    shallow = np.clip((_GAPS[1] - inside / cells) / (_GAPS[1] - _GAPS[0]), 0, 1)
    bright = np.clip((wall.mean(axis=2) - _BRIGHT[0]) / (_BRIGHT[1] - _BRIGHT[0]), 0, 1)
    share = hair(face, grid) * above * shallow * plain * told * bright
    share[own] = 0
    odds = np.log((probability + 0.001) / (1 - probability + 0.001))
    lowered = 1 / (1 + np.exp(_STRENGTH * share * like - odds))
    return np.asarray(np.minimum(lowered, probability), np.float32)


def roughness(colours: _Map, wall: _Map, weight: _Map, spread: float) -> _Map:
    """Return the mean square deviation of a wall from its colour round every cell.

    That of one cell, a strand's say, counts no more than three times what is plain.
    """
    off = np.minimum(((colours - wall) ** 2).mean(axis=2), (3 * PLAIN) ** 2)
    return carried(off, weight, spread)


def carried(values: _Map, weight: _Map, spread: float) -> _Map:
    """Return the weighted mean of `values` round every cell: normalised convolution."""
    # Wide means change slowly: a quarter of the size is enough for them.
    rows, columns = weight.shape
    size = (max(1, columns // 4), max(1, rows // 4))
    weighted = values * (weight[:, :, None] if values.ndim == 3 else weight)
    total = cv2.resize(weight, size, interpolation=cv2.INTER_AREA)
    summed = cv2.resize(weighted, size, interpolation=cv2.INTER_AREA)
    sigma = max(spread / 4, 0.5)
    total = np.maximum(cv2.GaussianBlur(total, (0, 0), sigma), 1e-6)
    summed = cv2.GaussianBlur(summed, (0, 0), sigma)
    mean = summed / (total[:, :, None] if summed.ndim == 3 else total)
    return np.asarray(cv2.resize(mean, (columns, rows), interpolation=cv2.INTER_LINEAR), np.float32)
