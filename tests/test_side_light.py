"""Oracles: a painted face and the astronaut under a run of colour of known size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from catchlight.side_light import side_light
from catchlight.skin import FaceView, face_view

from .faces_of_data import astronaut, painted_view

WHITES = tuple(0.3 * 2.0**v for v in (0.265, 0.0, -0.052))
SKIN = tuple(0.2 * 2.0**v for v in (0.75, 0.0, -0.386))


def tinted(view: FaceView, red: float, blue: float, *, whites: bool = True) -> FaceView:
    """The face under light that runs so many stops for each eye distance to the right."""
    middle = float((view.points[468, 0] + view.points[473, 0]) / 2)
    u = (np.arange(view.linear.shape[1]) + 0.5 - middle) / 120
    gains = np.exp2(np.stack([red * u, 0 * u, blue * u], axis=-1))[None]
    linear = view.linear * gains.astype(np.float32)
    if not whites:
        linear = np.where(view.whites[..., None], view.linear, linear)
    return FaceView(linear.astype(np.float32), view.points, view.clipped, view.scale)


def face(kind: str) -> FaceView:
    if kind == "painted":
        return painted_view(SKIN, WHITES)  # type: ignore[arg-type]
    pixels, found = astronaut()
    return face_view(pixels, found)


@pytest.mark.parametrize("kind", ["painted", "astronaut"])
@pytest.mark.parametrize(("red", "blue"), [(0.25, -0.4), (-0.3, 0.5), (0.1, -0.15)])
def test_a_planted_run_is_read(kind: str, red: float, blue: float) -> None:
    plain, found = side_light(face(kind)), side_light(tinted(face(kind), red, blue))
    assert plain is not None
    assert found is not None
    assert found.red - plain.red == pytest.approx(red, abs=0.06)
    assert found.blue - plain.blue == pytest.approx(blue, abs=0.06)


def test_clear_runs_are_mixed_light_and_faint_ones_are_not() -> None:
    for run, mixed in ((0.3, True), (-0.3, True), (0.05, False), (0.0, False)):
        found = side_light(tinted(face("painted"), run, -1.6 * run))
        assert found is not None
        assert found.mixed is mixed


def test_red_without_blue_is_no_lamp() -> None:
    """A flushed or shaded cheek is redder and hardly less blue."""
    found = side_light(tinted(face("painted"), 0.5, -0.15))
    assert found is not None
    assert abs(found.across) > 0.5
    assert not found.mixed


def test_skin_alone_is_not_believed() -> None:
    found = side_light(tinted(face("painted"), 0.3, -0.5, whites=False))
    assert found is not None
    assert abs(found.across) > 0.5
    assert not found.mixed


def test_a_face_in_the_dark_on_one_side_is_told_by_its_stops() -> None:
    view = painted_view(SKIN, WHITES, stops_across=1.0)  # type: ignore[arg-type]
    found = side_light(view)
    assert found is not None
    assert 0.6 < found.stops < 1.6
    assert found.pivot > 0


@pytest.mark.parametrize("shift", [(0, 400), (0, -420), (350, 0), (-380, 0)])
def test_cheeks_beside_the_view_are_not_read(shift: tuple[int, int]) -> None:
    """As of a close profile: half of the landmarks lie where the photo has nothing."""
    view = face("painted")
    moved = view.points + np.array(shift, np.float32)
    found = side_light(replace(view, points=moved))
    assert found is None or np.isfinite([found.red, found.blue]).all()
