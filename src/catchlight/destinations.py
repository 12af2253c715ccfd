"""Destinations: what a finished headshot has to be for the place it goes to, as data.

A destination is a TOML file (`data/destinations/*.toml`, or the user's own): size, format, limits,
and the page that says so with the day it was read. A number that could not be confirmed on a page
of the place itself says so (`confirmed = false`, with a note).
"""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from . import catalogue
from .looks import Text
from .settings import Name, StrictModel, check

__all__ = ["Destination", "OutputSize", "list_destinations", "load_destination"]

MM_PER_INCH = 25.4

Pixels = Annotated[int, Field(ge=16, le=20_000)]


@dataclass(frozen=True, slots=True)
class OutputSize:
    """The size a file is written in.

    Attributes
    ----------
    width, height : in pixels.
    upscale : pixels of the file per pixel of the photograph, in length; above 1 the file has more
        pixels than the photograph gave, and the report has to say so.
    dpi : resolution to write into the file; for prints, what keeps the size on paper.
    """

    width: int
    height: int
    upscale: float
    dpi: float


class Destination(StrictModel):
    """A place a headshot goes to.

    Attributes
    ----------
    name : the name of its file.
    title : the same for people to read.
    size_px : width and height of the file in pixels; or else
    size_mm : width and height of the print in millimetres, at `dpi`.
    smallest_px : the least width and height that will do. A photograph between the two is delivered
        in its own size; only a smaller one is enlarged, to this size. None: always the full size.
    dpi : resolution written into the file, in dots per inch; on screens it means nothing.
    format, quality : of the file; quality (1 to 100) is for JPEG.
    max_bytes : the largest file that is taken; quality is lowered until it fits. None: no limit.
    shape : `circle` where the picture is shown round: the head with its margin has to be inside.
    circle_margin : air between head and circle, as a share of the diameter.
    medium : what it is sharpened for where it is reduced: "screen", "paper", or "none" for not at
        all.
    mask : leave nothing but the circle, the corners transparent (PNG).
    eye_line, head_height : as in a look's framing; they replace the look's where they are given.
    source : address of the page that the numbers come from.
    looked_up : the day it was read.
    confirmed : whether the place's limits were read on a page of its own.
    note : what could not be confirmed, and what is our own choice.
    """

    name: Name
    title: Text
    size_px: Annotated[tuple[Pixels, Pixels] | None, Field(strict=False)] = None
    size_mm: (
        Annotated[
            tuple[Annotated[float, Field(ge=5, le=2000)], Annotated[float, Field(ge=5, le=2000)]],
            Field(strict=False),
        ]
        | None
    ) = None
    smallest_px: Annotated[tuple[Pixels, Pixels] | None, Field(strict=False)] = None
    dpi: int = Field(default=96, ge=36, le=1200)
    format: Literal["jpeg", "png"] = "jpeg"
    quality: int = Field(default=92, ge=40, le=100)
    max_bytes: int | None = Field(default=None, ge=10_000, le=1_000_000_000)
    shape: Literal["rect", "circle"] = "rect"
    circle_margin: float = Field(default=0.04, ge=0.0, le=0.2)
    medium: Literal["screen", "paper", "none"] = "screen"
    mask: bool = False
    eye_line: float | None = Field(default=None, ge=0.25, le=0.60)
    head_height: float | None = Field(default=None, ge=0.20, le=0.85)
    source: Annotated[str, StringConstraints(pattern=r"^https://[^\s<>\"']+$")] | None = None
    looked_up: datetime.date | None = None
    confirmed: bool = False
    note: str = Field(default="", max_length=600)

    @property
    def width(self) -> int:
        """Full width of the file in pixels."""
        return self._full()[0]

    @property
    def height(self) -> int:
        """Full height of the file in pixels."""
        return self._full()[1]

    @property
    def aspect(self) -> float:
        """Width divided by height."""
        width, height = self._full()
        return width / height

    def output_size(self, available_width: float) -> OutputSize:
        """Return the size to write, given what the photograph has to give.

        Parameters
        ----------
        available_width : width of the crop in pixels of the photograph at full resolution.

        >>> load_destination("slack").output_size(700)
        OutputSize(width=700, height=700, upscale=1.0, dpi=96.0)
        >>> load_destination("print-8x10").output_size(1200).upscale.__round__(2)
        1.33
        """
        if not (math.isfinite(available_width) and available_width > 0):
            raise ValueError(f"available_width has to be above 0 pixels, not {available_width}")
        full, (least, _) = self._full(), self.smallest_px or self._full()
        width = min(full[0], max(least, math.floor(available_width + 1e-6)))
        height = full[1] if width == full[0] else max(1, round(width / self.aspect))
        dpi = width / (self.size_mm[0] / MM_PER_INCH) if self.size_mm else float(self.dpi)
        return OutputSize(width, height, width / available_width, dpi)

    def _full(self) -> tuple[int, int]:
        if self.size_px is not None:
            return self.size_px
        if self.size_mm is None:  # excluded by _agree
            raise ValueError("a destination needs size_px or size_mm")
        width, height = (round(side / MM_PER_INCH * self.dpi) for side in self.size_mm)
        return width, height

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if (self.size_px is None) == (self.size_mm is None):
            raise ValueError("give either size_px or size_mm")
        full = self._full()
        if min(full) < 16 or max(full) > 20_000:
            raise ValueError(f"size_mm at {self.dpi} dpi is {full[0]} x {full[1]} pixels")
        if not 0.4 <= self.aspect <= 2.5:
            raise ValueError("width to height has to be between 2:5 and 5:2")
        if self.smallest_px is not None:
            small = self.smallest_px
            if small[0] > full[0] or small[1] > full[1]:
                raise ValueError("smallest_px is larger than the full size")
            if abs(small[0] / small[1] / self.aspect - 1) > 0.02:
                raise ValueError("smallest_px has another shape than the full size")
        if self.shape == "circle" and full[0] != full[1]:
            raise ValueError("a circle needs a square size")
        if self.mask and (self.shape != "circle" or self.format != "png"):
            raise ValueError('mask needs shape = "circle" and format = "png"')
        if self.confirmed and (self.source is None or self.looked_up is None):
            raise ValueError("confirmed needs source and looked_up")
        if not self.confirmed and not self.note:
            raise ValueError("a destination that is not confirmed says in its note what is not")
        return self


def load_destination(name_or_path: str | Path) -> Destination:
    """Return a destination by its name, or from a TOML file of the user's own.

    Raises
    ------
    UsageError
        There is no destination of that name; the message says which there are.
    RecipeError
        The file is not a good destination; the message names the file and the key.

    >>> load_destination("print-8x10").width, load_destination("print-8x10").height
    (2400, 3000)
    """
    data, path = catalogue.load("destination", name_or_path)
    return check(data, Destination, path.name)


def list_destinations() -> tuple[str, ...]:
    """Return the names of all destinations, shipped and the user's own."""
    return catalogue.names("destination")
