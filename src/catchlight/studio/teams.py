"""Teams in the studio: what whoever runs one can do, for its pages and its API alike.

They see names and statuses; a face only after the person in it said yes to that very picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from ..files import sha256
from ..progress import Progress
from ..roster import STATUSES, Member
from ..store import Row
from ..team import Team, load_team
from ..team_consent import unsaid
from ..team_files import CARD, alone, folder
from ..team_forgetting import remove_person, remove_team
from ..team_links import links, new_links, take_back
from ..team_pages import consistency, reasons
from ..team_reasons import letter
from ..team_status import shown
from ..team_word import approve, ask_retake, hand_over, handed_over
from .child import Child
from .events import Events
from .jobs import Jobs, OfThisRun
from .problems import Problem, Value, aside
from .team_book import TeamBook

__all__ = ["Link", "Teams"]


@dataclass(frozen=True, slots=True)
class Link:
    """A personal link as it is shown once.

    Attributes
    ----------
    person, name, email : whose it is.
    url : to send to them, and to nobody else.
    until : when it ends, ISO 8601.
    """

    person: str
    name: str
    email: str
    url: str
    until: str


class Teams:
    """The teams that are open here. Methods raise `Problem` where something can't be done."""

    def __init__(self, folder: Path, events: Events) -> None:
        """`folder` is the studio's own."""
        self.book = TeamBook(folder)
        self.events = events
        self.jobs = Jobs(OfThisRun(), events)
        self.lab = Child("catchlight.studio.lab")
        self.receipts: list[Row] = []
        """Of what was deleted since the studio was started."""
        self.address = ""
        """Where the studio is reached, as links begin; set when it is known."""

    async def close(self) -> None:
        """Call everything off and end."""
        await self.jobs.cancel_all()
        self.lab.stop()

    # ---------------------------------------------------------------- which teams

    async def open(self, path: str) -> Row:
        """Open a team's folder and return its row."""
        return await self.team(await _aside(lambda: self.book.open(path)))

    async def all(self) -> list[Row]:
        """Return all teams, the last opened first; one that can't be read says why."""
        rows = []
        for team, out in self.book.all().items():
            try:
                rows.append(await self.team(team))
            except Problem as problem:
                rows.append({"id": team, "folder": str(out), "title": out.name, "people": 0,
                             "counts": {}, "problem": problem.detail})  # fmt: skip
        return rows

    async def team(self, team: str) -> Row:
        """Return a team: title, how many people are how far."""
        out = self.book.folder(team)
        return await _aside(lambda: _team_row(team, load_team(out)))

    async def shut(self, team: str) -> None:
        """Show a team no longer; nothing of it is deleted."""
        self.book.folder(team)
        await self._settled(team)
        await _aside(lambda: self.book.close(team))
        self.events.tell(team, "gone")

    async def forget(self, team: str) -> Row:
        """Delete everything that was made of a team; the receipt."""
        out = self.book.folder(team)
        await self._settled(team)
        removed = await _aside(lambda: remove_team(out))
        await _aside(lambda: self.book.close(team))
        when = _now().isoformat(timespec="seconds")
        self.receipts.append({"when": when, "folder": str(out), **removed.as_dict()})
        self.events.tell(team, "gone")
        return self.receipts[-1]

    # ---------------------------------------------------------------- its people

    async def people(self, team: str, words: str = "", status: str = "") -> list[Row]:
        """Return the people of a team, in the roster's order.

        Parameters
        ----------
        words : only those with all of these in their name or title.
        status : only those who are so far.
        """
        out = self.book.folder(team)
        rows = await _aside(lambda: _people_rows(load_team(out)))
        wanted = words.casefold().split()
        return [
            row
            for row in rows
            if status in ("", row["status"])
            and all(word in f"{row['name']} {row['title']}".casefold() for word in wanted)
        ]

    async def person(self, team: str, person: str) -> Row:
        """Return one person."""
        out = self.book.folder(team)

        def found() -> Row:
            whole = load_team(out)
            return _person_row(whole, _member(whole, person), links(out))

        return await _aside(found)

    async def picture(self, team: str, person: str, size: Literal["card", "whole"]) -> bytes:
        """Return a person's picture, if they approved it.

        Raises
        ------
        Problem : they did not; until then nobody but they may see it.
        """
        out = self.book.folder(team)

        def read() -> bytes:
            with alone(out):  # no other picture comes in between
                whole = load_team(out)
                member = _member(whole, person)
                made = whole.people.get(member.slug)
                if made is None or not shown(whole.state.people.get(member.slug), made):
                    raise Problem(403, "Nobody but they may see this picture until they said yes.")
                place = folder(out, member.slug)
                data = (place / "1" / "headshot.jpg").read_bytes()
                if sha256(data) != made.picture:
                    raise Problem(409, "That is not the picture they said yes to: run the team.")
                return (place / CARD).read_bytes() if size == "card" else data

        return await _aside(read)

    async def ask_retake(self, team: str, person: str, why: str = "") -> Row:
        """Ask a person for other photos; the row has the line to send."""
        return await self._say(team, person, lambda out, slug: ask_retake(out, slug, why))

    async def record_yes(self, team: str, person: str, said: str) -> Row:
        """Record that a person said yes elsewhere, and how."""
        return await self._say(team, person, lambda out, slug: approve(out, slug, said=said))

    async def _say(self, team: str, person: str, say: Callable[[Path, str], Any]) -> Row:
        out = self.book.folder(team)

        def said() -> None:
            say(out, _member(load_team(out), person).slug)

        await _aside(said)
        self.events.tell(team, "person", person=person)
        return await self.person(team, person)

    async def forget_person(self, team: str, person: str) -> Row:
        """Delete what was made of a person, what was handed over, and their roster's line."""
        out = self.book.folder(team)
        await self._settled(team)

        def remove() -> Row:
            _member(load_team(out), person)
            return remove_person(out, person).as_dict()

        removed = await _aside(remove)
        self.events.tell(team, "person", person=person)
        return {"when": _now().isoformat(timespec="seconds"), **removed}

    # ---------------------------------------------------------------- links

    async def link(self, team: str, person: str) -> Link:
        """Make a personal link in place of any earlier one."""
        made = await self._links(team, lambda row: row["person"] == person)
        if not made:
            await self.person(team, person)  # there may be nobody of that name
            raise Problem(409, "There is no picture of them yet: run the team first.")
        return made[0]

    async def links(self, team: str, *, again: bool = False) -> list[Link]:
        """Make links for all whose proof is ready and who have none.

        Parameters
        ----------
        again : also for those who have not opened theirs, in its place.
        """

        def wanting(row: Row) -> bool:
            return not row["link"] or (again and not row["link"]["opened"])

        return await self._links(team, lambda r: r["status"] == "proof ready" and wanting(r))

    async def _links(self, team: str, whom: Callable[[Row], bool]) -> list[Link]:
        out = self.book.folder(team)

        def make() -> list[Link]:
            with alone(out):
                rows = [r for r in _people_rows(load_team(out)) if r["proof"] and whom(r)]
                secrets = new_links(out, [row["person"] for row in rows], _now())
                kept = links(out)
            made = []
            for row in rows:
                person, link = row["person"], f"{team}.{secrets[row['person']]}"
                url = f"{self.address}/proof/enter?key={link}"
                made.append(Link(person, row["name"], row["email"], url, kept[person].until))
            return made

        made = await _aside(make)
        self.events.tell(team, "links")
        return made

    async def take_back(self, team: str, person: str) -> None:
        """End a person's link, and the visit of whoever opened it."""
        out = self.book.folder(team)

        def take() -> None:
            with alone(out):
                take_back(out, _member(load_team(out), person).slug)

        await _aside(take)
        self.events.tell(team, "links")

    # ---------------------------------------------------------------- the whole

    def run(
        self,
        team: str,
        only: str | None = None,
        *,
        new_series: bool = False,
        consent: Row | None = None,
    ) -> Row:
        """Start to bring a team up to date, in a process aside; the job.

        `consent` is what is stated of everybody of whom the roster says nothing, see `agreeing`.
        """
        out = self.book.folder(team)
        if any(job["kind"] == "run" for job in self.jobs.running(team)):
            raise Problem(409, "The team is being worked on already: wait, or stop that first.")

        async def work(told: Progress) -> None:
            try:
                await self.lab.ask(
                    "run", told=told, folder=str(out), only=only, new_series=new_series,
                    consent=consent,
                )  # fmt: skip
            finally:
                self.events.tell(team, "people")

        return self.jobs.start(team, "run", {"only": only}, work)

    async def consistency(self, team: str) -> Row:
        """Return how far the series lies apart, before and after."""
        out = self.book.folder(team)
        return await _aside(lambda: consistency(load_team(out).people))

    async def retakes(self, team: str) -> list[Row]:
        """Return who should send other photos, with the line to send."""
        rows = await self.people(team)
        return [
            {name: row[name] for name in ("person", "name", "email", "status", "message")}
            for row in rows
            if row["message"]
        ]

    async def deliver(self, team: str) -> Row:
        """Copy what was approved into the team's folder for it; names of the files."""
        out = self.book.folder(team)
        files = await _aside(lambda: hand_over(out))
        self.events.tell(team, "people")
        return {"folder": str(files[0].parent), "files": [file.name for file in files]}

    async def approved_files(self, team: str) -> Iterator[tuple[str, bytes]]:
        """Return names and bytes of what is approved at this moment, for a zip."""
        out = self.book.folder(team)
        whole = await _aside(lambda: load_team(out))
        return _approved_files(out, [member.slug for member in whole.roster.members])

    async def _settled(self, team: str) -> None:
        """Call off what is being done for a team, and wait until nothing writes to it any more."""
        await self.jobs.cancel_all(team)
        if self.lab.running:
            await self.lab.ask("settled", folder=str(self.book.folder(team)))


