"""The app: the API and the pages behind the guard."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.types import ASGIApp

from .. import __version__
from .access import Access
from .answering import answer_problems
from .api import router
from .guard import Entrance, Guard
from .proof_door import Doors, proof_door
from .work import Studio

__all__ = ["create_app"]


def create_app(
    studio: Studio,
    access: Access,
    hosts: frozenset[str],
    pages: Callable[[FastAPI], None] | None = None,
    closing: Callable[[], Awaitable[None]] | None = None,
    entrance: Entrance | None = None,
) -> ASGIApp:
    """Put the studio together.

    Parameters
    ----------
    studio : what does the work; it is closed when the app ends.
    access : who may come in.
    hosts : values of the Host header that name this studio.
    pages : puts the pages on; None: the API alone.
    closing : what is closed before the studio is.
    entrance : for a studio that is spoken to over TLS and opened by a password; None: by a link.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        if closing is not None:
            await closing()
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

    answer_problems(app)
    if pages is not None:
        pages(app)
    secure = entrance is not None
    return Doors(
        Guard(app, access, hosts, secure=secure, entrance=entrance),
        proof_door(studio.teams, access, hosts, secure=secure),
    )
