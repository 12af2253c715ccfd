"""Pixel loops of `rendered_face`: triangles to pixels, shadow maps, shading."""

from __future__ import annotations

from typing import Any

import numpy as np

from catchlight.compiled import compiled

__all__ = ["depth_map", "occlusion", "raster", "shade"]


@compiled
def _span(a: float, b: float, c: float, length: int) -> tuple[int, int]:
    # pragma: no cover - compiled
    # First and last of the pixels whose centres three corners can hold between them on one axis.
    first = max(int(np.floor(min(a, b, c) - 0.5)), 0)
    return first, min(int(np.ceil(max(a, b, c) - 0.5)), length - 1)


@compiled
def _shares(
    x: Any, y: Any, a: int, b: int, c: int, area: float, u: float, v: float
) -> tuple[float, float, float]:  # pragma: no cover - compiled
    # Barycentric coordinates of the point (u, v) in a triangle.
    p = ((x[b] - u) * (y[c] - v) - (x[c] - u) * (y[b] - v)) / area
    q = ((x[c] - u) * (y[a] - v) - (x[a] - u) * (y[c] - v)) / area
    return p, q, 1.0 - p - q


@compiled
def raster(
    x: Any, y: Any, depth: Any, faces: Any, width: int, height: int, owner: Any, shares: Any, z: Any
) -> None:  # pragma: no cover - compiled
    # `depth` is 1 / distance, so that it is linear on the screen; the largest wins.
    for t in range(faces.shape[0]):
        a, b, c = faces[t, 0], faces[t, 1], faces[t, 2]
        area = (x[b] - x[a]) * (y[c] - y[a]) - (x[c] - x[a]) * (y[b] - y[a])
        if area == 0.0:
            continue
        x0, x1 = _span(x[a], x[b], x[c], width)
        y0, y1 = _span(y[a], y[b], y[c], height)
        for j in range(y0, y1 + 1):
            v = j + 0.5
            for i in range(x0, x1 + 1):
                u = i + 0.5
                p, q, r = _shares(x, y, a, b, c, area, u, v)
                if p < -1e-9 or q < -1e-9 or r < -1e-9:
                    continue
                d = p * depth[a] + q * depth[b] + r * depth[c]
                if d > z[j, i]:
                    z[j, i] = d
                    owner[j, i] = t
                    shares[j, i, 0] = p * depth[a] / d
                    shares[j, i, 1] = q * depth[b] / d
                    shares[j, i, 2] = r * depth[c] / d


@compiled
def depth_map(points: Any, faces: Any, axes: Any, reach: float, out: Any) -> None:
    # pragma: no cover - compiled
    # Height of the surface towards the light, seen along it without perspective.
    side = out.shape[0]
    scale = side / (2 * reach)
    count = points.shape[0]
    x, y, z = np.empty(count), np.empty(count), np.empty(count)
    for k in range(count):
        px, py, pz = points[k, 0], points[k, 1], points[k, 2]
        x[k] = (axes[0, 0] * px + axes[0, 1] * py + axes[0, 2] * pz) * scale + side / 2
        y[k] = (axes[1, 0] * px + axes[1, 1] * py + axes[1, 2] * pz) * scale + side / 2
        z[k] = axes[2, 0] * px + axes[2, 1] * py + axes[2, 2] * pz
    out[:] = -1e9
    for t in range(faces.shape[0]):
        a, b, c = faces[t, 0], faces[t, 1], faces[t, 2]
        area = (x[b] - x[a]) * (y[c] - y[a]) - (x[c] - x[a]) * (y[b] - y[a])
        if abs(area) < 1e-12:
            continue
        x0, x1 = _span(x[a], x[b], x[c], side)
        y0, y1 = _span(y[a], y[b], y[c], side)
        for j in range(y0, y1 + 1):
            v = j + 0.5
            for i in range(x0, x1 + 1):
                u = i + 0.5
                p, q, r = _shares(x, y, a, b, c, area, u, v)
                if p >= -1e-9 and q >= -1e-9 and r >= -1e-9:
                    d = p * z[a] + q * z[b] + r * z[c]
                    if d > out[j, i]:
                        out[j, i] = d


