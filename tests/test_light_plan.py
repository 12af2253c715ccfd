"""Planning the light: what is said, and where a reflector stands among the edits."""

from __future__ import annotations

import numpy as np
import pytest

from catchlight.edits import FillLight, Tone, WhiteBalance
from catchlight.light_plan import plan_light, too_dark, with_fill
from catchlight.looks import load_look
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
