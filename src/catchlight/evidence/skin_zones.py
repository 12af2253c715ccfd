"""Plain skin by zone, and its fine texture at a scale that two pictures share."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..landmarks import (
    BROW_LEFT,
    BROW_RIGHT,
    EYE_LEFT,
    EYE_RIGHT,
    FACE_OVAL,
    LIPS_OUTER,
)
from ..skin import SKIN_ZONES

__all__ = ["encoded_like", "round_places", "skin", "spots", "stops", "texture", "zones"]

_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
_FINE, _COARSE = 0.9, 2.2  # pixels: what a picture of this size can show of pores
SPOT, AROUND = 0.014, 0.035  # eye distances: a mole, and the skin about it
_BLACK = 4e-3
_ROUND = 0.35  # of the lesser curvature over the greater


def stops(linear: NDArray[np.float32]) -> NDArray[np.float32]:
    """Lightness in stops, (H, W) float32, of linear sRGB (H, W, 3)."""
    return np.asarray(np.log2(np.maximum(linear @ _LUMA, _BLACK)), np.float32)


def zones(
    points: NDArray[np.floating[Any]], shape: tuple[int, int]
) -> dict[str, NDArray[np.bool_]]:
    """Discs of a ninth of the eye distance about the skin zones' landmarks, by zone."""
    distance = float(np.linalg.norm(points[473, :2] - points[468, :2]))
    found = {}
    for name, centres in SKIN_ZONES.items():
        mask = np.zeros(shape, np.uint8)
        for x, y in points[list(centres), :2]:
            cv2.circle(mask, (round(float(x)), round(float(y))), max(2, round(distance / 9)), 1, -1)
        found[name] = mask.astype(bool)
    return found


def skin(points: NDArray[np.floating[Any]], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """The face less eyes, brows, lips, nostrils and a margin, (H, W) bool."""
    distance = float(np.linalg.norm(points[473, :2] - points[468, :2]))
    place = np.round(points[:, :2]).astype(np.int32)
    mask, holes = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [place[list(FACE_OVAL)]], 1)
    nostrils = (129, 98, 97, 2, 326, 327, 358, 4)
    for outline in (EYE_RIGHT, EYE_LEFT, BROW_RIGHT, BROW_LEFT, LIPS_OUTER, nostrils):
        cv2.fillPoly(holes, [cv2.convexHull(place[list(outline)])], 1)
    side = 2 * max(1, round(0.08 * distance)) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    kept = cv2.erode(mask, disc) & ~cv2.dilate(holes, disc)
    return np.asarray(kept, np.bool_)


def texture(
    linear: NDArray[np.float32], where: Mapping[str, NDArray[np.bool_]]
) -> dict[str, float]:
    """Standard deviation in stops of the finest texture that these pixels show, by zone.

    A difference of Gaussians of log luminance, 0.9 to 2.2 pixels, without the tenth that stands out
    most: hairs, specks of light.
    """
    light = stops(linear)
    band = cv2.GaussianBlur(light, (0, 0), _FINE) - cv2.GaussianBlur(light, (0, 0), _COARSE)
    found = {}
    for name, mask in where.items():
        values = np.abs(band[mask])
        if values.size > 60:
            kept = values[values <= np.quantile(values, 0.9)]
            found[name] = float(np.sqrt((kept**2).mean()))
    return found


def spots(linear: NDArray[np.float32], distance: float) -> NDArray[np.float32]:
    """How much darker than the skin about it each place is, (H, W) float32, stops."""
    light = stops(linear)
    small = cv2.GaussianBlur(light, (0, 0), max(0.7, SPOT * distance))
    return np.asarray(cv2.GaussianBlur(light, (0, 0), AROUND * distance) - small, np.float32)


def round_places(linear: NDArray[np.float32], distance: float) -> NDArray[np.bool_]:
    """Where a dark spot is round, (H, W) bool: curved alike in all directions, unlike a fold."""
    light = cv2.GaussianBlur(stops(linear), (0, 0), max(0.8, 1.3 * SPOT * distance))
    xx, yy, xy = (cv2.Sobel(light, cv2.CV_32F, dx, dy) for dx, dy in ((2, 0), (0, 2), (1, 1)))
    mean, spread = (xx + yy) / 2, np.hypot((xx - yy) / 2, xy)
    return np.asarray(mean - spread > _ROUND * (mean + spread), np.bool_)


def encoded_like(pixels: NDArray[np.uint8], data: bytes) -> NDArray[np.uint8]:
    """Pixels as they come back from a JPEG with the tables of the JPEG file `data`.

    What compression takes from a picture's texture is so known, not guessed. Returned as they are
    where the file is no JPEG.
    """
    try:
        with Image.open(io.BytesIO(data)) as image:
            tables = getattr(image, "quantization", None)
            if image.format != "JPEG" or not tables:
                return pixels
        out = io.BytesIO()
        Image.fromarray(pixels).save(out, "JPEG", qtables=tables, subsampling=2)
        with Image.open(io.BytesIO(out.getvalue())) as again:
            return np.asarray(again.convert("RGB"), np.uint8)
    except (OSError, ValueError, SyntaxError):
        return pixels
