"""The result of one kind of evidence: what was measured, against what, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["Finding", "Region", "Status", "could_not_assess"]

Status = Literal["consistent", "differs", "could_not_assess"]


@dataclass(frozen=True, slots=True)
class Region:
    """A place on the audited picture that a finding speaks of.

    Attributes
    ----------
    points : corners (x, y) of a polygon, in shares of the picture's width and height, 0..1.
    label : what is there, in a few words; "" when the finding says it all.
    """

    points: tuple[tuple[float, float], ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of evidence about a picture.

    Attributes
    ----------
    name : the kind; a key of `evidence.EVIDENCE`.
    title : the kind in words, as it stands in "differs in …".
    value : what was measured, in `unit`; None when it could not be assessed.
    unit : unit of `value`; "1" for a ratio.
    spread : the same between the reference photographs themselves, each against the others: the
        largest; None where there are too few.
    statistic : the number that the error rates were measured on, larger the more it differs; None
        when it could not be assessed.
    tail : share of untouched photographs, 0..1, that differ as much or more, as far as the measured
        cases tell; None where none are known for this kind.
    status : "consistent", "differs" or "could_not_assess".
    sentence : one plain sentence: what was seen, or why it could not be assessed.
    regions : where on the picture.
    """

    name: str
    title: str
    value: float | None
    unit: str
    spread: float | None
    statistic: float | None
    tail: float | None
    status: Status
    sentence: str
    regions: tuple[Region, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as plain JSON-ready data."""
        return {
            "name": self.name,
            "title": self.title,
            "value": _rounded(self.value),
            "unit": self.unit,
            "references_spread": _rounded(self.spread),
            "statistic": _rounded(self.statistic),
            "tail": _rounded(self.tail),
            "status": self.status,
            "sentence": self.sentence,
            "regions": [
                {
                    "label": region.label,
                    "points": [[round(x, 4), round(y, 4)] for x, y in region.points],
                }
                for region in self.regions
            ],
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def could_not_assess(name: str, title: str, unit: str, reason: str) -> Finding:
    """Return a finding without a value, with the reason why."""
    return Finding(name, title, None, unit, None, None, None, "could_not_assess", reason)
