"""The camera's part of the API: a photo comes in, frames for the coach, and what it says."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from ..store import Row
from .asked import Id, whole_body
from .work import Studio

__all__ = ["camera_routes"]

_ONE = "/sessions/{session}"


def camera_routes(api: APIRouter, studio: Studio) -> None:
    """Put the routes of the live camera on the API, and the one by which any photo comes in."""

    @api.post(
        f"{_ONE}/photos", status_code=201, summary="Add a photo: its bytes are the body",
        openapi_extra={"requestBody": {"required": True, "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}},
    )  # fmt: skip
    async def add(request: Request, session: Id, name: str = "photo") -> Row:
        studio.session(session)
        return await studio.intake.take(session, name, await whole_body(request))

    @api.post(f"{_ONE}/coach", status_code=204, summary="Have the coach get ready")
    async def warm(session: Id) -> None:
        studio.session(session)
        await studio.camera.warm()

    @api.post(
        f"{_ONE}/coach/{{sitting}}", summary="Show the coach a frame: a JPEG is the body",
        openapi_extra={"requestBody": {"required": True, "content": {
            "image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}},
    )  # fmt: skip
    async def see(
        request: Request,
        session: Id,
        sitting: Id,
        time: Annotated[float, Query(ge=0, le=1e9, description="of the frame, in seconds")],
        scale: Annotated[float, Query(ge=0.1, le=20, description="still to frame, in length")] = 1,
    ) -> Row:
        studio.session(session)
        return await studio.camera.see(session, sitting, await whole_body(request), time, scale)

    @api.delete(f"{_ONE}/coach/{{sitting}}", status_code=204, summary="The camera is off")
    async def leave(session: Id, sitting: Id) -> None:
        studio.session(session)
        await studio.camera.leave(session, sitting)

    @api.get(
        f"{_ONE}/photos/{{photo}}/verdict", summary="What the coach says about a photo, in a line"
    )
    async def verdict(session: Id, photo: Id) -> Row:
        return await studio.camera.verdict(studio.photo(session, photo))
