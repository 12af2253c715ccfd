"""What a phone gets to see: one page with the camera, and the camera's part of the API."""

from __future__ import annotations

import json
from html import escape
from importlib import resources
from pathlib import Path

import nicegui
from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import FileResponse, HTMLResponse
from starlette.staticfiles import StaticFiles

from .answering import answer_problems
from .api_camera import camera_routes
from .camera import right_distance
from .words import section, word
from .work import Studio

__all__ = ["HOME", "phone_app"]

HOME = "/phone"
_STATIC = Path(__file__).parent / "static"
_VUE = Path(nicegui.__file__).parent / "static" / "vue.esm-browser.prod.js"
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<link rel="icon" href="data:,"><script src="/studio/static/shell.js"></script>
<link rel="stylesheet" href="/studio/static/studio.css"></head>
<body><main class="page phone-page"><h1>{heading}</h1><p class="lead">{lead}</p>
<div id="camera"></div></main>
<script type="application/json" id="given">{given}</script>
<script type="module" src="/studio/static/phone.js"></script></body></html>"""


def phone_app(studio: Studio, session: str) -> FastAPI:
    """Put together what is behind the phone's door; the door itself checks who asks for what."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    api = APIRouter(prefix="/api/v1")
    camera_routes(api, studio)
    app.include_router(api)
    answer_problems(app)
    app.mount("/studio/static", StaticFiles(directory=_STATIC))
    fonts = Path(str(resources.files("font_manrope").joinpath("files")))
    app.mount("/studio/font", StaticFiles(directory=fonts))

    @app.get(HOME)
    def page() -> Response:
        words = {**section("camera"), **section("phone")["camera"]}
        given = {"session": session, "words": words, "right": right_distance()}
        return HTMLResponse(_PAGE.format(
            title=escape(word("phone.title")), heading=escape(word("phone.heading")),
            lead=escape(word("phone.lead")), given=json.dumps(given).replace("<", "\\u003c"),
        ))  # fmt: skip

    @app.get(f"{HOME}/vue.js")
    def vue() -> Response:
        return FileResponse(_VUE, media_type="text/javascript")

    return app
