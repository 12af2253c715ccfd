"""Answering with problems: what goes wrong in an app is answered as `application/problem+json`."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from ..errors import CatchlightError
from .problems import MEDIA_TYPE, Problem, problem_of

__all__ = ["answer_problems"]


def answer_problems(app: FastAPI) -> None:
    """Have an app answer so."""

    @app.exception_handler(Problem)
    async def problem(request: Request, error: Problem) -> Response:
        return Response(error.body(), status_code=error.status, media_type=MEDIA_TYPE)

    @app.exception_handler(CatchlightError)
    async def failed(request: Request, error: CatchlightError) -> Response:
        return await problem(request, problem_of(error))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:]) or str(first["loc"][0])
        return await problem(request, Problem(422, f"{where}: {first['msg']}"))

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        return await problem(request, Problem(error.status_code, str(error.detail)))
