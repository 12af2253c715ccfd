"""A head in three dimensions for `rendered_face`: the face mesh, eyes, skull, ears, neck, body.

Head coordinates are those of the canonical face: centimetres, x to the subject's left, y up, z out
of the face.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from catchlight.face_mesh_normals import triangles, vertex_normals
from catchlight.head_pose import canonical_face
from catchlight.landmarks import (
    BROW_LEFT,
    BROW_RIGHT,
    EYE_LEFT,
    EYE_RIGHT,
    FACE_OVAL,
    LIPS_INNER,
    LIPS_OUTER,
)

SKIN, HAIR, CLOTH, EYE_R, EYE_L = range(5)

EYEBALL = 1.2  # cm, radius
IRIS, PUPIL = 0.585, 0.19  # cm, radii
_FINE = 4  # parts into which an edge of the mesh is divided
_BULGE = 0.6  # of Phong tessellation (Boubekeur & Alexa 2008): 0 is flat


@dataclass(frozen=True)
class Head:
    """Triangles with what it takes to shade them.

    Attributes
    ----------
    vertices, normals : (V, 3) float64, head coordinates in cm; `turning` says which turn with the
        head (the rest is the body).
    faces : (T, 3) int32.
    material : (V,) int8, one of SKIN, HAIR, CLOTH, EYE_R, EYE_L.
    tint : (V, 3) float32, factor of the material's colour: brows, lips, lashes.
    uv : (V, 3) int32 and (V, 3) float32: landmarks and weights that place a vertex of the face;
        weights 0 for the rest.
    turning : (V,) bool.
    eyes : (2, 3) centres of the eyeballs, right and left.
    """

    vertices: NDArray[np.float64]
    normals: NDArray[np.float64]
    faces: NDArray[np.int32]
    material: NDArray[np.int8]
    tint: NDArray[np.float32]
    parents: NDArray[np.int32]
    weights: NDArray[np.float32]
    turning: NDArray[np.bool_]
    eyes: NDArray[np.float64]


@cache
def _pattern() -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.int32]]:
    """Return parents (V, 3), weights (V, 3) and faces of the finely divided face mesh."""
    n = _FINE
    known: dict[tuple[tuple[int, int], ...], int] = {}
    parents, weights, faces = [], [], []
    for corners in triangles():
        local = {}
        for i in range(n + 1):
            for j in range(n + 1 - i):
                share = [(int(c), s) for c, s in zip(corners, (n - i - j, i, j), strict=True) if s]
                key = tuple(sorted(share))
                if key not in known:
                    known[key] = len(known)
                    padded = [*key, (key[0][0], 0), (key[0][0], 0)][:3]
                    parents.append([c for c, _ in padded])
                    weights.append([s / n for _, s in padded])
                local[i, j] = known[key]
        for i in range(n):
            for j in range(n - i):
                faces.append([local[i, j], local[i + 1, j], local[i, j + 1]])
                if j < n - i - 1:
                    faces.append([local[i + 1, j], local[i + 1, j + 1], local[i, j + 1]])
    return np.array(parents, np.int32), np.array(weights, np.float32), np.array(faces, np.int32)


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)


def _face(shape: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return vertices and normals of the finely divided, rounded face."""
    parents, weights, _ = _pattern()
    corner_normals = vertex_normals(shape)
    w = weights[..., None].astype(np.float64)
    corners, normals = shape[parents], corner_normals[parents]
    flat = (w * corners).sum(axis=1)
    along = ((flat[:, None] - corners) * normals).sum(axis=2, keepdims=True)
    tangent = flat[:, None] - along * normals
    round_ = (1 - _BULGE) * flat + _BULGE * (w * tangent).sum(axis=1)
    return round_, _unit((w * normals).sum(axis=1))


