"""The API for scripts, under `/api/v1`: what the pages can do, with a token.

token=$(catchlight studio --token)
curl -H "Authorization: Bearer $token" --data-binary @me.jpg "$studio/api/v1/…/photos?name=me.jpg"
"""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Query, Request, Response
from fastapi import Path as InPath
from fastapi.responses import FileResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from .. import __version__
from ..destinations import list_destinations, load_destination
from ..looks import list_looks, load_look
from ..store import Row
from .api_camera import camera_routes
from .api_teams import team_routes
from .asked import Id, whole_body
from .brief import Brief, suggest
from .events import server_sent
from .exporting import exported
from .problems import Problem
from .words import word
from .work import Studio

__all__ = ["router"]

FileName = Annotated[str, InPath(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
Side = Annotated[int, Query(ge=64, le=12_000)]
_ONE = "/sessions/{session}"
_PHOTO = f"{_ONE}/photos/{{photo}}"
_RENDER = f"{_ONE}/renders/{{render}}"
_DELIVERY = f"{_ONE}/deliveries/{{delivery}}"


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Consent(_Asked):
    """Who agrees that faces are compared, on this machine and in memory."""

    who: str = Field(min_length=1, max_length=120)
    purpose: str = Field(default="", max_length=120, description="What for; else the session's.")
    until: date | None = Field(default=None, description="The last day; else `keep_days` from now.")


class Favour(_Asked):
    """Whether a photograph is a favourite."""

    favourite: bool


class NewRender(_Asked):
    """Which photograph to develop."""

    photo: str = Field(pattern=r"^[0-9a-f]{16}$")


class NewDelivery(_Asked):
    """Where a picture goes to: names of destinations; the full resolution is always made."""

    destinations: list[str] = Field(default_factory=list, max_length=30)


Changes = Annotated[
    dict[str, Any], Body(description="Choices to change, by name; null is the look's own.")
]


def router(studio: Studio) -> APIRouter:
    """Return the routes of the API for a studio."""
    api = APIRouter(prefix="/api/v1")
    _sessions(api, studio)
    _photos(api, studio)
    _backdrops(api, studio)
    camera_routes(api, studio)
    _renders(api, studio)
    _deliveries(api, studio)
    _audits(api, studio)
    _jobs(api, studio)
    team_routes(api, studio.teams)
    return api


def _sessions(api: APIRouter, studio: Studio) -> None:
    @api.get("/", summary="The version, the looks and the destinations")
    async def about() -> Row:
        return {
            "version": __version__,
            "looks": [load_look(name).model_dump(mode="json") for name in list_looks()],
            "destinations": [
                load_destination(name).model_dump(mode="json") for name in list_destinations()
            ],
        }

    @api.post("/sessions", status_code=201, summary="Begin a session")
    async def begin(brief: Brief | None = None) -> Row:
        return studio.begin(brief)

    @api.get("/sessions", summary="All sessions, the last used first")
    async def sessions() -> list[Row]:
        return studio.store.all("sessions")

    @api.get(_ONE, summary="One session, and what its brief suggests")
    async def session(session: Id) -> Row:
        row = studio.session(session)
        return {**row, "suggestion": suggest(studio.brief(session)).model_dump()}

    @api.patch(_ONE, summary="Change the brief")
    async def rebrief(session: Id, brief: Brief) -> Row:
        return studio.rebrief(session, brief)

    @api.get(f"{_ONE}/export.zip", response_class=StreamingResponse,
             summary="Everything that is kept of a session")  # fmt: skip
    async def export(session: Id) -> Response:
        named = {"content-disposition": f'attachment; filename="catchlight-{session}.zip"'}
        parts = exported(studio.store, studio.session(session))
        return StreamingResponse(parts, media_type="application/zip", headers=named)

    @api.post(f"{_ONE}/consent", status_code=204, summary="Agree that faces are compared")
    async def consent(session: Id, given: Consent) -> None:
        studio.consent(session, **given.model_dump())

    @api.delete(f"{_ONE}/consent", status_code=204, summary="Take that back; it is deleted")
    async def withdraw(session: Id) -> None:
        await studio.withdraw(session)

    @api.delete(_ONE, summary="Delete a session and everything in it; the receipt")
    async def forget(session: Id) -> Row:
        studio.session(session)
        return await studio.forget([session])

    @api.delete("/sessions", summary="Delete everything; the receipt")
    async def forget_all() -> Row:
        return await studio.forget([row["id"] for row in studio.store.all("sessions")])

    @api.post(f"{_ONE}/picks", status_code=202, summary="Look at all photos and rank them")
    async def look_through(session: Id) -> Row:
        return studio.look_through(session)

    @api.post(f"{_PHOTO}/person", status_code=202, summary="The person is the one in this photo")
    async def name_person(session: Id, photo: Id) -> Row:
        return studio.name_person(session, photo)

    @api.get(f"{_ONE}/picks", summary="The ranking with its reasons")
    async def picks(session: Id) -> Row:
        return studio.picks(session)


def _photos(api: APIRouter, studio: Studio) -> None:
    @api.get(f"{_ONE}/photos", summary="All photos; with the reason, those that can't be used")
    async def photos(session: Id) -> list[Row]:
        return studio.photos(session)

    @api.get(_PHOTO, summary="One photo")
    async def photo(session: Id, photo: Id) -> Row:
        return studio.photo(session, photo)

    @api.patch(_PHOTO, summary="Mark a favourite")
    async def favour(session: Id, photo: Id, favour: Favour) -> Row:
        studio.favour(session, photo, favour.favourite)
        return studio.photo(session, photo)

    @api.delete(_PHOTO, status_code=204, summary="Remove a photo and everything made of it")
    async def forget(session: Id, photo: Id) -> None:
        await studio.forget_photo(session, photo)

    @api.get(f"{_PHOTO}/thumb.jpg", response_class=FileResponse, summary="Its thumbnail")
    async def thumb(session: Id, photo: Id) -> Response:
        return _file(studio.intake.thumb(studio.photo(session, photo)))

    @api.get(f"{_PHOTO}/large.jpg", response_class=FileResponse, summary="A large JPEG of it")
    async def large(session: Id, photo: Id, side: Side = 6000) -> Response:
        row = studio.photo(session, photo)
        if row["status"] != "ready":
            raise Problem(404, "That file could not be used, and was not kept.")
        return _file(await studio.intake.large(row, side))


def _backdrops(api: APIRouter, studio: Studio) -> None:
    @api.post(
        f"{_ONE}/backdrops", status_code=201, summary="Add a backdrop: its bytes are the body",
        openapi_extra={"requestBody": {"required": True, "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}},
    )  # fmt: skip
    async def add_backdrop(request: Request, session: Id) -> Row:
        studio.session(session)
        return {"backdrop": await studio.own_backdrops.take(session, await whole_body(request))}

    @api.get(f"{_ONE}/backdrops", summary="Names of the photos that can be chosen as backdrops")
    async def backdrops(session: Id) -> list[str]:
        studio.session(session)
        return list(studio.own_backdrops.all(session))

    @api.delete(f"{_ONE}/backdrops/{{name}}", status_code=204, summary="Remove a backdrop")
    async def remove_backdrop(session: Id, name: FileName) -> None:
        studio.session(session)
        studio.own_backdrops.remove(session, name)


def _renders(api: APIRouter, studio: Studio) -> None:
    @api.post(f"{_ONE}/renders", status_code=201, summary="Begin a picture from a photo")
    async def develop(session: Id, new: NewRender) -> Row:
        return studio.develop(session, new.photo)

    @api.get(f"{_ONE}/renders", summary="All pictures in the making")
    async def renders(session: Id) -> list[Row]:
        studio.session(session)
        rows = studio.store.all("renders", session)
        return [studio.render(session, row["id"]) for row in rows]

    @api.get(_RENDER, summary="One, with its choices")
    async def render(session: Id, render: Id) -> Row:
        return studio.render(session, render)

    @api.patch(_RENDER, summary="Choose otherwise")
    async def change(session: Id, render: Id, changes: Changes) -> Row:
        return studio.change(session, render, changes)

    @api.post(f"{_RENDER}/steps/{{step}}", summary="Undo, redo, or choose again as at first")
    async def step(session: Id, render: Id, step: Literal["undo", "redo", "reset"]) -> Row:
        if step == "reset":
            return studio.reset(session, render)
        return studio.undo(session, render, 1 if step == "undo" else -1)

    @api.get(f"{_RENDER}/preview.jpg", response_class=Response, summary="A preview")
    async def preview(
        session: Id,
        render: Id,
        side: Side = 1100,
        how: Literal["exact", "quick", "before"] = "exact",
        output: str = "headshot",
    ) -> Response:
        _, data = await studio.preview(session, render, side=side, how=how, output=output)
        return _picture(data)

    @api.get(f"{_ONE}/shown/{{name}}", response_class=Response, include_in_schema=False)
    async def shown(session: Id, name: FileName) -> Response:
        studio.session(session)
        return _picture(studio.shown(name))


def _deliveries(api: APIRouter, studio: Studio) -> None:
    @api.post(f"{_RENDER}/deliveries", status_code=202, summary="Make the files")
    async def deliver(session: Id, render: Id, new: NewDelivery) -> Row:
        made, job = studio.deliver(session, render, new.destinations)
        return {"delivery": made, "job": job}

    @api.get(f"{_ONE}/deliveries", summary="All deliveries")
    async def deliveries(session: Id) -> list[Row]:
        studio.session(session)
        return studio.store.all("deliveries", session)

    @api.get(_DELIVERY, summary="One: its files, what was measured, what to know")
    async def delivery(session: Id, delivery: Id) -> Row:
        return studio.delivery(session, delivery)

    @api.get(f"{_DELIVERY}/files/{{name}}", response_class=FileResponse, summary="One file")
    async def file(session: Id, delivery: Id, name: FileName) -> Response:
        folder = studio.folder_of(studio.delivery(session, delivery))
        path = folder / "1" / name
        path = path if path.is_file() else folder / name
        return _file(path, download=True)

    @api.get(f"{_DELIVERY}/show/{{name}}", include_in_schema=False)
    async def show(session: Id, delivery: Id, name: FileName) -> Response:
        folder = studio.folder_of(studio.delivery(session, delivery))
        path = folder / "1" / name
        return _file(path if path.is_file() else folder / name)

    @api.get(f"{_DELIVERY}/headshot.zip", response_class=Response, summary="All files in one")
    async def everything(session: Id, delivery: Id) -> Response:
        folder = studio.folder_of(studio.delivery(session, delivery))
        data = await asyncio.to_thread(_zipped, folder)
        named = {"content-disposition": 'attachment; filename="headshot.zip"'}
        return Response(data, media_type="application/zip", headers=named)


def _audits(api: APIRouter, studio: Studio) -> None:
    @api.post(
        f"{_ONE}/audits", status_code=202, summary="Audit a headshot: its bytes are the body",
        openapi_extra={"requestBody": {"required": True, "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}},
    )  # fmt: skip
    async def begin(request: Request, session: Id, name: str = "picture") -> Row:
        made, job = studio.audit(session, name, await whole_body(request))
        return {"audit": made, "job": job}

    @api.get(f"{_ONE}/audits", summary="All audits")
    async def audits(session: Id) -> list[Row]:
        studio.session(session)
        return studio.store.all("audits", session)

    @api.get(f"{_ONE}/audits/{{audit}}", summary="What was found")
    async def audit(session: Id, audit: Id) -> Row:
        return studio.audited(session, audit)[0]

    @api.get(f"{_ONE}/audits/{{audit}}/report.html", response_class=FileResponse,
             summary="The same as a page")  # fmt: skip
    async def report(session: Id, audit: Id) -> Response:
        return _file(studio.audited(session, audit)[1])


def _jobs(api: APIRouter, studio: Studio) -> None:
    @api.get(f"{_ONE}/jobs", summary="All jobs of a session")
    async def jobs(session: Id) -> list[Row]:
        studio.session(session)
        return studio.jobs.all(session)

    @api.get(f"{_ONE}/jobs/{{job}}", summary="How far a job is")
    async def job(session: Id, job: Id) -> Row:
        return studio.jobs.row(job, session)

    @api.delete(f"{_ONE}/jobs/{{job}}", summary="Call a job off")
    async def cancel(session: Id, job: Id) -> Row:
        studio.jobs.row(job, session)
        studio.jobs.cancel(job)
        await studio.jobs.wait(job)
        return studio.jobs.row(job, session)

    @api.get(f"{_ONE}/events", response_class=StreamingResponse, summary="What happens, live")
    async def events(session: Id) -> Response:
        studio.session(session)

        async def stream() -> AsyncIterator[bytes]:
            with studio.events.listen(session) as queue:
                async for part in server_sent(queue):
                    yield part

        return StreamingResponse(stream(), media_type="text/event-stream")


def _file(path: Path, *, download: bool = False) -> Response:
    if not path.is_file():
        raise Problem(404, "There is no such file.")
    if download:  # as it is, whatever is in it
        return FileResponse(path, filename=path.name, media_type="application/octet-stream")
    kind = None if path.suffix in (".jpg", ".png", ".html", ".svg") else "text/plain; charset=utf-8"
    return FileResponse(path, media_type=kind, content_disposition_type="inline")


def _picture(data: bytes) -> Response:
    kind = "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"
    return Response(data, media_type=kind)


def _zipped(folder: Path) -> bytes:
    """All files of a delivery; pictures do not get smaller by compressing."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("headshot/README.txt", word("zip.readme"))
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, Path("headshot") / path.relative_to(folder))
    return stream.getvalue()
