"""Oracles: a recoloured iris, a catchlight drawn in; honest light; real photographs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from catchlight import faces, ledger, photo
from catchlight.color import to_encoded, to_linear
from catchlight.edits import MixedLight, Scene, Tone, WhiteBalance
from catchlight.eye_color import eyes
from catchlight.ledger import Comparison, compare

from .faces_of_data import astronaut


def pair(change: object = None) -> Comparison:
    """The astronaut, three times enlarged, before and after a change of its linear light."""
    pixels, face = astronaut()
    large = cv2.resize(pixels, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)
    big = replace(face, landmarks=(face.landmarks * 3).astype(np.float32))
    linear = to_linear(np.asarray(large, np.uint8))
    after = linear if change is None else change(linear.copy(), big)  # type: ignore[operator]
    finished = to_encoded(np.clip(after, 0, 1).astype(np.float32), np.uint8)
    identity = np.array([[1.0, 0, 0], [0, 1.0, 0]])
    return compare(np.asarray(large, np.uint8), big, None, finished, identity)


def over_iris(linear: np.ndarray, face: faces.Face, gains: tuple[float, ...]) -> np.ndarray:
    for centre, ring in ((468, (469, 470, 471, 472)), (473, (474, 475, 476, 477))):
        x, y = face.landmarks[centre, :2]
        radius = float(
            np.linalg.norm(
                face.landmarks[list(ring), :2] - face.landmarks[centre, :2], axis=1
            ).mean()
        )
        mask = np.zeros(linear.shape[:2], np.uint8)
        cv2.circle(mask, (round(float(x)), round(float(y))), round(0.95 * radius), 1, -1)
        linear[mask > 0] *= np.array(gains, np.float32)
    return linear


def test_untouched_eyes_are_as_shot() -> None:
    reading = eyes(pair())
    assert reading.status == "ok"
    assert reading.value == pytest.approx(0, abs=0.15)


@pytest.mark.parametrize(
    "edits",
    [
        (WhiteBalance(red_stops=-0.3, blue_stops=0.4), Tone(exposure_stops=0.8, contrast=1.08)),
        (Tone(exposure_stops=-0.5, contrast=1.15, saturation=0.95),),
        (MixedLight(red_stops=-0.25, blue_stops=0.4),),
    ],
)
def test_honest_light_is_within_the_bound(edits: tuple) -> None:
    def lit(linear: np.ndarray, face: faces.Face) -> np.ndarray:
        middle = (face.iris_left + face.iris_right) / 2
        scene = Scene(linear, None, (float(middle[0]), float(middle[1])), face.eye_distance)
        for edit in edits:
            scene = edit.apply(scene)
        return scene.linear

    reading = eyes(pair(lit))
    assert reading.status == "ok", reading


@pytest.mark.parametrize("gains", [(0.8, 1.0, 1.5), (1.6, 1.6, 1.6), (1.0, 1.3, 1.0)])
def test_a_recoloured_or_lightened_iris_is_caught(gains: tuple[float, ...]) -> None:
    reading = eyes(pair(lambda linear, face: over_iris(linear, face, gains)))
    assert reading.status == "exceeded"


def test_a_catchlight_drawn_in_is_caught() -> None:
    def sparkle(linear: np.ndarray, face: faces.Face) -> np.ndarray:
        x, y = face.iris_right
        cv2.circle(linear, (round(float(x)) + 2, round(float(y)) + 2), 2, (0.9, 0.9, 0.9), -1)
        return linear

    reading = eyes(pair(sparkle))
    assert reading.status == "exceeded"
    assert "catchlight" in reading.sentence


def test_hidden_eyes_cannot_be_assessed() -> None:
    plain = pair()
    reading = eyes(replace(plain, shown=np.zeros_like(plain.shown)))
    assert (reading.status, reading.value) == ("could_not_assess", None)
    small = eyes(replace(plain, points=plain.points * 0.05))
    assert small.status == "could_not_assess"


def test_lifted_light_around_the_eyes_counts_as_light_and_the_whole_ledger_agrees(
    shared: Path,
) -> None:
    """A fill light that raises socket and eye alike is light; untouched real eyes are as shot."""
    for name in ("people/obama/obama1.jpg", "studio/london_neutral/001_03.jpg"):
        pixels = photo.read(shared / name).pixels
        face = max(faces.find(pixels), key=lambda f: f.size)
        identity = np.array([[1.0, 0, 0], [0, 1.0, 0]])
        same = ledger.compare(pixels, face, None, np.asarray(pixels, np.uint8), identity)
        assert eyes(same).status == "ok"
        linear = to_linear(pixels)
        middle = (face.iris_left + face.iris_right) / 2
        y, x = np.mgrid[: linear.shape[0], : linear.shape[1]]
        away = np.hypot(x - middle[0], (y - middle[1]) * 1.6) / face.eye_distance
        raised = linear * np.exp2(0.4 * np.exp(-(away**2)))[..., None]
        finished = to_encoded(np.clip(raised, 0, 1).astype(np.float32), np.uint8)
        assert eyes(ledger.compare(pixels, face, None, finished, identity)).status == "ok"
