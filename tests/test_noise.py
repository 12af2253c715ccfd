"""Oracles: noise of known strength and correlation, given to pictures by the test."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from catchlight.edits import Grain, Tone
from catchlight.noise import measure_noise, resampled

LUMA = float(np.linalg.norm([0.299, 0.587, 0.114]))


def scene(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """A smooth picture of three levels, and the person's coverage in it."""
    base = np.zeros((480, 480, 3), np.float32)
    for at, level in enumerate((60, 128, 195)):
        base[160 * at : 160 * (at + 1)] = level
    base += np.linspace(-12, 12, 480)[None, :, None]
    alpha = np.zeros((480, 480), np.uint8)
    alpha[:, 100:380] = 255
    return base / 255, alpha


def measured(sigma: float, *, soft: float = 0.0, jpeg: int = 0, light: tuple = ()) -> Grain:
    base, alpha = scene()
    noise = np.random.default_rng(1).normal(0, 1, base.shape).astype(np.float32)
    if soft:
        noise = cv2.GaussianBlur(noise, (0, 0), soft)
        noise /= noise.std()
    pixels = np.clip(np.round((base + sigma * noise) * 255), 0, 255).astype(np.uint8)
    if jpeg:
        data = io.BytesIO()
        Image.fromarray(pixels).save(data, "JPEG", quality=jpeg)
        pixels = np.asarray(Image.open(data))
    return measure_noise(pixels, alpha, (240.0, 240.0), 80.0, light)


@pytest.mark.parametrize("sigma", [0.006, 0.012, 0.03])
@pytest.mark.parametrize(("soft", "within"), [(0.0, 0.1), (0.6, 0.1), (0.9, 0.2)])
def test_strength_is_found(sigma: float, soft: float, within: float) -> None:
    found = measured(sigma, soft=soft)
    np.testing.assert_allclose(found.luma[1:4], sigma * LUMA, rtol=within)


def test_spectrum_tells_white_from_soft() -> None:
    white, soft = measured(0.02).luma_spectrum, measured(0.02, soft=0.7).luma_spectrum
    assert min(white) > 0.8
    # a Gaussian's own response; neighbouring frequencies run into one another a little
    expected = [float(np.exp(-2 * (np.pi * 0.7 * f) ** 2)) for f in (0.12, 0.37)]
    assert soft[4] / soft[1] == pytest.approx(expected[1] / expected[0], rel=0.3)
    assert soft[6] < soft[5] < 0.25 * soft[1]


def test_jpeg_takes_the_colour_out_of_noise() -> None:
    assert measured(0.02, jpeg=90).chroma < 0.6 * measured(0.02).chroma


def test_edits_of_the_light_change_its_noise_too() -> None:
    plain = measured(0.01)
    raised = measured(0.01, light=(Tone(exposure_stops=1.0),))
    # twice the light, and an encoding with the power 1/2.4: noise on the mid grey grows with it
    assert raised.luma[3] > 1.1 * plain.luma[2]


def test_texture_of_one_material_is_not_taken_for_noise() -> None:
    base, alpha = scene()
    rng = np.random.default_rng(2)
    noise = rng.normal(0, 0.008, base.shape)
    stubble = cv2.GaussianBlur(rng.normal(0, 1, (160, 480, 1)).astype(np.float32), (0, 0), 1.0)
    base[160:320] += 0.25 * stubble[..., None]
    pixels = np.clip(np.round((base + noise) * 255), 0, 255).astype(np.uint8)
    found = measure_noise(pixels, alpha, (240.0, 240.0), 80.0)
    assert found.luma[2] == pytest.approx(0.008 * LUMA, rel=0.3)


def test_what_only_the_person_shows_is_their_texture() -> None:
    base, alpha = scene()
    rng = np.random.default_rng(2)
    pores = rng.normal(0, 0.03, (*alpha.shape, 1)) * (alpha[..., None] > 0)
    coloured = 0.4 * rng.normal(0, 0.03, base.shape) * (alpha[..., None] > 0)
    everywhere = rng.normal(0, 0.003, base.shape)
    pixels = np.clip(np.round((base + pores + coloured + everywhere) * 255), 0, 255)
    found = measure_noise(pixels.astype(np.uint8), alpha, (240.0, 240.0), 80.0)
    assert max(found.luma) < 1.7 / 255


def test_a_picture_too_small_to_tell_has_the_usual_grain() -> None:
    tiny = np.zeros((12, 12, 3), np.uint8)
    assert measure_noise(tiny, np.zeros((12, 12), np.uint8), (6.0, 6.0), 4.0) == Grain()


def test_turning_takes_as_much_noise_as_the_renderer_s_interpolation() -> None:
    noise = np.random.default_rng(3).normal(0, 1, (600, 600)).astype(np.float32)
    matrix = cv2.getRotationMatrix2D((300, 300), 7.3, 1.0)
    turned = cv2.warpAffine(noise, matrix, (600, 600), flags=cv2.INTER_LANCZOS4)[150:450, 150:450]
    found = resampled(Grain(luma=(0.01,) * 5))
    assert found.luma[2] / 0.01 == pytest.approx(float(turned.std()), rel=0.05)
    assert found.luma_spectrum[6] < found.luma_spectrum[1]


def test_noise_of_black_and_white_is_found() -> None:
    base, alpha = scene()
    noise = np.random.default_rng(1).normal(0, 1, base.shape[:2])[..., None]
    grey = np.clip(np.round((base + 0.02 * noise) * 255), 0, 255).astype(np.uint8)
    found = measure_noise(grey, alpha, (240.0, 240.0), 80.0)
    np.testing.assert_allclose(found.luma[1:4], 0.02, rtol=0.1)
