"""Oracle: faces rendered under a known light."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest

from catchlight.color import to_encoded, to_linear
from catchlight.head_pose import mirror
from catchlight.lighting import Lighting, lighting
from catchlight.skin import FaceView

from .lit_face import light_of, lit, subject_of
from .rendered_face import light_direction, render_face


def apart(light: Lighting, azimuth: float, elevation: float) -> float:
    """Degrees between the light found and one that is known."""
    cosine = float(np.clip(light.direction @ light_direction(azimuth, elevation), -1, 1))
    return float(np.degrees(np.arccos(cosine)))


@pytest.mark.parametrize(
    ("azimuth", "elevation"), [(0, 45), (30, 35), (-35, 20), (-55, 40), (85, 10), (10, -35)]
)
def test_the_direction_is_found(azimuth: float, elevation: float) -> None:
    light = light_of(lit(key_azimuth=azimuth, key_elevation=elevation, key_to_fill_stops=2.0))
    assert apart(light, azimuth, elevation) < 10
    assert light.uncertainty < 20


@pytest.mark.parametrize("pose", [(20, 0, 0), (-20, 8, 10), (0, -12, -15)])
def test_the_direction_is_relative_to_the_face(pose: tuple[float, float, float]) -> None:
    yaw, pitch, roll = pose
    light = light_of(lit(key_azimuth=35, key_elevation=30, yaw=yaw, pitch=pitch, roll=roll))
    assert apart(light, 35, 30) < 14


@pytest.mark.parametrize("skin", [(232, 192, 172), (150, 105, 80), (80, 54, 42)])
def test_skin_of_any_depth_gives_the_same_light(skin: tuple[int, int, int]) -> None:
    light = light_of(lit(key_azimuth=-40, key_elevation=35, skin=skin))
    assert apart(light, -40, 35) < 10
    assert light.key_to_fill == pytest.approx(1.5, abs=0.4)


@pytest.mark.parametrize("stops", [0.8, 1.5, 2.5])
def test_the_ratio_is_found(stops: float) -> None:
    light = light_of(lit(key_azimuth=50, key_elevation=30, key_to_fill_stops=stops))
    assert light.key_to_fill == pytest.approx(stops, abs=0.4)
    assert light.shaded > 0.1


def test_large_lights_are_told_from_small() -> None:
    sizes = [
        light_of(lit(key_azimuth=40, key_elevation=35, key_size_deg=s, key_to_fill_stops=2.5)).size
        for s in (3.0, 60.0)
    ]
    assert sizes[1] > 1.5 * sizes[0]


def test_key_and_ambient_have_their_colours() -> None:
    warm, cold = (1.25, 1.0, 0.7), (0.8, 1.0, 1.4)
    light = light_of(lit(key_azimuth=50, key_color=warm, fill_color=cold))
    ratio = np.log(light.key / light.ambient)
    assert ratio[0] - ratio[2] == pytest.approx(np.log(1.25 / 0.7 / (0.8 / 1.4)), rel=0.25)
    assert ratio[0] - ratio[2] > 5 * light.color_uncertainty


def test_brightness_does_not_matter() -> None:
    bright = light_of(lit(key_azimuth=35))
    dim = light_of(lit(key_azimuth=35, exposure_stops=-1.5))
    assert apart(dim, bright.azimuth, bright.elevation) < 3
    assert np.log2(bright.key.sum() / dim.key.sum()) == pytest.approx(1.5, abs=0.2)


def test_mirror_size_and_jpeg() -> None:
    pixels = render_face(key_azimuth=40, key_elevation=30).pixels
    light = light_of(subject_of(pixels))
    mirrored = light_of(subject_of(np.ascontiguousarray(pixels[:, ::-1])))
    assert apart(mirrored, -light.azimuth, light.elevation) < 4
    halved = cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    assert apart(light_of(subject_of(halved)), light.azimuth, light.elevation) < 3
    _, data = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 80])
    saved = np.ascontiguousarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1])
    assert apart(light_of(subject_of(saved)), light.azimuth, light.elevation) < 4


@pytest.mark.parametrize("light", [{"key_azimuth": 40, "key_elevation": 30}, {"key_azimuth": 14}])
def test_the_mirror_image_has_the_mirrored_light_to_the_last_digits(light: dict[str, Any]) -> None:
    subject = lit(**light, yaw=12, key_to_fill_stops=1.2)
    view, face = subject.view, subject.face
    points = view.points[mirror()] * [-1, 1] + [view.linear.shape[1], 0]
    turned = FaceView(
        np.ascontiguousarray(view.linear[:, ::-1]),
        points.astype(np.float32),
        np.ascontiguousarray(view.clipped[:, ::-1]),
        view.scale,
    )
    found = light_of(subject)
    other = lighting(turned, replace(face, yaw=-face.yaw, roll=-face.roll))
    assert other is not None
    assert apart(other, -found.azimuth, found.elevation) < 0.05
    assert other.key_to_fill == pytest.approx(found.key_to_fill, abs=0.01)
    assert other.size == pytest.approx(found.size, rel=0.01)
    assert other.shaded == pytest.approx(found.shaded, abs=1e-3)


def test_two_lights_alike_leave_the_direction_open() -> None:
    # As much from the left as from the right: neither is it, and the mean is unsure of itself.
    one, other = (
        render_face(key_azimuth=a, key_elevation=10, size=(400, 500), eye_distance_px=90).pixels
        for a in (70, -70)
    )
    both = to_encoded((to_linear(one) + to_linear(other)) / 2, np.uint8)
    alone = light_of(subject_of(one))
    together = light_of(subject_of(np.ascontiguousarray(both)))
    assert abs(together.azimuth) < 25
    assert together.uncertainty > alone.uncertainty


@pytest.mark.parametrize("shift", [-0.4, 0.4])
def test_a_grain_of_noise_does_not_move_the_light(shift: float) -> None:
    subject = lit(key_azimuth=30, key_elevation=35, key_to_fill_stops=1.0)
    moved = replace(subject.view, points=subject.view.points + np.float32(shift))
    found, again = light_of(subject), lighting(moved, subject.face)
    assert again is not None
    assert apart(again, found.azimuth, found.elevation) < 1.5
    assert again.key_to_fill == pytest.approx(found.key_to_fill, abs=0.1)


def test_a_black_face_has_no_light() -> None:
    subject = lit(key_azimuth=30)
    black = replace(subject.view, linear=np.zeros_like(subject.view.linear))
    assert lighting(black, subject.face) is None


def test_dark_skin_and_little_light_are_less_sure_than_strong_light() -> None:
    strong = light_of(lit(key_azimuth=45, key_to_fill_stops=3.0))
    weak = light_of(lit(key_azimuth=45, key_to_fill_stops=0.15, noise=0.02))
    assert weak.uncertainty > strong.uncertainty
