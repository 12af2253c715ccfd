"""The consents that were given, each a small text file in Catchlight's own folder.

`consent/` in the data folder holds those given on the command line and from Python. The studio
keeps those of its sessions with the sessions, a team's are in its roster.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from .consent import Consent, in_force, read_consent, today, usual
from .errors import OutputError, printable
from .output import write_atomic
from .publishing import sync_folder
from .settings import data_dir, load_settings

__all__ = [
    "consent_folder",
    "decline",
    "declined_until",
    "found_again",
    "from_text",
    "given",
    "granted",
    "record",
    "standing",
    "withdraw",
    "withdraw_all",
]

_DECLINED = "declined.json"


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
    return consent


def given() -> tuple[Consent, ...]:
    """Return the consents in force, by name; those whose day is past are deleted."""
    found = []
    for path, consent in _all():
        if consent.until < today():
            _remove(path)
        else:
            found.append(consent)
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
    return tuple(gone)


def withdraw_all() -> tuple[Consent, ...]:
    """Delete all consents, and that one was declined; return them."""
    gone = []
    for path, consent in _all():
        _remove(path)
        gone.append(consent)
    _remove(consent_folder() / _DECLINED)
    return tuple(gone)


def found_again(gone: Sequence[Consent]) -> int:
    """Return in how many files of the folder a name is found whose consents were deleted."""
    names = {json.dumps(each.who, ensure_ascii=False).encode() for each in gone}
    files = [path for path in consent_folder().glob("**/*") if path.is_file()]
    return sum(any(name in path.read_bytes() for name in names) for path in files)


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
    write_atomic(path, (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            f"{printable(path)}: cannot be deleted ({error.strerror}): delete it again later"
        ) from None
    if path.parent.is_dir():
        sync_folder(path.parent)
