"""Oracle: reflections of known size laid over the eyes of a real and of painted faces."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from catchlight import faces
from catchlight.landmarks import IRIS_LEFT, IRIS_RIGHT, IRIS_RING_RIGHT
from catchlight.measures.glasses import glasses_glare, iris_covered
from catchlight.photo import read
from catchlight.skin import FaceView, face_view

from ..faces_of_data import astronaut, painted_view
from ..painted_scene import subject_of

SKINS = [(0.45, 0.30, 0.24), (0.22, 0.12, 0.08), (0.07, 0.035, 0.022)]
WHITES = (0.30, 0.27, 0.25)


def with_reflection(
    view: FaceView,
    iris: int,
    *,
    half: tuple[int, int],
    aside: tuple[float, float] = (0.0, 0.0),
    strength: float = 1.0,
) -> FaceView:
    """A view with a white rectangle added over an eye, as a pane before it would reflect one."""
    linear = view.linear.copy()
    x, y = (round(float(v)) for v in view.points[iris] + aside)
    part = linear[y - half[1] : y + half[1], x - half[0] : x + half[0]]
    part += strength * 0.6
    return replace(view, linear=np.clip(linear, 0, 1))


@pytest.mark.parametrize("skin", SKINS)
@pytest.mark.parametrize("iris", [IRIS_RIGHT, IRIS_LEFT])
def test_glare_over_one_eye(skin: tuple[float, float, float], iris: int) -> None:
    pixels, face = astronaut()
    plain = painted_view(skin, WHITES)
    assert glasses_glare(subject_of(pixels, face, view=plain)).verdict == "clear"
    view = with_reflection(plain, iris, half=(22, 14))
    measure = glasses_glare(subject_of(pixels, face, view=view))
    assert measure.name == "GlassesGlare"
    assert measure.verdict == "glare"
    assert measure.value == pytest.approx(1, abs=0.05)
    assert ("right" if iris == IRIS_RIGHT else "left") in measure.reason
    assert measure.score is not None
    assert measure.score < 75


@pytest.mark.parametrize("iris", [IRIS_RIGHT, IRIS_LEFT])
def test_on_a_real_face(iris: int) -> None:
    pixels, face = astronaut()
    plain = face_view(pixels, face)
    assert glasses_glare(subject_of(pixels, face, view=plain)).verdict == "clear"
    for half in ((25, 18), (14, 25)):
        view = with_reflection(plain, iris, half=half, strength=1.5)
        assert glasses_glare(subject_of(pixels, face, view=view)).verdict == "glare"


def test_the_share_is_measured() -> None:
    plain = painted_view(SKINS[1], WHITES)
    radius = float(
        np.linalg.norm(
            plain.points[list(IRIS_RING_RIGHT)] - plain.points[IRIS_RIGHT], axis=1
        ).mean()
    )
    # A pane's edge through the iris's middle covers half of it.
    view = with_reflection(plain, IRIS_RIGHT, half=(15, 30), aside=(15.0, 0.0))
    share = iris_covered(view, 0.27)[0]
    assert share == pytest.approx(0.5, abs=0.12)
    # A catchlight a quarter of the iris broad covers a sixteenth.
    small = round(radius / 4)
    view = with_reflection(plain, IRIS_RIGHT, half=(small, small), aside=(0.0, -radius / 3))
    share = iris_covered(view, 0.27)[0]
    assert share is not None
    assert share < 0.2


def test_sun_on_the_skin_is_no_glare() -> None:
    pixels, face = astronaut()
    plain = painted_view(SKINS[0], WHITES)
    linear = plain.linear.copy()
    x, y = (round(float(v)) for v in plain.points[IRIS_LEFT])
    linear[y - 60 : y + 60, x - 50 : x + 50] *= 2.5  # irises stay dark in the sun
    view = replace(plain, linear=np.clip(linear, 0, 1))
    assert glasses_glare(subject_of(pixels, face, view=view)).verdict == "clear"


def test_cannot_be_assessed() -> None:
    pixels, face = astronaut()
    view = painted_view(SKINS[0], WHITES)
    assert not glasses_glare(subject_of(pixels, face, view=replace(view, scale=5.0))).ok
    turned = replace(face, yaw=50.0)
    assert not glasses_glare(subject_of(pixels, turned, view=view)).ok
    black = replace(view, linear=np.zeros_like(view.linear))
    assert not glasses_glare(subject_of(pixels, face, view=black)).ok
    dark = view.linear.copy()
    for iris in (IRIS_RIGHT, IRIS_LEFT):
        mask = np.zeros(dark.shape[:2], np.uint8)
        centre = (round(float(view.points[iris][0])), round(float(view.points[iris][1])))
        cv2.circle(mask, centre, 50, 1, -1)
        dark[mask > 0] *= 0.1
    shaded = glasses_glare(subject_of(pixels, face, view=replace(view, linear=dark)))
    assert not shaded.ok
    assert "dark glasses" in shaded.reason


@pytest.mark.shared
def test_clear_glasses_are_clear(shared: Path) -> None:
    for name in ("4065842143_71bd1d0b2f_o.jpg", "14996438642_58c976f957_o.jpg"):
        pixels = read(shared / "matting/ppm100/image" / name, max_side=1600).pixels
        pixels = pixels.astype(np.uint8)
        face = faces.find(pixels)[0]
        plain = face_view(pixels, face)
        assert glasses_glare(subject_of(pixels, face, view=plain)).verdict == "clear"
        glare = with_reflection(plain, IRIS_LEFT, half=(20, 14), strength=1.5)
        assert glasses_glare(subject_of(pixels, face, view=glare)).verdict == "glare"