@cache
def _tints() -> NDArray[np.float32]:
    """Return what brows, lips and lashes do to the skin's colour, (V, 3)."""
    parents, weights, _ = _pattern()
    canonical = canonical_face()[0]
    xy = (weights[..., None] * canonical[parents]).sum(axis=1)[:, :2].astype(np.float32)

    def inside(ring: tuple[int, ...], soft: float) -> NDArray[np.float64]:
        polygon = canonical[list(ring), :2].astype(np.float32)[:, None]
        signed = [cv2.pointPolygonTest(polygon, (float(x), float(y)), True) for x, y in xy]
        return np.clip(np.array(signed) / soft + 0.5, 0, 1)[:, None]

    tint = np.ones((len(xy), 3))
    lips = inside(LIPS_OUTER, 0.15)
    tint = tint * (1 - lips) + lips * np.array([0.72, 0.42, 0.45])
    line = inside(LIPS_INNER, 0.12)
    tint = tint * (1 - 0.5 * line)
    for brow in (BROW_RIGHT, BROW_LEFT):
        tint = tint * (1 - 0.75 * inside(brow, 0.3))
    for lid in (EYE_RIGHT[:9], EYE_LEFT[:9]):
        upper = canonical[list(lid), :2]
        nearest = np.linalg.norm(xy[:, None] - upper[None], axis=2).min(axis=1)
        tint = tint * (1 - 0.7 * np.clip(1 - nearest / 0.22, 0, 1))[:, None]
    return tint.astype(np.float32)


def _ellipsoid(
    centre: tuple[float, float, float], radii: tuple[float, float, float], rows: int, columns: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int32]]:
    polar, around = np.meshgrid(
        np.linspace(0, np.pi, rows + 1), np.linspace(0, 2 * np.pi, columns + 1), indexing="ij"
    )
    unit = np.stack(
        [np.sin(polar) * np.sin(around), np.cos(polar), np.sin(polar) * np.cos(around)], axis=-1
    ).reshape(-1, 3)
    index = np.arange((rows + 1) * (columns + 1)).reshape(rows + 1, columns + 1)
    a, b, c, d = index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]
    faces = np.concatenate(
        [np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)]
    )
    normals = _unit(unit / radii)
    return unit * radii + centre, normals, faces.astype(np.int32)


def _sheet(
    rings: list[NDArray[np.float64]],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int32]]:
    """Join rings of as many points each into a surface with smooth normals."""
    grid = np.stack(rings)
    rows, columns = grid.shape[:2]
    index = np.arange(rows * columns).reshape(rows, columns)
    a, b = index[:-1], index[1:]
    c, d = np.roll(b, -1, axis=1), np.roll(a, -1, axis=1)
    faces = np.concatenate(
        [np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)]
    )
    points = grid.reshape(-1, 3)
    across = np.cross(
        points[faces[:, 1]] - points[faces[:, 0]], points[faces[:, 2]] - points[faces[:, 0]]
    )
    normals = np.zeros_like(points)
    for k in range(3):
        np.add.at(normals, faces[:, k], across)
    normals = _unit(normals)
    outwards = points - points.mean(axis=0)
    normals *= np.sign((normals * outwards).sum(axis=1, keepdims=True))
    return points, normals, faces.astype(np.int32)


