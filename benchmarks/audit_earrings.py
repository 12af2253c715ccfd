"""Earrings drawn at the ears of a portrait: studs, pearls, stones and hoops, lit and shaded.

A piece is a ball or a ring of a few millimetres at the lobe. Its shading comes from its normals: a
mirror of a bright room with a lamp above and a dark floor for metal, a soft lobe over white for
pearl, a dark coloured body with small sparkles for stone. It is drawn at four times the size,
reduced, and casts a small shadow on what is behind.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from catchlight.color import to_encoded, to_linear
from catchlight.faces import Face
from catchlight.head_view import HeadAxes, lobe_axes

__all__ = ["STYLES", "Style", "earrings_put_on"]

_FINE = 4  # samples per pixel, each way


@dataclass(frozen=True)
class Style:
    """One pair of earrings.

    Attributes
    ----------
    colour : linear sRGB of the metal, the pearl or the stone.
    finish : "metal", "pearl" or "stone".
    radius : of the ball or of the ring, in cm.
    tube : half the thickness of the ring in cm; None: a ball.
    """

    colour: tuple[float, float, float]
    finish: str
    radius: float
    tube: float | None = None


STYLES = {
    "gold stud": Style((1.0, 0.72, 0.32), "metal", 0.28),
    "silver hoop": Style((0.93, 0.92, 0.9), "metal", 0.85, 0.1),
    "pearl": Style((0.9, 0.87, 0.82), "pearl", 0.36),
    "small silver stud": Style((0.93, 0.92, 0.9), "metal", 0.2),
    "gold hoop": Style((1.0, 0.72, 0.32), "metal", 0.6, 0.12),
    "blue stone": Style((0.03, 0.07, 0.35), "stone", 0.3),
    "black stud": Style((0.03, 0.03, 0.035), "stone", 0.25),
}
"""What is drawn, by name; sizes are those of common studs, pearls and small hoops."""


def earrings_put_on(
    picture: NDArray[np.uint8], face: Face, style: Style, sides: tuple[int, ...] = (0, 1)
) -> NDArray[np.uint8]:
    """Hang an earring on the lobe of each side (0: the subject's right, 1: the left).

    A side on which no lobe is seen stays as it is.
    """
    linear = to_linear(picture)
    for side in sides:
        linear = _hung(linear, face, style, side)
    return to_encoded(np.clip(linear, 0, 1).astype(np.float32), np.uint8)


def _hung(linear: NDArray[np.float32], face: Face, style: Style, side: int) -> NDArray[np.float32]:
    """Draw one piece."""
    axes = lobe_axes(face, side)
    skin = _skin(linear, axes)
    lobe = _lobe(linear, axes, skin)
    if lobe is None:
        return linear
    hole = axes.origin + axes.cm(*lobe)
    reach = 2.6 * (style.radius + (style.tube or 0.0)) * axes.scale + 4
    x0, y0 = np.floor(hole - reach).astype(int)
    x1, y1 = np.ceil(hole + reach).astype(int)
    height, width = linear.shape[:2]
    x0, y0, x1, y1 = max(x0, 0), max(y0, 0), min(x1, width), min(y1, height)
    if x1 - x0 < 3 or y1 - y0 < 3:
        return linear
    rows, columns = np.mgrid[y0 : y1 : 1 / _FINE, x0 : x1 : 1 / _FINE] + 0.5 / _FINE
    dx, dy = columns - hole[0], rows - hole[1]
    u = (dx * axes.out[0] + dy * axes.out[1]) / axes.scale
    v = (dx * axes.down[0] + dy * axes.down[1]) / axes.scale
    cover, normal = _ball(u, v, style.radius) if style.tube is None else _ring(u, v, style)
    level = float(np.median(skin @ np.array([0.2126, 0.7152, 0.0722], np.float32)))
    left, top = np.maximum(face.landmarks[:, :2].min(axis=0), 0).astype(int)
    right, low = face.landmarks[:, :2].max(axis=0).astype(int)
    bright = float(np.quantile(linear[top:low:4, left:right:4, 1], 0.99))
    # paper in this light: as skin of average darkness tells it, or, of dark skin, its gleams
    shade = _shaded(normal, style, side) * max(level / 0.35, 0.7 * bright)
    size = (x1 - x0, y1 - y0)
    colour, alpha = (
        cv2.resize(array.astype(np.float32), size, interpolation=cv2.INTER_AREA)
        for array in (shade * cover[..., None], cover)
    )
    soft = 0.05 * axes.scale
    shadow = cv2.GaussianBlur(np.roll(alpha, round(soft), axis=0), (0, 0), max(0.5, soft))
    part = linear[y0:y1, x0:x1] * (1 - 0.35 * shadow * (1 - alpha))[..., None]
    made = linear.copy()
    made[y0:y1, x0:x1] = part * (1 - alpha)[..., None] + colour
    return made


def _skin(linear: NDArray[np.float32], axes: HeadAxes) -> NDArray[np.float32]:
    """Colours of the cheek before the ear, (n, 3)."""
    places = [axes.origin + axes.cm(u, v) for u in (-1.4, -1.1) for v in (-1.6, -1.2, -0.8)]
    x = np.clip([round(float(p[0])) for p in places], 0, linear.shape[1] - 1)
    y = np.clip([round(float(p[1])) for p in places], 0, linear.shape[0] - 1)
    return np.asarray(linear[y, x])


def _lobe(
    linear: NDArray[np.float32], axes: HeadAxes, skin: NDArray[np.float32]
) -> tuple[float, float] | None:
    """Where the lobe is pierced: a little above the lowest skin outward of the jaw, in cm."""
    usual = np.log2(np.maximum(np.median(skin, axis=0), 1e-3))
    lowest = []
    for u in (0.15, 0.3, 0.45, 0.6, 0.75):
        for v in np.arange(1.3, -1.2, -0.05):
            x, y = axes.origin + axes.cm(u, v)
            x, y = int(x), int(y)
            if not (0 <= x < linear.shape[1] and 0 <= y < linear.shape[0]):
                continue
            off = np.log2(np.maximum(linear[y, x], 1e-3)) - usual
            if np.hypot(off[0] - off[1], off[2] - off[1]) < 0.6 and -2 < off[1] < 1.2:
                lowest.append((float(v), u))
                break
    if len(lowest) < 2:
        return None
    v, u = sorted(lowest)[len(lowest) // 2]
    return u, v - 0.45


def _ball(
    u: NDArray[np.floating], v: NDArray[np.floating], radius: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    away = np.hypot(u, v) / radius
    z = np.sqrt(np.maximum(1 - away**2, 0))
    return (away <= 1).astype(float), np.dstack([u / radius, v / radius, z])


def _ring(
    u: NDArray[np.floating], v: NDArray[np.floating], style: Style
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A ring that hangs from the lobe, seen half from the side."""
    tube, radius, slant = style.tube or 0.1, style.radius, 0.6
    across, along = u / slant, v - radius
    away = np.hypot(across, along)
    off = (away - radius) * np.where(
        away > 0, np.hypot(slant * across, along) / np.maximum(away, 1e-6), 1
    )
    off = off / tube
    way = (
        np.dstack([slant * across, along])
        / np.maximum(np.hypot(slant * across, along), 1e-6)[..., None]
    )
    z = np.sqrt(np.maximum(1 - off**2, 0))
    behind = (along < -0.8 * radius) & (across < 0)  # the part that goes through the lobe
    cover = (np.abs(off) <= 1) & ~behind
    return cover.astype(float), np.dstack([way * off[..., None], z])


def _shaded(normal: NDArray[np.float64], style: Style, side: int) -> NDArray[np.float64]:
    """Light off the piece, relative to white paper in the same light."""
    colour = np.array(style.colour)
    x, y, z = (normal[..., axis] * (1 if axis else (-1 if side == 0 else 1)) for axis in (0, 1, 2))
    lamp = np.array([-0.35, -0.6, 0.72]) / np.linalg.norm([-0.35, -0.6, 0.72])
    facing = np.clip(x * lamp[0] + y * lamp[1] + z * lamp[2], 0, 1)
    # the direction mirrored into the eye
    ry, rz = 2 * z * y, 2 * z * z - 1
    rx = 2 * z * x
    gleam = np.clip(rx * lamp[0] + ry * lamp[1] + rz * lamp[2], 0, 1)
    if style.finish == "pearl":
        body = 0.25 + 0.6 * facing
        return body[..., None] * colour + 1.5 * (gleam**25)[..., None]
    if style.finish == "stone":
        facet = 0.5 + 0.5 * np.sin(9 * x + 2 * y) * np.sin(8 * y - 3 * x)
        body = 0.3 + 0.8 * facing + 0.9 * facet**3
        return body[..., None] * colour + (1.6 * gleam**40 + 0.5 * facet**12)[..., None]
    room = 0.12 + 0.75 * np.clip(0.5 - 0.9 * ry, 0, 1) ** 1.5 - 0.1 * (np.abs(ry - 0.15) < 0.12)
    return (room[..., None] * colour) + (2.5 * gleam**60)[..., None] * (0.4 + 0.6 * colour)
