"""Subjects of which the sharpness is known: the public-domain astronaut, or discs for a face."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np

from catchlight.capture import Capture
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