@compiled
def _lit(px: float, py: float, pz: float, axes: Any, reach: float, depth: Any) -> float:
    # pragma: no cover - compiled
    # Share of light that reaches a point: four neighbours of the shadow map, weighted.
    side = depth.shape[0]
    scale = side / (2 * reach)
    u = (axes[0, 0] * px + axes[0, 1] * py + axes[0, 2] * pz) * scale + side / 2 - 0.5
    v = (axes[1, 0] * px + axes[1, 1] * py + axes[1, 2] * pz) * scale + side / 2 - 0.5
    h = axes[2, 0] * px + axes[2, 1] * py + axes[2, 2] * pz + 0.06
    if u < 0 or v < 0 or u >= side - 1 or v >= side - 1:
        return 1.0
    i, j = int(u), int(v)
    fu, fv = u - i, v - j
    total = 0.0
    if depth[j, i] <= h:
        total += (1 - fu) * (1 - fv)
    if depth[j, i + 1] <= h:
        total += fu * (1 - fv)
    if depth[j + 1, i] <= h:
        total += (1 - fu) * fv
    if depth[j + 1, i + 1] <= h:
        total += fu * fv
    return total


@compiled
def occlusion(points: Any, normals: Any, axes: Any, maps: Any, reach: float, out: Any) -> None:
    # pragma: no cover - compiled
    # Irradiance of an even sphere of light at each vertex, 1 where nothing is in the way.
    for k in range(points.shape[0]):
        nx, ny, nz = normals[k, 0], normals[k, 1], normals[k, 2]
        x, y, z = points[k, 0] + 0.12 * nx, points[k, 1] + 0.12 * ny, points[k, 2] + 0.12 * nz
        total, free = 0.0, 0.0
        for s in range(axes.shape[0]):
            cosine = nx * axes[s, 2, 0] + ny * axes[s, 2, 1] + nz * axes[s, 2, 2]
            if cosine > 0:
                total += cosine
                free += cosine * _lit(x, y, z, axes[s], reach, maps[s])
        out[k] = free / total if total > 0 else 1.0


