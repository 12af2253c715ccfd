"""Planned only where there is grain, as much as skin bears; and it stands in recipes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from catchlight.backdrop_choice import BackdropChoice
from catchlight.color import to_encoded, to_linear
from catchlight.denoise_plan import plan_denoise, quieter
from catchlight.edits import Denoise, FillLight, Grain, Match, Scene, StudioBackdrop, Tone
from catchlight.ledger import compare, skin_texture
from catchlight.looks import RetouchLevel, load_look
from catchlight.photo import Capture, Photo
from catchlight.plan import plan
from catchlight.recipe import Recipe, parse_recipe, recipe_text
from catchlight.skin import face_view
from catchlight.stored_facts import landmarks_file, matte_file

from .faces_of_data import astronaut
from .painted_skin import EYES, HEIGHT, WIDTH, face, skin

STILL = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def grainy(linear: np.ndarray, shot: float = 6e-4, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    noise = np.sqrt(1e-5 + shot * linear) * rng.standard_normal(linear.shape)
    return to_encoded(np.clip(linear + noise, 0, 1).astype(np.float32), np.uint8)


def photo_of(pixels: np.ndarray) -> Photo:
    return Photo(
        Path("a.png"), "0" * 64, pixels, (pixels.shape[1], pixels.shape[0]), Capture(), "PNG"
    )


def planned(pixels: np.ndarray, *light: Tone | FillLight) -> Denoise | None:
    everybody = np.full(pixels.shape[:2], 255, np.uint8)
    return plan_denoise(photo_of(pixels), face(), face_view(pixels, face()), everybody, light)


def test_grain_is_seen_and_the_texture_kept() -> None:
    pixels = grainy(skin())
    edit = planned(pixels)
    assert edit is not None
    scene = Scene(to_linear(pixels), None, (WIDTH / 2, HEIGHT * 0.42), EYES)
    after = to_encoded(edit.apply(scene).linear, np.uint8)
    kept = skin_texture(compare(pixels, face(), None, after, STILL)).value
    assert kept is not None
    assert kept > 0.915
    # and nearer to the clean skin's than with the grain
    clean = to_encoded(skin(), np.uint8)
    with_grain, without = (
        skin_texture(compare(clean, face(), None, p, STILL)).value for p in (pixels, after)
    )
    assert with_grain is not None
    assert without is not None
    assert abs(np.log(without)) < abs(np.log(with_grain))


def test_a_clean_photo_is_left_to_the_bit() -> None:
    assert planned(to_encoded(skin(), np.uint8)) is None


def test_what_is_raised_shows_its_grain() -> None:
    pixels = grainy(skin(), shot=6e-5)
    assert planned(pixels) is None
    assert planned(pixels, Tone(exposure_stops=1.4)) is not None


def test_what_a_reflector_raises_shows_its_grain() -> None:
    pixels = grainy(skin(), shot=6e-5)
    fill = FillLight(
        stops=1.6, azimuth=-40, elevation=0, key_azimuth=40, key_elevation=10, ratio_stops=3,
        skin=(0.6, 0.4, 0.3),
    )  # fmt: skip
    assert planned(pixels, fill.model_copy(update={"stops": 0.0})) is None
    assert planned(pixels, fill) is not None


def test_texture_without_grain_is_none() -> None:
    """Noise without its finest part, as cloth and beard of a small picture may look."""
    rng = np.random.default_rng(1)
    coarse = cv2.GaussianBlur(rng.standard_normal((HEIGHT, WIDTH)).astype(np.float32), (0, 0), 1.2)
    linear = skin() * np.exp2(0.12 * coarse / coarse.std())[..., None]
    assert planned(to_encoded(np.clip(linear, 0, 1).astype(np.float32), np.uint8)) is None


def recipe_of(level: RetouchLevel, shot: float) -> Recipe:
    small, found = astronaut()
    linear = cv2.resize(to_linear(small[:300, 80:380]), None, fx=2, fy=2)
    found = replace(found, landmarks=2 * (found.landmarks - np.float32([80, 0, 0])))
    pixels = grainy(linear, shot) if shot else to_encoded(linear, np.uint8)
    alpha = np.zeros(pixels.shape[:2], np.uint8)
    alpha[40:, 100:480] = 255
    size = (pixels.shape[1], pixels.shape[0])
    return plan(
        photo_of(pixels), found, face_view(pixels, found), alpha, (), load_look("corporate"),
        BackdropChoice("keep"), (), matte_file(alpha), landmarks_file(found.landmarks, size),
        level=level,
    ).recipe  # fmt: skip


def test_it_stands_first_in_the_recipe_and_reads_back() -> None:
    made = recipe_of("light", 2e-3)
    assert made.edits[0].name == "denoise"
    assert recipe_text(parse_recipe(recipe_text(made), "recipe")) == recipe_text(made)


def test_none_and_clean_photos_are_without_it() -> None:
    assert all(edit.name != "denoise" for edit in recipe_of("none", 2e-3).edits)
    assert all(edit.name != "denoise" for edit in recipe_of("light", 0).edits)


def test_backdrops_get_the_grain_that_is_left() -> None:
    grain = Grain(luma=(0.02,) * 5)
    paper = StudioBackdrop(
        paper="grey", color="#808080", gradient=0, key=0, falloff=0, match=Match(grain=grain)
    )
    (quiet,) = quieter([paper], Denoise(noise=grain))
    assert isinstance(quiet, StudioBackdrop)
    assert quiet.match.grain is not None
    assert 0.5 < quiet.match.grain.luma[2] / 0.02 < 0.95
