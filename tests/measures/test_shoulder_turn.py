"""Oracle: lines of known turn."""

from __future__ import annotations

import pytest

from catchlight.measures.shoulder_turn import shoulder_turn
from catchlight.shoulder_line import ShoulderLine


def line(turn: float, **changes: float) -> ShoulderLine:
    """Shoulders of a known turn, seen alike in both looks."""
    return ShoulderLine(**{"turn": turn, "apart": 4.0, "presence": 1.0, **changes})


@pytest.mark.parametrize(
    ("turn", "verdict", "words"),
    [
        (0.0, "square", "square to the camera"),
        (-11.0, "square", "square to the camera"),
        (26.0, "turned", "26° to their left"),
        (-26.0, "turned", "26° to their right"),
        (85.0, "sideways", "85° to their left"),
    ],
)
def test_says_which_way(turn: float, verdict: str, words: str) -> None:
    measure = shoulder_turn(line(turn), room=2.0)
    assert measure.verdict == verdict
    assert words in measure.reason
    assert measure.score is not None
    assert measure.score >= 75  # never a fault


def test_what_is_not_seen_is_not_told() -> None:
    for seen, room in (
        (None, 2.0),
        (line(20.0), 0.3),
        (line(20.0, presence=0.2), 2.0),
        (line(20.0, apart=40.0), 2.0),
    ):
        assert shoulder_turn(seen, room).status == "could_not_assess"
