"""Planning the sharpening: only what is reduced, by medium, above the noise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from catchlight.backdrop_choice import BackdropChoice
from catchlight.destinations import Destination, load_destination
from catchlight.looks import RetouchLevel, load_look
from catchlight.photo import Capture, Photo
from catchlight.plan import plan
from catchlight.recipe import Output, parse_recipe, recipe_text
from catchlight.skin import face_view
from catchlight.stored_facts import landmarks_file, matte_file

from .faces_of_data import astronaut

SMALL = {"smallest_px": (16, 16), "confirmed": False, "note": "for the test"}


def place(name: str, side: int, **more: object) -> Destination:
    return Destination.model_validate(
        {"name": name, "title": name, "size_px": (side, side)} | SMALL | more
    )


def outputs(
    *destinations: Destination, level: RetouchLevel = "light", noise: float = 0
) -> dict[str, Output]:
    pixels, face = astronaut()
    rng = np.random.default_rng(0)
    pixels = np.clip(pixels + rng.normal(0, noise, pixels.shape), 0, 255).astype(np.uint8)
    size = (pixels.shape[1], pixels.shape[0])
    photo = Photo(Path("a.png"), "0" * 64, pixels, size, Capture(), "PNG")
    alpha = np.zeros(pixels.shape[:2], np.uint8)
    alpha[20:, 130:320] = 255
    made = plan(
        photo, face, face_view(pixels, face), alpha, (), load_look("corporate"),
        BackdropChoice("studio"), destinations, matte_file(alpha),
        landmarks_file(face.landmarks, size), level=level,
    ).recipe  # fmt: skip
    assert recipe_text(parse_recipe(recipe_text(made), "recipe")) == recipe_text(made)
    return {output.name: output for output in made.outputs}


def test_what_is_reduced_is_sharpened_by_its_medium() -> None:
    made = outputs(
        place("screen", 100), place("paper", 100, medium="paper"), place("off", 100, medium="none")
    )
    screen, paper = made["screen"].sharpen, made["paper"].sharpen
    assert screen is not None
    assert paper is not None
    assert paper.amount == 2 * screen.amount > 0
    assert screen.floor == paper.floor
    assert made["off"].sharpen is None
    assert made["headshot"].sharpen is None
    assert made["cutout"].sharpen is None


def test_without_retouching_nothing_is_sharpened() -> None:
    made = outputs(place("screen", 100), level="none")
    assert all(output.sharpen is None for output in made.values())


def test_a_photo_in_its_own_size_is_copied_not_sharpened() -> None:
    output = outputs(place("large", 4000))["large"]
    assert output.sharpen is None
    assert output.width == output.height == pytest.approx(output.crop.width * 512, abs=1e-6)
    corner = np.array(output.crop.center) * 512 - output.width / 2
    np.testing.assert_allclose(corner, np.round(corner), atol=1e-6)


def test_what_has_to_be_enlarged_is_not_sharpened() -> None:
    assert outputs(place("poster", 2000, smallest_px=(1000, 1000)))["poster"].sharpen is None


def test_more_noise_is_passed_over_in_a_noisier_photo() -> None:
    floors = [
        sharpen.floor
        for noise in (0, 6)
        if (sharpen := outputs(place("screen", 100), noise=noise)["screen"].sharpen)
    ]
    assert floors[1] > floors[0]


def test_the_shipped_print_is_for_paper() -> None:
    assert load_destination("print-8x10").medium == "paper"
    assert load_destination("linkedin").medium == "screen"
