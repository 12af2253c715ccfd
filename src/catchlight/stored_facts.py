"""Facts stored beside a recipe, so that rendering needs no model: the matte and the landmarks.

Landmarks are kept as text with a fixed number of digits. Whoever renders takes the numbers as they
read back from it, the first time too, so that every rendering is of the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from .encode import encode_png
from .errors import RecipeError, printable
from .files import sha256
from .recipe import Recipe

__all__ = [
    "LANDMARKS_FILE",
    "MATTE_FILE",
    "StoredFile",
    "landmarks_file",
    "matte_file",
    "read_landmarks",
    "stored_landmarks",
    "stored_matte",
]

MATTE_FILE = "matte.png"
LANDMARKS_FILE = "landmarks.csv"
_COUNT = 478
_DIGITS = 6  # a share of 1e-6 is less than a hundredth of a pixel in every photograph


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that lies beside a recipe: its name and bytes."""

    name: str
    data: bytes

    @property
    def sha256(self) -> str:
        """Digest of the bytes, as the recipe names it."""
        return sha256(self.data)


def matte_file(alpha: NDArray[np.uint8]) -> StoredFile:
    """Return the matte, (H, W) uint8, as the file that is stored."""
    return StoredFile(MATTE_FILE, encode_png(alpha))


def landmarks_file(landmarks: NDArray[np.float32], frame: tuple[int, int]) -> StoredFile:
    """Return landmarks as the file that is stored.

    Parameters
    ----------
    landmarks : (478, 3), x, y in pixels of the photograph, z to the same scale.
    frame : (width, height) of the photograph in pixels.
    """
    width, height = frame
    shares = np.asarray(landmarks, np.float64) / (width, height, width)
    rows = [",".join(f"{value:.{_DIGITS}f}" for value in row) for row in shares.tolist()]
    return StoredFile(LANDMARKS_FILE, ("x,y,z\n" + "\n".join(rows) + "\n").encode("ascii"))


def read_landmarks(data: bytes, name: str = LANDMARKS_FILE) -> NDArray[np.float64]:
    """Read landmarks from the bytes of their file; `name` is the file to blame.

    Returns
    -------
    (478, 3) float64: x, y in shares of the frame, z in shares of its width.

    Raises
    ------
    RecipeError : the file is not one of landmarks.
    """
    try:
        head, *lines = data.decode("ascii").splitlines()
        points = np.array([[float(value) for value in line.split(",")] for line in lines])
    except ValueError:  # also UnicodeDecodeError, and nothing to unpack
        raise RecipeError(f"{printable(name)}: not a file of landmarks") from None
    if head != "x,y,z" or points.shape != (_COUNT, 3) or not np.isfinite(points).all():
        raise RecipeError(f"{printable(name)}: not a file of {_COUNT} landmarks")
    return np.asarray(points, np.float64)


def stored_matte(recipe: Recipe, folder: Path) -> NDArray[np.uint8] | None:
    """Read the matte that lies beside a recipe, (H, W) uint8; None where it names none.

    Raises
    ------
    RecipeError : it is not there, or not the one the recipe was made with.
    """
    facts = recipe.facts
    if facts.matte is None:
        return None
    file = folder / facts.matte
    data = _read(file, facts.matte_sha256, "matte")
    alpha = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    if alpha is None:
        raise RecipeError(f"{printable(file)}: not a PNG file")
    return np.asarray(alpha, np.uint8)


def stored_landmarks(recipe: Recipe, folder: Path) -> NDArray[np.float64] | None:
    """Read the landmarks beside a recipe, (478, 3) in shares; None where it names none.

    Raises
    ------
    RecipeError : they are not there, or not the ones the recipe was made with.
    """
    facts = recipe.facts
    if facts.landmarks is None:
        return None
    file = folder / facts.landmarks
    return read_landmarks(_read(file, facts.landmarks_sha256, "landmarks"), str(file))


def _read(file: Path, digest: str | None, what: str) -> bytes:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise RecipeError(
            f"{printable(file)}: {error.strerror}: the recipe needs its {what}"
        ) from None
    if sha256(data) != digest:
        raise RecipeError(f"{printable(file)}: not the {what} the recipe was made with")
    return data
