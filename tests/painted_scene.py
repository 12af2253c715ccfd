"""A person painted before a background, as a subject of the measures, with everything known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from catchlight.capture import Capture
from catchlight.faces import Face
from catchlight.landmarks import (
    EYE_LEFT,
    EYE_RIGHT,
    IRIS_LEFT,
    IRIS_RIGHT,
    IRIS_RING_LEFT,
    IRIS_RING_RIGHT,
)
from catchlight.measures.subject import Subject
from catchlight.photo import Photo
from catchlight.skin import FaceView, face_view

from .painted_person import body, oval_face

__all__ = ["photo_of", "scene", "subject_of"]

_EYE, _IRIS = (0.22, 0.09), 0.08  # half axes and radius, in eye distances


def photo_of(
    pixels: NDArray[np.uint8],
    capture: Capture | None = None,
    full_size: tuple[int, int] | None = None,
) -> Photo:
    """A photograph of those pixels, as if it had been read."""
    size = full_size or (pixels.shape[1], pixels.shape[0])
    return Photo(Path("painted.png"), "0" * 64, pixels, size, capture or Capture(), "PNG")


def subject_of(
    pixels: NDArray[np.uint8],
    face: Face,
    person: NDArray[np.float32] | None = None,
    *,
    others: Sequence[Face] = (),
    view: FaceView | None = None,
    capture: Capture | None = None,
    full_size: tuple[int, int] | None = None,
) -> Subject:
    """What the measures look at."""
    photo = photo_of(pixels, capture, full_size)
    return Subject(photo, face, tuple(others), view or face_view(pixels, face), person)


def _with_eyes(face: Face) -> Face:
    """The face with the outlines of its eyes and irises where `scene` paints them."""
    points = face.landmarks.copy()
    for contour, iris, ring in (
        (EYE_RIGHT, IRIS_RIGHT, IRIS_RING_RIGHT),
        (EYE_LEFT, IRIS_LEFT, IRIS_RING_LEFT),
    ):
        for indices, across, down in ((contour, *_EYE), (ring, _IRIS, _IRIS)):
            turn = 2 * np.pi * np.arange(len(indices)) / len(indices)
            outline = np.stack([across * np.cos(turn), down * np.sin(turn)], axis=1)
            points[list(indices), :2] = points[iris, :2] + face.eye_distance * outline
    return replace(face, landmarks=points)


def scene(
    background: NDArray[np.uint8],
    *,
    distance: float = 60.0,
    at: tuple[float, float] | None = None,
    skin: tuple[int, int, int] = (190, 150, 130),
    capture: Capture | None = None,
    full_size: tuple[int, int] | None = None,
) -> Subject:
    """A person with sharp eyes, `distance` pixels apart, before `background` (h, w, 3) uint8.

    The person's mask is the true one. Each eye is a white with a dark iris, drawn sharply.
    """
    height, width = background.shape[:2]
    x, y = at or (width / 2, 3.6 * distance)
    face = _with_eyes(oval_face(x, y, distance))
    alpha = body((height, width), face)
    pixels = background.astype(np.float32)
    pixels += alpha[..., None] * (np.array(skin, np.float32) - pixels)
    rows, columns = np.mgrid[:height, :width] + 0.5
    for iris in (face.iris_right, face.iris_left):
        across, down = (columns - iris[0]) / distance, (rows - iris[1]) / distance
        pixels[(across / _EYE[0]) ** 2 + (down / _EYE[1]) ** 2 < 1] = 225
        pixels[across**2 + down**2 < _IRIS**2] = 30
    return subject_of(
        np.clip(np.round(pixels), 0, 255).astype(np.uint8),
        face,
        alpha,
        capture=capture,
        full_size=full_size,
    )
