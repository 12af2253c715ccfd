"""Planning: light follows the face, within its limits; paper contrasts with the outline."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from catchlight import plan as planning
from catchlight.backdrop_choice import BackdropChoice
from catchlight.color import to_linear
from catchlight.crop import Crop
from catchlight.destinations import load_destination
from catchlight.edits import FillLight, MixedLight, Perspective, StudioBackdrop, Tone, WhiteBalance
from catchlight.faces import Face
from catchlight.looks import load_look
from catchlight.photo import Capture, Photo
from catchlight.plan import PerspectiveWish, Plan, plan
from catchlight.render import turned_box
from catchlight.skin import face_view
from catchlight.stored_facts import landmarks_file, matte_file

from .faces_of_data import astronaut


def dimmed(pixels: np.ndarray, stops: float, color: Any = (1, 1, 1)) -> np.ndarray:
    linear = np.where(
        pixels <= 10, pixels / 255 / 12.92, ((pixels / 255 + 0.055) / 1.055) ** 2.4
    ) * (2.0**stops * np.array(color))
    out = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.round(np.clip(out, 0, 1) * 255).astype(np.uint8)


def planned(
    pixels: np.ndarray,
    look: str = "corporate",
    kind: str = "studio",
    others: tuple[Face, ...] = (),
    perspective: PerspectiveWish = "off",
) -> Plan:
    from pathlib import Path

    face = astronaut()[1]
    size = (pixels.shape[1], pixels.shape[0])
    photo = Photo(Path("a.png"), "0" * 64, pixels, size, Capture(), "PNG")
    alpha = np.zeros(pixels.shape[:2], np.uint8)
    alpha[20:, 130:320] = 255
    return plan(
        photo, face, face_view(pixels, face), alpha, others, load_look(look),
        BackdropChoice(kind), (), matte_file(alpha), landmarks_file(face.landmarks, size),  # type: ignore[arg-type]
        perspective=perspective,
    )  # fmt: skip


def edit(made: Plan, kind: type) -> object:
    return next(e for e in made.recipe.edits if isinstance(e, kind))


def test_a_good_photo_is_nearly_left_alone() -> None:
    tone = edit(planned(astronaut()[0]), Tone)
    assert isinstance(tone, Tone)
    assert abs(tone.exposure_stops) < 0.3


@pytest.mark.parametrize("stops", [-1.7, -2.2])
def test_a_dark_photo_is_raised_but_not_all_the_way(stops: float) -> None:
    tone = edit(planned(dimmed(astronaut()[0], stops)), Tone)
    assert isinstance(tone, Tone)
    assert 0.25 * -stops < tone.exposure_stops < -stops


def test_a_night_photo_says_so() -> None:
    made = planned(dimmed(astronaut()[0], -4.0))
    tone = edit(made, Tone)
    assert isinstance(tone, Tone)
    assert tone.exposure_stops <= 1.4
    assert any("too dark" in note for note in made.notes)


def test_a_warm_photo_is_balanced_towards_cold() -> None:
    balance = edit(planned(dimmed(astronaut()[0], -0.3, (1.3, 1.0, 0.7))), WhiteBalance)
    assert isinstance(balance, WhiteBalance)
    assert balance.red_stops < -0.05
    assert balance.blue_stops > 0.05


def test_black_and_white_stays_so() -> None:
    grey = np.repeat(astronaut()[0].mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2)
    made = planned(grey)
    assert not any(isinstance(e, WhiteBalance) for e in made.recipe.edits)
    assert any("black-and-white" in note for note in made.notes)


def test_the_paper_is_brighter_on_the_lit_side() -> None:
    ramp = np.linspace(-0.8, 0.8, 512)[None, :, None]
    for side in (1, -1):
        lit = dimmed(astronaut()[0], -0.8)
        lit = np.clip(lit * 2.0 ** (side * ramp / 2), 0, 255).astype(np.uint8)
        backdrop = edit(planned(lit), StudioBackdrop)
        assert isinstance(backdrop, StudioBackdrop)
        plain = edit(planned(dimmed(astronaut()[0], -0.8)), StudioBackdrop)
        assert isinstance(plain, StudioBackdrop)
        assert (backdrop.key - plain.key) * side >= 0
        assert backdrop.key != plain.key or abs(plain.key) == 1


def test_the_paper_stands_out_from_the_outline() -> None:
    look = load_look("corporate")
    first = look.backdrop.papers[0]
    painted = astronaut()[0].copy()
    painted[:] = (20, 90, 30)
    painted[20:, 130:320] = first.rgb  # the outline has the very colour of the first paper
    backdrop = edit(planned(painted), StudioBackdrop)
    assert isinstance(backdrop, StudioBackdrop)
    assert backdrop.color != first.color


def test_a_camouflaged_outline_gets_the_paper_nearest_to_the_old_background() -> None:
    papers = load_look("corporate").backdrop.papers
    darkest = min(papers, key=lambda paper: sum(paper.rgb))
    painted = np.full_like(astronaut()[0], 30)  # dark hair before a dark wall
    painted[60:300, 160:290] = astronaut()[0][60:300, 160:290]
    made = planned(painted)
    recipe, backdrop = made.recipe, edit(made, StudioBackdrop)
    assert isinstance(backdrop, StudioBackdrop)
    assert backdrop.color == darkest.color
    # it hangs in as little light as the wall: 30 of 255, brightened as the person is
    wanted = to_linear(np.full((1, 1, 3), 30, np.uint8))[0, 0, 0]
    gain = next((2.0**e.exposure_stops for e in recipe.edits if isinstance(e, Tone)), 1.0)
    shown = to_linear(np.array([[darkest.rgb]], np.uint8))[0, 0] * backdrop.match.gains
    assert np.log2(shown[1] / (wanted * gain)) == pytest.approx(0.0, abs=0.25)
    white = edit(planned(np.where(painted == 30, 245, painted)), StudioBackdrop)
    assert isinstance(white, StudioBackdrop)
    assert white.match.level > backdrop.match.level + 0.5  # no dimmer before a light wall


def test_keep_has_no_backdrop_edit() -> None:
    assert not any(e.name == "backdrop" for e in planned(astronaut()[0], kind="keep").recipe.edits)


@pytest.mark.parametrize("kind", ["keep", "soften"])
def test_strangers_stay_out_of_a_real_background(kind: str) -> None:
    stranger = astronaut()[1].moved(170, 0)
    crop = planned(astronaut()[0], kind=kind, others=(stranger,)).recipe.outputs[0].crop
    assert (crop.center[0] + crop.width / 2) * 512 <= stranger.box[0] + 1


def test_the_headshot_is_cut_at_whole_pixels() -> None:
    made = planned(astronaut()[0])
    crop = made.recipe.outputs[0].crop
    if made.recipe.rotation == 0:
        left = (crop.center[0] - crop.width / 2) * 512
        assert left == pytest.approx(round(left), abs=1e-4)
    assert made.recipe.outputs[0].width == pytest.approx(crop.width * 512, abs=1e-4)


def test_mixed_light_is_planned_only_where_there_is_some() -> None:
    pixels, face = astronaut()
    middle = float((face.iris_left + face.iris_right)[0] / 2)
    u = np.clip((np.arange(512) + 0.5 - middle) / face.eye_distance, -2, 2)
    two = dimmed(pixels, -0.4, np.exp2(np.stack([0.3 * u, 0 * u, -0.5 * u], axis=-1))[None])
    found = edit(planned(two), MixedLight)
    assert isinstance(found, MixedLight)
    assert -0.3 < found.red_stops < 0
    assert 0 < found.blue_stops < 0.5
    assert not any(isinstance(e, MixedLight) for e in planned(pixels).recipe.edits)


def test_a_half_lit_face_is_raised_as_far_as_its_bright_side_allows() -> None:
    """And nothing says that it was raised by 0.0."""
    ramp = np.where(np.arange(512) < 226, -4.0, 0.0)[None, :, None]
    for level, least, most in ((-1.0, 0.15, 0.9), (0.75, -0.5, 0.05)):
        half = dimmed(astronaut()[0], level, np.exp2(np.clip(ramp, -4, 0)))
        made = planned(half)
        tone = edit(made, Tone)
        assert isinstance(tone, Tone)
        assert least <= tone.exposure_stops <= most
        assert not any("raised by 0.0" in note for note in made.notes)


def test_the_roll_off_begins_above_the_lit_skin() -> None:
    for stops in (0.0, -1.0, -2.0):
        pixels = dimmed(astronaut()[0], stops)
        tone = edit(planned(pixels), Tone)
        assert isinstance(tone, Tone)
        view = face_view(pixels, astronaut()[1])
        lit = float(np.quantile(view.luminance[view.skin], 0.95)) * 2.0**tone.exposure_stops
        assert tone.knee >= min(lit, 0.78) - 0.001


def half_dark(stops: float) -> np.ndarray:
    """The astronaut with the picture's left of the face `stops` darker, without a hard edge."""
    pixels, face = astronaut()
    middle, unit = float(face.landmarks[[1, 168], 0].mean()), face.eye_distance
    across = (np.arange(pixels.shape[1]) - middle) / (0.35 * unit)
    dark = dimmed(pixels, -stops).astype(np.float32)
    share = (1 / (1 + np.exp(-2 * across)))[None, :, None]
    return np.round(dark + share * (pixels - dark)).astype(np.uint8)


