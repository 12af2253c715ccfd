"""Oracles: compression is no change; a planted patch is found where it was planted."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from catchlight.difference import compare, laid_under

from .signed_pictures import scene


def saved(pixels: np.ndarray, quality: int) -> np.ndarray:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer))


def portrait() -> np.ndarray:
    from skimage import data

    return np.asarray(data.astronaut(), np.uint8)


@pytest.mark.parametrize("quality", [92, 75, 60])
def test_compression_is_no_change(quality: int) -> None:
    found = compare(saved(portrait(), quality), portrait())
    assert found.share < 0.001
    assert "Nothing differs" in found.describe() or found.share < 0.001


def test_the_same_is_the_same() -> None:
    found = compare(portrait(), portrait())
    assert (found.share, found.regions, found.compared) == (0.0, (), 1.0)


def smoothed(pixels: np.ndarray, box: tuple[slice, slice]) -> None:
    pixels[box] = cv2.GaussianBlur(pixels[box], (0, 0), 6)


def tinted(pixels: np.ndarray, box: tuple[slice, slice]) -> None:
    pixels[box] = np.clip(pixels[box] + np.array([14, 0, -8]), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("change", [smoothed, tinted])
def test_a_planted_change_is_found_in_its_place(change: object) -> None:
    box = (slice(80, 140), slice(200, 264))  # on the face
    pixels = portrait().copy()
    change(pixels, box)  # type: ignore[operator]
    found = compare(saved(pixels, 85), portrait())
    assert found.regions
    first = found.regions[0]
    assert abs(first.left * 512 - 200) <= 40
    assert abs(first.bottom * 512 - 140) <= 32
    assert found.shown.shape == (512, 512, 3)
    for region in found.regions:
        assert region.left * 512 >= 190
        assert region.right * 512 <= 274


def test_only_what_is_asked_is_compared() -> None:
    pixels = portrait().copy()
    pixels[:256] = 0
    where = np.zeros((512, 512), bool)
    where[264:] = True
    assert compare(pixels, portrait(), where).regions == ()
    assert compare(pixels, portrait(), ~where).regions


def test_odd_sizes() -> None:
    odd = scene()[:301, :203]
    assert compare(odd, odd).regions == ()
    tiny = scene()[:5, :5]
    assert compare(tiny, tiny).regions == ()


def test_an_original_is_laid_under_its_crop() -> None:
    """Turned, scaled, and in other tones: the known transform comes back to a pixel or so."""
    whole = portrait()
    matrix = cv2.getRotationMatrix2D((256, 200), 3.0, 1.4)
    crop = cv2.warpAffine(whole, matrix, (512, 512), flags=cv2.INTER_CUBIC)[60:460, 80:440]
    toned = np.clip((crop / 255.0) ** 0.85 * (250, 240, 235), 0, 255).astype(np.uint8)
    found = laid_under(toned, whole)
    assert found is not None
    laid, covered = found
    assert covered.mean() > 0.9
    error = np.abs(laid[covered].astype(int) - toned[covered]).mean()
    assert error < 4
    assert compare(toned, laid, covered, tolerance=4.6, texture=9.0).share < 0.01


def test_strangers_are_not_laid_over_each_other() -> None:
    assert laid_under(portrait(), scene(3)) is None
    flat = np.full((200, 200, 3), 90, np.uint8)
    assert laid_under(flat, portrait()) is None
