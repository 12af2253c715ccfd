"""Oracles: standard deviations, periodograms and averages of what was asked for."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from catchlight.color import decode_srgb, encode_srgb
from catchlight.edits.grain import Grain, grain_tables, grain_tile

PINK = Grain(luma_spectrum=(1, 1, 0.9, 0.7, 0.4, 0.2, 0.1), chroma=0.5)


def test_brightness_has_unit_deviation_and_colour_its_share() -> None:
    tile = grain_tile(PINK, 3)
    assert tile[..., 0].std() == pytest.approx(1, abs=1e-5)
    assert tile[..., 1].std() == pytest.approx(0.5, abs=1e-5)
    assert np.abs(tile.mean(axis=(0, 1))).max() < 1e-5


def test_its_spectrum_is_the_one_asked_for() -> None:
    tile = grain_tile(PINK, 3)[..., 0]
    power = np.abs(np.fft.fft2(tile)) ** 2
    radius = np.hypot(*np.meshgrid(np.fft.fftfreq(512), np.fft.fftfreq(512)))

    def amplitude(f: float) -> float:
        return float(np.sqrt(power[np.abs(radius - f) < 0.02].mean()))

    assert amplitude(0.37) / amplitude(0.12) == pytest.approx(0.4, rel=0.1)
    assert amplitude(0.5) / amplitude(0.25) == pytest.approx(0.2 / 0.7, rel=0.1)


def test_the_tile_repeats_without_a_seam() -> None:
    tile = grain_tile(PINK, 1)[..., 0]
    inner = np.abs(np.diff(tile, axis=1)).mean()
    seam = np.abs(tile[:, 0] - tile[:, -1]).mean()
    assert seam == pytest.approx(inner, rel=0.15)


def test_a_preview_has_the_shrunk_grain() -> None:
    half = cv2.resize(grain_tile(PINK, 1), (256, 256), interpolation=cv2.INTER_AREA)
    np.testing.assert_allclose(grain_tile(PINK, 1, 0.5), half, atol=1e-6)


def test_the_same_every_time_and_another_by_seed() -> None:
    first = grain_tile(Grain(chroma=0.4), 1).copy()
    grain_tile.cache_clear()
    np.testing.assert_array_equal(first, grain_tile(Grain(chroma=0.4), 1))
    assert np.abs(first - grain_tile(Grain(chroma=0.4), 2)).mean() > 0.5


def test_tables_give_the_noise_at_each_level() -> None:
    grain = Grain(luma=(0.002, 0.01, 0.02, 0.01, 0.005))
    sigma, slope = grain_tables(grain)
    for level, wanted in ((0.25, 0.01), (0.5, 0.02), (0.95, 0.005)):
        linear = float(decode_srgb(level))
        at = round(linear**0.5 * (len(sigma) - 1))
        assert sigma[at] == pytest.approx(wanted, rel=0.03)
        step = float(encode_srgb(linear + sigma[at] * slope[at])) - level
        assert step == pytest.approx(wanted, rel=0.1)


def test_there_is_always_enough_to_hide_the_steps_of_8_bits() -> None:
    assert grain_tables(Grain(luma=(0, 0, 0, 0, 0)))[0].min() >= 0.4 / 255
