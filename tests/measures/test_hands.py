"""Oracles: hands put in by the test, and photographs labelled by eye."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from catchlight import faces
from catchlight.hands import Palm
from catchlight.measures import hands
from catchlight.measures.hands import hands_at_face
from catchlight.person import person_mask
from catchlight.photo import read
from catchlight.survey import ANALYSIS_SIDE, eight_bit

from ..faces_of_data import astronaut
from ..painted_scene import subject_of


def test_a_real_face_is_free() -> None:
    pixels, face = astronaut()
    measure = hands_at_face(subject_of(pixels, face, person_mask(pixels, face)))
    assert (measure.name, measure.verdict, measure.value) == ("HandsAtFace", "free", 0.0)
    assert measure.score == 100


def test_sixteen_bits_are_as_good() -> None:
    pixels, face = astronaut()
    assert hands_at_face(subject_of(pixels.astype(np.uint16) * 257, face)).verdict == "free"


@pytest.mark.parametrize("count", [1, 2])
def test_hands_are_a_fault(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    palms = (Palm(0.9, 1.3, -0.7, 1.0), Palm(0.8, -1.3, -0.7, 1.0))[:count]
    monkeypatch.setattr(hands, "hands_at_head", lambda *_: palms)
    measure = hands_at_face(subject_of(*astronaut()))
    assert (measure.verdict, measure.value) == ("hands at the head", count)
    assert measure.score is not None
    assert measure.score < 75
    assert measure.reason.startswith("a hand is" if count == 1 else "hands are")


def test_small_faces_cannot_be_assessed() -> None:
    pixels, face = astronaut()
    scale = 9 / face.eye_distance
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    assert not hands_at_face(subject_of(np.asarray(small, np.uint8), face.scaled(scale))).ok


HANDS = (
    "people/human_emotions_a/stock-emotions-a-1.jpg",
    "matting/ppm100/image/33417724542_f25ee4ced7_o.jpg",
    "matting/ppm100/image/4519591952_a28ec51c93_o.jpg",
    "matting/ppm100/image/17876927642_a73799528c_o.jpg",  # at the jaw
)
FREE = (
    "people/human_emotions_a/stock-emotions-a-2.jpg",
    "people/human_emotions_a/stock-emotions-a-6.jpg",  # the tongue is out
    "matting/ppm100/image/14996438642_58c976f957_o.jpg",
    "matting/ppm100/image/7672088804_38b388f59e_o.jpg",
    "ai/sd3/f_14.jpg",
    "studio/london_smiling/107_08.jpg",  # hair of the skin's colour
)


def changed(pixels: np.ndarray, how: str) -> np.ndarray:
    if how == "mirrored":
        return np.ascontiguousarray(pixels[:, ::-1])
    if how == "halved":
        half = cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        return np.asarray(half, np.uint8)
    if how == "compressed":
        bgr = np.ascontiguousarray(pixels[:, :, ::-1])
        data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 80])[1]
        return np.ascontiguousarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[:, :, ::-1])
    return pixels


@pytest.mark.shared
@pytest.mark.parametrize("how", ["as it is", "mirrored", "halved", "compressed"])
@pytest.mark.parametrize("name", [*HANDS, *FREE])
def test_photographs(shared: Path, name: str, how: str) -> None:
    pixels = changed(eight_bit(read(shared / name, max_side=ANALYSIS_SIDE).pixels), how)
    found = faces.find(pixels)
    subject = subject_of(pixels, found[0], person_mask(pixels, found[0]), others=found[1:])
    assert hands_at_face(subject).verdict == ("hands at the head" if name in HANDS else "free")
