"""The pose network's mask, on a photograph, and the geometry of its squares."""

from __future__ import annotations

import math

import numpy as np
import pytest

from catchlight.body_mask import SIDE, Square, find_head, look_at_body
from catchlight.face_detector import Pyramid
from catchlight.grid import Grid
from catchlight.segment import unit

from .faces_of_data import astronaut

GRID = Grid((0.0, 0.0, 512.0, 512.0), (256, 256))


def test_a_square_maps_its_corners() -> None:
    square = Square(100.0, 60.0, 40.0)
    corners = np.array([[0, 0, 1], [SIDE, SIDE, 1], [SIDE / 2, SIDE / 2, 1]]) @ square.matrix().T
    assert np.allclose(corners, [[80, 40], [120, 80], [100, 60]])


def test_a_turned_square_turns_clockwise() -> None:
    square = Square(100.0, 60.0, 40.0, math.pi / 2)
    top = np.array([SIDE / 2, 0, 1]) @ square.matrix().T
    assert np.allclose(top, [120, 60])


def test_she_is_where_she_is() -> None:
    pixels, face = astronaut()
    body = look_at_body(Pyramid(pixels), face, unit(face))
    assert body.looks
    mask, trust = body.on(GRID)
    assert mask.shape == trust.shape == (256, 256)
    assert mask[50:90, 105:125].min() > 0.9  # face
    assert mask[200:250, 70:150].mean() > 0.9  # suit
    assert mask[10:60, 5:30].max() < 0.2  # flag
    assert trust[50:90, 105:125].min() > 0.8
    limbs = body.limbs(GRID)
    assert 0 <= limbs.min() <= limbs.max() <= 1
    assert limbs[10:60, 5:30].max() == 0


def test_a_moved_photo_moves_the_mask() -> None:
    pixels, face = astronaut()
    mask, _ = look_at_body(Pyramid(pixels), face, unit(face)).on(GRID)
    moved = np.pad(pixels, ((64, 0), (32, 0), (0, 0)), mode="edge")
    shifted = type(face)(
        face.landmarks + np.array([32, 64, 0], np.float32),
        face.blendshapes,
        0.0,
        0.0,
        0.0,
        1.0,
        1.0,
    )
    there = Grid((32.0, 64.0, 544.0, 576.0), (256, 256))
    again, _ = look_at_body(Pyramid(moved), shifted, unit(face)).on(there)
    assert np.abs(mask - again).mean() < 0.02


def test_where_nobody_is_nothing_is_trusted() -> None:
    _, face = astronaut()
    wall = np.full((512, 512, 3), 128, np.uint8)
    body = look_at_body(Pyramid(wall), face, unit(face))
    assert body.looks == ()
    mask, trust = body.on(GRID)
    assert mask.max() == 0
    assert trust.max() == 0
    assert find_head(wall) is None


def test_her_head_is_found_without_her_face() -> None:
    pixels, face = astronaut()
    found = find_head(pixels)
    assert found is not None
    x, y, size = found
    centre = face.landmarks[:, :2].mean(axis=0)
    assert math.hypot(x - centre[0], y - centre[1]) < unit(face)
    assert size == pytest.approx(unit(face), rel=0.5)
