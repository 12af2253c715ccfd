"""The consents that were given, each a small text file in Catchlight's own folder.

`consent/` in the data folder holds those given on the command line and from Python. The studio
keeps those of its sessions with the sessions, a team's are in its roster. Where somebody asks for
it, the embedding of their face lies beside their consent, to find them by in later photographs. It
is named after that very consent, so that it goes with it in one step: whatever belongs to no
consent in force is cleared whenever the book is opened, also what a crash left.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .consent import Consent, in_force, read_consent, today, usual
from .errors import NotConsented, OutputError, printable
from .leftovers import clear_leftovers
from .output import write_atomic
from .publishing import sync_folder
from .settings import data_dir, load_settings
from .tracing import Traces

__all__ = [
    "consent_folder",
    "decline",
    "declined_until",
    "face_of",
    "found_again",
    "from_text",
    "given",
    "granted",
    "is_empty",
    "keep_face",
    "keeps_face",
    "record",
    "rows",
    "sentence",
    "standing",
    "traces_of",
    "whose_face",
    "withdraw",
    "withdraw_all",
]

_DECLINED = "declined.json"
_FACE = ".face"  # 128 numbers beside the record, float64, little-endian
_TOLD_BY = 64  # bytes of it that are looked for: a torn file has its beginning


def consent_folder() -> Path:
    """Return the folder of the records; it may not exist."""
    return data_dir() / "consent"


def record(consent: Consent) -> Consent:
    """Write a consent down, in place of an earlier one of the same person for the same purpose.

    Raises
    ------
    NotConsented : its day is past.
    OutputError : it cannot be written; nothing may be compared then.
    """
    in_force(consent)
    _make_folder()
    _write(_place(consent), consent.as_dict())
    _remove(consent_folder() / _DECLINED)
    given()  # that a face is kept was said with the earlier one
    return consent


def given() -> tuple[Consent, ...]:
    """Return the consents in force, by name; what belongs to none of them is deleted."""
    found = []
    for path, consent in _all():
        if consent.until < today():
            _remove(path)
        else:
            found.append(consent)
    clear_leftovers(consent_folder())
    kept = {_face(consent) for consent in found}
    for path in consent_folder().glob(f"*{_FACE}"):
        if path not in kept:
            _remove(path)
    return tuple(sorted(found, key=lambda each: (each.who.casefold(), each.purpose)))


def standing() -> Consent | None:
    """Return the consent that holds for later runs too: the last one given on a terminal.

    What a script or a program said for its own run counts for others only where it is named again.
    """
    asked = [each for each in given() if each.how == "asked"]
    return max(asked, key=lambda each: each.given, default=None)


def granted(wish: Consent | str | None) -> Consent | None:
    """Return the consent that a use case is to go by, recorded; None: nothing may be compared.

    Parameters
    ----------
    wish : a consent; its text, as `consent.read_consent` takes it; or the name of somebody whose
        consent is recorded. None: the standing one, if there is one.

    Raises
    ------
    UsageError : the text is none, or nobody of that name agreed.
    NotConsented : the day of the consent is past.
    OutputError : it cannot be recorded.
    """
    if wish is None:
        return standing()
    if isinstance(wish, Consent):
        # the studio and a team's roster hold the record themselves, and delete it
        return in_force(wish) if wish.how in ("studio", "roster") else _kept(wish)
    return from_text(wish, python=True)


def from_text(text: str, *, python: bool = False) -> Consent:
    """Return the consent that a text gives or names; parameters and errors as in `granted`."""
    for known in given():
        # what somebody stated for a team is no word about photos of their own
        if known.how != "roster" and known.who.casefold() == text.strip().casefold():
            return known
    return _kept(read_consent(text, "python" if python else "flag"))


def _kept(consent: Consent) -> Consent:
    """Record a consent unless the same is recorded."""
    for known in given():
        if replace(known, given=consent.given) == consent:
            return known
    return record(consent)


def withdraw(who: str) -> tuple[Consent, ...]:
    """Delete the consents of a person; return them.

    Raises
    ------
    OutputError : one cannot be deleted.
    """
    wanted, gone = who.strip().casefold(), []
    for path, consent in _all():
        if consent.who.casefold() == wanted:
            _remove(path)
            gone.append(consent)
    given()  # and their faces
    return tuple(gone)


def withdraw_all() -> tuple[Consent, ...]:
    """Delete all consents, that one was declined, and records that cannot be read; return them."""
    gone = tuple(consent for _, consent in _all())
    for path in consent_folder().glob("*.json"):
        _remove(path)
    given()  # and their faces
    return gone


def is_empty() -> bool:
    """Return whether nothing at all is recorded, not even what cannot be read."""
    return not any(consent_folder().glob("*.json"))


def keep_face(consent: Consent, vector: NDArray[np.float64]) -> None:
    """Write the embedding (128,) of somebody's face beside their consent, as they asked for.

    Raises
    ------
    NotConsented : the consent's day is past, or it is not recorded.
    OutputError : it cannot be written.
    """
    in_force(consent)
    if consent in given():
        write_atomic(_face(consent), np.asarray(vector, "<f8").tobytes(), mode=0o600)
    if consent not in given():  # it may have been taken back meanwhile
        raise NotConsented(f"{printable(consent.who)}: the consent is not recorded, or taken back")


def keeps_face(consent: Consent) -> bool:
    """Return whether the embedding of a face lies beside this consent."""
    return _face(consent).is_file()


def sentence(consent: Consent) -> str:
    """Say in plain words what is recorded of a consent, and whether a face is kept with it."""
    return consent.sentence() + ("; their face is kept" if keeps_face(consent) else "")


def rows(consents: Sequence[Consent]) -> list[dict[str, Any]]:
    """Return the same as plain JSON-ready data, one entry each."""
    return [each.as_dict() | {"face_kept": keeps_face(each)} for each in consents]


def face_of(who: str) -> tuple[Consent, NDArray[np.float64]] | None:
    """Return the consent of a person whose face is kept, and its embedding (128,); None: it isn't.

    Of several the one that holds longest.
    """
    wanted, found = who.strip().casefold(), []
    for consent in given():
        if consent.who.casefold() != wanted or not keeps_face(consent):
            continue
        data = _face(consent).read_bytes()
        if len(data) == 128 * 8:
            found.append((consent, np.frombuffer(data, "<f8").astype(np.float64)))
    return max(found, key=lambda each: each[0].until, default=None)


def whose_face(who: str | Path | None) -> str | None:
    """Return the name that `who` is, where it is no file and somebody's whose face is kept."""
    if who is None or Path(who).exists() or face_of(str(who)) is None:
        return None
    return str(who)


