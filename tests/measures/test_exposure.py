"""Oracle: a painted face whose exposure is known, with light and with very dark skin."""

from __future__ import annotations

import numpy as np
import pytest

from catchlight.measures.exposure import stops_to_normal

from ..faces_of_data import painted_view

LIGHT_SKIN, DARK_SKIN = (0.55, 0.38, 0.30), (0.10, 0.065, 0.045)
WHITES = (0.40, 0.35, 0.33)


@pytest.mark.parametrize("stops", [-2.5, -1.5, -0.5, 0.0, 0.5])
@pytest.mark.parametrize("skin", [LIGHT_SKIN, DARK_SKIN])
def test_finds_the_stops_it_was_dimmed_by(stops: float, skin: tuple[float, ...]) -> None:
    normal = stops_to_normal(painted_view(skin, WHITES))
    factor = (2.0**stops,) * 3
    found = stops_to_normal(painted_view(skin, WHITES, light=factor))
    assert normal is not None
    assert found is not None
    assert found - normal == pytest.approx(-stops, abs=0.05)


def test_dark_skin_is_not_raised_towards_light_skin() -> None:
    light = stops_to_normal(painted_view(LIGHT_SKIN, WHITES))
    dark = stops_to_normal(painted_view(DARK_SKIN, WHITES))
    assert light is not None
    assert dark is not None
    assert abs(dark) < 0.3
    assert dark - light < 0.35


def test_shaded_eyes_do_not_brighten_a_well_exposed_face() -> None:
    shaded = tuple(0.3 * np.array(WHITES))
    found = stops_to_normal(painted_view(LIGHT_SKIN, shaded))
    assert found is not None
    assert abs(found) < 0.45


def test_black_cannot_be_assessed() -> None:
    assert stops_to_normal(painted_view((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))) is None