@compiled
def shade(
    owner: Any,
    shares: Any,
    faces: Any,
    points: Any,
    normals: Any,
    material: Any,
    colors: Any,
    occlusion: Any,
    camera: Any,
    axes: Any,
    maps: Any,
    reach: float,
    lights: Any,
    skin: Any,
    eyes: Any,
    looks: Any,
    geometry: Any,
    iris: Any,
    out: Any,
) -> None:  # pragma: no cover - compiled
    # lights: key and fill, rows of RGB; skin: strength of shine, log2 of its exponent, grain;
    # geometry: radii of eyeball, iris and pupil in cm, cosine of half the key's size.
    samples = axes.shape[0]
    color = np.empty(3)
    ball, rim, hole = geometry[0], geometry[1], geometry[2]
    doublings = int(skin[1])
    lobe = (2.0**doublings + 8) / 8  # normalises the Blinn-Phong lobe
    for j in range(owner.shape[0]):
        for i in range(owner.shape[1]):
            t = owner[j, i]
            if t < 0:
                continue
            x, y, z, nx, ny, nz, open_ = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
            color[:] = 0
            for k in range(3):
                v, w = faces[t, k], shares[j, i, k]
                x += w * points[v, 0]
                y += w * points[v, 1]
                z += w * points[v, 2]
                nx += w * normals[v, 0]
                ny += w * normals[v, 1]
                nz += w * normals[v, 2]
                open_ += w * occlusion[v]
                for c in range(3):
                    color[c] += w * colors[v, c]
            vx, vy, vz = camera[0] - x, camera[1] - y, camera[2] - z
            norm = np.sqrt(vx * vx + vy * vy + vz * vz)
            vx, vy, vz = vx / norm, vy / norm, vz / norm
            kind = material[faces[t, 0]]
            strength = skin[0] if kind == 0 else 0.02
            glint = False
            if kind >= 3:
                e = kind - 3
                ex, ey, ez = eyes[e, 0], eyes[e, 1], eyes[e, 2]
                lx, ly, lz = looks[e, 0], looks[e, 1], looks[e, 2]
                nx, ny, nz = x - ex, y - ey, z - ez
                norm = np.sqrt(nx * nx + ny * ny + nz * nz)
                along = (nx * lx + ny * ly + nz * lz) / norm
                off = ball * np.sqrt(max(0.0, 1 - along * along))
                if along > 0 and off < rim * 1.08:
                    edge = min(1.0, max(0.0, (rim * 1.08 - off) / (rim * 0.16)))
                    pupil = min(1.0, max(0.0, (hole * 1.12 - off) / (hole * 0.3)))
                    for c in range(3):
                        tone = iris[c] * (0.7 + 0.5 * off / rim) * (1 - pupil)
                        color[c] = color[c] * (1 - edge) + edge * (tone + 0.004 * pupil)
                    # The cornea, a smaller sphere set forward, mirrors the key.
                    forward = ball - 0.72
                    cx, cy, cz = x - ex - forward * lx, y - ey - forward * ly, z - ez - forward * lz
                    norm = np.sqrt(cx * cx + cy * cy + cz * cz)
                    cx, cy, cz = cx / norm, cy / norm, cz / norm
                    across = 2 * (cx * vx + cy * vy + cz * vz)
                    facing = (across * cx - vx) * axes[0, 2, 0] + (across * cy - vy) * axes[0, 2, 1]
                    facing += (across * cz - vz) * axes[0, 2, 2]
                    glint = edge > 0.5 and facing > geometry[3]
            elif skin[2] > 0:
                a = int(np.floor(x * 25)) * 73856093
                a ^= int(np.floor(y * 25)) * 19349663
                a ^= int(np.floor(z * 25)) * 83492791
                a = (a ^ (a >> 13)) * 1274126177
                grain = 1 + (((a >> 4) & 0xFFFF) / 65535.0 - 0.5) * 2 * skin[2]
                for c in range(3):
                    color[c] *= grain
            norm = np.sqrt(nx * nx + ny * ny + nz * nz) + 1e-12
            nx, ny, nz = nx / norm, ny / norm, nz / norm
            mx, my, mz = x + 0.08 * nx, y + 0.08 * ny, z + 0.08 * nz
            light, spark, mirrored = 0.0, 0.0, 0.0
            for s in range(1 if kind == 2 else samples):
                lx, ly, lz = axes[s, 2, 0], axes[s, 2, 1], axes[s, 2, 2]
                cosine = nx * lx + ny * ly + nz * lz
                if cosine <= 0 and not glint:
                    continue
                seen = 1.0 if kind == 2 else _lit(mx, my, mz, axes[s], reach, maps[s])
                mirrored += seen
                if cosine <= 0 or seen == 0:
                    continue
                light += seen * cosine
                hx, hy, hz = lx + vx, ly + vy, lz + vz
                norm = np.sqrt(hx * hx + hy * hy + hz * hz) + 1e-12
                value = max(0.0, (hx * nx + hy * ny + hz * nz) / norm)
                for _ in range(doublings):
                    value *= value
                spark += seen * cosine * value
            if kind == 2:
                light, spark = light * samples, spark * samples
            for c in range(3):
                out[j, i, c] = color[c] * (lights[0, c] * light / samples + lights[1, c] * open_)
                out[j, i, c] += strength * lobe * lights[0, c] * spark / samples
                if glint:
                    out[j, i, c] += 1.5 * lights[0, c] * mirrored / samples
