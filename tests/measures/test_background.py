"""Oracle: a painted person before backgrounds of known texture, brightness and blur."""

from __future__ import annotations

import re

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from catchlight.capture import Capture
from catchlight.color import to_encoded
from catchlight.measures.background import (
    background_brightness,
    background_clutter,
    background_distance,
    behind,
)
from catchlight.measures.subject import Subject

from ..painted_scene import scene, subject_of

SIZE = (720, 700)


def flat(level: int = 170) -> NDArray[np.uint8]:
    return np.full((*SIZE, 3), level, np.uint8)


def blocks(side: int, *, low: int = 60, high: int = 200) -> NDArray[np.uint8]:
    """Blocks of random grey, `side` pixels wide, turned so that no edge falls on a pixel's edge."""
    random = np.random.default_rng(5)
    small = random.integers(low, high, (SIZE[0] * 2 // side, SIZE[1] * 2 // side)).astype(np.uint8)
    big = cv2.resize(small, (SIZE[1] * 2, SIZE[0] * 2), interpolation=cv2.INTER_NEAREST)
    turn = cv2.getRotationMatrix2D((float(SIZE[1]), float(SIZE[0])), 17, 1)
    turned = cv2.warpAffine(big, turn, (SIZE[1] * 2, SIZE[0] * 2), flags=cv2.INTER_AREA)
    part = turned[SIZE[0] // 2 : SIZE[0] // 2 + SIZE[0], SIZE[1] // 2 : SIZE[1] // 2 + SIZE[1]]
    return np.repeat(part[..., None], 3, axis=2)


def blurred(picture: NDArray[np.uint8], sigma: float) -> NDArray[np.uint8]:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma) if sigma else picture, np.uint8)


def test_the_person_is_not_background() -> None:
    subject = scene(flat())
    seen = behind(subject, 24)
    assert seen is not None
    picture, free = seen
    assert (picture[free] == 170).all()
    assert free.mean() > 0.2


def test_without_mask_or_background_nothing_is_said() -> None:
    subject = scene(flat())
    bare = subject_of(subject.photo.pixels, subject.face, None)
    full = subject_of(subject.photo.pixels, subject.face, np.ones((90, 90), np.float32))
    for measure in (background_clutter, background_brightness, background_distance):
        assert not measure(bare).ok
        assert not measure(full).ok


def test_clutter() -> None:
    measures = [
        background_clutter(scene(picture))
        for picture in (flat(), blurred(blocks(24), 5), blocks(24, high=255), blocks(12, high=255))
    ]
    assert measures[0].value == pytest.approx(0, abs=0.02)
    assert [m.verdict for m in measures] == ["plain", "quiet", "busy", "busy"]
    scores = [m.score for m in measures]
    assert scores == sorted(scores, reverse=True)
    assert (scores[1] or 0) >= 75 > (scores[2] or 0)


def test_clutter_is_the_mean_gradient() -> None:
    # A ramp over the whole frame: so many levels a pixel, 60 / 24 pixels to a step.
    ramp = np.linspace(40, 240, SIZE[1])[None, :, None]
    picture = np.broadcast_to(np.round(ramp), (*SIZE, 3)).astype(np.uint8)
    expected = 200 / SIZE[1] / 255 * (60 * 1.008 / 24) * 100
    assert background_clutter(scene(picture)).value == pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize("stops", [-4.0, -1.0, 0.0, 0.9])
def test_brightness_counts_stops(stops: float) -> None:
    whites = 0.4
    linear = np.full((1, 1, 3), whites * 2**stops, np.float32)
    picture = np.broadcast_to(to_encoded(linear, np.uint8), (*SIZE, 3))
    subject = dimmed(scene(np.ascontiguousarray(picture)), whites)
    assert background_brightness(subject).value == pytest.approx(stops, abs=0.25)


def dimmed(subject: Subject, whites: float) -> Subject:
    """The subject with the whites of the eyes at that luminance."""
    pixels = subject.photo.pixels.copy()
    level = to_encoded(np.full((1, 1, 3), whites, np.float32), np.uint8)[0, 0]
    pixels[(pixels == 225).all(axis=2) & (subject.person > 0.9)] = level
    return subject_of(pixels, subject.face, subject.person)


@pytest.mark.parametrize("skin", [(70, 48, 40), (150, 110, 90), (190, 160, 145)])
def test_skin_does_not_count(skin: tuple[int, int, int]) -> None:
    reference = background_brightness(scene(flat(220), skin=(120, 90, 80)))
    measure = background_brightness(scene(flat(220), skin=skin))
    assert measure.value == pytest.approx(reference.value, abs=0.1)
    assert measure.verdict == reference.verdict == "even"


def test_a_window_behind_a_dim_face_glares() -> None:
    subject = scene(flat(250), skin=(60, 45, 40))
    dim = dimmed(subject, 0.12)
    measure = background_brightness(dim)
    assert measure.verdict == "glaring"
    assert measure.score is not None
    assert measure.score < 75
    assert background_brightness(scene(flat(12))).verdict == "dark"


@pytest.mark.parametrize("percent", [2.0, 3.0, 4.0])
@pytest.mark.parametrize("distance", [60.0, 90.0])
def test_blur_is_measured(percent: float, distance: float) -> None:
    subject = scene(blurred(blocks(45), percent / 100 * distance), distance=distance)
    measure = background_distance(subject)
    assert measure.verdict == "well behind"
    assert measure.value == pytest.approx(percent, rel=0.2)


def test_sharp_backgrounds_tell_nothing_without_camera_data() -> None:
    measure = background_distance(scene(blocks(45)))
    assert not measure.ok
    assert "in focus" in measure.reason
    assert "plain" in background_distance(scene(flat())).reason


def camera(focal: float, f_number: float, crop: float = 1.0) -> Capture:
    return Capture(focal_length_mm=focal, focal_length_35mm=focal * crop, f_number=f_number)


def test_the_lens_tells_that_a_sharp_wall_is_near() -> None:
    full = (4500, 3000)  # the painted picture stands for a whole one of a full-frame camera
    near = background_distance(scene(blocks(45), capture=camera(85, 1.8), full_size=full))
    assert near.verdict == "right behind"
    assert near.score is not None
    assert near.score < 75
    # A telephone's aperture of 2.4 mm draws both sharply; nor is a cropped picture believed.
    phone = camera(4.25, 1.8, crop=6.1)
    assert not background_distance(scene(blocks(45), capture=phone, full_size=full)).ok
    cropped = scene(blocks(45), capture=camera(85, 1.8), full_size=(700, 720))
    assert not background_distance(cropped).ok


@pytest.mark.parametrize("room", [0.3, 0.6])
def test_metres_behind(room: float) -> None:
    """Thin lens: a point `room` behind the plane in focus blurs to A * room / (s + room) there."""
    focal, f_number, distance = 50.0, 2.0, 60.0
    eyes_on_film = distance * 1.008 / SIZE[0] * 36
    s = focal * 63 / eyes_on_film / 1000
    disc = focal / f_number * room / (s + room)  # mm, in the plane of the face
    sigma = disc / 4 / 63 * distance * 1.008
    subject = scene(
        blurred(blocks(45), sigma),
        distance=distance,
        capture=camera(focal, f_number),
        full_size=(4500, 3000),
    )
    measure = background_distance(subject)
    assert measure.verdict == "well behind"
    found = re.search(r"about ([\d.]+) m", measure.reason)
    assert found is not None
    assert float(found[1]) == pytest.approx(room, rel=0.35)


def test_mirrored() -> None:
    picture = blurred(blocks(45), 2.0)
    plain = scene(picture)
    mirrored = subject_of(
        np.ascontiguousarray(plain.photo.pixels[:, ::-1]),
        plain.face,
        np.ascontiguousarray(plain.person[:, ::-1]) if plain.person is not None else None,
    )
    for measure in (background_clutter, background_brightness, background_distance):
        assert measure(mirrored).value == pytest.approx(measure(plain).value, abs=0.15)
        assert measure(mirrored).verdict == measure(plain).verdict
