"""How far untouched photographs differ by each kind of evidence, and how often each kind errs.

The numbers are measured by `benchmarks/audit.py` on known cases and kept in `data/audit.json`: for
each kind quantiles of its statistic on untouched photographs of the calibration half of the people,
the limit from which the picture "differs", and, on the people of the other half, how many untouched
photographs passed that limit (false alarms) and how many planted cheats did (detections).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from .finding import Finding, Region

__all__ = ["Rate", "Rates", "judged", "rates", "wilson"]

SCHEMA = "catchlight.audit-rates/1"


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of how many known cases were flagged."""

    flagged: int
    cases: int

    def interval(self) -> tuple[float, float]:
        """The 95 % confidence interval of the rate, 0..1; see `wilson`."""
        return wilson(self.flagged, self.cases)


@dataclass(frozen=True, slots=True)
class Rates:
    """What is known of one kind of evidence.

    Attributes
    ----------
    quantiles : the statistic on untouched photographs, at even shares from 0 to 1, ascending.
    cases : how many photographs these come from.
    limit : from which the picture differs.
    false_alarms : on untouched photographs of other people than those that set the limit.
    detections : by what was planted, likewise.
    """

    quantiles: tuple[float, ...] = ()
    cases: int = 0
    limit: float = float("inf")
    false_alarms: Rate = Rate(0, 0)
    detections: Mapping[str, Rate] = field(default_factory=dict)

    def tail(self, statistic: float) -> float | None:
        """Share of untouched photographs with at least this statistic; None where none are known.

        Never less than one in the number of cases and one: rarer than that nothing was seen.

        >>> Rates((1.0, 2.0, 3.0), 9).tail(2.5), Rates((1.0, 2.0), 9).tail(7.0)
        (0.325, 0.1)
        """
        if self.cases == 0:
            return None
        below = float(np.interp(statistic, self.quantiles, np.linspace(0, 1, len(self.quantiles))))
        return ((1 - below) * self.cases + 1) / (self.cases + 1)


def wilson(flagged: int, cases: int) -> tuple[float, float]:
    """Return the 95 % score interval of a proportion (Wilson 1927, JASA 22(158), 209-212).

    >>> [round(v, 3) for v in wilson(0, 100)]
    [0.0, 0.037]
    """
    if cases == 0:
        return 0.0, 1.0
    z = 1.959964
    share = flagged / cases
    middle = share + z * z / (2 * cases)
    half = z * ((share * (1 - share) + z * z / (4 * cases)) / cases) ** 0.5
    scale = 1 + z * z / cases
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


@cache
def rates() -> Mapping[str, Rates]:
    """Return what is known of each kind of evidence, from `data/audit.json`."""
    file = resources.files("catchlight").joinpath("data/audit.json")
    data: dict[str, Any] = json.loads(file.read_text("utf-8"))
    if data.get("schema") != SCHEMA:
        raise ValueError(f"data/audit.json: not {SCHEMA}")
    found = {
        name: Rates(
            tuple(row["quantiles"]),
            int(row["cases"]),
            float(row["limit"]),
            Rate(*row["false_alarms"]),
            MappingProxyType({cheat: Rate(*r) for cheat, r in row["detections"].items()}),
        )
        for name, row in data["kinds"].items()
    }
    return MappingProxyType(found)


def judged(
    name: str,
    title: str,
    value: float,
    unit: str,
    statistic: float,
    said: Mapping[Literal["consistent", "differs"], str],
    *,
    spread: float | None = None,
    regions: tuple[Region, ...] = (),
    excused: str = "",
) -> Finding:
    """Return a finding, judged by where its statistic lies among untouched photographs.

    Parameters
    ----------
    said : the sentence for each outcome.
    excused : another sufficient explanation than a change, if there is one: the picture then does
        not count as different but as not assessable, for this reason.
    """
    known = rates().get(name, Rates())
    tail = known.tail(statistic)
    if statistic < known.limit:
        return Finding(
            name, title, value, unit, spread, statistic, tail, "consistent", said["consistent"]
        )
    if excused:
        return Finding(
            name, title, value, unit, spread, None, None, "could_not_assess", excused, regions
        )
    return Finding(
        name, title, value, unit, spread, statistic, tail, "differs", said["differs"], regions
    )
