"""A face of plain skin with pores, on which tests paint marks, shine and redness of known size."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np

from catchlight.color import to_encoded
from catchlight.faces import Face
from catchlight.head_pose import canonical_face
from catchlight.landmarks import EYE_LEFT, EYE_RIGHT

WIDTH, HEIGHT = 760, 900
EYES = 220.0  # pixels between the irises
SKIN = np.array([0.36, 0.22, 0.16], np.float32)
HAIR = np.array([0.03, 0.02, 0.015], np.float32)
# Stops of red, green and blue light that a spot and a mole of full strength take.
SPOT, MOLE = (0.1, 0.7, 0.5), (0.6, 1.1, 1.3)


@cache
def landmarks(size: float = 1.0, turn: float = 0.0) -> np.ndarray:
    """(478, 3) float32 in pixels: the canonical face, turned by `turn` degrees about its axis."""
    points = canonical_face()[0]
    angle = np.radians(turn)
    x = points[:, 0] * np.cos(angle) + points[:, 2] * np.sin(angle)
    z = points[:, 2] * np.cos(angle) - points[:, 0] * np.sin(angle)
    mesh = np.column_stack([x, -points[:, 1], -z])
    irises = []
    for ring in (EYE_RIGHT, EYE_LEFT):
        middle = mesh[list(ring)].mean(axis=0)
        irises += [middle, *(middle + 0.55 * np.array([c, s, 0])
                             for c, s in ((1, 0), (0, -1), (-1, 0), (0, 1)))]  # fmt: skip
    mesh = np.vstack([mesh, irises])
    upright = np.linalg.norm(canonical_face()[0][list(EYE_RIGHT)].mean(axis=0)
                             - canonical_face()[0][list(EYE_LEFT)].mean(axis=0))  # fmt: skip
    scale = EYES * size / upright
    middle = (mesh[468] + mesh[473]) / 2
    mesh = (mesh - middle) * scale + [WIDTH * size / 2, HEIGHT * size * 0.42, 0]
    return mesh.astype(np.float32)


def face(size: float = 1.0, turn: float = 0.0) -> Face:
    """The same as a face that was found."""
    return Face(landmarks(size, turn), np.zeros(52, np.float32), turn, 0.0, 0.0, 1.0, 1.0)


def pores(seed: int, shape: tuple[int, int] = (HEIGHT, WIDTH)) -> np.ndarray:
    """Texture in stops, (H, W) float32, of several sizes."""
    rng = np.random.default_rng(seed)
    texture = np.zeros(shape, np.float32)
    for sigma, weight in ((0.8, 0.02), (1.6, 0.03), (4, 0.03)):
        noise = cv2.GaussianBlur(rng.standard_normal(shape).astype(np.float32), (0, 0), sigma)
        texture += weight * noise / noise.std()
    return texture


def at(index: int, dx: float = 0.0, dy: float = 0.0, turn: float = 0.0) -> tuple[float, float]:
    """A place on the face: a landmark, moved by eye distances."""
    x, y, _ = landmarks(1.0, turn)[index]
    return float(x + dx * EYES), float(y + dy * EYES)


def skin(
    marks: Sequence[tuple[tuple[float, float], float, tuple[float, float, float]]] = (),
    seed: int = 0,
    stops: np.ndarray | None = None,
    turn: float = 0.0,
) -> np.ndarray:
    """Linear sRGB (H, W, 3) float32 of a face before dark hair.

    Parameters
    ----------
    marks : place in pixels, radius in eye distances, and stops of red, green, blue it takes.
    stops : (H, W, 3), what else brightens or darkens the skin.
    """
    light = np.repeat(pores(seed)[..., None], 3, axis=2)
    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    for place, radius, taken in marks:
        away = np.hypot(x - place[0], y - place[1]) / (radius * EYES)
        shape = 1 / (1 + np.exp(np.minimum(8 * (away - 1), 60)))
        light = light - shape[..., None] * np.array(taken, np.float32)
    if stops is not None:
        light = light + stops
    linear = SKIN * np.exp2(light)
    cover = np.zeros((HEIGHT, WIDTH), np.float32)
    oval = cv2.convexHull(np.round(landmarks(1.0, turn)[:468, :2]).astype(np.int32))
    cv2.fillConvexPoly(cover, oval, 1.0)
    cover = cv2.dilate(cover, np.ones((61, 61), np.uint8))[..., None]
    return np.asarray(cover * linear + (1 - cover) * HAIR, np.float32)


def photo(linear: np.ndarray) -> np.ndarray:
    """The same with 16 bits, as a photograph is read."""
    return to_encoded(np.clip(linear, 0, 1), np.uint16)
