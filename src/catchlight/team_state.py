"""What is kept of a team between runs: `team.json`, and `person.json` in each person's folder.

`person.json` is put in place together with the delivery it belongs to, all or nothing; `team.json`
has the brand kit, the series' numbers and who approved what. Both are plain text.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from . import __version__
from .brand import Brand, SeriesNumbers
from .errors import OutputError, printable
from .files import write_atomic
from .roster import Status
from .settings import StrictModel, check

__all__ = [
    "PERSON_FILE",
    "STATE_FILE",
    "Approval",
    "Person",
    "State",
    "digest",
    "load_person",
    "load_state",
    "save_state",
]

STATE_FILE, PERSON_FILE = "team.json", "person.json"


class Approval(StrictModel):
    """How far a person has come, and of which picture they said yes.

    Attributes
    ----------
    status : as in the roster.
    picture : SHA-256 of the headshot that was approved; another is not approved.
    why : the reason for a retake that was asked for.
    retaken : digest of the photographs for which a retake was asked.
    said : how they said yes, where somebody else recorded it; empty: by their own link, or unsaid.
    """

    status: Status
    picture: str | None = None
    why: str = ""
    retaken: str | None = None
    said: str = ""


class State(StrictModel):
    """A team's own file.

    Attributes
    ----------
    roster : path of the roster, for commands that are not given it.
    brand, series : the brand kit in use and the numbers settled with it.
    people : by folder.
    """

    schema_: Literal["catchlight.team/1"] = Field(default="catchlight.team/1", alias="schema")
    version: str = __version__
    roster: str
    brand: Brand
    series: SeriesNumbers | None = None
    people: dict[str, Approval] = Field(default_factory=dict)


class Person(StrictModel):
    """What a delivery was made of, and what was measured on it.

    Attributes
    ----------
    name, title : as in the roster.
    photos : digest of the photographs and of how they were looked at.
    given : digest of the photographs alone; empty in states of earlier versions.
    made_of : digest of everything the delivery depends on; None: nothing could be delivered.
    picture : SHA-256 of the headshot.
    before, after : measures; see `consistency`.
    outside : why the picture does not belong in the series, sentences to send; empty: it does.
    notes : what the organiser should know.
    files : of the delivery, by path in the folder.
    identity_asked : whether the network was asked who it is when this was made.
    """

    name: str
    title: str = ""
    photos: str
    given: str = ""
    made_of: str | None = None
    picture: str | None = None
    before: dict[str, Any] = Field(default_factory=dict)
    after: dict[str, Any] = Field(default_factory=dict)
    outside: Annotated[tuple[str, ...], Field(strict=False)] = ()
    notes: Annotated[tuple[str, ...], Field(strict=False)] = ()
    files: Annotated[tuple[str, ...], Field(strict=False)] = ()
    identity_asked: bool = False

    def text(self) -> str:
        """Return the file's text."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n"


def load_state(out: Path) -> State | None:
    """Read a team's file; None where there is none.

    Raises
    ------
    RecipeError : it is damaged.
    """
    data = _json(out / STATE_FILE)
    return None if data is None else check(data, State, STATE_FILE)


def save_state(out: Path, state: State) -> None:
    """Write a team's file whole."""
    text = json.dumps(state.model_dump(mode="json", by_alias=True), ensure_ascii=False, indent=1)
    write_atomic(out / STATE_FILE, (text + "\n").encode("utf-8"))


def load_person(folder: Path) -> Person | None:
    """Read what was made of a person; None where nothing was, or of another version."""
    try:
        data = _json(folder / PERSON_FILE)
        return None if data is None else check(data, Person, PERSON_FILE)
    except Exception:  # it is made again
        return None


def _json(path: Path) -> dict[str, Any] | None:
    try:
        data = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise OutputError(
            f"{printable(path)}: cannot be read ({printable(error)}): move it away and run the"
            " team again; photographs and approvals in the roster stay"
        ) from None
    return data if isinstance(data, dict) else {}


def digest(*parts: Any) -> str:
    """Return the SHA-256 of plain data, the same for the same data."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
