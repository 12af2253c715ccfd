"""Oracles: eyes modelled as spheres, renderings with known gaze, portraits that face the lens."""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import cv2
import numpy as np
import pytest

from catchlight import faces
from catchlight.faces import Face
from catchlight.landmarks import IRIS_LEFT, IRIS_RIGHT
from catchlight.measures.gaze import (
    LineOfSight,
    gaze,
    gaze_agreement,
    line_of_sight,
    seen_line_of_sight,
)
from catchlight.measures.subject import Subject
from catchlight.photo import Photo
from catchlight.skin import face_view

from ..faces_of_data import astronaut
from ..modelled_eyes import modelled_eyes, seen_along_the_face
from ..rendered_face import render_face

module: Any = sys.modules[line_of_sight.__module__]  # the package has the function by this name


def subject(pixels: np.ndarray, face: Face) -> Subject:
    photo = cast(Photo, SimpleNamespace(pixels=pixels, scale=1.0))
    return Subject(photo, face, (), face_view(pixels, face))


def looking(monkeypatch: pytest.MonkeyPatch, line: LineOfSight, **pose: Any) -> Subject:
    """The astronaut, whose eyes are said to look along `line`."""
    monkeypatch.setattr(module, "line_of_sight", lambda *_: line)
    pixels, face = astronaut()
    return subject(pixels, replace(face, **pose))


@pytest.mark.parametrize("pose", [(0, 0, 0), (35, 0, 0), (-25, 20, 0), (10, -20, 25), (0, 20, -15)])
@pytest.mark.parametrize("turned", [(0, 0), (-20, 0), (12, 0), (0, 15), (0, -10), (15, 10)])
def test_finds_the_line_of_sight_of_modelled_eyes(
    pose: tuple[float, float, float], turned: tuple[float, float]
) -> None:
    line = line_of_sight(modelled_eyes(*pose, turned), *pose)
    assert (line.sideways, line.down) == pytest.approx(
        seen_along_the_face(turned, pose[2]), abs=1.5
    )
    assert line.crossed == pytest.approx(0, abs=3)
    assert line.higher == pytest.approx(0, abs=1.5)


@pytest.mark.parametrize("crossed", [-20.0, 15.0])
def test_finds_how_far_the_eyes_are_apart(crossed: float) -> None:
    line = line_of_sight(modelled_eyes(0, 0, 0, (0, 0), crossed=crossed), 0, 0, 0)
    assert line.crossed == pytest.approx(crossed, abs=2)  # each eye is seen from its own side
    assert line.sideways == pytest.approx(0, abs=1)


def test_size_and_place_do_not_count() -> None:
    points = modelled_eyes(12, 5, 3, (8, -4))
    one, other = line_of_sight(points, 12, 5, 3), line_of_sight(points * 3.7 + 55, 12, 5, 3)
    assert (one.sideways, one.down) == pytest.approx((other.sideways, other.down))


def test_a_mirrored_picture_looks_to_the_other_side() -> None:
    points = modelled_eyes(15, 5, 8, (10, 3))
    swapped = modelled_eyes(-15, 5, -8, (-10, 3))
    a, b = line_of_sight(points, 15, 5, 8), line_of_sight(swapped, -15, 5, -8)
    assert (a.sideways, a.down) == pytest.approx((-b.sideways, b.down), abs=1.6)


def test_eyes_raised_to_the_lens_from_a_lowered_head_are_on_it() -> None:
    _, face = astronaut()
    points = np.concatenate([modelled_eyes(0, 20, 0, (0, 0)), np.zeros((478, 1))], axis=1)
    lowered = replace(face, landmarks=points.astype(np.float32), yaw=0.0, pitch=20.0, roll=0.0)
    assert seen_line_of_sight(lowered).down == pytest.approx(0, abs=1.5)
    # The same irises in a head that does not nod would look up.
    assert seen_line_of_sight(replace(lowered, pitch=0.0)).down < -9


