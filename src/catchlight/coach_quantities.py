"""From one frame's reading to the quantities that the coach's rules look at.

Some of them only make sense against the person's own usual: how far their lids are open as a rule,
and where the corners of their mouth rest. `Usual` learns both while they sit there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from .coach_reading import Reading
from .coach_rules import CoachRules

__all__ = ["QUANTITIES", "UNSMOOTHED", "OwnUsual", "learn", "quantities", "speed"]

QUANTITIES = (
    *("people", "room", "distance", "pixels", "offset", "crown", "eye_line", "backlight", "dark"),
    *("burnt", "side", "key_elevation", "pitch", "yaw", "roll", "lids", "gaze", "mouth_open"),
    *("lips_pressed", "brow_height", "smile", "speed", "blur"),
)

UNSMOOTHED = ("people", "room", "lids")
"""Counted or told apart from a blink by time, so that smoothing would only blur them."""

_GAP_AT_REST, _GAP_PER_RISE = 0.05, 1.5  # see `measures/mouth.py`
_LIDS_SHUT = 0.14  # of the eye's width
_TURNED = 15.0  # degrees; a turned eye is narrower, and looks more open for it
_LOOKING_DOWN = 9.0  # degrees; lowered eyes lower the lids, which is not their usual


@dataclass(frozen=True, slots=True)
class OwnUsual:
    """What is usual for the person before the camera.

    Attributes
    ----------
    lids : opening of the less open eye as a share of its width.
    rest : rise of the mouth's lower corner with the mouth at rest, in mouth widths.
    seen_s : for how long the lids were learnt, in seconds.
    """

    lids: float
    rest: float
    seen_s: float = 0.0


def learn(usual: OwnUsual, reading: Reading, seconds: float, rules: CoachRules) -> OwnUsual:
    """Return what is usual after one more reading, `seconds` after the one before.

    The lids' quantile is followed in small steps up or down (stochastic approximation, Robbins &
    Monro 1951, doi 10.1214/aoms/1177729586), so that blinks and moments weigh little.
    """
    eyes = rules.eyes
    if reading.lids is None or reading.gaze is None or min(reading.lids) < _LIDS_SHUT:
        return usual
    if reading.gaze[1] > _LOOKING_DOWN or abs(reading.yaw or 0.0) > _TURNED:
        return usual
    rate = eyes.fast if usual.seen_s < eyes.first_s else eyes.slow
    up = min(reading.lids) > usual.lids
    step = rate * seconds * (eyes.quantile if up else eyes.quantile - 1.0)
    lids = min(max(usual.lids + step, eyes.least), eyes.most)
    return replace(usual, lids=lids, seen_s=usual.seen_s + seconds)


def _enough(reading: Reading, rules: CoachRules) -> float | None:
    """Eye distance as a share of enough, or of what it would be from near enough, if that is less.

    From `near_enough` a camera gives eye_distance_still * distance / near_enough pixels.
    """
    if not reading.eye_distance_still or not reading.distance:
        return None
    there = rules.distance
    by_pixels = reading.eye_distance_still / there.enough_eyes
    return max(by_pixels, there.near_enough / reading.distance)


def speed(before: Reading | None, now: Reading) -> float | None:
    """Speed of the eyes across the frame in eye distances a second; None without two places."""
    if before is None or before.eyes is None or now.eyes is None or not now.eye_distance:
        return None
    dx = (now.eyes[0] - before.eyes[0]) * now.width
    dy = (now.eyes[1] - before.eyes[1]) * now.height
    return math.hypot(dx, dy) / now.eye_distance / (now.time - before.time)


def quantities(
    reading: Reading, usual: OwnUsual, moving: float | None, rules: CoachRules
) -> dict[str, float | None]:
    """Return the value of every quantity, None where it could not be read.

    people : faces; room : stops of the frame's mean luminance, 0 with a face; distance : cm;
    pixels : between the irises in the still, as a share of enough, or of what this camera gives
    from near enough; offset : of the eyes from the middle in frame widths, positive to the sitter's
    left; crown, eye_line : in frame heights from the top;
    backlight, dark, side : stops, see `Reading`, backlight at most a stop more than the face is
    dark; burnt : share; key_elevation, pitch, yaw, roll, gaze : degrees; lids : share of their
    usual opening; mouth_open : gap beyond rest and smile, in mouth widths; lips_pressed : 0..1;
    brow_height : eye distances; smile : rise of the corners above rest, in mouth widths; speed :
    eye distances a second; blur : percent of the eye distance.
    """
    r = reading
    if r.eyes is None:
        return {**dict.fromkeys(QUANTITIES), "people": float(r.people), "room": r.room}
    rise = r.mouth_rise or 0.0
    gap = None if r.mouth_gap is None else r.mouth_gap - _GAP_AT_REST
    bright = None if r.backlight is None or r.dark is None else min(r.backlight, r.dark + 1.0)
    return {
        "people": float(r.people),
        "room": 0.0,
        "distance": r.distance,
        "pixels": _enough(r, rules),
        "offset": r.eyes[0] - 0.5,
        "crown": None if r.head is None else r.head[1],
        "eye_line": r.eyes[1],
        "backlight": bright,
        "dark": r.dark,
        "burnt": r.burnt,
        "side": r.side,
        "key_elevation": r.key_elevation,
        "pitch": r.pitch,
        "yaw": r.yaw,
        "roll": r.roll,
        "lids": None if r.lids is None else min(r.lids) / usual.lids,
        "gaze": None if r.gaze is None else math.hypot(*r.gaze),
        "mouth_open": None if gap is None else gap - _GAP_PER_RISE * max(rise, 0.0),
        "lips_pressed": r.lips_pressed,
        "brow_height": r.brow_height,
        "smile": None if r.mouth_rise is None else r.mouth_rise - usual.rest,
        "speed": moving,
        "blur": r.blur,
    }
