"""How the shoulders stand to the camera: square, or turned to a side."""

from __future__ import annotations

from ..shoulder_line import ShoulderLine
from .measure import Measure, could_not_assess, graded

__all__ = ["shoulder_turn"]

_ROOM = 0.6  # eye distances below the chin: less shows the neck, and the network guesses the rest
_PRESENT = 0.5
_APART = 30.0  # degrees between the two looks: more, and it is not known
# Degrees. The 95 studio portraits, all square, have -0.4 in the mean, a standard deviation of 2.0
# and 7.0 at the most; two looks at one picture differ by 6.6 (standard deviation).
_SQUARE, _SIDEWAYS = 12.0, 50.0


def shoulder_turn(line: ShoulderLine | None, room: float) -> Measure:
    """Turn of the shoulders in degrees, positive to the subject's left.

    Verdicts: "square", "turned", "sideways". Square shoulders look broad and formal, turned ones
    slimmer and livelier; photographers turn them a little and the face to the lens (Hurley).
    Neither is a fault; who stands sideways looks back over a shoulder. It is told of the pictures
    that are picked, and does not count in picking them.

    Parameters
    ----------
    line : what the pose network saw; None where the shoulders lie beside the photo.
    room : between the chin and the frame's lower edge, eye distances.
    """
    name, unit = "ShoulderTurn", "degree"
    if line is None or room < _ROOM or line.presence < _PRESENT:
        return could_not_assess(name, unit, "the shoulders are not in the picture")
    if line.apart > _APART:
        return could_not_assess(name, unit, "the shoulders are too much hidden to tell their turn")
    size, side = abs(line.turn), "left" if line.turn > 0 else "right"
    score = graded(size, (45, 100), (60, 85), (90, 76))
    if size <= _SQUARE:
        verdict, reason = "square", "the shoulders are square to the camera"
    elif size <= _SIDEWAYS:
        verdict, reason = "turned", f"the shoulders are turned {size:.0f}° to their {side}"
    else:
        verdict, reason = "sideways", f"the body stands sideways, {size:.0f}° to their {side}"
    return Measure(name, line.turn, unit, score, "ok", reason, verdict, max(line.apart / 2, 3.3))
