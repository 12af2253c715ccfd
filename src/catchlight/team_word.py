"""What people say of a team's pictures: yes, or another one; and handing over the approved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from .errors import UsageError, printable
from .files import staged_directory
from .roster import Member
from .team import Team, load_team, written
from .team_files import alone, folder
from .team_state import Approval, Person
from .team_status import approved, asked_again, shown

__all__ = ["HANDED_OVER", "approve", "ask_retake", "given_out", "hand_over", "handed_over"]

HANDED_OVER = "delivery"
"""Folder of what is handed over, in the team's."""


def approve(
    out: Path,
    name: str,
    roster: Path | None = None,
    *,
    picture: str | None = None,
    said: str = "",
) -> Team:
    """Record that a person approved their own picture, the one there is now.

    Parameters
    ----------
    picture : SHA-256 of the one that they saw; None: it is known to be that one.
    said : how they said so, where somebody else records it.

    Raises
    ------
    UsageError : there is nobody of that name, no picture yet, or another one since they saw it.
    """
    with alone(out):
        team = load_team(out, roster)
        member, person = _person(team, name)
        if picture not in (None, person.picture):
            raise UsageError(
                f"{printable(member.name)}: there is another picture since: look at it first"
            )
        return _said(team, member, approved(person, said=said))


def ask_retake(out: Path, name: str, why: str = "", roster: Path | None = None) -> Team:
    """Record that a person is asked for other photographs, or asks for another picture.

    A yes to the picture there is ends; what was handed over of it in the team's own folder goes.

    Parameters
    ----------
    why : the reason to send; empty: what was measured.

    Raises
    ------
    UsageError : there is nobody of that name, or no photograph to take again.
    """
    with alone(out):
        team = load_team(out, roster)
        member, person = _person(team, name)
        known = team.state.people.get(member.slug, Approval(status="photos in"))
        for file in given_out(team, member, person):
            file.unlink(missing_ok=True)
        return _said(team, member, asked_again(known, person, why))


def hand_over(out: Path, to: Path | None = None, roster: Path | None = None) -> Sequence[Path]:
    """Copy the approved pictures into one folder, by the brand kit's names; return the files.

    Parameters
    ----------
    to : the folder; None: "delivery" in the team's own. Earlier files of the same names are
        replaced, no others touched.

    Raises
    ------
    UsageError : nobody approved a picture yet.
    """
    with alone(out):
        team = load_team(out, roster)
        ready = [
            (member, team.people[member.slug])
            for member in team.roster.members
            if shown(team.state.people.get(member.slug), team.people.get(member.slug))
        ]
        if not ready:
            raise UsageError("nobody approved a picture yet: catchlight team approve NAME")
        target = to or out / HANDED_OVER
        files: dict[str, Path] = {}
        states = dict(team.state.people)
        for member, person in ready:
            for called, file in handed_over(team, member, person).items():
                if called in files:
                    raise _same(called)
                files[called] = file
            states[member.slug] = states[member.slug].model_copy(update={"status": "delivered"})
        with staged_directory(target) as stage:
            for called, source in files.items():
                (stage / called).write_bytes(source.read_bytes())
        written(replace(team, state=team.state.model_copy(update={"people": states})))
        return [target / called for called in files]


def handed_over(team: Team, member: Member, person: Person) -> dict[str, Path]:
    """Return which files of a person are handed over, by the names that the brand kit gives them.

    Raises
    ------
    UsageError : two of them would have one name.
    """
    files: dict[str, Path] = {}
    for file in person.files:
        place = Path(file)
        if place.parent != Path("1") or place.stem in ("matte", "cutout"):
            continue
        if place.suffix not in (".jpg", ".png"):
            continue
        fields = {"name": member.name, "title": member.title, "destination": place.stem}
        called = team.state.brand.file_name(fields, place.suffix)
        if called in files:
            raise _same(called)
        files[called] = folder(team.out, member.slug) / file
    return files


def given_out(team: Team, member: Member, person: Person) -> list[Path]:
    """Return where a person's files are, or would be, in the team's own folder for handing over."""
    try:
        names = handed_over(team, member, person)
    except UsageError:  # such names are never handed over
        return []
    return [team.out / HANDED_OVER / called for called in names]


def _same(called: str) -> UsageError:
    return UsageError(f"two files would be called {printable(called)}: see files = …")


def _person(team: Team, name: str) -> tuple[Member, Person]:
    member = team.roster.named(name)
    person = team.people.get(member.slug)
    if person is None:
        raise UsageError(f"{printable(member.name)}: nothing was made of their photos yet")
    return member, person


def _said(team: Team, member: Member, word: Approval) -> Team:
    people = {**team.state.people, member.slug: word}
    return written(replace(team, state=team.state.model_copy(update={"people": people})))
