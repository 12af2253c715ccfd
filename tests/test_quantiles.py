"""Medians and quantiles of few values, against NumPy's."""

from __future__ import annotations

import numpy as np
import pytest

from catchlight.quantiles import column_medians, median, quantiles


@pytest.mark.parametrize("count", [1, 2, 3, 10, 77, 400])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_they_are_numpys(count: int, dtype: type[np.floating]) -> None:
    values = np.random.default_rng(count).normal(size=(count, 3)).astype(dtype)
    assert median(values) == pytest.approx(float(np.median(values)), rel=1e-6, abs=1e-9)
    np.testing.assert_allclose(column_medians(values), np.median(values, axis=0), rtol=1e-6)
    shares = (0.0, 0.25, 0.5, 0.6, 0.95, 1.0)
    expected = np.quantile(values.astype(np.float64), shares)
    np.testing.assert_allclose(quantiles(values, *shares), expected, rtol=1e-6, atol=1e-9)


def test_the_values_stay_in_their_order() -> None:
    values = np.array([3.0, 1.0, 2.0])
    median(values)
    quantiles(values, 0.3)
    assert values.tolist() == [3.0, 1.0, 2.0]
