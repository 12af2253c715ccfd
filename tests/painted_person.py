"""A person painted with a known matte: oval head, shoulders and loose strands of hair."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from catchlight.faces import Face
from catchlight.grid import Grid
from catchlight.landmarks import FACE_OVAL, IRIS_LEFT, IRIS_RIGHT
from catchlight.segment import Coarse

Alpha = NDArray[np.float32]


def oval_face(x: float, y: float, distance: float) -> Face:
    """A face whose outline is an oval round (x, y), eyes `distance` pixels apart."""
    points = np.zeros((478, 3), np.float32)
    points[:, :2] = (x, y)
    turn = 2 * np.pi * np.arange(len(FACE_OVAL)) / len(FACE_OVAL)
    points[list(FACE_OVAL), 0] += (1.1 * distance * np.sin(turn)).astype(np.float32)
    points[list(FACE_OVAL), 1] -= (1.4 * distance * np.cos(turn)).astype(np.float32)
    points[IRIS_RIGHT, 0] -= distance / 2
    points[IRIS_LEFT, 0] += distance / 2
    return Face(points, np.zeros(52, np.float32), 0.0, 0.0, 0.0, 1.0, 1.0)


def body(shape: tuple[int, int], face: Face, *, strands: int = 0) -> Alpha:
    """The true matte, drawn four times finer and averaged."""
    fine = 4
    x, y = (float(v) * fine for v in face.landmarks[:, :2].mean(axis=0))
    d = face.eye_distance * fine
    mask = np.zeros((shape[0] * fine, shape[1] * fine), np.uint8)
    cv2.ellipse(mask, (round(x), round(y)), (round(1.4 * d), round(1.9 * d)), 0, 0, 360, 255, -1)
    cv2.rectangle(
        mask, (round(x - 0.6 * d), round(y)), (round(x + 0.6 * d), round(y + 3 * d)), 255, -1
    )
    cv2.ellipse(
        mask, (round(x), round(y + 5 * d)), (round(3.5 * d), round(2.8 * d)), 0, 0, 360, 255, -1
    )
    random = np.random.default_rng(3)
    for _ in range(strands):
        turn = random.uniform(np.pi, 2 * np.pi)
        root = (x + 1.4 * d * np.cos(turn), y + 1.9 * d * np.sin(turn))
        tip = (x + 1.6 * d * np.cos(turn), y + 2.1 * d * np.sin(turn))
        cv2.line(mask, (round(root[0]), round(root[1])), (round(tip[0]), round(tip[1])), 255, 3)
    small = cv2.resize(mask, shape[::-1], interpolation=cv2.INTER_AREA)
    return small.astype(np.float32) / 255


def painting(
    alpha: Alpha, front: tuple[int, int, int], back: tuple[int, int, int]
) -> NDArray[np.uint8]:
    """Front colour over back colour with that matte, both a little uneven, (h, w, 3) uint8."""
    random = np.random.default_rng(1)
    noise = random.normal(0, 1.5, (2, *alpha.shape, 3))
    ramp = np.linspace(-8, 8, alpha.shape[1])[None, :, None]
    a = alpha[:, :, None]
    colours = a * (np.array(front) - ramp + noise[0]) + (1 - a) * (np.array(back) + ramp + noise[1])
    return np.clip(np.round(colours), 0, 255).astype(np.uint8)


def coarse(
    image: NDArray[np.uint8], alpha: Alpha, *, blur: float = 4.0, cells: float = 280_000
) -> Coarse:
    """What networks that draw `blur` pixels too soft would see of it."""
    height, width = alpha.shape
    box = (0.0, 0.0, float(width), float(height))
    grid = Grid.of(box, cells)
    soft = grid.paste(cv2.GaussianBlur(alpha, (0, 0), blur), box)
    small = cv2.resize(image, grid.shape[::-1], interpolation=cv2.INTER_AREA)
    return Coarse(grid, np.asarray(small, np.uint8), soft, soft, soft, 1.0, 1.0)
