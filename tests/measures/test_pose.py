"""Oracles: known angles, a rendering, and a neck painted a known number of stops darker."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from catchlight import faces
from catchlight.landmarks import FACE_OVAL
from catchlight.measures.pose import chin_position, head_pitch, head_roll, head_yaw, jaw_shadow
from catchlight.measures.subject import Subject
from catchlight.skin import FaceView, face_view

from ..faces_of_data import astronaut
from ..rendered_face import render_face
from ..test_perspective import taken, with_eyes


def posed(yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0) -> Subject:
    """The astronaut from 2 m by the lens, with these angles."""
    face = replace(with_eyes(250), yaw=yaw, pitch=pitch, roll=roll)
    photo = taken((3000, 2000), focal_length_35mm=95.0)
    return Subject(photo, face, (), painted(1.0))


def painted(stops: float, neck: tuple[float, float, float] = (0.4, 0.26, 0.2)) -> FaceView:
    """A face of one colour, and around it that of the neck, darker by `stops`."""
    view = face_view(*astronaut())
    linear = np.empty_like(view.linear)
    linear[:] = np.array(neck) * 2.0**-stops
    mask = np.zeros(linear.shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.round(view.points[list(FACE_OVAL)]).astype(np.int32)], 1)
    linear[mask > 0] = (0.4, 0.26, 0.2)
    return replace(view, linear=linear)


@pytest.mark.parametrize(
    ("yaw", "verdict"), [(0, "straight"), (-8, "straight"), (20, "turned"), (-35, "turned away")]
)
def test_yaw(yaw: float, verdict: str) -> None:
    measure, mirrored = head_yaw(posed(yaw)), head_yaw(posed(-yaw))
    assert measure.verdict == mirrored.verdict == verdict
    assert measure.score == mirrored.score
    assert measure.score is not None
    assert (measure.score >= 75) == (verdict != "turned away")


@pytest.mark.parametrize(("pitch", "verdict"), [(0, "level"), (-20, "up"), (22, "down")])
def test_pitch(pitch: float, verdict: str) -> None:
    measure = head_pitch(posed(pitch=pitch))
    assert measure.verdict == verdict
    assert measure.value == pytest.approx(pitch, abs=0.5)
    assert measure.score is not None
    assert (measure.score >= 75) == (verdict == "level")


@pytest.mark.parametrize(("roll", "verdict"), [(3, "upright"), (-12, "upright"), (25, "tilted")])
def test_roll(roll: float, verdict: str) -> None:
    assert head_roll(posed(roll=roll)).verdict == verdict
    assert head_roll(posed(roll=roll)).score == head_roll(posed(roll=-roll)).score


def test_perspective_is_taken_off_the_pitch() -> None:
    picture = render_face(distance_cm=32, pitch=5, size=(480, 640), eye_distance_px=90)
    face = faces.find(picture.pixels)[0]
    focal = picture.focal_px / np.hypot(480, 640) * np.hypot(24, 36)
    photo = replace(taken((480, 640), focal_length_35mm=float(focal)), pixels=picture.pixels)
    measure = head_pitch(Subject(photo, face, (), face_view(picture.pixels, face)))
    assert face.pitch > 8.5  # as it looks
    assert measure.value == pytest.approx(5, abs=3)


@pytest.mark.parametrize("stops", [0.0, 0.5, 1.5])
def test_finds_a_known_shadow_under_the_jaw(stops: float) -> None:
    assert jaw_shadow(painted(stops)) == pytest.approx(stops, abs=0.05)


def test_what_is_not_skin_is_not_the_neck() -> None:
    assert jaw_shadow(painted(0.0, neck=(0.1, 0.2, 0.6))) is None
    subject = replace(posed(), view=painted(0.0, neck=(0.1, 0.2, 0.6)))
    assert chin_position(subject).status == "could_not_assess"


def test_a_chin_is_tucked_when_lowered_and_lost_in_the_neck() -> None:
    def verdict(pitch: float, stops: float) -> str:
        return chin_position(replace(posed(pitch=pitch), view=painted(stops))).verdict

    assert verdict(16, 0.0) == "tucked"
    assert verdict(16, 1.0) == "free"
    assert verdict(0, 0.0) == "free"
    fault = chin_position(replace(posed(pitch=16), view=painted(0.0)))
    assert fault.score is not None
    assert fault.score < 75
    assert chin_position(posed(yaw=40)).status == "could_not_assess"
