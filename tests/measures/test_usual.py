"""Oracles: people drawn with a known face at rest, and what must not drag the estimate."""

from __future__ import annotations

import numpy as np
import pytest

from catchlight.faces import Face
from catchlight.measures.traits import POPULATION
from catchlight.measures.usual import usual

from .drawn_face import drawn_face

SHUT = {"upper_right": -0.09, "upper_left": -0.09, "lower_right": -0.02, "lower_left": -0.02}
LAUGH = {
    "corner_right": 0.1,
    "corner_left": 0.1,
    "mouth_width": 0.2,
    "mouth_depth": 0.09,
    "lip_gap": 0.2,
    "cheek_right": 0.05,
    "cheek_left": 0.05,
    "lower_right": -0.025,
    "lower_left": -0.025,
}
NARROW = {"upper_right": -0.03, "upper_left": -0.03, "lower_right": -0.015, "lower_left": -0.015}


def jittered(moved: dict[str, float], count: int, seed: int = 1) -> list[Face]:
    rng = np.random.default_rng(seed)
    return [
        drawn_face({n: by + rng.normal(0, 0.003) for n, by in moved.items()}) for _ in range(count)
    ]


def test_without_photos_it_is_the_population() -> None:
    found = usual([])
    assert found.photos == found.relaxed == 0
    for name, norm in POPULATION.items():
        assert found.rest[name] == pytest.approx(norm.mean, abs=1e-6)
        assert found.spread[name] == pytest.approx(norm.between, rel=0.01)


def test_narrow_eyes_in_all_photos_are_believed() -> None:
    found = usual(jittered(NARROW, 6))
    for side in ("right", "left"):
        truth = sum(POPULATION[f"{lid}_{side}"].mean for lid in ("upper", "lower")) - 0.045
        assert found.opening(side) == pytest.approx(truth, abs=0.006)


@pytest.mark.parametrize("others", [1, 3, 5])
def test_closed_eyes_do_not_drag(others: int) -> None:
    found = usual([*jittered({"upper_right": 0.0}, 6), *[drawn_face(SHUT)] * others])
    for name in SHUT:
        assert found.rest[name] == pytest.approx(POPULATION[name].mean, abs=0.004)


def test_a_session_of_closed_eyes_is_not_the_usual() -> None:
    found = usual([drawn_face(SHUT)] * 4)
    assert found.opening("right") > 0.1


def test_one_photo_moves_it_only_partly() -> None:
    found = usual([drawn_face({"brow_right": 0.05, "brow_left": 0.05})])
    mean = POPULATION["brow_right"].mean
    assert mean + 0.01 < found.rest["brow_right"] < mean + 0.049
    assert found.spread["brow_right"] < POPULATION["brow_right"].between


def test_more_photos_make_it_surer() -> None:
    few, many = usual(jittered(NARROW, 2)), usual(jittered(NARROW, 12))
    assert all(many.spread[name] <= few.spread[name] + 1e-9 for name in POPULATION)
    assert many.spread["upper_left"] < 0.6 * few.spread["upper_left"]


def test_laughing_does_not_move_the_cheeks_at_rest() -> None:
    found = usual([*[drawn_face()] * 2, *[drawn_face(LAUGH)] * 6])
    assert found.relaxed == 2
    for name in ("cheek_left", "lower_right", "corner_right", "mouth_width"):
        norm = POPULATION[name]
        assert found.rest[name] == pytest.approx(norm.mean, abs=0.4 * norm.between), name


def test_nothing_but_laughter_leaves_the_cheeks_open() -> None:
    found = usual([drawn_face(LAUGH)] * 6)
    assert found.relaxed == 0


def test_turned_heads_count_less() -> None:
    odd = {"brow_left": 0.06}
    straight = usual([drawn_face(), drawn_face(odd)]).rest["brow_left"]
    turned = usual([drawn_face(), drawn_face(odd, yaw=38)]).rest["brow_left"]
    assert turned < straight


def test_the_order_of_photos_does_not_count() -> None:
    photos = [*jittered(NARROW, 3), drawn_face(SHUT), drawn_face(LAUGH)]
    there, back = usual(photos), usual(photos[::-1])
    assert dict(there.rest) == pytest.approx(dict(back.rest))
