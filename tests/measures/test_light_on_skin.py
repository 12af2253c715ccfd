"""Oracle: painted faces with known shine, clipping and shaded eyes."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import cv2
import numpy as np
import pytest

from catchlight.measures.eye_sockets import eye_sockets
from catchlight.measures.face_skin import face_skin
from catchlight.measures.shine import shine
from catchlight.measures.skin_clipping import skin_clipping
from catchlight.measures.subject import Subject
from catchlight.photo import Photo
from catchlight.skin import FaceView

from ..faces_of_data import astronaut, painted_view
from ..lit_face import lit

SKINS = [(0.45, 0.30, 0.23), (0.30, 0.18, 0.13), (0.09, 0.055, 0.042)]
WHITES = (0.37, 0.34, 0.33)


def of(view: FaceView) -> Subject:
    return Subject(cast(Photo, None), astronaut()[1], (), view)


def spots(view: FaceView, share: float, white: float) -> FaceView:
    """Add mirror-like spots to this share of the face's skin."""
    skin = face_skin(view)
    wanted = share * skin.sum()
    spot = np.zeros(skin.shape, np.uint8)
    for centre in (9, 151, 4, 50, 280, 197, 108, 337, 101, 330):
        x, y = view.points[centre]
        radius = float(np.sqrt(wanted / 10 / np.pi))
        cv2.circle(spot, (round(float(x)), round(float(y))), round(radius), 1, -1)
    linear = view.linear + white * (spot > 0)[..., None].astype(np.float32)
    return replace(view, linear=np.minimum(linear, 1.0).astype(np.float32))


def test_the_mask_is_of_skin_alone() -> None:
    view = painted_view(SKINS[1], WHITES)
    skin = face_skin(view)
    assert 0.15 < skin.mean() < 0.6
    for landmark, inside in ((50, True), (151, True), (468, False), (13, False), (105, False)):
        x, y = view.points[landmark].astype(int)
        assert skin[y, x] == inside
    assert face_skin(view, 4).mean() == pytest.approx(skin.mean(), rel=0.05)


@pytest.mark.parametrize("skin", SKINS)
def test_matt_skin_does_not_shine(skin: tuple[float, float, float]) -> None:
    found = shine(of(painted_view(skin, WHITES)))
    assert found.verdict == "matt"
    assert found.score == 100


@pytest.mark.parametrize("skin", SKINS)
def test_shine_is_the_share_of_the_skin(skin: tuple[float, float, float]) -> None:
    found = shine(of(spots(painted_view(skin, WHITES), 0.2, 0.35)))
    assert found.value == pytest.approx(0.2, abs=0.07)
    assert found.verdict == "shiny"
    assert (found.score or 100) < 75


def test_a_bright_side_is_no_shine() -> None:
    found = shine(of(painted_view(SKINS[1], WHITES, stops_across=2.0)))
    assert found.verdict == "matt"


def test_black_and_white_can_not_be_assessed_for_shine() -> None:
    found = shine(of(painted_view((0.2, 0.2, 0.2), (0.34, 0.34, 0.34))))
    assert found.status == "could_not_assess"


@pytest.mark.parametrize(("share", "verdict"), [(0.0, "none"), (0.04, "some"), (0.3, "much")])
def test_clipped_skin_is_counted(share: float, verdict: str) -> None:
    view = painted_view(SKINS[0], WHITES)
    rows = np.flatnonzero(face_skin(view).any(axis=1))
    skin = face_skin(view)
    upto = rows[0] + int(np.searchsorted(np.cumsum(skin.sum(axis=1)[rows]) / skin.sum(), share))
    clipped = np.zeros_like(view.clipped)
    if share:
        clipped[: upto + 1] = True
    found = skin_clipping(of(replace(view, clipped=clipped)))
    assert found.value == pytest.approx(share, abs=0.02)
    assert found.verdict == verdict
    assert ((found.score or 0) < 75) == (verdict == "much")


def test_sockets_darken_under_a_high_light() -> None:
    levels = [
        eye_sockets(lit(key_azimuth=0, key_elevation=e, key_to_fill_stops=3.0, key_size_deg=4))
        for e in (0, 40, 65)
    ]
    stops = [level.value or 0.0 for level in levels]
    assert stops[0] < stops[1] < stops[2]
    assert levels[0].verdict == "open"


def test_painted_shadows_in_the_sockets_are_measured() -> None:
    view = painted_view(SKINS[1], WHITES)
    band = np.ones(view.linear.shape[:2], np.float32)
    top, bottom = (int(view.points[k][1]) for k in (105, 50))
    band[top : (top + 2 * bottom) // 3] = 0.25
    found = eye_sockets(of(replace(view, linear=view.linear * band[..., None])))
    assert found.value == pytest.approx(2.0, abs=0.3)
    assert found.verdict == "dark"
    assert (found.score or 100) < 75
