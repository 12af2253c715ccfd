"""Oracles: stops asked for are stops found; a canvas is neither noise nor a repeat."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from catchlight.edits.paper import MAP_REACH, MAP_SIDE, canvas, paper_light

CELL = MAP_SIDE / (2 * MAP_REACH)


def at(stops: np.ndarray, x: float, y: float) -> float:
    """Stops at a place in eye distances from the eyes."""
    return float(stops[round(MAP_SIDE / 2 + y * CELL), round(MAP_SIDE / 2 + x * CELL)])


def test_the_gradient_has_its_stops() -> None:
    light = paper_light(gradient=1.0, key=1.0, falloff=0.0)
    assert at(light, 4, 0) - at(light, -4, 0) == pytest.approx(1.0, abs=0.03)
    other = paper_light(gradient=1.0, key=-0.5, falloff=0.0)
    assert at(other, -4, 0) - at(other, 4, 0) == pytest.approx(0.5, abs=0.03)


def test_the_pool_falls_off_by_its_stops() -> None:
    light = paper_light(gradient=0.0, key=0.0, falloff=0.6)
    assert at(light, 5.5, 0.6) - at(light, 0, 0.6) == pytest.approx(-0.6, abs=0.02)
    assert light.min() > -1.25  # and never to black


def test_light_from_above_is_brighter_above() -> None:
    light = paper_light(gradient=0.0, key=0.0, falloff=0.0, rise=0.3)
    assert at(light, 0, -4) - at(light, 0, 4) == pytest.approx(0.3, abs=0.02)


def test_a_canvas_is_its_seed() -> None:
    first = canvas(4).copy()
    canvas.cache_clear()
    np.testing.assert_array_equal(first, canvas(4))
    assert np.corrcoef(first[..., 1].ravel(), canvas(5)[..., 1].ravel())[0, 1] < 0.3


def test_a_canvas_has_its_mottle_and_little_colour() -> None:
    tone = canvas(1)
    assert np.abs(tone.mean(axis=(0, 1))).max() < 1e-4
    assert tone[..., 1].std() == pytest.approx(1.0, abs=1e-3)
    drift = (tone[..., 0] - tone[..., 2]).std()
    assert 0.05 < drift < 0.6


def test_a_canvas_is_painted_and_no_noise() -> None:
    """Strokes: much at a hand's breadth, some at a brush's streaks, next to nothing finer."""
    tone = canvas(2)[..., 1]
    spread = [
        float((cv2.GaussianBlur(tone, (0, 0), 0.5 * s) - cv2.GaussianBlur(tone, (0, 0), s)).std())
        for s in (0.08 * CELL, 0.4 * CELL, 1.2 * CELL)
    ]
    assert spread[0] < 0.25 * spread[1] < spread[1]
    assert spread[2] > 0.5 * spread[1]
