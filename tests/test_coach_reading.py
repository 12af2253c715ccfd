"""Oracles: rendered faces of known pose, lids, gaze and light; a mirrored frame; a pinhole."""

from __future__ import annotations

import math

import numpy as np
import pytest

from catchlight.coach_reading import (
    Camera,
    Reading,
    from_lines,
    read_frame,
    to_lines,
)
from catchlight.face_track import Track

from .faces_of_data import astronaut
from .rendered_face import render_face


def rendered(**truth: object) -> Reading:
    """Read a rendering in the fourth frame, in which the key light is looked at too."""
    picture = render_face(size=(1280, 720), eye_distance_px=76, distance_cm=85, **truth)  # type: ignore[arg-type]
    track = Track()
    for index in range(4):
        reading, track = read_frame(picture.pixels, index / 10, track)
    return reading


@pytest.fixture(scope="module")
def plain() -> Reading:
    return rendered()


def test_left_and_right_are_the_sitters_own() -> None:
    turned = rendered(yaw=20.0)  # to the sitter's left
    assert turned.yaw == pytest.approx(20, abs=4)
    tilted = rendered(roll=12.0)  # towards the right shoulder
    assert tilted.roll == pytest.approx(12, abs=2)
    lit = rendered(key_azimuth=80.0, key_to_fill_stops=4.0)  # from the sitter's left
    assert lit.side is not None
    assert lit.side > 2


def test_lids_close() -> None:
    shut = rendered(lids=0.0)
    assert shut.lids is not None
    assert max(shut.lids) < 0.08
    assert shut.gaze is None


def test_gaze_sideways(plain: Reading) -> None:
    aside = rendered(gaze=(20.0, 0.0))
    assert plain.gaze is not None
    assert aside.gaze is not None
    assert aside.gaze[0] - plain.gaze[0] == pytest.approx(20, abs=5)


def test_light_from_below_and_from_above(plain: Reading) -> None:
    below, above = rendered(key_elevation=-40.0), rendered(key_elevation=78.0, key_azimuth=0.0)
    for reading, truth in ((plain, 35.0), (below, -40.0), (above, 78.0)):
        assert reading.key_elevation == pytest.approx(truth, abs=8)


def test_darkness_in_stops(plain: Reading) -> None:
    dark = rendered(exposure_stops=-3.0)
    assert plain.dark is not None
    assert dark.dark is not None
    assert dark.dark - plain.dark == pytest.approx(3, abs=0.3)


def test_bright_wall_behind_a_dark_face(plain: Reading) -> None:
    window = rendered(background=(255, 255, 255), exposure_stops=-2.5)
    assert plain.backlight is not None
    assert window.backlight is not None
    assert plain.backlight < 1.2
    assert window.backlight > 3


def test_distance_of_a_pinhole_camera(plain: Reading) -> None:
    assert Camera(diagonal_fov=90).focal_length(300, 400) == pytest.approx(250)
    # 63 mm at f px show as 63 mm * f / distance px: turn that round.
    assert plain.eye_distance is not None
    expected = Camera().focal_length(1280, 720) * 6.3 / plain.eye_distance
    assert plain.distance == pytest.approx(expected)


def test_a_mirrored_frame_reads_as_the_same_person() -> None:
    pixels, _ = astronaut()
    wide = np.pad(pixels, ((0, 0), (200, 0), (0, 0)), mode="edge")
    straight, _ = read_frame(wide, 0.0)
    mirrored, _ = read_frame(np.ascontiguousarray(wide[:, ::-1]), 0.0, camera=Camera(mirrored=True))
    assert mirrored == straight


def test_nobody() -> None:
    reading, track = read_frame(np.full((360, 640, 3), 90, np.uint8), 2.0)
    assert reading.room is not None
    assert reading == Reading(2.0, 640, 360, 0, room=reading.room)
    half, _ = read_frame(np.full((360, 640, 3), 65, np.uint8), 2.0)  # 90 is twice the light of 65
    assert half.room == pytest.approx(reading.room - 1, abs=0.05)
    assert track.face is None


def test_lines_keep_four_digits(plain: Reading) -> None:
    again = next(from_lines(to_lines([plain])))
    for name, value in plain.as_dict().items():
        assert getattr(again, name) == (tuple(value) if isinstance(value, list) else value)
    assert again.yaw == pytest.approx(plain.yaw, abs=1e-4)


@pytest.mark.parametrize(
    "line", ['{"time": 1.0}', '{"time":1,"width":1,"height":1,"people":0,"x":1}']
)
def test_refuses_other_lines(line: str) -> None:
    with pytest.raises(ValueError, match="not a reading"):
        list(from_lines(line))


def test_numbers_are_finite(plain: Reading) -> None:
    for name, value in plain.as_dict().items():
        parts = value if isinstance(value, list) else [value]
        assert all(math.isfinite(part) for part in parts), name
