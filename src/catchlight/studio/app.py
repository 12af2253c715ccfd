"""The app: the API and the pages behind the guard."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from .. import __version__
from .access import Access
from .api import router
from .guard import Guard
from .problems import MEDIA_TYPE, Problem
from .work import Studio

__all__ = ["create_app"]


def create_app(
    studio: Studio,
    access: Access,
    hosts: frozenset[str],
    pages: Callable[[FastAPI], None] | None = None,
) -> ASGIApp:
    """Put the studio together.

    Parameters
    ----------
    studio : what does the work; it is closed when the app ends.
    access : who may come in.
    hosts : values of the Host header that name this studio.
    pages : puts the pages on; None: the API alone.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await studio.close()

    app = FastAPI(
        title="Catchlight studio",
        version=__version__,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # their pages load scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
    )
    app.include_router(router(studio))

    @app.exception_handler(Problem)
    async def problem(request: Request, error: Problem) -> Response:
        return Response(error.body(), status_code=error.status, media_type=MEDIA_TYPE)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:]) or str(first["loc"][0])
        return await problem(request, Problem(422, f"{where}: {first['msg']}"))

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        return await problem(request, Problem(error.status_code, str(error.detail)))

    if pages is not None:
        pages(app)
    return Guard(app, access, hosts)
