"""Blurred wall beside sharp hair: paintings with known mattes, colours alike on both sides."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from catchlight import matte
from catchlight.defocus import detail, out_of_focus
from catchlight.matte import cut_out

from .painted_person import body, coarse, oval_face

SHAPE = (560, 560)
FACE = oval_face(280, 180, 60)
TRUTH = body(SHAPE, FACE)


def greys(blur: float, seed: int) -> NDArray[np.float64]:
    """Grey noise of mean 90 and deviation 35, as fine as `blur` pixels."""
    noise = np.random.default_rng(seed).normal(0, 1, SHAPE)
    smooth = cv2.GaussianBlur(noise, (0, 0), blur)
    return np.asarray(90 + 35 * smooth / smooth.std())


def portrait(wall_blur: float) -> NDArray[np.uint8]:
    mixed = TRUTH * greys(0.8, 1) + (1 - TRUTH) * greys(wall_blur, 2)
    return np.clip(mixed, 0, 255).astype(np.uint8)[..., None].repeat(3, axis=2)


def outside(least: float, most: float) -> NDArray[np.bool_]:
    """Between two distances in pixels from the head's outline, above the ears."""
    away = cv2.distanceTransform((TRUTH < 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    rows = np.arange(SHAPE[0])[:, None]
    return (away > least) & (away < most) & (rows < 160)


def found(wall_blur: float) -> NDArray[np.float32]:
    seen = coarse(portrait(wall_blur), TRUTH, blur=3, cells=1e6)
    return out_of_focus(seen.probability, seen.image, FACE, seen.grid)


def test_detail_falls_by_an_octave_when_contrast_is_halved() -> None:
    image = portrait(0.8)
    half = (image // 2 + 64).astype(np.uint8)
    assert np.median(detail(image) - detail(half)) == pytest.approx(1, abs=0.05)


def test_blurred_wall_of_the_hairs_colours_is_found() -> None:
    assert np.median(found(12.0)[outside(5, 20)]) > 0.95


def test_wall_as_sharp_as_the_hair_tells_nothing() -> None:
    assert found(0.8).max() < 0.1


def test_nothing_well_inside_the_mask_is_taken_for_wall_and_hardly_anything_at_its_edge() -> None:
    deep = cv2.erode((TRUTH == 1).astype(np.uint8), np.ones((13, 13), np.uint8)) > 0
    taken = found(12.0)
    assert taken[deep].max() == 0
    edge = (TRUTH == 1) & ~deep
    assert taken[edge].mean() < 0.01
    assert (taken[edge] > 0.5).sum() == 0


def test_no_tuft_of_wall_grows_out_of_hair_whose_mask_is_blurred(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    image = portrait(12.0)
    answer = coarse(image, TRUTH, blur=8, cells=1e6)
    monkeypatch.setattr(matte, "segment", lambda *_args, **_options: answer)
    beside = outside(4, 16)
    with_it = float(cut_out(image, FACE).alpha[beside].mean())
    nothing = np.zeros(answer.grid.shape, np.float32)
    monkeypatch.setattr(matte, "out_of_focus", lambda *_args: nothing)
    without = float(cut_out(image, FACE).alpha[beside].mean())
    assert with_it < 0.02
    assert without > 2 * with_it
