"""Oracles: drawn lids of known opening; invariance to size, turning and mirroring."""

from __future__ import annotations

import numpy as np
import pytest

from catchlight.measures.eyes import lid_opening

from ..faces_of_data import astronaut


def drawn(right: float, left: float) -> np.ndarray:
    points = np.zeros((478, 2))
    for outer, inner, lids, x, gap in (
        (33, 133, ((159, 145), (158, 153), (160, 144)), 0.0, right),
        (362, 263, ((386, 374), (385, 380), (387, 373)), 200.0, left),
    ):
        points[outer], points[inner] = (x, 0), (x + 100, 0)
        for up, low in lids:
            points[up], points[low] = (x + 50, -gap * 50), (x + 50, gap * 50)
    return points


@pytest.mark.parametrize(("right", "left"), [(0.3, 0.3), (0.0, 0.3), (0.25, 0.1)])
def test_measures_drawn_lids(right: float, left: float) -> None:
    assert lid_opening(drawn(right, left)) == pytest.approx((right, left))


def test_size_and_turning_do_not_count() -> None:
    points = astronaut()[1].landmarks[:, :2].astype(np.float64)
    angle = np.radians(31)
    turned = points @ np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    assert lid_opening(turned * 2.5 + 40) == pytest.approx(lid_opening(points), rel=1e-6)


def test_open_eyes_are_open() -> None:
    assert min(lid_opening(astronaut()[1].landmarks)) > 0.2
