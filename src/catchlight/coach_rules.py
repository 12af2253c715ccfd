"""The coach's rules as data: what is asked for, from when to when, in which words.

Thresholds, sentences and their sources are in `data/coach.toml`; nothing here knows a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from .settings import StrictModel, check, read_toml

__all__ = ["CoachRules", "Rule", "Says", "Shot", "Smoothing", "default_rules"]

Shot = Literal["relaxed", "smile"]
SAYINGS = {"wait", "hold", "captured", "done"}
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{1,30}$")]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Source = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Seconds = Annotated[float, Field(ge=0.0, le=120.0, strict=False)]
Number = Annotated[float, Field(strict=False)]


class Says(StrictModel):
    """Words for the sitter: `text` in large type, about five words, and `why` below it."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=36)]
    why: Sentence


class Rule(Says):
    """One thing that can be wrong.

    Attributes
    ----------
    code : its name, stable for pages and logs.
    stage : which of the stages it belongs to.
    quantity : what it looks at, by the name in `coach_quantities.quantities`.
    above, below : beyond which value it sets in; one of the two.
    until : beyond which value, on the way back, it ends.
    worst : value at which its severity is 1.
    after_s : how long the value has to be beyond the threshold.
    patience_s : after being asked for so long in vain it is let go; None: never.
    limit : value beyond which it is not let go all the same; None: there is none.
    breaks_hold : whether it ends a "hold it" at once, even before the least dwell.
    shots : for which pictures it holds; None: for all.
    source : where the numbers come from.
    """

    code: Code
    stage: str
    quantity: str
    above: Number | None = None
    below: Number | None = None
    until: Number
    worst: Number
    after_s: Seconds
    patience_s: Seconds | None = None
    limit: Number | None = None
    breaks_hold: bool = False
    shots: Annotated[tuple[Shot, ...] | None, Field(strict=False)] = None
    source: Source

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if (self.above is None) == (self.below is None):
            raise ValueError(f"{self.code}: one of above and below has to be given")
        if not self.sign * self.worst >= self.sign * self.enter >= self.sign * self.until:
            raise ValueError(f"{self.code}: until, the threshold and worst are out of order")
        if self.worst == self.until:
            raise ValueError(f"{self.code}: worst and until are the same")
        return self

    @property
    def sign(self) -> float:
        """1 where large values are the fault, -1 where small ones are."""
        return 1.0 if self.above is not None else -1.0

    @property
    def enter(self) -> float:
        """The threshold."""
        value = self.above if self.above is not None else self.below
        assert value is not None
        return value

    def sets_in(self, value: float) -> bool:
        """Whether the value is beyond the threshold."""
        return self.sign * value > self.sign * self.enter

    def ends(self, value: float) -> bool:
        """Whether the value is back on the near side of `until`."""
        return self.sign * value <= self.sign * self.until

    def bearable(self, value: float) -> bool:
        """Whether it may be let go at this value."""
        return self.limit is None or self.sign * value < self.sign * self.limit

    def severity(self, value: float) -> float:
        """How bad the value is: 0 at `until` and better, 1 at `worst` and beyond."""
        return min(max((value - self.until) / (self.worst - self.until), 0.0), 1.0)


class Timing(StrictModel):
    """How long things take, in seconds; see the file."""

    dwell_s: Seconds
    clear_s: Seconds
    settle_s: Seconds
    hold_s: Seconds
    captured_s: Seconds
    again_s: Seconds
    reset_s: Seconds
    forget_s: Seconds
    source: Source


class CaptureGate(StrictModel):
    """What the very frame that is taken has to fulfil; see the file."""

    least_lids: Number
    most_speed: Number
    most_gaze: Number
    source: Source


class EyesPrior(StrictModel):
    """How the usual opening of the lids is learnt; see the file."""

    usual: Number
    least: Number
    most: Number
    quantile: Number
    first_s: Seconds
    fast: Number
    slow: Number
    source: Source


class MouthPrior(StrictModel):
    """Where the corners of the mouth are at rest; see the file."""

    rest: Number
    source: Source


class Distances(StrictModel):
    """When the sitter is near enough; see the file."""

    enough_eyes: Number
    near_enough: Number
    source: Source


class OutlinePlace(StrictModel):
    """Where the outline puts the sitter; see the file."""

    distance: Number
    eye_line: Number
    source: Source


class Smoothing(StrictModel):
    """One-Euro filter of one quantity: `min_cutoff` in Hz, `beta` in Hz per unit a second."""

    min_cutoff: Number = Field(gt=0)
    beta: Number = Field(ge=0)


class CoachRules(StrictModel):
    """All of `data/coach.toml`."""

    schema_: Literal[1] = Field(alias="schema")
    stages: Annotated[tuple[str, ...], Field(strict=False)]
    timing: Timing
    capture: CaptureGate
    eyes: EyesPrior
    mouth: MouthPrior
    distance: Distances
    outline: OutlinePlace
    smoothing: Mapping[str, Smoothing]
    says: Mapping[str, Says]
    rules: Annotated[tuple[Rule, ...], Field(strict=False)]

    @model_validator(mode="after")
    def _agree(self) -> Self:
        order = [self.stages.index(rule.stage) for rule in self.rules if rule.stage in self.stages]
        if len(order) < len(self.rules) or order != sorted(order):
            raise ValueError("the rules are not in the order of the stages")
        codes = [rule.code for rule in self.rules] + list(self.says)
        if len(set(codes)) < len(codes):
            raise ValueError("two rules have the same code")
        if "default" not in self.smoothing or self.says.keys() != SAYINGS:
            raise ValueError(f"smoothing.default is missing, or says is not {sorted(SAYINGS)}")
        return self

    def smoothing_of(self, quantity: str) -> Smoothing:
        """Return the filter of a quantity."""
        return self.smoothing.get(quantity, self.smoothing["default"])


@cache
def default_rules() -> CoachRules:
    """Return the rules that ship with Catchlight.

    Raises
    ------
    RecipeError : the file is damaged.
    """
    path = Path(__file__).parent / "data" / "coach.toml"
    return check(read_toml(path), CoachRules, path.name)
