"""Decoding: orientation in every format, and reduced reading against the plain mean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from catchlight import decoders
from catchlight.photo import Photo, read

from . import photo_files as made

DRAWING = made.drawing()


@pytest.fixture
def load(tmp_path: Path) -> Any:
    """Write bytes to a file without a telling name and read it."""

    def load(data: bytes, **options: Any) -> Photo:
        path = tmp_path / "photo.bin"
        path.write_bytes(data)
        return read(path, **options)

    return load


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
