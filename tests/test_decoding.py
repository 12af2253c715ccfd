"""Transparency: set on white, against the mixture in linear light written once more."""

from __future__ import annotations

from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from . import photo_files as made

PICTURE = made.smooth(96, 64, seed=3)
P3 = made.icc_profile()


def on_white(color: NDArray[Any], alpha: NDArray[Any]) -> NDArray[np.float64]:
    """Colour over white in linear light, 0..255."""
    cover = alpha[..., None] / 255
    light: NDArray[np.float64] = made.srgb_decode(color / 255) * cover + 1 - cover
    return np.asarray(made.srgb_encode(light) * 255)


def test_transparency_is_set_on_white_in_linear_light(load: Any) -> None:
    alpha = np.tile(np.linspace(0, 255, 96).round().astype(np.uint8), (64, 1))
    rgba = np.dstack([PICTURE, alpha])
    expected = on_white(PICTURE, alpha)
    for kind in ("PNG", "WEBP", "TIFF"):
        options = {"lossless": True, "exact": True} if kind == "WEBP" else {}
        photo = load(made.saved(Image.fromarray(rgba), kind, **options))
        assert np.abs(photo.pixels - expected).max() <= 0.51
        assert photo.notes == ("transparent areas are set on white",)
    deep = rgba.astype(np.uint16) * 257
    for data in (
        imagecodecs.png_encode(deep),
        made.tiff16(deep, photometric="rgb", extrasamples=["unassalpha"]),
    ):
        photo = load(data)
        assert photo.pixels.dtype == np.uint16
        assert np.abs(photo.pixels / 257 - expected).max() < 0.01
    cover = alpha[..., None] / 255
    associated = np.round(deep * np.dstack([cover, cover, cover, np.ones_like(cover)]))
    data = made.tiff16(associated.astype(np.uint16), photometric="rgb", extrasamples=["assocalpha"])
    assert np.abs(load(data).pixels / 257 - expected)[:, 8:].max() < 0.1
    grey = np.dstack([PICTURE[..., 0], alpha])
    two = Image.merge("LA", [Image.fromarray(grey[..., 0]), Image.fromarray(alpha)])
    photo = load(made.saved(two, "PNG"))
    assert np.abs(photo.pixels - on_white(PICTURE[..., :1].repeat(3, 2), alpha)).max() <= 0.51


def test_opaque_alpha_changes_nothing(load: Any) -> None:
    rgba = np.dstack([PICTURE, np.full(PICTURE.shape[:2], 255, np.uint8)])
    photo = load(made.saved(Image.fromarray(rgba), "PNG"))
    np.testing.assert_array_equal(photo.pixels, PICTURE)
    assert photo.notes == ()


def test_transparent_palette_and_transparent_colour(load: Any) -> None:
    palette = Image.fromarray(PICTURE).quantize(8)
    index = np.asarray(palette)
    photo = load(made.saved(palette, "PNG", transparency=int(index[0, 0])))
    see_through = index == index[0, 0]
    assert (photo.pixels[see_through] == 255).all()
    np.testing.assert_array_equal(
        photo.pixels[~see_through], np.asarray(palette.convert("RGB"))[~see_through]
    )
    keyed = made.drawing()
    photo = load(made.saved(Image.fromarray(keyed), "PNG", transparency=made.RED))
    expected = np.where((keyed == made.RED).all(axis=2, keepdims=True), 255, keyed)
    np.testing.assert_array_equal(photo.pixels, expected)


def test_transparency_in_another_colour_space(load: Any) -> None:
    alpha = np.full((64, 96), 128, np.uint8)
    rgba = np.dstack([made.srgb_to_p3(PICTURE), alpha])
    photo = load(made.saved(Image.fromarray(rgba), "PNG", icc_profile=P3))
    assert np.abs(photo.pixels - on_white(PICTURE, alpha)).max() <= 2
    assert len(photo.notes) == 2
