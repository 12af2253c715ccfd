"""Agreeing in the studio: the consent of a session lies in its row, and goes with it."""

from __future__ import annotations

from datetime import date

from ..consent import Consent, agreed, latest, today, usual
from ..errors import UsageError
from ..settings import load_settings
from ..store import Row
from ..team_consent import PURPOSE as TEAM
from .problems import Problem, problem_of

__all__ = ["PURPOSE", "asked_of", "consent_in", "days", "given", "in_force_of", "stated"]

PURPOSE = "finding me among these photos and measuring that my picture is still me"
WHY = "To find you among the photos, faces are compared on this machine, in memory only."
_SOMEBODY = "the person at this machine"


def given(who: str = "", purpose: str = "", until: date | None = None) -> Consent:
    """Return the consent that is given on a page or by a script, to be kept in a session's row.

    Raises
    ------
    UsageError : it says too little, or reaches too far.
    """
    return agreed(who or _SOMEBODY, purpose or PURPOSE, until or _usual(), "studio")


def consent_in(session: Row) -> Consent | None:
    """Return the consent of a session's row if it holds today, else None."""
    try:
        found = Consent.from_dict(session["consent"] or {})
    except ValueError:
        return None
    return found if found.until >= today() else None


def in_force_of(session: Row) -> Row:
    """Return the consent of a session's row as plain data, for the darkroom.

    Raises
    ------
    Problem : there is none, or its day is past.
    """
    found = consent_in(session)
    if found is None:
        ended = session["consent"] is not None
        again = "The consent of before has ended: agree again" if ended else "Agree to that first"
        raise Problem(409, f"{WHY} {again} (consent).")
    return found.as_dict()


def stated(who: str = "", until: date | str | None = None) -> Row:
    """Return, for the lab, what whoever runs a team states of its people's consent.

    Raises
    ------
    Problem : the day is none, past or too far.
    """
    try:
        day = date.fromisoformat(until) if isinstance(until, str) else until
        return agreed(who or _SOMEBODY, TEAM, day or _usual(), "roster").as_dict()
    except ValueError:
        raise Problem(422, "Say until which day, as 2027-01-31.") from None
    except UsageError as error:
        raise problem_of(error) from None


def asked_of(session: Row) -> Row:
    """Return what a page shows of a session's consent, and what it asks for."""
    found = consent_in(session)
    shown = None if found is None else {"who": found.who, "until": found.until.isoformat()}
    return {"consent": shown, **days()}


def days() -> Row:
    """Return the day that a page proposes, and the last that it takes."""
    return {"until": _usual().isoformat(), "most": latest().isoformat()}


def _usual() -> date:
    return usual(load_settings().keep_days)
