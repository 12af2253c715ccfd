"""A person's face reduced to a grid that hangs on the eyes.

Maps of light or colour that are smooth are made on it: they are then the same for every size and
crop of the photograph, and cost little.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..compiled import compiled
from ..face_mesh_normals import paint_normals, vertex_normals
from ..landmarks import IRIS_LEFT, IRIS_RIGHT
from .scene import Scene

__all__ = ["CELLS", "LightGrid", "continued", "light_grid"]

Float32 = NDArray[np.float32]

CELLS = 64
"""Cells of the grid to an eye distance, so that one is about a millimetre wide."""
_SIDES, _ABOVE, _BELOW = 2.0, 2.2, 3.4  # eye distances from the eyes' middle that the grid covers
_SAMPLES = 4  # pixels along a cell's side that are looked at, at most
_OPAQUE = 0.98
_COARSE = 4  # cells to a side of those that maps are continued on


@dataclass(frozen=True, slots=True, eq=False)
class LightGrid:
    """A person reduced to cells about the eyes.

    Attributes
    ----------
    colors : (h, w, 3) float32, mean linear sRGB of the person's opaque pixels in a cell.
    covered : (h, w) float32, share of a cell that is opaque person, 0..1.
    cell : pixels of the scene to a cell.
    corner : (x, y) of the grid's corner in continuous pixels of the scene.
    normals : (h, w, 3) float32, of the face's skin; x to the picture's right along the line of the
        eyes, y up, z to the camera. Zero where there is no face.
    points : (478, 2) float64, the landmarks in cells.
    """

    colors: Float32
    covered: Float32
    cell: float
    corner: tuple[float, float]
    normals: Float32
    points: NDArray[np.float64]


@compiled
def _gather(
    linear: Any, alpha: Any, x0: float, y0: float, cell: float, step: int, phase: Any, out: Any
) -> None:  # pragma: no cover - compiled
    rows, columns = out.shape[:2]
    height, width = linear.shape[:2]
    top, bottom = max(0, math.ceil(y0 - 0.5)), min(height, int(y0 + rows * cell - 0.5) + 1)
    left, right = max(0, math.ceil(x0 - 0.5)), min(width, int(x0 + columns * cell - 0.5) + 1)
    top += (phase[1] - top) % step
    left += (phase[0] - left) % step
    for y in range(top, bottom, step):
        j = int((y + 0.5 - y0) / cell)
        if j < 0 or j >= rows:
            continue
        for x in range(left, right, step):
            i = int((x + 0.5 - x0) / cell)
            if i < 0 or i >= columns:
                continue
            out[j, i, 4] += 1
            if alpha[y, x] >= _OPAQUE:
                out[j, i, 0] += linear[y, x, 0]
                out[j, i, 1] += linear[y, x, 1]
                out[j, i, 2] += linear[y, x, 2]
                out[j, i, 3] += 1


def light_grid(scene: Scene) -> LightGrid:
    """Reduce the person in a scene to cells.

    Raises
    ------
    ValueError : the scene has no landmarks.
    """
    if scene.landmarks is None:
        raise ValueError("the scene has no landmarks")
    cell = scene.eye_distance / CELLS
    corner = (
        scene.eyes[0] - _SIDES * scene.eye_distance,
        scene.eyes[1] - _ABOVE * scene.eye_distance,
    )
    shape = (round((_ABOVE + _BELOW) * CELLS), round(2 * _SIDES * CELLS))
    alpha = scene.alpha
    if alpha is None:
        alpha = np.ones(scene.linear.shape[:2], np.float32)
    if cell >= 1.5:
        colors, covered = _averaged(scene, alpha, corner, cell, shape)
    else:
        colors, covered = _enlarged(scene, alpha, corner, cell, shape)
    points = (scene.landmarks[:, :2].astype(np.float64) - corner) / cell
    across = points[IRIS_LEFT] - points[IRIS_RIGHT]
    cos, sin = across / max(float(np.hypot(*across)), 1e-9)
    depth = -scene.landmarks[:468, 2].astype(np.float64) / cell
    plane = points[:468]
    upright = np.column_stack(
        [plane[:, 0] * cos + plane[:, 1] * sin, plane[:, 0] * sin - plane[:, 1] * cos, depth]
    )
    normals = paint_normals(plane, depth, vertex_normals(upright), shape)
    return LightGrid(colors, covered, cell, corner, normals, points)


def _averaged(
    scene: Scene, alpha: Float32, corner: tuple[float, float], cell: float, shape: tuple[int, int]
) -> tuple[Float32, Float32]:
    step = max(1, int(cell / _SAMPLES))
    # The pixels looked at are the same ones of the photograph in every crop.
    phase = np.array([-scene.origin[0], -scene.origin[1]])
    sums = np.zeros((*shape, 5), np.float64)
    _gather(scene.linear, alpha, *corner, cell, step, phase, sums)
    colors = sums[..., :3] / np.maximum(sums[..., 3:4], 1)
    covered = sums[..., 3] / np.maximum(sums[..., 4], 1)
    return colors.astype(np.float32), covered.astype(np.float32)


def _enlarged(
    scene: Scene, alpha: Float32, corner: tuple[float, float], cell: float, shape: tuple[int, int]
) -> tuple[Float32, Float32]:
    shift = (cell / 2 + corner[0] - 0.5, cell / 2 + corner[1] - 0.5)
    matrix = np.array([[cell, 0, shift[0]], [0, cell, shift[1]]])
    size = shape[::-1]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    opaque = (alpha >= _OPAQUE).astype(np.float32)
    covered = cv2.warpAffine(opaque, matrix, size, flags=flags)
    colors = cv2.warpAffine(scene.linear * opaque[..., None], matrix, size, flags=flags)
    colors = colors / np.maximum(covered, np.float32(1e-3))[..., None]
    return np.asarray(colors, np.float32), np.asarray(covered, np.float32)


def continued(values: Float32, known: Float32) -> Float32:
    """Continue maps from where they are known to everywhere, smoothly.

    The mean weighted by 1 / distance⁴ (Shepard 1968, "A two-dimensional interpolation function for
    irregularly-spaced data"): next to what is known it is the nearest value, far off the mean.

    Parameters
    ----------
    values : (h, w) or (h, w, c) float32.
    known : (h, w) float32, weights, at least 0, not all 0.
    """
    height, width = known.shape
    size = (-(-width // _COARSE), -(-height // _COARSE))
    weights = np.maximum(cv2.resize(known, size, interpolation=cv2.INTER_AREA), 0)
    filled = values * (known[..., None] if values.ndim == 3 else known)
    layers = np.dstack([cv2.resize(filled, size, interpolation=cv2.INTER_AREA), weights])
    rows, columns = (cv2.getOptimalDFTSize(2 * side) for side in weights.shape)
    y = np.minimum(np.arange(rows), rows - np.arange(rows))
    x = np.minimum(np.arange(columns), columns - np.arange(columns))
    kernel = (y[:, None] ** 2 + x[None, :] ** 2 + 0.1) ** -2.0
    # In double precision: far off, the sums are small differences.
    spectrum = np.fft.rfft2(layers.astype(np.float64), (rows, columns), axes=(0, 1))
    spectrum *= np.fft.rfft2(kernel)[..., None]
    spread = np.fft.irfft2(spectrum, (rows, columns), axes=(0, 1))[: size[1], : size[0]]
    mean = spread[..., :-1] / np.maximum(spread[..., -1:], 1e-12)
    mean = cv2.resize(mean.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(mean, np.float32)
