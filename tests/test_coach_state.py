"""Oracles: what the same fault leads to in time, and after a while away."""

from __future__ import annotations

from catchlight.coach import CoachState, Reading, replay

from .sittings import BY_CODE, codes, set_to, sitting


def test_what_cannot_be_helped_is_let_go_unless_it_is_too_bad() -> None:
    camera = BY_CODE["raise_camera"]
    low = set_to("pitch", -18.0)
    said = list(replay(sitting((40.0, [low])), CoachState(shots=("relaxed",))))
    assert codes(said) == ["wait", "raise_camera", "chin_down", "hold", "captured", "done"]
    held = codes(replay(sitting((120.0, [set_to("pitch", -36.0)]))))
    assert held == ["wait", "raise_camera"]
    assert camera.limit is not None
    assert camera.patience_s is not None


def test_after_a_while_away_everything_is_asked_for_anew() -> None:
    low = set_to("pitch", -18.0)
    away = [Reading(20.0 + t / 10, 1280, 720, 0) for t in range(80)]
    said = list(replay([*sitting((20.0, [low])), *away, *sitting((4.0, [low]), start=28.0)]))
    assert codes(said)[-2:] == ["nobody", "raise_camera"]
