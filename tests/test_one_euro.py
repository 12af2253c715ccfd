"""Oracles: the step response of a first-order low-pass filter; jitter at rest, lag in motion."""

from __future__ import annotations

import math

import numpy as np
import pytest

from catchlight.one_euro import Smoothed, smooth


def run(values: list[float], rate: float, *, min_cutoff: float, beta: float) -> list[float]:
    last: Smoothed | None = None
    out = []
    for index, value in enumerate(values):
        last = smooth(last, value, index / rate, min_cutoff, beta)
        out.append(last.value)
    return out


def test_first_sample_passes() -> None:
    assert smooth(None, 7.5, 3.0, 1.0, 0.0) == Smoothed(7.5, 0.0, 3.0)


def test_step_response_is_that_of_a_first_order_filter() -> None:
    # After one time constant, 1 / (2 pi fc), a step has risen to 1 - 1/e.
    rate, cutoff = 1000.0, 1.0
    out = run([0.0] + [1.0] * 400, rate, min_cutoff=cutoff, beta=0.0)
    constant = round(rate / (2 * math.pi * cutoff))
    assert out[constant] == pytest.approx(1 - math.exp(-1), abs=0.005)


@pytest.mark.parametrize("rate", [10.0, 30.0])
def test_hardly_depends_on_the_frame_rate(rate: float) -> None:
    out = run([0.0] + [1.0] * int(rate), rate, min_cutoff=1.0, beta=0.0)
    assert out[int(0.5 * rate)] == pytest.approx(1 - math.exp(-math.pi), abs=0.06)


def test_less_jitter_at_rest_and_less_lag_in_motion() -> None:
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 1, 300).tolist()
    assert np.std(run(noise, 30, min_cutoff=1.0, beta=0.0)[60:]) < 0.4
    ramp = [100.0 * n / 30 for n in range(60)]  # 100 units a second
    slow = ramp[-1] - run(ramp, 30, min_cutoff=1.0, beta=0.0)[-1]
    fast = ramp[-1] - run(ramp, 30, min_cutoff=1.0, beta=0.1)[-1]
    assert fast < slow / 4
