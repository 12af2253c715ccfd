"""Commands of what is kept: list it, delete it with a receipt, build the database anew."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from .cli_options import AsJson

__all__ = ["forget", "reindex"]

Data = Annotated[
    Path | None, typer.Option(help="Folder of the sessions; else Catchlight's own.", metavar="DIR")
]


def forget(
    whom: Annotated[
        list[str] | None,
        typer.Argument(
            help="Ids of sessions, or names of people who agreed to be compared.",
            metavar="[SESSION|PERSON]...",
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Everything that is kept.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask on a terminal.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Delete sessions of the studio and consents, and prove it; without a name, list.

    Photos' copies, facts, previews, deliveries, consents and rows go; then the database, its log,
    text files and names are searched for what was deleted. The exit code is 1 if any is found.
    """
    from . import consent_book
    from .forgetting import chosen, forgotten, kept, opened

    store, consents = opened(data), consent_book.given()
    nobody = not consents and (consent_book.is_empty() or not everything)
    if store is None and nobody:
        print(json.dumps({"sessions": [], "consents": []}) if as_json else "Nothing is kept.")
        return
    try:
        if not whom and not everything:
            rows = [] if store is None else kept(store)
            if as_json:
                found = {"sessions": rows, "consents": consent_book.rows(consents)}
                print(json.dumps(found, ensure_ascii=False, indent=1))
                return
            for row in rows:
                print(f"{row['session']}  {row['created'][:10]}  {row['photos']:>3} photos  "
                      f"until {row['expires'][:10]}  {row['who']}")  # fmt: skip
            for each in consents:
                print(f"Consent: {consent_book.sentence(each)}")
            place = "" if store is None else f" in {store.folder}"
            print(f"{len(rows)} sessions{place}, {len(consents)} consents. Delete with: catchlight"
                  " forget SESSION, or NAME")  # fmt: skip
            return
        sessions = chosen(store, whom or (), everything=everything)
        if sys.stdin.isatty() and not yes and not as_json:
            what = f"Delete {len(sessions)} sessions, and consents, for good?"
            typer.confirm(what, abort=True, err=True)
        receipt = forgotten(store, whom or (), everything=everything)
    finally:
        if store is not None:
            store.close()
    if as_json:
        print(json.dumps(receipt, ensure_ascii=False, indent=1))
    else:
        photos = sum(row["photos"] for row in receipt["deleted"])
        print(f"Deleted on {receipt['when']}: {len(receipt['deleted'])} sessions, {photos} photos,"
              f" {receipt['files']} files, {receipt['bytes'] / 1e6:.1f} MB, {receipt['consents']}"
              f" consents, {receipt['faces']} kept faces.")  # fmt: skip
        print(f"Looked for {receipt['looked_for']} ids, names, digests and faces in the database,"
              f" its log and the text files: found {receipt['found_again']} again.")  # fmt: skip
        print("Results in folders you named with --out are yours, and stay.")
    raise typer.Exit(1 if receipt["found_again"] else 0)


def reindex(data: Data = None, as_json: AsJson = False) -> None:
    """Build the studio's database anew from the files in its folder.

    Browsers that were let in have to come by a new link.
    """
    from .forgetting import studio_folder
    from .settings import load_settings
    from .store import reindex as rebuild

    folder = studio_folder(data)
    rows = rebuild(folder, load_settings().keep_days)
    if as_json:
        print(json.dumps(rows, indent=1))
    else:
        found = ", ".join(f"{count} {table}" for table, count in rows.items())
        print(f"{folder}: {found}")
