"""Oracle: skin whose fill and key are known, with outliers and without shade."""

from __future__ import annotations

import numpy as np
import pytest

from catchlight.shade import Reading, read_fill


def read(
    fill: float, key: float, irradiance: np.ndarray, *, spots: float = 0.0, noise: float = 0.0
) -> Reading:
    """What is read of skin under this fill and key; a share of it is black hairs."""
    random = np.random.default_rng(5)
    light = (fill + key * irradiance) * np.exp(random.normal(0, noise, irradiance.shape))
    light[random.random(irradiance.shape) < spots] *= 0.2
    ones = np.ones(irradiance.shape, np.float32)
    return read_fill(light.astype(np.float32), ones, ones, irradiance.astype(np.float32))


@pytest.mark.parametrize(("fill", "key"), [(0.1, 0.3), (0.2, 0.1), (0.02, 0.5)])
def test_fill_and_key_are_read(fill: float, key: float) -> None:
    found = read(fill, key, np.linspace(0, 1, 1200))
    assert found.levels is not None
    assert found.levels == pytest.approx((fill, key), rel=0.15)
    assert found.shaded == pytest.approx(0.2, abs=0.01)


def test_dark_hairs_do_not_count() -> None:
    found = read(0.1, 0.3, np.linspace(0, 1, 1200), spots=0.2)
    assert found.levels is not None
    assert found.levels == pytest.approx((0.1, 0.3), rel=0.25)


def test_uneven_skin_and_little_shade_are_less_sure() -> None:
    even = read(0.1, 0.3, np.linspace(0, 1, 1200), noise=0.02)
    uneven = read(0.1, 0.3, np.linspace(0, 1, 1200), noise=0.5)
    little = read(0.1, 0.3, np.linspace(0.17, 1, 1200), noise=0.5)
    assert even.stops_uncertainty < uneven.stops_uncertainty < little.stops_uncertainty


def test_without_shade_the_fill_is_unknown() -> None:
    found = read(0.1, 0.3, np.linspace(0.4, 1, 1200))
    assert found.levels is None
    assert found.stops_uncertainty > 1
    assert found.shaded == 0


def test_a_sample_at_the_border_counts_in_part() -> None:
    places = np.concatenate([np.linspace(0.5, 1, 1000), np.full(100, 0.2)])
    near = np.concatenate([np.linspace(0.5, 1, 1000), np.full(100, 0.21)])
    shares = [read(0.1, 0.3, where).shaded for where in (places, near)]
    assert shares[0] - shares[1] == pytest.approx(0.05 * 100 / 1100, abs=1e-4)
