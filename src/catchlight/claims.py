"""What a signed picture claims: the actions that made it, the bounds it was held to, its recipe.

Every action is one that the recipe holds, under the name that C2PA 2.2 (18.15) gives it. The
digital source types are terms of the IPTC (cv.iptc.org/newscodes/digitalsourcetype, as of
2024-10-23):

    algorithmicallyEnhanced   "modification or correction by algorithm without changing the main
                              content of the media, initiated or configured by a human": planned
                              edits of light and colour, and of the background behind the person
    humanEdits                "augmentation, correction or enhancement by one or more humans using
                              non-generative tools": what the user set by hand
    compositeCapture          "mix or composite of several elements that are all captures of real
                              life": the person before a photograph

Nothing is said of how the original came to be: that is for its own credentials to say.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import __version__
from .bounds import Reading
from .errors import CredentialError, RecipeError, printable
from .headers import identify
from .jumbf import looks_signed

if TYPE_CHECKING:  # a reader needs no edits, and what they load takes half a second
    from .recipe import Output, Recipe

__all__ = [
    "BOUNDS_LABEL",
    "Claim",
    "Ingredient",
    "actions",
    "bounds_assertion",
    "checked_bounds",
    "embedded_recipe",
    "ingredient",
]

BOUNDS_LABEL = "org.catchlight.bounds"
SCHEMA = "catchlight.bounds/1"
_SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_MEDIA = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WebP": "image/webp",
    "TIFF": "image/tiff",
    "AVIF": "image/avif",
    "HEIC": "image/heic",
}
# The edit's name, or its name and kind: the action, and what to call it where a reader asks.
_ACTIONS = {
    "white_balance": "c2pa.adjustedColor",
    "tone": "c2pa.adjustedColor",
    "mixed_light": "c2pa.adjustedColor",
    "fill_light": "c2pa.enhanced",
    "shine": "c2pa.enhanced",
    "evenness": "c2pa.enhanced",
    "denoise": "c2pa.enhanced",
    "heal": "c2pa.edited",
    "perspective": "c2pa.edited",
    "backdrop.studio": "c2pa.edited",
    "backdrop.soften": "c2pa.filtered",
    "backdrop.photo": "c2pa.placed",
}
_PLAIN_BYTES = 5_000  # of a recipe in the credentials; a longer one is compressed
_MOST_BYTES = 9_000  # compressed; beyond, only its hash is there


@dataclass(frozen=True, slots=True)
class Ingredient:
    """A photograph that a picture is made from.

    Attributes
    ----------
    sha256 : of the file.
    media_type : such as "image/jpeg"; None where the standard has none for it.
    title : what the credentials call it; a file's name only where the user wants that.
    data : the file, only where it carries credentials of its own.
    """

    sha256: str
    media_type: str | None
    title: str
    data: bytes | None = None


def ingredient(path: str | Path, title: str, sha256: str | None = None) -> Ingredient:
    """Describe a photograph for the credentials of what is made from it.

    Parameters
    ----------
    sha256 : of the file, where it was just read anyway.

    Raises
    ------
    CredentialError : it cannot be read.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise CredentialError(f"{printable(path)}: {reason}: sign while it is there") from None
    media_type = _MEDIA.get(identify(data))
    kept = data if media_type and looks_signed(data) else None
    return Ingredient(sha256 or hashlib.sha256(data).hexdigest(), media_type, title, kept)


@dataclass(frozen=True, slots=True)
class Claim:
    """Everything that is signed about one file.

    Attributes
    ----------
    recipe : what the picture was made by.
    output : which of its files this is.
    original : the photograph, by `ingredient`.
    readings : the likeness bounds, measured.
    when : the day it was finished, for people; no authority vouches for it.
    backdrop : the backdrop photograph, where there is one.
    by_hand : names of the edits that the user set.
    changes : the ledger, plain data, if it is to be in the credentials.
    with_recipe : whether the recipe itself is, or only its hash. It never holds a file's name.
    """

    recipe: Recipe
    output: Output
    original: Ingredient
    readings: Sequence[Reading]
    when: datetime
    backdrop: Ingredient | None = None
    by_hand: Collection[str] = ()
    changes: Sequence[Mapping[str, Any]] = ()
    with_recipe: bool = True


def actions(claim: Claim) -> list[dict[str, Any]]:
    """Return the actions of a claim in the order they were done, as C2PA 2.2 names them."""
    recipe, output = claim.recipe, claim.output
    done: list[dict[str, Any]] = [
        {"action": "c2pa.opened", "parameters": {"ingredientIds": ["original"]}}
    ]
    if recipe.source.quarter_turns or recipe.rotation:
        turned = recipe.source.quarter_turns * 90 + recipe.rotation
        done.append(_action("c2pa.orientation", f"Turned by {turned:.1f} degrees."))
    if recipe.facts.scribbles and _uses_cut_out(claim):
        said = "The cut-out was corrected by hand, with strokes on what it had wrong."
        done.append(_action("c2pa.edited", said, "humanEdits"))
    for edit in recipe.edits:
        kind = getattr(edit, "kind", None)
        name = f"{edit.name}.{kind}" if kind else edit.name
        if edit.strength == 0 or (edit.name == "backdrop" and output.mask == "person"):
            continue
        if name == "backdrop.photo":
            placed = _action(
                "c2pa.placed",
                "The person, cut out of the original, before a photograph as background.",
                "compositeCapture",
            )
            if claim.backdrop is not None:
                placed["parameters"] = {"ingredientIds": ["backdrop"]}
            done.append(placed)
            continue
        source = "humanEdits" if edit.name in claim.by_hand else "algorithmicallyEnhanced"
        done.append(_action(_ACTIONS.get(name, "c2pa.edited"), edit.describe(), source))
    if output.mask == "person":
        done.append(
            _action(
                "c2pa.edited",
                "The background is cut away, not replaced.",
                "algorithmicallyEnhanced",
            )
        )
    crop = output.crop
    if crop.width < 1 or crop.height < 1 or output.mask == "circle":
        shape = " to a circle" if output.mask == "circle" else ""
        done.append(_action("c2pa.cropped", f"Cropped{shape}."))
    across = crop.width * recipe.source.width
    if abs(across - output.width) > 1:
        done.append(_action("c2pa.resized", f"Resized to {output.width} × {output.height} pixels."))
    how = output.sharpen
    if how is not None and how.strength * how.amount > 0:
        done.append(_action("c2pa.enhanced", how.describe(), "algorithmicallyEnhanced"))
    return done


