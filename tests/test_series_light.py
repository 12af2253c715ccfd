"""The light of a series: brought all the way, each face to its own target, its skin left alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from catchlight.light_plan import plan_light
from catchlight.looks import Look, load_look
from catchlight.measures.exposure import stops_to_normal
from catchlight.series_light import exact_tone, eye_depth, toned
from catchlight.skin import FaceView, eye_white_mask, face_view, skin_level

from .faces_of_data import astronaut


def look(**tone: object) -> Look:
    plain = load_look("corporate")
    return plain.model_copy(update={"tone": plain.tone.model_copy(update={"exact": True, **tone})})


def view(gain: float = 1.0, haze: float = 0.0) -> FaceView:
    """The astronaut as a camera set otherwise, or with flare, would have had her."""
    pixels, face = astronaut()
    seen = face_view(pixels, face)
    return replace(
        seen, linear=(seen.linear * np.float32(gain) * np.float32(1 - haze) + np.float32(haze))
    )


@pytest.mark.parametrize("gain", [0.5, 0.8, 1.2])
@pytest.mark.parametrize("own", [0.0, -0.25])
def test_every_exposure_comes_out_at_its_own_target(gain: float, own: float) -> None:
    seen = view(gain)
    tone, short = exact_tone(seen, None, look(own=own))
    assert short == pytest.approx(0, abs=0.01)
    after = stops_to_normal(toned(seen, None, tone))
    assert after == pytest.approx(-own, abs=0.01)


def test_what_cannot_be_reached_is_told() -> None:
    tone, short = exact_tone(view(0.1), None, look())
    assert tone.exposure_stops == pytest.approx(1.4)
    after = stops_to_normal(toned(view(0.1), None, tone))
    assert after == pytest.approx(short, abs=0.03)
    assert short > 0.5
    _, notes = plan_light(view(0.1), 120.0, look())
    assert any("too dark" in note for note in notes)


def test_haze_shows_in_the_pupils_and_contrast_is_drawn_a_little_towards_the_series() -> None:
    near = replace(view(), scale=1.0), replace(view(haze=0.05), scale=1.0)  # as if large enough
    clear, hazy = (eye_depth(seen) for seen in near)
    assert clear is not None
    assert hazy is not None
    assert hazy < clear - 0.3
    drawn, _ = exact_tone(near[1], None, look(depth=clear))
    left, _ = exact_tone(near[1], None, look())
    assert left.contrast < drawn.contrast <= 1.08  # more would show in the skin's texture


def test_skin_keeps_its_own_relation_to_the_whites() -> None:
    """Nothing is done to skin: all is a scaling of the whole picture."""
    seen = view()
    tone, _ = exact_tone(view(0.8), None, look(own=-0.3, depth=3.0))
    own = []
    for each in (seen, toned(view(0.8), None, tone)):
        whites = float(np.median(each.luminance[eye_white_mask(each)]))
        own.append(np.log2(skin_level(each) / whites))
    assert own[1] == pytest.approx(own[0] * tone.contrast, abs=0.05)
