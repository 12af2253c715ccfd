"""Colour: every way to say what the numbers of a picture mean, against the same picture in sRGB."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from catchlight.color import delta_e00, lab, to_linear
from catchlight.photo import Photo, read
from catchlight.profiles import Encoding, from_cicp, to_srgb

from . import photo_files as made

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it says on import what optional packages it misses
    import colour

PICTURE = made.smooth(96, 64, seed=3)
P3 = made.icc_profile()
ADOBE = made.icc_profile(((0.64, 0.33), (0.21, 0.71), (0.15, 0.06)), gamma=2.19921875)


@pytest.fixture
def load(tmp_path: Path) -> Any:
    def load(data: bytes, **options: Any) -> Photo:
        path = tmp_path / "photo.bin"
        path.write_bytes(data)
        return read(path, **options)

    return load


def difference(photo: Photo, expected: NDArray[Any] = PICTURE) -> float:
    """The mean ΔE00 between what was read and the picture in sRGB."""
    one, two = lab(to_linear(photo.pixels)), lab(to_linear(expected))
    return float(delta_e00(one, two).mean())


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def tiff16(samples: NDArray[Any], **options: Any) -> bytes:
    out = io.BytesIO()
    tifffile.imwrite(out, samples, metadata=None, **options)
    return out.getvalue()


# ---------------------------------------------------------------- Display P3 and other spaces


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF", "TIFF 16"])
def test_a_display_p3_picture_equals_the_same_in_srgb(load: Any, kind: str) -> None:
    in_p3 = made.srgb_to_p3(PICTURE)
    assert np.abs(in_p3.astype(int) - PICTURE).max() > 10  # they are different files
    if kind == "TIFF 16":
        deep = made.srgb_to_p3(PICTURE, 65535)
        photo = load(tiff16(deep, photometric="rgb", iccprofile=P3))
        plain = load(tiff16(PICTURE.astype(np.uint16) * 257, photometric="rgb"))
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
        photo = load(tiff16(PICTURE.astype(np.uint16) * 257, photometric="rgb", **options))
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
    deep = tiff16(
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


# ---------------------------------------------------------------- kinds of pixels


def test_grey_palette_and_one_bit_become_rgb(load: Any) -> None:
    image = Image.fromarray(PICTURE)
    grey = image.convert("L")
    for kind in ("PNG", "JPEG", "TIFF", "WEBP"):
        options = {"lossless": True} if kind == "WEBP" else {}
        photo = load(saved(grey, kind, **options))
        assert photo.pixels.shape == PICTURE.shape
        assert np.abs(photo.pixels - np.asarray(grey)[..., None].astype(int)).max() <= 6
    palette = image.quantize(32)
    for kind in ("PNG", "TIFF"):
        photo = load(saved(palette, kind))
        np.testing.assert_array_equal(photo.pixels, np.asarray(palette.convert("RGB")))
    bits = image.convert("1")
    for kind in ("PNG", "TIFF"):
        photo = load(saved(bits, kind))
        np.testing.assert_array_equal(photo.pixels, np.asarray(bits.convert("RGB")))


def test_sixteen_bit_grey(load: Any) -> None:
    deep = np.random.default_rng(0).integers(0, 65536, (30, 40), np.uint16)
    for data, expected in (
        (imagecodecs.png_encode(deep), deep),
        (tiff16(deep, photometric="minisblack"), deep),
        (tiff16(deep, photometric="miniswhite"), 65535 - deep),
        (tiff16(deep, photometric="minisblack", byteorder=">"), deep),
    ):
        photo = load(data)
        assert photo.pixels.dtype == np.uint16
        np.testing.assert_array_equal(photo.pixels, np.repeat(expected[..., None], 3, axis=2))


def test_sixteen_bit_planes_and_extra_channels(load: Any) -> None:
    deep = np.random.default_rng(0).integers(0, 65536, (20, 30, 3), np.uint16)
    planes = tiff16(np.moveaxis(deep, 2, 0), photometric="rgb", planarconfig="separate")
    np.testing.assert_array_equal(load(planes).pixels, deep)
    mask = np.concatenate([deep, deep[..., :1]], axis=2)  # not declared as alpha
    data = tiff16(mask, photometric="rgb", extrasamples=["unspecified"])
    np.testing.assert_array_equal(load(data).pixels, deep)


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
        photo = load(saved(Image.fromarray(rgba), kind, **options))
        assert np.abs(photo.pixels - expected).max() <= 0.51
        assert photo.notes == ("transparent areas are set on white",)
    deep = rgba.astype(np.uint16) * 257
    for data in (
        imagecodecs.png_encode(deep),
        tiff16(deep, photometric="rgb", extrasamples=["unassalpha"]),
    ):
        photo = load(data)
        assert photo.pixels.dtype == np.uint16
        assert np.abs(photo.pixels / 257 - expected).max() < 0.01
    cover = alpha[..., None] / 255
    associated = np.round(deep * np.dstack([cover, cover, cover, np.ones_like(cover)]))
    data = tiff16(associated.astype(np.uint16), photometric="rgb", extrasamples=["assocalpha"])
    assert np.abs(load(data).pixels / 257 - expected)[:, 8:].max() < 0.1
    grey = np.dstack([PICTURE[..., 0], alpha])
    two = Image.merge("LA", [Image.fromarray(grey[..., 0]), Image.fromarray(alpha)])
    photo = load(saved(two, "PNG"))
    assert np.abs(photo.pixels - on_white(PICTURE[..., :1].repeat(3, 2), alpha)).max() <= 0.51


def test_opaque_alpha_changes_nothing(load: Any) -> None:
    rgba = np.dstack([PICTURE, np.full(PICTURE.shape[:2], 255, np.uint8)])
    photo = load(saved(Image.fromarray(rgba), "PNG"))
    np.testing.assert_array_equal(photo.pixels, PICTURE)
    assert photo.notes == ()


def test_transparent_palette_and_transparent_colour(load: Any) -> None:
    palette = Image.fromarray(PICTURE).quantize(8)
    index = np.asarray(palette)
    photo = load(saved(palette, "PNG", transparency=int(index[0, 0])))
    see_through = index == index[0, 0]
    assert (photo.pixels[see_through] == 255).all()
    np.testing.assert_array_equal(
        photo.pixels[~see_through], np.asarray(palette.convert("RGB"))[~see_through]
    )
    keyed = made.drawing()
    photo = load(saved(Image.fromarray(keyed), "PNG", transparency=made.RED))
    expected = np.where((keyed == made.RED).all(axis=2, keepdims=True), 255, keyed)
    np.testing.assert_array_equal(photo.pixels, expected)


def test_transparency_in_another_colour_space(load: Any) -> None:
    alpha = np.full((64, 96), 128, np.uint8)
    rgba = np.dstack([made.srgb_to_p3(PICTURE), alpha])
    photo = load(saved(Image.fromarray(rgba), "PNG", icc_profile=P3))
    assert np.abs(photo.pixels - on_white(PICTURE, alpha)).max() <= 2
    assert len(photo.notes) == 2


def test_cmyk_without_a_profile_is_the_complement(load: Any) -> None:
    inks = np.random.default_rng(0).integers(0, 256, (16, 16, 4), np.uint8)
    inks[0, :3] = [[0, 0, 0, 0], [0, 0, 0, 255], [255, 0, 0, 0]]
    image = Image.frombytes("CMYK", (16, 16), inks.tobytes())
    expected = (255.0 - inks[..., :3]) * (255 - inks[..., 3:]) / 255
    photo = load(saved(image, "TIFF"))
    assert np.abs(photo.pixels - expected).max() <= 1
    assert photo.pixels[0, :3].tolist() == [[255, 255, 255], [0, 0, 0], [0, 255, 255]]
    assert "approximate" in photo.notes[0]
    deep = load(tiff16(inks.astype(np.uint16) * 257, photometric="separated"))
    assert np.abs(deep.pixels / 257 - expected).max() <= 0.51
    flat = Image.new("CMYK", (32, 32), (0, 128, 255, 20))
    jpeg = load(saved(flat, "JPEG", quality=95))  # Adobe's: stored inverted
    assert np.abs(jpeg.pixels - np.array(flat.convert("RGB")).astype(int)).max() <= 4


def test_cmyk_with_its_profile(load: Any) -> None:
    # The profile's own table says what full cyan looks like: CIELAB under D50.
    white = colour.CCS_ILLUMINANTS["CIE 1931 2 Degree Standard Observer"]["D50"]
    xyz = colour.Lab_to_XYZ(np.array(made.CYAN_LAB), white)
    expected = colour.XYZ_to_RGB(xyz, "sRGB", white, "Bradford", apply_cctf_encoding=True) * 255
    flat = Image.new("CMYK", (32, 32), (255, 0, 0, 0))
    profile = made.cmyk_profile()
    for data in (
        saved(flat, "TIFF", icc_profile=profile),
        saved(flat, "JPEG", icc_profile=profile, quality=95),
        tiff16(np.asarray(flat) * np.uint16(257), photometric="separated", iccprofile=profile),
    ):
        photo = load(data)
        scale = 257 if photo.pixels.dtype == np.uint16 else 1
        assert np.abs(photo.pixels[16, 16] / scale - expected).max() <= 3
        assert photo.notes == ("colours converted from test inks to sRGB",)
    paper = load(saved(Image.new("CMYK", (8, 8), (0, 0, 0, 0)), "TIFF", icc_profile=profile))
    assert paper.pixels.min() >= 254


def test_cielab_tiff(load: Any) -> None:
    from PIL import ImageCms

    srgb, labs = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    image = Image.fromarray(PICTURE)
    lab_image = ImageCms.applyTransform(image, ImageCms.buildTransform(srgb, labs, "RGB", "LAB"))
    assert lab_image is not None
    assert difference(load(saved(lab_image, "TIFF"))) < 1.0


def test_floating_point_and_odd_depths_are_named(load: Any) -> None:
    from catchlight.errors import UnsupportedPhoto

    for samples in (PICTURE.astype(np.float32), PICTURE.astype(np.uint32)):
        with pytest.raises(UnsupportedPhoto, match=r"32-bit RGB.*: save it as"):
            load(tiff16(samples, photometric="rgb"))


# ---------------------------------------------------------------- several pictures


def test_the_first_of_several_pictures_is_read(load: Any) -> None:
    frames = [Image.fromarray(np.roll(PICTURE, n * 20, axis=1)) for n in range(3)]
    for kind, options in (
        ("TIFF", {}),
        ("PNG", {}),
        ("WEBP", {"lossless": True}),
        ("MPO", {"quality": 95, "subsampling": 0}),
    ):
        data = saved(frames[0], kind, save_all=True, append_images=frames[1:], **options)
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
