"""Oracles: von Kries scaling by hand; the identity at strength 0; grey keeps its luminance."""

from __future__ import annotations

import numpy as np
import pytest

from catchlight.edits import Scene, WhiteBalance

LUMA = np.array([0.2126, 0.7152, 0.0722])


def scene(linear: np.ndarray) -> Scene:
    return Scene(linear.astype(np.float32), None, (1.0, 1.0), 1.0)


def test_undoes_a_known_cast() -> None:
    rng = np.random.default_rng(0)
    neutral = rng.uniform(0.02, 0.55, (20, 30, 3))  # below the roll-off, cast and all
    cast = neutral * np.exp2([0.4, 0.0, -0.5])
    out = WhiteBalance(red_stops=-0.4, blue_stops=0.5).apply(scene(cast)).linear
    ratio = out / neutral
    assert np.ptp(ratio) / ratio.mean() < 1e-5


def test_grey_keeps_its_luminance() -> None:
    edit = WhiteBalance(red_stops=0.7, blue_stops=-0.9)
    assert LUMA @ edit.gains() == pytest.approx(1.0)


def test_strength_zero_is_the_identity() -> None:
    source = scene(np.random.default_rng(1).uniform(0, 1, (8, 8, 3)))
    out = WhiteBalance(strength=0, red_stops=1, blue_stops=-1).apply(source)
    np.testing.assert_array_equal(out.linear, source.linear)


def test_burnt_out_white_stays_white_and_the_source_is_untouched() -> None:
    source = scene(np.ones((4, 4, 3)))
    before = source.linear.copy()
    out = WhiteBalance(red_stops=0.8, blue_stops=-0.8).apply(source).linear
    np.testing.assert_allclose(out, 1.0, atol=1e-6)
    np.testing.assert_array_equal(source.linear, before)


def test_skin_on_its_way_to_white_keeps_the_order_of_its_channels() -> None:
    """Skin ever brighter, cut off at white as a camera does: no lilac, no step, never darker."""
    light = np.linspace(0.3, 3.0, 400)[:, None] * np.array([1.0, 0.72, 0.52])
    seen = np.minimum(light, 1.0)
    for red, blue in ((0.0, 0.3), (-0.2, 0.3), (0.15, 0.3), (0.3, -0.3)):
        out = WhiteBalance(red_stops=red, blue_stops=blue).apply(scene(seen[None])).linear[0]
        assert np.all(np.diff(out, axis=0) > -1e-6)
        assert np.abs(np.diff(out, axis=0)).max() < 3 * np.abs(np.diff(seen, axis=0)).max()
        assert out.max() <= 1
        np.testing.assert_allclose(out[-1], 1.0)
        burnt = seen[:, 0] >= 1
        assert np.all(out[burnt, 0] >= out[burnt, 1])
        assert np.all(out[burnt, 1] >= out[burnt, 2] - 1e-6)


@pytest.mark.parametrize(
    ("red", "blue", "word"),
    [(-0.3, 0.3, "warm"), (0.3, -0.3, "cold"), (-0.3, -0.3, "magenta"), (0.3, 0.3, "green")],
)
def test_says_what_it_took_out(red: float, blue: float, word: str) -> None:
    assert word in WhiteBalance(red_stops=red, blue_stops=blue).describe()
