"""The decoder: opens files of unknown origin, in a process with limits on memory and time.

The bytes are decoded whole here before anything else of the studio touches them, and made into
JPEG previews. A file that brings this process down is refused, and nothing else happens.
"""

from __future__ import annotations

import resource
import signal
from pathlib import Path
from typing import Any

from ..encode import encode_jpeg
from ..errors import PhotoError
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
_THUMB = 560


def main() -> None:
    """Answer requests until the studio ends."""
    pipe = inherited()
    _limit()
    while True:
        try:
            header, _ = unpack(pipe.recv_bytes())
        except EOFError:
            return
        if header["kind"] == "cancel":
            continue
        _more_time()
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


def _limit() -> None:
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + _MEMORY, taken + _MEMORY))
    # It has nothing to write but what Numba may keep of its compiling.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16 * 1024**2, 16 * 1024**2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _more_time() -> None:
    """Give the next file its seconds; over them the system ends this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (used + SECONDS, hard))


if __name__ == "__main__":
    main()
