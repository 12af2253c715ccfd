"""What is around a face: oracle, pictures painted about the astronaut's face."""

from __future__ import annotations

import numpy as np

from catchlight.color import to_linear
from catchlight.skin import face_view

from .faces_of_data import astronaut


def test_what_is_around_a_face_is_all_but_the_face() -> None:
    """All within the landmarks' hull painted green: nothing of it is among the cells."""
    import cv2

    pixels, face = astronaut()
    painted = np.full_like(pixels, (120, 90, 60))
    hull = cv2.convexHull(np.round(face.landmarks[:, :2]).astype(np.int32))
    cv2.fillConvexPoly(painted, hull, (0, 255, 0))
    around = face_view(painted, face).around
    assert len(around) > 500
    np.testing.assert_allclose(
        around, np.broadcast_to(to_linear(painted[:1, :1])[0], around.shape), atol=0.02
    )


def test_what_is_burnt_out_or_far_away_is_not_around() -> None:
    _, face = astronaut()
    middle, reach = (face.iris_left + face.iris_right) / 2, 4.2 * face.eye_distance
    wide = np.full((2000, 2000, 3), (200, 0, 0), np.uint8)  # red: too far to be around
    y, x = np.mgrid[:2000, :2000]
    near = np.abs(x - middle[0]) < reach
    near &= (y > middle[1] - 2.7 * face.eye_distance) & (y < middle[1] + 6.2 * face.eye_distance)
    wide[near] = 100
    wide[near & (x > middle[0])] = 255  # burnt out on one side
    around = face_view(wide, face).around
    assert len(around) > 300
    grey = to_linear(np.full((1, 1, 3), 100, np.uint8))[0, 0, 0]
    assert (np.abs(around - grey) < 0.01).all(axis=1).mean() > 0.97  # the rest lies on the edge
    assert (around.max(axis=1) < 0.95).all()


def test_sixteen_bits_show_the_same_around() -> None:
    pixels, face = astronaut()
    eight = face_view(pixels, face).around
    sixteen = face_view(pixels.astype(np.uint16) * 257, face).around
    assert abs(len(eight) - len(sixteen)) < 0.02 * len(eight)
    np.testing.assert_allclose(eight.mean(axis=0), sixteen.mean(axis=0), atol=0.005)
