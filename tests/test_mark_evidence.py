"""Oracles: marks painted in one photo or in both, and photos that could not show them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from catchlight.mark_evidence import sight
from catchlight.marks import Mark, SkinView, find_marks, skin_view

from .painted_skin import EYES, MOLE, SPOT, at, face, photo, skin

HERE, BESIDE = at(50), at(280, 0.05, 0.1)


def view(linear: np.ndarray, turn: float = 0.0) -> SkinView:
    found = skin_view(photo(linear), face(turn=turn))
    assert found is not None
    return found


def mark_at(seen: SkinView, place: tuple[float, float]) -> Mark:
    return min(find_marks(seen), key=lambda m: np.hypot(m.x - place[0], m.y - place[1]))


@pytest.mark.parametrize("turn", [0.0, 12.0])
@pytest.mark.parametrize("kind", [SPOT, MOLE])
def test_tells_what_is_there_too_from_what_is_plainly_absent(
    turn: float, kind: tuple[float, float, float]
) -> None:
    here = view(skin([(HERE, 0.03, kind), (BESIDE, 0.03, kind)]))
    there = view(skin([(at(50, turn=turn), 0.03, kind)], seed=5, turn=turn), turn)
    assert sight(mark_at(here, HERE), here, there) == "seen"
    assert sight(mark_at(here, BESIDE), here, there) == "absent"


def test_a_mole_that_a_smile_has_moved_is_not_absent() -> None:
    here = view(skin([(HERE, 0.02, MOLE)]))
    for shift in (0.03, 0.06, 0.08):
        there = view(skin([((HERE[0], HERE[1] - shift * EYES), 0.02, MOLE)], seed=5))
        assert sight(mark_at(here, HERE), here, there) != "absent"


@pytest.mark.parametrize("blur", [0.02, 0.04])
def test_a_blurred_or_smoothed_photo_proves_nothing(blur: float) -> None:
    here = view(skin([(HERE, 0.015, MOLE)]))
    soft = cv2.GaussianBlur(skin(seed=5), (0, 0), blur * EYES)
    assert sight(mark_at(here, HERE), here, view(soft)) == "unsure"
    noise = np.random.default_rng(1).normal(0, 0.06, soft.shape)
    grainy = (soft * np.exp2(noise)).astype(np.float32)
    assert sight(mark_at(here, HERE), here, view(grainy)) == "unsure"


def test_cannot_tell_of_skin_that_is_turned_away() -> None:
    place = at(123, 0.06)  # the right cheek, far out
    here = view(skin([(place, 0.03, SPOT)]))
    mark = mark_at(here, place)
    turned = [skin_view(photo(skin(seed=5, turn=t)), face(turn=t)) for t in (-60, 60)]
    assert "unsure" in [sight(mark, here, seen) for seen in turned if seen is not None]
