"""Oracle: painted shoulders of known height, cut and tilt."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from catchlight.measures.body import body_in_frame, shoulder_angle, shoulders
from catchlight.measures.subject import Subject

from ..painted_person import Alpha, oval_face
from ..painted_scene import subject_of

DISTANCE = 40.0
SIZE = (700, 640)


def person(tilt: float = 0.0, *, slope: float = 0.45, hair: bool = False) -> Alpha:
    """A head on a trunk whose shoulders fall off by `slope` and lean by `tilt` degrees.

    Positive tilt lowers the shoulder on the picture's right.
    """
    mask = np.zeros(SIZE, np.float32)
    centre = (round(SIZE[1] / 2), 200)
    d = DISTANCE
    cv2.ellipse(mask, centre, (round(1.3 * d), round(1.8 * d)), 0, 0, 360, 1.0, -1)
    x = np.arange(SIZE[1]) + 0.5 - SIZE[1] / 2
    chin = 200 + 1.4 * d
    top = chin + 0.2 * d + slope * np.abs(x) + np.tan(np.radians(tilt)) * x
    rows = np.arange(SIZE[0])[:, None] + 0.5
    mask[(rows > top) & (np.abs(x) < 3.4 * d)] = 1
    if hair:
        mask[: round(chin + 3 * d), np.abs(x) < 2.6 * d] = 1
    return mask


def subject(mask: Alpha | None, *, below: float = 5.0, right: int = SIZE[1]) -> Subject:
    """The person in a frame that ends so many eye distances below the chin, at column `right`."""
    face = oval_face(SIZE[1] / 2, 200, DISTANCE)
    bottom = min(SIZE[0], round(200 + 1.4 * DISTANCE + below * 1.008 * DISTANCE))
    pixels = np.zeros((bottom, right, 3), np.uint8)
    return subject_of(pixels, face, None if mask is None else mask[:bottom, :right])


@pytest.mark.parametrize("tilt", [-18.0, -13.0, -5.0, 0.0, 5.0, 13.0, 18.0])
def test_tilt(tilt: float) -> None:
    measure = shoulder_angle(subject(person(tilt)))
    assert measure.value == pytest.approx(tilt, abs=1.5)
    assert measure.verdict == ("tilted" if abs(tilt) > 10 else "level")


@pytest.mark.parametrize("tilt", [-6.0, 13.0])
def test_mirrored(tilt: float) -> None:
    plain = shoulder_angle(subject(person(tilt)))
    mirror = shoulder_angle(subject(np.ascontiguousarray(person(tilt)[:, ::-1])))
    assert plain.value is not None
    assert mirror.value == pytest.approx(-plain.value, abs=0.7)
    assert mirror.verdict == plain.verdict


def test_shoulders_under_hair_cannot_be_assessed() -> None:
    assert not shoulder_angle(subject(person(hair=True))).ok
    assert not shoulder_angle(subject(None)).ok


def test_a_body_turned_to_the_side_is_told() -> None:
    mask = person()
    mask[round(200 + 1.9 * DISTANCE) :, round(SIZE[1] / 2 + 1.6 * DISTANCE) :] = 0
    measure = shoulder_angle(subject(mask))
    assert not measure.ok
    assert "turned" in measure.reason


def test_a_raised_arm_is_no_shoulder() -> None:
    mask = person()
    x = np.arange(SIZE[1]) - SIZE[1] / 2
    rows = np.arange(SIZE[0])[:, None]
    mask[(rows > 200 + 1.9 * DISTANCE - 0.4 * np.abs(x)) & (x > 0) & (x < 3.4 * DISTANCE)] = 1
    assert not shoulder_angle(subject(mask)).ok


def test_somebody_elses_shoulder_is_not_read() -> None:
    alone = subject(person())
    other = oval_face(SIZE[1] / 2 + 5 * DISTANCE, 200, DISTANCE)
    crowded = subject_of(alone.photo.pixels, alone.face, alone.person, others=[other])
    seen = shoulders(crowded)
    assert seen is not None
    assert np.isnan(seen.left[seen.offset > 2.6]).all()
    assert np.isfinite(seen.right[(seen.offset > 1.75) & (seen.offset < 3.2)]).all()


@pytest.mark.parametrize(
    ("below", "verdict"),
    [
        (0.1, "face only"),
        (0.4, "face only"),
        (0.7, "cut at the shoulders"),
        (1.3, "head and shoulders"),
        (3.0, "head and shoulders"),
    ],
)
def test_where_the_frame_ends_below(below: float, verdict: str) -> None:
    measure = body_in_frame(subject(person(), below=below))
    assert measure.value == pytest.approx(below, abs=0.03)
    assert measure.verdict == verdict
    assert measure.score is not None
    assert (measure.score >= 75) == (verdict == "head and shoulders")


def test_a_shoulder_cut_by_the_side() -> None:
    measure = body_in_frame(subject(person(), right=round(SIZE[1] / 2 + 1.4 * DISTANCE)))
    assert measure.verdict == "shoulder cut"
    assert "right of the picture" in measure.reason
    assert measure.score is not None
    assert measure.score < 75
    wider = body_in_frame(subject(person(), right=round(SIZE[1] / 2 + 2.2 * DISTANCE)))
    assert wider.verdict == "head and shoulders"
