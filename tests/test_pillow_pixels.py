"""Pillow's pixels as arrays: the same as NumPy's own copy of them, wherever they lie."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from catchlight.pillow_pixels import packed


@pytest.mark.parametrize("size", [(1, 1), (7, 5), (333, 1001)])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_the_pixels_are_those_of_the_image(mode: str, size: tuple[int, int]) -> None:
    samples = np.random.default_rng(3).integers(0, 256, (*size[::-1], 3), np.uint8)
    image = Image.fromarray(samples).convert(mode)
    found = packed(image)
    assert found.dtype == np.uint8
    assert np.array_equal(found, np.asarray(image))


def test_an_image_in_several_blocks_of_memory_is_read_too() -> None:
    size = Image.core.get_block_size()  # type: ignore[attr-defined]
    Image.core.set_block_size(4096)  # type: ignore[attr-defined]
    try:
        image = Image.effect_noise((300, 200), 60).convert("RGB")
    finally:
        Image.core.set_block_size(size)  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="contiguous"):
        image.__arrow_c_array__()
    assert np.array_equal(packed(image), np.asarray(image))


def test_what_is_returned_outlives_the_image() -> None:
    image = Image.new("RGB", (64, 64), (10, 20, 30))
    found = packed(image)
    del image
    Image.new("RGB", (64, 64), (99, 99, 99))
    assert (found == (10, 20, 30)).all()
