"""Oracle: faces placed at known distances and sizes."""

from __future__ import annotations

import numpy as np
import pytest

from catchlight.faces import Face
from catchlight.measures.people import nearness, other_people

from ..painted_person import oval_face
from ..painted_scene import subject_of

FACE = oval_face(400, 300, 60)


def verdict(*others: Face) -> tuple[str, float | None, float | None]:
    measure = other_people(subject_of(np.zeros((800, 1200, 3), np.uint8), FACE, others=others))
    assert measure.name == "OtherPeople"
    assert measure.ok
    return measure.verdict, measure.value, measure.score


def test_alone() -> None:
    assert verdict() == ("alone", 0.0, 100.0)


@pytest.mark.parametrize("side", [-1, 1])
def test_shoulder_to_shoulder_is_close(side: int) -> None:
    found, value, score = verdict(oval_face(400 + side * 5 * 60, 310, 58))
    assert found == "close"
    assert value == pytest.approx(58 / 60, rel=0.01)
    assert score is not None
    assert score < 75


def test_a_small_face_over_the_shoulder_is_close() -> None:
    found, _, score = verdict(oval_face(400 - 3 * 60, 200, 18))
    assert found == "close"
    larger = verdict(oval_face(400 - 3 * 60, 200, 55))[2]
    assert score is not None
    assert larger is not None
    assert score > larger


def test_well_to_the_side_is_in_the_frame() -> None:
    found, _, score = verdict(oval_face(400 + 9 * 60, 300, 60))
    assert found == "in the frame"
    assert score is not None
    assert score >= 75


def test_passers_by_are_behind() -> None:
    found, value, _ = verdict(oval_face(400 + 9 * 60, 300, 20), oval_face(30, 300, 16))
    assert found == "behind"
    assert value == pytest.approx(1 / 3, rel=0.01)


def test_the_same_at_any_size_and_mirrored() -> None:
    other = oval_face(400 + 5.9 * 60, 300, 40)
    assert nearness(FACE.scaled(0.5), other.scaled(0.5)) == pytest.approx(nearness(FACE, other))
    mirrored = oval_face(400 - 5.9 * 60, 300, 40)
    assert nearness(FACE, mirrored) == pytest.approx(nearness(FACE, other), rel=1e-4)


def test_far_above_or_below_is_not_close() -> None:
    assert nearness(FACE, oval_face(400, 300 + 6 * 60, 60)) > 1
    assert nearness(FACE, oval_face(400, 300 - 5 * 60, 60)) > 1
    assert nearness(FACE, oval_face(400, 300 + 4 * 60, 60)) < 1
