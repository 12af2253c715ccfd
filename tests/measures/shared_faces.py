"""Faces of the development photographs, found once a test run."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from catchlight import faces
from catchlight.faces import Face
from catchlight.photo import read
from catchlight.survey import ANALYSIS_SIDE, eight_bit

__all__ = ["face_in", "faces_in"]


@cache
def face_in(path: Path, place: int = 0) -> Face:
    """Return a photograph's face, the largest first."""
    return faces.find(eight_bit(read(path, max_side=ANALYSIS_SIDE).pixels))[place]


def faces_in(folder: Path) -> dict[str, Face]:
    """Return the face of each photograph in a folder by the file's stem."""
    return {
        path.stem: face_in(path)
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in {".jpg", ".png", ".webp"}
    }
