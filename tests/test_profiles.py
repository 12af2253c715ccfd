"""Colour: every way to say what the numbers of a picture mean, against the same picture in sRGB."""

from __future__ import annotations

import struct
import warnings
import zlib
from typing import Any

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from catchlight.color import delta_e00, lab, to_linear
from catchlight.photo import Photo
from catchlight.profiles import Encoding, from_cicp, to_srgb

from . import photo_files as made

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it says on import what optional packages it misses
    import colour

PICTURE = made.smooth(96, 64, seed=3)
P3 = made.icc_profile()
ADOBE = made.icc_profile(((0.64, 0.33), (0.21, 0.71), (0.15, 0.06)), gamma=2.19921875)


def difference(photo: Photo, expected: NDArray[Any] = PICTURE) -> float:
    """The mean ΔE00 between what was read and the picture in sRGB."""
    one, two = lab(to_linear(photo.pixels)), lab(to_linear(expected))
    return float(delta_e00(one, two).mean())


# ---------------------------------------------------------------- Display P3 and other spaces


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF", "TIFF 16"])
def test_a_display_p3_picture_equals_the_same_in_srgb(load: Any, kind: str) -> None:
    in_p3 = made.srgb_to_p3(PICTURE)
    assert np.abs(in_p3.astype(int) - PICTURE).max() > 10  # they are different files
    if kind == "TIFF 16":
        deep = made.srgb_to_p3(PICTURE, 65535)
        photo = load(made.tiff16(deep, photometric="rgb", iccprofile=P3))
        plain = load(made.tiff16(PICTURE.astype(np.uint16) * 257, photometric="rgb"))
        assert photo.pixels.dtype == np.uint16
    else:
        photo = load(made.encoded(in_p3, kind, icc_profile=P3))
        plain = load(made.encoded(PICTURE, kind))
    limit = 1.0 if kind in ("JPEG", "AVIF") else 0.35 if kind != "TIFF 16" else 0.02
    assert difference(photo) < limit
    assert difference(photo, plain.pixels) < limit
    assert photo.notes == ("colours converted from RGB built-in to sRGB",)
    assert plain.notes == ()


def test_display_p3_by_code_in_heic(load: Any) -> None:
    # iPhones embed a profile; others only the code points of H.273, 12 for Display P3.
    drawing = made.drawing()
    by_code = load(made.heic(nclx=(12, 13)))
    by_profile = load(made.heic(icc=P3))
    expected = np.round(
        made.srgb_encode(made.srgb_decode(drawing / 255) @ made.P3_TO_SRGB.T) * 255
    ).astype(np.uint8)
    assert difference(by_code, expected) < 0.5
    assert difference(by_profile, expected) < 0.5
    assert by_code.notes == ("colours converted from Display P3 to sRGB",)
    for code in (1, 2):  # sRGB, unspecified
        assert difference(load(made.heic(nclx=(code, 13))), drawing) < 0.5


def test_display_p3_by_code_in_avif_and_png(load: Any) -> None:
    in_p3 = made.srgb_to_p3(PICTURE)
    avif = imagecodecs.avif_encode(in_p3, level=97, primaries=12, transfer=13, matrix=1)
    assert difference(load(avif)) < 1.0
    png = made.with_chunk(made.encoded(in_p3, "PNG"), b"cICP", bytes([12, 13, 0, 1]))
    assert difference(load(png)) < 0.35
    deep = imagecodecs.png_encode(made.srgb_to_p3(PICTURE, 65535))
    photo = load(made.with_chunk(deep, b"cICP", bytes([12, 13, 0, 1])))
    assert photo.pixels.dtype == np.uint16
    assert difference(photo) < 0.02
    # The code comes before a profile (PNG, third edition).
    both = made.with_chunk(png, b"iCCP", b"x\0\0" + zlib.compress(ADOBE))
    np.testing.assert_array_equal(load(both).pixels, load(png).pixels)


