"""Results: what the use cases hand back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .bounds import Reading
from .pick import Ranked
from .recipe import Recipe

__all__ = ["Pick", "Picked", "Session"]


@dataclass(frozen=True, slots=True)
class Pick:
    """One finished picture.

    Attributes
    ----------
    rank : 1 is the best.
    path : the photograph it was made from.
    directory : where its files are.
    files : every file written, by output name.
    recipe : the recipe it was made by.
    readings : the likeness bounds, measured.
    notes : what the user should know, plain sentences.
    """

    rank: int
    path: Path
    directory: Path
    files: dict[str, Path]
    recipe: Recipe
    readings: tuple[Reading, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Session:
    """The result of `make`.

    Attributes
    ----------
    directory : where everything was written.
    picks : the finished pictures, best first.
    report, proofs : the report page and the contact sheet.
    data : everything machine-readable, as in session.json.
    """

    directory: Path
    picks: tuple[Pick, ...]
    report: Path
    proofs: Path
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Picked:
    """The result of `pick_photos`.

    Attributes
    ----------
    ranked : every photograph of the person, best first, with its score and reasons.
    picks : the ones picked, best first and different from each other.
    coaching : what to do better in a reshoot, at most three sentences, worst first.
    files : what was written.
    data : everything machine-readable, as in picks.json.
    """

    ranked: tuple[Ranked, ...]
    picks: tuple[Ranked, ...]
    coaching: tuple[str, ...]
    files: tuple[Path, ...]
    data: dict[str, Any]