def eyeballs(shape: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the centres (2, 3) of the eyeballs that sit behind the lids, right and left."""
    centres = []
    for ring in (EYE_RIGHT, EYE_LEFT):
        rim = shape[list(ring)]
        middle = (rim.min(axis=0) + rim.max(axis=0)) / 2
        upper, lower = rim[4], rim[12]
        front = (upper[2] + lower[2]) / 2 - 0.08
        centres.append([middle[0], (upper[1] + lower[1]) / 2, front - EYEBALL])
    return np.array(centres)


def with_lids(shape: NDArray[np.float64], opening: float) -> NDArray[np.float64]:
    """Return a face shape (468, 3) whose eyes are open by this factor; 0 closes them.

    Lids move along the eyeball towards the line between the corners, mostly the upper ones.
    """
    moved = shape.copy()
    for ring in (EYE_RIGHT, EYE_LEFT):
        rim = shape[list(ring)]
        outer, inner = rim[0], rim[8]
        along = (rim[:, 0] - outer[0]) / (inner[0] - outer[0])
        level = outer[1] + along * (inner[1] - outer[1])
        level -= 0.25 * np.sin(np.pi * np.clip(along, 0, 1))  # closed lids meet low
        shift = np.zeros_like(rim)
        shift[:, 1] = (opening - 1) * (rim[:, 1] - level)
        gap = np.linalg.norm(shape[:, None, :2] - rim[None, :, :2], axis=2)
        weight = np.exp(-((gap / 0.3) ** 2))
        share = weight.max(axis=1, keepdims=True)
        weight /= np.maximum(weight.sum(axis=1, keepdims=True), 1e-12)
        moved += share * (weight @ shift)
        moved[list(ring)] = rim + shift
    return moved


def build(shape: NDArray[np.float64]) -> Head:
    """Build the head of a face shape (468, 3) cm."""
    parents, weights, faces = _pattern()
    face_points, face_normals = _face(shape)
    parts = [(face_points, face_normals, faces, SKIN, _tints(), True)]
    balls = eyeballs(shape)
    for centre, material in zip(balls, (EYE_R, EYE_L), strict=True):
        radii = (EYEBALL, EYEBALL, EYEBALL)
        parts.append((*_ellipsoid(tuple(centre), radii, 40, 60), material, _WHITE, True))
    # What is seen between the lids beside the eyeball, and in the mouth.
    for ring, tint in (
        (EYE_RIGHT, (0.8, 0.5, 0.48)),
        (EYE_LEFT, (0.8, 0.5, 0.48)),
        (LIPS_INNER, (0.28, 0.13, 0.13)),
    ):
        rim = shape[list(ring)]
        middle = rim.mean(axis=0)
        fan = np.vstack([middle + 1.12 * (rim - middle) - [0, 0, 0.12], middle - [0, 0, 1.0]])
        rim = fan[:-1]
        count = len(rim)
        spokes = [[i, (i + 1) % count, count] for i in range(count)]
        normals = np.tile([0.0, 0.0, 1.0], (count + 1, 1))
        parts.append((fan, normals, np.array(spokes, np.int32), SKIN, np.array([tint]), True))
    # From the face's outline back to the skull and under the jaw.
    oval = shape[list(FACE_OVAL)]
    low = np.clip((1.0 - oval[:, 1:2]) / 6.0, 0, 1)
    rings = []
    for step in np.linspace(0, 1, 7):
        inward = 1 - step * (0.06 + 0.25 * low) * np.array([1.0, 0.0, 0.0])
        depth = oval[:, 2:3] * (1 - step) + step * np.minimum(oval[:, 2:3] - 2.5, -3.0)
        rise = low * 1.2 * step
        rings.append(np.hstack([oval[:, :2] * inward[:, :2] + np.hstack([0 * rise, rise]), depth]))
    parts.append((*_sheet(rings), SKIN, _WHITE, True))
    points, normals, skull = _ellipsoid((0, 4.2, -4.6), (8.0, 9.4, 9.0), 40, 60)
    middles = points[skull].mean(axis=1)
    behind = (middles[:, 1] > 6.5) | (middles[:, 2] < -3.0)  # not through the face
    parts.append((points, normals, skull[behind], HAIR, _WHITE, True))
    for side in (-8.0, 8.0):
        ear = _ellipsoid((side, 0.6, -3.4), (0.7, 3.1, 1.7), 20, 24)
        parts.append((*ear, SKIN, _WHITE, True))
    parts.append((*_ellipsoid((0, -9.0, -5.0), (5.4, 14.0, 5.6), 30, 40), SKIN, _WHITE, True))
    parts.append((*_ellipsoid((0, -31.5, -6.0), (21.0, 16.0, 10.0), 30, 60), CLOTH, _WHITE, False))

    vertices, normals, joined, material, tint, turning = [], [], [], [], [], []
    count = 0
    for points, directions, mesh, kind, color, turns in parts:
        vertices.append(points)
        normals.append(directions)
        joined.append(mesh + count)
        material.append(np.full(len(points), kind, np.int8))
        tint.append(np.broadcast_to(np.asarray(color, np.float32), points.shape))
        turning.append(np.full(len(points), turns))
        count += len(points)
    all_parents = np.zeros((count, 3), np.int32)
    all_weights = np.zeros((count, 3), np.float32)
    all_parents[: len(parents)] = parents
    all_weights[: len(weights)] = weights
    return Head(
        np.concatenate(vertices),
        np.concatenate(normals),
        np.concatenate(joined).astype(np.int32),
        np.concatenate(material),
        np.ascontiguousarray(np.concatenate(tint)),
        all_parents,
        all_weights,
        np.concatenate(turning),
        balls,
    )


_WHITE = np.ones((1, 3), np.float32)
