"""Oracle: a painted face under light of a known colour."""

from __future__ import annotations

import numpy as np
import pytest

from catchlight.measures.white_point import white_balance_stops

from ..faces_of_data import painted_view

WHITES = tuple(0.35 * np.exp2([0.231, 0.0, -0.056]))
SKIN = tuple(0.30 * np.exp2([0.80, 0.0, -0.45]))


def correction(red: float, blue: float, skin: tuple[float, ...] = SKIN) -> np.ndarray:
    view = painted_view(skin, WHITES, light=tuple(np.exp2([red, 0, blue])))  # type: ignore[arg-type]
    found = white_balance_stops(view, 200.0)
    assert found is not None
    return found


def test_neutral_light_is_left_alone() -> None:
    np.testing.assert_allclose(correction(0, 0), 0, atol=0.02)


@pytest.mark.parametrize("cast", [(0.4, -0.4), (-0.3, 0.4), (0.25, 0.1), (-0.2, -0.15)])
def test_takes_most_of_a_cast_out_and_never_more_than_all(cast: tuple[float, float]) -> None:
    found, wanted = correction(*cast), -np.array(cast)
    share = float(found @ wanted) / float(wanted @ wanted)
    assert 0.4 < share <= 1.0
    across = found - share * wanted
    assert np.hypot(*across) < 0.12


@pytest.mark.parametrize("shift", [(-0.3, 0.3), (0.25, -0.3)])
def test_skin_of_another_colour_keeps_most_of_it(shift: tuple[float, float]) -> None:
    """White-balance the light, not the skin: with neutral whites skin is hardly moved."""
    skin = tuple(np.array(SKIN) * np.exp2([shift[0], 0, shift[1]]))
    found = correction(0, 0, skin)
    assert np.hypot(*found) < 0.3 * np.hypot(*shift)


def test_black_and_white_has_no_balance() -> None:
    assert white_balance_stops(painted_view((0.3, 0.3, 0.3), (0.4, 0.4, 0.4)), 200.0) is None
