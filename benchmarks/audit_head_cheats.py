"""Cheats about the head: ears, hairline, light on the face alone, and what is behind.

Every function takes a picture (H, W, 3) uint8, sRGB-encoded, and the face in it, and returns the
picture changed by a known amount.
"""

from __future__ import annotations

import cv2
import numpy as np
from audit_cheats import Image, skin_mask
from numpy.typing import NDArray

from catchlight.color import to_encoded, to_linear
from catchlight.faces import Face
from catchlight.head_view import HeadAxes, axes_at, lobe_axes
from catchlight.landmarks import CHIN

__all__ = [
    "blurred_around",
    "ears_pinned_back",
    "hairline_lowered",
    "relit_face",
]


def _moved(picture: Image, axes: HeadAxes, out: NDArray, down: NDArray) -> Image:
    """Take every pixel from a step (out, down) in cm beside itself."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    step = axes.scale * (out[..., None] * axes.out + down[..., None] * axes.down)
    return cv2.remap(
        picture,
        x + step[..., 0].astype(np.float32),
        y + step[..., 1].astype(np.float32),
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )


def _places(picture: Image, axes: HeadAxes) -> tuple[NDArray, NDArray]:
    """(outward, down) of every pixel from the axes' origin, in cm."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[:height, :width] + 0.5
    dx, dy = x - axes.origin[0], y - axes.origin[1]
    return (
        (dx * axes.out[0] + dy * axes.out[1]) / axes.scale,
        (dx * axes.down[0] + dy * axes.down[1]) / axes.scale,
    )


def ears_pinned_back(picture: Image, face: Face, share: float = 0.4) -> Image:
    """Make both ears stand out less by a share; what is behind them is stretched."""
    for side in (0, 1):
        axes = lobe_axes(face, side)
        out, down = _places(picture, axes)
        within = np.clip((down + 7.5) / 1.0, 0, 1) * np.clip((2.0 - down) / 1.0, 0, 1)
        from_edge = 3.2 * (1 - share)  # to where the ear's place is pressed together
        pressed = np.clip(out, 0, None) / (1 - share)
        stretched = 3.2 + (out - from_edge) * (6.0 - 3.2) / (6.0 - from_edge)
        source = np.where(out < from_edge, pressed, np.minimum(stretched, 6.0))
        move = np.where((out > 0) & (out < 6.0), source - out, 0.0)
        picture = _moved(picture, axes, move * within, np.zeros_like(move))
    return picture


def hairline_lowered(picture: Image, face: Face, height: float, share: float = 0.35) -> Image:
    """Let the hair begin lower by a share of the forehead's height (cm above the brows)."""
    axes = axes_at(face, 9)
    out, down = _places(picture, axes)
    up = -down
    low, top = height * (1 - share), height + 5.0
    pressed = up / (1 - share)
    stretched = height + (up - low) * (top - height) / (top - low)
    source = np.where(up < low, pressed, stretched)
    move = np.where((up > 0) & (up < top), source - up, 0.0)
    within = np.clip((7.0 - np.abs(out)) / 2.0, 0, 1)
    return _moved(picture, axes, np.zeros_like(move), -move * within)


def relit_face(picture: Image, face: Face, stops: float = 1.2) -> Image:
    """Light the face alone from its other side, by a slope of so many stops across it."""
    axes = axes_at(face, CHIN)
    out, _ = _places(picture, axes)
    linear = to_linear(picture)
    cheeks = [linear[np.clip(round(float(y)), 0, linear.shape[0] - 1),
                     np.clip(round(float(x)), 0, linear.shape[1] - 1)].sum()
              for x, y in face.landmarks[[50, 280], :2]]  # fmt: skip
    sign = -1.0 if cheeks[1] > cheeks[0] else 1.0
    slope = sign * stops * np.clip(out / 9.0, -0.5, 0.5)
    weight = skin_mask(picture, face)
    lit = linear * np.exp2(slope * weight)[..., None].astype(np.float32)
    return to_encoded(np.clip(lit, 0, 1).astype(np.float32), np.uint8)


def blurred_around(
    picture: Image,
    face: Face,
    alpha: NDArray[np.uint8],
    rim: float = 0.3,
    width: float = 0.12,
) -> Image:
    """Blur what is behind the person, but for a rim about them, as a filter with a wide mask does.

    Parameters
    ----------
    alpha : (H, W) uint8, the person's coverage.
    rim, width : of what stays sharp, and of the blur (standard deviation), in eye distances.
    """
    outside = (alpha < 5).astype(np.uint8)
    away = cv2.distanceTransform(outside, cv2.DIST_L2, 5) / face.eye_distance
    weight = np.clip((away - rim) / 0.05, 0, 1)[..., None]
    linear = to_linear(picture)
    wall = outside.astype(np.float32)
    sigma = width * face.eye_distance
    total = cv2.GaussianBlur(linear * wall[..., None], (0, 0), sigma)
    blurred = total / np.maximum(cv2.GaussianBlur(wall, (0, 0), sigma), 1e-3)[..., None]
    mixed = linear * (1 - weight) + blurred * weight
    return to_encoded(np.clip(mixed, 0, 1).astype(np.float32), np.uint8)
