"""The pages: put on, with what belongs to all of them."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from nicegui import app as pages_app
from nicegui import ui
from starlette.staticfiles import StaticFiles

from . import page_keeping, page_making, page_photos, page_start, page_team
from .frame import HEAD
from .phone import Phone
from .plain_page import plain_page
from .problems import MEDIA_TYPE, Problem
from .signs import MARK
from .words import word
from .work import Studio

__all__ = ["put_on"]

_FAVICON = MARK.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ').replace(
    "aria-hidden", 'fill="none" stroke="#888" stroke-width="1.6" aria-hidden'
)


def put_on(app: FastAPI, studio: Studio, phone: Phone) -> None:
    """Put the pages on an app that has the API."""
    fonts = Path(str(resources.files("font_manrope").joinpath("files")))
    app.mount("/studio/static", StaticFiles(directory=Path(__file__).parent / "static"))
    app.mount("/studio/font", StaticFiles(directory=fonts))
    ui.add_head_html(HEAD, shared=True)
    page_start.home(studio)
    page_start.brief(studio)
    page_photos.photos(studio, phone)
    page_photos.proofs(studio)
    page_making.develop(studio)
    page_making.deliver(studio)
    page_keeping.audit(studio)
    page_keeping.privacy(studio)
    page_team.teams(studio)
    page_team.team(studio)
    pages_app.add_exception_handler(404, _missing)
    ui.run_with(
        app, title=word("name"), favicon=_FAVICON, dark=None, language="en-US",
        tailwind=False, gzip_middleware_factory=None, message_history_length=50,
        show_welcome_message=False, reconnect_timeout=10,
    )  # fmt: skip


async def _missing(request: Request, error: Exception) -> Response:
    """Answer for an address that nothing is at; to scripts as for every problem."""
    if request.url.path.startswith("/api/"):
        problem = Problem(404, "There is no such address: see /api/v1/openapi.json.")
        return Response(problem.body(), status_code=404, media_type=MEDIA_TYPE)
    told = (word(f"missing.{part}") for part in ("title", "detail", "home"))
    return HTMLResponse(plain_page(*told), status_code=404)
