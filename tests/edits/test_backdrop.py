"""Oracles: the recipe's numbers found again in the picture; opaque pixels bit-identical."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from catchlight.color import to_linear
from catchlight.edits import (
    Edit,
    Grain,
    Lens,
    Match,
    PhotoBackdrop,
    Scene,
    SoftenBackdrop,
    StudioBackdrop,
)
from catchlight.errors import RecipeError

SIZE = (240, 200)
BARE = Match(wrap=0.0)


def picture(plate: np.ndarray | None = None) -> Scene:
    rng = np.random.default_rng(3)
    linear = rng.uniform(0, 1, (*SIZE, 3)).astype(np.float32)
    alpha = np.zeros(SIZE, np.float32)
    alpha[60:, 60:140] = 1
    alpha[60:, 55:60] = 0.5
    return Scene(linear, alpha, (100.0, 100.0), 30.0, person=linear.copy(), plate=plate)


def studio(**changes: object) -> StudioBackdrop:
    values: dict[str, object] = {"paper": "grey", "color": "#808890", "gradient": 0.8, "key": 0.0}
    values |= {"falloff": 0.3, "match": BARE}
    return StudioBackdrop.model_validate(values | changes)


def photo(**changes: object) -> PhotoBackdrop:
    values: dict[str, object] = {"path": "office.jpg", "sha256": "0" * 64, "match": BARE}
    return PhotoBackdrop.model_validate(values | changes)


def soften(disc: float = 0.5, **changes: object) -> SoftenBackdrop:
    """A softened background with a disc of so many eye distances."""
    number = 85 * (3 / 4.5) / (63 * disc)
    return SoftenBackdrop.model_validate(
        {"lens": Lens(f_number=number, subject_m=1.5, background_m=4.5), "match": BARE} | changes
    )


def office(rows: int = 120, columns: int = 200) -> np.ndarray:
    rng = np.random.default_rng(1)
    small = rng.uniform(0.05, 0.6, (rows // 10, columns // 10, 3)).astype(np.float32)
    return cv2.resize(small, (columns, rows), interpolation=cv2.INTER_CUBIC)


EDITS = [studio(), studio(mottle=0.3), soften(), photo()]


@pytest.mark.parametrize("edit", EDITS)
def test_the_person_is_bit_identical(edit: Edit) -> None:
    source = picture(office())
    out = edit.apply(source).linear
    solid = source.alpha == 1
    np.testing.assert_array_equal(out[solid], source.linear[solid])


@pytest.mark.parametrize("edit", EDITS)
def test_without_strength_nothing_happens(edit: Edit) -> None:
    source = picture(office())
    off = edit.model_copy(update={"strength": 0.0})
    np.testing.assert_array_equal(off.apply(source).linear, source.linear)


@pytest.mark.parametrize("edit", EDITS)
def test_in_place_makes_the_same_and_otherwise_nothing_is_touched(edit: Edit) -> None:
    source, given = picture(office()), picture(office())
    edit = edit.model_copy(update={"match": Match(grain=Grain())})
    apart = edit.apply(source).linear
    np.testing.assert_array_equal(source.linear, given.linear)
    np.testing.assert_array_equal(edit.apply(given, in_place=True).linear, apart)


@pytest.mark.parametrize("edit", EDITS)
def test_without_a_matte_it_says_so(edit: Edit) -> None:
    bare = Scene(np.zeros((8, 8, 3), np.float32), None, (4.0, 4.0), 2.0)
    with pytest.raises(RecipeError, match="matte"):
        edit.apply(bare)


@pytest.mark.parametrize("edit", [studio(key=0.7, mottle=0.3, match=Match()), photo()])
def test_half_the_size_is_the_picture_shrunk(edit: Edit) -> None:
    rng = np.random.default_rng(2)
    small = rng.uniform(0, 1, (12, 10, 3)).astype(np.float32)
    linear = cv2.resize(small, (200, 240), interpolation=cv2.INTER_LINEAR)
    alpha = np.zeros(SIZE, np.float32)
    cv2.ellipse(alpha, (100, 160), (50, 90), 0, 0, 360, 1.0, -1)
    whole = Scene(linear, alpha, (100.0, 100.0), 30.0, linear, office(400, 600))
    size = (100, 120)
    half_linear = cv2.resize(linear, size, interpolation=cv2.INTER_AREA)
    half_alpha = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA)
    half = Scene(half_linear, half_alpha, (50.0, 50.0), 15.0, half_linear, whole.plate, 0.5)
    shrunk = cv2.resize(edit.apply(whole).linear, size, interpolation=cv2.INTER_AREA)
    off = np.abs(edit.apply(half).linear - shrunk)
    assert off.mean() < 0.004
    assert np.quantile(off, 0.99) < 0.03


def test_paper_has_its_colour_where_the_light_is_even() -> None:
    out = studio(gradient=0, falloff=0).apply(picture()).linear
    paper = to_linear(np.array([[[0x80, 0x88, 0x90]]], np.uint8))[0, 0]
    np.testing.assert_allclose(out[5, 5], paper, atol=1e-4)


@pytest.mark.parametrize(("key", "brighter"), [(1.0, slice(160, 200)), (-1.0, slice(0, 40))])
def test_paper_is_brighter_on_the_key_side(key: float, brighter: slice) -> None:
    out = studio(key=key).apply(picture()).linear[:50].mean(axis=(0, 2))
    darker = slice(0, 40) if key > 0 else slice(160, 200)
    assert out[brighter].mean() > 1.05 * out[darker].mean()


@pytest.mark.parametrize("edit", [studio(gradient=0, falloff=0), photo()])
def test_level_and_colour_of_the_light_are_the_person_s(edit: Edit) -> None:
    plate = np.full((120, 200, 3), 0.2, np.float32)
    plain = edit.apply(picture(plate)).linear[5, 5]
    lit = edit.model_copy(
        update={"match": Match(level=-0.5, red_stops=0.3, blue_stops=-0.4, wrap=0.0)}
    )
    found = np.log2(lit.apply(picture(plate)).linear[5, 5] / plain)
    assert found[0] - found[1] == pytest.approx(0.3, abs=1e-3)
    assert found[2] - found[1] == pytest.approx(-0.4, abs=1e-3)
    gains = Match(level=-0.5, red_stops=0.3, blue_stops=-0.4).gains
    assert float(gains @ np.array([0.2126, 0.7152, 0.0722])) == pytest.approx(2**-0.5, rel=1e-3)


def test_a_canvas_is_the_same_in_every_picture_with_a_look() -> None:
    edit = studio(mottle=0.3, gradient=0, falloff=0)
    one, other = picture(), picture()
    np.testing.assert_array_equal(edit.apply(one).linear[:50], edit.apply(other).linear[:50])
    even = studio(gradient=0, falloff=0).apply(one).linear
    assert edit.apply(one).linear[:50].std() > 10 * even[:50].std(axis=(0, 1)).max()


def test_soften_adds_only_the_blur_that_is_missing() -> None:
    source = picture()
    sharp = soften(0.5).apply(source).linear
    blurred = soften(0.5, present=0.4).apply(source).linear  # leaves 0.3
    same = soften(0.3).apply(source).linear
    np.testing.assert_allclose(blurred, same, atol=1e-5)
    assert np.abs(sharp - same).max() > 0.01
    done = soften(0.5, present=0.6).apply(source).linear
    np.testing.assert_allclose(done[:50], source.linear[:50], atol=1e-6)


def test_noise_is_put_back_only_where_the_blur_took_it() -> None:
    match = Match(grain=Grain(luma=(0.03,) * 5))
    source = picture()
    grainy = soften(0.5, match=match).apply(source).linear - soften(0.5).apply(source).linear
    assert grainy[:50].std() > 0.01
    none = soften(0.5, present=0.6, match=match).apply(source).linear
    np.testing.assert_allclose(none[:50], source.linear[:50], atol=1e-6)


def test_dim_takes_the_background_down() -> None:
    source = picture()
    plain, dim = (soften(0.5, dim=d).apply(source).linear[:40] for d in (0.0, 1.0))
    np.testing.assert_allclose(dim, plain / 2, rtol=1e-5)


def test_a_photograph_hangs_by_its_horizon() -> None:
    """A line at the plate's horizon comes to lie at the eyes, at the stated size."""
    plate = np.full((300, 500, 3), 0.05, np.float32)
    plate[118:123] = 0.6  # horizon at 0.402
    plate[:, 248:253] = 0.6
    sharp = Lens(f_number=30, subject_m=1.5, background_m=1.6)
    edit = photo(height=14.0, horizon=0.402, across=0.501, lens=sharp)
    # nobody in the way
    base = picture(plate)
    clear = Scene(base.linear, np.zeros(SIZE, np.float32), (100.0, 100.0), 30.0, base.linear, plate)
    out = edit.apply(clear).linear[..., 0]
    rows = out[:, :60].mean(axis=1) - 0.05
    columns = out[:60].mean(axis=0) - 0.05
    assert (rows * (np.arange(240) + 0.5)).sum() / rows.sum() == pytest.approx(100, abs=0.5)
    assert (columns * (np.arange(200) + 0.5)).sum() / columns.sum() == pytest.approx(100, abs=0.5)
    scale = 14.0 * 30 / 300
    assert (rows > 0.5 * rows.max()).sum() == pytest.approx(5 * scale, abs=1.6)


