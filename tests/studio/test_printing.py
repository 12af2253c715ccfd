"""Printing: what the page is told of a picture is true of the photograph."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from catchlight.edits import Perspective
from catchlight.preview import places_in
from catchlight.recipe import CropBox
from catchlight.sitter import Sitter
from catchlight.studio.printing import _brush

from ..painted_person import oval_face
from ..signed_pictures import HEIGHT, WIDTH, original, output, recipe

FRAME = (WIDTH, HEIGHT)
SITTER = cast(Sitter, SimpleNamespace(face=oval_face(240, 300, 60)))
CROP = CropBox(center=(0.45, 0.4), width=0.6, height=0.5)


@pytest.mark.parametrize("rotation", [0.0, 7.5, -90.0])
def test_a_stroke_on_the_picture_is_one_on_the_photo(tmp_path: Path, rotation: float) -> None:
    headshot = output(crop=CROP, width=288, height=300)
    made = recipe(original(tmp_path), headshot).model_copy(update={"rotation": rotation})
    brush: Any = _brush(SITTER, made, headshot, FRAME)
    on_the_picture = np.array([[0.0, 0.0], [1.0, 0.0], [0.3, 0.8]])
    mapping = np.array(brush["to_photo"])
    there = on_the_picture @ mapping[:, :2].T + mapping[:, 2]
    assert np.allclose(places_in(made, headshot, there, FRAME), on_the_picture, atol=1e-5)
    assert np.isclose(brush["unit"] * 0.6 * WIDTH, 0.36 * 168)  # of a face 168 pixels high


def test_no_stroke_is_taken_while_pixels_are_moved(tmp_path: Path) -> None:
    headshot = output(crop=CROP)
    for strength, taken in ((1.0, False), (0.0, True)):
        moved = Perspective(distance_cm=30, strength=strength)
        made = recipe(original(tmp_path), headshot, edits=(moved,))
        assert (_brush(SITTER, made, headshot, FRAME) is not None) == taken
