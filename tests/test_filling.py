"""Oracle: a face rendered under a key and a known fill, and with as much fill as was asked for."""

from __future__ import annotations

import numpy as np
import pytest

from catchlight.color import delta_e00, lab, to_encoded, to_linear
from catchlight.filling import plan_fill
from catchlight.lighting import lighting
from catchlight.skin import face_view

from .filled_face import fill_for, found, lit, scene_of
from .rendered_face import render_face

CASES = [(55, 30, 4.0), (-40, 35, 3.0), (75, 15, 3.0), (-60, 10, 4.0)]


def apart(a: np.ndarray, b: np.ndarray, where: np.ndarray) -> float:
    return float(delta_e00(lab(to_linear(a)), lab(to_linear(b)))[where].mean())


@pytest.mark.parametrize(("azimuth", "elevation", "stops"), CASES)
def test_the_ratio_is_reached_and_the_picture_is_that_with_more_fill(
    azimuth: float, elevation: float, stops: float
) -> None:
    pictures, face = lit(azimuth, elevation, stops)
    fill = fill_for(pictures, face)
    after = to_encoded(
        fill.apply(scene_of(pictures.before, face, pictures.person)).linear, np.uint8
    )
    light = lighting(face_view(after, face), face)
    assert light is not None
    assert light.key_to_fill == pytest.approx(2.0, abs=0.3)
    assert abs(light.azimuth - azimuth) < 20  # the key stays where it is
    for truth in (pictures.even, pictures.lamp):
        rest = apart(after, truth, pictures.person)
        assert rest < 4
        assert rest < 0.6 * apart(pictures.before, truth, pictures.person)


def test_an_even_face_needs_no_fill() -> None:
    pixels = render_face(size=(400, 500), eye_distance_px=90, key_to_fill_stops=1.0).pixels
    face = found(pixels)
    assert plan_fill(face_view(pixels, face), face, 2.0) is None


def test_noise_holds_the_fill_back() -> None:
    pictures, face = lit()
    view = face_view(pictures.before, face)
    free, noisy = plan_fill(view, face, 2.0), plan_fill(view, face, 2.0, noise=2.0)
    assert free is not None
    assert noisy is not None
    assert noisy.stops < 0.7 * free.stops
    assert plan_fill(view, face, 2.0, noise=3.0) is None


def test_a_look_that_wants_the_shadow_keeps_it() -> None:
    pictures, face = lit(stops=3.0)
    assert plan_fill(face_view(pictures.before, face), face, 3.0) is None
