"""Oracle: the pinhole camera's growth of the nose, and the field's bounds of 45 and 75 cm."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from catchlight.measures.distance import camera_distance, judge_distance
from catchlight.measures.subject import Subject
from catchlight.perspective import Distance
from catchlight.skin import face_view

from ..faces_of_data import astronaut
from ..test_perspective import taken, with_eyes


def about(cm: float, spread: float) -> Distance:
    """A distance known to this spread of its logarithm."""
    grid = np.geomspace(10, 1500, 400)
    chance = np.exp(-0.5 * (np.log(grid / cm) / spread) ** 2)
    return Distance(grid, chance / chance.sum(), "perspective")


def test_says_what_38_cm_does_and_what_to_do() -> None:
    measure = judge_distance(about(38, 0.04))
    assert measure.reason == "38 cm: the nose reads about 20 % wide; step back to 1.2 m"
    assert measure.verdict == "too near"
    assert measure.score is not None
    assert measure.score < 50


@pytest.mark.parametrize(
    ("cm", "verdict"),
    [(25, "too near"), (42, "too near"), (50, "near"), (70, "near"), (90, "good"), (150, "good")],
)
def test_bounds(cm: float, verdict: str) -> None:
    measure = judge_distance(about(cm, 0.03))
    assert measure.verdict == verdict
    assert measure.value == pytest.approx(cm, rel=0.02)
    assert measure.score is not None
    assert (measure.score >= 75) == (verdict == "good")


def test_a_vague_distance_is_told_as_a_range() -> None:
    near = judge_distance(about(32, 0.3))
    assert near.verdict == "too near"
    assert near.reason.startswith("about 32 cm (24 cm to 43 cm)")
    assert near.uncertainty == pytest.approx(9.7, abs=1)
    far = judge_distance(about(150, 0.5))
    assert far.verdict == "good"
    assert far.reason == "probably further than 1.4 m: far enough"


def test_what_one_photo_does_not_tell_is_not_told() -> None:
    measure = judge_distance(about(65, 0.5))
    assert measure.status == "could_not_assess"
    assert measure.value is None
    assert "39 cm to 1.1 m" in measure.reason


def test_of_a_photo() -> None:
    face = replace(with_eyes(600), yaw=31.0)  # turned: its perspective is not read
    photo = taken((3000, 4000), focal_length_35mm=26.0)
    view = face_view(*astronaut())
    measure = camera_distance(Subject(photo, face, (), view))
    assert measure.name == "CameraDistance"
    assert measure.value == pytest.approx(26 / 43.27 * 5000 * 6.3 / 600, rel=0.08)
    assert measure.verdict == "too near"
