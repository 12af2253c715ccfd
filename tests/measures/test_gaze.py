"""Oracle: an eyeball of 12 mm with corners 30 mm apart, turned by a known angle."""

from __future__ import annotations

import numpy as np
import pytest

from catchlight.measures.gaze import line_of_sight


def looking(sideways: float, down: float) -> np.ndarray:
    points = np.zeros((478, 2))
    right, across = 12 * np.sin(np.radians(sideways)), 12 * np.sin(np.radians(down))
    for a, b, iris, rest, x in ((33, 133, 468, -0.057, 0.0), (362, 263, 473, 0.067, 62.0)):
        points[a], points[b] = (x, 0), (x + 30, 0)
        points[iris] = (x + 15 + 30 * rest + right, -0.084 * 30 + across)
    return points


@pytest.mark.parametrize(("sideways", "down"), [(0, 0), (10, 0), (-20, 0), (0, 12), (8, -6)])
def test_finds_a_known_line_of_sight(sideways: float, down: float) -> None:
    found = line_of_sight(looking(sideways, down), 0.0)
    assert found == pytest.approx((sideways, down), abs=0.01)


def test_a_turned_head_with_eyes_back_at_the_lens_looks_into_it() -> None:
    yaw = 20.0
    points = looking(-yaw, 0) * [np.cos(np.radians(yaw)), 1]
    assert line_of_sight(points, yaw)[0] == pytest.approx(0, abs=3)


def test_mirroring_flips_the_side() -> None:
    points = looking(9, 2)
    mirrored = points * [-1, 1] + [200, 0]
    swap = [(33, 263), (133, 362), (468, 473)]
    for a, b in swap:
        mirrored[[a, b]] = mirrored[[b, a]]
    sideways, down = line_of_sight(mirrored, 0.0)
    assert sideways == pytest.approx(-9, abs=1.5)
    assert down == pytest.approx(2, abs=0.5)
