"""Oracle: painted people whose hair ends at a known distance from the frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from catchlight.measures.framing import air_above, head_in_frame, headroom
from catchlight.measures.subject import Subject
from catchlight.segment import unit

from ..painted_person import body, oval_face
from ..painted_scene import subject_of

DISTANCE = 60.0


def with_air(air: float, *, scale: float = 1.0, mask: bool = True) -> Subject:
    """A person whose hair ends `air` eye distances below the frame's edge (above it if below 0)."""
    distance = DISTANCE * scale
    size = (round(900 * scale), round(700 * scale))
    # `body` draws the head up to 1.9 eye distances above the eyes.
    face = oval_face(size[1] / 2, 1.9 * distance + air * 1.008 * distance, distance)
    alpha = body(size, face)
    return subject_of(np.zeros((*size, 3), np.uint8), face, alpha if mask else None)


@pytest.mark.parametrize("air", [0.1, 0.25, 0.6, 1.2])
@pytest.mark.parametrize("scale", [0.5, 1.0])
def test_air_above_the_hair(air: float, scale: float) -> None:
    subject = with_air(air, scale=scale)
    assert air_above(subject) == pytest.approx(air, abs=0.05)
    measure = headroom(subject)
    assert (measure.name, measure.verdict) == ("Headroom", "enough")
    assert measure.score is not None
    assert measure.score >= 75


@pytest.mark.parametrize("missing", [0.15, 0.3, 0.6])
def test_cut_heads(missing: float) -> None:
    subject = with_air(-missing)
    # The head is an ellipse 1.4 by 1.9, whose cap is taken for that of a circle.
    assert air_above(subject) == pytest.approx(-missing, abs=0.6 * missing)
    assert headroom(subject).verdict == "cut"
    score = headroom(subject).score
    assert score is not None
    assert score < 75


def test_the_more_is_cut_the_worse() -> None:
    values = [air_above(with_air(-missing)) for missing in (0.0, 0.2, 0.4, 0.8)]
    assert values == sorted(values, reverse=True)
    assert [head_in_frame(with_air(air)).verdict for air in (0.4, 0.0, -0.6)] == [
        "whole",
        "touching",
        "cut",
    ]


@pytest.mark.parametrize("kept", [0.1, 0.4])
def test_hair_that_the_mask_has_lost_does_not_make_a_cut_head_whole(kept: float) -> None:
    whole = with_air(-0.8)
    assert whole.person is not None
    lost = whole.person.copy()
    lost[:200, : round((1 - kept) * lost.shape[1])] = 0  # dark hair before a dark wall
    faded = replace(whole, person=lost)
    # 0.8 are missing, 0.3 of them of the face.
    assert -0.85 < air_above(faded) < -0.36
    assert head_in_frame(faded).verdict == "cut"


def test_a_close_crop_is_a_portrait_and_a_face_cut_in_half_is_none() -> None:
    close = head_in_frame(with_air(-0.9))
    face = oval_face(0.1 * DISTANCE, 300, DISTANCE)
    size = (900, round(8.6 * DISTANCE))
    half = head_in_frame(subject_of(np.zeros((*size, 3), np.uint8), face, body(size, face)))
    assert (close.verdict, half.verdict) == ("cut", "cut")
    assert 30 < (close.score or 0) < 60
    assert (half.score or 100) < 10


def test_without_a_mask_the_landmarks_tell() -> None:
    assert head_in_frame(with_air(1.5, mask=False)).verdict == "whole"
    assert head_in_frame(with_air(-0.9, mask=False)).verdict == "cut"


@pytest.mark.parametrize("x", [0.6, 8.0])
def test_a_face_cut_by_the_side(x: float) -> None:
    face = oval_face(x * DISTANCE, 300, DISTANCE)
    size = (900, round(8.6 * DISTANCE))
    subject = subject_of(np.zeros((*size, 3), np.uint8), face, body(size, face))
    measure = head_in_frame(subject)
    assert measure.verdict == "cut"
    assert measure.value == pytest.approx((0.6 - 1.1) * DISTANCE / unit(face), abs=0.05)
