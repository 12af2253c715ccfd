"""Oracles: the mirror image and turned copies of a portrait, and good portraits where they are."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from catchlight import faces
from catchlight.faces import Face
from catchlight.shoulder_line import shoulder_line
from catchlight.thumbnails import fitted

from .degraded import saved
from .faces_of_data import astronaut


def tilted(pixels: np.ndarray, face: Face, degrees: float) -> tuple[np.ndarray, Face]:
    """The picture and its face turned clockwise about the face."""
    x, y = face.landmarks[:, :2].mean(axis=0).tolist()
    matrix = cv2.getRotationMatrix2D((x, y), -degrees, 1.0)
    points = face.landmarks.copy()
    points[:, :2] = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    size = (pixels.shape[1], pixels.shape[0])
    whole = cv2.warpAffine(pixels, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    return whole, replace(face, landmarks=points.astype(np.float32))


def test_the_mirror_turns_the_other_way() -> None:
    pixels, face = astronaut()
    plain = shoulder_line(pixels, face)
    other = np.ascontiguousarray(pixels[:, ::-1])
    mirror = shoulder_line(other, faces.find(other)[0])
    assert plain is not None
    assert mirror is not None
    assert plain.presence > 0.9
    assert mirror.turn == pytest.approx(-plain.turn, abs=1.5)


@pytest.mark.parametrize("degrees", [-12.0, 12.0])
def test_a_camera_held_askew_changes_little(degrees: float) -> None:
    pixels, face = astronaut()
    plain, askew = shoulder_line(pixels, face), shoulder_line(*tilted(pixels, face, degrees))
    assert plain is not None
    assert askew is not None
    assert askew.turn == pytest.approx(plain.turn, abs=6)


def test_size_and_compression_do_not_matter() -> None:
    pixels, face = astronaut()
    plain = shoulder_line(pixels, face)
    small, factor = fitted(pixels, 256)
    assert plain is not None
    for other in (
        shoulder_line(small, face.scaled(factor)),
        shoulder_line(saved(pixels, 80), face),
    ):
        assert other is not None
        assert other.turn == pytest.approx(plain.turn, abs=2)


def test_a_face_beside_the_picture_has_no_shoulders_in_it() -> None:
    pixels, face = astronaut()
    assert shoulder_line(pixels, face.moved(5000.0, 0.0)) is None
