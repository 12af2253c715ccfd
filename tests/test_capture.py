"""Capture facts from EXIF data, tidy and garbage."""

from __future__ import annotations

import json
import struct
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from catchlight.capture import Capture, capture_facts, crop_factor, raw_exif_blocks
from catchlight.photo import read

from . import photo_files as made


def block(main: dict[int, Any], detail: dict[int, Any]) -> bytes:
    """An EXIF block with tags of its first and of its Exif directory."""
    exif = Image.Exif()
    exif.update(main)
    exif.get_ifd(0x8769).update(detail)
    return exif.tobytes()


FULL = block(
    {0x010F: "Canon", 0x0110: "Canon EOS R5", 0x0132: "2024:06:01 00:00:00"},
    {
        0x9003: "2024:05:01 10:20:30",
        0x9291: "25",
        0x9011: "+09:00",
        0x920A: IFDRational(85),
        0xA405: 85,
        0x829D: IFDRational(28, 10),
        0x829A: IFDRational(1, 200),
        0x8827: 400,
        0xA434: "RF85mm F1.2 L USM",
    },
)
EXPECTED = Capture(
    time=datetime(2024, 5, 1, 10, 20, 30, 250_000, timezone(timedelta(hours=9))),
    focal_length_mm=85.0,
    focal_length_35mm=85.0,
    f_number=2.8,
    exposure_s=0.005,
    iso=400,
    camera="Canon EOS R5",
    lens="RF85mm F1.2 L USM",
)


def test_all_facts() -> None:
    assert capture_facts(FULL) == EXPECTED
    assert capture_facts(FULL.removeprefix(b"Exif\0\0")) == EXPECTED
    assert capture_facts() == capture_facts(None) == capture_facts(b"") == Capture()


def test_facts_are_ready_for_json() -> None:
    facts = json.loads(json.dumps(EXPECTED.as_dict()))
    assert facts["time"] == "2024-05-01T10:20:30.250000+09:00"
    assert facts["f_number"] == 2.8
    assert set(Capture().as_dict().values()) == {None}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
