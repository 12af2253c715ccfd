"""Visits: what a person sees and says of their own picture, by their own link.

A link and a browser's key begin with the team's id; what comes after it is the secret.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..files import sha256
from ..team import Team, load_team
from ..team_files import alone, folder
from ..team_links import is_good, open_link, visitor
from ..team_word import approve, ask_retake
from .problems import Problem, Value, aside
from .teams import Teams

__all__ = ["Own", "Visit", "Visits"]


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks: a person of a team, by the names of their folders."""

    team: str
    person: str


@dataclass(frozen=True, slots=True)
class Own:
    """What a person is shown.

    Attributes
    ----------
    name : theirs.
    team : the title of the team.
    status : as in the roster.
    picture : SHA-256 of their picture; None: there is none yet.
    approved : whether they said yes to this very one.
    reasons : why the coach would ask for another, sentences.
    why : what they, or whoever runs the team, said when other photos were asked for.
    report : whether there is a page that says what was done.
    """

    name: str
    team: str
    status: str
    picture: str | None
    approved: bool
    reasons: tuple[str, ...]
    why: str
    report: bool


class Visits:
    """Knows who may look at what. It is the doorkeeper of the person's page too."""

    def __init__(self, teams: Teams) -> None:
        self._teams = teams

    # ---------------------------------------------------------------- the door

    def enter(self, secret: str) -> str | None:
        """Spend no link: opening the page does not, only its button does (see `open`)."""
        return None

    def knows_browser(self, key: str) -> bool:
        """Whether a browser's key is somebody's."""
        return self.whose(key) is not None

    def knows_script(self, token: str) -> bool:
        """Scripts do not come in by this door."""
        return False

    def whose(self, key: str) -> Visit | None:
        """Return who a browser with this key is."""
        team, out, secret = self._parts(key)
        person = None if out is None else visitor(out, secret, _now())
        return None if person is None else Visit(team, person)

    def is_good(self, link: str) -> bool:
        """Whether a link would open."""
        _, out, secret = self._parts(link)
        return out is not None and is_good(out, secret, _now())

    async def open(self, link: str) -> str | None:
        """Spend a link: return the key for the browser; None where it is not good."""
        team, out, secret = self._parts(link)
        if out is None:
            return None
        place = out

        def spend() -> str | None:
            with alone(place):  # of two who open it at once, one does
                return open_link(place, secret, _now())

        key = await _aside(spend)
        if key is None:
            return None
        self._teams.events.tell(team, "links")
        return f"{team}.{key}"

    def _parts(self, text: str) -> tuple[str, Path | None, str]:
        team, _, secret = text.partition(".")
        return team, self._teams.book.all().get(team), secret

    # ---------------------------------------------------------------- what they see and say

    async def look(self, visit: Visit) -> Own:
        """Return what a person is shown."""

        def read(out: Path) -> Own:
            team = load_team(out)
            member = team.roster.named(visit.person)
            made, known = team.people.get(member.slug), team.state.people.get(member.slug)
            picture = None if made is None else made.picture
            said_yes = known is not None and known.status in ("approved", "delivered")
            return Own(
                name=member.name,
                team=team.state.brand.title,
                status="invited" if known is None else known.status,
                picture=picture,
                approved=said_yes and known is not None and known.picture == picture,
                reasons=() if made is None else made.outside,
                why=known.why if known is not None else "",
                report=made is not None and "report.html" in made.files,
            )

        return await self._read(visit, read)

    async def picture(self, visit: Visit, digest: str) -> bytes:
        """Return the person's picture, the very one that the page is about.

        Raises
        ------
        Problem : there is another one since, or none.
        """

        def read(out: Path) -> bytes:
            data = (_place(out, visit) / "1" / "headshot.jpg").read_bytes()
            if sha256(data) != digest:
                raise Problem(404, "There is another picture since: load the page again.")
            return data

        return await self._read(visit, read)

    async def report(self, visit: Visit) -> bytes:
        """Return the page that says what was done to the person's photo."""
        return await self._read(
            visit, lambda out: (_place(out, visit) / "report.html").read_bytes()
        )

    async def say_yes(self, visit: Visit, picture: str) -> None:
        """Hear that the person approves the picture that they saw."""
        await self._say(visit, lambda out: approve(out, visit.person, picture=picture))

    async def say_again(self, visit: Visit, why: str) -> None:
        """Hear that the person wants another picture, and why."""
        await self._say(visit, lambda out: ask_retake(out, visit.person, why))

    async def _read(self, visit: Visit, read: Callable[[Path], Value]) -> Value:
        out = self._teams.book.folder(visit.team)

        def locked() -> Value:
            with alone(out):
                return read(out)

        return await _aside(locked)

    async def _say(self, visit: Visit, say: Callable[[Path], Team]) -> None:
        out = self._teams.book.folder(visit.team)
        await _aside(lambda: say(out))
        self._teams.events.tell(visit.team, "person", person=visit.person)


def _place(out: Path, visit: Visit) -> Path:
    return folder(out, load_team(out).roster.named(visit.person).slug)


async def _aside(work: Callable[[], Value]) -> Value:
    return await aside(work, "There is no picture of you here (any more).")


def _now() -> datetime:
    return datetime.now(UTC)
