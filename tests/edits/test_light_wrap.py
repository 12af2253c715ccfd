"""Oracles: compositing by hand; opaque pixels bit by bit; noise of the strength asked for."""

from __future__ import annotations

import numpy as np
import pytest

from catchlight.color import encode_srgb
from catchlight.edits import Grain, Scene
from catchlight.edits.light_wrap import composite
from catchlight.errors import RecipeError

SIZE = (90, 80)


def scene(color: float = 0.1, **changes: object) -> Scene:
    person = np.full((*SIZE, 3), color, np.float32)
    alpha = np.zeros(SIZE, np.float32)
    alpha[:, 40:] = 1
    alpha[:, 30:40] = 0.5
    linear = np.random.default_rng(0).uniform(0, 1, (*SIZE, 3)).astype(np.float32)
    values: dict[str, object] = {"person": person} | changes
    return Scene(linear, alpha, (40.0, 30.0), 20.0, **values)  # type: ignore[arg-type]


def made(source: Scene, level: float, **options: object) -> np.ndarray:
    behind = np.full((*SIZE, 3), level, np.float32)
    out = np.empty_like(behind)
    composite(source, behind, out=out, **options)  # type: ignore[arg-type]
    return out


def test_composites_in_linear_light() -> None:
    out = made(scene(), 0.5, wrap=0.0)
    np.testing.assert_allclose(out[:, 30:40], 0.3, atol=1e-6)
    np.testing.assert_allclose(out[:, :30], 0.5, atol=1e-6)


def test_the_person_is_bit_identical() -> None:
    source = scene(0.123)
    assert source.person is not None
    out = made(source, 0.9, grain=Grain(), veil=(0.02, 0.02, 0.02), wrap=1.0)
    np.testing.assert_array_equal(out[:, 40:], source.person[:, 40:])


def test_light_wraps_only_where_the_backdrop_is_brighter() -> None:
    assert made(scene(0.1), 0.8, wrap=0.5)[0, 35, 0] > made(scene(0.1), 0.8, wrap=0.0)[0, 35, 0]
    np.testing.assert_array_equal(made(scene(0.6), 0.2, wrap=0.5), made(scene(0.6), 0.2, wrap=0.0))


def test_black_is_as_black_as_the_photograph_s() -> None:
    out = made(scene(), 0.0, veil=(0.010, 0.012, 0.02))
    np.testing.assert_allclose(out[0, 0], (0.010, 0.012, 0.02), atol=1e-6)
    np.testing.assert_allclose(made(scene(), 1.0, veil=(0.02, 0.02, 0.02))[0, 0], 1.0, atol=1e-6)


@pytest.mark.parametrize("level", [0.05, 0.2, 0.6])
def test_grain_has_its_strength_in_encoded_values(level: float) -> None:
    alpha = np.zeros((512, 512), np.float32)
    blank = np.zeros((512, 512, 3), np.float32)
    out = np.empty_like(blank)
    grain = Grain(luma=(0.01,) * 5, chroma=0.0)
    whole = Scene(blank, alpha, (9.0, 9.0), 9.0, blank)
    composite(whole, np.full_like(blank, level), grain=grain, out=out)
    assert encode_srgb(out).std() == pytest.approx(0.01, rel=0.05)


def test_grain_lies_still_on_the_photograph() -> None:
    """Another crop of the same photograph has the same grain in the same place."""
    grain = Grain(luma=(0.02,) * 5)
    whole = made(scene(), 0.3, grain=grain)
    moved = made(scene(origin=(7, 5)), 0.3, grain=grain)
    np.testing.assert_array_equal(whole[5:, 7:30], moved[:-5, :23])


def test_strength_blends_with_what_was_there() -> None:
    source = scene()
    half = made(source, 0.5, strength=0.5)[:, :30]
    np.testing.assert_allclose(half, 0.5 * source.linear[:, :30] + 0.25, atol=1e-6)


def test_in_place_gives_the_same() -> None:
    source = scene()
    apart = made(source, 0.4, grain=Grain())
    behind = np.full((*SIZE, 3), 0.4, np.float32)
    composite(source, behind, grain=Grain(), out=source.linear)
    np.testing.assert_array_equal(apart, source.linear)


def test_without_a_matte_it_says_so() -> None:
    bare = Scene(np.zeros((8, 8, 3), np.float32), None, (4.0, 4.0), 2.0)
    with pytest.raises(RecipeError, match="matte"):
        composite(bare, bare.linear, out=bare.linear)
