"""Where the edge may be: a band round the mask, wide where hair is and narrow along clothes."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .anchor import face_area, upright
from .faces import Face
from .grid import Grid
from .segment import unit

__all__ = ["axes", "band", "hair"]

_Map = NDArray[np.float32]
_Mask = NDArray[np.bool_]

# Reach of the band, in eye distances, outwards and inwards of the mask's edge.
_HAIR_OUT, _HAIR_IN = 0.28, 0.30
_CLOTH_OUT, _CLOTH_IN = 0.15, 0.15
_MARGIN = 0.1  # round uncertain cells
_CHIN = -1.1  # eye distances above the landmarks' centre
_FARTHEST = 0.9  # uncertain cells further than this from the edge are not the edge
_UNCERTAIN = (0.05, 0.95)  # probabilities between which a cell may be either


def axes(face: Face, grid: Grid) -> tuple[_Map, _Map]:
    """Return each cell's place from the face's centre, in eye distances: up the face, and aside."""
    centre = face.landmarks[:, :2].mean(axis=0)
    distance = np.float32(unit(face))
    up, across = upright(face)
    x, y = grid.centres()
    x = (x - centre[0])[None, :] / distance
    y = (y - centre[1])[:, None] / distance
    return x * up[0] + y * up[1], np.abs(x * across[0] + y * across[1])


def hair(face: Face, grid: Grid) -> _Map:
    """Return how likely hair is by place alone, (h, w) float32, 0..1.

    One round the head and down to the chin, falling to 0 three eye distances below it and to
    the sides, where there are shoulders.
    """
    height, aside = axes(face, grid)
    away = np.hypot(aside, np.maximum(height, 0))
    below = np.clip((height + 4.2) / 3, 0, 1)
    # Hair falls close to the head; further out there are shoulders.
    limit = np.where(height < _CHIN, np.float32(3.3), np.float32(4.5))
    return np.asarray(below * np.clip(limit - away, 0, 1), np.float32)


def band(probability: _Map, face: Face, grid: Grid) -> _Mask:
    """Return the unknown cells, (h, w) bool: where closed-form matting is to decide.

    Parameters
    ----------
    probability : (h, w) float32, 0..1, of this person.
    face : the person's face.
    grid : of `probability`.
    """
    cells = unit(face) * grid.scale
    person = probability > 0.5
    outside = cv2.distanceTransform((~person).astype(np.uint8), cv2.DIST_L2, 5)
    inside = cv2.distanceTransform(person.astype(np.uint8), cv2.DIST_L2, 5)
    place = hair(face, grid)
    out = np.maximum((_CLOTH_OUT + (_HAIR_OUT - _CLOTH_OUT) * place) * cells, 1.5)
    into = np.maximum((_CLOTH_IN + (_HAIR_IN - _CLOTH_IN) * place) * cells, 1.5)
    low, high = _UNCERTAIN
    uncertain = (probability > low) & (probability < high)
    away = cv2.distanceTransform((~uncertain).astype(np.uint8), cv2.DIST_L2, 5)
    uncertain = (away < _MARGIN * cells) & (np.maximum(inside, outside) < _FARTHEST * cells)
    unknown = np.where(person, inside < into, outside < out)
    return np.asarray((unknown | uncertain) & ~face_area(face, grid))
