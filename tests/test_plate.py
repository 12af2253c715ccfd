"""Oracles: rooms drawn in perspective with a known horizon; the geometry of a pinhole."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from catchlight.edits import PhotoBackdrop
from catchlight.errors import RecipeError
from catchlight.files import sha256
from catchlight.photo import Capture, Photo
from catchlight.plate import hang, horizon_of, look_at, plate_of

from .signed_pictures import recipe


def corridor(horizon: float, across: float = 0.45) -> np.ndarray:
    """A room seen along its length: floor boards, ceiling and shelves run to one point."""
    picture = np.full((480, 640), 120, np.uint8)
    point = np.array([across * 640, horizon * 480])
    rng = np.random.default_rng(4)
    for k in range(26):
        angle = 2 * np.pi * (k + rng.uniform(-0.2, 0.2)) / 26
        way = np.array([np.cos(angle), np.sin(angle)])
        a, b = point + rng.uniform(80, 140) * way, point + 700 * way
        ends = [tuple(int(v) for v in np.round(p * 16)) for p in (a, b)]
        cv2.line(picture, ends[0], ends[1], int(rng.integers(0, 255)), 3, cv2.LINE_AA, 4)
    cv2.rectangle(picture, (500, 100), (560, 300), 200, 2)
    return picture


def plate(pixels: np.ndarray, focal: float | None = 27.0) -> Photo:
    capture = Capture(focal_length_35mm=focal)
    size = (pixels.shape[1], pixels.shape[0])
    return Photo(Path("office.jpg"), "0" * 64, pixels, size, capture, "JPEG")


def shaded(left: int, right: int) -> np.ndarray:
    ramp = np.linspace(left, right, 900).astype(np.uint8)
    return np.repeat(np.tile(ramp, (600, 1))[..., None], 3, axis=2)


@pytest.mark.parametrize("horizon", [0.33, 0.42, 0.5, 0.6])
def test_finds_the_horizon_of_a_room(horizon: float) -> None:
    assert horizon_of(corridor(horizon)) == pytest.approx(horizon, abs=0.02)


def test_supposes_one_where_there_are_no_lines() -> None:
    assert horizon_of(np.full((300, 400), 90, np.uint8)) == pytest.approx(0.46)
    flat = np.full((300, 400), 90, np.uint8)
    cv2.rectangle(
        flat, (50, 50), (350, 250), 200, 3
    )  # a wall seen square on has no vanishing point
    assert horizon_of(flat) == pytest.approx(0.46)


def test_sees_the_colour_of_its_light() -> None:
    grey = shaded(60, 200).astype(float)
    warm = np.clip(grey * [1.08, 1.0, 0.9], 0, 255).astype(np.uint8)
    found = look_at(plate(warm))
    assert 0.15 < found.red_stops < 0.35
    assert -0.45 < found.blue_stops < -0.2


def test_the_perspective_is_that_of_the_lens() -> None:
    """Something of a height at a distance is as large beside the person as a pinhole shows it."""
    found = look_at(plate(shaded(90, 110), focal=40.0))
    hung = hang(found, (3.0, 2.5, 3.0, 3.0), 1.0, 0.0)
    # a door of 2 m, 5 m from the plate's camera, in pixels of the plate and then in eye distances
    door = 2.0 / 5.0 * found.focal * hung.height / 600
    assert door == pytest.approx(2.0 / 0.063 * 1.0 / 5.0, rel=1e-6)


def test_it_is_never_enlarged_to_a_brick_wall() -> None:
    found = look_at(plate(shaded(90, 110), focal=14.0))
    reach = (3.5, 3.5, 3.5, 5.0)
    cover = max(3.5 / found.horizon, 5.0 / (1 - found.horizon), 7.0 / 1.5)
    assert hang(found, reach, 6.0, 0.0).height <= 2.0 * cover + 1e-6
    assert hang(found, reach, 0.5, 0.0).height >= cover - 1e-6


@pytest.mark.parametrize("key", [1.0, -1.0])
def test_moves_to_where_its_bright_side_is_the_key_s(key: float) -> None:
    hill = np.concatenate([np.linspace(40, 220, 450), np.linspace(220, 40, 450)]).astype(np.uint8)
    room = np.repeat(np.tile(hill, (600, 1))[..., None], 3, axis=2)
    found = look_at(plate(room))
    hung = hang(found, (2.0, 3.0, 2.0, 3.0), 2.0, key)
    assert hung.side * key > 0.1
    width = hung.height * 1.5
    assert hung.across * width >= 2.0 - 1e-6
    assert (1 - hung.across) * width >= 2.0 - 1e-6


def test_a_white_room_is_taken_down_and_a_dark_one_up() -> None:
    reach = (3.0, 3.0, 3.0, 4.0)
    assert hang(look_at(plate(shaded(235, 245))), reach, 1.5, 0.0).level < -0.3
    assert hang(look_at(plate(shaded(60, 70))), reach, 1.5, 0.0).level > 0.3


def test_a_backdrop_is_told_by_its_bytes_wherever_it_lies(tmp_path: Path) -> None:
    here, other = tmp_path / "office.png", tmp_path / "other.png"
    cv2.imwrite(str(here), shaded(60, 200))
    cv2.imwrite(str(other), shaded(61, 200))
    digest = sha256(here.read_bytes())
    made = recipe(here, edits=(PhotoBackdrop(path="/elsewhere/photo-1.jpg", sha256=digest),))
    found = plate_of(made, here)
    assert found is not None
    assert found.shape == (600, 900, 3)
    with pytest.raises(RecipeError, match=r"photo-1\.jpg is not there: .* --backdrop"):
        plate_of(made)
    with pytest.raises(RecipeError, match=r"other\.png is not the backdrop .* --backdrop"):
        plate_of(made, other)
