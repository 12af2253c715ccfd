"""Oracles: rings where the marks are, numbered in the order in which they are listed."""

from __future__ import annotations

import numpy as np

from catchlight.color import to_encoded
from catchlight.healing import Decided
from catchlight.marks_map import in_order, marks_map

from .painted_skin import EYES, HEIGHT, WIDTH, at, face, skin


def mark(place: tuple[float, float], fate: str) -> Decided:
    return Decided((place[0] / WIDTH, place[1] / HEIGHT), 0.03, fate, "why")  # type: ignore[arg-type]


def test_what_was_healed_comes_first() -> None:
    marks = (mark(at(50), "kept"), mark(at(280), "healed"), mark(at(4), "kept"))
    assert [m.fate for m in in_order(marks)] == ["healed", "kept", "kept"]
    assert len(in_order(marks * 30)) == 40


def test_rings_are_where_the_marks_are() -> None:
    pixels = to_encoded(skin(), np.uint8)
    place = at(50)
    plain = marks_map(pixels, face(), (mark((5.0, 5.0), "kept"),))  # outside the face's cut
    drawn = marks_map(pixels, face(), (mark(place, "healed"),))
    assert drawn is not None
    assert plain is not None
    assert max(drawn.shape[:2]) == 900
    changed = np.argwhere((drawn != plain).any(axis=2))
    scale = drawn.shape[1] / (np.ptp(face().landmarks[:, 0]) + 0.7 * EYES)
    left = face().landmarks[:, 0].min() - 0.35 * EYES
    top = face().landmarks[:, 1].min() - 0.35 * EYES
    middle = np.array([(place[1] - top) * scale, (place[0] - left) * scale])
    ring = np.hypot(*(changed - middle).T)
    assert ring.min() > 5  # the mark itself is to be seen
    assert ring.min() < 1.6 * 0.03 * EYES * scale
    assert marks_map(pixels, face(), ()) is None
