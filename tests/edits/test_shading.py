"""Oracle: the light that a rendering was made with."""

from __future__ import annotations

import numpy as np
import pytest

from catchlight.edits.light_grid import light_grid
from catchlight.edits.shading import direction, face_light

from ..filled_face import fill_for, lit, scene_of


@pytest.mark.parametrize(("azimuth", "stops"), [(75, 3.0), (-60, 4.0)])
def test_the_shade_is_as_deep_as_the_ratio_says(azimuth: float, stops: float) -> None:
    pictures, face = lit(azimuth, 15, stops)
    fill = fill_for(pictures, face)
    grid = light_grid(scene_of(pictures.before, face, pictures.person))
    key = (fill.key_azimuth, fill.key_elevation)
    light = face_light(grid, fill.skin, fill.ratio_stops, key)
    plain = light.sure > 0.5
    assert plain.sum() > 3000
    toward = grid.normals @ direction(*key)
    shade, full = light.stops[plain & (toward < 0.02)], light.stops[plain & (toward > 0.9)]
    assert float(np.median(shade)) == pytest.approx(-stops, abs=0.5)
    assert float(np.median(full)) == pytest.approx(0.0, abs=0.3)


def test_brows_and_lips_are_not_taken_for_shade() -> None:
    pictures, face = lit(55, 30, 3.0)
    fill = fill_for(pictures, face)
    grid = light_grid(scene_of(pictures.before, face, pictures.person))
    light = face_light(grid, fill.skin, fill.ratio_stops, (fill.key_azimuth, fill.key_elevation))
    for there, beside in ((334, 9), (14, 200)):  # lit brow and forehead; lower lip and chin
        x, y = grid.points[there].astype(int)
        u, v = grid.points[beside].astype(int)
        assert light.stops[y, x] > light.stops[v, u] - 0.6


def test_directions() -> None:
    np.testing.assert_allclose(direction(0, 0), [0, 0, 1], atol=1e-6)
    np.testing.assert_allclose(direction(90, 0), [1, 0, 0], atol=1e-6)
    np.testing.assert_allclose(direction(0, 90), [0, 1, 0], atol=1e-6)
