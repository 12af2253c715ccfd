"""Decoding: orientation, reduced reading against the plain mean, and kinds of pixels, by format."""

from __future__ import annotations

import io
from typing import Any

import imagecodecs
import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from catchlight import decoders
from catchlight.errors import UnsupportedPhoto

from . import photo_files as made

DRAWING = made.drawing()
PICTURE = made.smooth(96, 64, seed=3)


# ---------------------------------------------------------------- orientation


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "TIFF 16", "PNG 16", "RAW"])
def test_orientation(load: Any, kind: str, orientation: int) -> None:
    stored = made.stored(DRAWING, orientation)
    if kind == "TIFF 16":
        tags = [(274, 3, 1, orientation, True)]
        photo = load(made.tiff16(stored.astype(np.uint16) * 257, extratags=tags))
    elif kind == "PNG 16":
        block = made.exif(orientation).tobytes().removeprefix(b"Exif\0\0")
        photo = load(made.with_chunk(made.png16(stored.astype(np.uint16) * 257), b"eXIf", block))
    elif kind == "RAW":
        photo = load(made.dng(orientation))
    else:
        photo = load(made.encoded(stored, kind, exif=made.exif(orientation)))
    if kind == "RAW":
        upright = load(made.dng()).pixels
        # The mosaic's red site is elsewhere in the turned picture: compare inside the quarters.
        turned = _turned_by_definition(upright, orientation)
        assert photo.pixels.shape == turned.shape
        inside = photo.pixels[12::32, 12::32].astype(int) - turned[12::32, 12::32]
        assert np.abs(inside).max() < 300
    else:
        got = photo.pixels.astype(int) // (257 if "16" in kind else 1)
        assert np.abs(got - DRAWING).max() <= 3
    assert photo.full_size == (photo.width, photo.height)


def _turned_by_definition(stored: NDArray[Any], orientation: int) -> NDArray[Any]:
    """The upright picture of a stored one: where every stored pixel goes, by the standard."""
    height, width = stored.shape[:2]
    upright_shape = (width, height) if orientation >= 5 else (height, width)
    index = np.arange(height * width).reshape(upright_shape)
    places = made.stored(index, orientation)
    out = np.empty((height * width, 3), stored.dtype)
    out[places.ravel()] = stored.reshape(-1, 3)
    return out.reshape(*upright_shape, 3)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_of_avif(load: Any, orientation: int) -> None:
    # Pillow writes it as irot and imir boxes and tells it as EXIF orientation when it reads.
    data = made.encoded(made.stored(DRAWING, orientation), "AVIF", exif=made.exif(orientation))
    assert np.abs(load(data).pixels.astype(int) - DRAWING).max() <= 6


@pytest.mark.parametrize("irot", [None, 0, 1, 2, 3])
@pytest.mark.parametrize("imir", [None, 0, 1])
@pytest.mark.parametrize("told_twice", [False, True])
def test_orientation_of_heic(
    load: Any, irot: int | None, imir: int | None, told_twice: bool
) -> None:
    # ISO/IEC 23008-12: irot counts quarter turns anti-clockwise; imir 0 exchanges top and bottom,
    # 1 left and right. Cameras also write an EXIF orientation, which must not be applied again.
    block = made.exif(6).tobytes() if told_twice else None
    photo = load(made.heic(irot=irot, imir=imir, exif_block=block))
    upright = np.rot90(DRAWING, irot or 0)
    upright = upright if imir is None else upright[::-1] if imir == 0 else upright[:, ::-1]
    assert photo.pixels.shape == upright.shape
    assert np.abs(photo.pixels.astype(int) - upright).max() <= 4
    assert photo.full_size == (upright.shape[1], upright.shape[0])


@pytest.mark.parametrize("value", [0, 9, 200])
def test_an_unknown_orientation_is_ignored(load: Any, value: int) -> None:
    data = made.encoded(DRAWING, "JPEG", exif=made.exif(value))
    assert np.abs(load(data).pixels.astype(int) - DRAWING).max() <= 3


# ---------------------------------------------------------------- reduced reading


@pytest.mark.parametrize("side", [0, -5])
def test_max_side_is_a_size(load: Any, side: int) -> None:
    with pytest.raises(ValueError, match="max_side"):
        load(made.FILES["JPEG"], max_side=side)


