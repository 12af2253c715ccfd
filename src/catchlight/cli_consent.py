"""Consent on the command line: asked once on a terminal, by `--consent` in scripts, taken back."""

from __future__ import annotations

import json
import shlex
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .cli_options import AsJson

if TYPE_CHECKING:
    from .consent import Consent

__all__ = ["consent", "needed", "said_for_team", "wished"]

consent = typer.Typer(
    name="consent",
    help="Who agreed that faces are compared: list it, take it back.",
    no_args_is_help=True,
)

_ASKED = """\
To find you among other people in these photos, and to measure that the finished picture is still
you, Catchlight compares faces: it turns each face in them, also those of other people, into 128
numbers. They stay in the memory of this machine and are gone when the command ends.
If you do not agree, the largest, most central face of each photo is taken, whether the picture is
still you is not measured, and it is not signed."""
_ASKED_OF_TEAM = """\
To find each person among others in their photos, and to measure that their picture is still them,
Catchlight compares faces: it turns each face into 128 numbers, which stay in the memory of the
machines that do the work and are gone when it ends.
Your roster does not say of {count} people whether they agreed to that (column consent_until):
{names}.
If they did not, "no" is written there; put a day in its place when somebody agrees later."""
_MOST_NAMES = 8


def wished(text: str | None, *, quiet: bool = False) -> Consent | None:
    """Return the consent to go by, asking once on a terminal; None: faces are not compared.

    Parameters
    ----------
    text : of `--consent`.
    quiet : do not say by whose consent faces are compared.
    """
    from . import consent_book
    from .consent import FLAG

    found = _found(text, quiet)
    if found is None and _terminal() and consent_book.declined_until() is None:
        found = _ask()
    if found is None:
        _say(
            f"Faces are not compared, for nobody agreed to it; agree with {FLAG}. The largest, most"
            " central face of each photo is taken."
        )
    return found


def needed(what: str, text: str | None, *, quiet: bool = False) -> Consent:
    """Return the consent to go by, asking on a terminal, where nothing can be done without.

    Raises
    ------
    NotConsented : nobody agreed.
    """
    from .consent import FLAG
    from .errors import NotConsented

    found = _found(text, quiet)
    if found is None and _terminal():
        found = _ask()
    if found is None:
        raise NotConsented(f"{what} compares faces, and nobody agreed to that: add {FLAG}")
    return found


def said_for_team(roster: Path, out: Path, text: str | None, only: str | None = None) -> None:
    """Write down whether the people of whom the roster says nothing agreed; ask on a terminal."""
    from .consent import FLAG, read_consent
    from .files import check_writable
    from .roster import load_roster
    from .team_consent import PURPOSE, say_for_all, unsaid

    said = None if text is None else read_consent(text, "roster")
    people = unsaid(load_roster(roster), only)
    if not people:
        return
    check_writable(out)
    if said is None and not _terminal():
        _say(
            f"Faces of {len(people)} people are not compared: the roster's column consent_until is"
            f" empty. State that they all agreed with {FLAG}."
        )
        return
    if said is None:
        names = ", ".join(member.name for member in people[:_MOST_NAMES])
        more = f" and {len(people) - _MOST_NAMES} more" if len(people) > _MOST_NAMES else ""
        _say(_ASKED_OF_TEAM.format(count=len(people), names=names + more))
        if typer.confirm("Did all of them agree?", err=True):
            said = _given_now(PURPOSE, "Your name, as the one who states this", "roster")
    say_for_all(roster, said, out, only)
    _say(f"Written into {roster}: {'no' if said is None else said.until} for {len(people)} people.")


@consent.command("list")
def listed(as_json: AsJson = False) -> None:
    """List who agreed, what for and until when."""
    from . import consent_book

    found = consent_book.given()
    if as_json:
        print(json.dumps(consent_book.rows(found), ensure_ascii=False, indent=1))
        return
    for each in found:
        print(consent_book.sentence(each))
    if not found:
        print("Nobody agreed that faces are compared, and they are not.")
    else:
        print("Take it back with: catchlight consent withdraw NAME")


