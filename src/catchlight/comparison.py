"""Photograph and finished picture side by side, in the photograph's place, for the ledger.

A finished picture has been turned, cut and rounded to eight bits, which alone changes the finest
detail: a beard in the sun, turned by six degrees, has a fifth more or less of it. So that only
what was done to the person counts, the photograph is first taken through the same turn, cut and
rounding, by the declared mapping and with no edit, and both are then laid back onto the
photograph's place in the same way. This is done here and not by the renderer, whose work is
measured.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .color import to_encoded, to_linear
from .faces import Face

__all__ = ["Comparison", "compare"]

_EYE_DISTANCE = 240.0  # pixels between the irises at which pictures are compared, at the most
_MARGIN = 8  # pixels about what is taken from a picture, for the resampling
_STILL = 1e-4  # pixels by which a mapping may miss whole pixels that it moves by

Linear = NDArray[np.float32]
Pixels = NDArray[np.uint8] | NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Photograph and finished picture, in the photograph's place, around the person's head.

    Attributes
    ----------
    before, after : (H, W, 3) float32, linear sRGB.
    shown : (H, W) bool, where the finished picture shows the opaque person.
    points : (478, 2) float32, the landmarks of the photograph, in pixels here.
    eye_distance : pixels between the iris centres here.
    enlarged : whether the photograph has less detail than these pixels.
    corner, ratio : (x, y) of the corner in pixels of the photograph, and pixels here for each.
    """

    before: Linear
    after: Linear
    shown: NDArray[np.bool_]
    points: NDArray[np.float32]
    eye_distance: float
    enlarged: bool
    corner: tuple[float, float] = (0.0, 0.0)
    ratio: tuple[float, float] = (1.0, 1.0)

    def to_here(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points (N, 2) of the photograph, in its pixels, in pixels here."""
        return np.asarray((places - self.corner) * self.ratio, np.float64)


def compare(
    pixels: Pixels,
    face: Face,
    alpha: NDArray[np.uint8] | None,
    after: NDArray[np.uint8],
    to_photo: NDArray[np.float64],
) -> Comparison:
    """Lay a finished picture back onto its photograph.

    Parameters
    ----------
    pixels : (H, W, 3), the photograph at full size, sRGB-encoded.
    face : the subject's face in the photograph.
    alpha : (H, W) uint8, the matte; None when the whole picture is from the photograph.
    after : (h, w, 3) uint8, the finished picture as delivered.
    to_photo : (2, 3), maps continuous coordinates of `after` to those of the photograph.
    """
    middle = (face.iris_right + face.iris_left) / 2
    reach = np.array([2.2, 2.6]) * face.eye_distance
    size_photo = np.array([pixels.shape[1], pixels.shape[0]])
    x0, y0 = np.maximum(np.floor(middle - reach), 0).astype(int)
    x1, y1 = np.minimum(np.ceil(middle + reach), size_photo).astype(int)
    scale = min(1.0, _EYE_DISTANCE / face.eye_distance)
    size = (round((x1 - x0) * scale), round((y1 - y0) * scale))
    before = cv2.resize(to_linear(pixels[y0:y1, x0:x1]), size, interpolation=cv2.INTER_AREA)
    ratio = np.array([size[0] / (x1 - x0), size[1] / (y1 - y0)])
    box = _box(to_photo, (x0, y0, x1, y1), after.shape)
    shown = np.zeros(size[::-1], np.bool_)
    laid = np.zeros_like(before)
    if box is not None:
        part = after[box[1] : box[3], box[0] : box[2]]
        mapping = to_photo.copy()
        mapping[:, 2] += to_photo[:, :2] @ box[:2]
        into = np.column_stack(
            [mapping[:, :2] * ratio[:, None], (mapping[:, 2] - (x0, y0)) * ratio]
        )
        laid, shown = _laid(to_linear(part), into, size)
        untouched, _ = _laid(_unedited(pixels, mapping, part.shape), into, size)
        before = np.where(shown[..., None], untouched, before)
    if alpha is not None:
        cover = cv2.resize(alpha[y0:y1, x0:x1], size, interpolation=cv2.INTER_AREA)
        shown &= cover >= 254
    points = (face.landmarks[:, :2] - (x0, y0)) * ratio
    distance_px = float(np.linalg.norm(points[473] - points[468]))
    return Comparison(
        np.asarray(before, np.float32),
        laid,
        shown,
        points.astype(np.float32),
        distance_px,
        face.eye_distance < 160,
        (float(x0), float(y0)),
        (float(ratio[0]), float(ratio[1])),
    )


def _box(
    to_photo: NDArray[np.float64], place: tuple[int, int, int, int], shape: tuple[int, ...]
) -> NDArray[np.int_] | None:
    """Return the pixels [x0, y0, x1, y1] of a picture of `shape` that show a place; None: none.

    All of them where the picture is larger or smaller than its part of the photograph.
    """
    if np.abs(np.hypot(*to_photo[:, :2]) - 1).max() > _STILL:
        # areas that are averaged to a pixel begin at the corner
        return np.array([0, 0, shape[1], shape[0]])
    x0, y0, x1, y1 = place
    back = np.linalg.inv(np.vstack([to_photo, [0, 0, 1]]))[:2]
    corners = np.array([(x0, y0), (x1, y0), (x0, y1), (x1, y1)]) @ back[:, :2].T + back[:, 2]
    low = np.maximum(np.floor(corners.min(axis=0)).astype(int) - _MARGIN, 0)
    high = np.ceil(corners.max(axis=0)).astype(int) + _MARGIN
    high = np.minimum(high, (shape[1], shape[0]))
    return np.concatenate([low, high]) if (high > low).all() else None


def _unedited(pixels: Pixels, to_photo: NDArray[np.float64], shape: tuple[int, ...]) -> Linear:
    """Return what a finished picture of `shape` would be of the photograph without any edit.

    Turned in linear light at the photograph's own scale, brought to its size, and rounded to eight
    bits, as pictures are delivered; (h, w, 3) float32, linear sRGB.
    """
    steps = np.hypot(*to_photo[:, :2])  # pixels of the photograph to one of the picture
    wanted = (shape[1], shape[0])
    full = np.maximum(1, np.rint(np.array(wanted) * steps)).astype(int)
    # index of the turned picture -> index of the photograph
    linear_part = to_photo[:, :2] * (wanted / full)
    shift = to_photo[:, 2] + linear_part @ np.array([0.5, 0.5]) - 0.5
    corners = np.array([(0, 0), (full[0], 0), (0, full[1]), full]) @ linear_part.T + shift
    frame = np.array([pixels.shape[1], pixels.shape[0]])
    x0, y0 = np.clip(np.floor(corners.min(axis=0)).astype(int) - _MARGIN, 0, frame - 1)
    x1, y1 = np.clip(np.ceil(corners.max(axis=0)).astype(int) + _MARGIN, (x0 + 1, y0 + 1), frame)
    source = to_linear(pixels[y0:y1, x0:x1])
    shift = shift - (x0, y0)
    whole = np.rint(shift).astype(int)
    moved = np.abs(np.column_stack([linear_part - np.eye(2), shift - whole]))
    if (moved @ np.array([full[0], full[1], 1]) < _STILL).all():
        x, y = whole.tolist()
        inside = 0 <= x <= x + full[0] <= x1 - x0 and 0 <= y <= y + full[1] <= y1 - y0
    else:
        inside = False
    if inside:
        turned = source[y : y + full[1], x : x + full[0]]
    else:
        turned = cv2.warpAffine(
            source,
            np.column_stack([linear_part, shift]),
            (int(full[0]), int(full[1])),
            flags=cv2.WARP_INVERSE_MAP | cv2.INTER_LANCZOS4,
            borderMode=cv2.BORDER_REPLICATE,
        )
        np.clip(turned, 0, None, out=turned)
    if tuple(full) != wanted:
        how = cv2.INTER_AREA if full[0] >= wanted[0] else cv2.INTER_LANCZOS4
        turned = cv2.resize(turned, wanted, interpolation=how)
    return to_linear(to_encoded(turned, np.uint8))


def _laid(
    finished: Linear, into: NDArray[np.float64], size: tuple[int, int]
) -> tuple[Linear, NDArray[np.bool_]]:
    """Lay a picture into one of `size` by a (2, 3) map of continuous coordinates.

    Returns the picture, (H, W, 3) float32, and where it is covered whole, (H, W) bool.
    """
    height, width = finished.shape[:2]
    # brought to the same scale by areas first, then moved by a warp near scale 1
    growth = float(np.sqrt(abs(np.linalg.det(into[:, :2]))))
    if growth < 1:
        small = (max(1, round(width * growth)), max(1, round(height * growth)))
        finished = np.asarray(cv2.resize(finished, small, interpolation=cv2.INTER_AREA), np.float32)
    steps = np.array([width / finished.shape[1], height / finished.shape[0]])
    linear_part = into[:, :2] * steps
    matrix = np.column_stack([linear_part, into[:, 2] + linear_part @ np.array([0.5, 0.5]) - 0.5])
    laid = cv2.warpAffine(finished, matrix, size, flags=cv2.INTER_CUBIC)
    ones = np.ones(finished.shape[:2], np.float32)
    covered = cv2.warpAffine(ones, matrix, size, flags=cv2.INTER_LINEAR)
    return np.asarray(laid, np.float32), covered > 0.999