@pytest.mark.parametrize("name", made.FILES)
@pytest.mark.parametrize("side", [1000, 128, 100, 64, 50, 33, 20, 7, 1])
def test_a_reduced_picture_has_at_least_the_side_asked_for(load: Any, name: str, side: int) -> None:
    photo = load(made.FILES[name], max_side=side)
    full = max(photo.full_size)
    assert photo.full_size == load(made.FILES[name]).full_size
    assert min(side, full) <= max(photo.width, photo.height) <= max(2 * side, 2)
    assert photo.scale == 1 / photo.shrink
    assert photo.width == photo.full_size[0] // photo.shrink
    assert photo.height == photo.full_size[1] // photo.shrink
    if name != "RAW" and photo.height >= 8:  # the quarters keep their colours
        height, width = photo.pixels.shape[:2]
        spots = photo.pixels[[height // 4, 3 * height // 4], [width // 4, width // 4]]
        top = 257 if photo.pixels.dtype == np.uint16 else 1
        near = np.abs(spots.astype(int) / top - [made.RED, made.BLUE])
        assert near.max() <= made.LOSSY.get(name, 0) + 1


@pytest.mark.parametrize("n", [2, 3, 5])
def test_reducing_is_the_mean_of_linear_light(load: Any, n: int) -> None:
    picture = np.random.default_rng(1).integers(0, 256, (50, 71, 3), np.uint8)
    photo = load(made.encoded(picture, "PNG"), max_side=71 // n)
    assert photo.shrink == n
    expected = made.srgb_encode(made.area_mean(picture, n)) * 255
    assert np.abs(photo.pixels - expected).max() < 0.51


@pytest.mark.parametrize("n", [2, 4, 8, 16])
@pytest.mark.parametrize("orientation", [1, 3, 6])
def test_jpeg_reduced_by_its_cosines_equals_the_reduced_whole(
    load: Any, n: int, orientation: int
) -> None:
    # 403 × 307 is no multiple of anything: a reduction counted from the wrong end would show.
    picture = made.smooth(403, 307)
    stored = made.stored(picture, orientation)
    data = made.encoded(stored, "JPEG", exif=made.exif(orientation), quality=97)
    photo = load(data, max_side=403 // n)
    assert photo.shrink == n
    whole = load(data)
    assert whole.full_size == photo.full_size == (403, 307)
    expected = made.srgb_encode(made.area_mean(whole.pixels, n)) * 255
    difference = np.abs(photo.pixels - expected)
    assert difference.mean() < 0.6
    assert difference.max() <= 4


def test_jpeg_of_whole_blocks_uses_the_fast_path(
    load: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: Any) -> None:
        raise AssertionError("averaged after decoding")

    monkeypatch.setattr(decoders, "reduced", slow)
    for orientation in range(1, 9):
        stored = made.stored(made.smooth(640, 320), orientation)
        data = made.encoded(stored, "JPEG", exif=made.exif(orientation))
        assert load(data, max_side=80).pixels.shape == (40, 80, 3)


def test_a_monochrome_sensor_gives_grey(load: Any) -> None:
    photo = load(made.dng(monochrome=True))
    assert photo.pixels.shape == (64, 96, 3)
    assert np.ptp(photo.pixels.astype(int), axis=2).max() == 0
    assert len(np.unique(photo.pixels[16::32, 24::48, 0])) > 1


# ---------------------------------------------------------------- kinds of pixels


def test_grey_palette_and_one_bit_become_rgb(load: Any) -> None:
    image = Image.fromarray(PICTURE)
    grey = image.convert("L")
    for kind in ("PNG", "JPEG", "TIFF", "WEBP"):
        options = {"lossless": True} if kind == "WEBP" else {}
        photo = load(made.saved(grey, kind, **options))
        assert photo.pixels.shape == PICTURE.shape
        assert np.abs(photo.pixels - np.asarray(grey)[..., None].astype(int)).max() <= 6
    palette = image.quantize(32)
    for kind in ("PNG", "TIFF"):
        photo = load(made.saved(palette, kind))
        np.testing.assert_array_equal(photo.pixels, np.asarray(palette.convert("RGB")))
    bits = image.convert("1")
    for kind in ("PNG", "TIFF"):
        photo = load(made.saved(bits, kind))
        np.testing.assert_array_equal(photo.pixels, np.asarray(bits.convert("RGB")))


def test_sixteen_bit_grey(load: Any) -> None:
    deep = np.random.default_rng(0).integers(0, 65536, (30, 40), np.uint16)
    for data, expected in (
        (imagecodecs.png_encode(deep), deep),
        (made.tiff16(deep, photometric="minisblack"), deep),
        (made.tiff16(deep, photometric="miniswhite"), 65535 - deep),
        (made.tiff16(deep, photometric="minisblack", byteorder=">"), deep),
    ):
        photo = load(data)
        assert photo.pixels.dtype == np.uint16
        np.testing.assert_array_equal(photo.pixels, np.repeat(expected[..., None], 3, axis=2))


def test_sixteen_bit_planes_and_extra_channels(load: Any) -> None:
    deep = np.random.default_rng(0).integers(0, 65536, (20, 30, 3), np.uint16)
    planes = made.tiff16(np.moveaxis(deep, 2, 0), photometric="rgb", planarconfig="separate")
    np.testing.assert_array_equal(load(planes).pixels, deep)
    mask = np.concatenate([deep, deep[..., :1]], axis=2)  # not declared as alpha
    data = made.tiff16(mask, photometric="rgb", extrasamples=["unspecified"])
    np.testing.assert_array_equal(load(data).pixels, deep)


def test_cmyk_without_a_profile_is_the_complement(load: Any) -> None:
    inks = np.random.default_rng(0).integers(0, 256, (16, 16, 4), np.uint8)
    inks[0, :3] = [[0, 0, 0, 0], [0, 0, 0, 255], [255, 0, 0, 0]]
    image = Image.frombytes("CMYK", (16, 16), inks.tobytes())
    expected = (255.0 - inks[..., :3]) * (255 - inks[..., 3:]) / 255
    photo = load(made.saved(image, "TIFF"))
    assert np.abs(photo.pixels - expected).max() <= 1
    assert photo.pixels[0, :3].tolist() == [[255, 255, 255], [0, 0, 0], [0, 255, 255]]
    assert "approximate" in photo.notes[0]
    deep = load(made.tiff16(inks.astype(np.uint16) * 257, photometric="separated"))
    assert np.abs(deep.pixels / 257 - expected).max() <= 0.51
    flat = Image.new("CMYK", (32, 32), (0, 128, 255, 20))
    jpeg = load(made.saved(flat, "JPEG", quality=95))  # Adobe's: stored inverted
    assert np.abs(jpeg.pixels - np.array(flat.convert("RGB")).astype(int)).max() <= 4


def test_floating_point_and_odd_depths_are_named(load: Any) -> None:
    for samples in (PICTURE.astype(np.float32), PICTURE.astype(np.uint32)):
        with pytest.raises(UnsupportedPhoto, match=r"32-bit RGB.*: save it as"):
            load(made.tiff16(samples, photometric="rgb"))


# ---------------------------------------------------------------- several pictures


def test_the_first_of_several_pictures_is_read(load: Any) -> None:
    frames = [Image.fromarray(np.roll(PICTURE, n * 20, axis=1)) for n in range(3)]
    for kind, options in (
        ("TIFF", {}),
        ("PNG", {}),
        ("WEBP", {"lossless": True}),
        ("MPO", {"quality": 95, "subsampling": 0}),
    ):
        data = made.saved(frames[0], kind, save_all=True, append_images=frames[1:], **options)
        photo = load(data)
        assert photo.pixels.shape == PICTURE.shape
        assert np.abs(photo.pixels.astype(int) - PICTURE).mean() < 1
        if kind != "MPO":  # phones put gain maps and previews there; not worth a word
            assert photo.notes == ("the file has several pictures; the first is used",)
    deep = io.BytesIO()
    with tifffile.TiffWriter(deep) as writer:
        for n in range(2):
            frame = np.roll(PICTURE, n * 20, 1) * np.uint16(257)
            writer.write(frame, photometric="rgb", metadata=None)
    np.testing.assert_array_equal(load(deep.getvalue()).pixels // 257, PICTURE)
