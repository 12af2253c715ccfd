"""Where the face's plain skin is: inside the landmarks' outline, away from eyes, brows and lips.

What covers skin without a landmark, such as hair, a beard or the rim of glasses, is told from it by
its light and colour. The mask is soft and needs no model, so that renderers can use it.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color import luminance
from ..landmarks import (
    BROW_LEFT,
    BROW_RIGHT,
    CHIN,
    EYE_LEFT,
    EYE_RIGHT,
    FACE_OVAL,
    FOREHEAD_TOP,
    LIPS_OUTER,
)

__all__ = ["LOG_FLOOR", "LUMA", "face_box", "logarithm", "masked_blur", "skin_area"]

LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
LOG_FLOOR = 1e-3
"""Linear light that is added before a logarithm, so that noise in the dark does not count."""

_NOSTRILS = (79, 309)
# Eye distances that are kept clear round a feature.
_CLEAR = 0.06
_CLEAR_EYES = 0.09
_CLEAR_NOSTRILS = 0.09
_EDGE = 0.05  # inwards from the outline
_SOFT = 0.03
# Upwards of the outline's points, where foreheads go on.
_FOREHEAD = {10: 0.32, 338: 0.3, 109: 0.3, 297: 0.25, 67: 0.25, 332: 0.15, 103: 0.15}
# What is not skin differs from the skin about it by this many stops of light, or of red over green.
_DARKER, _PALER = 0.9, 0.45
_FRINGE = 2.6  # and by this many from the face's lit skin

Box = tuple[int, int, int, int]


def face_box(
    landmarks: NDArray[np.float32], eye_distance: float, shape: tuple[int, ...], margin: float = 0.2
) -> Box | None:
    """Return (x0, y0, x1, y1) of the face in a picture of `shape`; None where it is not in it.

    Parameters
    ----------
    margin : eye distances round the landmarks.
    """
    reach = margin * eye_distance
    x0, y0 = np.floor(landmarks[:, :2].min(axis=0) - reach).astype(int)
    x1, y1 = np.ceil(landmarks[:, :2].max(axis=0) + reach).astype(int)
    x0, y0, x1, y1 = max(x0, 0), max(y0, 0), min(x1, shape[1]), min(y1, shape[0])
    return (int(x0), int(y0), int(x1), int(y1)) if x1 - x0 > 8 and y1 - y0 > 8 else None


def logarithm(linear: NDArray[np.float32]) -> NDArray[np.float32]:
    """Stops (log2) of linear light, with a floor that keeps noise in the dark from counting."""
    return np.log2(np.maximum(linear, np.float32(0)) + np.float32(LOG_FLOOR))


def masked_blur(
    image: NDArray[np.float32], mask: NDArray[np.float32], sigma: float
) -> NDArray[np.float32]:
    """Gaussian mean of what the mask lets through (normalised convolution, Knutsson & Westin 1993).

    Parameters
    ----------
    image : (H, W) or (H, W, C); mask : (H, W), 0..1; sigma : pixels.
    """
    weight = mask if image.ndim == 2 else mask[..., None]
    total = _blur(image * weight, sigma)
    share = np.maximum(_blur(mask, sigma), np.float32(1e-4))
    return np.asarray(total / (share if image.ndim == 2 else share[..., None]), np.float32)


def _blur(image: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """Gaussian blur; a wide one at reduced size, for it has no detail."""
    shrink = max(1, int(sigma / 4))
    if shrink == 1:
        return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.float32)
    height, width = image.shape[:2]
    size = (max(1, -(-width // shrink)), max(1, -(-height // shrink)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma * size[0] / width)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def skin_area(
    linear: NDArray[np.float32],
    landmarks: NDArray[np.float32],
    eye_distance: float,
) -> NDArray[np.float32]:
    """Return how surely each pixel is plain skin of the face, (H, W) float32, 0..1.

    Parameters
    ----------
    linear : (H, W, 3) float32, linear sRGB.
    landmarks : (478, 2 or 3), in continuous pixels of `linear`.
    eye_distance : pixels.
    """
    outline = _outline(linear.shape[:2], landmarks, eye_distance)
    return _alike(linear, outline, eye_distance)


def _outline(
    shape: tuple[int, ...], landmarks: NDArray[np.float32], eye_distance: float
) -> NDArray[np.float32]:
    mask = np.zeros(shape[:2], np.uint8)

    def ring(indices: tuple[int, ...]) -> list[NDArray[np.int32]]:
        return [np.round((landmarks[list(indices), :2] - 0.5) * 16).astype(np.int32)]

    def line(indices: tuple[int, ...], value: int, reach: float) -> None:
        thick = max(1, round(2 * reach * eye_distance))
        cv2.polylines(mask, ring(indices), True, value, min(thick, 255), cv2.LINE_8, 4)

    oval = [np.round((_with_forehead(landmarks, eye_distance) - 0.5) * 16).astype(np.int32)]
    cv2.fillPoly(mask, oval, 255, cv2.LINE_8, 4)
    thick = max(1, round(2 * _EDGE * eye_distance))
    cv2.polylines(mask, oval, True, 0, min(thick, 255), cv2.LINE_8, 4)
    for indices, clear in (
        (BROW_RIGHT, _CLEAR),
        (BROW_LEFT, _CLEAR),
        (EYE_RIGHT, _CLEAR_EYES),
        (EYE_LEFT, _CLEAR_EYES),
        (LIPS_OUTER, _CLEAR),
    ):
        cv2.fillPoly(mask, ring(indices), 0, cv2.LINE_8, 4)
        line(indices, 0, clear)
    for brow, eye in ((BROW_RIGHT, EYE_RIGHT), (BROW_LEFT, EYE_LEFT)):
        lid = cv2.convexHull(ring(brow + eye)[0])  # folds, lashes and make-up
        cv2.fillConvexPoly(mask, lid, 0, cv2.LINE_8, 4)
    for index in _NOSTRILS:
        centre = np.round((landmarks[index, :2] - 0.5) * 16).astype(int).tolist()
        cv2.circle(mask, centre, round(_CLEAR_NOSTRILS * eye_distance * 16), 0, -1, cv2.LINE_8, 4)
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), max(0.5, _SOFT * eye_distance / 2))
    return np.asarray(np.clip(soft / 127.5 - 1, 0, 1), np.float32)


def _with_forehead(landmarks: NDArray[np.float32], eye_distance: float) -> NDArray[np.float32]:
    """The outline, raised where the mesh ends half-way up the forehead; hair is told later."""
    points = landmarks[list(FACE_OVAL), :2].copy()
    up = landmarks[FOREHEAD_TOP, :2] - landmarks[CHIN, :2]
    up = up / max(float(np.hypot(*up)), 1e-6) * np.float32(eye_distance)
    for at, index in enumerate(FACE_OVAL):
        points[at] += np.float32(_FOREHEAD.get(index, 0.0)) * up
    return points


def _alike(
    linear: NDArray[np.float32], outline: NDArray[np.float32], eye_distance: float
) -> NDArray[np.float32]:
    """The outline, 0..1, less what is unlike the skin about it at the scale of a brow's width."""
    stops = logarithm(cv2.GaussianBlur(linear, (0, 0), max(0.6, 0.02 * eye_distance)))
    light = luminance(stops)
    red = stops[..., 0] - stops[..., 1]
    # a fringe is all alike too, but far darker than the face's lit skin
    lit = float(np.quantile(light[outline > 0.5], 0.7)) if (outline > 0.5).any() else 0.0
    outline = outline * np.clip((light - np.float32(lit - _FRINGE)) / np.float32(0.4), 0, 1)
    sure = outline
    for _ in range(2):  # what is left out no longer counts as surroundings
        below = masked_blur(light, sure, 0.3 * eye_distance) - light
        # a shine is paler too, but brighter; hair, steel and glass are not
        pale = masked_blur(red, sure, 0.3 * eye_distance) - red - 2 * np.maximum(-below, 0)
        dark = np.clip((np.float32(_DARKER) - below) / np.float32(0.4), 0, 1)
        sure = outline * dark * np.clip((np.float32(_PALER) - pale) / np.float32(0.2), 0, 1)
    return np.asarray(sure, np.float32)
