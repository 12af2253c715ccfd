"""Alike: what two photographs of one person are compared by, and whether they show one moment.

A burst gives the same picture five times with a blink in one; a session gives the same pose again a
minute later. Both are told from the face and what surrounds it, laid out in eye distances around
the eyes, so that a crop, a resize or another exposure of the same moment is still the same moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from .color import to_linear
from .faces import Face
from .landmarks import BLENDSHAPE_NAMES, FACE_OVAL, LIPS_INNER, LIPS_OUTER

__all__ = [
    "Appearance",
    "appearance",
    "difference",
    "differences",
    "same_moment",
    "scene_distance",
]

# The window around the eyes that is compared: its cells, and its reach in eye distances.
_CELLS = (24, 24)
_ACROSS, _DOWN = (-3.0, 3.0), (-2.2, 3.8)
_DARK = 0.01  # linear light below which differences of shadows do not count
_FEW = 0.25  # share of the cells two photographs must have in common to be compared at all

# A burst: frames so close in time are of one moment unless they visibly differ.
BURST = 2.0
"""Seconds between two frames of a burst; phones and cameras take 3 to 30 frames a second."""

# Mouth and cheeks make the expression; lids are left out, for a blink is what differs in a burst.
_EXPRESSION = tuple(
    BLENDSHAPE_NAMES.index(name)
    for name in (
        *("mouthSmileLeft", "mouthSmileRight", "jawOpen", "mouthPucker", "mouthFunnel"),
        *("mouthPressLeft", "mouthPressRight", "mouthFrownLeft", "mouthFrownRight"),
        *("mouthUpperUpLeft", "mouthUpperUpRight", "mouthLowerDownLeft", "mouthLowerDownRight"),
        *("browDownLeft", "browDownRight", "browInnerUp"),
    )
)


@dataclass(frozen=True, slots=True, eq=False)
class Appearance:
    """How a person looks in one photograph, in what a crop and the exposure leave alone.

    Attributes
    ----------
    pose : (3,) float64, yaw, pitch and roll in degrees.
    mouth : (n, 2) float32, the lips in eye distances from the middle of the eyes, upright.
    oval : (n, 2) float32, the outline of the face in the same way.
    expression : (16,) float32, 0..1, blendshapes of mouth and brows.
    around : (24, 24, 3) float32, log2 of the linear light in cells around the eyes, NaN where the
        frame ends: hair, clothes and background come into it.
    place : (3,) float64, the eyes' place across and down the frame and the log2 of the share of
        the frame's height that an eye distance takes.
    time : when the photograph was taken, where its file says so.
    """

    pose: NDArray[np.float64]
    mouth: NDArray[np.float32]
    oval: NDArray[np.float32]
    expression: NDArray[np.float32]
    around: NDArray[np.float32]
    place: NDArray[np.float64]
    time: datetime | None


def appearance(pixels: NDArray[np.uint8], face: Face, time: datetime | None = None) -> Appearance:
    """Describe how the person looks in a photograph.

    Parameters
    ----------
    pixels : (H, W, 3) uint8, sRGB-encoded.
    face : the person's face, in its pixels.
    time : of the capture.
    """
    height, width = pixels.shape[:2]
    middle = (face.iris_left + face.iris_right) / 2
    axis = (face.iris_left - face.iris_right) / face.eye_distance
    turn = np.array([[axis[0], axis[1]], [-axis[1], axis[0]]], np.float64) / face.eye_distance
    points = ((face.landmarks[:, :2] - middle) @ turn.T).astype(np.float32)
    return Appearance(
        pose=np.array([face.yaw, face.pitch, face.roll]),
        mouth=points[[*LIPS_OUTER, *LIPS_INNER]],
        oval=points[list(FACE_OVAL)],
        expression=face.blendshapes[list(_EXPRESSION)],
        around=_around(pixels, middle, turn),
        place=np.array(
            [middle[0] / width, middle[1] / height, np.log2(face.eye_distance / height)]
        ),
        time=time,
    )


def _around(
    pixels: NDArray[np.uint8], middle: NDArray[np.floating[Any]], turn: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Take the light in cells around the eyes, upright with the face, NaN beyond the frame."""
    columns, rows = _CELLS
    across = np.linspace(*_ACROSS, 2 * columns + 1)[1::2]  # the middles of the cells
    down = np.linspace(*_DOWN, 2 * rows + 1)[1::2]
    grid = np.stack(np.meshgrid(across, down), axis=-1)
    places = grid @ np.linalg.inv(turn).T + middle
    # First to a size near the cells', by areas, so that the sampling does not alias.
    height, width = pixels.shape[:2]
    cell = (_ACROSS[1] - _ACROSS[0]) / columns / float(np.linalg.norm(turn[0]))
    factor = min(1.0, 2.0 / cell)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    light = np.log2(to_linear(np.asarray(small, np.uint8)) + _DARK)
    at = (places * (size[0] / width, size[1] / height) - 0.5).astype(np.float32)
    x, y = np.ascontiguousarray(at[..., 0]), np.ascontiguousarray(at[..., 1])
    how = {"interpolation": cv2.INTER_LINEAR, "borderMode": cv2.BORDER_REPLICATE}
    cells = cv2.remap(np.asarray(light, np.float32), x, y, **how)
    outside = (x < -0.5) | (y < -0.5) | (x > size[0] - 0.5) | (y > size[1] - 0.5)
    cells[outside] = np.nan
    return np.asarray(cells, np.float32)


