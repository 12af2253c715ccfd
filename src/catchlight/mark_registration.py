"""Where a mark's place is in another photo of the same face, and how surely.

The landmarks' mesh tells it to a twentieth of an eye distance, a smile apart. The skin about the
mark (pores, folds, other marks; the mark itself left out) tells it more closely where it is
recognised again: by normalised cross-correlation (Lewis 1995, "Fast normalized cross-correlation")
of its redness and light, after an affine map by the landmarks near by.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from .face_mesh_normals import triangles
from .landmarks import CHIN
from .marks import Mark, SkinView

__all__ = ["BY_MESH", "Place", "place_of"]

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]

# Eye distances by which a place is mostly wrong and, by a smile, at the most: by the mesh; and
# where the skin was recognised, within which 98 and 99 of 100 marks of 41 people were found.
BY_MESH, _BY_SKIN = (0.05, 0.11), (0.03, 0.05)
_FACING = 0.35  # how far, as a share, a triangle may be foreshortened before it hides its marks
_FOREHEAD = (10, 338, 297, 109, 67, 151, 337, 108)  # landmarks that go on upwards of themselves,
_ABOVE = 0.4  # by so many eye distances
_PATCH = 0.22  # eye distances about a mark by which its skin is recognised
_LEFT_OUT = 3.0  # radii of the mark, and _MARGIN eye distances: not of that skin
_MARGIN = 0.01
_LOCAL = 0.25  # eye distances about a mark from which the affine map is taken
_ALIKE = 0.5  # least correlation,
_ALONE = 0.75  # and that of any other place, as a share of it, at the most
_OTHER = 0.03  # eye distances to another place


class Place(NamedTuple):
    """A place in pixels of a view; how far a mark may mostly, and at the most, be from it.

    `near` and `farthest` are in eye distances.
    """

    x: float
    y: float
    near: float
    farthest: float


def place_of(mark: Mark, here: SkinView, there: SkinView) -> Place | None:
    """Return where a mark of one photo is to be looked for in another; None if turned away."""
    x, y = ((np.array([mark.x, mark.y]) - here.origin) * here.scale).tolist()
    found = _carried(x, y, here.points, there.points)
    if found is None:
        return None
    radius = mark.radius * here.scale / here.eye_distance
    moved = _recognised((x, y), radius, found, here, there)
    if moved is None:
        return Place(*found, *BY_MESH)
    return Place(found[0] + moved[0], found[1] + moved[1], *_BY_SKIN)


def _recognised(
    at: tuple[float, float],
    radius: float,
    mesh: tuple[float, float],
    here: SkinView,
    there: SkinView,
) -> tuple[int, int] | None:
    """How many pixels from the mesh's place the skin about a mark is; None where that is unsure."""
    turn = _affine(at, here, there)
    if turn is None:
        return None
    unit = there.eye_distance
    half, reach = int(_PATCH * unit), int(BY_MESH[1] * unit)
    back = np.linalg.inv(turn)
    matrix = np.column_stack([back, np.array(at) - 0.5 - back @ (half, half)])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = (2 * half + 1, 2 * half + 1)
    patch = cv2.warpAffine(here.detail, matrix, size, flags=flags)
    skin = cv2.warpAffine(here.skin, matrix, size, flags=flags)
    away = np.hypot(*np.mgrid[-half : half + 1, -half : half + 1]) / unit
    used = (skin > 0.5) & (away > _LEFT_OUT * radius + _MARGIN) & (away <= _PATCH)
    if used.mean() < 0.3:
        return None
    wide = half + reach
    x, y = int(mesh[0]), int(mesh[1])
    around = np.pad(there.detail, ((wide, wide), (wide, wide), (0, 0)))
    around = np.ascontiguousarray(around[y : y + 2 * wide + 1, x : x + 2 * wide + 1])
    if around.shape[:2] != (2 * wide + 1, 2 * wide + 1):
        return None
    weight = np.dstack([used.astype(np.float32)] * 2)
    like = cv2.matchTemplate(around, patch, cv2.TM_CCORR_NORMED, mask=weight)
    down, right = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    like = np.where((np.hypot(down, right) <= BY_MESH[1] * unit) & np.isfinite(like), like, -1)
    row, column = np.unravel_index(int(np.argmax(like)), like.shape)
    best = float(like[row, column])
    v, u = int(down[row, column]), int(right[row, column])
    elsewhere = np.hypot(down - v, right - u) > _OTHER * unit
    if best < _ALIKE or float(like[elsewhere].max()) > _ALONE * best:
        return None
    return u, v


