"""What is falsely open in a matte is closed, and nothing else is."""

from __future__ import annotations

import numpy as np

from catchlight.closing import opaque_where_sure, without_notches
from catchlight.grid import Grid

from .painted_person import oval_face

FACE = oval_face(100, 60, 30)
GRID = Grid((0.0, 0.0, 200.0, 200.0), (200, 200))


def test_black_notches_below_the_chin_are_closed() -> None:
    """A strap's end before a black wall; not one of another colour, nor a wider gap."""
    alpha = np.ones((200, 200), np.float32)
    strap, cloth, gap, beside_the_face = (
        np.s_[150:180, 60:63], np.s_[150:180, 100:103], np.s_[150:180, 130:145],
        np.s_[40:70, 40:43],
    )  # fmt: skip
    image = np.full((200, 200, 3), 20, np.uint8)
    image[:, 80:120] = 120
    for notch in (strap, cloth, gap, beside_the_face):
        alpha[notch] = 0
    closed = without_notches(alpha, image, FACE, GRID)
    assert closed[strap].min() == 1
    for kept in (cloth, gap, beside_the_face):
        assert np.median(closed[kept]) == 0


def test_half_transparent_patches_are_filled_where_every_network_is_sure() -> None:
    probability = np.full((100, 100), 1.0, np.float32)
    probability[:, 70:] = 0.0
    alpha = probability.copy()
    shallow, deep, rim = np.s_[20:24, 40:44], np.s_[40:44, 40:44], np.s_[60:64, 66:70]
    alpha[shallow], alpha[deep], alpha[rim] = 0.8, 0.3, 0.8
    filled = opaque_where_sure(alpha, probability, 60.0)
    assert filled[shallow].min() > 0.99
    assert np.array_equal(filled[deep], alpha[deep])
    assert filled[63, 69] == alpha[63, 69]
    doubted = np.minimum(probability, 0.9)
    assert np.array_equal(opaque_where_sure(alpha, doubted, 60.0), alpha)
