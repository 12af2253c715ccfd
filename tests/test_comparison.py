"""Oracles: turning, cutting and rounding are no edit, however hard the detail; cheats still are."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pytest

from catchlight import render as renderer
from catchlight.bounds import Reading
from catchlight.color import to_encoded, to_linear
from catchlight.ledger import compare, geometry, skin_color, skin_texture
from catchlight.ledger_marks import changed_spots, face_skin, healed
from catchlight.recipe import CropBox, Facts, Output, Recipe, Source
from catchlight.render import render, render_output, to_photo

from .painted_skin import HEIGHT, WIDTH, at, face, skin

FRAME = (WIDTH, HEIGHT)


@cache
def bearded() -> np.ndarray:
    """A stubble of bright and dark hairs a pixel wide in hard light, (H, W, 3) uint8."""
    rng = np.random.default_rng(4)
    hairs = np.zeros((HEIGHT, WIDTH), np.float32)
    for x, y, angle in zip(
        rng.uniform(150, 610, 3600), rng.uniform(440, 800, 3600), rng.uniform(0, 3.2, 3600),
        strict=True,
    ):  # fmt: skip
        end = (int(x + 9 * np.cos(angle)), int(y + 9 * np.sin(angle)))
        cv2.line(hairs, (int(x), int(y)), end, float(rng.choice((-2.0, 1.2))), 1)
    light = np.repeat(hairs[..., None], 3, axis=2)
    return to_encoded(np.clip(skin(stops=light), 0, 1), np.uint8)


def recipe(rotation: float, size: float = 1.0) -> Recipe:
    output = Output(
        name="headshot",
        file="headshot.png",
        format="png",
        crop=CropBox(center=(0.5, 0.5), width=720 / WIDTH, height=840 / HEIGHT),
        width=round(720 * size),
        height=round(840 * size),
    )
    eyes = (face().iris_right / FRAME, face().iris_left / FRAME)
    return Recipe(
        look="corporate",
        source=Source(path="a.png", sha256="0" * 64, width=WIDTH, height=HEIGHT),
        facts=Facts(eye_right=tuple(eyes[0].tolist()), eye_left=tuple(eyes[1].tolist())),
        edits=(),
        outputs=(output,),
        rotation=rotation,
    )


def finished(plan: Recipe) -> np.ndarray:
    return render_output(render(bearded(), plan), plan.outputs[0])


def measured(plan: Recipe, after: np.ndarray) -> dict[str, Reading]:
    pair = compare(bearded(), face(), None, after, to_photo(plan, plan.outputs[0], FRAME))
    area = face_skin(pair)
    spots = changed_spots(pair, area)
    readings = (
        geometry(pair), skin_color(pair), skin_texture(pair), healed(pair, area, spots)
    )  # fmt: skip
    return {reading.bound.name: reading for reading in readings}


@pytest.mark.parametrize(("rotation", "size"), [(0.0, 1.0), (-6.0, 1.0), (1.3, 0.6)])
def test_a_picture_that_was_only_framed_is_untouched(rotation: float, size: float) -> None:
    plan = recipe(rotation, size)
    found = measured(plan, finished(plan))
    assert found["geometry"].value == pytest.approx(0, abs=1e-3)
    assert found["skin_color"].value == pytest.approx(0, abs=0.01)
    assert found["skin_texture"].value == pytest.approx(1, abs=1e-3)
    assert found["healed"].value == 0


def warped(picture: np.ndarray, growth: float) -> np.ndarray:
    """Cheeks and jaw wider by a share, fading out."""
    y, x = np.mgrid[: picture.shape[0], : picture.shape[1]].astype(np.float32)
    dx, dy = x - 360, y - 480
    weight = np.exp(-(dx * dx + dy * dy) / (2 * 180**2))
    return cv2.remap(picture, x - growth * dx * weight, y, cv2.INTER_CUBIC)


def smoothed(picture: np.ndarray) -> np.ndarray:
    return to_encoded(cv2.GaussianBlur(to_linear(picture), (0, 0), 1.2), np.uint8)


def patched(picture: np.ndarray) -> np.ndarray:
    """A cheek replaced by the skin beside it, about 2 % of the face's."""
    out = picture.copy()
    x, y = (int(v) for v in at(50))
    soft = cv2.GaussianBlur(picture[y - 40 : y + 40, x - 40 : x + 40], (0, 0), 15)
    out[y - 40 : y + 40, x - 40 : x + 40] = soft
    return out


def test_cheats_are_still_seen() -> None:
    plan = recipe(-6.0)
    honest = finished(plan)
    assert measured(plan, warped(honest, -0.03))["geometry"].status == "exceeded"
    assert measured(plan, smoothed(honest))["skin_texture"].status == "exceeded"
    assert measured(plan, patched(honest))["healed"].status == "exceeded"


def test_a_renderer_that_turns_otherwise_than_declared_is_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan = recipe(-6.0)
    turned = renderer._turned
    monkeypatch.setattr(renderer, "_turned", lambda *given: turned(*given[:-1], given[-1] + 0.5))
    assert measured(plan, finished(plan))["geometry"].status == "exceeded"
