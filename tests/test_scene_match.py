"""Oracles: renderings under lights of known side and colour; painted faces of known colours."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from catchlight import faces
from catchlight.edits import Tone, WhiteBalance
from catchlight.light_color import DAYLIGHT, TINT
from catchlight.lighting import lighting
from catchlight.photo import Capture, Photo
from catchlight.scene_match import black_level, match_scene, side_of_key
from catchlight.skin import face_view

from .faces_of_data import astronaut, painted_view
from .rendered_face import render_face

# the London set's mean whites and skin, linear, of green 0.3 and 0.2
WHITES = tuple(0.3 * 2.0**v for v in (0.244, 0.0, -0.057))
SKIN = tuple(0.2 * 2.0**v for v in (0.760, 0.0, -0.400))


@cache
def lit(azimuth: float, stops: float = 1.5) -> tuple[np.ndarray, faces.Face]:
    picture = render_face(key_azimuth=azimuth, key_to_fill_stops=stops, key_elevation=25.0)
    return picture.pixels, faces.find(picture.pixels)[0]


def photo_of(pixels: np.ndarray) -> Photo:
    from pathlib import Path

    size = (pixels.shape[1], pixels.shape[0])
    return Photo(Path("a.png"), "0" * 64, pixels, size, Capture(), "PNG")


@pytest.mark.parametrize("azimuth", [-60.0, 60.0])
def test_the_key_is_on_its_side(azimuth: float) -> None:
    pixels, face = lit(azimuth)
    view = face_view(pixels, face)
    key, _ = side_of_key(view, lighting(view, face), face)
    assert key * np.sign(azimuth) > 0.4


def test_light_from_the_front_has_no_side() -> None:
    pixels, face = lit(0.0)
    view = face_view(pixels, face)
    assert abs(side_of_key(view, lighting(view, face), face)[0]) < 0.35


def test_without_a_reading_of_the_light_the_cheeks_decide() -> None:
    _, face = astronaut()
    for stops in (-0.8, 0.8):
        view = painted_view(SKIN, WHITES, stops_across=stops)
        assert side_of_key(view, None, face)[0] * stops > 0.5
    assert side_of_key(painted_view(SKIN, WHITES), None, face)[0] == 0


def test_haze_is_found_in_the_darkest_parts() -> None:
    pixels, face = astronaut()
    alpha = np.zeros(pixels.shape[:2], np.uint8)
    alpha[20:, 130:320] = 255
    clear = black_level(pixels, alpha, face)
    hazy = (pixels.astype(float) * 0.88 + np.array([28, 30, 34])).astype(np.uint8)
    veil = black_level(hazy, alpha, face)
    assert max(clear) < 0.006
    assert veil[0] < veil[2]  # bluish, as the haze is
    assert 0.008 < veil[1] <= 0.035


def test_a_dim_photo_gets_a_dim_backdrop_and_a_raised_one_a_brighter() -> None:
    pixels, face = astronaut()
    alpha = np.zeros(pixels.shape[:2], np.uint8)
    alpha[20:, 130:320] = 255
    dark = np.clip(pixels * 0.7, 0, 255).astype(np.uint8)
    levels = [
        match_scene(photo_of(p), face, face_view(p, face), alpha, light).level
        for p, light in ((pixels, ()), (dark, ()), (dark, (Tone(exposure_stops=1.0),)))
    ]
    assert levels[1] < levels[0] - 0.5
    assert levels[2] == pytest.approx(min(levels[1] + 1.0, 0.2), abs=1e-3)


def test_a_face_half_in_the_sun_is_not_before_a_dim_paper() -> None:
    pixels, face = lit(70.0, 4.0)
    bright = np.clip(pixels * 1.15, 0, 255).astype(np.uint8)
    alpha = np.full(pixels.shape[:2], 255, np.uint8)
    found = match_scene(photo_of(bright), face, face_view(bright, face), alpha, ())
    assert found.level > -0.35
    assert found.contrast > 1.5


def test_what_the_balance_takes_out_is_no_longer_there() -> None:
    pixels, face = astronaut()
    alpha = np.zeros(pixels.shape[:2], np.uint8)
    alpha[20:, 130:320] = 255
    view = face_view(pixels, face)
    balance = WhiteBalance(red_stops=-0.2, blue_stops=0.3)
    before = match_scene(photo_of(pixels), face, view, alpha, ())
    after = match_scene(photo_of(pixels), face, view, alpha, (balance,))
    change = np.array([after.red_stops - before.red_stops, after.blue_stops - before.blue_stops])
    assert change @ DAYLIGHT == pytest.approx(np.array([-0.2, 0.3]) @ DAYLIGHT, abs=2e-3)


def test_paper_is_never_green_or_magenta() -> None:
    pixels, face = astronaut()
    alpha = np.zeros(pixels.shape[:2], np.uint8)
    alpha[20:, 130:320] = 255
    for green in (0.4, -0.4):
        light = (WhiteBalance(red_stops=-green, blue_stops=-green),)
        found = match_scene(photo_of(pixels), face, face_view(pixels, face), alpha, light)
        left = np.array([found.red_stops, found.blue_stops])
        assert abs(left @ TINT) < 0.04
