"""The brand kit: one TOML file that says how all pictures of a team are to look.

Places and sizes are in pixels of the brand's own file, `size_px`, as a page's designer has them;
every other destination is framed alike in shares of its height. A brand kit takes a look and
changes it: what it does not say is the look's. It has no logo and no overlay.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from . import settings
from .destinations import Destination, load_destination
from .errors import RecipeError, UsageError, printable
from .looks import (
    EYES_IN_HEAD,
    Backdrop,
    BackdropKind,
    Framing,
    Look,
    Paper,
    RetouchLevel,
    Text,
    Tone,
    load_look,
)
from .settings import Name, StrictModel

__all__ = ["BRAND_FILE", "MASTER", "Brand", "SeriesNumbers", "brand_text", "load_brand"]

MASTER = "team"
"""Name of the brand's own file, exactly of its size in pixels."""

BRAND_FILE = """\
# A Catchlight brand kit: how every picture of the team is to look.
title = "Our team"            # shown on the team's page
look = "corporate"            # the look to start from: catchlight looks
retouch = "light"             # none, light or standard
# Besides the brand's own size; see: catchlight destinations
destinations = ["linkedin", "web", "email"]
files = "{name}-{destination}"                # names of delivered files; also {title}

[frame]
size_px = [1600, 2000]        # the brand's own file, width and height
eye_line_px = 760             # from the top down to the eyes
head_px = 940                 # from chin to crown, for a head with flat hair
# Photos that end close below the chin leave no room for that. All are then framed as much tighter
# as the closest of them needs, but the head never becomes larger than this; who needs more is
# asked for another photo.
head_px_most = 1240

[backdrop]
kind = "studio"               # studio, soften (their own background, out of focus) or keep
color = "#c6c9ce"             # of the paper
gradient = 0.0                # stops brighter on the side each person's light comes from
falloff = 0.25                # stops darker in the corners

[light]
key_to_fill_stops = 2.0       # light ratio: 1 stop is 2:1, 2 stops are 4:1; deeper shade is filled
exposure = 0.0                # stops, for all alike
contrast = 0.05               # 0 leaves it as the cameras had it
"""
_FIELDS = {"name", "title", "destination"}
_Pixels = Annotated[int, Field(ge=100, le=12_000)]


class Frame(StrictModel):
    """Where the head is in the brand's own file; all in its pixels.

    Attributes
    ----------
    size_px : width and height of the file.
    eye_line_px : from the top to the eyes.
    head_px : chin to crown of a head with flat hair.
    head_px_most : the largest head that the whole team may be brought to, where photos end close.
    lead_room : as in a look's framing.
    """

    size_px: Annotated[tuple[_Pixels, _Pixels], Field(strict=False)]
    eye_line_px: float = Field(gt=0)
    head_px: float = Field(gt=0)
    head_px_most: float | None = Field(default=None, gt=0)
    lead_room: float = Field(default=0.0, ge=0.0, le=0.15)

    @property
    def eye_line(self) -> float:
        """Height of the eyes from the top, as a share of the height."""
        return self.eye_line_px / self.size_px[1]

    @property
    def head(self) -> tuple[float, float]:
        """The least and the most that chin to crown may take, as shares of the height."""
        height = self.size_px[1]
        return self.head_px / height, (self.head_px_most or self.head_px) / height

    @model_validator(mode="after")
    def _agree(self) -> Self:
        least, most = self.head
        if not 0.25 <= self.eye_line <= 0.6:
            raise ValueError(
                f"eye_line_px is {self.eye_line:.2f} of the height; it can be 0.25 to 0.60 of it"
            )
        if most < least:
            raise ValueError("head_px_most is smaller than head_px")
        if not 0.2 <= least <= most <= 0.85:
            raise ValueError("head_px and head_px_most can be 0.20 to 0.85 of the height")
        if EYES_IN_HEAD * most > self.eye_line:
            room = self.eye_line / EYES_IN_HEAD * self.size_px[1]
            raise ValueError(
                f"with the eyes at {self.eye_line_px:g} px a head of more than {room:.0f} px would"
                " leave the picture at the top: make head_px_most smaller or eye_line_px larger"
            )
        return self


