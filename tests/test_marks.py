"""Oracles: marks painted on skin where they are known to be, of blood or of melanin."""

from __future__ import annotations

import numpy as np
import pytest

from catchlight.marks import Mark, find_marks, seen_again, skin_view

from .painted_skin import EYES, MOLE, SPOT, at, face, photo, skin

SPOTS = (at(50), at(280, 0.05, 0.1), at(151, 0.15, -0.05))
MOLES = (at(330, 0.1), at(151, -0.2), at(199, 0.1))


def marks(linear: np.ndarray, turn: float = 0.0) -> tuple[Mark, ...]:
    view = skin_view(photo(linear), face(turn=turn))
    assert view is not None
    return find_marks(view)


def near(found: tuple[Mark, ...], place: tuple[float, float]) -> Mark | None:
    at_hand = [m for m in found if np.hypot(m.x - place[0], m.y - place[1]) < 0.03 * EYES]
    return at_hand[0] if at_hand else None


@pytest.mark.parametrize("radius", [0.015, 0.03])
@pytest.mark.parametrize("light", [1.0, 0.3])
def test_finds_spots_and_moles_and_tells_them_apart(radius: float, light: float) -> None:
    painted = [(p, radius, SPOT) for p in SPOTS] + [(p, radius, MOLE) for p in MOLES]
    found = marks(light * skin(painted))
    assert [getattr(near(found, p), "kind", None) for p in SPOTS] == ["red"] * 3
    assert [getattr(near(found, p), "kind", None) for p in MOLES] == ["dark"] * 3
    for place in (*SPOTS, *MOLES):
        mark = near(found, place)
        assert mark is not None
        assert 0.5 * radius < mark.radius / EYES < 1.6 * radius


def test_says_what_a_mark_takes_of_the_light() -> None:
    mark = near(marks(skin([(SPOTS[0], 0.035, SPOT)])), SPOTS[0])
    assert mark is not None
    red, green, blue = mark.absorbed  # pores are alike in all three, and not known
    assert green - red == pytest.approx(SPOT[1] - SPOT[0], abs=0.05)
    assert green - blue == pytest.approx(SPOT[1] - SPOT[2], abs=0.05)


@pytest.mark.parametrize("seed", range(4))
def test_plain_skin_has_no_red_mark(seed: int) -> None:
    assert not [mark for mark in marks(skin(seed=seed)) if mark.kind == "red"]


def test_a_line_is_no_mark() -> None:
    linear = skin()
    x, y = (int(v) for v in at(50))
    linear[y - 60 : y + 60, x - 2 : x + 2] *= np.exp2(-np.array(SPOT, np.float32))
    assert not [m for m in marks(linear) if abs(m.x - x) < 15 and abs(m.y - y) < 60]


def test_a_small_face_has_no_view() -> None:
    tiny = face(0.3)
    assert skin_view(photo(skin())[::3, ::3], tiny) is None


@pytest.mark.parametrize("turn", [0.0, 12.0])
def test_sees_a_mark_again_where_the_head_has_turned(turn: float) -> None:
    here = skin_view(photo(skin([(SPOTS[0], 0.03, SPOT), (SPOTS[1], 0.03, SPOT)])), face())
    where = at(50, turn=turn)
    there = skin_view(photo(skin([(where, 0.03, SPOT)], seed=5, turn=turn)), face(turn=turn))
    assert here is not None
    assert there is not None
    found = find_marks(here)
    kept, gone = near(found, SPOTS[0]), near(found, SPOTS[1])
    assert kept is not None
    assert gone is not None
    assert seen_again(kept, here, there) is True
    assert seen_again(gone, here, there) is False


def test_cannot_tell_of_skin_that_is_turned_away() -> None:
    place = at(123, 0.06)  # the right cheek, far out
    here = skin_view(photo(skin([(place, 0.03, SPOT)])), face())
    there = skin_view(photo(skin(seed=5, turn=-50)), face(turn=-50))
    assert here is not None
    assert there is not None
    mark = near(find_marks(here), place)
    assert mark is not None
    turned = [skin_view(photo(skin(seed=5, turn=t)), face(turn=t)) for t in (-60, 60)]
    assert None in [seen_again(mark, here, view) for view in turned if view is not None]
