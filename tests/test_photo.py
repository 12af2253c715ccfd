"""Reading photographs: every format, upright, in sRGB, and what is refused."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import struct
import threading
import time
import tracemalloc
import warnings
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from catchlight import photo as photo_module
from catchlight.color import delta_e00, lab, to_linear
from catchlight.errors import (
    PhotoError,
    PhotoTooLarge,
    UnreadablePhoto,
    UnsupportedPhoto,
)
from catchlight.photo import read

from . import photo_files as made

DRAWING = made.drawing()


@pytest.mark.parametrize("name", [name for name in made.FILES if name != "RAW"])
def test_every_format_gives_the_picture(load: Any, name: str) -> None:
    photo = load(made.FILES[name])
    deep = "16" in name
    assert photo.pixels.dtype == (np.uint16 if deep else np.uint8)
    off = np.abs(photo.pixels.astype(int) // (257 if deep else 1) - DRAWING)
    if name == "WebP lossy":  # its colours are half as fine: not on the edges
        off[28:36], off[:, 60:68] = 0, 0
    assert off.max() <= made.LOSSY.get(name, 0)
    assert photo.format == name.split()[0]
    assert photo.full_size == (photo.width, photo.height) == (128, 64)
    assert photo.scale == 1.0
    assert photo.sha256 == hashlib.sha256(made.FILES[name]).hexdigest()
    assert photo.notes == ()
    assert photo.pixels.flags.c_contiguous
    assert photo.pixels.flags.writeable


def test_raw_is_developed_in_linear_light(load: Any) -> None:
    photo = load(made.FILES["RAW"])
    assert (photo.format, photo.pixels.dtype, photo.full_size) == ("RAW", np.uint16, (96, 64))
    linear = to_linear(photo.pixels)
    centres = linear[[16, 16, 48, 48], [24, 72, 24, 72]]
    np.testing.assert_allclose(centres, made.RAW_LINEAR, atol=2e-3)


def test_raw_is_white_balanced_as_shot(load: Any) -> None:
    warm = load(made.dng(neutral=(0.9, 1.0, 0.5)))
    linear = to_linear(warm.pixels)[[16, 16, 48, 48], [24, 72, 24, 72]]
    # LibRaw scales so that the weakest channel still clips at white: compare the ratios.
    ratio = linear / np.array(made.RAW_LINEAR)
    np.testing.assert_allclose(ratio / ratio.mean(), 1, atol=0.02)


# ---------------------------------------------------------------- what is refused


def refused(path: Path, **options: Any) -> PhotoError:
    with pytest.raises(PhotoError) as caught:
        read(path, **options)
    assert type(caught.value) in (UnreadablePhoto, UnsupportedPhoto, PhotoTooLarge)
    assert caught.value.hint
    assert not caught.value.reason.endswith(".")
    return caught.value


@pytest.mark.parametrize("name", made.FILES)
def test_a_truncated_file_is_never_half_a_picture(load: Any, name: str) -> None:
    data = made.FILES[name]
    whole = load(data).pixels
    lengths = {1, 2, 4, 11, 12, 16, 30, 33, 60, 100, len(data) - 1, len(data) - 2, len(data) - 13}
    lengths |= {round(len(data) * part) for part in np.linspace(0.02, 0.99, 40)}
    for length in sorted(n for n in lengths if 0 < n < len(data)):
        photo = None
        with contextlib.suppress(UnreadablePhoto):
            photo = load(data[:length])
        if photo is not None:  # only when nothing but an end marker or a trailer is missing
            np.testing.assert_array_equal(photo.pixels, whole, err_msg=f"{length} bytes")


@pytest.mark.parametrize("name", ["JPEG", "JPEG progressive"])
def test_a_jpeg_filled_up_with_zeros_is_refused(load: Any, name: str) -> None:
    # As card readers and broken downloads leave it: the full length, the end never written.
    picture = made.smooth(320, 240)
    data = made.encoded(picture, "JPEG", progressive=name != "JPEG")
    for part in (0.3, 0.6, 0.95):
        cut = round(len(data) * part)
        with pytest.raises(UnreadablePhoto, match="cut short"):
            load(data[:cut] + bytes(len(data) - cut))


def test_files_that_are_no_photos(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    mp4 = struct.pack(">I", 24) + b"ftypisom\0\0\2\0isomiso2" + bytes(100)
    gif = io.BytesIO()
    Image.new("RGB", (4, 4)).save(gif, "GIF")
    for data, kind, words in (
        (b"", UnreadablePhoto, r"the file is empty \(0 bytes\): copy it again"),
        (b"Dear me,\nthis is a letter.", UnreadablePhoto, "it is a text file, not a picture"),
        (bytes(range(256)) * 8, UnreadablePhoto, "not a picture that is known"),
        (mp4, UnsupportedPhoto, "it is a video: export a still"),
        (b"RIFF\0\0\0\0AVI LIST" + bytes(50), UnsupportedPhoto, "it is a video"),
        (b"\x1a\x45\xdf\xa3" + bytes(50), UnsupportedPhoto, "it is a video"),
        (gif.getvalue(), UnsupportedPhoto, "it is a GIF picture, which is not read: save it as"),
        (b"%PDF-1.7", UnsupportedPhoto, "a PDF document"),
        (b"<?xml version='1.0'?><svg/>", UnsupportedPhoto, "SVG"),
        (b"\xff\xd8\xff\xe0", UnreadablePhoto, "JPEG data are cut short"),
        (b"FUJIFILMCCD-RAW 0201" + bytes(500), PhotoError, "RAW|raw"),
        (struct.pack(">I", 24) + b"ftypcrx \0\0\0\1crx isom" + bytes(200), PhotoError, "RAW|raw"),
    ):
        path.write_bytes(data)
        error = refused(path)
        assert isinstance(error, kind)
        with pytest.raises(kind, match=f"photo.jpg: .*(?:{words})"):
            raise error


def test_a_heic_with_an_item_type_that_is_no_text(load: Any) -> None:
    # This ends the process in the decoder's binding if it is not seen first.
    data = bytearray(made.heic(exif_block=made.exif(6).tobytes()))
    at = data.index(b"Exif")
    for wrong in (0xAB, 0xFF, 0xC0):
        data[at] = wrong
        with pytest.raises(UnreadablePhoto, match="the HEIC data are damaged"):
            load(bytes(data))


def test_things_that_are_no_files(tmp_path: Path) -> None:
    assert "it is a folder" in str(refused(tmp_path))
    assert "there is no such file" in str(refused(tmp_path / "gone.jpg"))
    assert "there is no such file" in str(refused(tmp_path / "x" / "gone.jpg"))
    assert "null" in str(refused(Path("a\0b.jpg")))
    assert "too long" in str(refused(tmp_path / ("n" * 300)))
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert "it cannot be read" in str(refused(tmp_path / "loop"))
    assert "pipe or a device" in str(refused(Path(os.devnull)))


def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    errors: list[PhotoError] = []
    worker = threading.Thread(target=lambda: errors.append(refused(tmp_path / "pipe.jpg")))
    worker.daemon = True
    worker.start()
    worker.join(5)
    assert not worker.is_alive()
    assert "it is a pipe or a device, not a file" in str(errors[0])


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(13, "Permission denied"), "no permission to read it"),
        (OSError(5, "Input/output error"), r"it cannot be read \(input/output error\)"),
    ],
)
def test_a_disk_that_says_no(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, words: str
) -> None:
    def no(*_: Any) -> int:
        raise error

    monkeypatch.setattr(photo_module.os, "open", no)
    with pytest.raises(UnreadablePhoto, match=words):
        read(tmp_path / "a.jpg")


def test_a_name_with_a_newline_stays_on_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a\nb.jpg"
    path.write_bytes(b"\xff\xd8\xff")
    assert "\n" not in str(refused(path))
    path.write_bytes(made.FILES["JPEG"])
    assert read(path).path == path


def test_the_original_is_only_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(made.FILES["JPEG"])
    path.chmod(0o444)
    before = path.stat()
    read(path)
    after = path.stat()
    assert (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)


# ---------------------------------------------------------------- limits


def _bombs() -> dict[str, bytes]:
    big = 50_000
    jpeg = bytearray(made.FILES["JPEG"])
    at = jpeg.index(b"\xff\xc0")
    jpeg[at + 5 : at + 9] = struct.pack(">HH", big, big)
    tiff = bytearray(made.FILES["TIFF"])
    with tifffile.TiffFile(io.BytesIO(bytes(tiff))) as file:
        for name in ("ImageWidth", "ImageLength"):
            tag = file.pages.first.tags[name]
            kind = "<I" if int(tag.dtype) == 4 else "<H"
            struct.pack_into(kind, tiff, tag.valueoffset, big)
    webp = b"RIFF" + struct.pack("<I", 30) + b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4)
    webp += (16383 - 1).to_bytes(3, "little") * 2
    avif = bytearray(made.FILES["AVIF"])
    struct.pack_into(">II", avif, avif.index(b"ispe") + 8, 16000, 16000)
    raw = bytearray(made.FILES["RAW"])
    with tifffile.TiffFile(io.BytesIO(bytes(raw))) as file:
        for name in ("ImageWidth", "ImageLength"):
            struct.pack_into("<H", raw, file.pages.first.tags[name].valueoffset, 30_000)
    return {
        "PNG": made.png_header(big, big),
        "PNG 16": made.png_header(big, big, depth=16),
        "JPEG": bytes(jpeg),
        "TIFF": bytes(tiff),
        "WebP": webp,
        "AVIF": bytes(avif),
        "HEIC": made.heic(size=(30_000, 30_000)),
        "RAW": bytes(raw),
    }


@pytest.mark.parametrize(("name", "data"), _bombs().items())
@pytest.mark.parametrize("max_side", [None, 64])
def test_a_huge_header_is_refused_before_decoding(
    load: Any, name: str, data: bytes, max_side: int | None
) -> None:
    tracemalloc.start()
    begin = time.perf_counter()
    try:
        with pytest.raises(PhotoError) as caught:
            load(data, max_side=max_side)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.perf_counter() - begin < 2
    assert peak < 50e6
    if name not in ("WebP", "AVIF", "RAW"):  # their libraries may see first that it is a lie
        assert isinstance(caught.value, PhotoTooLarge)
        assert "megapixels, more than the limit of 200" in caught.value.reason


@pytest.mark.parametrize("name", made.FILES)
def test_the_limit_of_pixels_can_be_set(load: Any, name: str) -> None:
    width, height = (96, 64) if name == "RAW" else (128, 64)
    assert load(made.FILES[name], max_pixels=width * height).width == width
    with pytest.raises(PhotoTooLarge, match=f"{width} × {height} pixels are"):
        load(made.FILES[name], max_pixels=width * height - 1)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG", "JPEG of its own codes", "TIFF"])
def test_a_file_too_small_for_its_pixels_is_refused_before_it_is_unpacked(
    load: Any, kind: str
) -> None:
    options = {
        "TIFF": {"compression": "tiff_deflate"},
        "WEBP": {"lossless": True, "quality": 0},
        "JPEG of its own codes": {"progressive": True},
    }
    flat = Image.new("RGB", (4096, 2048), (90, 80, 70))
    data = made.saved(flat, kind.split()[0], **options.get(kind, {}))
    tracemalloc.start()
    with pytest.raises(UnreadablePhoto, match="hold no photograph of 4096 × 2048 pixels"):
        load(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10e6


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"quality": 20}),
        ("JPEG", {"quality": 20, "progressive": True, "subsampling": 2}),
        ("WEBP", {"quality": 20, "lossless": False}),
        ("AVIF", {"quality": 20, "speed": 10, "subsampling": "4:2:0"}),
    ],
)
def test_a_large_photograph_of_the_worst_quality_is_read(
    load: Any, kind: str, options: dict[str, Any]
) -> None:
    rng = np.random.default_rng(0)
    soft = cv2.GaussianBlur(rng.normal(128, 400, (256, 512, 3)), (0, 0), 6)  # like a portrait's
    soft = cv2.resize(np.clip(soft, 0, 255), (4096, 2048), interpolation=cv2.INTER_CUBIC)
    grain = rng.normal(0, 1.5, (2048, 4096, 1))
    data = made.encoded(np.clip(soft + grain, 0, 255).astype(np.uint8), kind, **options)
    assert load(data).full_size == (4096, 2048)


def test_the_limit_of_bytes(load: Any, tmp_path: Path) -> None:
    with pytest.raises(PhotoTooLarge, match="MB, more than the limit of"):
        load(made.FILES["TIFF"], max_bytes=len(made.FILES["TIFF"]) - 1)
    assert load(made.FILES["TIFF"], max_bytes=len(made.FILES["TIFF"])).width == 128
    with (tmp_path / "sparse.jpg").open("wb") as file:
        file.truncate(10**12)  # never read into memory
    assert isinstance(refused(tmp_path / "sparse.jpg"), PhotoTooLarge)


def test_too_little_memory_is_said(load: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_memory(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(photo_module, "decode", out_of_memory)
    with pytest.raises(PhotoTooLarge, match="too large to decode"):
        load(made.FILES["JPEG"])


# ---------------------------------------------------------------- threads and warnings


def test_reading_in_threads_gives_the_same_and_keeps_the_warning_filters(tmp_path: Path) -> None:
    paths = []
    for name, data in made.FILES.items():
        paths.append(tmp_path / f"{name}.bin")
        paths[-1].write_bytes(data)
    alone = [read(path).pixels for path in paths]
    before = list(warnings.filters)
    results: dict[int, NDArray[Any]] = {}

    def work(start: int) -> None:
        for k in range(len(paths)):
            i = (start + k) % len(paths)
            results[start * 100 + i] = read(paths[i]).pixels

    threads = [threading.Thread(target=work, args=(3 * n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(warnings.filters) == before
    assert len(results) == 4 * len(paths)
    for key, pixels in results.items():
        np.testing.assert_array_equal(pixels, alone[key % 100])


def test_decoders_warnings_do_not_escape(load: Any) -> None:
    # A TIFF whose tags Pillow warns about, and a JPEG with EXIF data cut in the middle.
    block = made.exif(1, t0x010F="Maker", t0x9286="x" * 200).tobytes()
    for cut in (10, 20, 40, len(block) - 30):
        data = made.encoded(DRAWING, "JPEG", exif=block[:cut])
        assert load(data).width == 128


@pytest.mark.shared
def test_real_photographs(shared: Path) -> None:
    paths = sorted((shared / "people").rglob("*.jp*g"))[:12]
    assert paths
    for path in paths:
        whole, small = read(path), read(path, max_side=300)
        assert whole.full_size == small.full_size == (whole.width, whole.height)
        expected = made.area_mean(whole.pixels, small.shrink)
        found = to_linear(small.pixels)
        difference = delta_e00(lab(expected.astype(np.float32)), lab(found))
        assert difference.mean() < 1.0