def test_png_gamma_and_chromaticities(load: Any) -> None:
    png = made.encoded(PICTURE, "PNG")
    usual = made.with_chunk(png, b"gAMA", struct.pack(">I", 45455))
    np.testing.assert_array_equal(load(usual).pixels, PICTURE)  # what every program writes
    light = np.round(made.srgb_decode(PICTURE / 255) * 65535).astype(np.uint16)
    linear = made.with_chunk(imagecodecs.png_encode(light), b"gAMA", struct.pack(">I", 100_000))
    assert difference(load(linear)) < 0.02
    p3 = [31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000]
    wide = made.with_chunk(
        made.encoded(made.srgb_to_p3(PICTURE), "PNG"), b"cHRM", struct.pack(">8I", *p3)
    )
    assert difference(load(wide)) < 0.35
    declared = made.with_chunk(wide, b"sRGB", b"\0")  # wins over cHRM
    np.testing.assert_array_equal(load(declared).pixels, made.srgb_to_p3(PICTURE))
    for gamma, chromaticities in ((0, p3[:2] + [0] * 6), (4_000_000_000, [1] * 8)):
        odd = made.with_chunk(png, b"gAMA", struct.pack(">I", gamma))
        odd = made.with_chunk(odd, b"cHRM", struct.pack(">8I", *chromaticities))
        photo = load(odd)
        np.testing.assert_array_equal(photo.pixels, PICTURE)
        assert "read as sRGB" in photo.notes[0]


def test_another_profile_agrees_with_colour_science(load: Any) -> None:
    photo = load(made.encoded(PICTURE, "PNG", icc_profile=ADOBE))
    space = colour.RGB_COLOURSPACES["Adobe RGB (1998)"]
    linear = (PICTURE / 255) ** 2.19921875 @ space.matrix_RGB_to_XYZ.T
    to_srgb_matrix = np.linalg.inv(colour.RGB_COLOURSPACES["sRGB"].matrix_RGB_to_XYZ)
    expected = np.round(made.srgb_encode(linear @ to_srgb_matrix.T) * 255).astype(np.uint8)
    assert difference(photo, expected) < 0.35


def test_an_srgb_profile_changes_nothing(load: Any) -> None:
    same = made.icc_profile(((0.64, 0.33), (0.30, 0.60), (0.15, 0.06)))
    for kind in ("PNG", "TIFF"):
        photo = load(made.encoded(PICTURE, kind, icc_profile=same))
        np.testing.assert_array_equal(photo.pixels, PICTURE)
        assert photo.notes == ()


@pytest.mark.parametrize("profile", [b"", b"garbage" * 40, P3[:200], P3[:131] + b"\xff" * 400])
@pytest.mark.parametrize("kind", ["PNG", "TIFF 16"])
def test_a_damaged_profile_costs_only_itself(load: Any, profile: bytes, kind: str) -> None:
    if kind == "PNG":
        photo = load(made.encoded(PICTURE, "PNG", icc_profile=profile))
    else:
        options = {"iccprofile": profile} if profile else {}
        photo = load(made.tiff16(PICTURE.astype(np.uint16) * 257, photometric="rgb", **options))
    assert difference(photo) == 0
    assert [note for note in photo.notes if "read as sRGB" not in note] == []
    assert len(photo.notes) == (1 if profile else 0)


def test_a_profile_of_another_kind_of_pixels(load: Any) -> None:
    grey = PICTURE[..., 1]
    wrong = load(made.encoded(PICTURE, "PNG", icc_profile=made.cmyk_profile()))
    np.testing.assert_array_equal(wrong.pixels, PICTURE)
    assert "does not fit" in wrong.notes[0]
    # Grey saved out of an RGB document keeps the RGB profile: the curve counts.
    photo = load(made.encoded(grey, "PNG", icc_profile=made.icc_profile(gamma=1.8)))
    expected = np.round(made.srgb_encode((grey / 255) ** 1.8) * 255)
    assert np.abs(photo.pixels - expected[..., None]).max() <= 1
    deep = made.tiff16(
        grey.astype(np.uint16) * 257,
        photometric="minisblack",
        iccprofile=made.icc_profile(gamma=1.8),
    )
    assert np.abs(load(deep).pixels / 257 - expected[..., None]).max() < 0.6


def test_a_profile_bomb_in_a_png_is_left_packed(load: Any) -> None:
    bomb = b"x\0\0" + zlib.compress(bytes(40_000_000), 9)
    photo = load(made.with_chunk(made.encoded(PICTURE, "PNG"), b"iCCP", bomb))
    np.testing.assert_array_equal(photo.pixels, PICTURE)


