"""Oracles: planted Poisson-Gauss noise on a known picture; the invariants of every edit."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import cv2
import numpy as np
import pytest

from catchlight.color import delta_e00, encode_srgb, lab
from catchlight.edits import Denoise, Grain, Scene
from catchlight.edits.grain import LEVELS

DARK, SHOT = 1e-5, 6e-4  # variance of linear light: without any, and for each unit of it
# Three channels of their own noise weigh 0.715 in luminance; encoded, by the slope of encoding.
WEIGHTS = np.array([0.2126, 0.7152, 0.0722])


@cache
def noise_of() -> Grain:
    level = np.array(LEVELS)
    linear = np.interp(level, encode_srgb(np.linspace(0, 1, 4001)), np.linspace(0, 1, 4001))
    slope = (encode_srgb(linear + 1e-4) - encode_srgb(linear - 1e-4)) / 2e-4
    sigma = slope * np.sqrt(DARK + SHOT * linear) * np.sqrt((WEIGHTS**2).sum())
    a, b, c, d, e = sigma.tolist()
    return Grain(luma=(a, b, c, d, e))


@cache
def clean() -> np.ndarray:
    """A ramp of greys, flat; below, strands of hair two pixels wide on it."""
    y, x = np.mgrid[:320, :400]
    linear = np.broadcast_to((0.03 + 0.5 * x / 400)[..., None], (320, 400, 3)).astype(np.float32)
    strands = (y > 200) & ((x + y // 3) % 9 < 2)
    return np.where(strands[..., None], np.float32(0.25) * linear, linear).astype(np.float32)


@cache
def noisy() -> np.ndarray:
    rng = np.random.default_rng(3)
    sigma = np.sqrt(DARK + SHOT * clean())
    return np.maximum(clean() + sigma * rng.standard_normal(sigma.shape), 0).astype(np.float32)


def scene(linear: np.ndarray, **more: Any) -> Scene:
    return Scene(linear, None, (200.0, 100.0), 120.0, **more)


def edit(**more: Any) -> Denoise:
    return Denoise(**({"fine": 0.6, "noise": noise_of()} | more))


def root(linear: np.ndarray) -> np.ndarray:
    return np.sqrt(np.maximum(linear @ WEIGHTS, 0))


FLAT, HAIR = np.s_[10:190, 10:-10], np.s_[215:310, 10:-10]


def test_half_of_the_variance_of_brightness_goes_at_every_level() -> None:
    after = edit().apply(scene(noisy())).linear
    for columns in (np.s_[20:90], np.s_[150:220], np.s_[300:380]):
        before, now = (np.var((root(p) - root(clean()))[10:190, columns]) for p in (noisy(), after))
        assert 0.42 < now / before < 0.62


def test_hair_keeps_its_contrast_and_comes_nearer_to_the_truth() -> None:
    after = edit().apply(scene(noisy())).linear
    fine = [root(p) - cv2.GaussianBlur(root(p), (0, 0), 1.5) for p in (clean(), noisy(), after)]
    truth = fine[0][HAIR]
    before, now = ((truth * f[HAIR]).sum() / (truth**2).sum() for f in fine[1:])
    assert now > 0.98 * before
    assert np.var((fine[2] - fine[0])[HAIR]) <= np.var((fine[1] - fine[0])[HAIR])


def test_what_is_coarser_than_the_finest_band_stays() -> None:
    """A wave of 12 pixels, fainter than the noise: the skin's texture of a large face."""
    x = np.arange(400)
    wave = (1 + 0.03 * np.sin(2 * np.pi * x / 12))[None, :, None].astype(np.float32)
    flat = np.full((200, 400, 3), 0.25, np.float32) * wave
    noise = noisy()[:200] - clean()[:200]
    after = edit().apply(scene(flat + noise)).linear
    basis = np.exp(2j * np.pi * x / 12)
    before, now = (abs((root(p) - root(p).mean()) @ basis).mean() for p in (flat, after))
    seen = abs(((root(after) - root(after).mean()) @ basis).mean())
    assert seen > 0.98 * before
    assert now < 1.1 * before


def test_colour_noise_and_the_ratio_of_channels_stay() -> None:
    after = edit().apply(scene(noisy())).linear
    crossed = after[..., 0] * noisy()[..., 2], after[..., 2] * noisy()[..., 0]
    np.testing.assert_allclose(*crossed, rtol=1e-5)


def test_strength_0_is_the_identity_and_the_source_stays() -> None:
    source = scene(noisy())
    before = noisy().copy()
    assert edit(strength=0).apply(source) is source
    assert edit(fine=0).apply(source) is source
    edit().apply(source)
    np.testing.assert_array_equal(source.linear, before)


def test_a_picture_without_noise_is_hardly_touched() -> None:
    after = edit(noise=Grain(luma=(0.0,) * 5)).apply(scene(clean())).linear
    np.testing.assert_allclose(after, clean(), atol=1e-7)


@pytest.mark.parametrize("coarse", [0.0, 0.3])
def test_bytes_do_not_depend_on_strips_or_crops(coarse: float) -> None:
    one = edit(coarse=coarse)
    whole = one.apply(scene(noisy())).linear
    # 320 rows are three strips; of 90 rows, they are one
    part = one.apply(scene(noisy()[100:190])).linear
    np.testing.assert_array_equal(part[16:-16], whole[116:174])
    left = one.apply(scene(np.ascontiguousarray(noisy()[:, 37:]))).linear
    np.testing.assert_array_equal(left[:, 16:], whole[:, 53:])
    np.testing.assert_array_equal(one.apply(scene(noisy())).linear, whole)


@pytest.mark.parametrize("shape", [(2, 2), (3, 50), (50, 3), (1, 5)])
def test_tiny_pictures_are_no_trouble(shape: tuple[int, int]) -> None:
    tiny = np.full((*shape, 3), 0.2, np.float32)
    after = edit(coarse=0.3).apply(scene(tiny)).linear
    np.testing.assert_allclose(after, tiny, rtol=1e-5)


@pytest.mark.parametrize("scale", [0.5, 0.8])
def test_a_preview_is_the_finished_picture_made_small(scale: float) -> None:
    size = (round(400 * scale), round(320 * scale))

    def reduced(image: np.ndarray) -> np.ndarray:
        return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA))

    small = replace(scene(reduced(noisy())), scale=scale)
    shown, wanted = edit().apply(small).linear, reduced(edit().apply(scene(noisy())).linear)
    assert float(delta_e00(lab(np.clip(shown, 0, 1)), lab(np.clip(wanted, 0, 1))).mean()) < 1


def test_the_noise_that_is_left_is_told() -> None:
    one = edit()
    flat = np.full((320, 400, 3), 0.2140, np.float32)  # encoded 0.5
    rng = np.random.default_rng(5)
    sigma = np.float32(np.sqrt(DARK + SHOT * 0.214))
    before = (flat + sigma * rng.standard_normal(flat.shape)).astype(np.float32)
    after = one.apply(scene(before)).linear
    factor = (root(after) - root(flat)).std() / (root(before) - root(flat)).std()
    left = one.left(noise_of())
    assert left.luma[2] / noise_of().luma[2] == pytest.approx(factor, rel=0.06)
    assert left.luma_spectrum[-1] < left.luma_spectrum[0] == 1.0


def test_it_says_what_it_did() -> None:
    assert "60 %" in edit().describe().replace("60%", "60 %")
    assert edit(strength=0).describe() == "Noise left as shot."