def _affine(at: tuple[float, float], here: SkinView, there: SkinView) -> Float64 | None:
    """The (2, 2) map of offsets about a place here to those there, by the landmarks near by."""
    offsets = here.points[:, :2].astype(np.float64) - at
    weight = np.exp(-0.5 * (np.hypot(*offsets.T) / (_LOCAL * here.eye_distance)) ** 2)
    near = weight > 0.01
    if near.sum() < 6:
        return None
    root = np.sqrt(weight[near])[:, None]
    terms = np.column_stack([offsets[near], np.ones(int(near.sum()))])
    solution = np.linalg.lstsq(terms * root, there.points[near, :2] * root, rcond=None)[0]
    turn = np.asarray(solution[:2].T, np.float64)
    return turn if np.linalg.det(turn) > 1e-3 else None


def _carried(
    x: float, y: float, here: NDArray[np.float32], there: NDArray[np.float32]
) -> tuple[float, float] | None:
    """Where a point of one face lies on another, by its triangle; None if that is turned away.

    The mesh ends half-way up the forehead, whose rest goes with the landmarks next to it.
    """
    mesh = triangles()
    a, b, c = (here[mesh[:, k], :2].astype(np.float64) for k in range(3))
    area = _cross(b - a, c - a)
    point = np.array([x, y])
    flat = np.where(np.abs(area) < 1e-9, 1.0, area)
    p = _cross(b - point, c - point) / flat
    q = _cross(c - point, a - point) / flat
    r = 1 - p - q
    # in the picture, y down, triangles that face the camera run the other way round
    inside = np.flatnonzero((np.minimum(np.minimum(p, q), r) >= -1e-6) & (area < -1e-9))
    if inside.size == 0:
        return _above(point, here, there)
    best = int(inside[np.argmax(-area[inside])])
    corners = there[mesh[best], :2].astype(np.float64)
    across = _cross(corners[1] - corners[0], corners[2] - corners[0])
    scale = (np.linalg.norm(there[473, :2] - there[468, :2])
             / np.linalg.norm(here[473, :2] - here[468, :2])) ** 2  # fmt: skip
    if across > _FACING * float(area[best]) * float(scale):  # both are negative
        return None
    u, v = np.array([p[best], q[best], r[best]]) @ corners
    return float(u), float(v)


def _above(
    point: NDArray[np.float64], here: NDArray[np.float32], there: NDArray[np.float32]
) -> tuple[float, float] | None:
    """Where a point of the upper forehead lies on another face; None for any other place."""
    ring = list(_FOREHEAD)
    ours, theirs = (p[ring, :2].astype(np.float64) for p in (here, there))
    unit = float(np.linalg.norm(here[473, :2] - here[468, :2]))
    up = ours.mean(axis=0) - here[CHIN, :2]
    if (point - ours.mean(axis=0)) @ up < 0 or np.hypot(*(ours - point).T).min() > _ABOVE * unit:
        return None
    # a similarity, for that is what can be carried on beyond the points it was fitted to
    a, b = ((p - p.mean(axis=0)) @ np.array([1, 1j]) for p in (ours, theirs))
    turn = np.vdot(a, b) / np.vdot(a, a)
    moved = turn * complex(*(point - ours.mean(axis=0)))
    u, v = theirs.mean(axis=0) + np.array([moved.real, moved.imag])
    return float(u), float(v)


def _cross(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0], np.float64)
