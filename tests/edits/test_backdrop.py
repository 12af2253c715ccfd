"""Oracles: alpha compositing by hand; opaque pixels bit-identical; light from the right side."""

from __future__ import annotations

import numpy as np
import pytest

from catchlight.color import to_linear
from catchlight.edits import PhotoBackdrop, Scene, SoftenBackdrop, StudioBackdrop
from catchlight.edits.backdrop import blur_behind, disc_blur, paper_light
from catchlight.errors import RecipeError

SIZE = (240, 200)


def picture() -> Scene:
    rng = np.random.default_rng(3)
    linear = rng.uniform(0, 1, (*SIZE, 3)).astype(np.float32)
    alpha = np.zeros(SIZE, np.float32)
    alpha[60:, 60:140] = 1
    alpha[60:, 55:60] = 0.5
    return Scene(linear, alpha, (100.0, 100.0), 30.0, person=linear)


def studio(**changes: object) -> StudioBackdrop:
    values: dict[str, object] = {"paper": "grey", "color": "#808890", "gradient": 0.8, "key": 0.0}
    values |= {"falloff": 0.3, "grain": 0.0}
    return StudioBackdrop(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("edit", [studio(), SoftenBackdrop(blur=0.5)])
def test_the_person_is_bit_identical(edit: StudioBackdrop | SoftenBackdrop) -> None:
    source = picture()
    out = edit.apply(source).linear
    solid = source.alpha == 1
    np.testing.assert_array_equal(out[solid], source.linear[solid])


def test_composites_in_linear_light() -> None:
    source = picture()
    out = studio(gradient=0, falloff=0).apply(source).linear
    paper = to_linear(np.array([[[0x80, 0x88, 0x90]]], np.uint8))[0, 0]
    expected = 0.5 * source.linear[100, 57] + 0.5 * paper
    np.testing.assert_allclose(out[100, 57], expected, atol=2e-3)
    np.testing.assert_allclose(out[5, 5], paper, atol=2e-3)


@pytest.mark.parametrize(("key", "brighter"), [(1.0, slice(160, 200)), (-1.0, slice(0, 40))])
def test_paper_is_brighter_on_the_key_side(key: float, brighter: slice) -> None:
    source = picture()
    out = studio(key=key, mottle=0.0).apply(source).linear[:50].mean(axis=(0, 2))
    darker = slice(0, 40) if key > 0 else slice(160, 200)
    assert out[brighter].mean() > 1.05 * out[darker].mean()


def test_gradient_has_the_stops_that_were_asked() -> None:
    light = paper_light(gradient=1.0, key=1.0, falloff=0.0, mottle=0.0, seed=1)
    middle = light[256]
    left, right = (int(256 + side * 4 * 512 / 32) for side in (-1, 1))
    assert np.log2(middle[right] / middle[left]) == pytest.approx(1.0, abs=0.05)


def test_the_same_light_at_half_the_size() -> None:
    whole = picture()
    small, alpha = whole.linear[::2, ::2], whole.alpha[::2, ::2]
    half = Scene(small, alpha, (50.0, 50.0), 15.0, person=small)
    edit = studio(key=0.7, mottle=0.2)
    large = edit.apply(whole).linear[:50:2, ::2]
    np.testing.assert_allclose(large, edit.apply(half).linear[:25], rtol=0.02)


def test_no_person_leaks_into_the_blur() -> None:
    linear = np.full((200, 200, 3), 0.2, np.float32)
    alpha = np.zeros((200, 200), np.float32)
    alpha[80:, 70:130] = 1
    linear[alpha == 1] = (1.0, 0.0, 0.0)
    behind = blur_behind(linear, alpha, 24)
    np.testing.assert_allclose(behind, 0.2, atol=0.01)


def test_disc_blur_spreads_a_point_over_a_disc() -> None:
    point = np.zeros((101, 101), np.float32)
    point[50, 50] = 1
    out = disc_blur(point, 20)
    assert out.sum() == pytest.approx(1, abs=1e-3)
    y, x = np.nonzero(out > 0.5 * out.max())
    assert np.hypot(x - 50, y - 50).max() == pytest.approx(10, abs=1)
    assert len(x) == pytest.approx(np.pi * 100, rel=0.05)


def test_a_flat_picture_is_flat_after_any_blur() -> None:
    flat = np.full((90, 120, 3), 0.37, np.float32)
    np.testing.assert_allclose(disc_blur(flat, 55), 0.37, rtol=1e-4)


def test_backdrop_photo_fills_the_frame_and_keeps_the_person() -> None:
    source = picture()
    plate = np.full((60, 90, 3), 0.25, np.float32)
    given = Scene(
        source.linear, source.alpha, source.eyes, source.eye_distance, source.linear, plate
    )
    edit = PhotoBackdrop(path="office.jpg", sha256="0" * 64, grain=0.0)
    out = edit.apply(given).linear
    np.testing.assert_allclose(out[source.alpha == 0], 0.25, rtol=1e-3)
    np.testing.assert_array_equal(out[source.alpha == 1], source.linear[source.alpha == 1])


@pytest.mark.parametrize("edit", [studio(), SoftenBackdrop(blur=0.5)])
def test_without_a_matte_it_says_so(edit: StudioBackdrop | SoftenBackdrop) -> None:
    bare = Scene(np.zeros((8, 8, 3), np.float32), None, (4.0, 4.0), 2.0)
    with pytest.raises(RecipeError, match="matte"):
        edit.apply(bare)


def test_the_same_grain_every_time() -> None:
    source = picture()
    edit = studio(grain=0.02)
    np.testing.assert_array_equal(edit.apply(source).linear, edit.apply(source).linear)
    noise = edit.apply(source).linear[:50, :50, 0] / studio().apply(source).linear[:50, :50, 0]
    assert noise.std() == pytest.approx(0.02, rel=0.2)
