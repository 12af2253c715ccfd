"""Where the files of a team lie, and how a person's are put in place: whole, or as they were."""

from __future__ import annotations

import contextlib
import csv
import fcntl
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from .files import staged_directory, write_atomic
from .team_print import Delivery
from .team_state import PERSON_FILE, Person, load_person

__all__ = [
    "CARD",
    "alone",
    "complete",
    "facts_file",
    "folder",
    "keep_facts",
    "keep_person",
    "table",
]

CARD = "card.jpg"


@contextlib.contextmanager
def alone(out: Path) -> Iterator[None]:
    """Be the only one who changes a team's statuses for the block; others wait (flock(2)).

    A run may take hours while people say yes on the studio's pages: whoever writes reads first what
    there is, in one block. On a file system without such locks nobody waits.
    """
    try:
        handle = os.open(out, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:  # there is no such folder, which is told by whatever reads it
        yield
        return
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


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
    # Alone, so that no page takes a new picture for the approved one while files are moved in.
    with alone(out), staged_directory(target, stale=stale) as stage:
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