def test_a_half_dark_face_gets_fill_between_white_balance_and_tone() -> None:
    made = planned(half_dark(3.5))
    assert [edit.name for edit in made.recipe.edits] == [
        "white_balance",
        "fill_light",
        "tone",
        "backdrop",
    ]
    fill = edit(made, FillLight)
    assert isinstance(fill, FillLight)
    assert fill.stops > 0.5
    assert fill.azimuth < 0 < fill.key_azimuth
    assert any("right cheek" in edit.describe() for edit in made.recipe.edits)
    dramatic = planned(half_dark(3.5), look="actor")
    lesser = next((e.stops for e in dramatic.recipe.edits if isinstance(e, FillLight)), 0.0)
    assert lesser < fill.stops


def test_an_evenly_lit_face_gets_no_fill() -> None:
    assert not any(isinstance(e, FillLight) for e in planned(astronaut()[0]).recipe.edits)


class Near:
    """A distance as `perspective.distance` says it."""

    def __init__(self, cm: float, surely: float) -> None:
        self.cm, self.surely = cm, surely

    def nearer_than(self, cm: float) -> float:
        return self.surely


def test_perspective_is_changed_only_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = astronaut()[0]
    monkeypatch.setattr(planning, "distance", lambda face, photo: Near(40.0, 0.9))
    assert not any(isinstance(e, Perspective) for e in planned(pixels).recipe.edits)
    for wish in ("on", "auto"):
        made = planned(pixels, perspective=wish)  # type: ignore[arg-type]
        names = [e.name for e in made.recipe.edits]
        assert names[-3:] == ["tone", "perspective", "backdrop"]
        moved = edit(made, Perspective)
        assert isinstance(moved, Perspective)
        assert moved.distance_cm == 40.0
        assert any("pixels were moved" in note for note in made.notes)


