"""The renderer against geometry worked out by hand, and against the landmark network."""

from __future__ import annotations

import numpy as np
import pytest

from catchlight import faces
from catchlight.head_pose import canonical_face
from catchlight.landmarks import CHEEK_CENTRE_LEFT, CHEEK_CENTRE_RIGHT, NOSE_TIP

from .rendered_face import light_direction, render_face


def level(pixels: np.ndarray, places: np.ndarray) -> float:
    """Mean code about some places."""
    return float(
        np.mean([pixels[int(y) - 4 : int(y) + 5, int(x) - 4 : int(x) + 5] for x, y in places])
    )


def test_the_same_parameters_give_the_same_picture() -> None:
    small = {"size": (160, 200), "eye_distance_px": 40.0, "key_azimuth": 50.0}
    assert np.array_equal(render_face(**small).pixels, render_face(**small).pixels)
    assert not np.array_equal(render_face(**small).pixels, render_face(**small, seed=1).pixels)


def test_perspective_is_that_of_a_pinhole() -> None:
    near = render_face(distance_cm=30, size=(320, 400), eye_distance_px=60)
    far = render_face(distance_cm=300, size=(320, 400), eye_distance_px=60)
    across = [float(np.linalg.norm(np.diff(p.irises_true, axis=0))) for p in (near, far)]
    assert across[1] == pytest.approx(60, rel=0.01)
    assert across[0] == pytest.approx(60 * (1 - 1.2 / 30), rel=0.01)  # the eyes turn inwards
    # The nose's wings lie nearer the lens than the eyes by their z: so much larger they appear.
    vertices = canonical_face()[0]
    for wings in ((129, 358), (48, 278)):
        nearer = vertices[wings[0], 2] - near_eyes(vertices)
        widths = [
            float(np.linalg.norm(np.diff(p.landmarks_true[list(wings)], axis=0)))
            for p in (near, far)
        ]
        expected = (1 - nearer / 300) / (1 - nearer / 30)
        assert widths[0] / widths[1] == pytest.approx(expected, rel=0.01)


def near_eyes(vertices: np.ndarray) -> float:
    """Height of the front of the eyeballs over the canonical origin, cm."""
    return float((vertices[159, 2] + vertices[145, 2]) / 2 - 0.08)


@pytest.mark.parametrize("pose", [(0, 0, 0), (25, 0, 0), (0, -12, 0), (-15, 8, 20)])
def test_the_network_finds_the_face_where_it_is(pose: tuple[float, float, float]) -> None:
    yaw, pitch, roll = pose
    picture = render_face(yaw=yaw, pitch=pitch, roll=roll)
    (face,) = faces.find(picture.pixels)
    away = np.linalg.norm(face.landmarks[:468, :2] - picture.landmarks_true, axis=1)
    assert np.median(away) < 0.06 * face.eye_distance
    assert (face.yaw, face.pitch, face.roll) == pytest.approx(pose, abs=6)


def test_light_comes_from_where_it_is_said_to() -> None:
    np.testing.assert_allclose(light_direction(90, 0), [1, 0, 0], atol=1e-12)  # subject's left
    np.testing.assert_allclose(light_direction(0, 90), [0, 1, 0], atol=1e-12)
    right = render_face(key_azimuth=60, size=(320, 400), eye_distance_px=60)
    places = right.landmarks_true
    lit = level(right.pixels, places[[CHEEK_CENTRE_LEFT]])
    assert lit > 1.5 * level(right.pixels, places[[CHEEK_CENTRE_RIGHT]])
    turned = render_face(key_azimuth=60, yaw=-30, size=(320, 400), eye_distance_px=60)
    places = turned.landmarks_true  # the light turns with the head
    lit = level(turned.pixels, places[[CHEEK_CENTRE_LEFT]])
    assert lit > 1.5 * level(turned.pixels, places[[CHEEK_CENTRE_RIGHT]])


def test_the_nose_casts_a_shadow_below_a_high_light() -> None:
    high = render_face(key_azimuth=0, key_elevation=50, key_size_deg=4, key_to_fill_stops=3)
    level_ = render_face(key_azimuth=0, key_elevation=0, key_size_deg=4, key_to_fill_stops=3)
    under = high.landmarks_true[[164]]  # between nose and lip
    tip = high.landmarks_true[[NOSE_TIP]]
    assert level(high.pixels, under) < 0.6 * level(high.pixels, tip)
    assert level(level_.pixels, under) > 0.8 * level(level_.pixels, tip)


def test_the_ratio_is_that_of_the_shade() -> None:
    dark, bright = (
        render_face(key_azimuth=110, key_elevation=0, key_to_fill_stops=s, noise=0, shine=0)
        for s in (3.0, 1.0)
    )
    places = dark.landmarks_true[[CHEEK_CENTRE_RIGHT]]  # in shade: lit by the fill alone
    ratio = [(level(p.pixels, places) / 255) ** 2.2 for p in (dark, bright)]
    assert np.log2(ratio[1] / ratio[0]) == pytest.approx(2.0, abs=0.25)


def test_eyes_turn_and_catch_the_light() -> None:
    ahead, aside = render_face(), render_face(gaze=(20, 0))
    moved = aside.irises_true - ahead.irises_true
    assert (moved[:, 0] > 5).all()
    assert np.abs(moved[:, 1]).max() < 1.5
    lit = render_face(key_azimuth=0, key_elevation=25, key_size_deg=15)
    for x, y in lit.irises_true:
        eye = lit.pixels[int(y) - 8 : int(y) + 8, int(x) - 8 : int(x) + 8]
        assert eye.min(axis=2).max() > 200
