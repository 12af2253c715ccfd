"""Foreground colours against renderings whose colours are known."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from catchlight.foreground import decontaminate

from .painted_person import body, oval_face

TRUTH = body((200, 200), oval_face(100, 90, 24), strands=60)


def scene(front: tuple[float, ...], back: tuple[float, ...]) -> np.ndarray:
    a = TRUTH[:, :, None]
    return (a * np.array(front) + (1 - a) * np.array(back)).astype(np.float32)


def test_the_old_background_is_taken_out() -> None:
    front = (0.04, 0.02, 0.015)
    found = decontaminate(scene(front, (0.7, 0.75, 0.8)), TRUTH)
    partly = (TRUTH > 0.1) & (TRUTH < 1)
    assert np.abs(found - front)[partly].mean() < 0.02
    assert np.abs(scene(front, (0.7, 0.75, 0.8)) - front)[partly].mean() > 0.2


def test_opaque_pixels_stay_to_the_bit() -> None:
    random = np.random.default_rng(0)
    linear = (random.random((200, 200, 3)) * 1.5).astype(np.float32)
    found = decontaminate(linear, TRUTH)
    assert np.array_equal(found[TRUTH == 1], linear[TRUTH == 1])
    assert found.min() >= 0


def test_what_lies_far_outside_is_black() -> None:
    found = decontaminate(scene((0.2, 0.2, 0.2), (0.9, 0.1, 0.1)), TRUTH)
    assert np.array_equal(found[:5], np.zeros((5, 200, 3)))


def test_values_above_white_are_kept() -> None:
    found = decontaminate(scene((3.0, 2.0, 2.0), (0.1, 0.1, 0.1)), TRUTH)
    assert found[(TRUTH > 0.5) & (TRUTH < 1)].max() > 2


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_all_or_nothing(value: float) -> None:
    linear = np.random.default_rng(0).random((40, 50, 3)).astype(np.float32)
    found = decontaminate(linear, np.full((40, 50), value, np.float32))
    assert np.array_equal(found, linear * value)


def test_the_input_is_left_alone_and_answers_repeat() -> None:
    linear = scene((0.1, 0.1, 0.3), (0.6, 0.6, 0.2))
    before = linear.copy()
    assert np.array_equal(decontaminate(linear, TRUTH), decontaminate(linear, TRUTH))
    assert np.array_equal(linear, before)


def test_it_needs_no_model_code() -> None:
    code = (
        "import sys, catchlight.foreground;"
        "bad = {'catchlight.models', 'catchlight.faces', 'onnxruntime', 'ai_edge_litert'};"
        "sys.exit(bool(bad & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
