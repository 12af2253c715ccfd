"""Made-up readings of somebody before the coach: good ones, and what makes them break each rule."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from catchlight.coach import Instruction, Reading
from catchlight.coach_rules import Rule, default_rules

RULES = default_rules()
BY_CODE = {rule.code: rule for rule in RULES.rules}
SPOKEN = [rule for rule in RULES.rules if rule.code not in ("room_dark", "nobody")]

GOOD = Reading(
    time=0.0,
    width=1280,
    height=720,
    people=1,
    eyes=(0.5, 0.42),
    head=(0.43, 0.2, 0.57, 0.62),
    eye_distance=74.0,
    eye_distance_still=74.0,
    distance=82.0,
    yaw=2.0,
    pitch=1.0,
    roll=-1.0,
    lids=(0.31, 0.30),
    gaze=(1.0, 2.0),
    mouth_gap=0.01,
    mouth_rise=-0.03,
    lips_pressed=0.08,
    brow_height=0.24,
    dark=0.1,
    burnt=0.0,
    side=0.3,
    key_elevation=35.0,
    backlight=0.3,
    blur=1.0,
)
Change = Callable[[Reading], Reading]


def set_to(quantity: str, value: float) -> Change:
    """Return what makes a reading have this value of a quantity."""
    simple: dict[str, Callable[[Reading], dict[str, Any]]] = {
        "people": lambda r: {"people": round(value)},
        "distance": lambda r: {"distance": value},
        "pixels": lambda r: {"eye_distance_still": 62.0 * value, "distance": 80.0 / value},
        "offset": lambda r: {"eyes": (0.5 + value, r.eyes[1])},
        "crown": lambda r: {"head": (0.43, value, 0.57, 0.62)},
        "eye_line": lambda r: {"eyes": (r.eyes[0], value)},
        "backlight": lambda r: {"backlight": value, "dark": value - 1.0},
        "lids": lambda r: {"lids": (0.31, 0.30 * value)},
        "gaze": lambda r: {"gaze": (value, 0.0)},
        "mouth_open": lambda r: {"mouth_gap": 0.05 + value},
        "smile": lambda r: {"mouth_rise": -0.03 + value},
    }
    if quantity in simple:
        return lambda r: replace(r, **simple[quantity](r))
    return lambda r: replace(r, **{quantity: value})


def wrong(rule: Rule, share: float = 0.2) -> Change:
    """Return what makes a reading break a rule: so far from the threshold towards the worst."""
    if rule.quantity == "people":
        return set_to("people", 2.0 if rule.above is not None else 0.0)
    if rule.quantity == "speed":
        return lambda r: replace(r, eyes=(0.5 + 0.03 * ((r.time * 10) // 1 % 2), 0.42))
    return set_to(rule.quantity, rule.enter + share * (rule.worst - rule.enter))


def sitting(
    *phases: tuple[float, Iterable[Change]], rate: float = 10.0, start: float = 0.0
) -> Iterator[Reading]:
    """Yield readings: for so many seconds each, GOOD with these changes."""
    index = 0
    until = 0.0
    for seconds, changes in phases:
        until += seconds
        changes = tuple(changes)
        while index < round(until * rate):
            reading = replace(GOOD, time=start + index / rate)
            for change in changes:
                reading = change(reading)
            yield reading
            index += 1


def blinks(*times: float, seconds: float = 0.2) -> Change:
    """Return what shuts the eyes from these times on, for so many seconds each."""

    def change(reading: Reading) -> Reading:
        if any(t <= reading.time < t + seconds for t in times):
            return replace(reading, lids=(0.05, 0.06), gaze=None)
        return reading

    return change


def codes(said: Iterable[Instruction]) -> list[str]:
    """Return the instructions in order, each run of one once."""
    return [code for code, _ in itertools.groupby(one.code for one in said)]


def asked(said: Iterable[Instruction]) -> list[str]:
    """Return only what was asked for."""
    return [code for code in codes(said) if code in BY_CODE]