@consent.command()
def keep(
    who: Annotated[str, typer.Argument(help="Whose; see: catchlight consent list")],
    photo: Annotated[Path, typer.Argument(help="A photo of them alone.")],
) -> None:
    """Keep the 128 numbers of somebody's face with their consent, which else is never done.

    Later photographs of several people are then searched for them with --who NAME. The numbers go
    with the consent: when its last day is over, when it is taken back, or with: catchlight forget.
    """
    from . import consent_book
    from .errors import NotConsented, UnreadablePhoto, printable
    from .survey import example_face

    # who stated it for a team agreed for others
    own = [each for each in consent_book.given() if each.how != "roster"]
    agreed = next((each for each in own if _same(each.who, who)), None)
    if agreed is None:
        raise NotConsented(
            f"{printable(who)} has not agreed that faces are compared, so none is kept: agree first"
        )
    if not photo.is_file():
        raise UnreadablePhoto(photo, "there is no such file", "check the name and the folder")
    consent_book.keep_face(agreed, example_face(photo, agreed, alone=True))
    print(f"The face of {printable(agreed.who)} is kept until {agreed.until}; find them by"
          f" --who {shlex.quote(agreed.who)}.")  # fmt: skip


@consent.command()
def withdraw(
    who: Annotated[str | None, typer.Argument(help="Whose; see: catchlight consent list")] = None,
    everybody: Annotated[bool, typer.Option("--all", help="All, and be asked again.")] = False,
) -> None:
    """Take a consent back: its record is deleted, and faces are no longer compared by it.

    A face that was kept with it is deleted too. The studio's sessions have their own: take it back
    there, or delete them with: catchlight forget NAME
    """
    from . import consent_book
    from .errors import UsageError, printable

    if (who is None) == (not everybody):
        raise UsageError("say whose consent is taken back, or --all")
    gone = consent_book.withdraw_all() if who is None else consent_book.withdraw(who)
    if not gone and who is not None:
        raise UsageError(f"{printable(who)}: nobody of that name agreed: catchlight consent list")
    for each in gone:
        print(f"Deleted: {each.sentence()}")


def _found(text: str | None, quiet: bool) -> Consent | None:
    """Return the consent that is given or stands, and say by which faces are compared."""
    from . import consent_book

    found = consent_book.granted(None) if text is None else consent_book.from_text(text)
    if found is not None and not quiet:
        again = "" if text else " If these are photos of somebody else, say who with --consent."
        _say(f"Faces are compared: {found.sentence()}.{again}")
    return found


def _ask() -> Consent | None:
    from . import consent_book

    _say(_ASKED)
    if not typer.confirm("Do you agree?", err=True):
        until = consent_book.decline()
        _say(f"You will not be asked again before {until}; --consent changes that at any time.")
        return None
    return consent_book.record(_given_now("my headshots", "Your name", "asked"))


def _given_now(purpose: str, whose: str, how: str) -> Consent:
    """Ask who agrees and until when, until both are right."""
    from .consent import agreed, latest, usual
    from .errors import UsageError
    from .settings import load_settings

    while True:
        who: str = typer.prompt(whose, err=True)
        until: str = typer.prompt(
            f"Until when (year-month-day, {latest()} at most)",
            default=usual(load_settings().keep_days).isoformat(),
            err=True,
        )
        try:
            return agreed(who, purpose, date.fromisoformat(until.strip()), how)  # type: ignore[arg-type]
        except UsageError as error:
            _say(str(error))
        except ValueError:
            _say(f"{until} is no day: write it as {latest()}")


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.strip().casefold()


def _terminal() -> bool:
    """Whether somebody is there who can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _say(text: str) -> None:
    print(text, file=sys.stderr)