def scene_distance(a: Appearance, b: Appearance) -> float | None:
    """Distance of two scenes, 0..1: one less the correlation of what surrounds the eyes.

    Both are taken without their mean for each channel, so that neither exposure nor the colour of
    the light tells. None where the frames have too little in common.
    """
    both = np.isfinite(a.around[..., 0]) & np.isfinite(b.around[..., 0])
    if both.mean() < _FEW:
        return None
    x, y = (side.around[both] - side.around[both].mean(axis=0) for side in (a, b))
    norm = float(np.linalg.norm(x) * np.linalg.norm(y))
    return float(np.clip(1 - float((x * y).sum()) / max(norm, 1e-6), 0, 1))


def _apart(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Root mean square distance between two outlines, in eye distances."""
    return float(np.sqrt(((a - b) ** 2).sum(axis=1).mean()))


def _seconds_apart(a: Appearance, b: Appearance) -> float | None:
    """Seconds between two captures; None where one has no time, or only one a time zone."""
    if a.time is None or b.time is None:
        return None
    if (a.time.tzinfo is None) != (b.time.tzinfo is None):
        return None
    return abs((a.time - b.time).total_seconds())


def same_moment(a: Appearance, b: Appearance) -> bool:
    """Whether two photographs show the same moment: a burst, a copy, a crop, another exposure.

    Lids and gaze do not count, for they are what differs between the frames of a burst, nor does
    the roll, for a copy may have been straightened. Without times the limits lie above what copies
    of 28 photographs differ by, cropped, halved, turned, a stop lighter or darker (scene 0.04, 1.1
    degrees, mouth 0.03, expression 0.16 at the most; one of JPEG quality 30 with 49 pixels between
    the eyes differs by 0.41 and is taken for another), and below what two pictures of a sitting do:
    of 41 people photographed neutral and smiling one hardly moved and is taken for one moment (own
    measurement).
    """
    seconds = _seconds_apart(a, b)
    burst = seconds is not None and seconds <= BURST
    limits = (0.20, 8.0, 0.12, 1.0) if burst else (0.05, 2.5, 0.035, 0.4)
    scene, degrees, mouth, expression = limits
    if (
        float(np.abs(a.pose - b.pose)[:2].max()) > degrees
        or _apart(a.mouth, b.mouth) > mouth
        or float(np.linalg.norm(a.expression - b.expression)) > expression
    ):
        return False
    apart = scene_distance(a, b)  # last, for it takes longest
    return apart is None or apart <= scene


def differences(a: Appearance, b: Appearance) -> dict[str, float]:
    """How far two pictures of a person differ in each respect, where 1 is a difference one sees.

    "turn" (pose), "expression", "framing" (size and place in the frame) and "setting" (what
    surrounds the face: background, clothes, light).
    """
    scene = scene_distance(a, b)
    shapes = float(np.linalg.norm(a.expression - b.expression))
    return {
        "turn": float(np.hypot(*((a.pose - b.pose)[:2] / (12.0, 10.0)))),
        "expression": float(np.hypot(shapes / 0.7, _apart(a.mouth, b.mouth) / 0.1)),
        "framing": float(np.linalg.norm((a.place - b.place) / (0.25, 0.25, 0.6))),
        "setting": (0.5 if scene is None else scene) / 0.4,
    }


def difference(a: Appearance, b: Appearance) -> float:
    """How different two pictures of a person are: 0 the same, 1 quite another picture."""
    return float(1 - np.exp(-0.25 * sum(d**2 for d in differences(a, b).values())))
