"""Choices: what a person can change about their picture, and how far.

The limits are those of looks, which keep the likeness bounds; nothing here can ask for more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from annotated_types import Ge, Le
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..backdrop_choice import BackdropChoice, backdrop_choice
from ..errors import CatchlightError
from ..healing import ByHand
from ..looks import Framing, Look, RetouchLevel, Tone, load_look
from ..plan import PerspectiveWish
from ..recipe import Recipe
from ..retouching import Wish
from ..scribble import MOST_SCRIBBLES, Scribble
from ..settings import Name
from .problems import Problem, problem_of

__all__ = [
    "SLIDERS",
    "TONE",
    "Choices",
    "Slider",
    "backdrop_of",
    "checked",
    "tuned",
    "wish_of",
    "with_tone",
]

_Point = tuple[Annotated[float, Field(ge=0, le=1)], Annotated[float, Field(ge=0, le=1)]]
_BACKDROP = r"^(keep|soften|studio|#[0-9a-f]{6}|photo-[0-9a-f]{16})$"
_HEAD = 0.12  # of the frame's height, that a head may be larger or smaller than the look has it


def _limits(model: type[BaseModel], name: str) -> tuple[float, float]:
    """The least and most that a field of a look allows."""
    metadata = model.model_fields[name].metadata
    least = next(part.ge for part in metadata if isinstance(part, Ge))
    most = next(part.le for part in metadata if isinstance(part, Le))
    return float(least), float(most)  # type: ignore[arg-type]


_EXPOSURE, _CONTRAST = _limits(Tone, "exposure"), _limits(Tone, "contrast")
_SATURATION, _FILL = _limits(Tone, "saturation"), _limits(Look, "key_to_fill_stops")


class Choices(BaseModel):
    """Everything that was chosen for one picture; None is the look's own.

    Attributes
    ----------
    look : the look's name.
    backdrop : "keep", "soften", "studio", a paper's colour as `#rrggbb`, or the name of a
        photograph of their own (`own_backdrops`).
    retouch : how much is done to the skin.
    exposure, contrast, saturation : see `looks.Tone`.
    key_to_fill : stops from the lit to the shaded side of the face that a reflector leaves.
    head_height : chin to crown, as a share of the frame's height.
    keep_all, remove, keep : marks of the skin by hand, in shares of the photograph.
    scribbles : strokes on the person or the background, where the cut-out is wrong.
    perspective : "on": a photo from too near is re-projected to 1.5 m.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    look: Name = "corporate"
    backdrop: Annotated[str, Field(pattern=_BACKDROP)] | None = None
    retouch: RetouchLevel | None = None
    exposure: float | None = Field(default=None, ge=_EXPOSURE[0], le=_EXPOSURE[1])
    contrast: float | None = Field(default=None, ge=_CONTRAST[0], le=_CONTRAST[1])
    saturation: float | None = Field(default=None, ge=_SATURATION[0], le=_SATURATION[1])
    key_to_fill: float | None = Field(default=None, ge=_FILL[0], le=_FILL[1])
    head_height: float | None = Field(default=None, ge=0.2, le=0.85)
    keep_all: bool = False
    remove: tuple[_Point, ...] = Field(default=(), max_length=60)
    keep: tuple[_Point, ...] = Field(default=(), max_length=60)
    scribbles: tuple[Scribble, ...] = Field(default=(), max_length=MOST_SCRIBBLES)
    perspective: PerspectiveWish = "off"

    def value(self, name: str) -> float:
        """Return what a slider stands at."""
        chosen = getattr(self, name)
        return float(_own(load_look(self.look), name) if chosen is None else chosen)

    def is_own(self, name: str) -> bool:
        """Whether a slider stands where the look has it."""
        return getattr(self, name) is None