class Behind(StrictModel):
    """What is behind everybody; see `looks.Backdrop`."""

    kind: BackdropKind = "studio"
    color: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")] | None = None
    gradient: float = Field(default=0.0, ge=0.0, le=2.0)
    falloff: float | None = Field(default=None, ge=0.0, le=1.5)


class Light(StrictModel):
    """How everybody is lit and developed; see `looks.Tone`."""

    key_to_fill_stops: float | None = Field(default=None, ge=1.0, le=6.0)
    exposure: float = Field(default=0.0, ge=-0.25, le=0.25)
    contrast: float | None = Field(default=None, ge=-0.15, le=0.25)
    saturation: float | None = Field(default=None, ge=0.85, le=1.10)


class SeriesNumbers(StrictModel):
    """What was settled for a series from its first photographs, and holds for all that come later.

    Attributes
    ----------
    heads : by name of output, how much of the height chin to crown takes.
    exposure : stops by which all faces lie off normal, so that nearly all can reach it.
    usual : stops that the photographs' faces lie above normal by the whites of the eyes, mean.
    trust : share of what a face lies off that is the photograph's, the rest being its eyes' own.
    depth : stops from the whites of the eyes to the pupils; None: too few eyes were seen.
    depth_trust : the same share of what it lies off there.
    """

    heads: dict[str, float]
    exposure: float = 0.0
    usual: float = 0.0
    trust: float = Field(default=1.0, ge=0.0, le=1.0)
    depth: float | None = None
    depth_trust: float = Field(default=1.0, ge=0.0, le=1.0)


