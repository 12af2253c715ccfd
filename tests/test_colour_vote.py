"""The vote of similar colours near by."""

from __future__ import annotations

import numpy as np

from catchlight.colour_vote import colour_vote

LEFT = np.zeros((80, 120), np.bool_)
LEFT[:, :60] = True


def picture(left: int, right: int) -> np.ndarray:
    return np.where(LEFT[:, :, None], left, right).repeat(3, axis=2).astype(np.uint8)


def test_the_undecided_follow_their_likes() -> None:
    probability = np.where(LEFT, 0.98, 0.02).astype(np.float32)
    probability[:, 45:75] = 0.5
    vote = colour_vote(probability, picture(60, 190), 20.0)
    assert vote[:, 48:58].min() > 0.8
    assert vote[:, 62:72].max() < 0.2


def test_colours_that_tell_nothing_say_nothing() -> None:
    probability = np.where(LEFT, 0.98, 0.02).astype(np.float32)
    vote = colour_vote(probability, picture(120, 120), 100.0)
    assert 0.3 < vote.mean() < 0.7


def test_doubt_has_no_vote() -> None:
    half = np.full((80, 120), 0.5, np.float32)
    assert np.allclose(colour_vote(half, picture(60, 190), 20.0), 0.5)


def test_it_repeats() -> None:
    probability = np.where(LEFT, 0.9, 0.1).astype(np.float32)
    first, second = (colour_vote(probability, picture(60, 190), 20.0) for _ in range(2))
    assert np.array_equal(first, second)
