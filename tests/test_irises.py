"""Oracle: irises and reflections painted at known places on the eyes of a real face's geometry."""

from __future__ import annotations

import math
from dataclasses import replace

import cv2
import numpy as np
import pytest

from catchlight.irises import Highlight, clock, hidden, irises, main_highlights
from catchlight.landmarks import (
    EYE_LEFT,
    EYE_RIGHT,
    IRIS_LEFT,
    IRIS_RIGHT,
    IRIS_RING_LEFT,
    IRIS_RING_RIGHT,
)
from catchlight.skin import FaceView, face_view

from .faces_of_data import astronaut

Light = tuple[float, float, float, float]  # x, y, radius in iris radii, linear light


def painted(
    tone: float,
    right: list[Light],
    left: list[Light],
    *,
    white: float = 0.4,
    level: float = 1.0,
) -> FaceView:
    """A face view with eyes of one iris tone and round reflections, at four times oversampling."""
    pixels, face = astronaut()
    view = face_view(pixels, face)
    fine = 4
    linear = cv2.resize(view.linear, None, fx=fine, fy=fine, interpolation=cv2.INTER_LINEAR)
    for outline, middle, ring, lights in (
        (EYE_RIGHT, IRIS_RIGHT, IRIS_RING_RIGHT, right),
        (EYE_LEFT, IRIS_LEFT, IRIS_RING_LEFT, left),
    ):
        eye = np.zeros(linear.shape[:2], np.uint8)
        cv2.fillPoly(eye, [np.round(view.points[list(outline)] * fine).astype(np.int32)], 1)
        centre = view.points[middle]
        radius = float(np.linalg.norm(view.points[list(ring)] - centre, axis=1).mean())
        patch = np.full((*linear.shape[:2], 3), white, np.float32)

        def disc(x: float, y: float, r: float, value: float, patch: np.ndarray = patch) -> None:
            cv2.circle(patch, (round(x * fine), round(y * fine)), round(r * fine), (value,) * 3, -1)

        disc(*centre, radius, tone)
        disc(*centre, 0.35 * radius, 0.01)
        for x, y, size, value in lights:
            disc(centre[0] + x * radius, centre[1] + y * radius, size * radius, value)
        linear[eye > 0] = patch[eye > 0]
    small = cv2.resize(linear, view.linear.shape[1::-1], interpolation=cv2.INTER_AREA) * level
    small = cv2.GaussianBlur(small, (0, 0), 0.6)
    noise = np.random.default_rng(0).normal(0, 0.002, small.shape)
    return replace(view, linear=np.clip(small + noise, 0, 1).astype(np.float32))


@pytest.mark.parametrize("tone", [0.015, 0.06, 0.22])
@pytest.mark.parametrize("hour", [10, 12, 2, 4])
def test_finds_a_reflection_where_it_was_painted(tone: float, hour: int) -> None:
    x, y = 0.4 * math.sin(math.radians(30 * hour)), -0.4 * math.cos(math.radians(30 * hour))
    light = [(x, y, 0.14, 1.0)]
    for highlight in main_highlights(irises(painted(tone, light, light))):
        assert highlight is not None
        assert (highlight.x, highlight.y) == pytest.approx((x, y), abs=0.09)
        assert clock(highlight.x, highlight.y) == hour
        assert highlight.size == pytest.approx(0.28, abs=0.12)


