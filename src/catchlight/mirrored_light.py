"""The light that the eyes mirror, as evidence for where the key comes from."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .faces import Face
from .irises import hidden, irises, main_highlights
from .skin import FaceView

__all__ = ["mirrored_direction", "mirrored_light", "turn_of"]

_SMALLEST_IRIS = 5.0  # pixels of the photo
_SPARKLE = 0.45  # least strength of a catchlight that tells a direction
_INSIDE = 0.75  # iris radii; nearer the rim lies the lids' own shine
_CORNEA = 7.8 / 5.85  # radius of the cornea in iris radii (Gullstrand's eye)
_MIRROR_SPREAD = 15.0  # degrees: gaze a little off the lens, iris a pixel off its place
_MIRROR_BOOST = 30.0  # times likelier the key is where both eyes mirror a light


def mirrored_light(
    view: FaceView, face: Face, directions: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return how much more likely, in nats, the lights that the eyes mirror make each direction.

    A light at an angle t to the line of sight is mirrored R sin(t / 2) from the middle of the iris
    where the eye looks into the lens, R being the cornea's radius (Johnson & Farid 2007, "Exposing
    digital forgeries through specular highlights on the eye").
    """
    gain = np.zeros(len(directions), np.float32)
    towards = mirrored_direction(view, face)
    if towards is None:
        return gain
    angle = np.arccos(np.clip(directions @ towards, -1, 1))
    gain[:] = np.log1p(_MIRROR_BOOST * np.exp(-0.5 * (np.degrees(angle) / _MIRROR_SPREAD) ** 2))
    return gain


def mirrored_direction(view: FaceView, face: Face) -> NDArray[np.float64] | None:
    """Return the direction to the light that both eyes mirror, in the face's axes.

    Returns
    -------
    (3,) float64, a unit vector; None where the eyes do not mirror one light clearly.
    """
    pair = irises(view)
    if min(iris.radius for iris in pair) / view.scale < _SMALLEST_IRIS or hidden(pair):
        return None
    spots = [s for s in main_highlights(pair) if s is not None and s.strength > _SPARKLE]
    if len(spots) < 2 or max(math.hypot(spot.x, spot.y) for spot in spots) > _INSIDE:
        return None
    x = float(np.mean([spot.x for spot in spots])) / _CORNEA
    y = float(np.mean([spot.y for spot in spots])) / _CORNEA
    outward = np.array([x, -y, math.sqrt(max(0.0, 1 - x * x - y * y))])
    seen = 2 * outward[2] * outward - [0, 0, 1]
    return np.asarray(turn_of(face).T @ seen)


def turn_of(face: Face) -> NDArray[np.float64]:
    """Return the rotation (3, 3) from the face's axes to those of its upright view.

    Both right-handed: x to the right of the picture, y up, z to the camera.
    """
    yaw, pitch = math.radians(face.yaw), math.radians(face.pitch)
    about_x = np.array(
        [
            [1, 0, 0],
            [0, math.cos(pitch), -math.sin(pitch)],
            [0, math.sin(pitch), math.cos(pitch)],
        ]
    )
    about_y = np.array(
        [[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]]
    )
    return np.asarray(about_y @ about_x)
