"""Oracles: readings of known truth, each rule against the value it is about; recorded sequences.

The recordings in `data/coach` are numbers read off clips that `benchmarks/coach.py` makes of real
stills (see the README beside them).
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from catchlight.coach import Camera, Coach, CoachState, Instruction, Reading, replay, step
from catchlight.coach_reading import from_lines
from catchlight.coach_rules import Rule

from .sittings import GOOD, RULES, SPOKEN, asked, blinks, codes, set_to, sitting, wrong
from .test_face_track import scene

RECORDED = Path(__file__).parent / "data" / "coach"
RATES = [10.0, pytest.param(30.0, marks=pytest.mark.slow)]
"""Frames a second: the studio's, and what a fast machine does."""


# One instruction for each fault -------------------------------------------------------------------


@pytest.mark.parametrize("rule", SPOKEN, ids=lambda rule: rule.code)
def test_each_fault_is_told_and_its_end_is_seen(rule: Rule) -> None:
    shots = rule.shots or ("relaxed",)
    readings = sitting((4.0, [wrong(rule)]), (4.0, [set_to("smile", 0.1)]))
    said = list(replay(readings, CoachState(shots=shots)))
    assert asked(said) == [rule.code]
    assert said[30].stage == rule.stage
    assert 0 < said[30].severity <= 1
    assert sum(one.capture for one in said) == 1
    assert not any(one.capture for one in said[:40])


def test_nobody_there() -> None:
    empty = [Reading(t / 10, 1280, 720, 0) for t in range(30)]
    said = list(replay([*empty, *sitting((3.0, []), start=3.0)]))
    assert codes(said)[:3] == ["wait", "nobody", "hold"]
    assert said[20].head is None
    assert said[20].gauges.distance is None


def test_nobody_to_be_seen_in_the_dark() -> None:
    dark = [Reading(t / 10, 1280, 720, 0, room=-8.0) for t in range(30)]
    said = list(replay([*dark, *sitting((3.0, []), start=3.0)]))
    assert codes(said)[:3] == ["wait", "room_dark", "hold"]


@pytest.mark.parametrize("rule", SPOKEN, ids=lambda rule: rule.code)
def test_between_the_two_thresholds_nothing_sets_in(rule: Rule) -> None:
    if rule.quantity in ("people", "speed", "lids"):
        pytest.skip("counted, known from two readings, or against what is learnt meanwhile")
    between = set_to(rule.quantity, 0.5 * (rule.enter + rule.until))
    state = CoachState(shots=rule.shots or ("relaxed",))
    assert rule.code not in codes(replay(sitting((4.0, [between])), state))
    # and what has set in does not end there
    said = list(replay(sitting((2.0, [wrong(rule)]), (4.0, [between])), state))
    assert said[-1].code == rule.code


def test_order_is_respected() -> None:
    first = [next(r for r in SPOKEN if r.stage == stage) for stage in RULES.stages]
    for early, late in itertools.combinations(first, 2):
        if early.quantity == late.quantity or {early.stage, late.stage} == {"framing", "still"}:
            continue
        readings = sitting((3.0, [wrong(late), wrong(early)]), (3.0, [wrong(late)]))
        said = list(replay(readings, CoachState(shots=("relaxed",))))
        shown = asked(said)
        assert shown[0] == early.code, (early.code, late.code, shown)
        assert shown[-1] == late.code, (early.code, late.code, shown)


def test_sides_are_the_sitters_own() -> None:
    """Signs as in `Reading`; test_coach_reading.py holds them against renderings."""
    for change, text in (
        (set_to("yaw", 25.0), "Turn a little to your right"),  # turned to their left
        (set_to("yaw", -25.0), "Turn a little to your left"),
        (set_to("roll", 15.0), "Tip your head to your left"),  # leans to the right shoulder
        (set_to("offset", 0.25), "Move to your right"),  # sits to their left of the middle
        (set_to("side", 3.0), "Face the light on your left"),
        (set_to("side", -3.0), "Face the light on your right"),
    ):
        assert list(replay(sitting((2.0, [change]))))[-1].text == text


# Steadiness ---------------------------------------------------------------------------------------


