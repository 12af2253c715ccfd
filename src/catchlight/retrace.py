"""Retrace: from the original and the embedded recipe to the picture again, and hold the two side
by side; without a recipe, lay the original under the picture.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from . import faces
from .claims import embedded_recipe
from .difference import JUST_NOTICEABLE, Difference, compare, laid_under
from .errors import RecipeError, UsageError, printable
from .jumbf import without_credentials
from .matte import cut_out
from .photo import Photo, read
from .plate import plate_of
from .recipe import Output, Recipe
from .render import encode_outputs, render, render_output
from .stored_facts import (
    landmarks_file,
    matte_file,
    read_landmarks,
    stored_landmarks,
    stored_matte,
)
from .survey import ANALYSIS_SIDE, eight_bit, refine
from .thumbnails import fitted

__all__ = ["Retraced", "retrace"]

_LAID_TOLERANCE = 2 * JUST_NOTICEABLE  # an estimated tone is only so close
_LAID_TEXTURE = 9.0
_MOST_PIXELS = 100_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Retraced:
    """A picture held against its original.

    Attributes
    ----------
    method : "rendered again" from the recipe; "laid over" where there was none; "none" where the
        two have too little in common.
    is_original : whether the photo is the one the credentials name; None: they name none.
    exact : whether rendering gave the very bytes that were signed.
    difference : None where exact, or where nothing could be compared.
    note : what limits the comparison, a sentence; "" when nothing does.
    """

    method: Literal["rendered again", "laid over", "none"]
    is_original: bool | None
    exact: bool
    difference: Difference | None
    note: str = ""

    def describe(self) -> str:
        """Say in plain words what came of it."""
        parts = []
        if self.is_original is not None:
            parts.append(
                "The photo is the one it was made from (the same SHA-256)."
                if self.is_original
                else "The photo is not the one it was made from (its SHA-256 differs)."
            )
        if self.exact:
            parts.append("Rendered again from it, the picture is the same to the last bit.")
        elif self.difference is not None:
            how = "Rendered again" if self.method == "rendered again" else "Laid over the photo"
            parts.append(f"{how}: {self.difference.describe()}")
        if self.note:
            parts.append(self.note)
        return " ".join(parts)


def retrace(
    picture: bytes,
    original: Path,
    bounds: Mapping[str, Any] | None,
    *,
    beside: Path,
    backdrop: Path | None = None,
) -> Retraced:
    """Hold a picture against the photograph it is said to be made from.

    Parameters
    ----------
    picture : a JPEG or PNG, as found.
    bounds : our assertion in its credentials; None: without a recipe.
    beside : a folder that may hold the recipe's matte and landmarks; else they are found anew.
    backdrop : the backdrop photograph, where one was used.

    Raises
    ------
    PhotoError : the original cannot be read.
    """
    photo = read(original)
    recorded = (bounds or {}).get("original", {}).get("sha256")
    is_original = None if recorded is None else photo.sha256 == recorded
    shown = _pixels(picture)
    recipe = embedded_recipe(bounds) if bounds else None
    name = (bounds or {}).get("file", {}).get("name")
    output = next((o for o in recipe.outputs if o.name == name), None) if recipe else None
    if recipe is not None and output is not None and is_original:
        try:
            return _rendered(picture, shown, photo, recipe, output, beside, backdrop)
        except RecipeError as error:
            note = f"Could not be rendered again: {printable(error)}."
    else:
        note = "" if recipe is None else "Not rendered again, for the photo is another."
    upright = photo.turned(recipe.source.quarter_turns) if recipe is not None else photo
    found = laid_under(shown, eight_bit(upright.pixels))
    if found is None:
        note += " The picture and the photo have too little in common to lay one over the other."
        return Retraced("none", is_original, False, None, note.strip())
    laid, covered = found
    difference = compare(shown, laid, covered, tolerance=_LAID_TOLERANCE, texture=_LAID_TEXTURE)
    note += " A replaced background counts as a difference."
    return Retraced("laid over", is_original, False, difference, note.strip())


def _rendered(
    picture: bytes,
    shown: NDArray[np.uint8],
    photo: Photo,
    recipe: Recipe,
    output: Output,
    beside: Path,
    backdrop: Path | None,
) -> Retraced:
    _check_size(recipe, output)
    photo = photo.turned(recipe.source.quarter_turns)
    alpha, landmarks, note = _facts(photo, recipe, beside)
    only_person = False
    if any(edit.name == "backdrop" and edit.kind == "photo" for edit in recipe.edits):
        if backdrop is not None:
            edits = tuple(
                e.model_copy(update={"path": str(backdrop)}) if hasattr(e, "path") else e
                for e in recipe.edits
            )
            recipe = recipe.model_copy(update={"edits": edits})
        else:
            edits = tuple(e for e in recipe.edits if e.name != "backdrop")
            outputs = (*recipe.outputs, _person(output))
            recipe = recipe.model_copy(update={"edits": edits, "outputs": outputs})
            note = "Only the person was compared: name the backdrop photo with --backdrop."
            only_person = True
    canvas = render(photo.pixels, recipe, alpha, plate_of(recipe), landmarks)
    alone = recipe.model_copy(update={"outputs": (output,)})
    expected = encode_outputs(canvas, alone)[output.file]
    if expected == without_credentials(picture):
        return Retraced("rendered again", True, True, None, note)
    again = _pixels(expected)
    where = None
    if only_person:
        where = render_output(canvas, _person(output))[..., 3] == 255
    if again.shape[:2] != shown.shape[:2]:
        if abs(again.shape[1] / again.shape[0] - shown.shape[1] / shown.shape[0]) > 0.01:
            raise RecipeError(
                f"the picture is {shown.shape[1]}×{shown.shape[0]}, the recipe's is"
                f" {again.shape[1]}×{again.shape[0]}"
            )
        size = (shown.shape[1], shown.shape[0])
        again = np.asarray(cv2.resize(again, size, interpolation=cv2.INTER_AREA), np.uint8)
        if where is not None:
            where = cv2.resize(where.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    return Retraced("rendered again", True, False, compare(shown, again, where), note)


def _check_size(recipe: Recipe, output: Output) -> None:
    """Refuse a recipe that would take the memory of whoever verifies; anybody can have signed it.

    Raises
    ------
    RecipeError : a file or crop is larger than one of ours can be.
    """
    if output.width * output.height > _MOST_PIXELS:
        raise RecipeError(f"{output.name} has {output.width}×{output.height} pixels, too many")
    for other in recipe.outputs:
        crop = other.crop
        reach = [
            abs(c - 0.5) + s / 2
            for c, s in zip(crop.center, (crop.width, crop.height), strict=True)
        ]
        if max(reach) > 1.0:
            raise RecipeError(f"the crop of {other.name} lies outside the photo")


def _person(output: Output) -> Output:
    """The same file as a cut-out, to know where the person is."""
    return output.model_copy(update={"mask": "person", "name": "person", "file": "person.png"})


def _facts(
    photo: Photo, recipe: Recipe, beside: Path
) -> tuple[NDArray[np.uint8] | None, NDArray[np.float64] | None, str]:
    """Matte and landmarks of the recipe, from beside the picture or found anew, and what to say."""
    try:
        return stored_matte(recipe, beside), stored_landmarks(recipe, beside), ""
    except RecipeError:
        pass
    pixels = eight_bit(photo.pixels)
    small, factor = fitted(pixels, ANALYSIS_SIDE)
    found = [refine(pixels, face.scaled(1 / factor)) for face in faces.find(small)]
    if not found:
        raise RecipeError("no face was found in the original, and its matte is not here")
    eyes = np.array([recipe.facts.eye_right, recipe.facts.eye_left]).mean(axis=0)
    middle = eyes * (photo.width, photo.height)
    found.sort(key=lambda face: float(np.hypot(*((face.iris_right + face.iris_left) / 2 - middle))))
    notes = []
    alpha = landmarks = None
    if recipe.facts.landmarks is not None:
        mesh = landmarks_file(found[0].landmarks, (photo.width, photo.height))
        landmarks = read_landmarks(mesh.data)
        if mesh.sha256 != recipe.facts.landmarks_sha256:
            notes.append("The face was found anew, and may lie a little elsewhere.")
    if recipe.facts.matte is not None:
        result = cut_out(pixels, found[0], found[1:])
        alpha = np.asarray(cv2.convertScaleAbs(result.alpha, alpha=255), np.uint8)
        if matte_file(alpha).sha256 != recipe.facts.matte_sha256:
            notes.append("The person was cut out anew, which may differ at the hair's edge.")
    return alpha, landmarks, " ".join(notes)


def _pixels(data: bytes) -> NDArray[np.uint8]:
    """(H, W, 3) uint8; what is transparent is black in both pictures."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.mode in ("RGBA", "LA", "PA"):
                pixels = np.asarray(image.convert("RGBA"), np.uint8)
                cover = pixels[..., 3:].astype(np.uint16)
                return np.asarray(pixels[..., :3] * cover // 255, np.uint8)
            return np.asarray(image.convert("RGB"), np.uint8)
    except (OSError, ValueError, SyntaxError) as error:
        raise UsageError(f"the picture cannot be read: {printable(error)[:100]}") from None
