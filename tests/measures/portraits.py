"""Subjects of which the sharpness is known: the public-domain astronaut, or discs for a face."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np

from catchlight.capture import Capture
from catchlight.color import to_encoded, to_linear
from catchlight.faces import Face
from catchlight.measures import Subject
from catchlight.photo import Photo
from catchlight.skin import face_view

from ..faces_of_data import astronaut


def subject(
    pixels: np.ndarray,
    face: Face,
    *,
    shrink: int = 1,
    kind: str = "PNG",
    person: np.ndarray | None = None,
) -> Subject:
    """A subject of these pixels, said to be read reduced by `shrink` from a file of `kind`."""
    size = (pixels.shape[1] * shrink, pixels.shape[0] * shrink)
    photo = Photo(Path("portrait"), "", pixels, size, Capture(), kind, (), shrink)
    return Subject(photo, face, (), face_view(pixels, face), person)


@cache
def discs() -> tuple[np.ndarray, Face]:
    """A picture full of crisp discs, (1024, 1024, 3) uint8, with the astronaut's face in it.

    Its edges have every direction and no blur of their own; the eyes are 150 px apart.
    """
    _, face = astronaut()
    rng = np.random.default_rng(0)
    image = np.full((2048, 2048), 120, np.uint8)
    for _ in range(1000):
        centre = tuple(rng.integers(0, 2048, 2).tolist())
        cv2.circle(image, centre, int(rng.integers(35, 90)), int(rng.integers(20, 236)), -1)
    image = cv2.resize(image, (1024, 1024), interpolation=cv2.INTER_AREA)
    k = 150 / face.eye_distance
    middle = (face.iris_left + face.iris_right) / 2 * k
    moved = face.scaled(k).moved(512 - float(middle[0]), 400 - float(middle[1]))
    return np.repeat(image[..., None], 3, axis=2), moved


def spread_by(pixels: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Blur in linear light by a point spread."""
    blurred = cv2.filter2D(to_linear(pixels), -1, kernel, borderType=cv2.BORDER_REFLECT)
    return np.asarray(to_encoded(blurred))


def gaussian(pixels: np.ndarray, sigma: float) -> np.ndarray:
    """Blur in linear light by a Gaussian."""
    return np.asarray(to_encoded(cv2.GaussianBlur(to_linear(pixels), (0, 0), sigma)))


def line(length: float, degrees: float) -> np.ndarray:
    """Point spread of a straight movement; 0 degrees is level, 90 downwards."""
    side = int(np.ceil(length)) // 2 * 2 + 3
    fine = np.zeros((side * 8, side * 8), np.float32)
    way = np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))]) * length * 4
    ends = [tuple(np.round(side * 4 + s * way).astype(int).tolist()) for s in (-1, 1)]
    cv2.line(fine, ends[0], ends[1], 1.0, 8)
    kernel = cv2.resize(fine, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(kernel / kernel.sum())


def disc(diameter: float) -> np.ndarray:
    """Point spread of a lens out of focus."""
    side = int(np.ceil(diameter)) // 2 * 2 + 3
    fine = np.zeros((side * 8, side * 8), np.float32)
    cv2.circle(fine, (side * 4, side * 4), round(diameter * 4), 1.0, -1)
    kernel = cv2.resize(fine, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(kernel / kernel.sum())


def saved(pixels: np.ndarray, quality: int) -> np.ndarray:
    """The picture as it is after saving as JPEG."""
    code = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.ascontiguousarray(cv2.imdecode(code, cv2.IMREAD_COLOR)[..., ::-1])


def noised(pixels: np.ndarray, levels: float, *, coloured: bool = False) -> np.ndarray:
    """The picture with white noise of a standard deviation of `levels` of 255."""
    shape = pixels.shape if coloured else (*pixels.shape[:2], 1)
    grain = np.random.default_rng(0).normal(0, levels, shape)
    return np.clip(pixels + grain, 0, 255).round().astype(np.uint8)