def _approved_files(out: Path, people: list[str]) -> Iterator[tuple[str, bytes]]:
    for slug in people:
        with alone(out):
            team = load_team(out)
            made = team.people.get(slug)
            if made is None or not shown(team.state.people.get(slug), made):
                continue
            files = handed_over(team, _member(team, slug), made)
            read = {called: file.read_bytes() for called, file in files.items()}
        yield from read.items()


def _team_row(team: str, whole: Team) -> Row:
    rows = [_status(whole, member) for member in whole.roster.members]
    counts = {status: rows.count(status) for status in STATUSES}
    return {
        "id": team,
        "folder": str(whole.out),
        "title": whole.state.brand.title,
        "people": len(rows),
        "counts": {status: count for status, count in counts.items() if count},
        "unsaid": len(unsaid(whole.roster)),
        "frame": list(whole.state.brand.frame.size_px),
        "problem": "",
    }


def _people_rows(whole: Team) -> list[Row]:
    known = links(whole.out)
    return [_person_row(whole, member, known) for member in whole.roster.members]


def _person_row(whole: Team, member: Member, known: dict[str, Any]) -> Row:
    said, made = whole.state.people.get(member.slug), whole.people.get(member.slug)
    link, why = known.get(member.slug), reasons(whole, member.slug)
    return {
        "person": member.slug,
        "name": member.name,
        "title": member.title,
        "email": member.email,
        "status": _status(whole, member),
        "proof": made is not None and made.picture is not None,
        "shown": shown(said, made),
        "picture": made.picture if made is not None and shown(said, made) else None,
        "said": said.said if said is not None else "",
        "message": letter(member.name, why) if why else "",
        "notes": list(made.notes) if made is not None else [],
        "link": {"until": link.until, "opened": link.opened}
        if link is not None and link.good(_now())
        else {},
    }


def _status(whole: Team, member: Member) -> str:
    known = whole.state.people.get(member.slug)
    return "invited" if known is None else known.status


def _member(whole: Team, person: str) -> Member:
    """Find somebody by the name of their folder, and by nothing else."""
    for member in whole.roster.members:
        if member.slug == person:
            return member
    raise Problem(404, "There is nobody of that name in this team.")


async def _aside(work: Callable[[], Value]) -> Value:
    return await aside(work, "A file of the team is not there: run the team.")


def _now() -> datetime:
    return datetime.now(UTC)
