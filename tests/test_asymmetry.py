"""Oracles: vectors of known asymmetry; a face warped on one side; honest light and small noise."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from catchlight.asymmetry import MIRRORED, asymmetry, difference_vector
from catchlight.ledger import Comparison

from .faces_of_data import astronaut
from .test_eye_color import pair
from .test_ledger import lit as honest

AXIS = np.array([1.0, 0.0])


def warped(amount: float, *, both: bool = False) -> Comparison:
    """The face with one side's outline drawn outwards by a share of the eye distance."""
    plain = pair()
    height, width = plain.shown.shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    middle = plain.points[[468, 473]].mean(axis=0)
    e = plain.eye_distance
    side = (x - middle[0]) / e
    swell = np.exp(-(((np.abs(side) - 0.8) / 0.5) ** 2) - (((y - middle[1]) / e - 0.5) / 0.9) ** 2)
    push = np.sign(side) * swell if both else (side > 0) * swell
    moved = cv2.remap(plain.after, x - amount * e * push.astype(np.float32), y, cv2.INTER_CUBIC)
    return replace(plain, after=np.clip(moved, 0, 1))


def test_the_difference_vector_of_a_mirrored_shape_is_nothing() -> None:
    right = np.random.default_rng(0).uniform(-1, 0, (12, 2))
    left = right * [-1, 1]
    points = np.stack([right, left], axis=1) + np.array([3.0, 5.0])
    assert np.abs(difference_vector(points, AXIS)).max() < 1e-12
    left[3] += (0.1, 0.0)
    vector = difference_vector(np.stack([right, left], axis=1), AXIS)
    assert np.argmax(np.abs(vector[:, 0])) == 3


def test_a_turn_and_a_move_of_the_picture_change_nothing() -> None:
    points = np.random.default_rng(1).uniform(-1, 1, (20, 2, 2))
    turn = np.array([[np.cos(0.3), -np.sin(0.3)], [np.sin(0.3), np.cos(0.3)]])
    before = difference_vector(points, AXIS)
    after = difference_vector(points @ turn.T + [7.0, -2.0], turn @ AXIS)
    np.testing.assert_allclose(before, after, atol=1e-12)


def test_pairs_lie_on_their_sides() -> None:
    landmarks = astronaut()[1].landmarks
    for right, left in MIRRORED:
        assert landmarks[right, 0] < landmarks[left, 0]
        assert abs(landmarks[right, 1] - landmarks[left, 1]) < 0.35 * astronaut()[1].eye_distance
    assert len(set(MIRRORED)) == len(MIRRORED)


def test_an_untouched_face_differs_as_before() -> None:
    kind, size = asymmetry(pair())
    assert (kind.status, size.status) == ("ok", "ok")
    assert kind.value == pytest.approx(1, abs=1e-3)
    assert size.value == pytest.approx(1, abs=2e-3)


def test_honest_light_leaves_it() -> None:
    plain = pair()
    kind, size = asymmetry(replace(plain, after=np.clip(honest(plain.after), 0, 1)))
    assert (kind.status, size.status) == ("ok", "ok")


@pytest.mark.parametrize("amount", [0.03, -0.03])
def test_a_warped_half_is_caught(amount: float) -> None:
    assert "exceeded" in [reading.status for reading in asymmetry(warped(amount))]


def test_both_sides_alike_are_not_asymmetry_s_business() -> None:
    """A face widened on both sides keeps its differences; geometry refuses it, not this."""
    one, both = asymmetry(warped(0.02)), asymmetry(warped(0.02, both=True))
    assert one[0].value is not None
    assert both[0].value is not None
    assert abs(1 - both[0].value) < abs(1 - one[0].value)


def test_nothing_shown_and_small_faces_cannot_be_assessed() -> None:
    plain = pair()
    hidden = asymmetry(replace(plain, shown=np.zeros_like(plain.shown)))
    assert [r.status for r in hidden] == ["could_not_assess"] * 2
    small = asymmetry(replace(plain, eye_distance=50.0))
    assert all("small" in r.sentence for r in small)
