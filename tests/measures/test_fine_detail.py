"""Oracle: skin with equal contrast in every octave, then coded, filtered, enlarged or blurred."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from itertools import pairwise

import cv2
import numpy as np
import pytest
from PIL import Image

from catchlight.faces import Face
from catchlight.measures.compression import compression_artifacts
from catchlight.measures.fine_detail import fine_detail, fine_share
from catchlight.measures.motion_blur import motion_blur

from ..degraded import gaussian, line, saved, spread_by
from ..faces_of_data import astronaut
from .portraits import discs, subject


@cache
def textured() -> tuple[np.ndarray, Face]:
    """Crisp discs for eyes, with a texture of equal contrast in every octave: pink noise."""
    pixels, face = discs()
    side = len(pixels)
    pink = noise_of(1.0)
    fine = pink - cv2.GaussianBlur(pink, (0, 0), 12)
    fine *= 4.0 / fine.std()
    soft = cv2.GaussianBlur(pixels, (0, 0), 25).astype(
        np.float64
    )  # shaded as skin, not disc by disc
    eyes = np.zeros((side, side, 1))
    for iris in (face.iris_right, face.iris_left):
        cv2.circle(eyes, np.round(iris).astype(int).tolist(), 45, 1.0, -1)
    eyes = cv2.GaussianBlur(eyes, (0, 0), 6)[..., None]
    made = eyes * pixels + (1 - eyes) * soft + fine[..., None]
    return np.clip(made, 0, 255).round().astype(np.uint8), face


def encoded(pixels: np.ndarray, kind: str, quality: int) -> np.ndarray:
    """The picture as it is after saving with another encoder."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, quality=quality)
    return np.array(Image.open(file).convert("RGB"))


def enlarged(pixels: np.ndarray, factor: float) -> np.ndarray:
    """A picture of the same size that has been small, coded, and enlarged."""
    size = (pixels.shape[1], pixels.shape[0])
    small = cv2.resize(pixels, None, fx=1 / factor, fy=1 / factor, interpolation=cv2.INTER_AREA)
    return cv2.resize(encoded(small, "WEBP", 60), size, interpolation=cv2.INTER_CUBIC)


@pytest.mark.parametrize("slope", [0.5, 1.0, 1.5])
def test_the_share_is_what_the_spectrum_says(slope: float) -> None:
    _, face = discs()
    pixels = 128 + noise_of(slope)
    seen = subject(np.repeat(pixels[..., None], 3, 2).round().astype(np.uint8), at_110(face))
    down, across = np.meshgrid(np.fft.fftfreq(512), np.fft.rfftfreq(512), indexing="ij")
    squared = np.maximum(across**2 + down**2, 1e-9)
    levels = [np.exp(-2 * (np.pi * sigma) ** 2 * squared) for sigma in (0.7, 1.4, 2.8)]
    power = [((a - b) ** 2 * squared**-slope).sum() for a, b in pairwise(levels)]
    assert fine_share(seen) == pytest.approx(np.sqrt(power[0] / power[1]), rel=0.08)


def noise_of(slope: float) -> np.ndarray:
    """Noise whose amplitude falls with frequency to the power of `slope`, (1024, 1024)."""
    rng = np.random.default_rng(0)
    frequency = np.hypot(np.fft.fftfreq(1024)[:, None], np.fft.rfftfreq(1024)[None])
    spectrum = np.fft.rfft2(rng.normal(0, 1, (1024, 1024)))
    noise = np.fft.irfft2(spectrum / np.maximum(frequency, 0.01) ** slope, (1024, 1024))
    return np.asarray(noise * 20 / noise.std())


def at_110(face: Face) -> Face:
    """The face with 110 pixels between the eyes, where nothing is reduced."""
    return face.scaled(109.99 / face.eye_distance)


@pytest.mark.parametrize("gain", [0.4, 0.7])
def test_less_light_is_the_same_share(gain: float) -> None:
    pixels, face = textured()
    dimmed = (pixels * gain).round().astype(np.uint8)
    whole = fine_share(subject(pixels, face))
    assert fine_share(subject(dimmed, face)) == pytest.approx(whole, rel=0.08)


def show(case: str) -> np.ndarray:
    pixels, _ = textured()
    kind, _, amount = case.partition(" ")
    made = {
        "": lambda: pixels,
        "jpeg": lambda: saved(pixels, int(amount)),
        "webp": lambda: encoded(pixels, "WEBP", int(amount)),
        "avif": lambda: encoded(pixels, "AVIF", int(amount)),
        "enlarged": lambda: enlarged(pixels, float(amount)),
        "filtered": lambda: cv2.bilateralFilter(pixels, 9, 35, 5),
    }
    return np.asarray(made[kind]())


@pytest.mark.parametrize("case", ["", "jpeg 90", "jpeg 80", "webp 90"])
def test_good_files_keep_it(case: str) -> None:
    _, face = textured()
    measure = fine_detail(subject(show(case), face))
    assert measure.verdict == "kept"
    assert measure.score is not None
    assert measure.score >= 75


@pytest.mark.parametrize("case", ["webp 40", "avif 15", "filtered"])
def test_a_file_that_lost_it_is_told_and_is_no_movement(case: str) -> None:
    _, face = textured()
    seen = subject(show(case), face)
    measure = fine_detail(seen)
    assert measure.verdict == "smoothed away"
    assert measure.score is not None
    assert measure.score < 75
    assert motion_blur(seen).verdict == "none"
    assert compression_artifacts(seen).verdict != "clean"


def test_the_more_it_was_enlarged_the_less_is_left() -> None:
    _, face = textured()
    seen = [subject(show(case), face) for case in ("", "enlarged 1.8", "enlarged 3.5")]
    shares = [fine_share(one) or 0.0 for one in seen]
    assert shares[0] > 1.3 * shares[1] > 1.5 * shares[2]
    assert [motion_blur(one).verdict for one in seen] == ["none"] * 3


@pytest.mark.parametrize("case", ["", "filtered"])
def test_mirrored_or_saved_again_it_stays(case: str) -> None:
    _, face = textured()
    pixels = show(case)
    verdict = fine_detail(subject(pixels, face)).verdict
    assert fine_detail(subject(saved(pixels, 80), face)).verdict == verdict
    upturned = np.ascontiguousarray(pixels[::-1])
    points = face.landmarks * [1, -1, 1] + [0, len(pixels), 0]
    turned = replace(face, landmarks=points.astype(np.float32))
    assert fine_share(subject(upturned, turned)) == pytest.approx(
        fine_share(subject(pixels, face)), rel=0.02
    )


@pytest.mark.parametrize("how", ["focus", "movement"])
def test_focus_and_movement_are_not_blamed_on_the_file(how: str) -> None:
    pixels, face = textured()
    blurred = (
        gaussian(pixels, 0.02 * face.eye_distance)
        if how == "focus"
        else spread_by(pixels, line(0.09 * face.eye_distance, 25.0))
    )
    measure = fine_detail(subject(blurred, face))
    assert measure.verdict != "smoothed away"
    if how == "focus":  # a movement leaves the texture that lies along it
        assert "eyes are not sharp" in measure.reason


def test_small_and_burnt_faces_are_not_assessed() -> None:
    pixels, face = astronaut()  # 43 pixels between the eyes
    assert fine_detail(subject(pixels, face)).status == "could_not_assess"
    _, face = textured()
    white = np.full((1024, 1024, 3), 255, np.uint8)
    assert fine_detail(subject(white, face)).status == "could_not_assess"
