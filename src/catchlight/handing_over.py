"""Handing over: what picking writes, proofs with their reasons and the ballot for colleagues."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import pick
from .ballot import LETTERS, cropped, key_path, new_ballot
from .ballot_page import render_ballot
from .choosing import Chosen, Frame
from .develop import Finished
from .encode import encode_jpeg
from .errors import UsageError, printable
from .files import staged_directory, write_atomic
from .pick import Ranked
from .recipe import recipe_text
from .settings import Settings
from .summary import proof_sheet
from .survey import eight_bit, read_within
from .thumbnails import thumbnail

__all__ = ["ballot_target", "keep_still", "write_ballot", "write_picks"]

_BALLOT_SIDE = 1000  # pixels of the longer side of a picture on the page


def ballot_target(page: Path, pictures: int) -> Path:
    """Return where the page goes, once it is known to be possible.

    Raises
    ------
    UsageError : it is not an .html file, or the number of pictures is out of range.
    """
    if page.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"--blind {printable(page)}: the page is an .html file")
    if not 2 <= pictures <= len(LETTERS):
        raise UsageError(f"--candidates is {pictures}; it can be 2 to {len(LETTERS)}")
    return page


def write_ballot(
    page: Path,
    found: Chosen,
    multipliers: Mapping[str, float],
    pictures: int,
    settings: Settings,
) -> list[Path]:
    """Write the page with the best pictures in random order, and its ballot beside it.

    Raises
    ------
    UsageError : fewer than two photographs are good enough to choose from.
    OutputError : it cannot be written.
    """
    candidates = [place.candidate for place in found.ranked]
    # Ranked anew, for variety reaches further here than among the picks.
    ranked = pick.rank(candidates, multipliers, top=pictures)
    shown = [place.candidate for place in ranked if place.status == "usable"][:pictures]
    entries = [found.seen[candidate.index] for candidate in shown]
    ballot = new_ballot([(entry.path.name, entry.sha256) for entry in entries])
    jpegs = []
    for entry in entries:
        at = found.faces[entry.index]
        photo = read_within(settings, entry.path, max_side=2 * _BALLOT_SIDE)
        photo = photo.turned(entry.quarter_turns)
        face = entry.faces[at or 0].scaled(photo.scale)
        small = thumbnail(cropped(eight_bit(photo.pixels), face), _BALLOT_SIDE)
        jpegs.append(encode_jpeg(small, quality=85)[0])
    key = key_path(page)
    write_atomic(key, ballot.text().encode("utf-8"))
    write_atomic(page, render_ballot(ballot, jpegs).encode("utf-8"))
    return [page, key]


def write_picks(
    out: Path,
    data: dict[str, Any],
    found: Chosen,
    picks: Sequence[Ranked],
    frames: Mapping[Path, Frame],
) -> list[Path]:
    """Write proofs.jpg, picks.json and the picked stills of clips into a folder, all or nothing.

    Raises
    ------
    OutputError : it cannot be written; nothing is left behind.
    """
    names: list[str] = []
    with staged_directory(out, stale=_earlier_stills(out)) as stage:
        for row, place in zip(data["picks"], picks, strict=True):
            path = place.candidate.path
            if path not in frames:
                continue
            name = path.name
            if name in names:  # stills of two clips of one name
                name = f"{path.stem}-{len(names) + 1}{path.suffix}"
            shutil.copyfile(path, stage / name)
            names.append(name)
            row["file"] = name
        (stage / "proofs.jpg").write_bytes(proof_sheet(data, found.seen))
        text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
        (stage / "picks.json").write_text(text, "utf-8")
    return [out / name for name in ("proofs.jpg", "picks.json", *names)]


def keep_still(result: Finished, still: Path, directory: Path) -> Finished:
    """Copy the still a picture was made from beside its recipe, and have the recipe name it there.

    The still is a frame of a clip that was only taken out for the session; without it the recipe
    could not be rendered again.
    """
    shutil.copyfile(still, directory / still.name)
    source = result.recipe.source.model_copy(update={"path": still.name})
    recipe = result.recipe.model_copy(update={"source": source})
    (directory / "recipe.toml").write_text(recipe_text(recipe), "utf-8")
    return replace(result, recipe=recipe)


def _earlier_stills(out: Path) -> list[str]:
    """Stills of an earlier result in the same folder, so that none of another pick stays behind."""
    try:
        rows = json.loads((out / "picks.json").read_text("utf-8"))["picks"]
        return [str(row["file"]) for row in rows if "file" in row]
    except (OSError, ValueError, KeyError, TypeError):
        return []
