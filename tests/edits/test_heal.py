"""Oracles: the skin as it was before a spot was painted on; the invariants of edits."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from catchlight.color import delta_e00, lab
from catchlight.edits import Heal, Scene, Spot
from catchlight.recipe import CropBox, Facts, Output, Recipe, Source
from catchlight.render import render, render_output

from ..painted_skin import EYES, HEIGHT, SPOT, WIDTH, at, photo, skin

PLACES = (at(50), at(280, 0.05, 0.05), at(151, 0.1))


def spots(radius: float = 0.045, places: tuple[tuple[float, float], ...] = PLACES) -> Heal:
    frame = np.array([WIDTH, HEIGHT])
    return Heal(
        spots=tuple(
            Spot(
                center=tuple((np.array(p) / frame).tolist()),
                source=tuple(((np.array(p) + np.array([0.16, 0.02]) * EYES) / frame).tolist()),
                radius=radius,
            )
            for p in places
        )
    )


def scene(linear: np.ndarray, size: float = 1.0) -> Scene:
    return Scene(linear, None, (0.0, 0.0), EYES * size)


def spotted(stops: np.ndarray | None = None) -> np.ndarray:
    return skin([(place, 0.03, SPOT) for place in PLACES], stops=stops)


def discs(reach: float = 0.045, places: tuple[tuple[float, float], ...] = PLACES) -> np.ndarray:
    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    return np.any([np.hypot(x - p[0], y - p[1]) < reach * EYES for p in places], axis=0)


@pytest.mark.parametrize("slope", [0.0, 1.2])
def test_heals_to_the_skin_that_was_there(slope: float) -> None:
    """Also where light falls off across it: a source in other light takes on the light here."""
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    stops = (slope * (0.7 * x + 0.3 * y) / EYES)[..., None] * np.ones(3, np.float32)
    clean, out = skin(stops=stops), spots().apply(scene(spotted(stops))).linear
    where = discs()
    soft = [cv2.GaussianBlur(image, (0, 0), 3) for image in (out, clean)]
    assert delta_e00(lab(soft[0][where]), lab(soft[1][where])).mean() < 1.5
    assert delta_e00(lab(cv2.GaussianBlur(spotted(stops), (0, 0), 3)[where]),
                     lab(soft[1][where])).mean() > 4  # fmt: skip


def test_keeps_the_texture() -> None:
    out, clean = spots().apply(scene(spotted())).linear, skin()

    def energy(linear: np.ndarray, where: np.ndarray) -> float:
        light = np.log2(linear[..., 1])
        return float((light - cv2.GaussianBlur(light, (0, 0), 4))[where].std())

    for near, far in ((0.0, 0.04), (0.04, 0.062)):  # inside, and where it goes over into the skin
        ring = discs(far) & ~discs(near)
        assert energy(out, ring) == pytest.approx(energy(clean, ring), rel=0.15)


def test_touches_nothing_else() -> None:
    source = spotted()
    out = spots().apply(scene(source)).linear
    np.testing.assert_array_equal(out[~discs(0.065)], source[~discs(0.065)])


def test_a_mark_on_the_edge_does_not_run_in() -> None:
    places = (at(50),)
    beside = (places[0][0] - 0.075 * EYES, places[0][1])
    both = skin([(places[0], 0.03, SPOT), (beside, 0.02, (0.6, 1.1, 1.3))])
    out, clean = spots(places=places).apply(scene(both)).linear, skin()
    where = discs(0.04, places)
    soft = [cv2.GaussianBlur(image, (0, 0), 3)[where] for image in (out, clean)]
    assert delta_e00(lab(soft[0]), lab(soft[1])).mean() < 1.5


def test_strength_zero_and_no_spots_are_the_identity() -> None:
    source = scene(spotted())
    before = source.linear.copy()
    for edit in (spots().model_copy(update={"strength": 0.0}), Heal(spots=())):
        np.testing.assert_array_equal(edit.apply(source).linear, before)
    spots().apply(source)
    np.testing.assert_array_equal(source.linear, before)  # left as it is


def test_in_place_gives_the_same_bytes() -> None:
    apart = spots().apply(scene(spotted())).linear
    np.testing.assert_array_equal(spots().apply(scene(spotted()), in_place=True).linear, apart)


def test_commutes_with_a_crop() -> None:
    whole = spots().apply(scene(spotted())).linear
    x0, y0, x1, y1 = 100, 120, 700, 800
    mapping = np.array([[WIDTH, 0, -x0], [0, HEIGHT, -y0]], np.float64)
    part = Scene(spotted()[y0:y1, x0:x1].copy(), None, (0, 0), EYES, mapping=mapping)
    np.testing.assert_array_equal(spots().apply(part).linear, whole[y0:y1, x0:x1])


def test_a_preview_is_the_shrunk_full_picture() -> None:
    size, area = (WIDTH // 2, HEIGHT // 2), cv2.INTER_AREA
    small = cv2.resize(spotted(), size, interpolation=area)
    preview = spots().apply(scene(small, 0.5)).linear
    full = cv2.resize(spots().apply(scene(spotted())).linear, size, interpolation=area)
    assert delta_e00(lab(preview), lab(full)).mean() < 0.1
    where = discs()[::2, ::2]
    assert delta_e00(lab(preview)[where], lab(full)[where]).mean() < 1.0


def test_what_lies_outside_the_picture_is_left() -> None:
    source = scene(spotted()[:, : int(PLACES[0][0]) + 5].copy())
    edge = Heal(spots=(Spot(center=(0.999, 0.5), source=(0.5, 0.5), radius=0.03),))
    np.testing.assert_array_equal(edge.apply(source).linear, source.linear)


def test_weakened_heals_fewer_and_says_how_many() -> None:
    assert "Three spots" in spots().describe()
    assert len(spots().weakened(0.5).spots) == 1
    assert spots().weakened(0.5).describe() == "One spot healed with the skin beside it."
    assert "No spot" in spots().weakened(0.0).describe()


@pytest.mark.parametrize("rotation", [0.0, 9.0])
@pytest.mark.parametrize("shrink", [1, 2])
def test_is_where_the_mark_is_in_a_turned_and_cropped_picture(rotation: float, shrink: int) -> None:
    """The recipe as a whole: places are shares of the photograph as it was taken."""

    def rendered(*edits: Heal) -> np.ndarray:
        crop = CropBox(center=(0.5, 0.52), width=0.8, height=0.7)
        made = Recipe(
            look="corporate",
            source=Source(path="a.jpg", sha256="0" * 64, width=WIDTH, height=HEIGHT),
            facts=Facts(eye_right=(0.355, 0.42), eye_left=(0.645, 0.42)),
            rotation=rotation,
            edits=edits,
            outputs=(Output(name="web", file="w.png", crop=crop, width=304, height=315),),
        )
        size = (WIDTH // shrink, HEIGHT // shrink)
        small = cv2.resize(photo(spotted()), size, interpolation=cv2.INTER_AREA)
        return render_output(render(small, made), made.outputs[0])

    edit = spots(0.06)
    marred, healed = rendered().astype(float), rendered(edit).astype(float)
    redness = cv2.GaussianBlur(marred[..., 0] - marred[..., 1], (0, 0), 2)
    after = cv2.GaussianBlur(healed[..., 0] - healed[..., 1], (0, 0), 2)
    middle = (slice(90, 270), slice(40, 260))
    usual = float(np.median(redness[middle]))
    assert redness[middle].max() > usual + 12
    assert after[middle].max() < usual + 5


def test_the_same_bytes_twice() -> None:
    once, again = (spots().apply(scene(spotted())).linear.tobytes() for _ in range(2))
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    alone = spots().apply(scene(spotted())).linear.tobytes()
    cv2.setNumThreads(threads)
    assert once == again == alone
