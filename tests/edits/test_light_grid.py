"""The grid: means of what it covers, the same in every crop; continuation of what is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from catchlight.edits.light_grid import CELLS, continued, light_grid

from ..filled_face import lit, scene_of


def test_what_is_known_goes_on_as_the_nearest_and_far_off_as_the_mean() -> None:
    known = np.zeros((200, 200), np.float32)
    values = np.zeros_like(known)
    known[60:100, 20:60], values[60:100, 20:60] = 1, 3
    known[60:100, 140:180], values[60:100, 140:180] = 1, -1
    out = continued(values, known)
    assert abs(out[80, 64] - 3) < 0.3
    assert abs(out[80, 134] + 1) < 0.3
    assert abs(out[199, 100] - 1) < 0.3
    np.testing.assert_allclose(continued(np.full_like(known, 2.5), known), 2.5, rtol=1e-4)
    both = continued(np.dstack([values, 2 * values]), known)
    np.testing.assert_allclose(both[..., 1], 2 * both[..., 0], atol=1e-5)


def test_cells_are_means_and_hang_on_the_eyes() -> None:
    pictures, face = lit()
    scene = scene_of(pictures.before, face, pictures.person)
    flat = np.empty_like(scene.linear)
    flat[:] = (0.4, 0.3, 0.2)
    grid = light_grid(replace(scene, linear=flat))
    here = grid.covered > 0.9
    assert here.sum() > 5000
    np.testing.assert_allclose(grid.colors[here], [[0.4, 0.3, 0.2]] * int(here.sum()), rtol=1e-4)
    middle = (grid.points[468] + grid.points[473]) / 2
    np.testing.assert_allclose(middle, [2.0 * CELLS, 2.2 * CELLS], atol=0.01)
    lengths = np.linalg.norm(grid.normals, axis=2)
    assert set(np.unique(lengths.round(3))) <= {0.0, 1.0}
    assert grid.normals[lengths > 0, 2].mean() > 0.5  # towards the camera
