"""A small picture of the face, for edits that are smooth: measured and planned there, then given
to the picture as a ratio, so that no texture finer than the grid is touched.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ..compiled import compiled
from .scene import Scene
from .skin_area import face_box, skin_area

__all__ = ["FaceGrid", "face_grid", "with_ratio"]

GRID_EYE_DISTANCE = 96.0
"""Pixels between the irises on the grid, at the most."""

_MARGIN = 0.4  # eye distances round the landmarks


@dataclass(frozen=True, slots=True, eq=False)
class FaceGrid:
    """The face reduced.

    Attributes
    ----------
    linear : (h, w, 3) float32, linear sRGB.
    skin : (h, w) float32, 0..1, plain skin.
    points : (478, 2) float32, landmarks in pixels of the grid.
    eye_distance : pixels of the grid.
    box : (x0, y0, x1, y1) of the grid in the picture, beyond whose edges it may reach.
    """

    linear: NDArray[np.float32]
    skin: NDArray[np.float32]
    points: NDArray[np.float32]
    eye_distance: float
    box: tuple[int, int, int, int]


def face_grid(
    linear: NDArray[np.float32], landmarks: NDArray[np.float32], eye_distance: float
) -> FaceGrid | None:
    """Reduce the face of a picture; None where it is not in it.

    Parameters
    ----------
    linear : (H, W, 3) float32, linear sRGB.
    landmarks : (478, 2 or 3), pixels of `linear`; `eye_distance` likewise.
    """
    if face_box(landmarks, eye_distance, linear.shape) is None:
        return None
    # where the picture ends does not move the grid, or a crop would be edited otherwise
    reach = _MARGIN * eye_distance
    x0, y0 = (int(v) for v in np.floor(landmarks[:, :2].min(axis=0) - reach))
    x1, y1 = (int(v) for v in np.ceil(landmarks[:, :2].max(axis=0) + reach))
    height, width = linear.shape[:2]
    inner = linear[max(y0, 0) : min(y1, height), max(x0, 0) : min(x1, width)]
    pads = (max(-y0, 0), max(y1 - height, 0), max(-x0, 0), max(x1 - width, 0))
    if any(pads):
        inner = cv2.copyMakeBorder(inner, *pads, cv2.BORDER_REPLICATE)
    wanted = min(1.0, GRID_EYE_DISTANCE / eye_distance)
    size = (max(8, round((x1 - x0) * wanted)), max(8, round((y1 - y0) * wanted)))
    small = cv2.resize(inner, size, interpolation=cv2.INTER_AREA)
    scale = np.array([size[0] / (x1 - x0), size[1] / (y1 - y0)])
    points = ((landmarks[:, :2] - (x0, y0)) * scale).astype(np.float32)
    distance = eye_distance * float(scale[0])
    skin = skin_area(small, points, distance)
    return FaceGrid(np.asarray(small, np.float32), skin, points, distance, (x0, y0, x1, y1))


@compiled
def _multiply(
    part: NDArray[np.float32],
    ratio: NDArray[np.float32],
    place: tuple[int, int, int, int],
    out: NDArray[np.float32],
) -> None:
    """Multiply by the grid's ratio, bilinear between its cells' middles.

    `part` begins at (left, top) of the grid's box, which is (width, height) pixels large.
    """
    left, top, width, height = place
    rows, columns = ratio.shape[:2]
    one = np.float32(1)
    line = np.empty((columns, 3), np.float32)
    first = np.empty(part.shape[1], np.int64)
    shares = np.empty(part.shape[1], np.float32)
    for i0 in range(part.shape[1]):
        u = (i0 + left + 0.5) * columns / width - 0.5
        u = min(max(u, 0.0), columns - 1.0)
        first[i0] = min(int(u), max(columns - 2, 0))
        shares[i0] = u - first[i0]
    for j0 in range(part.shape[0]):
        v = (j0 + top + 0.5) * rows / height - 0.5
        v = min(max(v, 0.0), rows - 1.0)
        j = min(int(v), max(rows - 2, 0))
        k = min(j + 1, rows - 1)
        share = np.float32(v - j)
        low, high = columns, -1  # outside them, the row is left as it is
        for i in range(columns):
            for c in range(3):
                line[i, c] = ratio[j, i, c] + share * (ratio[k, i, c] - ratio[j, i, c])
            if line[i, 0] != one or line[i, 1] != one or line[i, 2] != one:
                low, high = min(low, i), i
        for i0 in range(part.shape[1]):
            i = first[i0]
            if i + 1 < low or i > high:
                continue
            m = min(i + 1, columns - 1)
            for c in range(3):
                value = line[i, c] + shares[i0] * (line[m, c] - line[i, c])
                out[j0, i0, c] = part[j0, i0, c] * value


def with_ratio(
    scene: Scene, grid: FaceGrid, ratio: NDArray[np.float32], *, in_place: bool
) -> Scene:
    """Return the scene with the face multiplied by a ratio image, (h, w, 3) on the grid."""
    out = scene.linear if in_place else scene.linear.copy()
    x0, y0, x1, y1 = grid.box
    left, top = max(-x0, 0), max(-y0, 0)
    part = out[y0 + top : max(y1, 0), x0 + left : max(x1, 0)]
    place = (left, top, x1 - x0, y1 - y0)
    _multiply(part, np.ascontiguousarray(ratio, np.float32), place, part)
    return replace(scene, linear=out)
