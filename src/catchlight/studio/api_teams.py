"""The API of teams, under `/api/v1/teams`: as whoever runs a team has it.

No answer has anything of a face before the person in the picture said yes to it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from fastapi import Path as InPath
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from ..rows import now
from ..store import Row
from .agreeing import stated
from .asked import Id
from .events import server_sent
from .exporting import zipped
from .teams import Teams

__all__ = ["team_routes"]

_ONE = "/teams/{team}"
_PERSON = f"{_ONE}/people/{{person}}"
Person = Annotated[str, InPath(min_length=1, max_length=60, pattern=r"^\w(?:[\w-]*\w)?$")]
Status = Literal["", "invited", "photos in", "proof ready", "retake asked", "approved", "delivered"]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OpenTeam(_Asked):
    """Which team to open."""

    folder: str = Field(
        min_length=1, max_length=1024, description="The whole path that `catchlight team` made."
    )


class Stated(_Asked):
    """What whoever runs the team states: everybody of whom the roster says nothing agreed."""

    who: str = Field(min_length=1, max_length=120, description="Who states it.")
    until: date | None = Field(default=None, description="The last day; else `keep_days` from now.")


class Run(_Asked):
    """What to bring up to date."""

    only: str | None = Field(default=None, max_length=120, description="One person; else all.")
    new_series: bool = Field(
        default=False, description="Settle the series anew from everybody who is here."
    )
    consent: Stated | None = Field(
        default=None,
        description="That their faces are compared; written into the roster. Else they are not, but"
        " for those of whom its column consent_until says so.",
    )


class Retake(_Asked):
    """Why other photos are asked for."""

    why: str = Field(default="", max_length=500, description="Else what was measured.")


class Yes(_Asked):
    """How a person said yes elsewhere."""

    said: str = Field(min_length=3, max_length=200, description="Such as: by e-mail on Monday.")


class NewLinks(_Asked):
    """For whom links are made."""

    again: bool = Field(
        default=False, description="Also for who has not opened theirs, in its place."
    )


def team_routes(api: APIRouter, teams: Teams) -> None:
    """Put the routes of teams on the API."""
    _whole(api, teams)
    _people(api, teams)
    _links(api, teams)
    _jobs(api, teams)


def _whole(api: APIRouter, teams: Teams) -> None:
    @api.post("/teams", status_code=201, summary="Open the folder of a team")
    async def open_team(asked: OpenTeam) -> Row:
        return await teams.open(asked.folder)

    @api.get("/teams", summary="All open teams")
    async def all_teams() -> list[Row]:
        return await teams.all()

    @api.get(_ONE, summary="One team: how many people are how far")
    async def team(team: Id) -> Row:
        return await teams.team(team)

    @api.post(f"{_ONE}/close", status_code=204, summary="Close it; nothing is deleted")
    async def close(team: Id) -> None:
        await teams.shut(team)

    @api.delete(_ONE, summary="Delete all that was made of a team; the receipt")
    async def forget(team: Id) -> Row:
        return await teams.forget(team)

    @api.get(f"{_ONE}/consistency", summary="How far the series lies apart, before and after")
    async def consistency(team: Id) -> Row:
        return await teams.consistency(team)

    @api.get(f"{_ONE}/retakes", summary="Who should send other photos, with the line to send")
    async def retakes(team: Id) -> list[Row]:
        return await teams.retakes(team)

    @api.post(f"{_ONE}/deliveries", summary="Copy what was approved into the team's folder")
    async def deliver(team: Id) -> Row:
        return await teams.deliver(team)

    @api.get(f"{_ONE}/approved.zip", response_class=StreamingResponse,
             summary="Everything that is approved, by the brand kit's names")  # fmt: skip
    async def approved(team: Id) -> Response:
        named = {"content-disposition": 'attachment; filename="team.zip"'}
        parts = zipped(await teams.approved_files(team), now())
        return StreamingResponse(parts, media_type="application/zip", headers=named)


def _people(api: APIRouter, teams: Teams) -> None:
    @api.get(f"{_ONE}/people", summary="The people and how far each is")
    async def people(
        team: Id,
        words: Annotated[str, Query(max_length=120, description="In the name or title.")] = "",
        status: Status = "",
    ) -> list[Row]:
        return await teams.people(team, words, status)

    @api.get(_PERSON, summary="One person")
    async def one(team: Id, person: Person) -> Row:
        return await teams.person(team, person)

    @api.delete(_PERSON, summary="Delete all that was made of a person; the receipt")
    async def forget(team: Id, person: Person) -> Row:
        return await teams.forget_person(team, person)

    @api.get(f"{_PERSON}/picture.jpg", response_class=Response,
             summary="Their picture, once they approved it")  # fmt: skip
    async def picture(team: Id, person: Person) -> Response:
        return Response(await teams.picture(team, person, "whole"), media_type="image/jpeg")

    @api.get(f"{_PERSON}/card.jpg", response_class=Response,
             summary="A small one, once they approved it")  # fmt: skip
    async def card(team: Id, person: Person) -> Response:
        return Response(await teams.picture(team, person, "card"), media_type="image/jpeg")

    @api.post(f"{_PERSON}/retake", summary="Ask them for other photos")
    async def retake(team: Id, person: Person, asked: Retake | None = None) -> Row:
        return await teams.ask_retake(team, person, (asked or Retake()).why)

    @api.post(f"{_PERSON}/approve", summary="Record that they said yes elsewhere, and how")
    async def approve(team: Id, person: Person, yes: Yes) -> Row:
        return await teams.record_yes(team, person, yes.said)


def _links(api: APIRouter, teams: Teams) -> None:
    @api.post(f"{_PERSON}/link", status_code=201,
              summary="Make their personal link; shown this once, an earlier one ends")  # fmt: skip
    async def link(team: Id, person: Person) -> Row:
        return asdict(await teams.link(team, person))

    @api.delete(f"{_PERSON}/link", status_code=204, summary="End their link")
    async def take_back(team: Id, person: Person) -> None:
        await teams.take_back(team, person)

    @api.post(f"{_ONE}/links", status_code=201,
              summary="Make links for all whose proof is ready and who have none")  # fmt: skip
    async def links(team: Id, wish: NewLinks | None = None) -> list[Row]:
        again = wish is not None and wish.again
        return [asdict(link) for link in await teams.links(team, again=again)]


def _jobs(api: APIRouter, teams: Teams) -> None:
    @api.post(f"{_ONE}/runs", status_code=202, summary="Bring the team up to date; a job")
    async def run(team: Id, asked: Run | None = None) -> Row:
        wish = asked or Run()
        agreed = None if wish.consent is None else stated(**wish.consent.model_dump())
        return teams.run(team, wish.only, new_series=wish.new_series, consent=agreed)

    @api.get(f"{_ONE}/jobs", summary="The jobs of a team since the studio was started")
    async def jobs(team: Id) -> list[Row]:
        teams.book.folder(team)
        return teams.jobs.all(team)

    @api.get(f"{_ONE}/jobs/{{job}}", summary="How far a job is")
    async def job(team: Id, job: Id) -> Row:
        return teams.jobs.row(job, team)

    @api.delete(f"{_ONE}/jobs/{{job}}", summary="Call a job off; what is done stays done")
    async def cancel(team: Id, job: Id) -> Row:
        teams.jobs.row(job, team)
        teams.jobs.cancel(job)
        await teams.jobs.wait(job)
        return teams.jobs.row(job, team)

    @api.get(f"{_ONE}/events", response_class=StreamingResponse, summary="What happens, live")
    async def events(team: Id) -> Response:
        teams.book.folder(team)

        async def stream() -> AsyncIterator[bytes]:
            with teams.events.listen(team) as queue:
                async for part in server_sent(queue):
                    yield part

        return StreamingResponse(stream(), media_type="text/event-stream")
