"""Commands of judging pictures: audit any headshot, and ask whether one is still up to date."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from .cli_consent import needed
from .cli_options import AsJson, ConsentText

__all__ = ["audit", "fresh"]


def audit(
    image: Annotated[Path, typer.Argument(help="A headshot: any picture, from anywhere.")],
    against: Annotated[
        list[Path] | None,
        typer.Option(
            help="Photos of the person as they are, or a folder; may be given several times. The"
            " photo it was made from tells the most.",
            metavar="PHOTOS",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write a report to look at.", metavar="PAGE.html")
    ] = None,
    consent: ConsentText = None,
    as_json: AsJson = False,
) -> None:
    """Measure whether a picture is still this person: evidence, with its error rates, no verdict.

    The exit code is 0 whatever is found.
    """
    from . import telling
    from .auditing import audit as measure
    from .settings import load_settings

    agreed = needed("--against", consent) if against else None
    found = measure(image, against or (), out=out, consent=agreed, settings=load_settings())
    if as_json:
        print(json.dumps(found.as_dict(), ensure_ascii=False, indent=1))
    else:
        telling.say_audit(found)
        if out is not None:
            print(f"\nWritten: {out}")


def fresh(
    headshot: Annotated[Path, typer.Argument(help="The headshot in use.")],
    against: Annotated[Path, typer.Option(help="A recent photo of you.", metavar="PHOTO")],
    consent: ConsentText = None,
    as_json: AsJson = False,
) -> None:
    """Say whether a headshot is older than three years, or you look different by now."""
    from .freshness import fresh as judge
    from .settings import load_settings

    agreed = needed("--against", consent)
    found = judge(headshot, against, consent=agreed, settings=load_settings())
    if as_json:
        print(json.dumps(found.as_dict(), ensure_ascii=False, indent=1))
    else:
        for sentence in found.sentences():
            print(sentence)
