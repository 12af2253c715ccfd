"""What the coach says and shows: an instruction in words, gauges, and where the head should be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .coach_reading import EYES_APART_CM, Camera, Reading
from .coach_rules import CoachRules, Rule, Says
from .coach_state import CoachState, current_shot

__all__ = ["Gauges", "Instruction", "Oval", "instruct"]

Box = tuple[float, float, float, float]

# A head with flat hair is 4.1 eye distances high and 2.5 wide, its eyes at 0.535 of the height
# from the top (`looks.EYES_IN_HEAD`: 18 portraits of PPM-100).
_HEAD_HEIGHT, _HEAD_WIDTH, _EYES_IN_HEAD = 4.1, 2.5, 0.535
_TALLEST = 0.75  # of the frame's height


@dataclass(frozen=True, slots=True)
class Oval:
    """An upright oval in shares of the frame: centre (x, y), width and height."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Gauges:
    """How far everything is right, for a page to draw.

    Attributes
    ----------
    stages : 0..1 for each stage, 1 where nothing is to be done; None where it cannot be told.
    nearness : -1 much too far, 0 right, 1 much too near; None without a face.
    distance : from the camera in centimetres, roughly; None without a face.
    """

    stages: Mapping[str, float | None]
    nearness: float | None
    distance: float | None


@dataclass(frozen=True, slots=True)
class Instruction:
    """What to tell the sitter now.

    Attributes
    ----------
    code : the rule's code, or "wait", "hold", "captured" or "done".
    stage : the rule's stage; "" for the last four.
    text : about five words for large type.
    why : one short sentence.
    severity : 0..1, how bad the fault is; 0 where there is none.
    progress : 0..1, how near a fault is to being put right, or how long it was held.
    capture : True for the one frame that is to be taken.
    shot : number of the picture that is being prepared, from 0.
    gauges : for the page.
    target : where the head should be.
    head : where the head is, (x0, y0, x1, y1) in shares of the frame, or None.
    """

    code: str
    stage: str
    text: str
    why: str
    severity: float
    progress: float
    capture: bool
    shot: int
    gauges: Gauges
    target: Oval
    head: Box | None

    def as_dict(self) -> dict[str, Any]:
        """Return the instruction as JSON-ready data."""
        gauges, oval = self.gauges, self.target
        stages = {k: v if v is None else round(v, 3) for k, v in gauges.stages.items()}
        return {
            "code": self.code,
            "stage": self.stage,
            "text": self.text,
            "why": self.why,
            "severity": round(self.severity, 3),
            "progress": round(self.progress, 3),
            "capture": self.capture,
            "shot": self.shot,
            "light": stages.get("light"),
            "distance": stages.get("distance"),
            "nearness": gauges.nearness,
            "distance_cm": gauges.distance,
            "stages": stages,
            "target": [round(part, 4) for part in (oval.x, oval.y, oval.width, oval.height)],
            "head": None if self.head is None else [round(part, 4) for part in self.head],
        }


def instruct(state: CoachState, rules: CoachRules, *, capture: bool) -> Instruction:
    """Put a state, after its first reading, into words and gauges."""
    reading = state.last
    assert reading is not None
    rule = next((rule for rule in rules.rules if rule.code == state.shown), None)
    words: Says = rules.says[state.shown] if rule is None else rule
    severity = 0.0 if rule is None else _severity(state, rule)
    held = min(state.held_s / max(rules.timing.hold_s, 1e-6), 1.0)
    waiting = state.shown in ("wait", "hold")
    return Instruction(
        code=state.shown,
        stage="" if rule is None else rule.stage,
        text=words.text,
        why=words.why,
        severity=severity,
        progress=held if waiting else 1.0 - severity,
        capture=capture,
        shot=min(state.shot, len(state.shots) - 1),
        gauges=_gauges(state, reading, rules),
        target=_target(reading, rules),
        head=reading.head,
    )


def _severity(state: CoachState, rule: Rule) -> float:
    smoothed = state.smoothed.get(rule.quantity)
    return 0.0 if smoothed is None else rule.severity(smoothed.value)


def _gauges(state: CoachState, reading: Reading, rules: CoachRules) -> Gauges:
    """Take the worst severity of each stage."""
    stages: dict[str, float | None] = dict.fromkeys(rules.stages)
    nearness = 0.0
    for rule in rules.rules:
        if rule.shots is not None and current_shot(state) not in rule.shots:
            continue
        if rule.quantity not in state.smoothed or (reading.eyes is None and rule.stage != "person"):
            continue
        severity = _severity(state, rule)
        before = stages[rule.stage]
        stages[rule.stage] = min(1.0 - severity, 1.0 if before is None else before)
        if rule.stage == "distance":
            nearness += severity if rule.quantity == "distance" else -severity
    distance = state.smoothed.get("distance")
    if reading.eyes is None or distance is None:
        return Gauges(stages, None, None)
    return Gauges(stages, round(nearness, 3), float(round(distance.value)))


def _target(reading: Reading, rules: CoachRules) -> Oval:
    """Return where the head should be: in the middle, eyes on their line, at the right distance."""
    width, height = reading.width, reading.height
    if reading.eye_distance and reading.distance and reading.eye_distance_still:
        scale = reading.eye_distance_still / reading.eye_distance
        at_one_cm = reading.eye_distance * reading.distance
    else:
        scale, at_one_cm = 1.0, Camera().focal_length(width, height) * EYES_APART_CM
    enough = min(rules.distance.enough_eyes / scale, at_one_cm / rules.distance.near_enough)
    apart = max(at_one_cm / rules.outline.distance, 1.05 * enough)
    tall = min(_HEAD_HEIGHT * apart / height, _TALLEST)
    return Oval(
        x=0.5,
        y=rules.outline.eye_line - (_EYES_IN_HEAD - 0.5) * tall,
        width=tall * height / width * _HEAD_WIDTH / _HEAD_HEIGHT,
        height=tall,
    )
