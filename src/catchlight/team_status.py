"""Statuses: how far each person of a team has come, and whose word it is.

A picture is approved by the person in it, and only that very picture: another one, made for a new
brand kit or from other photographs, has to be approved again. What the organiser writes into the
roster's column by hand counts, unless it is not theirs to say.
"""

from __future__ import annotations

from collections.abc import Mapping

from .errors import UsageError, printable
from .roster import Member, Roster, Status
from .team_state import Approval, Person

__all__ = ["approved", "asked_again", "settle_status", "shown", "statuses"]


def settle_status(
    member: Member, known: Approval | None, person: Person | None, photos: bool
) -> Approval:
    """Return how far a person is after a run.

    Parameters
    ----------
    member : as the roster has them.
    known : their state before; None: they are new.
    person : what was made of them; None: nothing yet.
    photos : whether their photographs are in.
    """
    known = known or Approval(status="invited")
    if person is None:
        return Approval(status="photos in" if photos else "invited")
    # what was written into the roster by hand, if it differs from what was written there last
    by_hand: Status | None = member.status if member.status != known.status else None
    if known.retaken is not None and known.retaken not in (person.given, person.photos):
        known = Approval(status="photos in")  # the photos that were asked for have come
        by_hand = None if by_hand == "retake asked" else by_hand
    if by_hand == "retake asked" or (known.retaken is not None and by_hand is None):
        return asked_again(known, person, known.why)
    if person.picture is None:
        return Approval(status="photos in")
    if by_hand in ("approved", "delivered"):
        return approved(person, "approved")
    if by_hand is None and known.picture == person.picture and known.picture is not None:
        return known
    return Approval(status="proof ready")


def approved(person: Person, status: Status = "approved", said: str = "") -> Approval:
    """Return the state of somebody who said yes to the picture there is.

    Parameters
    ----------
    said : how, where somebody else recorded it.

    Raises
    ------
    UsageError : there is no picture yet.
    """
    if person.picture is None:
        raise UsageError(f"{printable(person.name)}: there is no picture to approve yet")
    return Approval(status=status, picture=person.picture, said=said)


def asked_again(known: Approval, person: Person, why: str) -> Approval:
    """Return the state of somebody who is asked for other photographs."""
    reason = why or (person.outside[0] if person.outside else "")
    return Approval(status="retake asked", why=reason, retaken=person.given or person.photos)


def shown(approval: Approval | None, person: Person | None) -> bool:
    """Whether others may see a person's picture: they approved it, this very one."""
    return (
        approval is not None
        and person is not None
        and approval.status in ("approved", "delivered")
        and person.picture is not None
        and approval.picture == person.picture
    )


def statuses(roster: Roster, people: Mapping[str, Approval]) -> dict[str, Status]:
    """Return what the roster's column has to say, by name."""
    return {
        member.name: people[member.slug].status
        for member in roster.members
        if member.slug in people
    }
