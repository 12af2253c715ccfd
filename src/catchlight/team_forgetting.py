"""Deleting what Catchlight made of a team, or of one person of it; originals are never touched."""

from __future__ import annotations

import contextlib
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from .errors import OutputError, printable
from .publishing import sync_folder
from .team import load_team, written
from .team_files import alone, folder
from .team_links import LINKS_FILE, take_back
from .team_pages import PAGES
from .team_state import STATE_FILE
from .team_word import HANDED_OVER, given_out

__all__ = ["Removed", "remove_person", "remove_team"]


@dataclass(frozen=True, slots=True)
class Removed:
    """What was deleted: how many files, of how many bytes together, and how many of them are left.

    `left` is counted afterwards on the disk; it is 0, or the deletion failed.
    """

    files: int
    bytes: int
    left: int

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


def remove_team(out: Path) -> Removed:
    """Delete everything that was made of a team: its people, pages, deliveries and links.

    The roster, the brand kit and the photographs are their owner's, and stay.

    Raises
    ------
    UsageError : there is no team in that folder.
    OutputError : something cannot be deleted.
    """
    with alone(out):
        load_team(out)
        made = [out / "people", out / HANDED_OVER, *(out / name for name in PAGES)]
        # The team's own file goes last: what a crash cuts short can be deleted again.
        return _removed(out, [*made, out / LINKS_FILE, out / STATE_FILE])


def remove_person(out: Path, name: str) -> Removed:
    """Delete one person: what was made of them, what was handed over, and their roster's line.

    Raises
    ------
    UsageError : there is no team in that folder, or nobody of that name in it.
    OutputError : something cannot be deleted.
    """
    with alone(out):
        team = load_team(out)
        member = team.roster.named(name)
        person = team.people.get(member.slug)
        given = [] if person is None else given_out(team, member, person)
        removed = _removed(out, [folder(out, member.slug), *given])
        take_back(out, member.slug)
        roster = team.roster.save(team.roster.without(member.name))
        people = {slug: said for slug, said in team.state.people.items() if slug != member.slug}
        made = {slug: each for slug, each in team.people.items() if slug != member.slug}
        state = team.state.model_copy(update={"people": people})
        written(replace(team, roster=roster, state=state, people=made))
        return removed


def _removed(out: Path, places: Iterable[Path]) -> Removed:
    """Take files and folders away, each in one step, and look whether they are gone."""
    files, size, gone = 0, 0, list(places)
    for place in gone:
        if not place.exists() and not place.is_symlink():
            continue
        for path in [place, *place.rglob("*")]:
            if path.is_file():
                files, size = files + 1, size + path.lstat().st_size
        aside = out / f".catchlight-{secrets.token_hex(8)}.part"  # cleared if a crash comes between
        try:
            place.rename(aside)
        except OSError as error:
            raise OutputError(
                f"{printable(place)}: cannot be deleted ({error.strerror}): delete it again later"
            ) from error
        if aside.is_dir() and not aside.is_symlink():
            shutil.rmtree(aside, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                aside.unlink()
        gone.append(aside)
    sync_folder(out)
    left = sum(1 for place in gone for path in [place, *place.rglob("*")] if path.is_file())
    return Removed(files, size, left)
