"""Where the edge is looked for."""

from __future__ import annotations

import cv2
import numpy as np

from catchlight.anchor import face_area
from catchlight.colour_vote import colour_vote
from catchlight.trimap import band, combed, hair

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


def test_a_gap_in_the_hair_is_opened_by_its_colour() -> None:
    image, lump = IMAGE.copy(), SEEN.probability.copy()
    gap = (slice(100, 125), slice(157, 165))  # wall between strands, inside the networks' lump
    image[gap] = IMAGE[20:45, 20:28]
    colour = colour_vote(lump, image, 40.0)
    assert np.median(colour[gap]) < 0.2
    opened = combed(lump, colour, FACE, SEEN.grid)
    assert opened[gap].mean() < lump[gap].mean() - 0.2
    assert np.all(opened <= lump + 1e-6)


def test_colour_is_not_heard_where_it_tells_nothing() -> None:
    plain = np.full((*SHAPE, 3), 128, np.uint8)
    colour = colour_vote(SEEN.probability, plain, 40.0)
    opened = combed(SEEN.probability, colour, FACE, SEEN.grid)
    assert np.abs(opened - SEEN.probability).max() < 0.05
