"""The face mesh: 478 landmarks and 52 blendshapes of one face whose place is roughly known.

Models and the way they are chained: MediaPipe Face Landmarker (Grishchenko et al. 2020, "Attention
Mesh: High-fidelity Face Mesh Prediction in Real-time", arXiv:2006.10962; blendshapes: Grishchenko
et al. 2022, "Blendshapes GHUM", arXiv:2309.05782). The crop is half-pixel exact and free of
aliasing, where MediaPipe's is not; see benchmarks/landmarks.py for how close the results are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from . import models
from .face_detector import Detection, Pyramid, Window
from .head_pose import mirror
from .landmarks import BLENDSHAPE_LANDMARKS, BLENDSHAPE_NAMES, EYE_OUTER_LEFT, EYE_OUTER_RIGHT

__all__ = ["Mesh", "around", "blendshapes", "fit"]

_SIDE = 256
_MARGIN = 1.5  # crop side over the detector's box (RectTransformation in the bundle's graph)
# Crop side over the landmarks' bounding square: the detector's box is 0.93 of that (measured), so
# both crops show the face at one scale.
_MARGIN_LANDMARKS = 1.4


@dataclass(frozen=True, slots=True)
class Mesh:
    """Landmarks (478, 3) float32 in photo pixels (z negative towards the camera), presence 0..1."""

    landmarks: NDArray[np.float32]
    presence: float


def around(face: Detection | NDArray[np.float32]) -> Window:
    """Return the crop window for a detection, or for the landmarks (478, 3) of an earlier fit.

    From landmarks: their bounding square in a frame turned by the line of the outer eye corners, so
    that it does not grow with tilt.
    """
    if isinstance(face, Detection):
        return face.window(1 / _MARGIN)
    points = face[:, :2].astype(np.float64)
    across = points[EYE_OUTER_LEFT] - points[EYE_OUTER_RIGHT]
    angle = math.atan2(across[1], across[0])
    c, s = math.cos(angle), math.sin(angle)
    rotation = np.array([[c, -s], [s, c]])
    upright = points @ rotation
    low, high = upright.min(axis=0), upright.max(axis=0)
    x, y = rotation @ ((low + high) / 2)
    return Window(
        float(x), float(y), float((high - low).max()) * _MARGIN_LANDMARKS, math.degrees(angle)
    )


def fit(pyramid: Pyramid, window: Window, *, both: bool = False, mirrored: bool = False) -> Mesh:
    """Run the landmark model on one window and return the mesh in photo coordinates.

    Parameters
    ----------
    mirrored : look at the crop's mirror image instead.
    both : look at the crop's mirror image too and return the mean of the two. The network does not
        see a face and its mirror image quite alike: their landmarks lie 0.8 % of the eye distance
        apart (mean of a face, median of 150 photographs). The mean has no side, and less noise.

    Raises
    ------
    ModelError : the model is missing or damaged.
    """
    crop = pyramid.sample(window, _SIDE, replicate=True)
    local, presence = _look_mirrored(crop) if mirrored else _look(crop)
    if both:
        again, presence_again = _look(crop) if mirrored else _look_mirrored(crop)
        local, presence = (local + again) / 2, (presence + presence_again) / 2
    affine = window.to_photo()
    plane = local[:, :2] @ affine[:, :2].T + affine[:, 2]
    landmarks = np.column_stack([plane, local[:, 2] * window.side])
    return Mesh(landmarks.astype(np.float32), presence)


def _look(crop: NDArray[Any]) -> tuple[NDArray[np.float64], float]:
    """Return landmarks (478, 3) in a crop's own coordinates, 0..1, and the presence of a face."""
    points, flag, *_ = models.litert("face_landmarks_detector.tflite")(
        (crop.astype(np.float32) / np.float32(255))[None]
    )
    presence = 1.0 / (1.0 + math.exp(-float(np.clip(flag.ravel()[0], -50, 50))))
    return points.reshape(478, 3).astype(np.float64) / _SIDE, presence


def _look_mirrored(crop: NDArray[Any]) -> tuple[NDArray[np.float64], float]:
    """As `_look`, but by the crop's mirror image."""
    points, presence = _look(cv2.flip(crop, 1))
    points = points[mirror()]
    points[:, 0] = 1 - points[:, 0]
    return points, presence


def blendshapes(landmarks: NDArray[np.float32], *, both: bool = False) -> NDArray[np.float32]:
    """Return the 52 blendshape coefficients (0..1, float32) of landmarks (478, 3) in pixels.

    Parameters
    ----------
    both : look at the mirror image of the landmarks too and return the mean of the two: this
        network as well sees them differently, a pushed-up chin as 0.27 once and 0.55 once.

    Raises
    ------
    ModelError : the model is missing or damaged.
    """
    points = landmarks[:, :2].astype(np.float32)
    values = _shapes(points)
    if both:
        values = (
            values + _shapes(points[mirror()] * np.array([-1, 1], np.float32))[_SHAPES_MIRRORED]
        ) / np.float32(2)
    return values


def _shapes(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the coefficients of landmarks (478, 2), wherever they lie in the plane."""
    seen = np.ascontiguousarray(points[list(BLENDSHAPE_LANDMARKS)])
    (values,) = models.litert("face_blendshapes.tflite")(seen[None])
    return np.asarray(values, dtype=np.float32).reshape(52)


def _other_side(name: str) -> str:
    sides = {"Left": "Right", "Right": "Left"}
    return next((name.removesuffix(s) + sides[s] for s in sides if name.endswith(s)), name)


# Where the coefficient of each shape's mirror image stands; jawLeft and mouthLeft have one too.
_SHAPES_MIRRORED = [BLENDSHAPE_NAMES.index(_other_side(name)) for name in BLENDSHAPE_NAMES]
