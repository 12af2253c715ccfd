"""A scribble: a stroke by which somebody corrects the cut-out where the networks are wrong.

Levin, Lischinski & Weiss 2008, "A Closed-Form Solution to Natural Image Matting", call strokes that
name foreground and background so. One is part of the recipe, so what was done by hand is declared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from .errors import UsageError, printable

__all__ = ["MOST_SCRIBBLES", "Scribble", "check_scribbles", "parse_scribble"]

MOST_SCRIBBLES = 60
_MOST_POINTS = 200
_WIDTH = 0.2  # eye distances, where none is said

_Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Scribble(BaseModel):
    """One stroke.

    Attributes
    ----------
    of : what it lies on: the "person" or the "background".
    width : of the brush, in eye distances.
    points : the corners of its way, (x, y) in shares of the upright photograph; one is a dot.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    of: Literal["person", "background"]
    width: float = Field(default=_WIDTH, ge=0.02, le=1.5)
    points: tuple[tuple[_Share, _Share], ...] = Field(min_length=1, max_length=_MOST_POINTS)


def parse_scribble(text: str) -> Scribble:
    """Read a scribble as it is written on the command line.

    Raises
    ------
    UsageError : it is none; it says how one is written.

    >>> parse_scribble("background@0.3 0.41,0.33 0.45,0.4").points
    ((0.41, 0.33), (0.45, 0.4))
    """
    of, *places = text.split()[: _MOST_POINTS + 2] or [""]
    of, _, width = of.partition("@")
    try:
        points = [tuple(float(part) for part in place.split(",")) for place in places]
        return Scribble.model_validate(
            {"of": of, "points": points, "width": float(width) if width else _WIDTH}
        )
    except ValueError:  # pydantic's is one
        raise UsageError(
            f"--scribble {printable(text)}: “person” or “background”, then places in shares of the"
            f" photo, 1 to {_MOST_POINTS}, as background 0.41,0.33 0.45,0.40; the brush's width in"
            " eye distances, 0.02 to 1.5, may follow an @, as background@0.2"
        ) from None


def check_scribbles(scribbles: Sequence[Scribble], top: int) -> None:
    """Refuse scribbles that can't be those of the one picture that is made.

    Raises
    ------
    UsageError : more pictures are made, or there are more scribbles than a recipe takes.
    """
    if scribbles and top != 1:
        raise UsageError("--scribble is a place in one photo: use it with --top 1")
    if len(scribbles) > MOST_SCRIBBLES:
        raise UsageError(f"{len(scribbles)} scribbles; a picture takes {MOST_SCRIBBLES} at most")