def most_changes_a_second(said: list[Instruction], rate: float) -> int:
    changes = [n for n in range(1, len(said)) if said[n].code != said[n - 1].code]
    return max((sum(0 <= n - m < rate for n in changes) for m in changes), default=0)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("seed", range(4))
def test_noise_at_any_threshold_changes_nothing_oftener_than_once_a_second(
    rate: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    spread = {
        **dict.fromkeys(("yaw", "pitch", "roll"), 2.0),
        **dict.fromkeys(("dark", "side", "backlight"), 0.3),
        **dict.fromkeys(("distance", "key_elevation"), 6.0),
        **dict.fromkeys(("pixels", "lids"), 0.06),
        "gaze": 2.5,
        "blur": 0.4,
    }
    for rule in SPOKEN:
        if rule.quantity in ("people", "speed"):
            continue
        noise = spread.get(rule.quantity, 0.03)
        readings = [
            set_to(rule.quantity, rule.enter + noise * float(rng.normal()))(reading)
            for reading in sitting((12.0, []), rate=rate)
        ]
        said = list(replay(readings, CoachState(shots=rule.shots or ("relaxed", "relaxed"))))
        assert most_changes_a_second(said, rate) <= 1, rule.code


def test_steady_and_noisy_input_holds_and_captures() -> None:
    rng = np.random.default_rng(5)
    readings = []
    for reading in sitting((6.0, []), rate=30.0):
        jitter = rng.normal(0, 1, 6)
        assert reading.eyes is not None
        x, y = reading.eyes[0] + 1e-4 * jitter[0], reading.eyes[1] + 1e-4 * jitter[1]
        pose = {"yaw": 2 + jitter[2], "pitch": 1 + jitter[3], "gaze": (2 * jitter[4], 2.0)}
        lids = 0.3 + 0.01 * jitter[5]
        readings.append(replace(reading, eyes=(x, y), lids=(lids, lids), **pose))
    said = list(replay(readings, CoachState(shots=("relaxed",))))
    assert codes(said) == ["wait", "hold", "captured", "done"]


@pytest.mark.parametrize("rate", RATES)
def test_a_blink_changes_no_instruction_and_is_not_photographed(rate: float) -> None:
    for time in np.arange(0.0, 4.0, 0.1):
        blink = blinks(float(time))
        open_ = list(replay(sitting((6.0, []), rate=rate), CoachState(shots=("relaxed",))))
        readings = list(sitting((6.0, [blink]), rate=rate))
        said = list(replay(readings, CoachState(shots=("relaxed",))))
        assert codes(said) == codes(open_)
        taken = [r for r, one in zip(readings, said, strict=True) if one.capture]
        assert len(taken) == 1
        assert taken[0].lids == GOOD.lids
        # in the midst of a fault
        turned = sitting((5.0, [set_to("yaw", 25.0), blink]), rate=rate)
        assert codes(replay(turned)) == ["wait", "turn_right"]


@pytest.mark.parametrize("rate", RATES)
def test_never_hold_it_with_closed_eyes(rate: float) -> None:
    for time in np.arange(0.5, 4.0, 0.1):
        shut = blinks(float(time), seconds=3.0)
        readings = list(sitting((8.0, [shut]), rate=rate))
        said = list(replay(readings, CoachState(shots=("relaxed", "relaxed"))))
        closed_since = None
        for before, reading, one in zip([None, *said], readings, said, strict=False):
            assert reading.lids is not None
            closed = max(reading.lids) < 0.1
            closed_since = (closed_since or reading.time) if closed else None
            if closed:
                assert not one.capture
                assert one.code != "hold" or (before is not None and before.code == "hold")
                assert one.code != "hold" or reading.time - (closed_since or 0.0) <= 0.5
        assert "eyes_closed" in codes(said)


# Holding and capturing ----------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [5.0, 10.0, 30.0])
def test_one_picture_once(rate: float) -> None:
    said = list(replay(sitting((30.0, []), rate=rate), CoachState(shots=("relaxed",))))
    taken = [n / rate for n, one in enumerate(said) if one.capture]
    assert len(taken) == 1
    assert taken[0] == pytest.approx(1.0 + RULES.timing.hold_s, abs=0.35)
    assert codes(said) == ["wait", "hold", "captured", "done"]
    assert said[round(taken[0] * rate)].progress == 1.0


def test_pictures_are_apart() -> None:
    said = list(replay(sitting((30.0, [])), CoachState(shots=("relaxed",) * 4)))
    taken = [n / 10 for n, one in enumerate(said) if one.capture]
    assert len(taken) == 4
    assert min(np.diff(taken)) >= RULES.timing.again_s - 1e-9
    assert [one.shot for one in said if one.capture] == [0, 1, 2, 3]


def test_a_coarse_camera_never_asks_for_closer_and_back_in_turn() -> None:
    for cm in np.arange(40.0, 200.0, 2.5):
        apart = 521 * 6.3 / cm  # a 640 x 480 camera
        coarse = replace(GOOD, distance=cm, eye_distance=apart, eye_distance_still=apart)
        readings = [replace(coarse, time=t / 10) for t in range(30)]
        assert len(set(asked(replay(readings))) & {"too_near", "too_far"}) <= 1


# A function of readings ---------------------------------------------------------------------------


def test_step_is_pure() -> None:
    state = CoachState()
    for reading in sitting((3.0, [set_to("yaw", 25.0)])):
        before = repr(state)
        first, second = step(state, reading), step(state, reading)
        assert first == second
        assert repr(state) == before
        state = first[0]


def test_readings_out_of_time_change_nothing() -> None:
    readings = list(sitting((6.0, [])))
    doubled = [r for reading in readings for r in (reading, reading, readings[0])]
    once = list(replay(readings, CoachState(shots=("relaxed",))))
    said = list(replay(doubled, CoachState(shots=("relaxed",))))
    assert [one.code for one in said[::3]] == [one.code for one in once]
    assert sum(one.capture for one in said) == 1


def test_a_pause_in_the_frames_is_no_hold() -> None:
    first = list(sitting((1.6, [])))
    later = list(sitting((3.0, []), start=60.0))
    said = list(replay([*first, *later], CoachState(shots=("relaxed",))))
    taken = [r.time for r, one in zip([*first, *later], said, strict=True) if one.capture]
    assert len(taken) == 1
    assert taken[0] > 60.3


def test_no_shots_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one picture"):
        Coach(shots=())


# Recorded sequences -------------------------------------------------------------------------------


EXPECTED = {
    "approach": [
        *("wait", "nobody", "too_far", "move_right", "too_near"),
        *("hold", "captured", "hold", "captured"),
    ],
    "burst": ["wait", "turn_right", "turn_left", "look_here", "hold", "captured", "smile"],
    "company": ["wait", "only_one"],
    "lamp": ["wait", "too_dark", "light_left", "hold", "captured", "smile"],
    "smile": ["wait", "hold", "captured", "smile", "hold", "captured", "done"],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_recorded_sequence_replays(name: str) -> None:
    readings = list(from_lines((RECORDED / f"{name}.jsonl").read_text("utf-8")))
    said = list(replay(readings))
    assert codes(said) == EXPECTED[name]
    assert most_changes_a_second(said, 10.0) <= 1 + sum(one.capture for one in said)
    for reading, one in zip(readings, said, strict=True):
        if one.capture:
            assert reading.lids is not None
            assert min(reading.lids) > 0.2


# With pictures ------------------------------------------------------------------------------------


def test_a_mirrored_camera_says_the_same() -> None:
    frame = scene((1000, 300, 74))  # to the right in the picture, which is the sitter's left
    straight, mirrored = Coach(), Coach(camera=Camera(mirrored=True))
    flipped = np.ascontiguousarray(frame[:, ::-1])
    for index in range(14):
        a = straight.see(frame, index / 10)
        b = mirrored.see(flipped, index / 10)
        assert (a.code, a.text, a.severity) == (b.code, b.text, b.severity)
    assert a.code == "move_right"
    assert a.head is not None
    assert b.head is not None
    assert b.head[0] == pytest.approx(1 - a.head[2])


def test_a_coach_can_start_again() -> None:
    coach = Coach(shots=("relaxed",))
    for reading in sitting((6.0, [])):
        coach.state, said = step(coach.state, reading)
    assert said.code == "done"
    coach.start_again(("smile",))
    for reading in sitting((6.0, []), start=6.0):
        coach.state, said = step(coach.state, reading)
    assert said.code == "smile"