@pytest.mark.parametrize(("transfer", "name"), [(16, "pq"), (18, "hlg")])
def test_high_dynamic_range_keeps_white_and_mid_grey(transfer: int, name: str) -> None:
    # BT.2408: diffuse white is 203 cd/m2, at code 0.58 in PQ and 0.75 in HLG; 18 % grey is 26
    # cd/m2, at 0.38 in both.
    encoding = from_cicp(9, transfer)
    assert encoding is not None
    assert encoding.transfer == name
    white = 0.58 if name == "pq" else 0.75
    codes = np.round(np.array([0, 0.38, white, 1.0]) * 65535).astype(np.uint16)
    pixels = np.repeat(codes[None, :, None], 3, axis=2)
    notes = to_srgb(pixels, encoding)
    linear = to_linear(pixels)[0, :, 1]
    assert linear[0] == 0
    assert linear[1] == pytest.approx(26 / 203, rel=0.08)
    assert linear[2] == pytest.approx(1.0, abs=0.02)
    assert linear[3] == 1
    assert "clipped" in notes[-1]


def test_wide_primaries_agree_with_colour_science() -> None:
    pixels = np.random.default_rng(0).integers(20_000, 45_000, (4, 5, 3), np.uint16)
    for code, name in ((9, "ITU-R BT.2020"), (11, "DCI-P3"), (12, "Display P3")):
        encoding = from_cicp(code, 8)
        assert encoding is not None
        found = pixels.copy()
        to_srgb(found, encoding)
        expected = colour.RGB_to_RGB(
            pixels / 65535, name, "sRGB", chromatic_adaptation_transform="Bradford"
        )
        np.testing.assert_allclose(to_linear(found), np.clip(expected, 0, 1), atol=2e-3)


def test_an_encoding_that_is_none_changes_nothing() -> None:
    pixels = np.full((2, 2, 3), 77, np.uint8)
    line = Encoding("nonsense", ((0.1, 0.2), (0.2, 0.2), (0.3, 0.2)), (0.3, 0.3), 2.2)
    assert "read as sRGB" in to_srgb(pixels, line)[0]
    assert (pixels == 77).all()


def test_texts_in_a_png_cost_nothing(load: Any) -> None:
    png = made.with_chunk(made.encoded(PICTURE, "PNG"), b"tEXt", b"workflow\0" + b"x" * 3_000_000)
    png = made.with_chunk(png, b"zTXt", b"bomb\0\0" + zlib.compress(bytes(30_000_000), 9))
    np.testing.assert_array_equal(load(png).pixels, PICTURE)


def test_cmyk_with_its_profile(load: Any) -> None:
    # The profile's own table says what full cyan looks like: CIELAB under D50.
    white = colour.CCS_ILLUMINANTS["CIE 1931 2 Degree Standard Observer"]["D50"]
    xyz = colour.Lab_to_XYZ(np.array(made.CYAN_LAB), white)
    expected = colour.XYZ_to_RGB(xyz, "sRGB", white, "Bradford", apply_cctf_encoding=True) * 255
    flat = Image.new("CMYK", (32, 32), (255, 0, 0, 0))
    profile = made.cmyk_profile()
    for data in (
        made.saved(flat, "TIFF", icc_profile=profile),
        made.saved(flat, "JPEG", icc_profile=profile, quality=95),
        made.tiff16(np.asarray(flat) * np.uint16(257), photometric="separated", iccprofile=profile),
    ):
        photo = load(data)
        scale = 257 if photo.pixels.dtype == np.uint16 else 1
        assert np.abs(photo.pixels[16, 16] / scale - expected).max() <= 3
        assert photo.notes == ("colours converted from test inks to sRGB",)
    paper = load(made.saved(Image.new("CMYK", (8, 8), (0, 0, 0, 0)), "TIFF", icc_profile=profile))
    assert paper.pixels.min() >= 254


def test_cielab_tiff(load: Any) -> None:
    from PIL import ImageCms

    srgb, labs = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    image = Image.fromarray(PICTURE)
    lab_image = ImageCms.applyTransform(image, ImageCms.buildTransform(srgb, labs, "RGB", "LAB"))
    assert lab_image is not None
    assert difference(load(made.saved(lab_image, "TIFF"))) < 1.0


def test_a_text_that_says_it_has_millions_of_translations_is_not_believed(load: Any) -> None:
    from PIL import ImageCms

    sound = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    at = sound.index(b"mluc", 132 + 12 * int.from_bytes(sound[128:132], "big"))
    assert not load(made.encoded(PICTURE, "PNG", icc_profile=bytes(sound))).notes
    struct.pack_into(">I", sound, at + 8, 2**25)  # 400 MB of them
    photo = load(made.encoded(PICTURE, "PNG", icc_profile=bytes(sound)))
    assert "colour profile is damaged" in photo.notes[0]
    assert np.array_equal(photo.pixels, PICTURE)
