"""Oracles: a face pasted at known places, alone and beside another; and frames without one."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from catchlight import faces
from catchlight.face_track import Track, follow

from .faces_of_data import astronaut


def scene(*places: tuple[float, float, float]) -> np.ndarray:
    """A 1280 x 720 frame with the astronaut's head at (x, y) px, so many px between the eyes."""
    pixels, face = astronaut()
    frame = np.full((720, 1280, 3), 128, np.uint8)
    for x, y, eyes in places:
        scale = eyes / face.eye_distance
        middle = scale * (face.iris_left + face.iris_right) / 2
        affine = np.array([[scale, 0, x - middle[0]], [0, scale, y - middle[1]]])
        warped = cv2.warpAffine(pixels, affine, (1280, 720))
        x0, y0, x1, y1 = (int(v) for v in (x - 2 * eyes, y - 2 * eyes, x + 2 * eyes, y + 3 * eyes))
        cut = np.s_[max(y0, 0) : y1, max(x0, 0) : x1]
        frame[cut] = warped[cut]
    return frame


def test_follows_a_moving_face_as_well_as_a_search_finds_it() -> None:
    track = Track()
    for index in range(12):
        x, eyes = 400.0 + 25 * index, 50.0 + 3 * index
        frame = scene((x, 300, eyes))
        track = follow(frame, track)
        assert track.face is not None
        middle = (track.face.iris_left + track.face.iris_right) / 2
        assert np.hypot(*(middle - (x, 300))) < 0.06 * eyes
    searched = faces.find(frame)[0]
    offset = np.linalg.norm(searched.landmarks[:, :2] - track.face.landmarks[:, :2], axis=1)
    assert offset.mean() < 0.02 * searched.eye_distance


def test_nobody_then_somebody_small_then_nobody() -> None:
    track = Track()
    for _ in range(3):
        track = follow(scene(), track)
        assert track.face is None
    for _ in range(16):
        track = follow(scene((900, 400, 16)), track)
    assert track.face is not None, "a face of 45 px has to be found within 16 frames"
    track = follow(scene(), track)
    assert track.face is None


def test_sees_a_second_person_and_sees_them_leave() -> None:
    track = Track()
    for _ in range(14):
        track = follow(scene((400, 300, 70), (950, 280, 45)), track)
    assert track.face is not None
    assert len(track.others) == 1
    assert track.others[0].x == pytest.approx(950, abs=25)
    for _ in range(20):
        track = follow(scene((400, 300, 70)), track)
    assert track.others == ()


def test_one_person_is_never_two() -> None:
    track = Track()
    for index in range(24):
        track = follow(scene((640 + 3 * index, 330, 70 + index)), track)
        assert track.others == ()


def test_whoever_sits_in_front_takes_over() -> None:
    track = Track()
    for _ in range(3):
        track = follow(scene((300, 250, 40)), track)
    for _ in range(14):
        track = follow(scene((300, 250, 40), (900, 350, 80)), track)
    assert track.face is not None
    assert track.face.eye_distance > 60
    for _ in range(14):
        track = follow(scene((300, 250, 40), (900, 350, 80)), track)
    assert len(track.others) == 1


def test_another_frame_size_begins_anew() -> None:
    track = follow(scene((640, 330, 70)), Track())
    frame = cv2.resize(scene((640, 330, 70)), (640, 360), interpolation=cv2.INTER_AREA)
    track = follow(frame, track)
    assert track.face is not None
    assert track.face.eye_distance == pytest.approx(35, rel=0.05)


def test_refuses_what_is_no_picture() -> None:
    with pytest.raises(ValueError, match="pixels must be"):
        follow(np.zeros((10, 10), np.uint8), Track())