def _uses_cut_out(claim: Claim) -> bool:
    """Whether the person was cut out for this file."""
    behind = any(edit.name == "backdrop" and edit.strength > 0 for edit in claim.recipe.edits)
    return behind or claim.output.mask == "person"


def _action(name: str, said: str, source: str | None = None) -> dict[str, Any]:
    action: dict[str, Any] = {"action": name, "description": said}
    if source is not None:
        action["digitalSourceType"] = _SOURCE + source
    return action


def bounds_assertion(claim: Claim, unsigned: bytes) -> dict[str, Any]:
    """Return our own assertion: bounds and readings, recipe and hashes.

    Parameters
    ----------
    unsigned : the file's bytes before signing, which the recipe gives again.
    """
    digest, text = _texts(claim.recipe)
    recipe = {"sha256": digest}
    if claim.with_recipe:
        packed = base64.b64encode(zlib.compress(text.encode("utf-8"), 9)).decode("ascii")
        if len(text.encode("utf-8")) <= _PLAIN_BYTES:
            recipe["toml"] = text
        elif len(packed) <= _MOST_BYTES:
            recipe["zlib"] = packed
    readings = [reading.as_dict() for reading in claim.readings]
    for reading in readings:
        del reading["sentence"]
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "renderer": {"name": "Catchlight", "version": __version__},
        "finished": claim.when.date().isoformat(),
        "original": {"sha256": claim.original.sha256},
        "file": {
            "name": claim.output.name,
            "width": claim.output.width,
            "height": claim.output.height,
            "sha256_before_signing": _digest(unsigned),
        },
        "recipe": recipe,
        "bounds": readings,
    }
    if claim.changes:
        data["changes"] = [_plain(change) for change in claim.changes]
    return data


def _plain(value: Any) -> Any:
    """Data that readers show as it is: c2pa-rs takes a list of numbers for the bytes of a hash."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        if value and all(isinstance(item, int | float) for item in value):
            return " ".join(f"{item:.6g}" for item in value)
        return [_plain(item) for item in value]
    return value


def checked_bounds(data: object) -> dict[str, Any] | None:
    """Return our assertion as it was read from somebody's file, None where it is not of our form.

    Whoever can sign can write anything into it, so nothing of it is taken before it is looked at.
    """
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        return None
    found = [data.get(key) for key in ("renderer", "original", "file", "recipe")]
    parts = [part for part in found if isinstance(part, dict)]
    rows = data.get("bounds")
    if len(parts) != len(found) or not isinstance(rows, list):
        return None
    texts = [data.get("finished"), *(value for part in parts[:2] for value in part.values())]
    if not all(isinstance(text, str) and text.isprintable() for text in texts):
        return None
    return data if all(_is_reading(row) for row in rows) else None


def _is_reading(row: object) -> bool:
    if not isinstance(row, dict):
        return False
    words = [row.get(key) for key in ("name", "title", "unit", "status")]
    numbers = [row.get(key) for key in ("value", "limit", "least")]
    return (
        all(isinstance(word, str) and word.isprintable() and len(word) < 200 for word in words)
        and all(number is None or type(number) in (int, float) for number in numbers)
        and row.get("limit") is not None
    )


def embedded_recipe(data: Mapping[str, Any]) -> Recipe | None:
    """Return the recipe out of our own assertion, None where it is not there or not whole."""
    from .recipe import parse_recipe

    held = data.get("recipe")
    if not isinstance(held, dict):
        return None
    try:
        if "toml" in held:
            return parse_recipe(str(held["toml"]), "the embedded recipe")
        if "zlib" in held:
            stream = zlib.decompressobj()
            text = stream.decompress(base64.b64decode(held["zlib"]), 4 * 1024 * 1024)
            return parse_recipe(text.decode("utf-8"), "the embedded recipe")
    except (ValueError, TypeError, zlib.error, RecipeError):
        return None
    return None


@lru_cache(maxsize=8)  # every file of a session has the same recipe, and text takes time to write
def _texts(recipe: Recipe) -> tuple[str, str]:
    """The digest of a recipe's text, and that text with no name of a file of the user's in it."""
    from .recipe import recipe_text

    data: dict[str, Any] = recipe.model_dump(exclude_none=True)
    data["source"]["path"] = "original"
    for edit in data["edits"]:
        if "path" in edit:
            edit["path"] = edit["name"]
    text = recipe_text(type(recipe).model_validate(data))
    plain = "".join(line for line in text.splitlines(keepends=True) if line[:1] != "#")
    return _digest(recipe_text(recipe).encode("utf-8")), plain


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
