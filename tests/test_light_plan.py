"""Planning the light: what is said, and where a reflector stands among the edits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from catchlight.color import to_encoded, to_linear
from catchlight.edits import FillLight, Tone, WhiteBalance
from catchlight.faces import Face
from catchlight.light_plan import plan_light, plan_reflector, too_dark, with_fill
from catchlight.looks import load_look
from catchlight.photo import Capture, Photo
from catchlight.skin import face_view

from .faces_of_data import astronaut


@pytest.mark.parametrize(("raised", "says"), [(0.4, "raised by 0.4"), (0.0, "left as it is")])
def test_what_was_done_for_a_dark_side_is_said_as_it_is(raised: float, says: str) -> None:
    sentence = too_dark(1.9, raised, by_highlights=True)
    assert says in sentence
    assert "1.9 stops" in sentence
    assert "0.0" not in sentence


def test_a_reflector_stands_before_the_tone_and_sees_balanced_skin() -> None:
    balance, tone = WhiteBalance(red_stops=0.5, blue_stops=-0.5), Tone(exposure_stops=0.3)
    fill = FillLight(
        stops=1.0, azimuth=-60.0, elevation=0.0, key_azimuth=60.0, key_elevation=20.0,
        ratio_stops=3.0, skin=(0.4, 0.3, 0.2),
    )  # fmt: skip
    assert with_fill((balance, tone), None) == (balance, tone)
    _, placed, _ = with_fill((balance, tone), fill)
    assert isinstance(placed, FillLight)
    assert placed.skin[0] / fill.skin[0] == pytest.approx(2**0.5, rel=0.15)
    assert placed.skin[2] / fill.skin[2] == pytest.approx(2**-0.5, rel=0.15)
    assert [edit.name for edit in with_fill((tone,), fill)] == ["fill_light", "tone"]


def test_a_grey_picture_keeps_its_colours_and_says_so() -> None:
    pixels, face = astronaut()
    grey = np.repeat(pixels.mean(axis=-1, keepdims=True).round(), 3, axis=-1).astype(np.uint8)
    edits, notes = plan_light(face_view(grey, face), face.eye_distance, load_look("corporate"))
    assert [edit.name for edit in edits] == ["tone"]
    assert any("black-and-white" in note for note in notes)


def half_dark(times: int, sigma: float = 0.0) -> tuple[np.ndarray, Face]:
    """The astronaut enlarged, the picture's left of the face in shade, with grain of `sigma`."""
    small, face = astronaut()
    across = np.arange(small.shape[1]) - float(face.landmarks[[1, 168], 0].mean())
    share = 1 / (1 + np.exp(-across / (0.17 * face.eye_distance)))
    linear = to_linear(small) * (0.09 + 0.91 * share[None, :, None]).astype(np.float32)
    large = cv2.resize(to_encoded(linear, np.uint8), None, fx=times, fy=times)
    grain = sigma * 255 * np.random.default_rng(0).standard_normal((*large.shape[:2], 1))
    pixels = np.clip(np.round(large + grain), 0, 255).astype(np.uint8)
    middles = tuple(times * iris for iris in (face.iris_left, face.iris_right))
    found = replace(face, landmarks=times * face.landmarks)
    assert np.allclose((found.iris_left, found.iris_right), middles)
    return pixels, found


def reflected(pixels: np.ndarray, face: Face) -> float:
    """Stops of the reflector that is planned."""
    photo = Photo(Path("a.png"), "0" * 64, pixels, pixels.shape[1::-1], Capture(), "PNG")
    everybody = np.full(pixels.shape[:2], 255, np.uint8)
    fill = plan_reflector(photo, face, face_view(pixels, face), load_look("corporate"), everybody)
    return 0.0 if fill is None else fill.stops


def test_grain_and_coarse_colour_hold_a_reflector_back() -> None:
    """Shade is raised less where its grain would show at 100 %, or where JPEG's blocks are wide."""
    clean = reflected(*half_dark(3))
    grainy = reflected(*half_dark(3, sigma=0.008))
    small = reflected(*half_dark(1))
    assert clean > 1.2
    assert 0.0 < grainy < clean - 0.4
    assert 0.0 < small < clean - 0.4
