"""Oracles: doubling is one stop; hue and white are kept; monotone; the pivot stays."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from catchlight.edits import Scene, Tone

LUMA = np.array([0.2126, 0.7152, 0.0722])


def scene(linear: np.ndarray) -> Scene:
    return Scene(linear.astype(np.float32), None, (1.0, 1.0), 1.0)


def ramp(values: np.ndarray) -> np.ndarray:
    return np.repeat(values[None, :, None], 3, axis=2)


def test_one_stop_doubles_below_the_knee() -> None:
    values = np.linspace(0.001, 0.25, 50)
    out = Tone(exposure_stops=1.0).apply(scene(ramp(values))).linear
    np.testing.assert_allclose(out[0, :, 1], 2 * values, rtol=2e-3)


def test_white_stays_white_and_nothing_clips() -> None:
    out = Tone(exposure_stops=1.2).apply(scene(ramp(np.linspace(0, 1, 256)))).linear[0, :, 0]
    assert out[-1] == np.float32(1.0) or abs(out[-1] - 1) < 1e-4
    assert out.max() <= 1 + 1e-4
    assert (np.diff(out) > 0).all()


def test_contrast_leaves_the_pivot() -> None:
    out = Tone(exposure_stops=0.0, contrast=1.1, pivot=0.3).apply(scene(ramp(np.array([0.3, 0.1]))))
    assert abs(float(out.linear[0, 0, 0]) - 0.3) < 1e-3
    assert float(out.linear[0, 1, 0]) < 0.1


@given(
    st.floats(-1.5, 1.5),
    st.floats(0.85, 1.2),
    st.tuples(st.floats(0.01, 0.5), st.floats(0.01, 0.5), st.floats(0.01, 0.5)),
)
def test_chromaticity_is_kept(stops: float, contrast: float, rgb: tuple[float, ...]) -> None:
    color = np.array(rgb)[None, None]
    out = Tone(exposure_stops=stops, contrast=contrast).apply(scene(color)).linear[0, 0]
    np.testing.assert_allclose(out / out.sum(), color[0, 0] / color.sum(), rtol=1e-4)


def test_saturation_keeps_luminance() -> None:
    color = np.array([[[0.4, 0.2, 0.1]]])
    out = Tone(exposure_stops=0.0, saturation=0.9).apply(scene(color)).linear[0, 0]
    assert abs(float(out @ LUMA) - float(color[0, 0] @ LUMA)) < 1e-5
    assert np.ptp(out) < np.ptp(color)


def test_strength_zero_is_the_identity() -> None:
    source = scene(np.random.default_rng(1).uniform(0, 1, (8, 8, 3)))
    out = Tone(strength=0, exposure_stops=1, contrast=1.1).apply(source)
    np.testing.assert_array_equal(out.linear, source.linear)


def test_in_place_gives_the_same_in_the_same_memory() -> None:
    source = scene(np.random.default_rng(2).uniform(0, 1, (16, 16, 3)))
    edit = Tone(exposure_stops=0.7, contrast=1.1, saturation=1.05)
    pure = edit.apply(source).linear
    reused = edit.apply(source, in_place=True).linear
    assert reused is source.linear
    np.testing.assert_array_equal(reused, pure)


def test_half_strength_is_half_the_stops() -> None:
    values = np.linspace(0.01, 0.2, 20)
    half = Tone(strength=0.5, exposure_stops=1.0).apply(scene(ramp(values))).linear
    whole = Tone(exposure_stops=0.5).apply(scene(ramp(values))).linear
    np.testing.assert_allclose(half, whole, rtol=1e-6)


def test_below_the_knee_raised_light_keeps_its_texture() -> None:
    values = np.linspace(0.3, 0.55, 40)
    out = Tone(exposure_stops=0.5, knee=0.78).apply(scene(ramp(values))).linear[0, :, 1]
    np.testing.assert_allclose(out, 2**0.5 * values, rtol=2e-3)
    rolled = Tone(exposure_stops=0.5).apply(scene(ramp(values))).linear[0, :, 1]
    assert np.ptp(np.log(rolled)) < 0.97 * np.ptp(np.log(out))
