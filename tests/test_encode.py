"""Oracles: Pillow reads the files back; the bytes hold nothing but what was put in."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from catchlight.encode import encode_jpeg, encode_png, srgb_profile


def noise(height: int = 120, width: int = 160) -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (height, width, 3), np.uint8)


def test_jpeg_reads_back_with_profile_and_resolution() -> None:
    smooth = np.linspace(0, 255, 160, dtype=np.uint8)[None, :, None].repeat(120, 0).repeat(3, 2)
    data, quality = encode_jpeg(smooth, quality=95, dpi=300)
    with Image.open(io.BytesIO(data)) as image:
        assert (image.size, image.info["dpi"], quality) == ((160, 120), (300, 300), 95)
        assert image.info["icc_profile"] == srgb_profile()
        assert not image.getexif()
        assert np.abs(np.asarray(image).astype(int) - smooth).mean() < 1


def test_the_profile_is_srgb_and_always_the_same() -> None:
    srgb_profile.cache_clear()
    first = srgb_profile()
    srgb_profile.cache_clear()
    assert srgb_profile() == first
    profile = ImageCms.ImageCmsProfile(io.BytesIO(first))
    reference = ImageCms.createProfile("sRGB")
    picture = Image.fromarray(noise())
    same = ImageCms.profileToProfile(picture, profile, reference)
    assert np.abs(np.asarray(same).astype(int) - np.asarray(picture)).max() <= 1


def test_fits_the_byte_limit_at_the_best_quality() -> None:
    limit = 25_000
    data, quality = encode_jpeg(noise(), quality=95, max_bytes=limit)
    assert len(data) <= limit
    assert len(encode_jpeg(noise(), quality=quality + 1)[0]) > limit


def test_an_impossible_limit_is_an_error() -> None:
    with pytest.raises(ValueError, match="too few"):
        encode_jpeg(noise(), max_bytes=500)


@pytest.mark.parametrize("channels", [0, 3, 4])
def test_png_is_lossless(channels: int) -> None:
    shape = (40, 50, channels) if channels else (40, 50)
    pixels = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
    with Image.open(io.BytesIO(encode_png(pixels, dpi=300))) as image:
        np.testing.assert_array_equal(np.asarray(image), pixels)


def test_the_same_bytes_twice() -> None:
    assert encode_jpeg(noise()) == encode_jpeg(noise())
    assert encode_png(noise()) == encode_png(noise())
