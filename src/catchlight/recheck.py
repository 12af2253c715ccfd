"""The check before signing: rendered again from the original, the files have to be the same.

Between rendering and signing files lie about, as arrays, as bytes, in a program that others can
call into. Whoever signs vouches for them, so nothing is taken on trust: the original is read anew
from its file, matte and landmarks from their bytes, all by the hashes in the recipe; the picture is
rendered and encoded again, which gives the same bytes or it is not the picture the recipe says; and
the likeness bounds are measured again on that rendering.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from .bounds import Reading
from .errors import CredentialError, PhotoError, RecipeError, printable
from .files import sha256
from .photo import MAX_PIXELS, Photo, read
from .plate import plate_of
from .recipe import Recipe
from .render import Canvas, encode_outputs, render
from .stored_facts import read_landmarks

__all__ = ["Remeasure", "check_rendered"]

Remeasure = Callable[[Photo, NDArray[np.uint8] | None, Canvas], Sequence[Reading]]
"""Measures the likeness bounds anew: of the photograph, its matte and the rendering."""

_TOLERANCE = 1e-6  # of a reading's value: the same pixels give the same numbers


def check_rendered(
    files: Mapping[str, bytes],
    recipe: Recipe,
    readings: Sequence[Reading],
    *,
    original: Path,
    matte: bytes | None,
    landmarks: bytes | None = None,
    remeasure: Remeasure | None = None,
    threads: int = 1,
) -> None:
    """Refuse to go on unless the files are what the recipe makes of the original.

    Takes as long as decoding, rendering and encoding do. The result does not depend on `threads`.

    Parameters
    ----------
    files : the encoded files by name, unsigned.
    readings : the likeness bounds as they were measured.
    original : the photograph's file.
    matte : the PNG file of the person's coverage that the recipe names; None where it names none.
    landmarks : the file of landmarks that the recipe names; None where it names none.
    remeasure : measures the bounds again; None leaves the readings unchecked.

    Raises
    ------
    CredentialError : a file, the original, the matte, the landmarks, the backdrop or a reading is
        another.
    """
    photo = _original(original, recipe)
    alpha = _matte(matte, recipe)
    points = _landmarks(landmarks, recipe)
    try:
        canvas = render(photo.pixels, recipe, alpha, plate_of(recipe), points)
    except (RecipeError, PhotoError) as error:
        raise _refused(f"it can't be rendered again: {printable(error)}") from error
    if remeasure is not None:
        _check_readings(readings, remeasure(photo, alpha, canvas))
    again = encode_outputs(canvas, recipe, threads)
    names = {output.file for output in recipe.outputs}
    if unknown := sorted(set(files) - names):
        raise _refused(f"{printable(unknown[0])} is none of the recipe's files")
    for name in files:
        if files[name] != again[name]:
            raise _refused(
                f"{printable(name)} is not what the recipe makes of the original: it was changed"
                " after rendering, or the recipe was"
            )


def _original(path: Path, recipe: Recipe) -> Photo:
    try:
        # whatever the user's limits were, it was read once
        most = max(MAX_PIXELS, recipe.source.width * recipe.source.height)
        photo = read(path, max_pixels=most, max_bytes=sys.maxsize)
        photo = photo.turned(recipe.source.quarter_turns)
    except PhotoError as error:
        raise _refused(f"the original can't be read again: {error}") from error
    if photo.sha256 != recipe.source.sha256:
        raise _refused(
            "the original is not the photo the recipe was made from (its SHA-256 differs)"
        )
    return photo


def _matte(data: bytes | None, recipe: Recipe) -> NDArray[np.uint8] | None:
    if recipe.facts.matte is None:
        return None
    if data is None or sha256(data) != recipe.facts.matte_sha256:
        raise _refused("the matte is not the one the recipe was made with (its SHA-256 differs)")
    alpha = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    if alpha is None:
        raise _refused("the matte is no PNG file")
    return np.asarray(alpha, np.uint8)


def _landmarks(data: bytes | None, recipe: Recipe) -> NDArray[np.float64] | None:
    if recipe.facts.landmarks is None:
        return None
    if data is None or sha256(data) != recipe.facts.landmarks_sha256:
        raise _refused(
            "the landmarks are not those the recipe was made with (their SHA-256 differs)"
        )
    try:
        return read_landmarks(data)
    except RecipeError as error:
        raise _refused(str(error)) from error


def _check_readings(given: Sequence[Reading], found: Sequence[Reading]) -> None:
    """The readings to be signed have to be those of the rendering."""
    measured = {reading.bound.name: reading for reading in found}
    if {reading.bound.name for reading in given} != set(measured):
        raise _refused("the likeness bounds were not all measured")
    for reading in given:
        again = measured[reading.bound.name]
        title = reading.bound.title
        if (reading.value is None) != (again.value is None):
            raise _refused(f"“{title}” reads otherwise when measured again")
        for name, one, two in (
            ("value", reading.value, again.value),
            ("limit", reading.most, again.most),
        ):
            if one is not None and two is not None and abs(one - two) > _TOLERANCE * max(1, two):
                raise _refused(f"the {name} of “{title}” is {one:.4f}, measured again {two:.4f}")


def _refused(reason: str) -> CredentialError:
    return CredentialError(f"not signed: {reason}: run again")
