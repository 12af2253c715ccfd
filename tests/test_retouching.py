"""Oracles: what each level does, and when other photos are asked."""

from __future__ import annotations

import numpy as np
import pytest

from catchlight.edits import Evenness, Heal, Shine
from catchlight.healing import ByHand
from catchlight.marks import SkinView, skin_view
from catchlight.retouching import Wish, retouch
from catchlight.skin import face_view

from .painted_skin import SPOT, at, face, photo, skin

RED = at(50)


def spotted(seed: int = 0) -> np.ndarray:
    return photo(skin([(RED, 0.025, SPOT)], seed=seed))


def done(level: str, pixels: np.ndarray | None = None, **changes: object):  # type: ignore[no-untyped-def]
    pixels = spotted() if pixels is None else pixels
    wish = Wish(level, changes.pop("by_hand", ByHand()))  # type: ignore[arg-type]
    return retouch(pixels, face(), face_view(pixels, face()), wish, **changes)  # type: ignore[arg-type]


def test_none_leaves_the_skin_and_says_so() -> None:
    found = done("none")
    assert found.edits == ()
    assert found.marks == ()
    assert "as shot" in found.notes[0]


@pytest.mark.parametrize(
    ("level", "kinds"), [("light", (Heal, Shine)), ("standard", (Heal, Shine, Evenness))]
)
def test_levels(level: str, kinds: tuple[type, ...]) -> None:
    assert tuple(type(edit) for edit in done(level).edits) == kinds


def test_another_photo_is_evidence() -> None:
    again = skin_view(spotted(seed=4), face())
    assert again is not None
    assert not any(isinstance(e, Heal) for e in done("light", others=lambda: (again,)).edits)
    clean = skin_view(photo(skin(seed=4)), face())
    assert clean is not None
    found = done("light", others=lambda: (clean,))
    assert isinstance(found.edits[0], Heal)
    assert "without it" in found.marks[0].why


def test_other_photos_are_read_only_where_there_is_a_mark_to_judge() -> None:
    def never() -> tuple[SkinView, ...]:
        raise AssertionError

    assert not any(isinstance(e, Heal) for e in done("light", photo(skin()), others=never).edits)
    kept = done("light", others=never, by_hand=ByHand(keep_all=True))
    assert not any(isinstance(edit, Heal) for edit in kept.edits)


def test_a_black_and_white_picture_has_no_shine_to_tell() -> None:
    grey = np.repeat(spotted().mean(axis=2, keepdims=True).astype(np.uint16), 3, axis=2)
    assert not any(isinstance(edit, Shine | Evenness) for edit in done("standard", grey).edits)


def test_a_small_face_is_left_and_said() -> None:
    pixels = np.ascontiguousarray(spotted()[::3, ::3])
    small = face(1 / 3)
    found = retouch(pixels, small, face_view(pixels, small), Wish("light"))
    assert not any(isinstance(edit, Heal) for edit in found.edits)
    assert "too small" in found.notes[0]
