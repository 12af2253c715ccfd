"""The recipe: the edit itself, as text beside the result.

The original, the recipe and the matte it names give the same files again, byte for byte. Places
and lengths are in shares of the frame or in eye distances, never in pixels of one rendering.
"""

from __future__ import annotations

import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

import tomlkit
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from .edits import AnyEdit
from .errors import RecipeError, printable
from .scribble import MOST_SCRIBBLES, Scribble
from .sharpening import Sharpening

__all__ = [
    "EDIT_ORDER",
    "CropBox",
    "Facts",
    "Output",
    "Recipe",
    "Source",
    "load_recipe",
    "normal_form",
    "parse_recipe",
    "recipe_text",
]

EDIT_ORDER = (
    "denoise",
    "heal",
    "shine",
    "evenness",
    "mixed_light",
    "white_balance",
    "fill_light",
    "tone",
    "perspective",
    "backdrop",
)
"""The order in which edits are done: noise and skin as they were shot, then light, then what moves
pixels; the backdrop is the last."""

Share = Annotated[float, Field(ge=-2.0, le=3.0, allow_inf_nan=False)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Part):
    """The photograph a recipe is for: where it was, and what its bytes were.

    Width and height are those after turning it upright by `quarter_turns` clockwise.
    """

    path: str = Field(min_length=1)
    sha256: Digest
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    quarter_turns: int = Field(default=0, ge=0, le=3)


class Facts(_Part):
    """What models found in the photograph; renderers only read it.

    `eye_right` and `eye_left` are the subject's iris centres in shares of the frame. Beside the
    recipe lie the matte, an 8-bit greyscale PNG of the photograph's full size, and the subject's
    landmarks, text as `stored_facts` writes it; recipes of before have no landmarks. `scribbles`
    are strokes by which the matte was corrected by hand; None: it is as the networks have it.
    """

    eye_right: tuple[Share, Share]
    eye_left: tuple[Share, Share]
    matte: str | None = None
    matte_sha256: Digest | None = None
    landmarks: str | None = None
    landmarks_sha256: Digest | None = None
    scribbles: tuple[Scribble, ...] | None = Field(
        default=None, min_length=1, max_length=MOST_SCRIBBLES
    )

    @model_validator(mode="after")
    def _beside(self) -> Self:
        for name in ("matte", "landmarks"):
            file, digest = getattr(self, name), getattr(self, f"{name}_sha256")
            if file is not None and Path(file).name != file:
                raise ValueError(f"{name} has to be a file name without a folder")
            if (file is None) != (digest is None):
                raise ValueError(f"{name} and {name}_sha256 go together")
        return self


class CropBox(_Part):
    """A crop in shares of the frame: its centre, width and height, before rotation.

    It is upright in the photograph turned by the recipe's `rotation`. `center` is a place in the
    unturned photograph; width is a share of the frame's width, height of its height.
    """

    center: tuple[Share, Share]
    width: float = Field(gt=0, le=3)
    height: float = Field(gt=0, le=3)


class Output(_Part):
    """One file to write.

    Attributes
    ----------
    name : "headshot", "cutout", or a destination's name.
    file : its file name, beside the recipe.
    crop : which part of the picture.
    width, height : of the file in pixels.
    format : "jpeg" or "png".
    quality : JPEG quality; lowered until the file fits `max_bytes`.
    dpi : resolution written into the file.
    mask : "none"; "circle" (transparent outside); "person" (the cut-out with alpha).
    sharpen : how it is sharpened where it is smaller than its crop of the photograph; nothing in
        its full size, enlarged, or as a cut-out. None, as in recipes of before: not at all.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    file: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")
    crop: CropBox
    width: int = Field(ge=1, le=40_000)
    height: int = Field(ge=1, le=40_000)
    format: Literal["jpeg", "png"] = "jpeg"
    quality: int = Field(default=92, ge=40, le=100)
    max_bytes: int | None = Field(default=None, gt=0)
    dpi: float = Field(default=96, gt=0, le=2400)
    mask: Literal["none", "circle", "person"] = "none"
    sharpen: Sharpening | None = None


class Recipe(_Part):
    """An ordered list of edits with versioned parameters, and what to cut from the result."""

    catchlight: Literal[1] = 1
    look: str
    source: Source
    facts: Facts
    rotation: float = Field(
        default=0.0, ge=-180, le=180, description="of the photo, degrees clockwise"
    )
    retouch: Literal["none", "light", "standard"] = Field(
        default="none", description="how much was asked for; the edits are what was done"
    )
    edits: tuple[AnyEdit, ...]
    outputs: tuple[Output, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_file_each(self) -> Self:
        files = [output.file for output in self.outputs]
        if len(set(files)) != len(files):
            raise ValueError("two outputs have the same file name")
        return self

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        names = [edit.name for edit in self.edits]
        if len(set(names)) != len(names):
            raise ValueError("an edit stands twice in the list")
        order = [EDIT_ORDER.index(name) for name in names]
        for before, after in pairwise(order):
            if before > after:
                raise ValueError(
                    f"the {EDIT_ORDER[after]} edit has to stand before {EDIT_ORDER[before]}"
                )
        return self


def _rounded(value: object) -> object:
    """Plain TOML data: floats to 9 digits, None left out."""
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value


def recipe_text(recipe: Recipe) -> str:
    """Return the recipe as TOML, the same text for the same recipe."""
    document = tomlkit.document()
    document.add(tomlkit.comment("A Catchlight recipe. `catchlight render recipe.toml` makes the"))
    document.add(
        tomlkit.comment("same files again from the original. Lengths are in shares of the")
    )
    document.add(
        tomlkit.comment("frame or in eye distances; strength is 0 (off) to 1 (as planned).")
    )
    data = _rounded(recipe.model_dump(mode="json"))
    if isinstance(data, dict):
        for key, value in data.items():
            document.add(key, tomlkit.item(value))
    return tomlkit.dumps(document)


def normal_form(recipe: Recipe) -> Recipe:
    """Return the recipe as it reads back from its text, so that rendering it is repeatable."""
    return parse_recipe(recipe_text(recipe), "recipe")


def parse_recipe(text: str, name: str) -> Recipe:
    """Read a recipe from TOML text; `name` is the file to blame.

    Raises
    ------
    RecipeError : not TOML, or not a recipe; the message names the file and the key.
    """
    try:
        return Recipe.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"{printable(name)}: not valid TOML: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "recipe"
        raise RecipeError(f"{printable(name)}: {key}: {first['msg']}") from None


def load_recipe(path: Path) -> Recipe:
    """Read a recipe file.

    Raises
    ------
    RecipeError : it cannot be read, is not TOML, or is not a recipe.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a text file"
        raise RecipeError(f"{printable(path)}: {reason}") from None
    return parse_recipe(text, path.name)
