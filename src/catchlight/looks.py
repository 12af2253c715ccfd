"""Looks: how a headshot of a certain kind is framed, lit and set off, as data.

A look is a TOML file (`data/looks/*.toml`, or the user's own). It holds a photographer's decisions,
never code: where the eyes sit, how much air there is, which paper hangs behind, how far the tone
may go. The limits in the models below are part of the design: a look can be gentle or plain, and
cannot ask for something that would break the likeness bounds.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from . import catalogue
from .settings import Name, StrictModel, check

__all__ = [
    "EYES_IN_HEAD",
    "Backdrop",
    "BackdropKind",
    "Framing",
    "Look",
    "Paper",
    "RetouchLevel",
    "Text",
    "Tone",
    "list_looks",
    "load_look",
]

RetouchLevel = Literal["none", "light", "standard"]
BackdropKind = Literal["keep", "soften", "studio"]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]

# Height of the eye line in the nominal head, from the crown, as a share of chin to crown. The head
# is 2.15 times the distance from eyes to chin: on 18 portraits of the PPM-100 set with hand-made
# mattes, hats and big hair aside, the top of the hair lies 1.15 such distances above the eyes.
EYES_IN_HEAD = 1.15 / 2.15

# How far the parts of a framing may contradict one another, as a share of the frame's height.
_SLACK = 0.02


class Framing(StrictModel):
    """Where the head sits in the frame.

    Attributes
    ----------
    aspect : width to height of the master headshot, as two whole numbers.
    eye_line : height of the eyes, from the top, as a share of the frame's height. The craft's rule
        is the upper third, and slightly above the middle in a circle.
    head_height : chin to crown as a share of the frame's height, for a head with flat hair. As hair
        may be any height, the planner takes 2.15 times the distance from the eyes to the chin for
        it, so that every face comes out in the same size; high hair gets its air by `headroom_min`.
    headroom_min, headroom_max : air above the hair, as a share of the frame's height.
    lead_room : how far the head is moved away from where it is turned to, as a share of the frame's
        width, at a turn of 30 degrees and more.
    max_straighten : largest rotation of the picture, in degrees.
    residual_tilt : tilt of the head that is left in, in degrees: a slight tilt is a pose.
    exact : whether eyes and head lie exactly there, as in a series of many people, wherever the
        photograph reaches so far; otherwise what is in the way is weighed against it.
    """

    aspect: Annotated[tuple[int, int], Field(strict=False)]
    eye_line: float = Field(ge=0.25, le=0.60)
    head_height: float = Field(ge=0.20, le=0.85)
    headroom_min: float = Field(ge=0.0, le=0.35)
    headroom_max: float = Field(ge=0.0, le=0.50)
    lead_room: float = Field(default=0.04, ge=0.0, le=0.15)
    max_straighten: float = Field(default=15.0, ge=0.0, le=45.0)
    residual_tilt: float = Field(default=5.0, ge=0.0, le=20.0)
    exact: bool = False

    @property
    def ratio(self) -> float:
        """Width divided by height."""
        return self.aspect[0] / self.aspect[1]

    @property
    def crown_line(self) -> float:
        """Height of the crown of a head with flat hair, from the top, in shares of the height."""
        return self.eye_line - EYES_IN_HEAD * self.head_height

    @model_validator(mode="after")
    def _agree(self) -> Self:
        width, height = self.aspect
        if min(width, height) < 1 or not 0.5 <= width / height <= 2.0:
            raise ValueError("aspect has to be between 1:2 and 2:1")
        low, high = self.headroom_min, self.headroom_max
        if low > high:
            raise ValueError("headroom_min is larger than headroom_max")
        if not low - _SLACK <= self.crown_line <= high + _SLACK:
            raise ValueError(
                f"eye_line and head_height put the crown at {self.crown_line:.3f}, outside"
                f" headroom_min to headroom_max ({low:g} to {high:g})"
            )
        return self


class Paper(StrictModel):
    """One seamless paper or painted canvas to stand before.

    Attributes
    ----------
    name : what to call it.
    color : its colour where the light falls on it evenly, sRGB as `#rrggbb`.
    """

    name: Text
    color: Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]

    @property
    def rgb(self) -> tuple[int, int, int]:
        """The colour as sRGB-encoded values, 0 to 255.

        >>> Paper(name="clay", color="#b07a5e").rgb
        (176, 122, 94)
        """
        red, green, blue = bytes.fromhex(self.color[1:])
        return red, green, blue


class Backdrop(StrictModel):
    """What is behind the person.

    Attributes
    ----------
    kind : `keep` the real background, `soften` it as a wider aperture would, or set the person
        before a `studio` paper. The user may ask for another; all values below are always there.
    papers : the papers of this look, the one to take first at the front; the others are for hair
        or clothes that would not stand out from it.
    surface : `paper` is even; `canvas` is mottled by `mottle` stops, softly and largely.
    gradient : how much brighter the side that the key light comes from is than the other, in stops.
    falloff : how much darker the corners are than the middle, in stops.
    blur : diameter of the blur disc of the real background, in eye distances at the person. A lens
        with an aperture of A mm, a background b metres and a person s metres away gives
        A (b - s) / (63 b); 85 mm at f/2 at 1.5 m before a wall at 4.5 m gives 0.45.
    dim : how far the softened real background is taken down, in stops.
    matched : whether a paper takes strength, colour and haze of the light in each photograph; if
        not it hangs in a light of its own, the same in every picture of a series.
    """

    kind: BackdropKind
    papers: Annotated[tuple[Paper, ...], Field(strict=False, min_length=1, max_length=8)]
    surface: Literal["paper", "canvas"] = "paper"
    mottle: float = Field(default=0.0, ge=0.0, le=0.4)
    gradient: float = Field(default=0.5, ge=0.0, le=2.0)
    falloff: float = Field(default=0.3, ge=0.0, le=1.5)
    blur: float = Field(default=0.45, ge=0.0, le=1.5)
    dim: float = Field(default=0.0, ge=0.0, le=1.0)
    matched: bool = True

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.surface == "paper" and self.mottle:
            raise ValueError('mottle is for surface = "canvas"; seamless paper is even')
        return self


class Tone(StrictModel):
    """How the picture is developed, beyond setting white balance and exposure right.

    The limits keep skin within the likeness bound (mean CIEDE2000 of at most 3) and never let a
    look lighten skin for taste: a quarter of a stop is the most, and it moves the whole picture.

    Attributes
    ----------
    contrast : power of the curve about the skin's own luminance, minus one, so 0 leaves the picture
        as it is and 0.1 makes `edits.tone.Tone` use 1.1.
    exposure : bias on the exposure the face asks for, in stops.
    saturation : factor on chroma; 1 leaves it as it is.
    exact : whether exposure and white point are brought all the way to where this person's own skin
        belongs, as in a series of many people; otherwise part of what was shot is left.
    own : stops by which the whites of this person's eyes lie above normal where the exposure is
        right, in a series.
    depth : stops from the whites of the eyes down to the pupils that contrast is drawn towards, in
        a series; None: contrast is the same everywhere.
    """

    contrast: float = Field(default=0.0, ge=-0.15, le=0.25)
    exposure: float = Field(default=0.0, ge=-0.25, le=0.25)
    saturation: float = Field(default=1.0, ge=0.85, le=1.10)
    exact: bool = False
    own: float = Field(default=0.0, ge=-1.0, le=1.0)
    depth: float | None = Field(default=None, ge=0.5, le=9.0)


Weight = Annotated[float, Field(ge=0.0, le=3.0)]


@cache
def _measures() -> frozenset[str]:
    """Return the names of the measures that count in picking."""
    path = Path(__file__).parent / "data" / "picking.toml"
    return frozenset(tomllib.loads(path.read_text("utf-8"))["weights"])


class Look(StrictModel):
    """A kind of headshot.

    Attributes
    ----------
    name : the name of its file.
    title : the same for people to read.
    for_whom : one line on whom it is for.
    framing, backdrop, tone : see there.
    picking : how much more (above 1) or less (below 1) than usual a measure counts when the best
        photo is picked, by the name of the measure, such as `EyesOpen`.
    destinations : names of the destinations made by default.
    retouch : how much is done to the skin where the user does not say; see `retouching`.
    """

    name: Name
    title: Text
    for_whom: Text
    framing: Framing
    backdrop: Backdrop
    tone: Tone = Tone()
    key_to_fill_stops: float = Field(default=2.0, ge=1.0, le=6.0)
    picking: dict[str, Weight] = Field(default_factory=dict)
    destinations: Annotated[tuple[Name, ...], Field(strict=False, min_length=1)]
    retouch: RetouchLevel = "light"

    @field_validator("picking")
    @classmethod
    def _known(cls, weights: dict[str, float]) -> dict[str, float]:
        unknown = sorted(set(weights) - _measures())
        if unknown:
            known = ", ".join(sorted(_measures()))
            raise ValueError(f"there is no measure {unknown[0]!r}; there are {known}")
        return weights

    @field_validator("title", "for_whom")
    @classmethod
    def _one_line(cls, text: str) -> str:
        if not text.isprintable():
            raise ValueError("has to be one line of plain text")
        return text


def load_look(name_or_path: str | Path) -> Look:
    """Return a look by its name, or from a TOML file of the user's own.

    Raises
    ------
    UsageError
        There is no look of that name; the message says which there are.
    RecipeError
        The file is not a good look; the message names the file and the key.

    >>> load_look("corporate").framing.aspect
    (4, 5)
    """
    data, path = catalogue.load("look", name_or_path)
    return check(data, Look, path.name)


def list_looks() -> tuple[str, ...]:
    """Return the names of all looks, shipped and the user's own."""
    return catalogue.names("look")
