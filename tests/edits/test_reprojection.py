"""Oracle: the pinhole camera, and that the way back is the inverse of the way there."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from catchlight.edits.reprojection import reprojection
from catchlight.landmarks import NOSE_TIP

from .test_perspective import seen_from


def test_the_way_back_is_the_inverse() -> None:
    _, scene = seen_from(40.0)
    found = reprojection(scene, 40, 150, 1.0)
    height, width = found.moves.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    back = np.stack([x, y], axis=-1) + found.sources
    places = back.transpose(2, 0, 1)[::-1]
    moves = [map_coordinates(found.moves[..., k], places, order=1) for k in range(2)]
    there = back + np.stack(moves, axis=-1)
    wrong = np.linalg.norm(there - np.stack([x, y], axis=-1), axis=2)
    assert float(wrong[20:-20, 20:-20].max()) < 1e-3  # of a cell, a thirty-second of the eyes'


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_a_share_of_the_way(share: float) -> None:
    _, scene = seen_from(40.0)
    assert scene.landmarks is not None
    found, whole = (reprojection(scene, 40, 150, s) for s in (share, 1.0))
    some = found.moved(scene.landmarks) - scene.landmarks
    every = whole.moved(scene.landmarks) - scene.landmarks
    np.testing.assert_allclose(some, share * every, atol=0.4)


def test_noses_shrink_and_the_eyes_stay() -> None:
    near, scene = seen_from(40.0)
    assert scene.landmarks is not None
    found = reprojection(scene, 40, 150, 1.0)
    eyes = np.array([scene.eyes])
    np.testing.assert_allclose(found.moved(eyes), eyes, atol=1.0)
    points = np.column_stack([near.landmarks_true, near.camera_points[:, 2]])
    moved = found.moved(points)
    tip, nearer = points[NOSE_TIP, :2] - eyes[0], near.camera_points[NOSE_TIP, 2]
    growth = (1 - nearer / 40) / (1 - nearer / 150)
    assert growth < 0.97
    np.testing.assert_allclose(moved[NOSE_TIP, :2] - eyes[0], growth * tip, atol=1.5)
