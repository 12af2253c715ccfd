"""Oracle: flat skin with noise of a known standard deviation."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from catchlight.measures.noise import noise, skin_noise

from ..degraded import noised
from .portraits import discs, subject

LEVELS_PER_L = 2.4  # sRGB levels in one L* about the middle grey


def skin(levels: float, *, coloured: bool = False) -> np.ndarray:
    flat = np.full((1024, 1024, 3), (190, 150, 130), np.uint8)
    # soft shading as of a round cheek is no noise
    shade = np.linspace(0.85, 1.05, 1024)[None, :, None]
    return noised(flat * shade, levels, coloured=coloured)


@pytest.mark.parametrize("levels", [4.0, 8.0, 16.0])
def test_measures_known_noise(levels: float) -> None:
    _, face = discs()  # the eyes are 150 px apart: white noise averages to 80 / 150
    found = skin_noise(subject(skin(levels), face))
    assert found is not None
    assert found[0] == pytest.approx(levels / LEVELS_PER_L * 80 / 150, rel=0.2)


def test_half_the_size_is_the_same_noise() -> None:
    _, face = discs()
    large = cv2.resize(skin(0), None, fx=2, fy=2)
    large = noised(large, 16)
    half = cv2.resize(large, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    whole = noise(subject(large, face.scaled(2)))
    assert whole.value == pytest.approx(noise(subject(half, face)).value or 0, rel=0.1)


def test_colour_is_told_apart() -> None:
    _, face = discs()
    grey, coloured = (skin_noise(subject(skin(12, coloured=c), face)) for c in (False, True))
    assert grey is not None
    assert coloured is not None
    assert coloured[1] > 4 * grey[1]


@pytest.mark.parametrize(
    ("levels", "verdict"), [(0, "clean"), (3, "clean"), (11, "some"), (30, "noisy")]
)
def test_verdicts(levels: float, verdict: str) -> None:
    _, face = discs()
    measure = noise(subject(skin(levels), face))
    assert measure.verdict == verdict
    assert measure.score is not None
    assert (measure.score >= 75) == (verdict == "clean")


def test_a_beard_or_freckles_on_half_the_face_are_not_noise() -> None:
    _, face = discs()
    pixels = skin(1)
    speckled = noised(pixels, 40)
    pixels[np.arange(1024) > face.landmarks[4, 1] + 10] = speckled[
        np.arange(1024) > face.landmarks[4, 1] + 10
    ]
    assert noise(subject(pixels, face)).verdict == "clean"


def test_a_black_face_is_not_assessed() -> None:
    _, face = discs()
    assert noise(subject(np.zeros((1024, 1024, 3), np.uint8), face)).status == "could_not_assess"
