"""Where the edge is looked for."""

from __future__ import annotations

import cv2
import numpy as np

from catchlight.anchor import face_area
from catchlight.trimap import band, hair

from .painted_person import body, coarse, oval_face, painting

SHAPE = (420, 420)
FACE = oval_face(210, 130, 40)
ALPHA = body(SHAPE, FACE)
IMAGE = painting(ALPHA, (60, 45, 40), (200, 205, 210))
SEEN = coarse(IMAGE, ALPHA, blur=2)


def width(unknown: np.ndarray, truth: np.ndarray, rows: slice) -> float:
    """Mean of open cells a row, on one side."""
    return float(unknown[rows, : truth.shape[1] // 2].sum(axis=1).mean())


def test_the_band_is_wide_at_the_hair_and_narrow_at_the_sleeve() -> None:
    unknown = band(SEEN.probability, FACE, SEEN.grid)
    assert width(unknown, ALPHA, slice(110, 150)) > 1.4 * width(unknown, ALPHA, slice(330, 360))
    edge = cv2.morphologyEx((ALPHA > 0.5).astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3)))
    assert unknown[edge > 0].all()


def test_the_face_is_never_asked_about() -> None:
    doubtful = np.full(SHAPE, 0.5, np.float32)
    assert not band(doubtful, FACE, SEEN.grid)[face_area(FACE, SEEN.grid)].any()


def test_hair_is_expected_round_the_head_only() -> None:
    place = hair(FACE, SEEN.grid)
    assert place[60, 210] == 1
    assert place[130, 140] == 1
    assert place[410, 210] == 0
