"""Oracles: a forehead painted to known heights."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from catchlight.evidence import Case, Facts
from catchlight.evidence.hairline import forehead_height, hairline, hairline_moved
from catchlight.head_view import axes_at

from ..audited import painted, portrait

_SKIN = np.array([205, 160, 135])


@cache
def _haired(height: float, hair: tuple[int, int, int] = (45, 32, 26), lock: float = 9.0) -> Facts:
    """The portrait with hair from so many cm above the brows on, and a lock down to `lock`."""
    facts = portrait()
    axes = axes_at(facts.face, 9)
    rows, columns = np.mgrid[: facts.size[1], : facts.size[0]] + 0.5
    dx, dy = columns - axes.origin[0], rows - axes.origin[1]
    u = (dx * axes.out[0] + dy * axes.out[1]) / axes.scale
    up = -(dx * axes.down[0] + dy * axes.down[1]) / axes.scale
    drawn = facts.pixels.copy()
    about = (np.abs(u) < 4.0) & (up > 0.6)
    gleam = np.exp2(0.5 * np.exp(-0.5 * (((up - 3.0) / 1.2) ** 2 + (u / 2.0) ** 2)))
    drawn[about] = np.clip(_SKIN * gleam[about][:, None] ** (1 / 2.2), 0, 255).astype(np.uint8)
    drawn[about & (up > height) & (up < 10.0)] = hair
    drawn[about & (np.abs(u - 0.9) < 0.6) & (up > lock) & (up < 10.0)] = hair
    return painted(drawn)


@pytest.mark.parametrize("height", [4.0, 5.5, 7.0])
@pytest.mark.parametrize("hair", [(45, 32, 26), (240, 235, 230)])
def test_the_height_is_the_painted_one(height: float, hair: tuple[int, int, int]) -> None:
    found = forehead_height(_haired(height, hair))
    if hair == (240, 235, 230):  # paler hair steps less, so a gleam has to be told from it
        assert found is None or found == pytest.approx(height, abs=0.2)
    else:
        assert found == pytest.approx(height, abs=0.15)


def test_one_lock_does_not_lower_it() -> None:
    assert forehead_height(_haired(6.0, lock=3.5)) == pytest.approx(6.0, abs=0.2)


def test_a_lower_hairline_is_told() -> None:
    lower = hairline(Case(_haired(4.0), (_haired(7.0),)))
    assert lower.value == pytest.approx(4.0 / 7.0, rel=0.05)
    assert lower.statistic == pytest.approx(np.log(7.0 / 4.0), rel=0.08)
    assert lower.status == "differs"
    assert len(lower.regions) == 1
    same = hairline(Case(_haired(4.0), (_haired(7.0), _haired(4.0))))
    assert same.status == "consistent"
    assert same.value == pytest.approx(1.0)
    assert same.spread == pytest.approx(7.0 / 4.0, rel=0.05)


def test_no_hair_is_not_judged() -> None:
    bald = _haired(9.9)
    assert forehead_height(bald) is None
    assert hairline(Case(bald, (_haired(5.5),))).status == "could_not_assess"
    assert hairline(Case(portrait(), ())).status == "could_not_assess"


def test_against_the_original_much_less_is_told() -> None:
    lower = Case(_haired(5.5), (_haired(7.0),))
    assert lower.laid is not None
    assert hairline(lower).status == "consistent"
    told = hairline_moved(lower)
    assert told.status == "differs"
    assert told.value == pytest.approx(5.5 / 7.0, rel=0.05)
    assert "added, taken away or moved" in told.sentence
    assert hairline_moved(Case(_haired(5.5), (_haired(5.5),))).status == "consistent"
    assert hairline_moved(Case(_haired(5.5), ())).status == "could_not_assess"
