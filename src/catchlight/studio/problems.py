"""Problems: errors over HTTP, as `application/problem+json` (RFC 9457)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from ..errors import (
    BoundRefused,
    CatchlightError,
    NoUsablePhoto,
    OutputError,
    PhotoError,
    RecipeError,
    UsageError,
)

__all__ = ["MEDIA_TYPE", "Problem", "Value", "aside", "problem_of"]

Value = TypeVar("Value")

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """What is wrong with a request, for the one who sent it."""

    def __init__(self, status: int, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.detail, self.more = status, detail, more

    def body(self) -> bytes:
        """Return it as JSON; `type` is about:blank, for the status says what kind it is."""
        data = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            **self.more,
        }
        return json.dumps(data, ensure_ascii=False).encode()


def problem_of(error: CatchlightError) -> Problem:
    """Return the problem that an error of the engine is for a client.

    >>> problem_of(UsageError("there is no look of that name")).status
    422
    """
    if isinstance(error, NoUsablePhoto):
        reasons = {e.path.stem: f"{e.reason}: {e.hint}".rstrip(": ") for e in error.reasons}
        return Problem(422, str(error), photos=reasons)
    if isinstance(error, OutputError):
        return Problem(507, str(error))
    if isinstance(error, PhotoError | BoundRefused | UsageError | RecipeError):
        return Problem(422, str(error))
    return Problem(500, str(error))


async def aside(work: Callable[[], Value], missing: str) -> Value:
    """Do work on files beside the web loop; errors are problems.

    `missing` is what to say where a file is not there (404).
    """
    try:
        return await asyncio.to_thread(work)
    except CatchlightError as error:
        raise problem_of(error) from None
    except FileNotFoundError:
        raise Problem(404, missing) from None
