"""Notes for a reshoot: what the person can do better next time, worst first, each with its reason.

Nothing is said of what is good already: where the best picture has no fault that a reshoot would
mend, there are no notes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from statistics import median

from .measures import Measure
from .pick import Ranked
from .scoring import FAULT, default_weights, penalty

__all__ = ["Note", "Rule", "reshoot_notes", "rules"]

_SHARE = 0.5  # of the photos: more must have a fault that the best one does not have
_WORTH = 0.1  # mean penalty of a fault (weight 1 at score 73) that is worth a reshoot
_OF_THE_BEST = 3.0  # how many times the best picture counts

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
            "eleven", "twelve")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """When a measure's fault asks for something, and for what; a row of `data/notes.toml`.

    Attributes
    ----------
    theme : of the rules of one theme only the worst note is told.
    measure : its name.
    do, why : the action, and why, with places for the count.
    verdicts : the verdicts it applies to; empty: all.
    above, below : exclusive limits on the measure's value; None: no limit.
    """

    theme: str
    measure: str
    do: str
    why: str
    verdicts: tuple[str, ...] = ()
    above: float | None = None
    below: float | None = None

    def fits(self, measure: Measure) -> bool:
        """Whether the measure found a fault that this rule is about."""
        if measure.value is None or measure.score is None or measure.score >= FAULT:
            return False
        if self.verdicts and measure.verdict not in self.verdicts:
            return False
        return (self.above is None or measure.value > self.above) and (
            self.below is None or measure.value < self.below
        )


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to do better.

    Attributes
    ----------
    theme, measure : what it is about.
    photos, of : in how many of how many photos.
    action : what to do.
    why : what was seen, with the count.
    """

    theme: str
    measure: str
    photos: int
    of: int
    action: str
    why: str

    @property
    def text(self) -> str:
        """The action and why as one sentence."""
        return f"{self.action}: {self.why}."


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules of `data/notes.toml`, in its order."""
    text = resources.files("catchlight").joinpath("data/notes.toml").read_text("utf-8")
    rows = tomllib.loads(text)["note"]
    return tuple(Rule(**row | {"verdicts": tuple(row.get("verdicts", ()))}) for row in rows)


def reshoot_notes(
    ranked: Sequence[Ranked], most: int = 3, book: Sequence[Rule] | None = None
) -> tuple[Note, ...]:
    """Say what to do better in a reshoot, worst first.

    A fault counts by its weight in picking and how bad it is, over all photos, and more where the
    best picture has it too. A fault that the best picture does not have is told only when more than
    half of the photos have it; when the best picture has none, nothing is. Nor is what is so slight
    or counts so little that it would hardly change a choice.

    Parameters
    ----------
    ranked : the photographs of the session, best first.
    most : notes at the most.
    book : the rules; None: those of `data/notes.toml`.
    """
    book = rules() if book is None else book
    if not ranked or not _hits(ranked[0].candidate.measures, book):
        return ()
    weights = default_weights()
    hits: dict[Rule, list[float]] = {}
    costs: dict[Rule, float] = {}
    severity: dict[Rule, float] = {}
    in_best: set[Rule] = set()
    for place, photo in enumerate(ranked):
        for rule, measure in _hits(photo.candidate.measures, book):
            hits.setdefault(rule, []).append(abs(measure.value or 0.0))
            cost = penalty(measure, weights.get(measure.name, 1.0))
            costs[rule] = costs.get(rule, 0.0) + cost
            severity[rule] = severity.get(rule, 0.0) + cost * (_OF_THE_BEST if place == 0 else 1)
            if place == 0:
                in_best.add(rule)
    told = [
        rule
        for rule, values in hits.items()
        if (rule in in_best or len(values) > _SHARE * len(ranked))
        and costs[rule] >= _WORTH * len(values)
    ]
    told.sort(key=lambda rule: -severity[rule])
    notes: list[Note] = []
    for rule in told:
        if len(notes) < most and all(note.theme != rule.theme for note in notes):
            notes.append(_note(rule, hits[rule], len(ranked)))
    return tuple(notes)


def _hits(measures: Mapping[str, Measure], book: Sequence[Rule]) -> list[tuple[Rule, Measure]]:
    """Return the first rule that fits each measure."""
    found: dict[str, tuple[Rule, Measure]] = {}
    for rule in book:
        measure = measures.get(rule.measure)
        if measure is not None and rule.measure not in found and rule.fits(measure):
            found[rule.measure] = (rule, measure)
    return list(found.values())


def _note(rule: Rule, values: Sequence[float], of: int) -> Note:
    value = median(values)
    words = {
        "all_are": counted(len(values), of, "is", "are"),
        "all_have": counted(len(values), of, "has", "have"),
        "in_all": f"in {counted(len(values), of)}",
        "value": f"{value:.0f}" if value >= 3 else f"{value:.1f}",
    }
    return Note(rule.theme, rule.measure, len(values), of, rule.do, rule.why.format(**words))


def counted(count: int, of: int, one: str = "", many: str = "") -> str:
    """Say how many photos, with the verb that goes with them.

    >>> counted(9, 9, "is", "are"), counted(1, 1, "is", "are"), counted(1, 4, "has", "have")
    ('all nine photos are', 'the photo is', '1 of 4 photos has')
    >>> counted(2, 2), counted(7, 9), counted(31, 31)
    ('both photos', '7 of 9 photos', 'all 31 photos')
    """
    if count < of:
        words = f"{count} of {of} photos"
    elif of == 1:
        words = "the photo"
    elif of == 2:
        words = "both photos"
    else:
        words = f"all {_NUMBERS[of] if of < len(_NUMBERS) else of} photos"
    return f"{words} {one if count == 1 else many}".rstrip()
