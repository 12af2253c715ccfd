"""Oracles: edges blurred by a known disc; a choice becomes the edit that was asked for."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from catchlight.backdrop_choice import BackdropChoice
from catchlight.backdrops import choose_backdrop, edge_blur
from catchlight.edits import Lens, PhotoBackdrop, SoftenBackdrop, StudioBackdrop
from catchlight.edits.lens_blur import defocus
from catchlight.looks import load_look
from catchlight.photo import Capture, Photo
from catchlight.skin import face_view

from .faces_of_data import astronaut


def chosen(
    kind: str,
    pixels: np.ndarray | None = None,
    look: str = "corporate",
    path: str = "",
    alpha: np.ndarray | None = None,
    **more: object,
) -> tuple:
    own, face = astronaut()
    pixels = own if pixels is None else pixels
    size = (pixels.shape[1], pixels.shape[0])
    photo = Photo(Path("a.png"), "0" * 64, pixels, size, Capture(), "PNG")
    if alpha is None:
        alpha = np.zeros(pixels.shape[:2], np.uint8)
        alpha[20:, 130:320] = 255
    digest = hashlib.sha256(Path(path).read_bytes()).hexdigest() if path else ""
    wish = {name: more.pop(name) for name in ("color", "lens") if name in more}
    choice = BackdropChoice(kind, path, digest, **wish)  # type: ignore[arg-type]
    photo = replace(photo, **more)  # type: ignore[arg-type]
    return choose_backdrop(photo, face, face_view(pixels, face), alpha, load_look(look), choice, ())


def bars(disc: float) -> np.ndarray:
    """Vertical bars, blurred by a disc of so many eye distances, as uint8."""
    face = astronaut()[1]
    picture = np.full((512, 512, 3), 0.1, np.float32)
    for x in range(20, 512, 100):
        picture[:, x : x + 50] = 0.6
    picture = defocus(picture, disc * face.eye_distance)
    return np.clip(np.round(255 * picture ** (1 / 2.2)), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("disc", [0.12, 0.25, 0.4])
def test_reads_how_blurred_edges_are(disc: float) -> None:
    found = edge_blur(bars(disc), np.ones((512, 512), bool), astronaut()[1])
    assert found == pytest.approx(disc, rel=0.25)


def test_sharp_edges_are_sharp_and_no_edges_tell_nothing() -> None:
    face, everywhere = astronaut()[1], np.ones((512, 512), bool)
    sharp = edge_blur(bars(0.0), everywhere, face)
    assert sharp is not None
    assert sharp < 0.08
    assert edge_blur(np.full((512, 512, 3), 90, np.uint8), everywhere, face) is None


def test_keep_keeps() -> None:
    assert chosen("keep") == ()


def test_soften_has_the_look_s_blur_with_a_real_lens() -> None:
    (edit,) = chosen("soften", look="founder")
    assert isinstance(edit, SoftenBackdrop)
    assert edit.lens.disc == pytest.approx(load_look("founder").backdrop.blur, rel=0.01)
    assert edit.lens.focal_mm == 85
    assert edit.match.level == 0  # the real background has the person's light already


def test_the_subject_s_distance_comes_from_the_lens_in_the_file() -> None:
    face = astronaut()[1]
    (edit,) = chosen("soften", capture=Capture(focal_length_35mm=50.0))
    assert isinstance(edit, SoftenBackdrop)
    pixels = 50 / np.hypot(24, 36) * np.hypot(512, 512)
    assert edit.lens.subject_m == pytest.approx(pixels * 0.063 / face.eye_distance, abs=0.01)


def test_a_paper_of_any_colour_can_be_asked_for() -> None:
    (edit,) = chosen("studio", color="#123456")
    assert isinstance(edit, StudioBackdrop)
    assert edit.color == "#123456"


@pytest.mark.parametrize(
    ("wall", "hair", "breadth", "paper"),
    [(15, 150, 24, "graphite"), (15, 150, 3, "pearl grey"), (200, 90, 24, "pearl grey")],
)
def test_light_loose_hair_stays_before_a_dark_wall(
    wall: int, hair: int, breadth: int, paper: str
) -> None:
    own, face = astronaut()
    x, y = ((face.iris_left + face.iris_right) / 2).tolist()
    rows, columns = np.mgrid[: own.shape[0], : own.shape[1]]
    away = np.maximum(np.abs(columns - x) / 1.1, y - rows)
    cover = np.clip(0.5 + (75 - away) / breadth, 0, 1)
    pixels = own.copy()
    pixels[away > 60] = hair
    pixels = np.round(wall + cover[..., None] * (pixels.astype(float) - wall)).astype(np.uint8)
    (edit,) = chosen("studio", pixels, alpha=np.round(255 * cover).astype(np.uint8))
    assert isinstance(edit, StudioBackdrop)
    assert edit.paper == paper


def test_a_stated_lens_is_taken() -> None:
    lens = Lens(focal_mm=135, f_number=2.8, subject_m=2.0, background_m=8.0, blades=5)
    (edit,) = chosen("soften", lens=lens)
    assert isinstance(edit, SoftenBackdrop)
    assert edit.lens == lens


def test_a_black_and_white_person_stands_before_grey() -> None:
    grey = np.repeat(astronaut()[0].mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2)
    (edit,) = chosen("studio", grey, "creative")
    assert isinstance(edit, StudioBackdrop)
    red, green, blue = bytes.fromhex(edit.color[1:])
    assert red == green == blue
    assert (edit.match.red_stops, edit.match.blue_stops) == (0, 0)


def test_the_user_s_photograph_is_looked_at(tmp_path: Path) -> None:
    room = np.repeat(np.tile(np.linspace(60, 200, 900).astype(np.uint8), (600, 1))[..., None], 3, 2)
    cv2.imwrite(str(tmp_path / "office.png"), room)
    (edit,) = chosen("photo", path=str(tmp_path / "office.png"))
    assert isinstance(edit, PhotoBackdrop)
    assert edit.horizon == pytest.approx(0.46)
    assert edit.match.grain is not None
    assert 0 < edit.across < 1
