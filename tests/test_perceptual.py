"""Oracles: a picture saved again is the same picture; another is another; a direct DCT."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from catchlight.perceptual import BITS, SAME, hash_distance, perceptual_hash

from .signed_pictures import scene


def saved(pixels: np.ndarray, side: int, quality: int) -> np.ndarray:
    image = Image.fromarray(pixels)
    image = image.resize((side, round(side * image.height / image.width)), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer))


@pytest.mark.parametrize(("side", "quality"), [(480, 60), (240, 80), (120, 75)])
def test_copies_are_the_same(side: int, quality: int) -> None:
    for seed in range(5):
        pixels = scene(seed)
        copy = saved(pixels, side, quality)
        assert hash_distance(perceptual_hash(pixels), perceptual_hash(copy)) <= SAME // 2


def test_others_and_mirrored_are_not() -> None:
    hashes = [perceptual_hash(scene(seed)) for seed in range(12)]
    apart = [hash_distance(a, b) for i, a in enumerate(hashes) for b in hashes[:i]]
    assert min(apart) > 2 * SAME
    mirrored = perceptual_hash(np.ascontiguousarray(scene()[:, ::-1]))
    assert hash_distance(hashes[0], mirrored) > 2 * SAME


def test_brightness_and_what_is_transparent_do_not_count() -> None:
    pixels = scene()
    lighter = np.clip(pixels.astype(int) + 12, 0, 255).astype(np.uint8)
    assert hash_distance(perceptual_hash(pixels), perceptual_hash(lighter)) <= 8
    alpha = np.zeros(pixels.shape[:2], np.uint8)
    alpha[100:400, 100:300] = 255
    hidden = pixels.copy()
    hidden[alpha == 0] = 0
    first, second = (perceptual_hash(np.dstack([p, alpha])) for p in (pixels, hidden))
    assert first == second


def test_is_the_sign_of_the_low_frequencies() -> None:
    """Against the definition of the transform, without OpenCV's."""
    grey = np.zeros((64, 64))
    n = np.arange(64)
    grey += 60 * np.outer(np.cos(np.pi * (n + 0.5) * 3 / 64), np.cos(np.pi * (n + 0.5) * 5 / 64))
    pixels = np.repeat(np.clip(grey + 128, 0, 255).astype(np.uint8)[..., None], 3, axis=2)
    found = np.unpackbits(np.frombuffer(perceptual_hash(pixels), np.uint8)).reshape(16, 16)
    assert found[3, 5] == 1
    assert found.size == BITS
