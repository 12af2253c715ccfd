"""What the lens left out of focus beside sharp hair: wall, whatever its colour.

Foliage or a face of stone behind a head may have all of the hair's colours, and closed-form matting
then grows tufts of it out of short hair. The lens tells them apart: hair is in focus with the face
and full of fine lines, the wall is not (defocus video matting, McGuire et al. 2005, reads the
same cue with three lenses). So outside the mask and along its edge, where colour does not tell,
what is as smooth as the settled wall while the hair near by is sharp is taken for wall.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .anchor import face_area
from .faces import Face
from .grid import Grid
from .keying import carried
from .segment import unit
from .trimap import axes, hair

__all__ = ["detail", "out_of_focus"]

_Map = NDArray[np.float32]

# Lengths in eye distances.
_RIM, _DEEP = 0.08, 0.5  # inside the mask: between them is hair near the edge
_CLEAR = 0.15  # outside the mask, from which there is settled wall
_SPREAD = 0.35  # how far the detail of both is carried
_SEEN = 0.02  # share of settled wall within that reach, below which there is nothing to go by
_EARS = (-0.3, 0.0)  # height above the face's centre: below it cheek and neck, which are smooth
_UNSURE = (0.5, 0.9)  # probability of the person up to which wall is looked for, in part from
_LINES = 1.0  # cells: detail is what this blur takes away
_AREA = 1.2  # cells it is averaged over
_LEAST = 5  # cells: twice how far detail reaches beyond what has it
_NOISE = 1.5  # levels of 255, below which detail is the sensor's
_APART = (1.0, 2.0)  # octaves between hair and wall: both alike sharp, and told apart
_LIKE = (0.5, 0.9)  # place between hair (0) and wall (1): not wall yet, and wall


def detail(image: NDArray[np.uint8]) -> _Map:
    """Return how much fine detail a picture has, (h, w) float32, in octaves of 255 levels.

    Parameters
    ----------
    image : (h, w, 3) uint8, sRGB-encoded.
    """
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    lines = grey - cv2.GaussianBlur(grey, (0, 0), _LINES)
    energy = cv2.GaussianBlur(lines * lines, (0, 0), _AREA)
    return np.asarray(np.log2(energy + np.float32(_NOISE**2)) / 2, np.float32)


def out_of_focus(probability: _Map, image: NDArray[np.uint8], face: Face, grid: Grid) -> _Map:
    """Return how surely a cell outside the mask, or at its edge, is blurred wall beside sharp hair.

    Parameters
    ----------
    probability : (h, w) float32, 0..1, of the person.
    image : (h, w, 3) uint8, sRGB-encoded.
    face : the person's face.
    grid : of both.

    Returns
    -------
    (h, w) float32, 0..1; 0 inside the mask, and where hair and wall are alike sharp.
    """
    cells = unit(face) * grid.scale
    person = (probability > 0.5).astype(np.uint8)
    inside = cv2.distanceTransform(person, cv2.DIST_L2, 5)
    outside = cv2.distanceTransform(1 - person, cv2.DIST_L2, 5)
    own = (inside > _RIM * cells) & (inside < _DEEP * cells) & ~face_area(face, grid)
    wall = (outside > _CLEAR * cells) & (probability < 0.1)
    here = detail(image)
    sharp = carried(here, own.astype(np.float32), _SPREAD * cells)
    smooth = carried(here, wall.astype(np.float32), _SPREAD * cells)
    low, high = _APART
    told = np.clip((sharp - smooth - low) / (high - low), 0, 1)
    low, high = _LIKE
    # the least about: hair's own detail reaches beyond it by the blurs
    here = cv2.erode(here, np.ones((_LEAST, _LEAST), np.uint8))
    like = np.clip(((sharp - here) / np.maximum(sharp - smooth, 0.1) - low) / (high - low), 0, 1)
    low, high = _EARS
    above = np.clip((axes(face, grid)[0] - low) / (high - low), 0, 1)
    told *= cv2.GaussianBlur(wall.astype(np.float32), (0, 0), _SPREAD * cells) > _SEEN
    low, high = _UNSURE
    unsure = np.clip((high - probability) / (high - low), 0, 1) * (inside <= _RIM * cells)
    place = np.minimum(2 * hair(face, grid), 1) * above * unsure
    return np.asarray(told * like * place, np.float32)
