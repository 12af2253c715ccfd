"""Oracles: scenes of known things under light of known colour."""

from __future__ import annotations

import numpy as np
import pytest

from catchlight.chromaticity import DAYLIGHT, TINT
from catchlight.scene_greys import LIGHTS, grey_shares, share_at


def scene(light: np.ndarray, *, greys: int, lawn: int, seed: int = 0) -> np.ndarray:
    """Greys from dark to light, and things of other colours, under a light; linear."""
    rng = np.random.default_rng(seed)
    grey = rng.uniform(0.05, 0.7, (greys, 1)) * np.exp2(rng.normal(0, 0.03, (greys, 3)))
    green = rng.uniform(0.3, 0.9, (lawn, 1)) * np.array([0.15, 0.3, 0.06])
    things = np.concatenate([grey, green * np.exp2(rng.normal(0, 0.2, (lawn, 3)))])
    return (things * np.exp2([light[0], 0.0, light[1]])).astype(np.float32)


@pytest.mark.parametrize(("warm", "tint"), [(0.0, 0.0), (0.6, 0.0), (-0.4, 0.2), (0.2, -0.3)])
def test_the_light_that_makes_most_of_the_scene_grey_is_the_scene_s(
    warm: float, tint: float
) -> None:
    light = warm * DAYLIGHT + tint * TINT
    shares = grey_shares(scene(light, greys=400, lawn=600))
    best = LIGHTS[np.unravel_index(shares.argmax(), shares.shape)]
    assert abs((best - light) @ DAYLIGHT) < 0.05
    assert abs((best - light) @ TINT) < 0.03


def test_a_share_is_the_share() -> None:
    light = 0.2 * DAYLIGHT
    of_all = share_at(grey_shares(scene(light, greys=10_000, lawn=0)), light)
    of_some = share_at(grey_shares(scene(light, greys=3_000, lawn=7_000)), light)
    assert of_some / of_all == pytest.approx(0.3, abs=0.01)
    # Gaussian strays of 0.12 and 0.05 stops about greys that stray by 0.03 a channel themselves:
    # the two differences against green have variance 2 and covariance 1 of it.
    spread = 0.03**2 * np.array([[2.0, 1.0], [1.0, 2.0]])
    near = [
        s / np.sqrt(s**2 + axis @ spread @ axis) for s, axis in ((0.12, DAYLIGHT), (0.05, TINT))
    ]
    assert of_all == pytest.approx(near[0] * near[1], rel=0.03)


def test_a_few_cells_count_less_and_none_not_at_all() -> None:
    light = np.zeros(2)
    few = share_at(grey_shares(scene(light, greys=25, lawn=0)), light)
    many = share_at(grey_shares(scene(light, greys=2500, lawn=0)), light)
    assert few < 0.3 * many
    assert not grey_shares(np.empty((0, 3), np.float32)).any()


def test_what_is_nearly_black_is_not_looked_at() -> None:
    dark = scene(np.zeros(2), greys=500, lawn=0) * np.float32(0.02)
    assert not grey_shares(dark).any()
