"""Oracles: faces whose rest differs from the usual, each held against its own."""

from __future__ import annotations

from catchlight.coach import CoachState, replay

from .sittings import blinks, codes, set_to, sitting


def test_smile_is_against_the_persons_own_rest() -> None:
    down = set_to("smile", -0.06)  # corners that rest low
    risen = set_to("smile", 0.0)
    said = list(replay(sitting((6.0, [down]), (4.0, [risen]))))
    assert codes(said) == ["wait", "hold", "captured", "smile", "hold", "captured", "done"]


def test_narrow_eyes_are_learnt() -> None:
    narrow = set_to("lids", 0.66)  # 0.2 of the eye's width: one in 95 portraits is as narrow
    said = list(replay(sitting((8.0, [narrow])), CoachState(shots=("relaxed",))))
    assert any(one.capture for one in said)
    # from the wide eyes that were seen for a while, the same is a half closed eye
    said = list(replay(sitting((3.0, [set_to("lids", 1.1)]), (3.0, [narrow]))))
    assert said[-1].code == "eyes_wider"
    # but closed ones never are
    shut = blinks(0.0, seconds=60.0)
    said = list(replay(sitting((60.0, [shut])), CoachState(shots=("relaxed",))))
    assert codes(said) == ["wait", "eyes_closed"]
