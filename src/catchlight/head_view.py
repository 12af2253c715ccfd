"""A part of the head laid flat: upright, at a fixed number of pixels for each cm, in linear light.

Ears, lobes, forehead and neck are compared in such pieces, whatever the photograph's size and the
head's tilt. Centimetres are those of the canonical face (`head_pose`).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .color import to_linear
from .faces import Face
from .head_pose import laid_over

__all__ = [
    "HeadAxes",
    "Reach",
    "axes_at",
    "between",
    "lobe_axes",
    "rectified",
    "stops",
    "within_frame",
]

_BEFORE_EAR = (234, 454)  # the mesh's last landmarks before the subject's right and left ear
# From there to the lobe, in cm of the canonical face; own measurement, by eye, on studio portraits.
_BELOW, _BEHIND = 2.5, 1.5
_BLACK = 6e-3  # linear: what is darker has no colour to compare

Reach = tuple[float, float, float, float]
"""How far a piece goes from its origin: against `out`, along it, above and below, in cm."""


@dataclass(frozen=True, slots=True, eq=False)
class HeadAxes:
    """A place on the head, and the directions about it.

    Attributes
    ----------
    origin : (2,) pixels.
    out, down : unit vectors (2,): along the line of the eyes, and downwards.
    scale : pixels per cm.
    """

    origin: NDArray[np.float64]
    out: NDArray[np.float64]
    down: NDArray[np.float64]
    scale: float

    def cm(self, out: float, down: float) -> NDArray[np.float64]:
        """Return a step in cm as one in pixels, (2,)."""
        return np.asarray((out * self.out + down * self.down) * self.scale)


def axes_at(face: Face, landmark: int) -> HeadAxes:
    """Return the axes about a landmark; outwards is to the subject's left."""
    along = (face.iris_left - face.iris_right).astype(np.float64)
    along /= max(float(np.hypot(*along)), 1e-6)
    _, scale, _ = laid_over(face.landmarks)
    origin = face.landmarks[landmark, :2].astype(np.float64)
    return HeadAxes(origin, along, np.array([-along[1], along[0]]), max(scale, 1e-6))


def lobe_axes(face: Face, side: int) -> HeadAxes:
    """Return where an ear lobe should be seen; side 0 is the subject's right, 1 the left.

    The landmarks end before the ear, so its place is where it sits on a head, turned with it.
    Outwards is away from the face.
    """
    rotation, scale, _ = laid_over(face.landmarks)
    step = rotation @ np.array([0.0, -_BELOW, -_BEHIND]) * scale
    at = axes_at(face, _BEFORE_EAR[side])
    origin = at.origin + step[:2] * [1.0, -1.0]
    return HeadAxes(origin, at.out if side else -at.out, at.down, at.scale)


def rectified(
    picture: NDArray[np.generic], axes: HeadAxes, reach: Reach, fine: float
) -> NDArray[np.float32]:
    """Cut out a piece about the origin of some axes.

    Parameters
    ----------
    picture : (H, W, 3), sRGB-encoded integers, or float32 in linear light.
    reach : how far the piece goes, in cm.
    fine : pixels per cm of the piece.

    Returns
    -------
    (h, w, 3) float32, linear sRGB, `out` to the right and `down` downwards. Beyond the frame the
    last pixels are repeated (see `within_frame`); zeros where no part of it is in the frame.
    """
    inward, outward, above, below = (side * fine for side in reach)
    size = (round(inward + outward), round(above + below))
    corners = [axes.cm(u, v) for u in (-reach[0], reach[1]) for v in (-reach[2], reach[3])]
    height, width = picture.shape[:2]
    x0, y0 = np.clip(np.floor(axes.origin + np.min(corners, axis=0)) - 2, 0, (width, height))
    x1, y1 = np.clip(np.ceil(axes.origin + np.max(corners, axis=0)) + 3, 0, (width, height))
    part = picture[int(y0) : int(y1), int(x0) : int(x1)]
    if min(part.shape[:2]) < 4:
        return np.zeros((size[1], size[0], 3), np.float32)
    linear = part.astype(np.float32) if part.dtype == np.float32 else to_linear(part)  # type: ignore[arg-type]
    shrink = min(1.0, 1.4 * fine / axes.scale)
    if shrink < 1.0:  # so that the warp does not alias
        small = [max(1, round(n * shrink)) for n in linear.shape[1::-1]]
        factor = np.array(small) / linear.shape[1::-1]
        linear = cv2.resize(linear, small, interpolation=cv2.INTER_AREA)
    else:
        factor = np.ones(2)
    turn = np.array([axes.out, axes.down]) * (fine / axes.scale)
    affine = np.column_stack([turn / factor, np.array([inward, above])])
    origin = (axes.origin - (x0, y0)) * factor - 0.5
    affine[:, 2] -= affine[:, :2] @ origin + 0.5
    flat = cv2.warpAffine(
        linear, affine, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(flat, np.float32)


def within_frame(
    frame: tuple[int, int], axes: HeadAxes, reach: Reach, fine: float
) -> NDArray[np.bool_]:
    """Return which pixels of a piece the photograph shows, (h, w) bool.

    Parameters
    ----------
    frame : width and height of the photograph, in pixels.
    """
    inward, outward, above, below = (side * fine for side in reach)
    u = (np.arange(round(inward + outward)) + 0.5) / fine - reach[0]
    v = (np.arange(round(above + below)) + 0.5) / fine - reach[2]
    seen = np.ones((len(v), len(u)), np.bool_)
    for axis, most in enumerate(frame):
        at = axes.origin[axis] + axes.scale * np.add.outer(v * axes.down[axis], u * axes.out[axis])
        seen &= (at >= 0) & (at <= most)
    return seen


def between(
    low: tuple[float, float], high: tuple[float, float], reach: Reach, fine: float
) -> tuple[slice, slice]:
    """Return the part of a piece between two places, each (outward, down) in cm from its origin."""
    (u0, v0), (u1, v1) = low, high
    rows = slice(round((v0 + reach[2]) * fine), round((v1 + reach[2]) * fine))
    return rows, slice(round((u0 + reach[0]) * fine), round((u1 + reach[0]) * fine))


def stops(linear: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return brightness, red over green and blue over green, in stops, (..., 3) float32."""
    light = np.log2(np.maximum(linear, _BLACK))
    red, green, blue = light[..., 0], light[..., 1], light[..., 2]
    grey = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return np.asarray(np.stack([grey, red - green, blue - green], axis=-1), np.float32)
