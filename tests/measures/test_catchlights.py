"""Oracle: reflections painted at known places, and renderings with a known light."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import cv2
import numpy as np
import pytest

from catchlight import faces
from catchlight.measures.catchlights import catchlights
from catchlight.measures.subject import Subject
from catchlight.photo import Photo
from catchlight.skin import FaceView, face_view

from ..faces_of_data import astronaut
from ..rendered_face import render_face
from ..test_irises import painted

_UPPER_LEFT = (-0.25, -0.4, 0.14, 1.0)


def subject(view: FaceView, *, scale: float = 1.0, **pose: float) -> Subject:
    face = replace(astronaut()[1], **pose)
    photo = cast(Photo, SimpleNamespace(scale=1.0))
    return Subject(photo, face, (), replace(view, scale=scale))


def test_both_eyes_with_the_same_light() -> None:
    found = catchlights(subject(painted(0.05, [_UPPER_LEFT], [_UPPER_LEFT])))
    assert (found.verdict, found.value, found.score) == ("both", 2.0, 100.0)
    assert "at 11 o'clock" in found.reason


@pytest.mark.parametrize(("right", "side"), [(True, "right"), (False, "left")])
def test_one_eye(right: bool, side: str) -> None:
    lights = ([_UPPER_LEFT], []) if right else ([], [_UPPER_LEFT])
    found = catchlights(subject(painted(0.05, *lights)))
    assert (found.verdict, found.value) == ("one", 1.0)
    assert f"only the {side} eye" in found.reason


def test_none() -> None:
    found = catchlights(subject(painted(0.05, [], [])))
    assert (found.verdict, found.value) == ("none", 0.0)
    assert found.score is not None
    assert 75 <= found.score < 80


def test_different_lights() -> None:
    found = catchlights(subject(painted(0.05, [(-0.5, -0.2, 0.14, 1.0)], [(0.4, 0.2, 0.14, 1.0)])))
    assert found.verdict == "differ"
    assert "at 10 o'clock and at 4 o'clock" in found.reason


def test_a_light_on_the_axis_stands_in_the_middle() -> None:
    lights = [(0.0, 0.0, 0.14, 1.0)]
    assert "in the middle" in catchlights(subject(painted(0.05, lights, lights))).reason


def test_hours_are_those_of_the_picture_not_of_the_tilted_face() -> None:
    view = painted(0.05, [(0.0, -0.45, 0.14, 1.0)], [(0.0, -0.45, 0.14, 1.0)])
    upright = subject(view)
    turn = np.radians(60)  # clockwise in the picture
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    landmarks = upright.face.landmarks.copy()
    level = upright.face.iris_left - upright.face.iris_right
    unturn = -np.arctan2(level[1], level[0])
    flat = np.array([[np.cos(unturn), -np.sin(unturn)], [np.sin(unturn), np.cos(unturn)]])
    landmarks[:, :2] = landmarks[:, :2] @ (matrix @ flat).T
    tilted = replace(upright, face=replace(upright.face, landmarks=landmarks))
    assert "at 2 o'clock" in catchlights(tilted).reason


def test_small_turned_and_hidden_eyes_cannot_be_assessed() -> None:
    view = painted(0.05, [_UPPER_LEFT], [_UPPER_LEFT])
    assert "small" in catchlights(subject(view, scale=4.0)).reason
    assert catchlights(subject(view, yaw=60.0)).status == "could_not_assess"
    dark = painted(0.01, [_UPPER_LEFT], [_UPPER_LEFT], white=0.011)
    assert catchlights(subject(dark)).verdict == "could not assess"


@pytest.mark.parametrize(("azimuth", "hours"), [(-30.0, ("10", "11")), (30.0, ("1", "2"))])
def test_finds_the_key_light_of_a_rendering(azimuth: float, hours: tuple[str, ...]) -> None:
    picture = render_face(
        key_azimuth=azimuth, key_elevation=30, key_size_deg=14, eye_distance_px=150, size=(560, 680)
    )
    face = faces.find(picture.pixels)[0]
    photo = cast(Photo, SimpleNamespace(scale=1.0))
    found = catchlights(Subject(photo, face, (), face_view(picture.pixels, face)))
    assert found.verdict == "both"
    assert any(f"at {hour} o'clock" in found.reason for hour in hours)


def test_a_mirrored_or_halved_rendering_keeps_its_verdict() -> None:
    picture = render_face(
        key_azimuth=-30, key_elevation=30, key_size_deg=14, eye_distance_px=150, size=(560, 680)
    )
    halved = cv2.resize(picture.pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    mirrored = np.ascontiguousarray(picture.pixels[:, ::-1])
    for pixels, hours in ((halved, ("10", "11")), (mirrored, ("1", "2"))):
        face = faces.find(pixels)[0]
        photo = cast(Photo, SimpleNamespace(scale=1.0))
        found = catchlights(Subject(photo, face, (), face_view(pixels, face)))
        assert found.verdict == "both"
        assert any(f"at {hour} o'clock" in found.reason for hour in hours)


@pytest.mark.shared
def test_studio_lamps_are_in_both_eyes_at_the_same_place(shared: Path) -> None:
    paths = sorted((shared / "studio" / "canada").glob("*f.jpg"))[:3]
    for path in paths:
        pixels = np.ascontiguousarray(cv2.imread(str(path))[:, :, ::-1])
        face = faces.find(pixels)[0]
        photo = cast(Photo, SimpleNamespace(scale=1.0))
        found = catchlights(Subject(photo, face, (), face_view(pixels, face)))
        assert found.verdict == "both"
        assert any(f"at {hour} o'clock" in found.reason for hour in (10, 11, 12, 1, 2))
