"""Oracles: copies of one photograph are one moment, other pictures of the person are not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from catchlight import faces, photo
from catchlight.alike import (
    Appearance,
    appearance,
    difference,
    differences,
    same_moment,
    scene_distance,
)
from catchlight.color import to_encoded, to_linear

from . import sessions
from .faces_of_data import astronaut

NOON = datetime(2026, 5, 1, 12, 0, 0)


def seen(pixels: np.ndarray) -> Appearance:
    return appearance(np.ascontiguousarray(pixels), faces.find(np.ascontiguousarray(pixels))[0])


def exposed(pixels: np.ndarray, stops: float) -> np.ndarray:
    return to_encoded(np.clip(to_linear(pixels) * 2**stops, 0, 1).astype(np.float32))


def turned(pixels: np.ndarray, degrees: float) -> np.ndarray:
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return cv2.warpAffine(pixels, matrix, (width, height))


COPIES = {
    "crop": lambda p: p[int(0.02 * p.shape[0]) : int(0.8 * p.shape[0])],
    "half": lambda p: cv2.resize(p, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA),
    "a stop brighter": lambda p: exposed(p, 1.0),
    "a stop darker": lambda p: exposed(p, -1.0),
    "straightened": lambda p: turned(p, 4.0),
    "quality 40": lambda p: cv2.imdecode(cv2.imencode(".jpg", p, [1, 40])[1], 1),
}


@pytest.mark.parametrize("copy", COPIES)
def test_a_copy_is_the_same_moment(copy: str) -> None:
    pixels, _ = astronaut()
    original, changed = seen(pixels), seen(COPIES[copy](pixels))
    assert same_moment(original, changed)
    assert same_moment(changed, original)


def test_a_mirrored_picture_is_another() -> None:
    pixels, _ = astronaut()
    assert not same_moment(seen(pixels), seen(pixels[:, ::-1]))


@pytest.mark.parametrize(
    ("look", "same", "in_a_burst"),
    [
        ({"yaw": 1.0}, True, True),
        ({"yaw": 6.0}, False, True),
        ({"yaw": 12.0}, False, False),
        ({"smile": 0.2}, True, True),
        ({"smile": 0.9}, False, False),
        ({"scene": 2}, False, False),
    ],
)
def test_time_widens_the_limits(look: dict, same: bool, in_a_burst: bool) -> None:
    one, other = sessions.appearance(1), sessions.appearance(**{"scene": 1} | look)
    assert same_moment(one, other) is same
    for seconds, expected in ((1.5, in_a_burst), (600, same)):
        first = sessions.appearance(1, time=NOON)
        time = NOON + timedelta(seconds=seconds)
        second = sessions.appearance(**{"scene": 1} | look, time=time)
        assert same_moment(first, second) is expected
        assert same_moment(second, first) is expected


def test_times_with_and_without_a_zone_are_not_compared() -> None:
    one = sessions.appearance(1, time=NOON)
    other = sessions.appearance(1, yaw=6.0, time=NOON.replace(tzinfo=UTC))
    assert not same_moment(one, other)


def test_scenes_are_compared_where_both_frames_have_them() -> None:
    one, other = sessions.appearance(1), sessions.appearance(1)
    assert scene_distance(one, other) == pytest.approx(0, abs=1e-6)
    other.around[:12] = np.nan
    assert scene_distance(one, other) == pytest.approx(0, abs=1e-6)
    other.around[:22] = np.nan
    assert scene_distance(one, other) is None


def test_each_difference_is_named_for_what_it_is() -> None:
    plain = sessions.appearance(1)
    for name, look in (
        ("turn", {"yaw": 20.0}),
        ("expression", {"smile": 1.0}),
        ("framing", {"nearer": 1.0}),
        ("setting", {"scene": 2}),
    ):
        apart = differences(plain, sessions.appearance(**{"scene": 1} | look))
        assert max(apart, key=lambda key: apart[key]) == name
        assert apart[name] > 1


def test_difference_is_a_share_and_grows() -> None:
    looks = [sessions.appearance(1, yaw=yaw) for yaw in (0, 2, 5, 10, 30)]
    values = [difference(looks[0], other) for other in looks]
    assert values[0] == pytest.approx(0, abs=1e-6)
    assert values == sorted(values)
    assert 0.5 < values[-1] <= 1


@pytest.mark.shared
@pytest.mark.parametrize("name", ["human_emotions_a", "rootvc_man", "lisa", "obama"])
def test_different_pictures_of_a_person_are_different_moments(shared: Path, name: str) -> None:
    looks = []
    for file in sorted((shared / "people" / name).iterdir()):
        pixels = photo.read(file, max_side=600).pixels
        found = faces.find(pixels)
        looks.append(appearance(pixels, found[0]))
    pairs = [(a, b) for i, a in enumerate(looks) for b in looks[:i]]
    assert not any(same_moment(a, b) for a, b in pairs)
    assert all(difference(a, b) > 0.1 for a, b in pairs)
