"""The cut-out: renderings with known mattes, a real photograph, and hand-made mattes."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from catchlight import faces, matte
from catchlight.anchor import face_area
from catchlight.belief import Belief
from catchlight.grid import Grid
from catchlight.matte import cut_out
from catchlight.segment import Coarse

from .faces_of_data import astronaut
from .painted_person import body, coarse, oval_face, painting

SHAPE = (900, 900)
FACE = oval_face(450, 300, 90)
TRUTH = body(SHAPE, FACE, strands=120)


def given(monkeypatch: pytest.MonkeyPatch, answer: Coarse) -> None:
    monkeypatch.setattr(matte, "segment", lambda *_args, **_options: answer)


@pytest.mark.parametrize("back", [(200, 205, 210), (40, 90, 60), (150, 60, 60)])
def test_a_known_matte_is_recovered(
    monkeypatch: pytest.MonkeyPatch, back: tuple[int, int, int]
) -> None:
    """Networks 8 px too soft at 900 px; strands 1 px wide; the matte to 1 %."""
    image = painting(TRUTH, (95, 75, 70), back)
    given(monkeypatch, coarse(image, TRUTH, blur=8, cells=100_000))
    found = cut_out(image, FACE)
    assert np.abs(found.alpha - TRUTH).mean() < 0.01
    partly = (TRUTH > 0.05) & (TRUTH < 0.95)
    assert np.abs(found.alpha - TRUTH)[partly].mean() < 0.25
    assert found.alpha.dtype == np.float32
    assert found.alpha.shape == SHAPE


def test_a_stranger_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = oval_face(250, 260, 70), oval_face(640, 270, 70)
    pair = np.maximum(body(SHAPE, first), body(SHAPE, second))
    image = painting(pair, (95, 75, 70), (200, 205, 210))
    given(monkeypatch, coarse(image, pair, blur=8, cells=100_000))
    alpha = cut_out(image, first, [first, second]).alpha
    assert alpha[200:330, 200:300].min() > 0.99
    assert alpha[200:330, 590:690].max() < 0.01


def test_a_person_who_fills_the_frame_is_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    image = painting(np.ones((300, 300), np.float32), (95, 75, 70), (0, 0, 0))
    given(monkeypatch, coarse(image, np.ones((300, 300), np.float32)))
    found = cut_out(image, oval_face(150, 150, 60))
    assert np.array_equal(found.alpha, np.ones((300, 300)))
    assert found.confidence > 0.99
    assert found.notes == ()


def test_doubt_lowers_confidence(monkeypatch: pytest.MonkeyPatch) -> None:
    image = painting(TRUTH, (95, 75, 70), (100, 80, 75))
    sure = coarse(image, TRUTH, blur=4, cells=100_000)
    given(monkeypatch, sure)
    high = cut_out(image, FACE).confidence
    given(monkeypatch, coarse(image, TRUTH, blur=60, cells=100_000))
    low = cut_out(image, FACE)
    assert low.confidence < high - 0.2
    assert low.notes


def test_doubt_counts_half_in_hair_that_colour_tells_from_its_wall() -> None:
    seen = coarse(painting(TRUTH, (95, 75, 70), (200, 205, 210)), TRUTH, blur=30, cells=100_000)
    shape = seen.grid.shape
    small = cv2.resize(TRUTH, shape[::-1], interpolation=cv2.INTER_AREA)
    nothing = np.zeros(shape, np.float32)
    doubts = [
        -np.log(matte._confidence(seen, small, TRUTH, Belief(nothing, solid), FACE))
        for solid in (nothing, nothing + 1)
    ]
    # Confidence falls with the square of doubt.
    assert doubts[1] == pytest.approx(4 * doubts[0], rel=1e-3)
    assert doubts[1] > 0.01


def test_the_astronaut() -> None:
    pixels, face = astronaut()
    found = cut_out(pixels, face)
    grid = Grid((0.0, 0.0, 512.0, 512.0), (512, 512))
    assert found.alpha[face_area(face, grid)].min() > 0.99
    assert found.alpha[450:, 150:300].min() > 0.95  # the suit
    assert found.alpha[20:120, 10:60].max() < 0.05  # the flag
    again = cut_out(pixels, face)
    assert np.array_equal(found.alpha, again.alpha)
    assert found.confidence == again.confidence


def test_mirroring_the_photo_mirrors_the_matte() -> None:
    pixels, face = astronaut()
    landmarks = face.landmarks.copy()
    landmarks[:, 0] = pixels.shape[1] - landmarks[:, 0]
    mirrored = faces.Face(landmarks, face.blendshapes, -face.yaw, face.pitch, -face.roll, 1.0, 1.0)
    plain = cut_out(pixels, face).alpha
    turned = cut_out(np.ascontiguousarray(pixels[:, ::-1]), mirrored).alpha[:, ::-1]
    assert np.abs(plain - turned).mean() < 0.02
    assert np.abs(plain - turned)[:300].mean() < 0.01


def test_a_region_is_all_that_is_cut() -> None:
    pixels, face = astronaut()
    alpha = cut_out(pixels, face, region=(150.0, 0.0, 320.0, 260.0)).alpha
    assert alpha.shape == (512, 512)
    assert not alpha[270:].any()
    assert alpha[100:180, 210:250].min() > 0.99


@pytest.mark.shared
def test_hand_made_mattes(shared: Path) -> None:
    folder = shared / "matting" / "ppm100"
    for name in ("27128793201_8b80f08b59_o.jpg", "7085121445_1165c4a561_o.jpg"):
        image = np.ascontiguousarray(cv2.imread(str(folder / "image" / name))[:, :, ::-1])
        truth = cv2.imread(str(folder / "alpha" / name), cv2.IMREAD_GRAYSCALE) / 255.0
        found = faces.find(image)
        alpha = cut_out(image, found[0], found[1:]).alpha
        assert ((alpha - truth) ** 2).mean() < 0.005