def test_perspective_is_left_where_nothing_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = astronaut()[0]
    monkeypatch.setattr(planning, "distance", lambda face, photo: Near(90.0, 0.3))
    unsure = planned(pixels, perspective="auto")
    assert not any(isinstance(e, Perspective) for e in unsure.recipe.edits)
    monkeypatch.setattr(planning, "distance", lambda face, photo: Near(140.0, 0.0))
    far = planned(pixels, perspective="on")
    assert not any(isinstance(e, Perspective) for e in far.recipe.edits)
    assert any("left as shot" in note for note in far.notes)


@pytest.mark.parametrize("degrees", [0.0, 7.3, -2.1])
@pytest.mark.parametrize("name", ["linkedin", "web"])
def test_a_file_in_the_photos_own_size_lies_on_its_pixels(name: str, degrees: float) -> None:
    place = load_destination(name)
    crop = Crop(420.3, 510.7, 700.6, 700.6 / place.aspect, degrees, (900.0, 1100.0), 900.0)
    found = planning._copied(crop, place)
    assert found is not None
    exact, size = found
    edges = turned_box(planning._box(exact), (900, 1100), degrees)
    np.testing.assert_allclose(edges, np.round(edges), atol=1e-6)
    assert (edges[2] - edges[0], edges[3] - edges[1]) == pytest.approx((size.width, size.height))
    assert 697 <= size.width <= 700
    asked = turned_box(planning._box(crop), (900, 1100), degrees)
    assert all(np.array(edges[:2]) >= asked[:2])
    assert all(np.array(edges[2:]) <= asked[2:])


def test_a_file_is_not_made_smaller_than_its_place_takes() -> None:
    crop = Crop(420.3, 510.7, 400.3, 400.3, 0.0, (900.0, 1100.0), 500.0)
    assert planning._copied(crop, load_destination("linkedin")) is None
