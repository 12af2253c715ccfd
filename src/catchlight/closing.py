"""What is falsely open in a matte is closed: black notches in clothes, and patches of doubt."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .faces import Face
from .grid import Grid
from .segment import unit
from .trimap import axes

__all__ = ["opaque_where_sure", "without_notches"]

_Map = NDArray[np.float32]

_STRAP = 0.14  # eye distances: widest strap
_BLACK = (40.0, 60.0)  # levels of 255, the brightest channel: black, and not
_CHIN = -1.7  # eye distances
# What all networks are sure of: probability, depth inside their mask and width in eye distances,
# and alpha from which on half-transparency there is matting's doubt, in part and wholly.
_CERTAIN, _WITHIN, _PATCH = (0.97, 0.995), 0.06, 0.12
_NEARLY = (0.6, 0.75)


def without_notches(alpha: _Map, image: NDArray[np.uint8], face: Face, grid: Grid) -> _Map:
    """Return a matte whose notches below the chin are closed where they are black.

    A black strap ends at a dark wall without a line between them, so the wall comes in through it;
    what is black there and narrower than a strap, with the person on both sides, is the person's.
    """
    width = 2 * round(_STRAP * unit(face) * grid.scale / 2) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    closed = cv2.morphologyEx(alpha, cv2.MORPH_CLOSE, kernel)
    darkest, seen = _BLACK
    level = cv2.medianBlur(image, 3).max(axis=2).astype(np.float32)
    black = np.clip((seen - level) / (seen - darkest), 0, 1)
    height, _ = axes(face, grid)
    return np.asarray(np.where(height < _CHIN, alpha + black * (closed - alpha), alpha), np.float32)


def opaque_where_sure(alpha: _Map, probability: _Map, cells: float) -> _Map:
    """Return a matte without half-transparent patches where every network is sure of the person.

    Dark hair between a cap and an ear looks like the dark door behind, and colour has its say
    there; a fifth of light paper over it is a grey patch. A gap goes deeper, or is doubted.
    `probability` is of the coarse grid; `cells` an eye distance in cells of `alpha`.
    """
    sure = cv2.resize(probability, alpha.shape[::-1], interpolation=cv2.INTER_LINEAR)
    inside = cv2.distanceTransform((sure > 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    width = 2 * max(round(_PATCH * cells / 2), 1) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    filled = cv2.morphologyEx(alpha, cv2.MORPH_CLOSE, kernel)
    share = np.clip(inside / (_WITHIN * cells) - 1, 0, 1)
    for values, (low, high) in ((sure, _CERTAIN), (alpha, _NEARLY)):
        share *= np.clip((values - low) / (high - low), 0, 1)
    return np.asarray(alpha + share * (filled - alpha), np.float32)
