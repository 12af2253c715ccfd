"""Oracles: ears that stand out by known lengths painted beside the face of a portrait."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from catchlight.evidence import Case, Facts
from catchlight.evidence.ears import ears, protrusion
from catchlight.head_view import lobe_axes

from ..audited import painted, portrait

_SKIN, _HAIR = (205, 160, 135), (38, 28, 24)


@cache
def _eared(right: float, left: float, colour: tuple[int, int, int] = _SKIN) -> Facts:
    """The portrait with cheeks of one colour, dark hair behind them, and an ear on each side.

    The ears are half ellipses 6 cm high that stand out by so many cm beyond the lobe's place.
    """
    facts = portrait()
    drawn = facts.pixels.copy()
    rows, columns = np.mgrid[: facts.size[1], : facts.size[0]] + 0.5
    for side, out in enumerate((right, left)):
        axes = lobe_axes(facts.face, side)
        dx, dy = columns - axes.origin[0], rows - axes.origin[1]
        u = (dx * axes.out[0] + dy * axes.out[1]) / axes.scale
        v = (dx * axes.down[0] + dy * axes.down[1]) / axes.scale
        about = (u > -2.6) & (u < 4.5) & (v > -7.5) & (v < 2.5)
        drawn[about & (u > -0.3)] = _HAIR
        drawn[about & (u <= -0.3)] = _SKIN
        ear = (u > -0.5) & (np.hypot((u + 0.5) / (out + 0.5), (v + 2.85) / 3.0) < 1)
        drawn[ear] = colour
    return painted(drawn)


@pytest.mark.parametrize(("right", "left"), [(1.0, 1.0), (1.4, 2.0), (2.4, 1.6)])
def test_the_protrusion_is_the_painted_one(right: float, left: float) -> None:
    facts = _eared(right, left)
    turn = 0.05 * facts.face.yaw
    # the quantile of the rows lies a little inside the ellipse's widest place
    assert protrusion(facts, 0) == pytest.approx(right - turn, abs=0.15)
    assert protrusion(facts, 1) == pytest.approx(left + turn, abs=0.15)


def test_the_ear_that_differs_most_is_told() -> None:
    finding = ears(Case(_eared(1.4, 2.0), (_eared(1.4, 1.1), _eared(1.5, 1.2))))
    assert finding.status == "differs"
    assert "left ear" in finding.sentence
    assert finding.value == pytest.approx(2.0 / 1.2, rel=0.12)
    assert finding.spread == pytest.approx(1.2 / 1.1, rel=0.06)
    ((x0, _), (x1, _), *_) = finding.regions[0].points
    assert 0.5 * (x0 + x1) > float(portrait().face.landmarks[:, 0].mean()) / portrait().size[0]


def test_the_nearest_reference_counts() -> None:
    finding = ears(Case(_eared(1.4, 1.4), (_eared(2.4, 1.6), _eared(1.4, 1.4))))
    assert finding.status == "consistent"
    assert finding.value == pytest.approx(1.0)


def test_ears_under_hair_are_not_judged() -> None:
    covered = _eared(1.4, 1.4, _HAIR)
    assert protrusion(covered, 0) is None
    finding = ears(Case(covered, (_eared(1.4, 1.4),)))
    assert finding.status == "could_not_assess"
    assert "no ear is seen" in finding.sentence


def test_without_references_nothing_is_said() -> None:
    assert ears(Case(portrait(), ())).status == "could_not_assess"
