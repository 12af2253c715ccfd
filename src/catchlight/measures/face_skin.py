"""The face's plain skin as an area: what clipping and shine are counted on."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..landmarks import BROW_LEFT, BROW_RIGHT, EYE_LEFT, EYE_RIGHT, FACE_OVAL, LIPS_OUTER
from ..skin import FaceView

__all__ = ["face_skin"]

# What is not plain skin, and by how much its outline is widened.
_HOLES = (
    (EYE_RIGHT, 1.5),
    (EYE_LEFT, 1.5),
    (BROW_RIGHT, 1.2),
    (BROW_LEFT, 1.2),
    (LIPS_OUTER, 1.15),
)


def face_skin(view: FaceView, shrink: int = 1) -> NDArray[np.bool_]:
    """Mask of the face within its outline, less eyes, brows and lips.

    (440, 400) bool, or that divided by `shrink`. The outline is drawn in by a tenth to stay clear
    of hair and background.
    """
    height, width = view.clipped.shape
    mask = np.zeros((height // shrink, width // shrink), np.uint8)
    for ring, size, value in ((FACE_OVAL, 0.9, 1), *((*hole, 0) for hole in _HOLES)):
        outline = view.points[list(ring)].astype(np.float64)
        middle = outline.mean(axis=0)
        outline = (middle + size * (outline - middle)) / shrink - 0.5
        cv2.fillPoly(mask, [np.round(outline * 16).astype(np.int32)], value, shift=4)
    return mask.astype(bool)
