"""The decoder: opens files of unknown origin, in a process with limits on memory and time.

The bytes are decoded whole here before anything else of the studio touches them, and made into
JPEG previews. A file that brings this process down is refused, and nothing else happens.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..encode import encode_jpeg
from ..errors import PhotoError
from ..limits import limit_memory, limit_time, limit_writing
from ..photo import read
from ..survey import eight_bit
from ..thumbnails import thumbnail
from .child import inherited, pack, unpack

__all__ = ["MOST_PIXELS", "SECONDS"]

MOST_PIXELS = 120_000_000
"""Pixels of a photograph that is taken in."""
SECONDS = 30
"""Of processor time and of waiting for one file."""
_MOST_BYTES = 50 * 1024 * 1024
_MEMORY = 4 * 1024**3  # bytes beyond what the libraries take: 120 megapixels with 16 bits, twice
_MOST_WRITTEN = 16 * 1024**2  # bytes: it has nothing to write but what Numba keeps of its compiling
_THUMB = 560


def main() -> None:
    """Answer requests until the studio ends."""
    pipe = inherited()
    limit_memory(_MEMORY)
    limit_writing(_MOST_WRITTEN)
    while True:
        try:
            header, _ = unpack(pipe.recv_bytes())
        except EOFError:
            return
        if header["kind"] == "cancel":
            continue
        limit_time(SECONDS)
        try:
            answer, blob = _open(Path(header["path"]), int(header.get("side", 0)))
        except PhotoError as error:
            hint = f": {error.hint}" if error.hint else ""
            answer, blob = _problem(f"{error.reason}{hint}"), b""
        except MemoryError:
            answer, blob = _problem("it needs more memory than one photo may take"), b""
        pipe.send_bytes(pack({"number": header["number"], **answer}, blob))


def _open(path: Path, side: int) -> tuple[dict[str, Any], bytes]:
    photo = read(path, max_pixels=MOST_PIXELS, max_bytes=_MOST_BYTES)
    pixels = eight_bit(photo.pixels)
    data = encode_jpeg(thumbnail(pixels, side or _THUMB), quality=90 if side else 82)[0]
    facts = {"width": photo.width, "height": photo.height, "sha256": photo.sha256}
    return {"kind": "opened", **facts}, data


def _problem(detail: str) -> dict[str, Any]:
    return {"kind": "problem", "status": 422, "detail": detail}


if __name__ == "__main__":
    main()
