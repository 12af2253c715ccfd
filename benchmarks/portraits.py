"""Portraits for benchmarks: a photograph and its face."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from photographs import DATA

from catchlight import faces, photo
from catchlight.color import to_linear
from catchlight.edits.skin_area import skin_area
from catchlight.faces import Face

STUDIO = DATA / "studio"


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """A photograph and its face."""

    name: str
    pixels: np.ndarray
    face: Face

    @property
    def linear(self) -> np.ndarray:
        """(H, W, 3) float32, linear sRGB."""
        return to_linear(self.pixels)


def portrait(path: Path) -> Portrait | None:
    """Read a portrait; None where no face is found."""
    pixels = photo.read(path).pixels
    found = faces.find(pixels)
    return Portrait(path.stem, pixels, found[0]) if found else None


def studio(count: int) -> list[Path]:
    """Portraits of different people."""
    paths = sorted((STUDIO / "canada").glob("*.jpg")) + sorted(
        (STUDIO / "london_neutral").glob("*.jpg")
    )
    return paths[:count]


def skin_of(shot: Portrait) -> np.ndarray:
    """Plain skin, (H, W) float32."""
    return skin_area(shot.linear, shot.face.landmarks, shot.face.eye_distance)
