"""Oracles: a planted run of colour is taken out; luminance, strength 0, crops and previews."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from catchlight.edits import MixedLight, Scene

LUMA = np.array([0.2126, 0.7152, 0.0722])
SIZE, EYES, APART = (300, 260), (130.0, 120.0), 60.0


def picture(seed: int = 0) -> np.ndarray:
    fine = np.random.default_rng(seed).uniform(0.05, 0.6, (30, 26, 3)).astype(np.float32)
    return cv2.resize(fine, SIZE[::-1], interpolation=cv2.INTER_LINEAR)


def scene(linear: np.ndarray, alpha: np.ndarray | None = None) -> Scene:
    return Scene(linear.astype(np.float32), alpha, EYES, APART)


def along(axis: float) -> np.ndarray:
    """Eye distances from the middle of the eyes along an axis, at every pixel."""
    y, x = np.mgrid[: SIZE[0], : SIZE[1]] + 0.5
    turn = np.radians(axis)
    return ((x - EYES[0]) * np.cos(turn) + (y - EYES[1]) * np.sin(turn)) / APART


@pytest.mark.parametrize("axis", [0.0, 20.0, -35.0])
def test_a_run_of_colour_over_the_face_is_taken_out(axis: float) -> None:
    u = along(axis)
    tinted = np.full((*SIZE, 3), 0.3) * np.exp2(u[..., None] * np.array([0.3, 0.0, -0.4]))
    out = MixedLight(red_stops=-0.3, blue_stops=0.4, axis=axis).apply(scene(tinted)).linear
    face = np.abs(u) < 0.8
    face &= np.hypot(*(np.mgrid[: SIZE[0], : SIZE[1]][::-1] - np.array(EYES)[:, None, None])) < 50
    before = np.log2(tinted[..., [0, 2]] / tinted[..., 1:2])[face]
    after = np.log2(out[..., [0, 2]] / out[..., 1:2])[face]
    assert np.abs(before).max() > 0.25
    assert np.abs(after).max() < 0.05


def test_luminance_stays() -> None:
    linear = picture()
    out = MixedLight(red_stops=-0.5, blue_stops=0.6, pivot=0.3).apply(scene(linear)).linear
    np.testing.assert_allclose(out @ LUMA, linear @ LUMA, rtol=1e-5)
    assert np.abs(out - linear).max() > 0.02


def test_nothing_changes_at_the_pivot_nor_behind_the_person_nor_far_below() -> None:
    linear = picture()
    alpha = np.ones(SIZE, np.float32)
    alpha[:, :40] = 0
    edit = MixedLight(red_stops=-0.5, blue_stops=0.6, pivot=0.5)
    out = edit.apply(scene(linear, alpha)).linear
    np.testing.assert_array_equal(out[:, :40], linear[:, :40])
    pivot = round(EYES[0] + 0.5 * APART)
    np.testing.assert_allclose(out[150, pivot], linear[150, pivot], rtol=0.01)
    tall = np.concatenate([linear, linear[::-1]])
    out = edit.apply(scene(tall)).linear
    np.testing.assert_array_equal(out[400:], tall[400:])


def test_strength_zero_is_the_identity() -> None:
    source = scene(picture())
    out = MixedLight(strength=0, red_stops=-0.5, blue_stops=0.6).apply(source)
    np.testing.assert_array_equal(out.linear, source.linear)


def test_the_source_stays_unless_it_is_given_up() -> None:
    source = scene(picture())
    before = source.linear.copy()
    edit = MixedLight(red_stops=-0.5, blue_stops=0.6, axis=10)
    pure = edit.apply(source).linear
    np.testing.assert_array_equal(source.linear, before)
    reused = edit.apply(source, in_place=True).linear
    assert reused is source.linear
    np.testing.assert_array_equal(reused, pure)


def test_crop_and_edit_commute() -> None:
    linear, edit = picture(), MixedLight(red_stops=-0.5, blue_stops=0.6, axis=15, pivot=0.2)
    whole = edit.apply(scene(linear)).linear[30:200, 20:220]
    part = Scene(linear[30:200, 20:220].copy(), None, (EYES[0] - 20, EYES[1] - 30), APART)
    np.testing.assert_allclose(edit.apply(part).linear, whole, atol=1e-6)


def test_a_preview_is_the_shrunk_result() -> None:
    linear, edit = picture(), MixedLight(red_stops=-0.5, blue_stops=0.6, axis=15, pivot=0.2)
    half = (SIZE[1] // 2, SIZE[0] // 2)
    whole = cv2.resize(edit.apply(scene(linear)).linear, half, interpolation=cv2.INTER_AREA)
    small = cv2.resize(linear, half, interpolation=cv2.INTER_AREA)
    shown = edit.apply(Scene(small, None, (EYES[0] / 2, EYES[1] / 2), APART / 2)).linear
    np.testing.assert_allclose(shown, whole, atol=2e-3)


def test_burnt_out_white_stays_white() -> None:
    out = MixedLight(red_stops=-0.5, blue_stops=0.6).apply(scene(np.ones((*SIZE, 3)))).linear
    np.testing.assert_array_equal(out, 1.0)
