"""The ear lobe laid flat: a piece of the picture about where it sits on a head, and its skin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..faces import Face
from ..head_view import HeadAxes, Reach, between, rectified, stops

__all__ = [
    "CHEEK",
    "EAR",
    "FINE",
    "LOBE",
    "REACH",
    "SKIN_OF_EAR",
    "lobe_patch",
    "lobe_skin",
    "turned_away",
]

FINE = 18.0
"""Pixels per cm of the piece."""
REACH: Reach = (2.0, 2.0, 2.4, 3.6)
"""How far it goes from the lobe, in cm."""
_CHROMA = 1.5  # weight of colour against brightness
_SKIN = (0.8, 2.0, 1.5)  # stops from the cheek: of colour, darker, brighter
_SMALLEST = 60.0  # pixels between the irises: below, a stud is three pixels wide
_MOST_TURNED = 20.0  # degrees: beyond, the far lobe is hidden

CHEEK = between((-2.0, -2.2), (-0.9, 0.3), REACH, FINE)
EAR = between((0.0, -1.1), (0.8, 0.3), REACH, FINE)
SKIN_OF_EAR = between((-0.1, -1.6), (1.2, 1.2), REACH, FINE)
LOBE = between((-0.5, -1.1), (1.1, 1.5), REACH, FINE)


def turned_away(face: Face, side: int) -> bool:
    """Whether a lobe is hidden by the turn of the head, or too small to show an earring."""
    away = face.yaw if side else -face.yaw
    return face.eye_distance < _SMALLEST or away > _MOST_TURNED


def lobe_patch(picture: NDArray[np.generic], axes: HeadAxes) -> NDArray[np.float32]:
    """Cut out the ear about the lobe, (108, 72, 3): see `stops`; colours times `_CHROMA`."""
    found = stops(rectified(picture, axes, REACH, FINE))
    found[..., 1:] *= _CHROMA
    return found


def lobe_skin(patch: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Where the patch has the colour of the cheek before the ear, in light or shade."""
    off = patch - np.median(patch[CHEEK].reshape(-1, 3), axis=0)
    colour, darker, brighter = _SKIN
    chroma = np.hypot(off[..., 1], off[..., 2])
    return np.asarray((chroma < colour) & (off[..., 0] > -darker) & (off[..., 0] < brighter))