@pytest.mark.parametrize(
    ("sideways", "down", "verdict", "words"),
    [
        (2.0, -3.0, "into the lens", "into the lens"),
        (15.0, 4.0, "beside the lens", "about 16° past the lens, to the picture's right"),
        (-20.0, 4.0, "beside the lens", "to the picture's left"),
        (3.0, 14.0, "below the lens", "looks down, about 14°"),
        (3.0, -14.0, "above the lens", "looks up"),
    ],
)
def test_says_where_the_eyes_look(
    sideways: float, down: float, verdict: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = gaze(looking(monkeypatch, LineOfSight(sideways, down, 0.0, 0.0)))
    assert found.verdict == verdict
    assert words in found.reason
    assert found.value == pytest.approx(math.hypot(sideways, down))
    assert found.score is not None
    assert (found.score >= 75) == (verdict == "into the lens")


def test_turned_heads_and_closed_or_small_eyes_cannot_be_assessed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    straight = LineOfSight(0.0, 0.0, 0.0, 0.0)
    assert gaze(looking(monkeypatch, straight, yaw=45.0)).status == "could_not_assess"
    pixels, face = astronaut()
    small = cv2.resize(pixels, None, fx=0.2, fy=0.2, interpolation=cv2.INTER_AREA)
    found = gaze(subject(small, face.scaled(0.2)))
    assert found.status == "could_not_assess"
    assert "small" in found.reason
    covered = pixels.copy()
    x0, y0, x1, y1 = (int(v) for v in face.box)
    covered[y0 : (y0 + y1) // 2, x0:x1] = 12  # as dark glasses
    assert "can't be made out" in gaze(subject(covered, face)).reason
    assert gaze_agreement(subject(covered, face)).status == "could_not_assess"


def test_eyes_far_apart_are_told_and_not_held_against_anybody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    together = gaze_agreement(looking(monkeypatch, LineOfSight(3.0, 2.0, 12.0, 1.0)))
    assert together.verdict == "together"
    higher = gaze_agreement(looking(monkeypatch, LineOfSight(0.0, 0.0, 3.0, 10.0)))
    assert higher.verdict == "apart"
    assert higher.score is not None
    assert higher.score >= 75
    away = gaze_agreement(looking(monkeypatch, LineOfSight(40.0, 0.0, 0.0, 0.0)))
    assert away.status == "could_not_assess"


def test_the_reflections_have_to_agree_that_the_eyes_are_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The astronaut's eyes mirror one window each, at the same place: they look the same way.
    found = gaze_agreement(looking(monkeypatch, LineOfSight(0.0, 0.0, 28.0, 0.0)))
    assert found.verdict == "together"


def test_the_astronaut_looks_into_the_lens() -> None:
    found = gaze(subject(*astronaut()))
    assert found.verdict == "into the lens"
    assert found.uncertainty is not None


@cache
def rendered(sideways: float) -> tuple[float, float]:
    picture = render_face(gaze=(sideways, 0), eye_distance_px=150, size=(560, 680))
    face = faces.find(picture.pixels)[0]
    line = line_of_sight(face.landmarks, face.yaw, face.pitch, face.roll)
    return line.sideways, line.down


@pytest.mark.parametrize("sideways", [-15.0, 12.0])
def test_finds_how_far_rendered_eyes_are_turned(sideways: float) -> None:
    assert rendered(sideways)[0] - rendered(0.0)[0] == pytest.approx(sideways, abs=3)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("rootvc_man/20221205172811-1.jpg", "below the lens"),
        ("rootvc_man/20221205172811-3.jpg", "into the lens"),
        ("rootvc_man/20221205172811-4.jpg", "into the lens"),
        ("human_emotions_a/stock-emotions-a-7.jpg", "beside the lens"),
        ("human_emotions_a/stock-emotions-a-2.jpg", "into the lens"),  # head turned by 35°
        ("obama/obama2.jpg", "beside the lens"),
    ],
)
def test_photographs(shared: Path, name: str, verdict: str) -> None:
    pixels = np.ascontiguousarray(cv2.imread(str(shared / "people" / name))[:, :, ::-1])
    assert gaze(subject(pixels, faces.find(pixels)[0])).verdict == verdict


def test_irises_are_where_the_model_says() -> None:
    points = modelled_eyes(0, 0, 0, (0, 0))
    apart = np.linalg.norm(points[IRIS_LEFT] - points[IRIS_RIGHT])
    assert apart == pytest.approx((62.8 + 2 * 1.62) * 4000 / 1500, rel=0.02)
