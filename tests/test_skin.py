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


def test_the_view_samples_linear_light_as_remap_does_and_repeats_the_edge() -> None:
    """Oracle: OpenCV's remap of the whole photo in linear light, at the places of the landmarks.

    The face is moved over the photo's corner, so that a part of the view lies beyond it.
    """
    import cv2

    pixels, face = astronaut()
    x, y = (round(float(v)) for v in face.iris_right - 20)
    pixels, face = np.ascontiguousarray(pixels[y:, x:]), face.moved(-x, -y)
    pixels[:40, :60] = 255  # burnt out
    view = face_view(pixels, face)
    places = face.landmarks[:, :2].astype(np.float64)
    # The similarity between the photo's landmarks and the view's gives the view's own grid back.
    grid, _ = cv2.estimateAffinePartial2D(view.points.astype(np.float64), places)
    rows, columns = np.mgrid[:440, :400] + 0.5
    at = np.stack([columns, rows, np.ones_like(rows)], -1) @ grid.T - 0.5
    maps = (at[..., 0].astype(np.float32), at[..., 1].astype(np.float32))
    lines = {"interpolation": cv2.INTER_LINEAR}
    expected = cv2.remap(to_linear(pixels), *maps, **lines, borderMode=cv2.BORDER_REPLICATE)
    np.testing.assert_allclose(view.linear, expected, atol=2e-3)
    burnt = (pixels[..., 1] >= 254).astype(np.float32)
    share = cv2.remap(burnt, *maps, **lines, borderMode=cv2.BORDER_CONSTANT)
    sure = np.abs(share - 0.3) > 0.02
    assert view.clipped.any()
    assert np.array_equal(view.clipped[sure], share[sure] > 0.3)
