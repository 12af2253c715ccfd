"""Oracle: a picture of crisp edges moved by a known line, or put out of focus."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from catchlight.measures.motion_blur import motion_blur

from ..degraded import disc, gaussian, line, spread_by
from .portraits import discs, subject


@pytest.mark.parametrize(
    ("degrees", "way"),
    [(0, "sideways"), (45, "slantwise"), (90, "up and down"), (135, "slantwise")],
)
@pytest.mark.parametrize("percent", [7.0, 9.0])
def test_measures_a_known_movement(degrees: float, way: str, percent: float) -> None:
    pixels, face = discs()
    moved = spread_by(pixels, line(percent / 100 * face.eye_distance, degrees))
    measure = motion_blur(subject(moved, face))
    assert measure.verdict == "moved"
    assert way in measure.reason
    assert measure.value == pytest.approx(percent, rel=0.4)
    assert measure.score is not None
    assert measure.score < 75


@pytest.mark.parametrize("percent", [5.0, 8.0])
def test_out_of_focus_is_not_movement(percent: float) -> None:
    pixels, face = discs()
    for blurred in (
        spread_by(pixels, disc(percent / 100 * face.eye_distance)),
        gaussian(pixels, percent / 300 * face.eye_distance),
    ):
        assert motion_blur(subject(blurred, face)).verdict == "none"


@pytest.mark.parametrize("degrees", [0, 45, 90])
@pytest.mark.parametrize("size", [0.7, 0.5])
def test_a_smaller_picture_shows_the_same_movement(degrees: int, size: float) -> None:
    pixels, face = discs()
    moved = spread_by(pixels, line(0.08 * face.eye_distance, degrees))
    for picture, verdict in ((moved, "moved"), (pixels, "none")):
        small = cv2.resize(picture, None, fx=size, fy=size, interpolation=cv2.INTER_AREA)
        assert motion_blur(subject(small, face.scaled(size))).verdict == verdict


def test_a_sharp_picture_did_not_move() -> None:
    pixels, face = discs()
    measure = motion_blur(subject(pixels, face))
    assert measure.verdict == "none"
    assert measure.score == 100


def test_what_cannot_be_seen_is_not_assessed() -> None:
    pixels, face = discs()
    flat = np.full_like(pixels, 90)
    assert motion_blur(subject(flat, face)).status == "could_not_assess"
    small = cv2.resize(pixels, None, fx=0.2, fy=0.2, interpolation=cv2.INTER_AREA)
    assert motion_blur(subject(small, face.scaled(0.2))).status == "could_not_assess"
