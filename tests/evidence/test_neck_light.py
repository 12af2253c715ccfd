"""Oracles: cheeks and a bare neck painted with known differences of light."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from catchlight.color import to_encoded
from catchlight.evidence import Case, Facts
from catchlight.evidence.neck_light import left_over_right, neck_light
from catchlight.head_view import axes_at
from catchlight.landmarks import CHIN

from ..audited import painted, portrait

_SKIN = np.array([0.36, 0.22, 0.15], np.float32)


@cache
def _lit(face: float, neck: float, collar: bool = False) -> Facts:
    """The portrait with cheeks and neck of skin, left brighter than right by so many stops."""
    facts = portrait()
    axes = axes_at(facts.face, CHIN)
    rows, columns = np.mgrid[: facts.size[1], : facts.size[0]] + 0.5
    dx, dy = columns - axes.origin[0], rows - axes.origin[1]
    u = (dx * axes.out[0] + dy * axes.out[1]) / axes.scale
    v = (dx * axes.down[0] + dy * axes.down[1]) / axes.scale
    drawn = facts.pixels.copy()
    for where, by in (
        ((np.abs(u) > 1.9) & (np.abs(u) < 5.5) & (v > -6.5) & (v < -2.2), face),
        ((np.abs(u) < 5.0) & (v > 1.2) & (v < 6.0), neck),
    ):
        light = np.exp2(0.5 * by * np.sign(u[where])).astype(np.float32)
        drawn[where] = to_encoded(_SKIN * light[:, None], np.uint8)
    if collar:
        drawn[(np.abs(u) < 6.0) & (v > 2.0)] = (30, 40, 90)
    return painted(drawn)


@pytest.mark.parametrize(("face", "neck"), [(0.0, 0.0), (0.8, 0.6), (-0.5, 0.7)])
def test_the_light_is_the_painted_one(face: float, neck: float) -> None:
    found = left_over_right(_lit(face, neck))
    assert found == pytest.approx((face, neck), abs=0.1)


def test_a_neck_lit_from_the_other_side_is_told() -> None:
    finding = neck_light(Case(_lit(-0.5, 0.7), ()))
    assert finding.status == "differs"
    assert finding.value == pytest.approx(1.2, abs=0.15)
    assert "right side of the face" in finding.sentence
    assert "left side of the neck" in finding.sentence
    assert neck_light(Case(_lit(0.8, 0.6), ())).status == "consistent"


def test_a_collar_leaves_nothing_to_read() -> None:
    finding = neck_light(Case(_lit(0.8, 0.6, True), ()))
    assert finding.status == "could_not_assess"
    assert "covered" in finding.sentence