@dataclass(frozen=True, slots=True)
class Slider:
    """One thing to slide, from where to where."""

    name: Literal["exposure", "contrast", "saturation", "key_to_fill", "head_height"]
    least: float
    most: float
    step: float

    def range(self, look: Look) -> tuple[float, float]:
        """Return the least and most of it with a look."""
        if self.name != "head_height":
            return self.least, self.most
        own = look.framing.head_height
        return max(self.least, round(own - _HEAD, 2)), min(self.most, round(own + _HEAD, 2))


TONE = ("exposure", "contrast", "saturation")
"""Sliders of the tone alone."""

SLIDERS = (
    Slider("exposure", *_EXPOSURE, 0.05),
    Slider("contrast", *_CONTRAST, 0.01),
    Slider("saturation", *_SATURATION, 0.01),
    Slider("key_to_fill", *_FILL, 0.1),
    Slider("head_height", 0.30, 0.60, 0.01),
)


def _own(look: Look, name: str) -> float:
    """Where a slider stands in a look."""
    if name == "key_to_fill":
        return look.key_to_fill_stops
    return float(getattr(look.framing if name == "head_height" else look.tone, name))


def tuned(choices: Choices) -> Look:
    """Return the look with what was chosen otherwise.

    >>> tuned(Choices(look="legal", exposure=0.1)).tone.exposure
    0.1
    """
    look = load_look(choices.look)
    chosen = {n: getattr(choices, n) for n in ("exposure", "contrast", "saturation")}
    tone = look.tone.model_copy(update={n: v for n, v in chosen.items() if v is not None})
    data: dict[str, Any] = {"tone": tone}
    if choices.key_to_fill is not None:
        data["key_to_fill_stops"] = choices.key_to_fill
    if choices.head_height is not None:
        data["framing"] = _framed(look.framing, choices.head_height)
    return look.model_copy(update=data)


def _framed(framing: Framing, head_height: float) -> Framing:
    """A framing with a larger or smaller head: the eyes stay, the air above gives way."""
    crown = framing.model_copy(update={"head_height": head_height}).crown_line
    return Framing.model_validate(
        framing.model_dump()
        | {
            "head_height": head_height,
            "headroom_min": round(min(max(min(framing.headroom_min, crown), 0.0), 0.35), 4),
            "headroom_max": round(min(max(framing.headroom_max, crown), 0.5), 4),
        }
    )


def backdrop_of(choices: Choices, look: Look, own_photo: str = "") -> BackdropChoice:
    """Return what is to stand behind the person; `own_photo` is their own photograph's file."""
    return backdrop_choice(own_photo or choices.backdrop, look)


def wish_of(choices: Choices, look: Look) -> Wish:
    """Return how much is to be done to the skin."""
    level = choices.retouch or look.retouch
    remove = choices.remove if level != "none" else ()
    return Wish(level, ByHand(choices.keep_all, remove, choices.keep))


def with_tone(recipe: Recipe, planned: Choices, choices: Choices) -> Recipe:
    """Return a recipe with only the tone changed, as a preview while a slider moves.

    Parameters
    ----------
    recipe, planned : a recipe and the choices it was planned for.
    choices : the same but for exposure, contrast and saturation.
    """
    edits = []
    for edit in recipe.edits:
        if edit.name == "tone":
            stops = edit.exposure_stops + choices.value("exposure") - planned.value("exposure")
            edit = edit.model_copy(
                update={
                    "exposure_stops": min(max(stops, -1.5), 1.5),
                    "contrast": 1.0 + choices.value("contrast"),
                    "saturation": choices.value("saturation"),
                }
            )
        edits.append(edit)
    return recipe.model_copy(update={"edits": tuple(edits)})


def checked(data: dict[str, Any]) -> Choices:
    """Return choices that are within their bounds.

    Raises
    ------
    Problem : one is not; it names it and the bound.
    """
    try:
        choices = Choices.model_validate(data)
        load_look(choices.look)
        tuned(choices)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise Problem(422, f"{name}: {first['msg']}") from None
    except CatchlightError as error:
        raise problem_of(error) from None
    return choices
