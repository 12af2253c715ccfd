"""Where the files of a team lie, and how a person's are put in place: whole, or as they were."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from .files import staged_directory, write_atomic
from .team_print import Delivery
from .team_state import PERSON_FILE, Person, load_person

__all__ = ["CARD", "complete", "facts_file", "folder", "keep_facts", "keep_person", "table"]

CARD = "card.jpg"


def folder(out: Path, slug: str) -> Path:
    """Return a person's folder: all that is known of them is in it."""
    return out / "people" / slug


def facts_file(out: Path, slug: str, photos: str) -> Path:
    """Return where the facts of a person's photographs (by digest) are, or would be."""
    return folder(out, slug) / "facts" / f"{photos[:24]}.zip"


def keep_facts(out: Path, slug: str, photos: str, data: bytes) -> None:
    """Keep the facts of a person's photographs, and none of earlier ones."""
    file = facts_file(out, slug, photos)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(file, data)
    for old in file.parent.glob("*.zip"):
        if old != file:
            with contextlib.suppress(OSError):
                old.unlink()


def keep_person(out: Path, slug: str, person: Person, delivery: Delivery | None) -> Person:
    """Put a person's delivery in place of an earlier one, all files or none.

    Parameters
    ----------
    delivery : None where nothing could be made of the photographs; an earlier delivery is removed.
    """
    target = folder(out, slug)
    earlier = load_person(target)
    files = {} if delivery is None else {**delivery.files, CARD: delivery.card}
    person = person.model_copy(update={"files": tuple(sorted(files))})
    stale = [] if earlier is None else [name for name in earlier.files if name not in files]
    if person.made_of is None:  # facts of earlier photographs
        stale += [f"facts/{file.name}" for file in (target / "facts").glob("*.zip")]
    with staged_directory(target, stale=stale) as stage:
        for name, data in files.items():
            (stage / name).parent.mkdir(parents=True, exist_ok=True)
            (stage / name).write_bytes(data)
        (stage / PERSON_FILE).write_text(person.text(), "utf-8")
    return person


def complete(out: Path, slug: str, person: Person) -> bool:
    """Whether all files of a person's delivery are there."""
    return all((folder(out, slug) / name).is_file() for name in person.files)


def table(path: Path, head: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    """Write a CSV file for people, whole or not at all."""
    text = io.StringIO()
    writer = csv.DictWriter(text, head, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_atomic(path, text.getvalue().encode("utf-8-sig"))
