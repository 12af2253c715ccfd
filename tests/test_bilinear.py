"""Bilinear reading against OpenCV's enlarging, which follows the same rule."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from catchlight.bilinear import between


@pytest.mark.parametrize(("length", "cells"), [(40, 10), (37, 11), (9, 9), (7, 1), (5, 12)])
def test_equals_opencvs_linear_resize(length: int, cells: int) -> None:
    values = np.random.default_rng(length).random((1, cells), np.float32)
    expected = cv2.resize(values, (length, 1), interpolation=cv2.INTER_LINEAR)[0]
    for position in range(length):
        first, second, along = between(position, length, cells)
        assert 0 <= first <= second < cells
        assert 0 <= along < 1
        read = (1 - along) * values[0, first] + along * values[0, second]
        assert read == pytest.approx(float(expected[position]), abs=1e-5)


def test_a_copy_of_the_same_size_is_read_at_its_own_cells() -> None:
    for position in range(6):
        first, _, along = between(position, 6, 6)
        assert (first, along) == (position, 0)
