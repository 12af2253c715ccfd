"""How far the shoulders are turned out of the picture's plane, as the pose network sees it.

The outline of a person tells a tilt and no turn: of shoulders that reach unequally far, some are
turned, some cut by the frame, some only those of a head that leans. The pose network places the
shoulders in space (BlazePose: Bazarevsky et al., arXiv:2006.10204). A look of it takes 15 to 25 ms,
too long for every photo of a session, so it is for the few pictures that are left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import models
from .body_mask import POSE, Square, cut_square
from .face_detector import Pyramid
from .faces import Face
from .segment import unit

__all__ = ["ShoulderLine", "shoulder_line"]

# The square looked at: side, and how far its centre lies below the face's, in eye distances. In one
# of 14 the two looks at a picture differ by up to 45 degrees.
_SIDE, _DOWN = 24.0, 6.0
_RIGHT, _LEFT = 12, 11  # landmarks: the subject's shoulders
_LANDMARKS = 39


@dataclass(frozen=True, slots=True)
class ShoulderLine:
    """Where the shoulders are, the mean of a look at the picture and one at its mirror image.

    Attributes
    ----------
    turn : degrees by which the body is turned out of the picture's plane, positive to the subject's
        left (the picture's right), as `Face.yaw`.
    apart : degrees by which the two looks differ in the turn.
    presence : 0..1, the network's lesser certainty that somebody is there.
    """

    turn: float
    apart: float
    presence: float


def shoulder_line(pixels: NDArray[np.uint8], face: Face) -> ShoulderLine | None:
    """Look for the shoulders of the person with this face, in two looks; None beside the photo.

    Parameters
    ----------
    pixels : (H, W, 3) uint8, sRGB-encoded; a thumbnail of 480 pixels is enough.
    face : whose shoulders they are, in pixels of that.

    Raises
    ------
    ModelError : the network's file is missing or damaged.
    """
    x, y = (float(v) for v in face.landmarks[:, :2].mean(axis=0))
    distance = unit(face)
    square = Square(x, y + _DOWN * distance, _SIDE * distance)
    picture = cut_square(Pyramid(pixels), square)
    if picture is None:
        return None
    plain, mirror = _look(picture), _look(np.ascontiguousarray(picture[:, ::-1]))
    return ShoulderLine(
        turn=(plain[0] - mirror[0]) / 2,
        apart=abs(plain[0] + mirror[0]),
        presence=min(plain[1], mirror[1]),
    )


def _look(picture: NDArray[np.uint8]) -> tuple[float, float]:
    """Return the turn of the shoulders in degrees, and the presence, of one picture."""
    tensor = picture[None].astype(np.float32) / np.float32(255)
    outputs = {out.shape: out for out in models.litert(POSE)(tensor)}
    space = outputs[(1, 3 * _LANDMARKS)].reshape(_LANDMARKS, 3).astype(np.float64)
    across, _, depth = (space[_LEFT] - space[_RIGHT]).tolist()
    return math.degrees(math.atan2(depth, across)), float(outputs[(1, 1)][0, 0])
