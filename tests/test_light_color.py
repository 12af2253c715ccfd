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


def test_skin_whose_red_is_burnt_out_does_not_make_the_light_green() -> None:
    """Three quarters of the skin bright beyond white in red, as in the sun; green is not."""
    view = painted_view(SKIN, WHITES)  # type: ignore[arg-type]
    sun = np.ones(view.linear.shape[:2], np.float32)
    sun[:, round(float(view.points[168, 0])) - 60 :] = 4.4
    linear = np.minimum(view.linear * sun[..., None], np.float32(1))
    assert (linear[..., 1] < 0.95).mean() > 0.9  # so `clipped` knows nothing of it
    shade = FaceView(linear, view.points, view.clipped, view.scale)
    skin = shade.linear[lit_skin(shade)]
    assert (skin[:, 0] >= 1).mean() > 0.6
    found = light_color(shade, 200.0)
    assert found is not None
    assert abs(float(found @ TINT)) < 0.03


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


def walled(
    view: FaceView, light: tuple[float, ...], walls: tuple[float, ...] = (0.4,) * 3
) -> FaceView:
    """The face before walls of one colour under a light of its own."""
    spread = np.random.default_rng(1).uniform(0.4, 1.6, (900, 1))
    return replace(view, around=np.float32(spread * np.array(walls) * np.array(light)))


def test_greys_around_a_warm_face_say_whether_face_or_light_is_warm() -> None:
    """Tanned skin and reddish whites before walls that are grey as shot are no light."""
    warm = np.array([1.2, 1.0, 0.75])
    face = painted_view(tuple(SKIN * warm), tuple(WHITES * warm**0.4))  # type: ignore[arg-type]
    truth = np.log2([1.2, 0.75])
    alone, before_grey, under_light = (
        light_color(view, 200.0)
        for view in (face, walled(face, (1.0, 1.0, 1.0)), walled(face, tuple(warm)))
    )
    assert alone is not None
    assert before_grey is not None
    assert under_light is not None
    assert np.hypot(*before_grey) < 0.7 * np.hypot(*alone)
    assert np.hypot(*(under_light - truth)) < 0.75 * np.hypot(*(alone - truth))


@pytest.mark.parametrize("walls", [(0.05, 0.3, 0.04), (0.4, 0.05, 0.04), (0.05, 0.12, 0.5)])
def test_walls_of_a_strong_colour_are_not_the_light(walls: tuple[float, ...]) -> None:
    found = light_color(walled(painted_view(SKIN, WHITES), (1.0, 1.0, 1.0), walls), 200.0)  # type: ignore[arg-type]
    assert found is not None
    assert np.hypot(*found) < 0.06


def test_whites_shaded_by_the_lids_are_not_read_as_a_red_light() -> None:
    """At half the light they are 0.4 of their missing share redder (measured between two eyes)."""
    missing = 0.9 - 0.3 / 0.6
    red = 2.0 ** (missing * (0.37 * DAYLIGHT + 0.57 * TINT))
    bright = tuple(3 * v for v in SKIN)
    shaded = tuple(np.array(WHITES) * np.array([red[0], 1.0, red[1]]))
    found = light_color(painted_view(bright, shaded), 200.0)  # type: ignore[arg-type]
    assert found is not None
    assert np.hypot(*found) < 0.05


def test_lids_between_the_lashes_are_not_taken_for_reddish_whites() -> None:
    """Of eyes narrowed by laughing, lids as red as skin and redder are all that is seen."""
    for redder in (1.0, 1.2):
        lids = (redder * SKIN[0], SKIN[1], SKIN[2])
        found = light_color(painted_view(SKIN, lids), 200.0)  # type: ignore[arg-type]
        assert found is not None
        assert np.hypot(*found) < 0.05


def test_a_rendering_of_rich_colours_is_not_a_warm_light() -> None:
    """A camera's contrast stretches skin and whites from grey; warm light shifts both alike."""
    rich = [tuple(c[1] * (np.array(c) / c[1]) ** 1.4) for c in (SKIN, WHITES)]
    shift = 0.4 * float(np.log2([SKIN[0] / SKIN[1], SKIN[2] / SKIN[1]]) @ DAYLIGHT)
    warm = 2.0 ** (shift * DAYLIGHT)
    found = light_color(painted_view(*rich), 200.0)  # type: ignore[arg-type]
    under = light_color(
        painted_view(SKIN, WHITES, light=(warm[0], 1.0, warm[1])),  # type: ignore[arg-type]
        200.0,
    )
    assert found is not None
    assert under is not None
    assert found @ DAYLIGHT < 0.3 * under @ DAYLIGHT
    assert np.hypot(*found) < 0.075


def test_a_light_beyond_all_that_is_looked_for_is_still_a_number() -> None:
    found = light_color(walled(painted_view((0.9, 0.02, 0.0002), WHITES), (1, 1, 1)), 200.0)
    assert found is not None
    assert np.isfinite(found).all()


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
