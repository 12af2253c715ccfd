"""Oracles: studs drawn at the lobes of a portrait that wears none; copies of it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from catchlight.evidence import Case, Facts
from catchlight.evidence.earrings import earrings
from catchlight.head_view import lobe_axes

from ..audited import cropped, portrait, seen


@cache
def _wearing(what: str, *sides: int) -> Facts:
    """The portrait with a lit ball of 7 mm on its lobes."""
    facts = portrait()
    drawn = facts.pixels.copy()
    for side in sides:
        axes = lobe_axes(facts.face, side)
        x, y = (float(v) for v in axes.origin + axes.cm(0.35, 0.3))
        rows, columns = np.mgrid[: facts.size[1], : facts.size[0]] + 0.5
        u, v = (columns - x) / (0.35 * axes.scale), (rows - y) / (0.35 * axes.scale)
        cover = np.clip((1 - np.hypot(u, v)) * 0.35 * axes.scale + 0.5, 0, 1)[..., None]
        facing = np.clip(0.5 - 0.3 * u - 0.5 * v, 0, 1)[..., None]
        colour = {"gold": (215, 165, 60), "blue": (20, 40, 190)}[what]
        ball = facing * np.array(colour) + 200 * facing**12
        drawn = np.round(drawn * (1 - cover) + np.clip(ball, 0, 255) * cover).astype(np.uint8)
    return seen(drawn, "worn.png")


def _other_photos(picture: Facts, *references: Facts) -> Case:
    """A case in which none of the references counts as the original."""
    case = Case(picture, references)
    vars(case)["laid"] = None
    return case


@pytest.mark.parametrize("what", ["gold", "blue"])
def test_a_stud_is_told_by_other_photos(what: str) -> None:
    on, off = _wearing(what, 0), portrait()
    put_on, taken_off = earrings(_other_photos(on, off)), earrings(_other_photos(off, on))
    assert put_on.status == taken_off.status == "differs"
    assert "right ear lobe" in put_on.sentence
    assert "put on" in put_on.sentence
    assert "taken off" in taken_off.sentence


@pytest.mark.parametrize("what", ["gold", "blue"])
def test_a_stud_is_told_put_on_and_taken_off(what: str) -> None:
    on, off = _wearing(what, 0), portrait()
    put_on, taken_off = earrings(Case(on, (off,))), earrings(Case(off, (on,)))
    assert put_on.status == taken_off.status == "differs"
    assert (
        "right ear lobe something was put on, or the ear was moved: original.png" in put_on.sentence
    )
    assert "taken off, or the ear was moved: worn.png" in taken_off.sentence
    assert len(put_on.regions) == 1


def test_the_side_is_the_one_that_changed() -> None:
    finding = earrings(Case(_wearing("gold", 0), (portrait(),)))
    ((x0, _), (x1, _), *_) = finding.regions[0].points
    assert 0.5 * (x0 + x1) < float(portrait().face.landmarks[:, 0].mean()) / portrait().size[0]


def test_copies_and_light_put_nothing_on() -> None:
    unit = cropped(portrait().pixels) / 255.0
    graded = np.round(np.clip(1.1 * unit**0.9 * [1.05, 1.0, 0.9], 0, 1) * 255).astype(np.uint8)
    case = Case(seen(graded, quality=75), (portrait(),))
    finding = earrings(case)
    assert finding.status == "consistent"
    assert finding.value is not None
    assert finding.value < 0.3


def test_who_wears_earrings_in_one_reference_may_wear_them_or_not() -> None:
    on, off = _wearing("gold", 0), portrait()
    for picture in (on, off):
        assert earrings(_other_photos(picture, on, off)).value == pytest.approx(0, abs=1e-6)


def test_hidden_ears_and_missing_references_are_not_judged() -> None:
    facts = portrait()
    veiled = facts.pixels.copy()
    for side in (0, 1):
        axes = lobe_axes(facts.face, side)
        x, y = (int(v) for v in axes.origin + axes.cm(0.8, 0.2))
        reach = int(1.2 * axes.scale)
        veiled[y - 2 * reach : y + 2 * reach, x - reach : x + reach] = (40, 60, 120)
    assert earrings(Case(seen(veiled), (facts,))).status == "could_not_assess"
    assert earrings(Case(facts, ())).status == "could_not_assess"
