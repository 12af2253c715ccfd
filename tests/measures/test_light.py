"""Oracle: a painted face with a known ramp of light across it; mirroring flips the sign."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catchlight.measures.light import key_side

from ..faces_of_data import painted_view

SKIN, WHITES = (0.30, 0.18, 0.13), (0.30, 0.27, 0.25)


@pytest.mark.parametrize("stops", [-2.0, -1.0, 0.0, 0.7, 1.5])
def test_side_and_stops_of_the_key(stops: float) -> None:
    side = key_side(painted_view(SKIN, WHITES, stops_across=stops))
    assert side is not None
    assert side == pytest.approx(stops, abs=0.25 * abs(stops) + 0.05)


def test_brightness_does_not_count() -> None:
    bright = key_side(painted_view(SKIN, WHITES, stops_across=0.8))
    dim = key_side(painted_view(SKIN, WHITES, stops_across=0.8, light=(0.3, 0.3, 0.3)))
    assert bright is not None
    assert dim == pytest.approx(bright, abs=0.02)


def test_a_black_side_cannot_be_assessed() -> None:
    view = painted_view(SKIN, WHITES)
    linear = view.linear.copy()
    linear[:, :200] = 0
    assert key_side(replace(view, linear=linear)) is None
