"""The series: one size for all that can have it, and each face judged against its own skin."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from catchlight.brand import MASTER, SeriesNumbers
from catchlight.crop_search import Problem
from catchlight.framing import plan_crop
from catchlight.series import least_head, needed_heads, own_target, settle, wished

from .teams import brand, facts


@pytest.mark.parametrize("below", [3.2, 4.0, 5.5])
def test_the_least_head_is_where_the_cut_edge_meets_the_crop(tmp_path: Path, below: float) -> None:
    """Known truth: the body is cut at the photo's lower edge, and only there."""
    kit, person = brand(tmp_path), facts(below=below)
    asked = wished(kit, MASTER)
    head = person.outline.head
    room = (person.outline.frame[1] - head.eyes[1]) / (1 - asked.eye_line)
    nominal = 2.15 * head.unit
    assert least_head(person.outline, asked, "studio", 0.0) == pytest.approx(
        nominal / room, rel=2e-3
    )


def test_everybody_in_the_series_is_framed_alike_to_the_pixel(tmp_path: Path) -> None:
    kit = brand(tmp_path)
    people = [facts(below=below) for below in (3.8, 4.4, 6.0)]
    series = settle(kit, people)
    assert series.heads[MASTER] > 0.47
    for person in people:
        for name in kit.framings():
            asked = wished(kit, name, series)
            outline = person.outline
            crop = plan_crop(outline.frame, outline.head, asked, "studio", outline.cut)
            eyes = crop.to_crop(outline.head.eyes)[0]
            assert eyes[1] / crop.height == pytest.approx(asked.eye_line, abs=1e-9)
            nominal = 2.15 * outline.head.unit / crop.height
            assert nominal == pytest.approx(asked.head_height, abs=1e-9)
            inside = Problem(outline.frame, outline.head, asked, "studio", outline.cut, (), 0.0)
            assert inside.placed(asked.head_height) is not None  # nothing of the body is invented


def test_one_who_needs_more_than_the_brand_allows_makes_nobody_else_tighter(tmp_path: Path) -> None:
    kit = brand(tmp_path)
    close, roomy = facts(below=2.6), facts(below=6.0)
    assert needed_heads(close, kit)[MASTER] > 0.62
    assert settle(kit, [roomy, close]).heads == settle(kit, [roomy]).heads


def test_those_who_cannot_be_as_bright_take_all_down_a_little_and_not_far(tmp_path: Path) -> None:
    kit = brand(tmp_path, destinations="[]")
    shorts = [[0.0] * 9 + [0.1], [0.2] * 10, [0.45] * 10, [0.0] * 9 + [2.0]]
    person = facts()
    people = [[replace(person, short=s) for s in short] for short in shorts]
    shifts = [settle(kit, who).exposure for who in people]
    assert shifts == [pytest.approx(-0.01), -0.2, -0.25, 0.0]


def test_pictures_of_one_hand_are_left_alone_and_mixed_ones_are_brought_together(
    tmp_path: Path,
) -> None:
    """The whites spread 0.3 stops in one unchanged light: that much belongs to the eyes."""
    rng, kit, person = np.random.default_rng(2), brand(tmp_path, destinations="[]"), facts()
    for spread, low, high in ((0.3, 0.0, 0.25), (1.0, 0.85, 0.95)):
        offs = rng.normal(0, spread, 80).tolist()
        people = [replace(person, before=person.before | {"exposure": off}) for off in offs]
        series = settle(kit, people)
        assert low <= series.trust <= high


def test_a_face_is_judged_against_its_own_skin(tmp_path: Path) -> None:
    series = SeriesNumbers(heads={}, usual=0.0, trust=0.8)
    for skin in (-2.0, -1.0):  # deep skin beside the whites: the whites alone are asked
        own = own_target({"exposure": 1.0, "own_skin": skin, "lit": 0.3}, series)
        assert own == pytest.approx(0.2)
    # light skin not yet too bright is not darkened because a lamp in front lit the eyes
    assert own_target({"exposure": 0.9, "own_skin": 0.0, "lit": 0.48}, series) == pytest.approx(0.9)
    lit = own_target({"exposure": 0.9, "own_skin": 0.0, "lit": 0.96}, series)
    assert lit == pytest.approx(0.18)  # a stop too bright: whites and skin agree
    assert own_target({"exposure": -2.0, "own_skin": 0.3, "lit": 0.1}, series) == -0.3
    assert own_target({"exposure": None}, series) == 0.0


def test_too_close_at_the_sides_is_no_size_at_all(tmp_path: Path) -> None:
    person = facts(below=2.0)
    assert least_head(person.outline, wished(brand(tmp_path), MASTER), "studio", 0.0) == math.inf
