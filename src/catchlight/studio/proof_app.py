"""What a person of a team gets to see: their own picture, and two answers to it."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.staticfiles import StaticFiles

from .answering import answer_problems
from .login import sent_form
from .problems import Problem
from .proof_page import own_page
from .visits import Visit, Visits

__all__ = ["COOKIE", "ENTER", "HOME", "proof_app"]

HOME, ENTER = "/proof", "/proof/enter"
COOKIE = "catchlight-proof"
_LONGEST = 500  # characters of why
_STATIC = Path(__file__).parent / "static"


def proof_app(visits: Visits) -> FastAPI:
    """Put together what is behind the people's door; the door itself checks who asks for what.

    No address in it names a person: whose page it is, only the browser's key says.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    answer_problems(app)
    app.mount(f"{HOME}/static", StaticFiles(directory=_STATIC))
    fonts = Path(str(resources.files("font_manrope").joinpath("files")))
    app.mount(f"{HOME}/font", StaticFiles(directory=fonts))

    def visit_of(request: Request) -> Visit:
        visit = visits.whose(request.cookies.get(COOKIE, ""))
        if visit is None:
            raise Problem(401, "This page opens by a personal link.")
        return visit

    async def page(visit: Visit, said: str = "", status: int = 200) -> Response:
        # Without a referrer a browser says "Origin: null" of a form, and that is refused.
        headers = {"referrer-policy": "same-origin"}
        return HTMLResponse(own_page(await visits.look(visit), said), status, headers)

    @app.get(HOME)
    async def own(request: Request) -> Response:
        return await page(visit_of(request))

    @app.get(f"{HOME}/picture.jpg")
    async def picture(
        request: Request, of: Annotated[str, Query(pattern=r"^[0-9a-f]{64}$")]
    ) -> Response:
        return Response(await visits.picture(visit_of(request), of), media_type="image/jpeg")

    @app.get(f"{HOME}/report.html")
    async def report(request: Request) -> Response:
        return HTMLResponse(await visits.report(visit_of(request)))

    @app.post(f"{HOME}/word")
    async def said(request: Request) -> Response:
        visit = visit_of(request)
        form = parse_qs(await sent_form(request.receive), keep_blank_values=True)
        fields = {name: values[0] for name, values in form.items() if len(values) == 1}
        try:
            if fields.get("word") == "yes":
                await visits.say_yes(visit, fields.get("picture", ""))
            elif fields.get("word") == "retake":
                await visits.say_again(visit, _line(fields.get("why", "")))
            else:
                raise Problem(422, "word: it is yes or retake.")
        except Problem as problem:
            return await page(visit, problem.detail, problem.status)
        return RedirectResponse(HOME, 303)

    return app


def _line(text: str) -> str:
    r"""Return what somebody wrote as one line, not too long.

    >>> _line("my collar\r\nis  crooked\x00")
    'my collar is crooked'
    """
    kept = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(kept.split())[:_LONGEST]
