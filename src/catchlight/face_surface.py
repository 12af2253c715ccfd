"""The face as a surface that light falls on: triangles, normals, and what shades what.

The canonical face mesh serves as a light probe: for points spread evenly over its plain skin, the
irradiance that a light of a given direction and size brings them is computed once a process, cast
shadows included (depth maps, Williams 1978, "Casting curved shadows on curved surfaces").
Directions are relative to the face: x to the subject's left, y up, z out of the face.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from .compiled import compiled
from .face_mesh_normals import triangles, vertex_normals
from .head_pose import canonical_face, mirror
from .landmarks import BROW_LEFT, BROW_RIGHT, EYE_LEFT, EYE_RIGHT, FACE_OVAL, LIPS_OUTER
from .once import once

__all__ = ["LIGHT_SIZES", "Probe", "probe"]

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]

LIGHT_SIZES = (4.0, 18.0, 40.0, 75.0)
"""Angular diameters in degrees of the lights in `Probe.irradiance`: lamp to window wall."""

_AREA = 0.22  # cm² of skin that one sample stands for
_APART = 7.5  # degrees between neighbouring directions
_BEHIND = -0.35  # least z of a direction: beyond, the face sees no light
# Nats a degree, below level, above 55 degrees, and beyond 75 degrees to the side.
_BELOW, _ABOVE, _AROUND = 0.02, 0.1, 0.08
_REACH = 13.0  # cm about the middle of the face that a depth map covers
_MAP = 160  # pixels a side
_BIAS = 0.22  # cm: a facet does not shade itself


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """Points on the skin of the canonical face and the light that reaches them.

    Attributes
    ----------
    corners : (N, 3) int32, landmarks between which a point lies; shares : (N, 3) float32, sum 1.
    places : (N, 3) float32, the points on the canonical face, cm.
    normals : (N, 3) float32, unit, at the points.
    cheeks : (N,) bool, the points on the cheeks.
    weights : (N,) float32, how much a point is to be trusted to be plain skin, 0..1.
    directions : (D, 3) float32, unit vectors towards lights, 7.5 degrees apart.
    coarse : (C,) int, indices of directions about 15 degrees apart.
    irradiance : (S, D, N) float32, of lights of LIGHT_SIZES: 1 where a small light stands
        vertically above the skin, 0 where the skin faces away or lies in a cast shadow.
    unusual : (D,) float32, minus the logarithm of how likely a photograph's key light comes from
        there, before the photograph is looked at: seldom from below, behind or straight above.
    openness : (N,) float32, irradiance of an even light from everywhere before the face.
    """

    corners: NDArray[np.int32]
    shares: Float32
    places: Float32
    normals: Float32
    cheeks: NDArray[np.bool_]
    weights: Float32
    directions: Float32
    coarse: NDArray[np.intp]
    irradiance: Float32
    openness: Float32
    unusual: Float32


@compiled
def _visible(
    vertices: Any, faces: Any, points: Any, normals: Any, directions: Any, out: Any
) -> None:  # pragma: no cover - compiled
    # For each direction, a depth map of the mesh along it; then which points lie at its surface.
    scale = _MAP / (2 * _REACH)
    depth = np.empty((_MAP, _MAP), np.float32)
    count = vertices.shape[0]
    x, y, z = np.empty(count), np.empty(count), np.empty(count)
    for s in range(directions.shape[0]):
        dx, dy, dz = directions[s, 0], directions[s, 1], directions[s, 2]
        # Two axes across the direction.
        if abs(dy) < 0.9:
            norm = np.sqrt(dx * dx + dz * dz)
            ax, ay, az = dz / norm, 0.0, -dx / norm
        else:
            norm = np.sqrt(dy * dy + dz * dz)
            ax, ay, az = 0.0, dz / norm, -dy / norm
        bx, by, bz = dy * az - dz * ay, dz * ax - dx * az, dx * ay - dy * ax
        for k in range(count):
            px, py, pz = vertices[k, 0], vertices[k, 1], vertices[k, 2]
            x[k] = (ax * px + ay * py + az * pz) * scale + _MAP / 2 - 0.5
            y[k] = (bx * px + by * py + bz * pz) * scale + _MAP / 2 - 0.5
            z[k] = dx * px + dy * py + dz * pz
        depth[:] = -1e9
        for t in range(faces.shape[0]):
            a, b, c = faces[t, 0], faces[t, 1], faces[t, 2]
            area = (x[b] - x[a]) * (y[c] - y[a]) - (x[c] - x[a]) * (y[b] - y[a])
            if abs(area) < 1e-9:
                continue
            # Shares of the corners a and b, and the depth: each linear along a row.
            share = 1.0 / area
            p_step, q_step = (y[b] - y[c]) * share, (y[c] - y[a]) * share
            p_row, q_row = (x[c] - x[b]) * share, (x[a] - x[c]) * share
            d_step = p_step * (z[a] - z[c]) + q_step * (z[b] - z[c])
            x0, x1 = int(np.ceil(min(x[a], x[b], x[c]))), int(max(x[a], x[b], x[c]))
            y0, y1 = int(np.ceil(min(y[a], y[b], y[c]))), int(max(y[a], y[b], y[c]))
            for j in range(max(y0, 0), min(y1, _MAP - 1) + 1):
                first = max(x0, 0)
                p = p_step * (first - x[c]) + p_row * (j - y[c])
                q = q_step * (first - x[c]) + q_row * (j - y[c])
                d = z[c] + p * (z[a] - z[c]) + q * (z[b] - z[c])
                for i in range(first, min(x1, _MAP - 1) + 1):
                    inside = (p >= 0) & (q >= 0) & (p + q <= 1)  # a branch would be mispredicted
                    depth[j, i] = max(depth[j, i], np.float32(d if inside else -1e9))
                    p += p_step
                    q += q_step
                    d += d_step
        for n in range(points.shape[0]):
            px, py, pz = points[n, 0], points[n, 1], points[n, 2]
            cosine = normals[n, 0] * dx + normals[n, 1] * dy + normals[n, 2] * dz
            if cosine <= 0:
                out[s, n] = 0
                continue
            u = (ax * px + ay * py + az * pz) * scale + _MAP / 2 - 0.5
            v = (bx * px + by * py + bz * pz) * scale + _MAP / 2 - 0.5
            h = dx * px + dy * py + dz * pz + _BIAS
            i, j = int(u), int(v)  # inside the map, as the whole face is
            fu, fv = u - i, v - j
            seen = 0.0
            if depth[j, i] <= h:
                seen += (1 - fu) * (1 - fv)
            if depth[j, i + 1] <= h:
                seen += fu * (1 - fv)
            if depth[j + 1, i] <= h:
                seen += (1 - fu) * fv
            if depth[j + 1, i + 1] <= h:
                seen += fu * fv
            out[s, n] = cosine * seen


def _sphere(apart: float) -> Float64:
    """Directions spread evenly over the sphere, degrees apart, alike on both sides of the face."""
    rings = []
    for elevation in np.arange(-90 + apart, 90, apart):
        half = round(180 * math.cos(math.radians(elevation)) / apart)
        azimuth = np.radians(np.arange(-half, half + 1) * 180 / (half + 0.5))
        e = math.radians(elevation)
        ring = [np.sin(azimuth) * math.cos(e), np.full(len(azimuth), math.sin(e))]
        rings.append(np.stack([*ring, np.cos(azimuth) * math.cos(e)], axis=1))
    return np.concatenate(rings)


def _samples() -> tuple[NDArray[np.int32], Float64, Float64]:
    """Return corners (N, 3), shares (N, 3) and trust (N,) of points even over the plain skin.

    Points of even index lie on the subject's left, and the next of each is its mirror image.
    """
    vertices = canonical_face()[0]
    corners, shares = [], []
    # The subject's right is the mirror image of the left.
    left = triangles()[vertices[triangles(), 0].sum(axis=1) > 0]
    a, b, c = (vertices[left[:, k]] for k in range(3))
    areas = np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2
    for triangle, area in zip(left, areas.tolist(), strict=True):
        parts = max(1, round(math.sqrt(area / _AREA)))
        for i in range(parts):
            for j in range(parts - i):
                middles = [(i + 1 / 3, j + 1 / 3)]
                if j < parts - i - 1:
                    middles.append((i + 2 / 3, j + 2 / 3))
                for u, v in middles:
                    corners.append(triangle)
                    shares.append([1 - (u + v) / parts, u / parts, v / parts])
    where = (np.array(shares)[..., None] * vertices[np.array(corners)]).sum(axis=1)

    def within(ring: tuple[int, ...], margin: float, soft: float) -> Float64:
        polygon = vertices[list(ring), :2].astype(np.float32)[:, None]
        signed = [
            cv2.pointPolygonTest(polygon, (float(x), float(y)), True) for x, y in where[:, :2]
        ]
        return np.clip((np.array(signed) + margin) / soft, 0, 1)

    trust = np.ones(len(where))
    for ring in (BROW_RIGHT, BROW_LEFT):
        trust *= 1 - within(ring, 0.35, 0.3)
    for ring in (EYE_RIGHT, EYE_LEFT):
        trust *= 1 - within(ring, 0.5, 0.3)
    trust *= 1 - within(LIPS_OUTER, 0.3, 0.3)
    nostrils = np.linalg.norm(where[:, None, :2] - [[-0.9, -2.1], [0.9, -2.1]], axis=2)
    trust *= np.clip((nostrils.min(axis=1) - 0.45) / 0.3, 0, 1)
    trust *= within(FACE_OVAL, -0.3, 0.6)  # hair and background
    # Fringes lie on the upper forehead, beards on the jaw.
    trust *= np.where(where[:, 1] > 6.3, 0.5, 1.0) * np.where(where[:, 1] < -3.0, 0.6, 1.0)
    keep = trust > 0.05
    own = np.array(corners, np.int32)[keep]
    both = np.stack([own, mirror()[own].astype(np.int32)], axis=1)
    return both.reshape(-1, 3), np.repeat(np.array(shares)[keep], 2, axis=0), trust[keep].repeat(2)


def _unusual(directions: Float64) -> Float64:
    elevation = np.degrees(np.arcsin(directions[:, 1]))
    azimuth = np.abs(np.degrees(np.arctan2(directions[:, 0], directions[:, 2])))
    below = _BELOW * np.maximum(-elevation, 0)
    above = _ABOVE * np.maximum(elevation - 55, 0)
    return np.asarray(below + above + _AROUND * np.maximum(azimuth - 75, 0), np.float64)


@once
def probe() -> Probe:
    """Return the light probe, computed at the first call (about 0.1 s)."""
    vertices = canonical_face()[0]
    corners, shares, trust = _samples()
    where = (shares[..., None] * vertices[corners]).sum(axis=1)
    normals = (shares[..., None] * vertex_normals(vertices)[corners]).sum(axis=1)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    directions = _sphere(_APART)
    directions = directions[directions[:, 2] > _BEHIND]
    small = np.empty((len(directions), len(where)), np.float32)
    centre = (vertices.min(axis=0) + vertices.max(axis=0)) / 2
    _visible(vertices - centre, triangles(), where - centre, normals, directions, small)
    # Pixels of depth maps and diagonals of the mesh's squares are not quite alike on both sides.
    opposite = (directions @ (directions * [-1, 1, 1]).T).argmax(axis=1)
    partner = np.arange(len(where)) ^ 1
    small = (small + small[opposite][:, partner]) / 2

    cosines = np.clip(directions @ directions.T, -1, 1)
    angles = np.degrees(np.arccos(cosines))
    irradiance = np.empty((len(LIGHT_SIZES), *small.shape), np.float32)
    for size, layer in zip(LIGHT_SIZES, irradiance, strict=True):
        # A soft edge to the disc, because the directions are few.
        disc = np.clip((size / 2 - angles) / _APART + 0.5, 0, 1)
        np.fill_diagonal(disc, 1)
        disc = (disc / disc.sum(axis=1, keepdims=True)).astype(np.float32)
        np.matmul(disc, small, out=layer)
    facing = np.maximum(directions @ normals.T, 0)
    openness = small.sum(axis=0) / facing.sum(axis=0)
    coarse = (_sphere(2 * _APART) @ directions.T).argmax(axis=1)
    near = (_sphere(2 * _APART) @ directions.T).max(axis=1) > math.cos(math.radians(_APART))
    return Probe(
        corners,
        shares.astype(np.float32),
        where.astype(np.float32),
        normals.astype(np.float32),
        (np.abs(np.abs(where[:, 0]) - 4.2) < 1.5) & (np.abs(where[:, 1] + 0.8) < 1.6),
        trust.astype(np.float32),
        directions.astype(np.float32),
        np.unique(coarse[near]),
        irradiance,
        openness.astype(np.float32),
        _unusual(directions).astype(np.float32),
    )
