"""Consent in a team: the roster's column `consent_until` says it of every person.

Whoever keeps the roster states it for them: a day until which a person agreed that their face is
compared, or `no`. Said for all at once, on the command line or in the studio, it is written into
the cells that are empty, and into no other: what stands there of a person wins.
"""

from __future__ import annotations

from pathlib import Path

from .consent import Consent, in_force, today
from .consent_book import record
from .roster import Member, Roster, load_roster
from .team_files import alone

__all__ = ["consent_of", "say_for_all", "unsaid"]

PURPOSE = "the team's headshots"


def consent_of(member: Member) -> Consent | None:
    """Return the consent of one person; None where the roster has none that holds today."""
    until = member.consent_until
    if until is None or until == "no" or until < today():
        return None
    return Consent(member.name, PURPOSE, until, "", "roster")


def unsaid(roster: Roster, only: str | None = None) -> tuple[Member, ...]:
    """Return the people of whom the roster says neither a day nor `no`."""
    members = [roster.named(only)] if only else roster.members
    return tuple(member for member in members if member.consent_until is None)


def say_for_all(
    path: Path, said: Consent | None, out: Path, only: str | None = None
) -> tuple[Member, ...]:
    """Write into a roster what was said of everybody of whom it says nothing yet.

    Parameters
    ----------
    said : whoever states that all these people agreed, and until when, which is recorded; None:
        they did not, and `no` is written.
    out : the team's folder: others who change statuses wait.
    only : of whom alone it was said.

    Returns
    -------
    The people whose cells were filled in.

    Raises
    ------
    UsageError : the roster is wrong.
    NotConsented : the day of the statement is past.
    OutputError : it cannot be written.
    """
    if said is not None:
        record(in_force(said))
    with alone(out):
        roster = load_roster(path)
        people = unsaid(roster, only)
        cell = "no" if said is None else said.until.isoformat()
        if people:
            roster.save(roster.with_consent({member.name: cell for member in people}))
    return people
