"""The result of a measure: raw value, score, status, and one sentence about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

__all__ = ["Measure", "Status", "could_not_assess", "graded"]

Status = Literal["ok", "could_not_assess"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measured quality of a photograph.

    Attributes
    ----------
    name : the ISO/IEC 29794-5 component name where that standard has one, else the field's term.
    value : the raw native value, in `unit`; None when it could not be assessed.
    unit : unit of `value`; "1" for a ratio.
    score : 0 (unusable) to 100 (ideal); None when it could not be assessed.
    status : "ok" or "could_not_assess". What could not be measured is never shown as zero.
    reason : one plain sentence for the sitter: what was seen, or why it could not be assessed.
    verdict : what was found in a word or two, out of the few that the measure documents ("open",
        "half closed", "closed"); "could not assess" when it could not be.
    uncertainty : standard deviation of `value`, in `unit`, where the measure can tell it.
    """

    name: str
    value: float | None
    unit: str
    score: float | None
    status: Status
    reason: str
    verdict: str = ""
    uncertainty: float | None = None

    @property
    def ok(self) -> bool:
        """Whether the measure has a value."""
        return self.status == "ok"

    def as_dict(self) -> dict[str, Any]:
        """Return the measure as plain JSON-ready data."""
        return {
            "name": self.name,
            "value": None if self.value is None else round(self.value, 4),
            "unit": self.unit,
            "score": None if self.score is None else round(self.score, 1),
            "status": self.status,
            "reason": self.reason,
            "verdict": self.verdict,
            "uncertainty": None if self.uncertainty is None else round(self.uncertainty, 4),
        }


def could_not_assess(name: str, unit: str, reason: str) -> Measure:
    """Return a measure without a value, with the reason why."""
    return Measure(name, None, unit, None, "could_not_assess", reason, "could not assess")


def graded(value: float, *points: tuple[float, float]) -> float:
    """Score by straight lines between (value, score) points, flat beyond the ends.

    >>> graded(5.0, (0.0, 100.0), (10.0, 0.0))
    50.0
    """
    xs, ys = zip(*sorted(points), strict=True)
    return float(np.interp(value, xs, ys))
