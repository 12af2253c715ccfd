"""A crop's mappings against plain trigonometry and OpenCV."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catchlight.crop import Crop, circle_excess

CROP = Crop(500, 300, 200, 100, 0.0, (1000.0, 800.0), 120.0)


def test_corners_of_an_upright_crop():
    assert CROP.corners.tolist() == [[400, 250], [600, 250], [600, 350], [400, 350]]
    assert CROP.tightness == 1.2
    assert CROP.inside
    assert not Crop(50, 300, 200, 100, 0.0, (1000.0, 800.0), 100.0).inside


def test_turning_the_picture_clockwise_stands_a_tilted_line_upright():
    # a line that falls by 10 degrees to the right of the screen
    tilt = math.radians(10)
    line = [(500, 300), (500 + 80 * math.cos(tilt), 300 + 80 * math.sin(tilt))]
    level = Crop(500, 300, 200, 100, -10.0, (1000.0, 800.0), 100.0).to_crop(line)
    assert level[0][1] == pytest.approx(level[1][1])
    assert level[1][0] - level[0][0] == pytest.approx(80)


def test_same_turn_as_a_recipe():
    # as recipe.CropBox says it: upright in the picture turned clockwise about the frame's centre
    crop = Crop(620, 330, 240, 160, 17.0, (1000.0, 800.0), 100.0)
    angle, middle = math.radians(17), np.array([500.0, 400.0])
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    corners = (crop.corners - middle) @ turn.T + middle
    x, y = turn @ (np.array([620.0, 330.0]) - middle) + middle
    expected = [(x - 120, y - 80), (x + 120, y - 80), (x + 120, y + 80), (x - 120, y + 80)]
    assert corners == pytest.approx(np.array(expected))


@settings(max_examples=50, deadline=None, derandomize=True)
@given(
    st.floats(-500, 1500),
    st.floats(-500, 1500),
    st.floats(1, 900),
    st.floats(-45, 45),
    st.floats(-2000, 2000),
)
def test_there_and_back(x, y, width, rotation, place):
    crop = Crop(x, y, width, 1.25 * width, rotation, (1000.0, 800.0), 100.0)
    points = np.array([(place, y), (x, place), (place, place)])
    assert crop.to_photo(crop.to_crop(points)) == pytest.approx(points, abs=1e-6)
    other = Crop.from_normalised(crop.normalised(), crop.frame)
    assert other.corners == pytest.approx(crop.corners, abs=1e-6)
    assert crop.scaled(2).corners == pytest.approx(2 * crop.corners, abs=1e-6)


def test_matrix_agrees_with_to_crop():
    crop = Crop(620, 330, 240, 160, 17.0, (1000.0, 800.0), 100.0)
    matrix = crop.matrix(480)
    points = np.array([(620.0, 330.0), (500.0, 280.0)])
    assert points @ matrix[:, :2].T + matrix[:, 2] == pytest.approx(2 * crop.to_crop(points))
    assert crop.upscale(480) == 2


def test_matrix_in_opencv_copies_pixels_of_an_upright_crop():
    photo = np.arange(80 * 100, dtype=np.float32).reshape(80, 100)
    crop = Crop(50, 40, 20, 10, 0.0, (100.0, 80.0), 10.0)
    matrix = crop.matrix(20)
    matrix[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5
    cut = cv2.warpAffine(photo, matrix, (20, 10), flags=cv2.INTER_NEAREST)
    assert np.array_equal(cut, photo[35:45, 40:60])


def test_circle():
    crop = Crop(500, 500, 400, 400, 0.0, (1000.0, 1000.0), 400.0)
    assert circle_excess(crop, [(500, 500)], margin=0.04) == pytest.approx(-0.46)
    assert circle_excess(crop, [(500, 316)], margin=0.04) == pytest.approx(0, abs=1e-12)
    assert circle_excess(crop, [(641, 641)], margin=0.0) == pytest.approx(
        math.hypot(141, 141) / 400 - 0.5
    )
    assert circle_excess(crop, np.empty((0, 2))) == -math.inf
