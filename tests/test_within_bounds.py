"""Oracle: a mole painted on the skin, whose place after a move is seen on the moved pixels."""

from __future__ import annotations

from types import SimpleNamespace

import cv2
import numpy as np

from catchlight.color import to_linear
from catchlight.edits import Perspective
from catchlight.healing import Decided
from catchlight.within_bounds import _reprojected

from .painted_skin import EYES, HEIGHT, MOLE, WIDTH, at, face, photo, skin

PLACE = at(50, 0.12, 0.1)


def test_marks_move_with_a_declared_change_of_perspective() -> None:
    picture = SimpleNamespace(pixels=photo(skin([(PLACE, 0.03, MOLE)])), width=WIDTH, height=HEIGHT)
    plain = SimpleNamespace(pixels=photo(skin()), width=WIDTH, height=HEIGHT)
    alpha = np.full((HEIGHT, WIDTH), 255, np.uint8)
    mark = Decided((PLACE[0] / WIDTH, PLACE[1] / HEIGHT), 0.03, "kept", "it may be a mole")
    recipe = SimpleNamespace(edits=(Perspective(distance_cm=18),))
    moved, _, _, marks = _reprojected(picture, face(), alpha, recipe, [mark])
    without, *_ = _reprojected(plain, face(), alpha, recipe, [])
    # where the mole is now, whatever the code says: what it took of the light
    taken = cv2.GaussianBlur(to_linear(without) - to_linear(moved), (0, 0), 0.015 * EYES).sum(
        axis=2
    )
    y, x = np.unravel_index(int(taken.argmax()), taken.shape)
    u, v = marks[0].center[0] * WIDTH, marks[0].center[1] * HEIGHT
    assert np.hypot(PLACE[0] - x, PLACE[1] - y) > 0.025 * EYES
    assert np.hypot(u - x, v - y) < 0.012 * EYES


def test_marks_stay_without_one() -> None:
    picture = SimpleNamespace(pixels=photo(skin()), width=WIDTH, height=HEIGHT)
    mark = Decided((0.4, 0.4), 0.03, "kept", "it may be a mole")
    recipe = SimpleNamespace(edits=())
    assert _reprojected(picture, face(), None, recipe, [mark])[3] == [mark]
