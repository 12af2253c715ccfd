"""Oracles: skin of known texture, slid by a known way under landmarks that do not tell of it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from catchlight.mark_evidence import sight
from catchlight.mark_registration import BY_MESH, place_of
from catchlight.marks import Mark, SkinView, find_marks, skin_view

from .painted_skin import EYES, MOLE, SPOT, at, face, photo, skin

HERE = at(50)
FRECKLE = (0.3, 0.5, 0.6)
ABOUT = [(HERE[0] + x * EYES, HERE[1] + y * EYES)
         for x, y in ((0.13, 0.02), (-0.06, 0.13), (0.02, -0.15), (-0.14, -0.06))]  # fmt: skip


def view(linear: np.ndarray, size: float = 1.0) -> SkinView:
    found = skin_view(photo(linear), face(size))
    assert found is not None
    return found


def freckled(slide: tuple[float, float], *more: tuple[tuple[float, float], float]) -> np.ndarray:
    """Skin with freckles about a place, all slid by so many eye distances, and moles."""
    moved = [((x + slide[0] * EYES, y + slide[1] * EYES), 0.02, FRECKLE) for x, y in ABOUT]
    return skin([*moved, *((place, radius, MOLE) for place, radius in more)], seed=5)


def mole() -> tuple[SkinView, Mark]:
    here = view(
        skin([*((place, 0.02, FRECKLE) for place in ABOUT), (HERE, 0.02, MOLE)]),
    )
    marks = find_marks(here)
    return here, min(marks, key=lambda m: np.hypot(m.x - HERE[0], m.y - HERE[1]))


@pytest.mark.parametrize("slide", [(0.0, 0.0), (0.06, 0.0), (-0.04, 0.05)])
def test_freckles_about_a_mark_tell_how_far_the_skin_slid(slide: tuple[float, float]) -> None:
    here, mark = mole()
    there = view(freckled(slide))
    found = place_of(mark, here, there)
    assert found is not None
    assert found.farthest < BY_MESH[1]
    x, y = (np.array(HERE) + np.array(slide) * EYES - there.origin) * there.scale
    assert np.hypot(found.x - x, found.y - y) < 0.015 * there.eye_distance


def test_a_photo_of_half_the_size_is_told_too() -> None:
    here, mark = mole()
    small = cv2.resize(freckled((0.06, 0.0)), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    there = view(small, 0.5)
    found = place_of(mark, here, there)
    assert found is not None
    x, y = (0.5 * np.array([HERE[0] + 0.06 * EYES, HERE[1]]) - there.origin) * there.scale
    assert np.hypot(found.x - x, found.y - y) < 0.02 * there.eye_distance


def test_skin_with_nothing_on_it_is_not_recognised() -> None:
    here = view(skin([(HERE, 0.02, MOLE)]))
    mark = min(find_marks(here), key=lambda m: np.hypot(m.x - HERE[0], m.y - HERE[1]))
    found = place_of(mark, here, view(skin(seed=5)))
    assert found is not None
    assert (found.near, found.farthest) == BY_MESH


def test_a_faint_look_alike_beside_the_recognised_place_is_no_doubt() -> None:
    here, mark = mole()
    beside = (HERE[0] + 0.085 * EYES, HERE[1] + 0.02 * EYES)
    half = (0.55 * MOLE[0], 0.55 * MOLE[1], 0.55 * MOLE[2])
    faint = skin([*((place, 0.02, FRECKLE) for place in ABOUT), (beside, 0.02, half)], seed=5)
    assert sight(mark, here, view(faint)) == "absent"


def test_the_mark_itself_is_a_doubt_wherever_a_smile_may_take_it() -> None:
    """Though all that is about it stayed, so that the skin is recognised at its old place."""
    here, mark = mole()
    beside = (HERE[0] + 0.085 * EYES, HERE[1] + 0.02 * EYES)
    there = view(freckled((0.0, 0.0), (beside, 0.02)))
    found = place_of(mark, here, there)
    assert found is not None
    assert found.farthest < 0.085
    assert sight(mark, here, there) != "absent"


def test_a_spot_between_freckles_that_stay_is_absent() -> None:
    places = [(place, 0.02, FRECKLE) for place in ABOUT]
    here = view(skin([*places, (HERE, 0.02, SPOT)]))
    mark = min(find_marks(here), key=lambda m: np.hypot(m.x - HERE[0], m.y - HERE[1]))
    assert sight(mark, here, view(freckled((0.0, 0.0)))) == "absent"
