"""Oracles: marks painted on skin where they are known to be, of blood or of melanin."""

from __future__ import annotations

import numpy as np
import pytest

from catchlight.marks import Mark, find_marks, skin_view

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


def test_a_swollen_spot_of_several_lumps_is_found_at_its_own_size() -> None:
    x, y = SPOTS[0]
    lumps = [
        (x + 0.02 * EYES * c, y + 0.02 * EYES * s) for c, s in ((1, 0), (-0.5, 0.9), (-0.5, -0.9))
    ]
    faint = (0.5 * np.array(SPOT)).tolist()
    painted = [((x, y), 0.04, faint), *((lump, 0.01, faint) for lump in lumps)]
    assert near(marks(skin(painted)), SPOTS[0]) is not None


def test_colour_is_not_told_where_light_is_clipped() -> None:
    bright = np.minimum(3.5 * skin([(SPOTS[0], 0.02, SPOT)]), 1.0)
    mark = near(marks(bright), SPOTS[0])
    assert mark is None or mark.kind == "dark"