def test_a_photograph_fills_the_frame_however_small_it_is_said_to_be() -> None:
    plate = np.full((60, 90, 3), 0.25, np.float32)
    source = picture(plate)
    out = photo(height=2.1).apply(source).linear
    np.testing.assert_allclose(out[source.alpha == 0], 0.25, rtol=1e-3)


def test_enlarging_shows_no_pixels_of_the_photograph() -> None:
    """A chequered plate enlarged fivefold is a soft pattern, not blocks or ringing."""
    plate = np.indices((120, 200)).sum(axis=0) % 2 * np.float32(0.5) + np.float32(0.1)
    plate = np.repeat(plate[..., None], 3, axis=2).astype(np.float32)
    sharp = Lens(f_number=30, subject_m=1.5, background_m=1.5)
    source = picture(plate)
    out = photo(height=20.0, lens=sharp).apply(source).linear[:55]
    assert out.std() < 0.04
    assert np.abs(np.diff(out, axis=1)).max() < 0.05


def test_a_photograph_s_windows_do_not_burn_out() -> None:
    plate = np.full((120, 200, 3), 0.95, np.float32)
    out = photo(match=Match(level=0.5)).apply(picture(plate)).linear[:50]
    assert out.max() < 0.99
    dark = photo().apply(picture(np.full((120, 200, 3), 0.4, np.float32))).linear[:50]
    np.testing.assert_allclose(dark, 0.4, rtol=1e-3)


def test_a_photograph_that_was_not_given_is_missed() -> None:
    with pytest.raises(RecipeError, match=r"office\.jpg"):
        photo().apply(picture())