def traces_of(whom: Sequence[str] | None) -> tuple[frozenset[bytes], frozenset[bytes]]:
    """Return what tells of people's consents in files: names, and the beginnings of their faces.

    Parameters
    ----------
    whom : their names; None: everybody.
    """
    wanted = None if whom is None else {who.strip().casefold() for who in whom}
    theirs = [each for each in given() if wanted is None or each.who.casefold() in wanted]
    names = {json.dumps(each.who, ensure_ascii=False).encode() for each in theirs}
    faces = {_face(each).read_bytes()[:_TOLD_BY] for each in theirs if keeps_face(each)}
    return frozenset(names), frozenset(faces)


def found_again(names: frozenset[bytes], faces: frozenset[bytes], studio: Path) -> int:
    """Return how many of these traces are still somewhere.

    Names and faces are looked for among the consents, faces in the studio's folder too.
    """
    here, there = Traces(consent_folder()), Traces(studio)
    for word in names | faces:
        here.look_for(word)
    for word in faces:
        there.look_for(word)
    return here.found() + there.found()


def decline() -> date:
    """Write down that nobody agreed when asked; the day until which it is not asked again."""
    until = usual(load_settings().keep_days)
    _make_folder()
    _write(consent_folder() / _DECLINED, {"until": until.isoformat()})
    return until


def declined_until() -> date | None:
    """Return the day until which it is not asked again; None: it may be asked."""
    try:
        data = json.loads((consent_folder() / _DECLINED).read_text("utf-8"))
        until = date.fromisoformat(data["until"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return until if today() <= until <= usual(load_settings().keep_days) else None


def _all() -> Iterator[tuple[Path, Consent]]:
    """Yield every record that can be read; one that can't is no consent."""
    for path in sorted(consent_folder().glob("[0-9a-f]*.json")):
        if path.name == _DECLINED:
            continue
        try:
            yield path, Consent.from_dict(json.loads(path.read_text("utf-8")))
        except (OSError, ValueError):
            continue


def _place(consent: Consent) -> Path:
    named = json.dumps([consent.who.casefold(), consent.purpose.casefold(), consent.how])
    return consent_folder() / f"{hashlib.sha256(named.encode()).hexdigest()[:32]}.json"


def _face(consent: Consent) -> Path:
    whole = json.dumps(consent.as_dict(), sort_keys=True)
    return consent_folder() / f"{hashlib.sha256(whole.encode()).hexdigest()[:32]}{_FACE}"


def _make_folder() -> None:
    folder = consent_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise OutputError(
            f"{printable(folder)}: consents cannot be kept there ({error.strerror}): choose another"
            " folder with CATCHLIGHT_DATA"
        ) from None


def _write(path: Path, data: object) -> None:
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    write_atomic(path, text.encode("utf-8"), mode=0o600)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            f"{printable(path)}: cannot be deleted ({error.strerror}): delete it again later"
        ) from None
    if path.parent.is_dir():
        sync_folder(path.parent)
