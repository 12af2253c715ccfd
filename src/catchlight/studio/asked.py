"""What requests of the API have in common: names in the path, and a body of bytes."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path as InPath
from fastapi import Request

from .guard import MOST_UPLOAD
from .problems import Problem

__all__ = ["Id", "whole_body"]

Id = Annotated[str, InPath(pattern=r"^[0-9a-f]{16}$")]


async def whole_body(request: Request) -> bytes:
    """Read a body of at most 50 MB; the guard has counted it already."""
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > MOST_UPLOAD:
            raise Problem(413, "That is more than 50 MB: send less.")
    return bytes(data)
