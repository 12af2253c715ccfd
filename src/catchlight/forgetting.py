"""Forgetting from the command line: what is kept, whose it is, and deleting it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import gettempdir

from .consent_book import found_again, given, traces_of, withdraw, withdraw_all
from .database import Row
from .errors import UsageError, printable
from .leftovers import clear_leftovers
from .rows import now
from .settings import data_dir, load_settings
from .store import Store

__all__ = ["TEAMS_FILE", "chosen", "forget_all", "forgotten", "kept", "opened", "studio_folder"]

TEAMS_FILE = "teams.json"
"""In the studio's folder: where the folders of teams are that were opened in it."""


def studio_folder(data: Path | None) -> Path:
    """Return the folder that the studio keeps its files in."""
    return data if data is not None else data_dir() / "studio"


def opened(data: Path | None) -> Store | None:
    """Open the store; None where nothing was ever kept.

    Raises
    ------
    UsageError : a studio is open on it: its page deletes too.
    OutputError : it cannot be opened.
    """
    folder = studio_folder(data)
    return Store(folder, load_settings().keep_days) if folder.is_dir() else None


def kept(store: Store) -> list[Row]:
    """Return the sessions: id, day, who agreed, number of photos, the day it goes."""
    return [
        {
            "session": row["id"],
            "created": row["created"],
            "expires": row["expires"],
            "who": (row["consent"] or {}).get("who", ""),
            "photos": len(store.all("photos", row["id"])),
        }
        for row in store.all("sessions")
    ]


def chosen(store: Store | None, whom: Sequence[str], *, everything: bool = False) -> list[str]:
    """Return the sessions that ids and names of people stand for, each once.

    Raises
    ------
    UsageError : there is no session of that id, and neither a session nor a consent of that person.
    """
    agreed = {each.who.casefold() for each in given()}
    if everything:
        return [] if store is None else [row["id"] for row in store.all("sessions")]
    found: dict[str, None] = {}
    for word in whom:
        sessions: list[str] = []
        if store is not None:
            sessions = [word] if store.get("sessions", word) else store.of_person(word)
        if not sessions and word.strip().casefold() not in agreed:
            raise UsageError(
                f"{printable(word)}: no session has that id or is of a person of that name:"
                " catchlight forget lists them"
            )
        found |= dict.fromkeys(sessions)
    return list(found)


def forgotten(store: Store | None, whom: Sequence[str], *, everything: bool = False) -> Row:
    """Delete what ids and names of people stand for, consents and kept faces; return the receipt.

    Raises
    ------
    UsageError : as in `chosen`.
    OutputError : something cannot be deleted.
    """
    sessions = chosen(store, whom, everything=everything)
    names, faces = traces_of(None if everything else whom)
    if everything:
        withdrawn = withdraw_all()
    else:
        withdrawn = tuple(consent for word in whom for consent in withdraw(word))
    if store is None:
        receipt: Row = {
            "deleted": [], "files": 0, "bytes": 0, "when": now(), "looked_for": 0, "found_again": 0,
        }  # fmt: skip
    else:
        receipt = forget_all(store) if everything else store.forget(sessions)
    folder = studio_folder(None) if store is None else store.folder
    return receipt | {
        "consents": len(withdrawn),
        "faces": len(faces),
        "looked_for": receipt["looked_for"] + len(names) + len(faces),
        "found_again": receipt["found_again"] + found_again(names, faces, folder),
    }


def forget_all(store: Store) -> Row:
    """Delete every session, the browsers that were let in, and stills that a crash left.

    The identity that signs and the certificates you trust stay: they are no photographs, and what
    they signed could not be renewed.
    """
    receipt = store.forget([row["id"] for row in store.all("sessions")])
    store.forget_browsers()
    (store.folder / TEAMS_FILE).unlink(missing_ok=True)
    clear_leftovers(Path(gettempdir()))
    return receipt
