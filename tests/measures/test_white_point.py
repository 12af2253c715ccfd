"""Oracle: a painted face under light of a known colour."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from catchlight.light_color import DAYLIGHT, TINT
from catchlight.measures.white_point import white_balance_stops

from ..faces_of_data import painted_view

WHITES = tuple(0.35 * np.exp2([0.231, 0.0, -0.056]))
SKIN = tuple(0.30 * np.exp2([0.80, 0.0, -0.45]))


def correction(
    red: float, blue: float, skin: tuple[float, ...] = SKIN, *, walls: bool = False
) -> np.ndarray:
    """What is corrected of a cast on a face, alone or before grey walls under the same light."""
    light = np.exp2([red, 0, blue])
    view = painted_view(skin, WHITES, light=tuple(light))  # type: ignore[arg-type]
    if walls:
        grey = np.random.default_rng(2).uniform(0.1, 0.7, (900, 1))
        view = replace(view, around=(grey * light).astype(np.float32))
    found = white_balance_stops(view, 200.0)
    assert found is not None
    return found


def test_neutral_light_is_left_alone() -> None:
    np.testing.assert_allclose(correction(0, 0), 0, atol=0.02)


@pytest.mark.parametrize("cast", [(0.4, -0.4), (-0.3, 0.4), (0.25, -0.3)])
def test_takes_most_of_a_cast_out_and_never_more_than_all(cast: tuple[float, float]) -> None:
    found, wanted = correction(*cast), -np.array(cast)
    share = float(found @ wanted) / float(wanted @ wanted)
    assert 0.4 < share <= 1.0
    across = found - share * wanted
    assert np.hypot(*across) < 0.12


@pytest.mark.parametrize("cast", [(0.4, -0.4), (-0.3, 0.4), (0.25, -0.3), (-0.2, -0.15)])
def test_greys_make_sure_of_a_cast(cast: tuple[float, float]) -> None:
    wanted = -np.array(cast)
    alone, seen = (
        float(correction(*cast, walls=walls) @ wanted) / float(wanted @ wanted)
        for walls in (False, True)
    )
    assert 0.5 < seen <= 1.0
    assert seen > alone


def test_a_tint_of_the_face_alone_is_believed_less_than_a_warmth() -> None:
    tint, warm = (
        -float(correction(*(0.25 * axis)) @ axis) / 0.25 / share
        for axis, share in ((TINT, 1.0), (DAYLIGHT, 0.75))
    )
    assert 0.2 < tint < 0.8 * warm


def test_part_of_a_warm_cast_stays_and_a_cold_one_goes() -> None:
    warm, cold = (correction(*(cast * DAYLIGHT)) @ DAYLIGHT for cast in (0.9, -0.9))
    assert -0.8 < warm < -0.5
    assert 0.7 < cold <= 0.95


def test_skin_is_not_made_greener_than_skin_is() -> None:
    """Whatever whites and skin say, the skin's own green side is the limit of a correction."""
    limit = 0.33  # a deviation below the mean of the London set
    for of_skin in (-0.2, -0.1, 0.0, 0.1):
        for of_whites in (0.0, 0.15, 0.3, 0.45):
            skin = np.array(SKIN) * np.exp2([of_skin * TINT[0], 0, of_skin * TINT[1]])
            whites = np.array(WHITES) * np.exp2([of_whites * TINT[0], 0, of_whites * TINT[1]])
            view = painted_view(tuple(skin), tuple(whites))  # type: ignore[arg-type]
            found = white_balance_stops(view, 200.0)
            assert found is not None
            before = np.log2([skin[0] / skin[1], skin[2] / skin[1]]) @ TINT
            after = float(before + found @ TINT)
            assert after > min(before, limit) - 0.02


def test_a_strong_tint_is_corrected_within_limits() -> None:
    found = correction(*(-0.8 * TINT))
    assert 0.15 < found @ TINT < 0.26
    seen = correction(*(-0.8 * TINT), walls=True)
    assert 0.26 < seen @ TINT < 0.46


@pytest.mark.parametrize("axis", [DAYLIGHT, TINT])
@pytest.mark.parametrize("cast", [-0.8, -0.4, 0.4, 0.8])
@pytest.mark.parametrize("of_skin", [-0.3, 0.0, 0.5])
def test_skin_is_never_taken_past_the_colours_of_skin(
    axis: np.ndarray, cast: float, of_skin: float
) -> None:
    """Xiao et al. 2017: facial skin lies at 0.64 to 1.22 along; across at 0.40 to 0.71 of that."""
    skin = np.array(SKIN) * np.exp2(of_skin * np.array([DAYLIGHT[0], 0, DAYLIGHT[1]]))
    lit = np.log2([skin[0] / skin[1], skin[2] / skin[1]]) + cast * axis
    for walls in (False, True):
        moved = lit + correction(*(cast * axis), tuple(skin), walls=walls)
        warmth = float(moved @ DAYLIGHT)
        for of, (low, high) in (
            (DAYLIGHT, (0.64, 1.22)),
            (TINT, (0.40 * warmth, 0.71 * warmth)),
        ):
            before, after = float(lit @ of), float(moved @ of)
            assert min(before, low) - 0.02 < after < max(before, high) + 0.02


def test_deep_warm_skin_keeps_its_warmth_in_neutral_light() -> None:
    """Skin of twice the colour before grey walls: not a third of what sets it apart is taken."""
    skin = tuple(0.3 * (np.array(SKIN) / SKIN[1]) ** 1.8)
    found = correction(0, 0, skin, walls=True)
    apart = np.log2([skin[0] / skin[1], skin[2] / skin[1]]) * (1 - 1 / 1.8)
    assert -float(found @ apart) / float(apart @ apart) < 0.33


@pytest.mark.parametrize("shift", [(-0.3, 0.3), (0.25, -0.3)])
def test_skin_of_another_colour_keeps_most_of_it(shift: tuple[float, float]) -> None:
    """White-balance the light, not the skin: with neutral whites skin is hardly moved."""
    skin = tuple(np.array(SKIN) * np.exp2([shift[0], 0, shift[1]]))
    found = correction(0, 0, skin)
    assert np.hypot(*found) < 0.3 * np.hypot(*shift)


def test_black_and_white_has_no_balance() -> None:
    assert white_balance_stops(painted_view((0.3, 0.3, 0.3), (0.4, 0.4, 0.4)), 200.0) is None
