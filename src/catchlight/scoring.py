"""Scoring: what each measure counts in picking, and what a picture's measures add up to.

The weights and the words are data, in `data/picking.toml`; a look shifts the weights.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from .measures import Measure

__all__ = [
    "FAULT",
    "Weight",
    "advantage",
    "default_weights",
    "faults",
    "penalty",
    "praise",
    "spoilt",
    "table",
    "total_score",
]

FAULT = 75.0
"""Score below which a measure found a fault; its reason is then told."""

_PRAISED = 90.0  # score from which what a measure found speaks for a picture
_FLOOR = 0.02  # of a score, so that one zero does not hide every other difference

# Difference of penalties (80 against 88 at weight 1.5) below which naming a measure is a guess.
_TOLD = 0.05


@dataclass(frozen=True, slots=True)
class Weight:
    """What a measure counts in picking.

    Attributes
    ----------
    weight : 1 is normal.
    source : where the weight comes from.
    better : what is better in a better picture, to follow "whose": "eyes are wider open".
    spoils_below : score under which the picture is weak whatever else is good; 0: never.
    otherwise : what to say in the place of `better` where the better picture has the smaller value.
    """

    weight: float
    source: str
    better: str
    spoils_below: float = 0.0
    otherwise: str = ""


@cache
def table() -> Mapping[str, Weight]:
    """Return what each measure counts, from `data/picking.toml`."""
    text = resources.files("catchlight").joinpath("data/picking.toml").read_text("utf-8")
    return {name: Weight(**row) for name, row in tomllib.loads(text)["weights"].items()}


def default_weights() -> Mapping[str, float]:
    """Return the weights of the measures before a look shifts them."""
    return {name: row.weight for name, row in table().items()}


def penalty(measure: Measure, weight: float) -> float:
    """What a measure takes from the total: weight times the squared log of its score's share."""
    if measure.score is None or weight <= 0:
        return 0.0
    return weight * math.log(max(measure.score / 100, _FLOOR)) ** 2


def total_score(measures: Mapping[str, Measure], weights: Mapping[str, float]) -> float:
    """Weighted score, 0..100; what could not be assessed is left out.

    100 exp(-r), r the weighted root mean square of the logs of the scores' shares. Where all
    measures agree it is their score. It falls below the geometric mean (which takes the plain mean
    of the logs) the more the scores differ, for one closed eye is worse than a little of everything
    and must not vanish among thirty other measures.
    """
    total, squares = 0.0, 0.0
    for name, measure in measures.items():
        weight = weights.get(name, 0.0)
        if measure.score is not None and weight > 0:
            squares += penalty(measure, weight)
            total += weight
    return 100.0 * math.exp(-math.sqrt(squares / total)) if total else 0.0


def faults(measures: Mapping[str, Measure], weights: Mapping[str, float]) -> list[Measure]:
    """Return the measures that found a fault, the worst first."""
    found = [m for m in measures.values() if m.score is not None and m.score < FAULT]
    return sorted(found, key=lambda m: -penalty(m, max(weights.get(m.name, 0.0), 1e-3)))


def praise(measures: Mapping[str, Measure]) -> tuple[str, ...]:
    """Say what speaks for a picture: what is looked at first and is well there."""
    first = (
        *("EyesOpen", "Gaze", "Sharpness", "CheekRaise", "MouthCorners", "LightPattern"),
        *("Catchlights", "Exposure", "HeadInFrame"),
    )
    good = (measures[name] for name in first if name in measures)
    return tuple(m.reason for m in good if m.score is not None and m.score >= _PRAISED)[:4]


def spoilt(measures: Mapping[str, Measure]) -> bool:
    """Whether one of the measures that nothing makes up for is under its limit."""
    rows = table()
    return any(
        m.score is not None and name in rows and m.score < rows[name].spoils_below
        for name, m in measures.items()
    )


def advantage(
    best: Mapping[str, Measure], other: Mapping[str, Measure], weights: Mapping[str, float]
) -> str:
    """Say by which measure one picture is ahead of another, to follow its name; "" by none."""
    gain: dict[str, float] = {}
    for name, mine in best.items():
        theirs = other.get(name)
        if theirs is not None and None not in (mine.score, theirs.score) and name in table():
            weight = weights.get(name, 0.0)
            gain[name] = penalty(theirs, weight) - penalty(mine, weight)
    most = max(gain, key=lambda name: gain[name], default="")
    if gain.get(most, 0.0) <= _TOLD:
        return ""
    row, less = table()[most], (best[most].value or 0) < (other[most].value or 0)
    return f"whose {row.otherwise if row.otherwise and less else row.better}"
