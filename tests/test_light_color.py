"""Oracles: painted faces of known colours under light of known colour."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from catchlight.chromaticity import XYZ_TO_RGB, planckian_xy
from catchlight.light_color import DAYLIGHT, TINT, light_color, lit_skin
from catchlight.skin import FaceView

from .faces_of_data import painted_view

# the London set's mean whites and skin, linear, of green 0.3 and 0.2
WHITES = tuple(0.3 * 2.0**v for v in (0.244, 0.0, -0.057))
SKIN = tuple(0.2 * 2.0**v for v in (0.760, 0.0, -0.400))


@pytest.mark.parametrize(
    "light", [(1.0, 1.0, 1.0), (1.1, 1.0, 0.85), (1.5, 1.0, 0.45), (0.8, 1.0, 1.3)]
)
def test_the_light_s_colour_is_read_off_whites_and_skin(light: tuple[float, ...]) -> None:
    found = light_color(painted_view(SKIN, WHITES, light=light), 160.0)  # type: ignore[arg-type]
    assert found is not None
    truth = np.log2([light[0] / light[1], light[2] / light[1]])
    assert np.hypot(*(found - truth)) < 0.05 + 0.25 * np.hypot(*truth)


def test_two_skins_under_one_light_are_under_one_light() -> None:
    """Warm skin with warm whites is a warm person; only both warmer than people are is light."""
    warm = np.array([0.2, 0.0, -0.2])
    whites = tuple(np.array(WHITES) * 2.0 ** (0.3 * warm))
    skin = tuple(np.array(SKIN) * 2.0**warm)
    found = light_color(painted_view(skin, whites), 160.0)  # type: ignore[arg-type]
    assert found is not None
    assert np.hypot(*found) < 0.12


def test_black_and_white_has_no_light_colour() -> None:
    assert light_color(painted_view((0.3, 0.3, 0.3), (0.4, 0.4, 0.4)), 160.0) is None


def half_lit(shade: tuple[float, float, float]) -> FaceView:
    """A painted face in neutral light, its right side (the picture's left) in shade."""
    view = painted_view(SKIN, WHITES)  # type: ignore[arg-type]
    linear = view.linear.copy()
    linear[:, : round(float(view.points[168, 0]))] *= np.array(shade, np.float32)
    return FaceView(linear, view.points, view.clipped, view.scale)


def test_the_reddish_shade_of_a_half_lit_face_is_not_the_light() -> None:
    """Skin, whites and forehead in the shade are warm by themselves; the key is neutral."""
    view = half_lit((0.25, 0.13, 0.09))
    found = light_color(view, 200.0)
    assert found is not None
    assert np.hypot(*found) < 0.08
    shaded = replace(view, linear=view.linear[:, ::-1].copy())  # points stay: now the left is dark
    assert lit_skin(view)[:, :180].sum() < 0.02 * lit_skin(view).sum()
    assert lit_skin(shaded).sum() > 100


def test_a_witness_that_contradicts_the_others_counts_less_than_one_that_agrees() -> None:
    """Bloodshot or shaded whites, far off their place, pull the less the farther off they are."""
    pulls = []
    for off in (0.2, 0.6, 1.2):
        whites = tuple(np.array(WHITES) * 2.0 ** np.array([off, 0, 0]))
        found = light_color(painted_view(SKIN, whites), 200.0)  # type: ignore[arg-type]
        assert found is not None
        pulls.append(float(found[0]) / off)
    assert pulls[2] < pulls[0]


def test_teeth_are_told_from_lips() -> None:
    """Painted all in skin, the open mouth has no teeth to go by: nothing changes."""
    plain = light_color(painted_view(SKIN, WHITES), 200.0)  # type: ignore[arg-type]
    assert plain is not None
    assert np.hypot(*plain) < 0.03


def test_the_axes_are_those_of_black_bodies() -> None:
    def stops(kelvin: float) -> np.ndarray:
        x, y = planckian_xy(kelvin)
        r, g, b = XYZ_TO_RGB @ np.array([x / y, 1.0, (1 - x - y) / y])
        return np.log2([r / g, b / g])

    assert pytest.approx(0, abs=1e-3) == DAYLIGHT @ TINT
    for kelvin in (4000, 5000, 8000):
        away = stops(kelvin) - stops(6504)
        assert abs(away @ TINT) < 0.04 * abs(away @ DAYLIGHT)
        assert (away @ DAYLIGHT > 0) == (kelvin < 6504)
