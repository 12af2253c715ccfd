"""Freshness: is a headshot still up to date, or is it too old, or does the person look different?

The age is read from the day in its own credentials, else from its capture data; whether the person
looks different now, from the evidence of the audit against a recent photograph: face, hair, beard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

from . import credentials
from .auditing import Audit, audit
from .consent import Consent
from .errors import printable
from .evidence.finding import Finding
from .renewal import renewal
from .settings import Settings

__all__ = ["Freshness", "fresh"]

SCHEMA = "catchlight.freshness/1"
_LOOKS = ("identity", "geometry", "hairline", "hair", "beard", "glasses")


@dataclass(frozen=True, slots=True, eq=False)
class Freshness:
    """Whether a headshot is up to date.

    Attributes
    ----------
    headshot : its file's name.
    taken : the day it was finished or taken; None where nothing says.
    told_by : where that day stands: "its credentials", "its capture data" or "".
    today : the day it is judged on.
    changes : evidence on face, hairline, hair, beard and glasses against the recent photograph.
    """

    headshot: str
    taken: date | None
    told_by: str
    today: date
    changes: tuple[Finding, ...]

    @property
    def years(self) -> float | None:
        """Its age in years; None where nothing says."""
        return None if self.taken is None else (self.today - self.taken).days / 365.2425

    @property
    def renew_by(self) -> date | None:
        """The day by which to renew it; None where its own day is not known."""
        return None if self.taken is None else renewal(self.taken)

    @property
    def verdict(self) -> Literal["renew", "fresh", "can't tell"]:
        """What to do: renew when it is too old or the person looks different now."""
        if self.renew_by is not None and self.today >= self.renew_by:
            return "renew"
        if any(finding.status == "differs" for finding in self.changes):
            return "renew"
        seen = any(finding.status == "consistent" for finding in self.changes)
        return "fresh" if seen and self.taken is not None else "can't tell"

    def sentences(self) -> tuple[str, ...]:
        """Say it in plain words."""
        said = []
        name = printable(self.headshot)
        if self.taken is None:
            said.append(f"{name} does not say when it was taken, so its age can't be told.")
        else:
            age = self.years or 0.0
            said.append(
                f"{name} is of {self.taken.isoformat()} ({age:.1f} years old, by {self.told_by});"
                f" renew it by {renewal(self.taken).isoformat()}."
            )
        different = [f.title for f in self.changes if f.status == "differs"]
        alike = [f.title for f in self.changes if f.status == "consistent"]
        if different:
            said.append(f"You look different now in {' and '.join(different)}: renew it.")
        elif alike:
            said.append(f"You still look like it in {' and '.join(alike)}.")
        said += [
            f"Can't tell about {f.title}: {f.sentence.rstrip('.')}."
            for f in self.changes
            if f.status == "could_not_assess"
        ]
        said.append("Thin rims of glasses are not seen: look yourself.")
        return tuple(said)

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON-ready data."""
        return {
            "schema": SCHEMA,
            "headshot": printable(self.headshot),
            "verdict": self.verdict,
            "taken": None if self.taken is None else self.taken.isoformat(),
            "told_by": self.told_by,
            "years": None if self.years is None else round(self.years, 2),
            "renew_by": None if self.renew_by is None else self.renew_by.isoformat(),
            "changes": [finding.as_dict() for finding in self.changes],
            "sentences": list(self.sentences()),
        }


def fresh(
    headshot: str | Path,
    against: str | Path,
    *,
    today: date | None = None,
    consent: Consent | str | None = None,
    settings: Settings | None = None,
) -> Freshness:
    """Say whether a headshot is older than three years, or the person looks different by now.

    Parameters
    ----------
    headshot : the headshot in use.
    against : a recent photograph of the person.
    today : the day to judge on; None: today.
    consent : who agreed that faces are compared; as of `audit`.

    Raises
    ------
    NotConsented : nobody agreed that faces are compared.
    PhotoError : a picture cannot be read, or shows no face.
    """
    found = audit(headshot, [against], consent=consent, settings=settings)
    if not found.references:
        raise found.rejected[0]
    taken, told_by = _day(found)
    kinds: Mapping[str, Finding] = {finding.name: finding for finding in found.findings}
    return Freshness(
        Path(headshot).name,
        taken,
        told_by,
        today or datetime.now(UTC).date(),
        tuple(kinds[name] for name in _LOOKS),
    )


def _day(found: Audit) -> tuple[date | None, str]:
    """The day of a headshot, and what tells it."""
    held = credentials.read(found.picture.data)
    if held is not None and held.state in ("Valid", "Trusted") and held.bounds:
        try:
            return date.fromisoformat(str(held.bounds.get("finished"))), "its credentials"
        except ValueError:
            pass
    when = found.picture.photo.capture.time
    return (None, "") if when is None else (when.date(), "its capture data")