def test_facts_come_with_every_format(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a"
    path.write_bytes(made.encoded(made.drawing(), kind, exif=FULL))
    assert read(path).capture == EXPECTED
    assert read(path, max_side=40).capture == EXPECTED


def test_facts_come_with_heic_and_raw(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(made.heic(exif_block=FULL))
    assert read(path).capture == EXPECTED
    path.write_bytes(made.dng())
    capture = read(path).capture
    assert capture.camera == "Lens Makers Model 1"
    assert capture.time == datetime(2024, 5, 1, 10, 20, 30)
    deep = np.zeros((8, 8, 3), np.uint16)
    png = imagecodecs.png_encode(deep)
    path.write_bytes(made.with_chunk(png, b"eXIf", FULL.removeprefix(b"Exif\0\0")))
    assert read(path).capture == EXPECTED


def test_raw_files_that_are_no_tiff() -> None:
    tiff = FULL.removeprefix(b"Exif\0\0")
    little = block({0x0110: "X"}, {}).removeprefix(b"Exif\0\0")
    assert raw_exif_blocks(little) == [little]
    assert raw_exif_blocks(b"IIRO" + little[4:])[0][:4] == b"II*\0"
    assert raw_exif_blocks(b"MMOR" + tiff[4:])[0][:4] == b"MM\0*"
    head = b"FUJIFILMCCD-RAW ".ljust(84, b"\0") + struct.pack(">I", 200)
    raf = head.ljust(200, b"\0") + b"\xff\xd8\xff\xe1\xff\xff" + b"Exif\0\0" + tiff
    assert capture_facts(*raw_exif_blocks(raf)) == EXPECTED
    # CR3: the main directory in CMT1, the Exif directory on its own in CMT2.
    one = block({0x010F: "Canon", 0x0110: "Canon EOS R6"}, {}).removeprefix(b"Exif\0\0")
    two = Image.Exif()
    two[0x829D], two[0x9003] = IFDRational(4), "2023:01:02 03:04:05"
    body = two.tobytes().removeprefix(b"Exif\0\0")
    cr3 = made.box(b"ftyp", b"crx ", bytes(4)) + made.box(b"CMT1", one) + made.box(b"CMT2", body)
    facts = capture_facts(*raw_exif_blocks(cr3))
    assert (facts.camera, facts.f_number) == ("Canon EOS R6", 4.0)
    assert facts.time == datetime(2023, 1, 2, 3, 4, 5)
    for cut in (4, 84, 90, 210):
        assert isinstance(capture_facts(*raw_exif_blocks(raf[:cut])), Capture)


@pytest.mark.parametrize(
    ("make", "model", "camera"),
    [
        ("Canon", "Canon EOS R5", "Canon EOS R5"),
        ("NIKON CORPORATION", "NIKON D850", "Nikon D850"),
        ("Apple", "iPhone 15 Pro", "Apple iPhone 15 Pro"),
        ("SONY", "ILCE-7M3", "Sony ILCE-7M3"),
        ("samsung", "SM-G991B", "Samsung SM-G991B"),
        ("OLYMPUS IMAGING CORP.", "E-M1", "Olympus E-M1"),
        ("FUJIFILM", "X-T4", "Fujifilm X-T4"),
        ("Canon\0\0\0", "  Canon   EOS\n5D \0junk", "Canon EOS 5D"),
        ("HUAWEI", "", "Huawei"),
        ("", "Pixel 8", "Pixel 8"),
        ("Apple", "Applecam", "Apple Applecam"),
        ("", "", None),
        ("---", "???", None),
    ],
)
def test_the_camera_as_one_tidy_string(make: str, model: str, camera: str | None) -> None:
    assert capture_facts(block({0x010F: make, 0x0110: model}, {})).camera == camera


SHOT = "2024:05:01 10:20:30"
SHOT_TIME = datetime(2024, 5, 1, 10, 20, 30)


@pytest.mark.parametrize(
    ("tags", "time"),
    [
        ({0x9003: SHOT}, SHOT_TIME),
        ({0x9003: "2024-05-01T10:20:30Z"}, SHOT_TIME),
        ({0x9003: "0000:00:00 00:00:00", 0x9004: SHOT}, SHOT_TIME),
        ({0x9003: "2024:13:45 10:20:30"}, None),
        ({0x9003: "    :  :     :  :  "}, None),
        ({0x9003: SHOT, 0x9291: "abc"}, SHOT_TIME),
        ({0x9003: SHOT, 0x9291: "123456789"}, SHOT_TIME.replace(microsecond=123456)),
        ({0x9003: SHOT, 0x9011: "Z"}, SHOT_TIME.replace(tzinfo=UTC)),
        ({0x9003: SHOT, 0x9011: "+99:99"}, SHOT_TIME),
        (
            {0x9003: SHOT, 0x9011: "-03:30"},
            SHOT_TIME.replace(tzinfo=timezone(-timedelta(hours=3, minutes=30))),
        ),
    ],
)
def test_the_time(tags: dict[int, Any], time: datetime | None) -> None:
    assert capture_facts(block({}, tags)).time == time


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
def test_size_and_focus_as_the_camera_wrote_them(tmp_path: Path, kind: str) -> None:
    tags = {0xA002: 4032, 0xA003: 3024, 0x9206: IFDRational(451, 1000), 0xA405: 26}
    path = tmp_path / "a"
    path.write_bytes(made.encoded(made.drawing(), kind, exif=block({}, tags)))
    photo = read(path)
    assert photo.capture.size == (4032, 3024)
    assert photo.capture.subject_distance_m == pytest.approx(0.451)
    # What is left of it frames as a longer lens would.
    share = np.hypot(*photo.full_size) / np.hypot(4032, 3024)
    framed = photo.capture.framed_focal_length(photo.full_size)
    assert framed == pytest.approx(
        26 / share if crop_factor((4032, 3024), photo.full_size) != 1 else 26
    )


def test_a_focus_that_is_unknown_or_infinite_is_none() -> None:
    for value in (IFDRational(0, 1), IFDRational(0xFFFFFFFF, 1), IFDRational(0xFFFFFFFF, 1000)):
        assert capture_facts(block({}, {0x9206: value})).subject_distance_m is None
    assert capture_facts(block({}, {0xA002: 4032})).size is None
    assert capture_facts(block({}, {0xA002: 0, 0xA003: 3024})).size is None


@pytest.mark.parametrize(
    ("taken", "stored", "factor"),
    [
        ((4032, 3024), (4032, 3024), 1.0),
        ((4032, 3024), (3024, 4032), 1.0),  # turned upright
        ((4032, 3024), (1600, 1200), 1.0),  # made smaller
        ((4032, 3024), (1601, 1199), 1.0),  # rounded
        ((4032, 3024), (3024, 3024), 5040 / 4276.6),
        ((4032, 3024), (1000, 1000), 5040 / 1414.2),
        ((4032, 3024), (1250, 1000), 5040 / 1600.8),
        ((640, 480), (1000, 1000), None),  # not the picture that the data are about
        (None, (1000, 1000), None),
    ],
)
def test_crops_are_told_by_shape(
    taken: tuple[int, int] | None, stored: tuple[int, int], factor: float | None
) -> None:
    found = crop_factor(taken, stored)
    assert found == (None if factor is None else pytest.approx(factor, rel=1e-4))
    capture = Capture(focal_length_35mm=26.0, size=taken)
    assert capture.framed_focal_length(stored) == pytest.approx(26 * (factor or 1), rel=1e-4)
    assert Capture(size=taken).framed_focal_length(stored) is None


def test_apertures_and_times_in_apex_units() -> None:
    # Exif 3.0, annex C: Av 5 is f/5.657, Tv 7 is 1/128 s.
    facts = capture_facts(block({}, {0x9202: IFDRational(5), 0x9201: IFDRational(7)}))
    assert facts.f_number == pytest.approx(5.657, abs=1e-3)
    assert facts.exposure_s == pytest.approx(1 / 128)


def test_sensitivity_beyond_its_field() -> None:
    assert capture_facts(block({}, {0x8827: 65535, 0x8832: 102400})).iso == 102400
    assert capture_facts(block({}, {0x8827: (200, 0)})).iso == 200
    assert capture_facts(block({}, {0x8827: 0})).iso is None


def test_a_lens_without_a_name() -> None:
    def lens(*values: int | float) -> str | None:
        return capture_facts(
            block({}, {0xA432: tuple(IFDRational(round(v * 10), 10) for v in values)})
        ).lens

    assert lens(24, 70, 2.8, 2.8) == "24-70mm f/2.8"
    assert lens(18, 55, 3.5, 5.6) == "18-55mm f/3.5-5.6"
    assert lens(50, 50, 1.8, 1.8) == "50mm f/1.8"
    assert lens(0, 0, 0, 0) is None


def test_impossible_values_are_left_out() -> None:
    nothing = IFDRational(0, 0)
    for value in (nothing, IFDRational(0), IFDRational(4_000_000_000), IFDRational(-5, 1)):
        facts = capture_facts(block({}, {0x920A: value, 0x829D: value}))
        assert (facts.focal_length_mm, facts.f_number) == (None, None)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.integers(0, len(FULL)), st.integers(1, 40))
def test_garbage_never_raises(junk: bytes, at: int, length: int) -> None:
    assert isinstance(capture_facts(junk), Capture)
    assert isinstance(capture_facts(b"Exif\0\0II*\0\x08\0\0\0" + junk), Capture)
    damaged = FULL[:at] + junk[:length] + FULL[at + length :]
    capture = capture_facts(damaged)
    json.dumps(capture.as_dict())
    if capture.camera:
        assert capture.camera.isprintable()
    if capture.f_number is not None:
        assert 0.5 <= capture.f_number <= 512
