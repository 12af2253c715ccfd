"""Formats told apart by their first bytes, and what their headers say."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
import tifffile
from hypothesis import given
from hypothesis import strategies as st

from catchlight.headers import (
    identify,
    jpeg_is_cut,
    png_facts,
    png_is_sound,
    png_pixels_only,
    tiff_facts,
)

from . import photo_files as made

DRAWING = made.drawing()


def brand(major: bytes, *others: bytes) -> bytes:
    return made.box(b"ftyp", major, bytes(4), *others) + bytes(64)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (made.encoded(DRAWING, "JPEG"), "JPEG"),
        (made.encoded(DRAWING, "PNG"), "PNG"),
        (made.encoded(DRAWING, "WEBP"), "WebP"),
        (made.encoded(DRAWING, "TIFF"), "TIFF"),
        (made.encoded(DRAWING, "TIFF", big_tiff=True), "TIFF"),
        (made.encoded(DRAWING, "AVIF"), "AVIF"),
        (made.heic(), "HEIC"),
        (made.dng(), "RAW"),
        (brand(b"mif1", b"mif1", b"avif"), "AVIF"),
        (brand(b"mif1", b"mif1", b"heic"), "HEIC"),
        (brand(b"msf1", b"hevc"), "HEIC"),
        (brand(b"crx ", b"isom"), "RAW"),
        (brand(b"qt  "), "a video"),
        (brand(b"isom", b"iso2", b"avc1"), "a video"),
        (brand(b"M4V "), "a video"),
        (brand(b"nope"), "a file of an unknown kind"),
        (b"II*\0\x10\0\0\0CR\2\0" + bytes(64), "RAW"),  # CR2
        (b"FUJIFILMCCD-RAW 0201" + bytes(64), "RAW"),
        (b"IIU\0" + bytes(64), "RAW"),
        (b"IIRO" + bytes(64), "RAW"),
        (b"\xff\x0a" + bytes(64), "a JPEG XL picture"),
        (b"8BPS" + bytes(64), "a Photoshop document"),
        (b"hello", ""),
        (b"", ""),
    ],
)
def test_identify(data: bytes, kind: str) -> None:
    assert identify(data) == kind


def test_raw_in_a_sub_directory_behind_a_preview() -> None:
    # As NEF and ARW are laid out: first a small finished picture, then the sensor's pixels.
    out = io.BytesIO()
    with tifffile.TiffWriter(out) as writer:
        writer.write(DRAWING[::4, ::4], photometric="rgb", subifds=1, metadata=None)
        writer.write(np.zeros((64, 128), np.uint16), photometric=32803, metadata=None)
    data = out.getvalue()
    assert identify(data) == "RAW"
    assert not tiff_facts(data).cut
    assert tiff_facts(data[:-100]).cut


def test_tiff_facts() -> None:
    deep = io.BytesIO()
    tifffile.imwrite(deep, DRAWING.astype(np.uint16), photometric="rgb")
    facts = tiff_facts(deep.getvalue())
    assert (facts.bits, facts.raw, facts.cut, facts.readable) == (16, False, False, True)
    assert tiff_facts(deep.getvalue()[:-1]).cut
    assert not tiff_facts(b"II*\0\x08\0\0\0").readable


def test_png_facts() -> None:
    png = made.encoded(DRAWING, "PNG", icc_profile=b"profile" * 9)
    facts = png_facts(png)
    assert (facts.size, facts.depth, facts.icc) == ((128, 64), 8, b"profile" * 9)
    plain = made.encoded(DRAWING, "PNG")
    with_gamma = made.with_chunk(plain, b"gAMA", struct.pack(">I", 45455))
    assert png_facts(with_gamma).gamma == 0.45455
    assert png_facts(made.with_chunk(with_gamma, b"sRGB", b"\0")).gamma is None
    assert png_facts(made.with_chunk(with_gamma, b"cICP", bytes([9, 16, 0, 1]))).cicp == (9, 16)
    for data in (b"", plain[:20], made.png_header(0, 5), plain[:12] + b"XXXX" + plain[16:]):
        with pytest.raises(ValueError, match="header"):
            png_facts(data)


def test_png_without_profile_and_texts() -> None:
    plain = made.encoded(DRAWING, "PNG")
    rich = made.encoded(DRAWING, "PNG", icc_profile=b"profile" * 9)
    rich = made.with_chunk(rich, b"zTXt", b"Comment\0\0x")
    exif_as_text = made.with_chunk(rich, b"zTXt", b"Raw profile type exif\0\0x")
    assert png_pixels_only(rich) == plain == png_pixels_only(plain)
    assert len(png_pixels_only(exif_as_text)) == len(plain) + 12 + 24
    for cut in range(8, 80):
        assert len(png_pixels_only(rich[:cut])) <= cut


def test_a_jpeg_that_ends_in_zeros() -> None:
    jpeg = made.encoded(DRAWING, "JPEG")
    assert not jpeg_is_cut(jpeg)
    assert not jpeg_is_cut(jpeg + bytes(1000))  # a trailer after its end is nothing bad
    assert jpeg_is_cut(jpeg[:-40] + bytes(40))
    assert jpeg_is_cut(jpeg[:100])


@given(
    st.binary(max_size=200), st.sampled_from([b"", b"II*\0", b"MM\0*", b"\0\0\0\x18ftyp", b"RIFF"])
)
def test_identify_never_raises(junk: bytes, start: bytes) -> None:
    assert isinstance(identify(start + junk), str)


def test_a_png_whose_chunks_are_not_whole_is_seen() -> None:
    data = made.png16(made.drawing().astype("uint16") * 257)
    assert png_is_sound(data)
    assert png_is_sound(data + b"trailer")
    middle = data.index(b"IDAT") + 20
    for at in (24, 25, 26, 27, 28, 30, middle):  # header, its checksum, pixels
        assert not png_is_sound(data[:at] + bytes([data[at] ^ 5]) + data[at + 1 :])
    assert not png_is_sound(data[:-6])
    assert not png_is_sound(data[:40])
