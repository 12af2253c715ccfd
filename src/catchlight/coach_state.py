"""What the coach remembers between frames, and which of its rules are in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .coach_quantities import UNSMOOTHED, OwnUsual, learn, quantities, speed
from .coach_reading import Reading
from .coach_rules import CoachRules, Rule, Shot
from .one_euro import Smoothed, smooth

__all__ = ["CoachState", "RuleState", "current_shot", "judge", "let_go", "wanted"]


@dataclass(frozen=True, slots=True)
class RuleState:
    """Where one rule stands.

    Attributes
    ----------
    active : whether its fault is in force.
    since : time from which the value has spoken for the other state; None while it does not.
    asked_s : seconds for which it was the instruction, since it last set in.
    """

    active: bool = False
    since: float | None = None
    asked_s: float = 0.0


@dataclass(frozen=True, slots=True)
class CoachState:
    """All that the coach remembers between frames.

    Attributes
    ----------
    shots : the pictures to take, in order; at least one.
    last : the reading before; None at first.
    raw : its quantities, as read.
    smoothed : quantities filtered over time.
    face_since, face_last : times since when, and when last, a face was seen without a break.
    rules : where each rule stands, by code.
    usual : what is usual for this person; None before the first reading.
    shown, shown_since : code of the instruction, and time since when it is shown.
    held_s : for how long everything was right while "hold it" was shown.
    shot : number of the picture that is being prepared.
    captured_at : time of the last picture; None before the first.

    Raises
    ------
    ValueError : there are no shots.
    """

    shots: tuple[Shot, ...] = ("relaxed", "smile")
    last: Reading | None = None
    raw: Mapping[str, float | None] = field(default_factory=dict)
    smoothed: Mapping[str, Smoothed] = field(default_factory=dict)
    face_since: float | None = None
    face_last: float | None = None
    rules: Mapping[str, RuleState] = field(default_factory=dict)
    usual: OwnUsual | None = None
    shown: str = "wait"
    shown_since: float | None = None
    held_s: float = 0.0
    shot: int = 0
    captured_at: float | None = None

    def __post_init__(self) -> None:
        if not self.shots:
            raise ValueError("a coach needs at least one picture to take")


def current_shot(state: CoachState) -> Shot | None:
    """Return what kind of picture is being prepared; None when all are taken."""
    return state.shots[state.shot] if state.shot < len(state.shots) else None


def judge(state: CoachState, reading: Reading, rules: CoachRules) -> tuple[CoachState, float]:
    """Take one reading in; return the state, and the seconds since the reading before.

    After a pause of `reset_s` the filters begin anew and the seconds are 0.
    """
    seconds = 0.0 if state.last is None else reading.time - state.last.time
    if seconds > rules.timing.reset_s:
        seconds = 0.0
    before = state.last
    state = _begun(state, reading, rules, anew=seconds == 0.0)
    usual = state.usual or OwnUsual(rules.eyes.usual, rules.mouth.rest)
    usual = learn(usual, reading, seconds, rules)
    moving = None if before is None or seconds == 0.0 else speed(before, reading)
    raw = quantities(reading, usual, moving, rules)
    state = replace(state, last=reading, usual=usual, raw=raw)
    state = replace(state, smoothed=_smoothed(state, reading.time, rules))
    return replace(state, rules=_rules(state, reading.time, seconds, rules)), seconds


def wanted(state: CoachState, rules: CoachRules) -> Rule | None:
    """Return the first rule that is in force and not let go; None when all is right."""
    for rule in rules.rules:
        if state.rules[rule.code].active and not let_go(state, rule):
            return rule
    return None


def let_go(state: CoachState, rule: Rule) -> bool:
    """Whether a rule in force was asked for in vain for long enough, and can be borne."""
    asked = state.rules[rule.code].asked_s
    if rule.patience_s is None or asked < rule.patience_s:
        return False
    return rule.bearable(state.smoothed[rule.quantity].value)


def _begun(state: CoachState, reading: Reading, rules: CoachRules, *, anew: bool) -> CoachState:
    """Note whether a face is there; after a pause, or a long absence, begin anew."""
    if anew:
        waiting = {code: replace(rule, since=None) for code, rule in state.rules.items()}
        state = replace(state, smoothed={}, rules=waiting, face_since=None)
    if state.shown_since is None:
        state = replace(state, shown_since=reading.time)
    if reading.eyes is None:
        return replace(state, face_since=None)
    if state.face_last is not None and reading.time - state.face_last > rules.timing.forget_s:
        state = replace(state, smoothed={}, rules={}, usual=None)
    since = reading.time if state.face_since is None else state.face_since
    return replace(state, face_since=since, face_last=reading.time)


def _smoothed(state: CoachState, time: float, rules: CoachRules) -> dict[str, Smoothed]:
    """Filter each quantity that was read; the others stay as they were, but not for ever."""
    known = state.smoothed.items()
    after = {name: last for name, last in known if time - last.time <= rules.timing.forget_s}
    for name, value in state.raw.items():
        if value is None:
            continue
        last = None if name in UNSMOOTHED else after.get(name)
        filter_ = rules.smoothing_of(name)
        after[name] = smooth(last, value, time, filter_.min_cutoff, filter_.beta)
    return after


def _rules(
    state: CoachState, now: float, seconds: float, rules: CoachRules
) -> dict[str, RuleState]:
    """Let each rule set in or end, by its two thresholds and its two delays."""
    after: dict[str, RuleState] = {}
    for rule in rules.rules:
        old = state.rules.get(rule.code, RuleState())
        asked_now = rule.shots is None or current_shot(state) in rule.shots
        if not asked_now or rule.quantity not in state.smoothed:
            new = RuleState()
        elif state.raw[rule.quantity] is None:  # nothing new is known
            new = old if state.face_since is not None else replace(old, since=None)
        else:
            value = state.smoothed[rule.quantity].value
            turning = rule.ends(value) if old.active else rule.sets_in(value)
            delay = rules.timing.clear_s if old.active else rule.after_s
            since = (now if old.since is None else old.since) if turning else None
            if since is not None and now - since >= delay - 1e-9:
                new = RuleState(active=not old.active)
            else:
                new = replace(old, since=since)
        if new.active and old.active and state.shown == rule.code:
            new = replace(new, asked_s=old.asked_s + seconds)
        after[rule.code] = new
    return after
