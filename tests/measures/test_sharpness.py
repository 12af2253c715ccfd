"""Oracle: a picture of crisp edges blurred by a known amount, all of it or but for one place."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from catchlight.measures.sharpness import eye_sharpness

from ..degraded import disc, gaussian, noised, saved, spread_by
from ..faces_of_data import astronaut
from .portraits import discs, subject


@pytest.mark.parametrize("percent", [0.8, 1.5, 2.5])
def test_measures_a_known_blur(percent: float) -> None:
    pixels, face = discs()
    blurred = gaussian(pixels, percent / 100 * face.eye_distance)
    measure = eye_sharpness(subject(blurred, face))
    assert measure.value == pytest.approx(percent, rel=0.25)


@pytest.mark.parametrize(
    ("percent", "verdict"), [(0.0, "sharp"), (0.3, "sharp"), (2.0, "blurred"), (4.0, "blurred")]
)
def test_verdicts(percent: float, verdict: str) -> None:
    pixels, face = discs()
    if percent:
        pixels = gaussian(pixels, percent / 100 * face.eye_distance)
    measure = eye_sharpness(subject(pixels, face))
    assert measure.verdict == verdict
    assert measure.score is not None
    assert (measure.score >= 75) == (verdict == "sharp")


@pytest.mark.parametrize("percent", [0.6, 1.0, 1.5, 2.5])
@pytest.mark.parametrize("size", [0.7, 0.5, 0.3])
def test_a_smaller_picture_is_as_blurred(percent: float, size: float) -> None:
    pixels, face = discs()
    blurred = gaussian(pixels, percent / 100 * face.eye_distance)
    small = cv2.resize(blurred, None, fx=size, fy=size, interpolation=cv2.INTER_AREA)
    measure = eye_sharpness(subject(small, face.scaled(size)))
    assert measure.value == pytest.approx(percent, rel=0.18)


@pytest.mark.parametrize("percent", [0.6, 1.5])
def test_a_mirrored_picture_is_as_blurred(percent: float) -> None:
    pixels, face = discs()
    blurred = gaussian(pixels, percent / 100 * face.eye_distance)
    landmarks = face.landmarks.copy()
    landmarks[:, 0] = pixels.shape[1] - landmarks[:, 0]
    other = replace(face, landmarks=landmarks)
    mirrored = eye_sharpness(subject(np.ascontiguousarray(blurred[:, ::-1]), other))
    assert mirrored.value == pytest.approx(eye_sharpness(subject(blurred, face)).value, rel=0.03)


def test_a_lens_out_of_focus_blurs() -> None:
    pixels, face = discs()
    wide = spread_by(pixels, disc(0.08 * face.eye_distance))
    assert eye_sharpness(subject(wide, face)).verdict == "blurred"


@pytest.mark.parametrize("levels", [4, 8])
def test_noise_does_not_make_a_blurred_picture_sharp(levels: float) -> None:
    pixels, face = discs()
    grainy = noised(gaussian(pixels, 0.025 * face.eye_distance), levels)
    assert eye_sharpness(subject(grainy, face)).verdict == "blurred"


def test_the_sharper_eye_counts_and_is_named() -> None:
    pixels, face = discs()
    blurred = gaussian(pixels, 0.025 * face.eye_distance)
    right, left = sorted([float(face.iris_right[0]), float(face.iris_left[0])])
    half = np.where(np.arange(1024)[None, :, None] < (right + left) / 2, pixels, blurred)
    measure = eye_sharpness(subject(half, face))
    assert measure.verdict == "sharp"
    assert measure.reason == "the right eye is sharp, the left one softer"


def sharp_at(x: float, y: float, radius: float) -> np.ndarray:
    pixels, face = discs()
    blurred = gaussian(pixels, 0.025 * face.eye_distance)
    keep = np.zeros(pixels.shape[:2], np.float32)
    cv2.circle(keep, (round(x), round(y)), round(radius * face.eye_distance), 1.0, -1)
    keep = cv2.GaussianBlur(keep, (0, 0), 6)[..., None]
    return np.round(keep * pixels + (1 - keep) * blurred).astype(np.uint8)


@pytest.mark.parametrize(
    ("place", "vertex", "beside", "below"),
    [("left ear", 454, 0.25, 0.0), ("right ear", 234, -0.25, 0.0), ("collar", 152, 0.0, 0.9)],
)
def test_names_where_the_focus_is(place: str, vertex: int, beside: float, below: float) -> None:
    _, face = discs()
    x, y = face.landmarks[vertex, :2].tolist()
    ed = face.eye_distance
    radius = 0.4 if place.endswith("ear") else 0.7
    measure = eye_sharpness(subject(sharp_at(x + beside * ed, y + below * ed, radius), face))
    assert measure.verdict == "missed focus"
    assert measure.reason == f"focus is on the {place}, not on the eyes"


def test_the_background_is_named_only_where_nobody_is() -> None:
    _, face = discs()
    pixels = sharp_at(900, 120, 0.7)
    person = np.zeros((64, 64), np.float32)
    person[16:, 16:48] = 1.0
    behind = eye_sharpness(subject(pixels, face, person=person))
    assert behind.reason == "focus is on the background behind you, not on the eyes"
    assert eye_sharpness(subject(pixels, face)).verdict == "blurred"
    everywhere = np.ones((64, 64), np.float32)
    assert eye_sharpness(subject(pixels, face, person=everywhere)).verdict == "blurred"


def test_a_small_sharp_face_is_sharp_and_enlarged_it_is_not() -> None:
    pixels, face = astronaut()
    assert eye_sharpness(subject(pixels, face)).verdict == "sharp"
    large = cv2.resize(pixels, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    assert eye_sharpness(subject(large, face.scaled(4))).verdict in ("a little soft", "blurred")


@pytest.mark.parametrize("quality", [95, 80])
def test_saving_again_changes_nothing(quality: int) -> None:
    pixels, face = astronaut()
    assert eye_sharpness(subject(saved(pixels, quality), face)).verdict == "sharp"


def test_what_cannot_be_seen_is_not_assessed() -> None:
    pixels, face = discs()
    flat = np.full_like(pixels, 90)
    assert eye_sharpness(subject(flat, face)).status == "could_not_assess"
    small = cv2.resize(pixels, None, fx=0.2, fy=0.2, interpolation=cv2.INTER_AREA)
    assert eye_sharpness(subject(small, face.scaled(0.2))).status == "could_not_assess"
