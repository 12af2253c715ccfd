"""Rasters over parts of a photo."""

from __future__ import annotations

import numpy as np
import pytest

from catchlight.grid import Grid, within


def test_a_ramp_is_pasted_where_it_was() -> None:
    # A crop of a ramp, resampled to another raster, still tells the place in the photo.
    box = (100.0, 50.0, 300.0, 250.0)
    x = 100 + (np.arange(64) + 0.5) * 200 / 64
    ramp = np.repeat(x[None].astype(np.float32), 64, axis=0)
    grid = Grid((60.0, 40.0, 340.0, 260.0), (110, 140))
    pasted = grid.paste(ramp, box, outside=-1.0)
    places = 60 + (np.arange(140) + 0.5) * 2
    inside = (places > 103) & (places < 297)
    assert np.allclose(pasted[50, inside], places[inside], atol=1e-2)
    assert pasted[50, 5] == -1


def test_grids_are_no_finer_than_the_photo() -> None:
    assert Grid.of((0.0, 0.0, 30.0, 20.0), 1e6).shape == (20, 30)
    assert Grid.of((0.0, 0.0, 3000.0, 2000.0), 60_000).shape == (200, 300)


def test_points_scale_with_the_grid() -> None:
    grid = Grid((10.0, 20.0, 110.0, 220.0), (100, 50))
    found = grid.points(np.array([[10, 20], [110, 220], [60, 120]], np.float32))
    assert np.allclose(found, [[0, 0], [50, 100], [25, 50]])


def test_a_window_fades_only_where_the_picture_goes_on() -> None:
    frame = (0.0, 0.0, 100.0, 100.0)
    window = Grid(frame, (100, 100)).window((0.0, 0.0, 60.0, 100.0), frame, 20.0)
    assert window[50, 0] == 1
    assert window[99, 10] == 1
    assert window[50, 49] == pytest.approx(10.5 / 20)
    assert window[50, 70] == 0


def test_boxes_are_cut_to_whole_pixels() -> None:
    frame = (0.0, 0.0, 9.0, 9.0)
    assert within((-1.5, 0.4, 5.2, 20.0), frame) == (0.0, 0.0, 6.0, 9.0)


def test_centres_are_where_points_say() -> None:
    grid = Grid((10.0, 20.0, 110.0, 70.0), (5, 20))
    x, y = grid.centres()
    assert (x.shape, y.shape) == ((20,), (5,))
    found = grid.points(np.array([[x[3], y[4]]], np.float32))
    np.testing.assert_allclose(found, [[3.5, 4.5]], rtol=1e-6)
