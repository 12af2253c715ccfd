"""The skin of a face as triangles between its landmarks, and the normals of that surface.

No model is needed for it: the triangles are data, the shape is that of the landmarks.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .compiled import compiled

__all__ = ["paint", "paint_normals", "triangles", "vertex_normals"]


@cache
def triangles() -> NDArray[np.int32]:
    """Return the skin's triangles (852, 3), indices of landmarks.

    Counter-clockwise as seen from before the face. Those of MediaPipe's canonical face mesh
    (Apache-2.0), without the 46 that close eyes and mouth.
    """
    text = resources.files("catchlight").joinpath("data/face_triangles.txt").read_text("ascii")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return np.array([line.split() for line in lines], np.int32)


def vertex_normals(points: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Return unit normals (468, 3) at the vertices of a posed face.

    The mean of the normals of the triangles round a vertex, weighted by their area.

    Parameters
    ----------
    points : (468 or more, 3) in right-handed axes (y up, z towards the viewer); extra are ignored.
    """
    mesh = triangles()
    vertices = np.asarray(points, np.float64)[:468]
    a, b, c = (vertices[mesh[:, k]] for k in range(3))
    across = np.tile(np.cross(b - a, c - a), (3, 1))
    index = mesh.T.ravel()
    normals = np.stack([np.bincount(index, across[:, k], minlength=468) for k in range(3)], axis=1)
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    return np.asarray(normals / np.maximum(lengths, 1e-12), np.float64)


def paint(
    plane: NDArray[np.float64],
    height: NDArray[np.float64],
    values: NDArray[np.float64],
    shape: tuple[int, int],
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return values at every pixel of the skin, (H, W, k) float32, zero elsewhere; and where it is.

    Parameters
    ----------
    plane : (468, 2) vertices in continuous pixels, y down.
    height : (468,) nearness to the camera, in any unit; the nearest triangle is seen.
    values : (468, k) at the vertices.
    shape : rows and columns.
    """
    out = np.zeros((*shape, values.shape[1]), np.float32)
    nearest = np.full(shape, -1e9, np.float32)
    _paint(plane, height, values, triangles(), nearest, out)
    return out, nearest > -1e9


def paint_normals(
    plane: NDArray[np.float64],
    height: NDArray[np.float64],
    normals: NDArray[np.float64],
    shape: tuple[int, int],
) -> NDArray[np.float32]:
    """Return the unit normal at every pixel of the skin, (H, W, 3) float32, zero elsewhere.

    Parameters
    ----------
    normals : (468, 3) at the vertices, in any axes; the rest as for `paint`.
    """
    out, _ = paint(plane, height, normals, shape)
    return np.asarray(out / (np.sqrt((out * out).sum(axis=2, keepdims=True)) + 1e-12), np.float32)


@compiled
def _paint(
    plane: Any, height: Any, values: Any, faces: Any, nearest: Any, out: Any
) -> None:  # pragma: no cover - compiled
    rows, columns = nearest.shape
    for t in range(faces.shape[0]):
        a, b, c = faces[t, 0], faces[t, 1], faces[t, 2]
        ax, ay, bx, by = plane[a, 0], plane[a, 1], plane[b, 0], plane[b, 1]
        cx, cy = plane[c, 0], plane[c, 1]
        area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
        if abs(area) < 1e-9:
            continue
        x0, x1 = max(int(min(ax, bx, cx)), 0), min(int(max(ax, bx, cx)), columns - 1)
        y0, y1 = max(int(min(ay, by, cy)), 0), min(int(max(ay, by, cy)), rows - 1)
        for j in range(y0, y1 + 1):
            y = j + 0.5
            for i in range(x0, x1 + 1):
                x = i + 0.5
                p = ((bx - x) * (cy - y) - (cx - x) * (by - y)) / area
                q = ((cx - x) * (ay - y) - (ax - x) * (cy - y)) / area
                r = 1.0 - p - q
                if p < -1e-9 or q < -1e-9 or r < -1e-9:
                    continue
                z = p * height[a] + q * height[b] + r * height[c]
                if z <= nearest[j, i]:
                    continue
                nearest[j, i] = z
                for k in range(values.shape[1]):
                    out[j, i, k] = p * values[a, k] + q * values[b, k] + r * values[c, k]
