"""The likeness bounds: what a finished picture may differ in from its photograph.

They are data, shown to the user and printed in every report; `ledger.py` measures and enforces
them. The table is that of the design.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["BOUNDS", "Bound", "Reading"]


@dataclass(frozen=True, slots=True)
class Bound:
    """One bound: its name, title, unit, and the least and most that is allowed."""

    name: str
    title: str
    unit: str
    most: float
    least: float | None = None


BOUNDS: dict[str, Bound] = {
    bound.name: bound
    for bound in (
        # The own spread of the references replaces `most` where there are two photos or more.
        Bound("identity", "Same person", "dlib distance", 0.10),
        Bound("geometry", "Nothing of the person moved", "% of the eye distance", 0.3),
        Bound("asymmetry", "Sides of the face differ as before", "correlation", 1.0, 0.99),
        Bound("asymmetry_size", "Sides of the face differ by as much", "ratio", 1.02, 0.98),
        Bound("skin_color", "Skin colour", "ΔE00", 3.0),
        Bound("skin_texture", "Skin texture kept", "energy ratio", 1.10, 0.90),
        Bound("eyes", "Iris and catchlights as shot", "ΔE00", 2.0),
        Bound("healed", "Skin healed", "% of the skin", 1.5),
        Bound("permanent_marks", "Moles and freckles removed", "marks", 0),
    )
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A bound measured on a finished picture.

    Attributes
    ----------
    bound : which bound.
    value : what was measured, in the bound's unit; None when it could not be assessed.
    most : the limit that applied (the identity limit depends on the person's own spread).
    sentence : the finding in plain words, or why it could not be assessed.
    """

    bound: Bound
    value: float | None
    most: float
    sentence: str

    @property
    def status(self) -> Literal["ok", "exceeded", "could_not_assess"]:
        """Whether the bound is kept."""
        if self.value is None:
            return "could_not_assess"
        low = self.bound.least
        within = self.value <= self.most and (low is None or self.value >= low)
        return "ok" if within else "exceeded"

    def as_dict(self) -> dict[str, Any]:
        """Return the reading as plain JSON-ready data."""
        return {
            "name": self.bound.name,
            "title": self.bound.title,
            "value": None if self.value is None else round(self.value, 4),
            "unit": self.bound.unit,
            "limit": round(self.most, 4),
            "least": self.bound.least,
            "status": self.status,
            "sentence": self.sentence,
        }