def halved(view: FaceView) -> FaceView:
    """The view of a photo of half the size."""
    height, width = view.linear.shape[:2]
    small = cv2.resize(view.linear, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    large = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    return replace(view, linear=large, scale=2 * view.scale)


@pytest.mark.parametrize("tone", [0.015, 0.06, 0.22])
@pytest.mark.parametrize("size", [0.1, 0.16])
def test_a_small_light_is_found_in_a_photo_of_half_the_size(tone: float, size: float) -> None:
    light = [(-0.2, -0.3, size, 1.0)]
    view = replace(painted(tone, light, light), scale=1.0)
    found = main_highlights(irises(view)), main_highlights(irises(halved(view)))
    for whole, half in zip(*found, strict=True):
        assert whole is not None
        assert half is not None
        assert 0.62 * whole.strength < half.strength < 1.1 * whole.strength
        assert half.x == pytest.approx(whole.x, abs=0.06)


@pytest.mark.parametrize("tone", [0.015, 0.06, 0.22])
@pytest.mark.parametrize("level", [1.0, 0.15])
def test_an_iris_without_reflection_has_none(tone: float, level: float) -> None:
    assert main_highlights(irises(painted(tone, [], [], level=level))) == (None, None)


def test_a_dim_exposure_changes_nothing() -> None:
    light = [(-0.3, -0.3, 0.14, 1.0)]
    bright = main_highlights(irises(painted(0.06, light, light)))
    dim = main_highlights(irises(painted(0.06, light, light, level=0.2)))
    for a, b in zip(bright, dim, strict=True):
        assert a is not None
        assert b is not None
        assert (a.x, a.y) == pytest.approx((b.x, b.y), abs=0.05)


def test_chooses_the_light_that_both_eyes_show() -> None:
    shared = (0.3, -0.35, 0.12, 0.9)
    pair = irises(painted(0.05, [shared, (-0.5, 0.1, 0.2, 1.0)], [shared]))
    for highlight in main_highlights(pair):
        assert highlight is not None
        assert (highlight.x, highlight.y) == pytest.approx((0.3, -0.35), abs=0.09)


def test_one_eye_alone_needs_a_clear_reflection() -> None:
    right, left = main_highlights(irises(painted(0.03, [(0.0, -0.4, 0.15, 1.0)], [])))
    assert right is not None
    assert left is None
    assert main_highlights(irises(painted(0.03, [(0.0, -0.4, 0.08, 0.15)], []))) == (None, None)


def test_the_white_of_the_eye_is_no_reflection() -> None:
    view = painted(0.03, [], [])
    points = view.points.copy()
    for ring, middle in ((IRIS_RING_RIGHT, IRIS_RIGHT), (IRIS_RING_LEFT, IRIS_LEFT)):
        points[[middle, *ring], 0] += 2.0  # the landmarks are a little off
    assert main_highlights(irises(replace(view, points=points))) == (None, None)


def test_rim_and_opening() -> None:
    seen = irises(painted(0.05, [], []))
    assert hidden(seen) is None
    for iris in seen:
        assert iris.visible > 0.6
        expected = (math.sqrt(0.4) - math.sqrt(0.05)) / (math.sqrt(0.4) + math.sqrt(0.05))
        assert iris.rim == pytest.approx(expected, abs=0.12)
        assert iris.highlights == ()


def test_says_why_irises_cannot_be_read() -> None:
    behind_dark_glasses = painted(0.01, [], [], white=0.011)
    assert "dark glasses" in (hidden(irises(behind_dark_glasses)) or "")
    view = painted(0.05, [], [])
    points = view.points.copy()
    for outline in (EYE_RIGHT, EYE_LEFT):
        lids = points[list(outline)]
        middle = lids[:, 1].mean()
        points[list(outline), 1] = middle + 0.2 * (lids[:, 1] - middle)
    assert "closed" in (hidden(irises(replace(view, points=points))) or "")


def test_eyes_beyond_the_view_are_not_read() -> None:
    view = painted(0.05, [], [])
    away = irises(replace(view, points=view.points + np.float32(1000)))
    assert [iris.visible for iris in away] == [0.0, 0.0]
    assert hidden(away) is not None


@pytest.mark.parametrize(
    ("x", "y", "hour"),
    [(0, -0.5, 12), (0, 0.5, 6), (0.5, 0, 3), (-0.5, 0, 9), (0.3, -0.4, 1), (-0.3, -0.4, 11)],
)
def test_clock(x: float, y: float, hour: int) -> None:
    assert clock(x, y) == hour
    mirrored = clock(-x, y)
    assert mirrored is not None
    assert mirrored % 12 == (12 - hour) % 12


def test_no_hour_near_the_centre() -> None:
    assert clock(0.05, -0.05) is None


def test_highlights_are_sorted_by_strength() -> None:
    lights = [(-0.4, -0.3, 0.1, 0.5), (0.4, -0.3, 0.16, 1.0)]
    found = irises(painted(0.03, lights, lights))[0].highlights
    assert len(found) == 2
    assert found[0].strength > found[1].strength
    assert isinstance(found[0], Highlight)
    assert found[0].x > 0
