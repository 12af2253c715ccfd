"""Consent: who agreed that faces are compared, what for, and until when.

To compare faces an embedding of each is computed, which is biometric data. `identity.embedding`,
the one place where that happens, asks for a consent in force and refuses without. A consent says
who, what for, until when, when it was given and how; `consent_book` keeps them. One whose day is
past is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, get_args

from .errors import NotConsented, UsageError, printable
from .settings import KEPT_DAYS, MOST_DAYS

__all__ = [
    "FLAG",
    "NOT_AGREED",
    "Consent",
    "How",
    "agreed",
    "in_force",
    "latest",
    "read_consent",
    "today",
    "usual",
]

How = Literal["asked", "flag", "python", "studio", "roster"]
"""On a terminal, by `--consent`, from Python, on the studio's page, by a team's roster."""

FLAG = '--consent "NAME, purpose, until YYYY-MM-DD"'
"""How a consent is given on the command line, for messages."""
NOT_AGREED = f"not asked, for nobody agreed that faces are compared: agree with {FLAG}"
"""Why it is not known whether a finished picture shows the same person."""

_MOST_LETTERS = 120
_SAID = {
    "asked": "on a terminal",
    "flag": "by --consent",
    "python": "from Python",
    "studio": "in the studio",
    "roster": "by the team's roster",
}


@dataclass(frozen=True, slots=True)
class Consent:
    """That somebody agreed that faces are compared; make one with `agreed` or `read_consent`.

    Attributes
    ----------
    who : the person, or whoever answers for them.
    purpose : what for.
    until : the last day on which it holds (UTC).
    given : when it was given, ISO 8601; empty where its record does not say, as a roster.
    how : how it was given.
    """

    who: str
    purpose: str
    until: date
    given: str
    how: How

    def sentence(self) -> str:
        """Say it in plain words."""
        when = f" on {self.given[:10]}" if self.given else ""
        return (
            f"{printable(self.who)} agreed{when} ({_SAID[self.how]}) for"
            f" “{printable(self.purpose)}”, until {self.until.isoformat()}"
        )

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON-ready data."""
        return asdict(self) | {"until": self.until.isoformat()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Consent:
        """Read what `as_dict` gave; one that says too much time is cut to the most there is.

        Raises
        ------
        ValueError : it is not such data.
        """
        try:
            who, purpose, given = (str(data[key]) for key in ("who", "purpose", "given"))
            until, how = date.fromisoformat(data["until"]), data["how"]
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a consent: {error}") from None
        if how not in get_args(How) or not who.strip() or not purpose.strip():
            raise ValueError("not a consent: who, what for or how is missing")
        if given:
            until = min(until, latest(datetime.fromisoformat(given).date()))
        return cls(who, purpose, until, given, how)


def today() -> date:
    """Return the day that consents are judged on (UTC)."""
    return datetime.now(UTC).date()


def latest(day: date | None = None) -> date:
    """Return the last day to which one given on `day` (None: today) may reach: three years."""
    return (day or today()) + timedelta(days=MOST_DAYS)


def usual(days: int = KEPT_DAYS) -> date:
    """Return the day until which one is asked for, where nobody says: as long as files are kept."""
    return today() + timedelta(days=days)


def agreed(who: str, purpose: str, until: date, how: How) -> Consent:
    """Return a consent given now.

    Raises
    ------
    UsageError : a name or purpose is missing or no line of text, or the day is past or too far.
    """
    who, purpose = who.strip(), purpose.strip()
    for text, what in ((who, "who agrees"), (purpose, "what for")):
        if not text or not text.isprintable() or len(text) > _MOST_LETTERS:
            raise UsageError(
                f"the consent does not say {what} in 1 to {_MOST_LETTERS} letters: {FLAG}"
            )
    if until < today():
        raise UsageError(
            f"the consent of {who} ended on {until.isoformat()}: give one that holds today, {FLAG}"
        )
    if until > latest():
        raise UsageError(
            f"a consent until {until.isoformat()} is too long: until {latest().isoformat()}"
            " (three years) at most"
        )
    return Consent(who, purpose, until, datetime.now(UTC).isoformat(timespec="seconds"), how)


def read_consent(text: str, how: How) -> Consent:
    """Read a consent as it stands in a script.

    Parameters
    ----------
    text : "NAME, purpose, until YYYY-MM-DD"; the purpose may have commas in it.

    Raises
    ------
    UsageError : it is not of that form, or as in `agreed`.

    >>> read_consent("Jo Doe, my headshot, before tomorrow", "flag")
    Traceback (most recent call last):
        ...
    catchlight.errors.UsageError: Jo Doe, my headshot, before tomorrow: a consent says who, what \
for and until when: --consent "NAME, purpose, until YYYY-MM-DD"
    """
    parts = [part.strip() for part in text.split(",")]
    found = re.fullmatch(r"until\s+(\S+)", parts[-1])
    if len(parts) < 3 or found is None:
        raise UsageError(f"{printable(text)}: a consent says who, what for and until when: {FLAG}")
    try:
        until = date.fromisoformat(found[1])
    except ValueError:
        raise UsageError(
            f"{printable(text)}: {printable(found[1])} is no day as 2027-01-31: {FLAG}"
        ) from None
    return agreed(parts[0], ", ".join(parts[1:-1]), until, how)


def in_force(consent: Consent | None) -> Consent:
    """Return the consent if it holds today.

    Raises
    ------
    NotConsented : there is none, or its day is past.
    """
    if consent is None:
        raise NotConsented(f"faces are compared only when somebody agreed to it: {FLAG}")
    if consent.until < today():
        raise NotConsented(
            f"the consent of {printable(consent.who)} ended on {consent.until.isoformat()}: give"
            f" it again with {FLAG}"
        )
    return consent
