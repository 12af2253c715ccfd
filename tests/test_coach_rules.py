"""Oracles: the data's own order, the page that documents it, and damaged copies."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from catchlight.coach_quantities import QUANTITIES
from catchlight.errors import RecipeError
from catchlight.settings import check, read_toml

from .sittings import BY_CODE, RULES


def test_rules_are_complete_and_in_the_photographers_order() -> None:
    wanted = ("distance", "light", "camera", "turn", "chin", "eyes", "jaw", "expression")
    assert tuple(s for s in RULES.stages if s in wanted) == wanted
    assert {rule.quantity for rule in RULES.rules} == set(QUANTITIES)
    assert {rule.stage for rule in RULES.rules} == set(RULES.stages)


def test_sentences_are_short_and_name_no_feeling() -> None:
    feelings = re.compile(
        r"happy|sad|angry|nervous|afraid|confident|natural|friendly|beautiful|emotion|feel", re.I
    )
    for says in (*RULES.rules, *RULES.says.values()):
        assert len(says.text.split()) <= 6, says.text
        assert not feelings.search(says.text + says.why), says.text


def test_every_gate_of_the_capture_has_a_rule_that_speaks_up() -> None:
    gate = RULES.capture
    assert gate.least_lids <= BY_CODE["eyes_wider"].enter
    assert gate.most_speed >= BY_CODE["keep_still"].enter
    assert gate.most_gaze >= BY_CODE["look_here"].enter


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("until", 99.0, "out of order"),
        ("stage", "weather", "not in the order of the stages"),
        ("code", "hold", "two rules have the same code"),
        ("below", 1.0, "one of above and below"),
    ],
)
def test_damaged_rules_are_refused(key: str, value: Any, message: str) -> None:
    import catchlight

    data = read_toml(Path(catchlight.__file__).parent / "data" / "coach.toml")
    turn = next(rule for rule in data["rules"] if rule["code"] == "turn_right")
    turn[key] = value
    with pytest.raises(RecipeError, match=message):
        check(data, type(RULES), "coach.toml")


def test_documented() -> None:
    page = (Path(__file__).parents[1] / "docs" / "coach.md").read_text("utf-8")
    for rule in RULES.rules:
        side = "above" if rule.above is not None else "below"
        row = next(line for line in page.splitlines() if f"| `{rule.code}` |" in line)
        assert row.startswith(f"| {rule.stage} |")
        assert f"| {rule.text} | {rule.quantity} {side} {rule.enter:g}" in row
        assert row.endswith(f"| {rule.until:g} | {rule.after_s:g} s |")
    patience = [rule.patience_s for rule in RULES.rules if rule.patience_s is not None]
    assert f"{min(patience):g} to {max(patience):g} s in vain" in page
