"""Which teams the studio shows: folders that `catchlight team` made, opened here by their path.

Their ids and paths are in `teams.json` in the studio's folder; everything else of a team is in its
own folder. A path is taken in once, when a team is opened; from then on an id stands for it.
"""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from ..errors import CatchlightError
from ..forgetting import TEAMS_FILE
from ..output import write_atomic
from ..team_state import STATE_FILE, load_state
from .problems import Problem

__all__ = ["TeamBook"]

_MOST = 200  # teams
_LONGEST = 1024  # characters of a path
_NONE = (
    "There is no team in that folder: give the whole path of one of yours that `catchlight team`"
    " made, without .. and links."
)


class TeamBook:
    """The teams that were opened."""

    def __init__(self, folder: Path) -> None:
        """`folder` is the studio's own."""
        self._folder = folder

    def all(self) -> dict[str, Path]:
        """Return the folders of all teams by id, the last opened first."""
        try:
            data = json.loads((self._folder / TEAMS_FILE).read_text("utf-8"))
            return {str(team): Path(str(out)) for team, out in data.items()}
        except (OSError, ValueError, AttributeError):  # they can be opened again
            return {}

    def folder(self, team: str) -> Path:
        """Return a team's folder.

        Raises
        ------
        Problem : there is no such team.
        """
        found = self.all().get(team)
        if found is None:
            raise Problem(404, "There is no such team here: open its folder.")
        return found

    def open(self, path: str) -> str:
        """Take a team in and return its id; one that is open already keeps its own.

        Raises
        ------
        Problem : there is no team in that folder, or its file is damaged.
        """
        out = _checked(path)
        known = self.all()
        team = next((each for each, folder in known.items() if folder == out), None)
        if team is None and len(known) >= _MOST:
            raise Problem(422, f"{_MOST} teams are open: close one first.")
        team = team or secrets.token_hex(8)
        self._save({team: out, **{each: f for each, f in known.items() if each != team}})
        return team

    def close(self, team: str) -> None:
        """Show a team no longer; nothing of it is deleted."""
        self._save({each: folder for each, folder in self.all().items() if each != team})

    def _save(self, known: dict[str, Path]) -> None:
        data = json.dumps({team: str(out) for team, out in known.items()}, indent=1) + "\n"
        write_atomic(self._folder / TEAMS_FILE, data.encode("utf-8", "surrogateescape"))


def _checked(path: str) -> Path:
    """Return a team's folder; to whoever guesses paths all that are none look alike."""
    out = Path(path)
    good = len(path) <= _LONGEST and path.isprintable() and out.is_absolute()
    if not good or ".." in out.parts:
        raise Problem(422, _NONE)
    try:
        own = out.is_dir() and out.resolve() == out and out.stat().st_uid == os.geteuid()
        there = own and (out / STATE_FILE).is_file() and not (out / STATE_FILE).is_symlink()
    except OSError:
        there = False
    if not there:
        raise Problem(422, _NONE)
    try:
        load_state(out)
    except CatchlightError as error:
        raise Problem(422, str(error)) from None
    return out