class Brand(StrictModel):
    """A brand kit.

    Attributes
    ----------
    title : of the team, for people to read.
    look : name of the look to start from.
    retouch : how much is done to skin; None: as the look has it.
    destinations : names of destinations, besides the brand's own file.
    files : names of delivered files, of {name}, {title} and {destination}.
    frame, backdrop, light : see there.
    """

    title: Text = "Our team"
    look: Name = "corporate"
    retouch: Literal["none", "light", "standard"] | None = None
    destinations: Annotated[tuple[Name, ...], Field(strict=False, max_length=20)] = ()
    files: Annotated[str, StringConstraints(min_length=1, max_length=80)] = "{name}-{destination}"
    frame: Frame
    backdrop: Behind = Behind()
    light: Light = Light()

    @field_validator("files")
    @classmethod
    def _pattern(cls, text: str) -> str:
        try:
            parts = list(string.Formatter().parse(text))
        except ValueError as error:
            raise ValueError(
                f"{error}; it is made of {{name}}, {{title}}, {{destination}}"
            ) from None
        asked = {field for _, field, _, _ in parts if field is not None}
        if unknown := sorted(asked - _FIELDS) or any(spec or how for _, _, spec, how in parts):
            raise ValueError(f"{unknown}: it can have {{name}}, {{title}} and {{destination}}")
        if not {"name", "destination"} <= asked:
            raise ValueError("it needs {name} and {destination}, or files would have the same name")
        if any(c in text for c in "/\\:") or text.startswith("."):
            raise ValueError("it can't have / \\ : nor begin with a full stop")
        return text

    @field_validator("look")
    @classmethod
    def _look(cls, name: str) -> str:
        try:
            load_look(name)
        except (UsageError, RecipeError) as error:
            raise ValueError(str(error)) from None
        return name

    @field_validator("destinations")
    @classmethod
    def _places(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name == MASTER or names.count(name) > 1:
                raise ValueError(f"{name} stands twice; {MASTER} is the brand's own file")
            try:
                load_destination(name)
            except (UsageError, RecipeError) as error:
                raise ValueError(str(error)) from None
        return names

    @property
    def level(self) -> RetouchLevel:
        """How much is done to skin."""
        return self.retouch or load_look(self.look).retouch

    def framings(self) -> dict[str, tuple[float, float, float]]:
        """Return eye line, least and most head height of each output, as shares of its height.

        A destination with a framing of its own may be tighter by as much as the brand's may.
        """
        least, most = self.frame.head
        found = {MASTER: (self.frame.eye_line, least, most)}
        for name in self.destinations:
            place = load_destination(name)
            eyes = place.eye_line or self.frame.eye_line
            head = place.head_height or least
            # a round picture has no crown to spare, and the head has to stay in it
            tightest = head if place.shape == "circle" else min(eyes / EYES_IN_HEAD, 0.85)
            found[name] = (eyes, head, max(head, min(head * most / least, tightest)))
        return found

    def places(self, series: SeriesNumbers) -> tuple[Destination, ...]:
        """Return the destinations as the series frames them, the brand's own file first."""
        frames = self.framings()
        own = Destination(
            name=MASTER,
            title=self.title,
            size_px=self.frame.size_px,
            note="The brand's own size; our own choice.",
        )
        return tuple(
            place.model_copy(
                update={
                    "eye_line": frames[place.name][0],
                    "head_height": series.heads[place.name],
                }
            )
            for place in (own, *(load_destination(name) for name in self.destinations))
        )

    def styled(self, series: SeriesNumbers, own: float = 0.0, depth: float | None = None) -> Look:
        """Return the look of the series: the brand's, with everything exact.

        Parameters
        ----------
        own, depth : of one person, as `series.own_target` and `series.own_depth` give them.
        """
        look = load_look(self.look)
        eyes, head = self.frame.eye_line, series.heads[MASTER]
        crown = eyes - EYES_IN_HEAD * head
        width, height = self.frame.size_px
        framing = Framing(
            aspect=(width, height),
            eye_line=eyes,
            head_height=head,
            headroom_min=max(0.0, crown - 0.05),
            headroom_max=max(0.0, crown + 0.05),
            lead_room=self.frame.lead_room,
            max_straighten=look.framing.max_straighten,
            residual_tilt=look.framing.residual_tilt,
            exact=True,
        )
        color = self.backdrop.color
        papers = (Paper(name=f"paper {color}", color=color.lower()),) if color else ()
        falloff = self.backdrop.falloff
        backdrop = look.backdrop.model_copy(
            update={
                "kind": self.backdrop.kind,
                "papers": papers or look.backdrop.papers,
                "gradient": self.backdrop.gradient,
                "falloff": look.backdrop.falloff if falloff is None else falloff,
                "matched": False,
            }
        )
        light = self.light
        tone = Tone(
            contrast=look.tone.contrast if light.contrast is None else light.contrast,
            exposure=max(-0.25, min(0.25, light.exposure + series.exposure)),
            saturation=light.saturation or look.tone.saturation,
            exact=True,
            own=own,
            depth=depth,
        )
        ratio = light.key_to_fill_stops or look.key_to_fill_stops
        changes = {
            "framing": framing,
            "backdrop": Backdrop.model_validate(backdrop.model_dump()),
            "tone": tone,
            "key_to_fill_stops": ratio,
            "retouch": self.level,
        }
        return look.model_copy(update=changes)

    def file_name(self, fields: Mapping[str, str], suffix: str) -> str:
        """Return the name of a delivered file; what no file system takes is left out.

        Parameters
        ----------
        fields : name, title and destination.
        suffix : with its full stop.
        """
        safe = {
            key: "".join(c for c in value if c.isalnum() or c in "-_. ").strip(" .")
            for key, value in fields.items()
        }
        name = self.files.format(**{key: safe.get(key, "") for key in _FIELDS}).strip(" .-")
        return " ".join(name.split())[:200] + suffix


def brand_text(path: Path) -> str:
    """Read a brand kit's text.

    Raises
    ------
    UsageError : it cannot be read; the message says how to get one.
    """
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise UsageError(
            f"{printable(path)}: {reason}: write one with catchlight team init"
        ) from None


def load_brand(path: Path) -> Brand:
    """Read a brand kit.

    Raises
    ------
    UsageError : it cannot be read.
    RecipeError : it is not a good brand kit; the message names line and key.
    """
    text = brand_text(path)
    return settings.check(settings.read_toml(path), Brand, path.name, text)
