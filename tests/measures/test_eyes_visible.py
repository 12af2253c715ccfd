"""Oracle: strands and dark lenses painted on flat faces of known skin."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from catchlight import faces
from catchlight.landmarks import IRIS_LEFT, IRIS_RIGHT
from catchlight.measures.eyes_visible import dark_glasses, eyes_visible, hair_over
from catchlight.measures.subject import Subject
from catchlight.photo import read
from catchlight.skin import FaceView, face_view

from ..faces_of_data import astronaut, painted_view
from ..painted_scene import subject_of

LIGHT, MEDIUM, DARK = (0.45, 0.30, 0.24), (0.22, 0.12, 0.08), (0.07, 0.035, 0.022)
SKINS = [LIGHT, MEDIUM, DARK]
WHITES = (0.30, 0.27, 0.25)


def subject(view: FaceView) -> Subject:
    pixels, face = astronaut()
    return subject_of(pixels, face, view=view)


def with_line(
    view: FaceView,
    iris: int,
    *,
    lean: float = 0.0,
    width: int = 3,
    darker: float = 2.5,
    length: tuple[int, int] = (-60, 90),
    aside: int = 0,
    across: bool = False,
) -> FaceView:
    """A view with a line painted over one eye, `darker` stops below what it covers.

    It leans by so many degrees and runs from `length[0]` above to `length[1]` below the iris.
    """
    linear = view.linear.copy()
    x, y = view.points[iris] + (aside, 0)
    t = np.tan(np.radians(lean))
    ends = [(x + t * dy, y + dy) for dy in length]
    if across:
        ends = [(x + dy, y + 40) for dy in length]
    line = np.zeros(linear.shape[:2], np.uint8)
    cv2.line(line, *[(round(float(a)), round(float(b))) for a, b in ends], 255, width, cv2.LINE_AA)
    cover = (line.astype(np.float32) / 255)[..., None]
    return replace(view, linear=(linear * (1 - cover * (1 - 2**-darker))).astype(np.float32))


@pytest.mark.parametrize("skin", SKINS)
def test_plain_faces_are_visible(skin: tuple[float, float, float]) -> None:
    measure = eyes_visible(subject(painted_view(skin, WHITES)))
    assert (measure.name, measure.verdict, measure.score) == ("EyesVisible", "visible", 100.0)


@pytest.mark.parametrize("skin", SKINS)
@pytest.mark.parametrize("lean", [-30.0, 0.0, 20.0])
@pytest.mark.parametrize("iris", [IRIS_RIGHT, IRIS_LEFT])
def test_strands(skin: tuple[float, float, float], lean: float, iris: int) -> None:
    view = with_line(painted_view(skin, WHITES), iris, lean=lean)
    measure = eyes_visible(subject(view))
    assert measure.verdict == "hair over an eye"
    assert ("right" if iris == IRIS_RIGHT else "left") in measure.reason
    assert measure.score is not None
    assert measure.score < 75


@pytest.mark.parametrize("skin", SKINS[1:])
def test_light_strands_on_darker_skin(skin: tuple[float, float, float]) -> None:
    view = with_line(painted_view(skin, WHITES), IRIS_LEFT, lean=15, darker=-1.2, width=4)
    assert eyes_visible(subject(view)).verdict == "hair over an eye"


def test_contrast_in_stops() -> None:
    plain = painted_view(LIGHT, WHITES)
    found = [hair_over(with_line(plain, IRIS_LEFT, darker=d, width=5))[1] for d in (0.5, 1.0, 2.0)]
    # A twentieth of the skin's luminance is added before the logarithm, against noise.
    expected = [np.log2(1.05 / (2**-d + 0.05)) for d in (0.5, 1.0, 2.0)]
    assert found == pytest.approx(expected, rel=0.2)


def test_what_is_no_strand() -> None:
    plain = painted_view(MEDIUM, WHITES)
    lashes = with_line(plain, IRIS_LEFT, length=(-10, 25))
    wrinkle = with_line(plain, IRIS_LEFT, across=True, length=(-40, 40))
    beside = with_line(plain, IRIS_LEFT, aside=45)
    shadow = with_line(plain, IRIS_LEFT, width=44, aside=30)
    for view in (lashes, wrinkle, beside, shadow):
        assert eyes_visible(subject(view)).verdict == "visible"


def with_lenses(view: FaceView, transmission: float, *, eyes: tuple[int, ...]) -> FaceView:
    linear = view.linear.copy()
    for iris in eyes:
        mask = np.zeros(linear.shape[:2], np.uint8)
        x, y = (round(float(v)) for v in view.points[iris])
        cv2.ellipse(mask, (x, y + 8), (48, 38), 0, 0, 360, 1, -1)
        linear[mask > 0] *= transmission
    return replace(view, linear=linear)


@pytest.mark.parametrize("skin", SKINS)
def test_dark_glasses(skin: tuple[float, float, float]) -> None:
    both = (IRIS_RIGHT, IRIS_LEFT)
    plain = painted_view(skin, WHITES)
    assert dark_glasses(plain) == pytest.approx(1, abs=0.05)
    assert dark_glasses(with_lenses(plain, 0.15, eyes=both)) == pytest.approx(0.15, abs=0.03)
    measure = eyes_visible(subject(with_lenses(plain, 0.15, eyes=both)))
    assert measure.verdict == "dark glasses"
    assert measure.score is not None
    assert measure.score < 30
    tinted = eyes_visible(subject(with_lenses(plain, 0.6, eyes=both)))
    assert tinted.verdict == "visible"
    # One dark eye is a shadow.
    assert eyes_visible(subject(with_lenses(plain, 0.1, eyes=both[:1]))).verdict == "visible"


def test_cannot_be_assessed() -> None:
    view = painted_view(LIGHT, WHITES)
    assert not eyes_visible(subject(replace(view, scale=5.0))).ok
    turned = subject(view)
    assert not eyes_visible(replace(turned, face=replace(turned.face, yaw=50.0))).ok


def test_a_real_face() -> None:
    pixels, face = astronaut()
    assert eyes_visible(subject_of(pixels, face)).verdict == "visible"


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("people/flashface_woman/3.png", "hair over an eye"),
        ("people/flashface_woman/2.png", "visible"),
        ("studio/london_neutral/003_03.jpg", "visible"),
        ("studio/london_neutral/137_03.jpg", "visible"),
        ("matting/ppm100/image/32552705987_fbc78cd29e_o.jpg", "dark glasses"),
        ("matting/ppm100/image/4065842143_71bd1d0b2f_o.jpg", "visible"),
    ],
)
@pytest.mark.parametrize("mirrored", [False, True])
def test_photographs(shared: Path, name: str, verdict: str, mirrored: bool) -> None:
    pixels = read(shared / name, max_side=1600).pixels.astype(np.uint8)
    if mirrored:
        pixels = np.ascontiguousarray(pixels[:, ::-1])
    face = faces.find(pixels)[0]
    assert eyes_visible(subject_of(pixels, face, view=face_view(pixels, face))).verdict == verdict
