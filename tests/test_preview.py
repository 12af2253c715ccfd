"""Previews: the fold of the full picture on a smaller copy; the quick way differs by a trifle.

The person is drawn, with a hard outline and a matte that is known.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from catchlight.edits import FillLight, Match, PhotoBackdrop, StudioBackdrop, Tone, WhiteBalance
from catchlight.files import sha256
from catchlight.preview import Previews, places_in
from catchlight.recipe import CropBox, Facts, Output, Recipe, Source
from catchlight.render import render, render_output
from catchlight.sitter import Silhouette, Sitter
from catchlight.stored_facts import landmarks_file, matte_file, read_landmarks
from catchlight.thumbnails import thumbnail

from .painted_person import oval_face

WIDTH, HEIGHT = 900, 1200


def drawn() -> tuple[Sitter, Silhouette]:
    rng = np.random.default_rng(0)
    wide = cv2.resize(rng.uniform(60, 190, (16, 12, 3)).astype(np.float32), (WIDTH, HEIGHT))
    pixels = np.clip(wide, 0, 255).astype(np.uint8)
    alpha = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.ellipse(alpha, (450, 480), (200, 280), 0, 0, 360, 255, -1, cv2.LINE_AA)
    cv2.ellipse(alpha, (450, 1200), (400, 480), 0, 0, 360, 255, -1, cv2.LINE_AA)
    face = oval_face(450, 450, 120)
    landmarks = landmarks_file(face.landmarks, (WIDTH, HEIGHT))
    sitter = SimpleNamespace(pixels=pixels, face=face)
    silhouette = Silhouette(alpha, True, 1.0, (), matte_file(alpha), landmarks)
    return cast("Sitter", sitter), silhouette


def recipe(**tone: float) -> Recipe:
    edits: list[Any] = [
        WhiteBalance(red_stops=0.1, blue_stops=-0.2),
        Tone(**{"exposure_stops": 0.2, "contrast": 1.05, **tone}),
        StudioBackdrop(
            paper="grey", color="#8a8a8a", gradient=0.4, key=0.5, falloff=0.2,
            match=Match(level=0.0),
        ),
    ]  # fmt: skip
    crop = CropBox(center=(0.5, 0.45), width=0.8, height=0.75)
    output = Output(name="headshot", file="headshot.jpg", crop=crop, width=720, height=900)
    facts = Facts(eye_right=(0.4333, 0.375), eye_left=(0.5667, 0.375))
    source = Source(path="a.jpg", sha256="0" * 64, width=WIDTH, height=HEIGHT)
    return Recipe(
        look="corporate", source=source, facts=facts, edits=tuple(edits), outputs=(output,)
    )


def full(silhouette: Silhouette, pixels: NDArray[np.uint8], wanted: Recipe) -> NDArray[np.uint8]:
    marks = read_landmarks(silhouette.landmarks.data)
    canvas = render(pixels, wanted, silhouette.alpha, None, marks)
    return render_output(canvas, wanted.outputs[0])


def apart(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> NDArray[np.int32]:
    assert a.shape == b.shape
    return np.abs(a.astype(np.int32) - b).max(axis=2)


def test_a_preview_at_full_size_is_the_picture() -> None:
    sitter, silhouette = drawn()
    wanted = recipe()
    found = Previews(sitter, silhouette).picture(wanted, 4000)
    assert np.array_equal(found, full(silhouette, sitter.pixels, wanted))


@pytest.mark.parametrize("side", [300, 450, 700])
def test_a_preview_is_the_shrunk_picture(side: int) -> None:
    sitter, silhouette = drawn()
    wanted = recipe()
    found = Previews(sitter, silhouette).picture(wanted, side)
    assert side <= max(found.shape) <= 1.08 * side
    small = thumbnail(full(silhouette, sitter.pixels, wanted), max(found.shape))
    small = np.asarray(cv2.resize(small, found.shape[1::-1]), np.uint8)
    off = apart(found, small)
    assert np.median(off) <= 1
    assert np.quantile(off, 0.98) <= 6  # the outline, reduced before and after compositing


@pytest.mark.parametrize(
    "tone", [{}, {"exposure_stops": -0.2}, {"contrast": 1.2, "saturation": 0.9}]
)
def test_the_quick_way_differs_by_next_to_nothing(tone: dict[str, float]) -> None:
    sitter, silhouette = drawn()
    previews = Previews(sitter, silhouette)
    previews.quick(recipe(), 450)  # what is kept is of another tone
    found = previews.quick(recipe(**tone), 450)
    exact = previews.picture(recipe(**tone), 450)
    off = apart(found, exact)
    assert np.quantile(off, 0.97) <= 1
    assert off.max() <= 24  # in the edge, whose colours are estimated


def test_the_quick_way_lights_the_person_as_a_reflector_does() -> None:
    sitter, silhouette = drawn()
    previews = Previews(sitter, silhouette)
    first = recipe()
    fill = FillLight(
        stops=1.2, azimuth=-40, elevation=0, key_azimuth=45, key_elevation=30, ratio_stops=3,
        skin=(0.4, 0.3, 0.25),
    )  # fmt: skip
    filled = first.model_copy(update={"edits": (first.edits[0], fill, *first.edits[1:])})
    previews.quick(first, 450)
    found, exact = previews.quick(filled, 450), previews.picture(filled, 450)
    assert np.quantile(apart(exact, previews.picture(first, 450)), 0.9) > 8  # it does something
    off = apart(found, exact)
    assert np.quantile(off, 0.97) <= 1
    assert off.max() <= 30


def test_the_quick_way_follows_what_comes_before_tone() -> None:
    sitter, silhouette = drawn()
    previews = Previews(sitter, silhouette)
    previews.quick(recipe(), 450)
    first = recipe()
    other = first.model_copy(
        update={"edits": (WhiteBalance(red_stops=-0.5, blue_stops=0.5), *first.edits[1:])}
    )
    off = apart(previews.quick(other, 450), previews.picture(other, 450))
    assert np.quantile(off, 0.97) <= 1


def test_the_quick_way_goes_from_a_paper_to_a_photo(tmp_path: Path) -> None:
    sitter, silhouette = drawn()
    previews = Previews(sitter, silhouette)
    first = recipe()
    wall = np.random.default_rng(1).integers(60, 200, (9, 16, 3), np.uint8)
    office = tmp_path / "office.png"
    cv2.imwrite(str(office), cv2.resize(wall, (640, 360)))
    behind = PhotoBackdrop(path=str(office), sha256=sha256(office), match=Match(level=0.0))
    hung = first.model_copy(update={"edits": (*first.edits[:2], behind)})
    previews.quick(first, 450)
    found, exact = previews.quick(hung, 450), previews.picture(hung, 450)
    assert np.quantile(apart(exact, previews.picture(first, 450)), 0.6) > 8
    assert np.quantile(apart(found, exact), 0.97) <= 1


def test_a_moving_crop_is_cut_from_a_wider_picture() -> None:
    sitter, silhouette = drawn()
    previews = Previews(sitter, silhouette)
    first = recipe()
    found = previews.cropped(first, 450)
    off = apart(found, np.asarray(cv2.resize(previews.picture(first, 450), found.shape[1::-1])))
    assert np.median(off) <= 1
    assert np.quantile(off, 0.95) <= 8
    kept = previews._wide
    box = first.outputs[0].crop.model_copy(update={"width": 0.7, "height": 0.65})
    nearer = first.model_copy(
        update={"outputs": (first.outputs[0].model_copy(update={"crop": box}),)}
    )
    again = previews.cropped(nearer, 450)
    assert previews._wide is kept
    assert again.shape[1] / found.shape[1] == pytest.approx(0.7 / 0.8, abs=0.01)
    like = np.asarray(cv2.resize(previews.picture(nearer, 450), again.shape[1::-1]))
    assert np.median(apart(again, like)) <= 1


def test_before_is_the_photographs_own_pixels() -> None:
    sitter, silhouette = drawn()
    found = Previews(sitter, silhouette).before(recipe(), 4000)
    assert np.array_equal(found, sitter.pixels[90:990, 90:810])


def test_places_are_found_in_the_crop() -> None:
    wanted = recipe()
    points = np.array([[0.5, 0.45], [0.1, 0.075], [0.9, 0.825]])
    found = places_in(wanted, wanted.outputs[0], points, (WIDTH, HEIGHT))
    assert found == pytest.approx(np.array([[0.5, 0.5], [0.0, 0.0], [1.0, 1.0]]), abs=1e-9)


def test_before_is_grey_where_the_photograph_ends_and_as_shot_elsewhere() -> None:
    sitter, silhouette = drawn()
    beyond = CropBox(center=(0.5, 0.3), width=0.8, height=0.75)  # a tenth of it above the frame
    wanted = recipe()
    output = wanted.outputs[0].model_copy(update={"crop": beyond})
    shown = Previews(sitter, silhouette).before(
        wanted.model_copy(update={"outputs": (output,)}), 4000
    )
    above = round(0.1 * len(shown))
    assert np.ptp(shown[: above - 2].reshape(-1, 3), axis=0).max() == 0
    assert len(set(shown[0, 0].tolist())) == 1
    left = round(0.1 * WIDTH)
    seen = sitter.pixels[: len(shown) - above, left : left + shown.shape[1]]
    assert apart(shown[above:], seen)[2:].max() <= 1
