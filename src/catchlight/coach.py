"""The live coach: from the frames of a camera, one instruction at a time, and the moment to shoot.

    frame → read_frame → Reading → step(state, reading) → (state, Instruction)

`step` is a pure function of numbers, so that a recorded sequence of readings replays to the same
instructions (`replay`). `Coach` is the thin piece around it that reads frames. What is asked for,
from when on and in which words is data (`data/coach.toml`). It speaks of geometry and light, of
what to do and why; it never names a feeling.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .coach_reading import Camera, Reading, prepare, read_frame
from .coach_rules import CoachRules, Rule, Shot, default_rules
from .coach_state import CoachState, current_shot, judge, let_go, wanted
from .coach_words import Gauges, Instruction, Oval, instruct
from .face_track import Track

__all__ = [
    "Camera",
    "Coach",
    "CoachState",
    "Gauges",
    "Instruction",
    "Oval",
    "Reading",
    "Shot",
    "replay",
    "step",
]

_SMILING = 0.02  # rise of the mouth's corners, in mouth widths, that is no longer taken for rest


def step(
    state: CoachState, reading: Reading, rules: CoachRules | None = None
) -> tuple[CoachState, Instruction]:
    """Return the state and the instruction after one more reading.

    A reading that is not later than the one before changes nothing.

    Parameters
    ----------
    state : after the reading before; `CoachState()` at first.
    reading : of one frame.
    rules : None for those that ship with Catchlight.
    """
    rules = rules or default_rules()
    if state.last is not None and reading.time <= state.last.time:
        return state, instruct(state, rules, capture=False)
    state, seconds = judge(state, reading, rules)
    state = _choose(state, rules)
    if state.shown != "hold":
        return state, instruct(state, rules, capture=False)
    if wanted(state, rules) is None and _ready(state, rules):
        state = replace(state, held_s=state.held_s + seconds)
        since = np.inf if state.captured_at is None else reading.time - state.captured_at
        if state.held_s >= rules.timing.hold_s and since >= rules.timing.again_s:
            return _captured(state), instruct(state, rules, capture=True)
    return state, instruct(state, rules, capture=False)


def replay(
    readings: Iterable[Reading], state: CoachState | None = None, rules: CoachRules | None = None
) -> Iterator[Instruction]:
    """Yield the instruction for each of the readings, from the start or from `state` on."""
    state = state or CoachState()
    for reading in readings:
        state, instruction = step(state, reading, rules)
        yield instruction


class Coach:
    """The coach of one sitter before one camera; not to be shared between threads.

    Making one loads the models and tables, so that no frame has to wait for them.

    Parameters
    ----------
    shots : the pictures to take, in order; "smile" asks for the corners of the mouth to rise.
    camera : what is known of the camera; None: nothing.
    rules : None for those that ship with Catchlight.

    Raises
    ------
    ModelError : a model is missing or damaged.
    ValueError : there are no shots.
    """

    def __init__(
        self,
        shots: Sequence[Shot] = ("relaxed", "smile"),
        camera: Camera | None = None,
        rules: CoachRules | None = None,
    ) -> None:
        self.camera = camera or Camera()
        self.rules = rules or default_rules()
        self.state = CoachState(shots=tuple(shots))
        self.track = Track()
        prepare()

    def see(self, pixels: NDArray[np.uint8], time: float) -> Instruction:
        """Look at one frame and say what to do.

        Parameters
        ----------
        pixels : (H, W, 3) uint8 RGB, sRGB-encoded.
        time : of the frame in seconds, of any clock that only goes forward.

        Raises
        ------
        ModelError : a model is missing or damaged.
        ValueError : `pixels` are of another shape or dtype, or empty.
        """
        reading, self.track = read_frame(pixels, time, self.track, self.camera)
        self.state, instruction = step(self.state, reading, self.rules)
        if self.camera.mirrored and instruction.head is not None:
            x0, y0, x1, y1 = instruction.head
            instruction = replace(instruction, head=(1.0 - x1, y0, 1.0 - x0, y1))
        return instruction

    def start_again(self, shots: Sequence[Shot] | None = None) -> None:
        """Prepare the same or other pictures of the same person, who is known by now.

        Raises
        ------
        ValueError : there are no shots.
        """
        again = self.state.shots if shots is None else tuple(shots)
        self.state = replace(self.state, shots=again, shot=0)


def _choose(state: CoachState, rules: CoachRules) -> CoachState:
    """Choose the instruction, and change to it only when the old one was shown long enough."""
    assert state.last is not None
    assert state.shown_since is not None
    rule = wanted(state, rules)
    if current_shot(state) is None:
        code = "done"
    elif rule is not None:
        code = rule.code
    elif _settled(state, rules) and _ready(state, rules):
        code = "hold"
    else:  # a blink, a moment's move: soon it is right, or a rule says what is not
        code = state.shown
    urgent = state.shown == "hold" and rule is not None and rule.breaks_hold
    if rule is not None and code != state.shown and not urgent and _earlier(state, rule, rules):
        return state
    captured = state.shown == "captured"
    dwell = rules.timing.captured_s if captured else rules.timing.dwell_s
    young = state.last.time - state.shown_since < dwell - 1e-9
    if code == state.shown or (young and not urgent):
        return state
    return replace(state, shown=code, shown_since=state.last.time, held_s=0.0)


def _earlier(state: CoachState, rule: Rule, rules: CoachRules) -> bool:
    """Whether a rule that comes before this one is about to set in: then that is told first."""
    before = rules.rules[: rules.rules.index(rule)]
    standing = (state.rules[other.code] for other in before)
    return any(other.since is not None and not other.active for other in standing)


def _settled(state: CoachState, rules: CoachRules) -> bool:
    """Whether a face has been seen for long enough and no rule is about to set in."""
    if state.last is None or state.face_since is None:
        return False
    if state.last.time - state.face_since < rules.timing.settle_s:
        return False
    return all(rule.active or rule.since is None for rule in state.rules.values())


def _ready(state: CoachState, rules: CoachRules) -> bool:
    """Whether this very frame would do: eyes open and on the lens, and hardly moving."""
    lids, moving, gaze = (state.raw[name] for name in ("lids", "speed", "gaze"))
    if lids is None or moving is None or moving > rules.capture.most_speed:
        return False
    given_up = {rule.code for rule in rules.rules if let_go(state, rule)}
    if lids < rules.capture.least_lids and "eyes_wider" not in given_up:
        return False
    return gaze is None or gaze <= rules.capture.most_gaze or "look_here" in given_up


def _captured(state: CoachState) -> CoachState:
    """Return the state after the picture was taken."""
    assert state.last is not None
    usual, rise = state.usual, state.last.mouth_rise
    if usual is not None and rise is not None and current_shot(state) == "relaxed":
        # Where the corners of the mouth were in this picture is their rest, unless it smiled.
        usual = replace(usual, rest=min(rise, _SMILING))
    return replace(
        state,
        usual=usual,
        shown="captured",
        shown_since=state.last.time,
        held_s=0.0,
        shot=state.shot + 1,
        captured_at=state.last.time,
    )
