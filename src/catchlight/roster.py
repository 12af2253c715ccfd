"""The roster: who is in a team, where their photos are, and how far each has come; a CSV file.

It is the organiser's own file, kept by hand and by Catchlight: when a status is written, comments,
other columns and the order of the rows stay.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, get_args

from .consent import latest
from .errors import UsageError, printable
from .files import write_atomic

__all__ = [
    "ROSTER_FILE",
    "STATUSES",
    "Member",
    "Roster",
    "Status",
    "load_roster",
    "slug",
    "with_photos",
]

Status = Literal["invited", "photos in", "proof ready", "retake asked", "approved", "delivered"]
STATUSES: tuple[Status, ...] = get_args(Status)

ROSTER_FILE = """\
# Who is in the team: one line each. Lines that begin with # are comments.
# photos: a folder, files, or addresses (s3://, gs://, file://) with ; between them. Paths are
#   relative to this file. Empty: not here yet.
# title, email: may be empty.
# status: kept by Catchlight: invited, photos in, proof ready, retake asked, approved, delivered.
#   "approved" is for the person to say: catchlight team approve NAME
# consent_until: until when the person agreed that their face is compared (2027-01-31), or no.
#   Empty: nothing is known, and you are asked. Faces are compared on this machine, in memory only,
#   to find the person among others and to measure that their picture is still them.
name,photos,title,email,status,consent_until
Ada Example,photos/ada,Head of Something,ada@example.org,,
Ben Example,photos/ben/1.jpg;photos/ben/2.jpg,,,,
"""
_COLUMNS = ("name", "photos", "title", "email", "status", "consent_until")
_ALIASES = {"e-mail": "email", "mail": "email", "photo": "photos", "folder": "photos"}
_MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the team.

    Attributes
    ----------
    name : as it is written; different for everybody.
    photos : folders, files and addresses; paths are absolute.
    title, email : may be empty.
    status : how far they have come.
    slug : name of their folder.
    line : in the roster.
    consent_until : the day until which they agreed that their face is compared, or "no"; None: the
        roster does not say.
    """

    name: str
    photos: tuple[str, ...]
    title: str = ""
    email: str = ""
    status: Status = "invited"
    slug: str = ""
    line: int = 0
    consent_until: date | Literal["no"] | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster as read: its people, and its text to keep.

    Attributes
    ----------
    path, text : the file, and what was in it.
    members : the people, in its order.
    rows : every record as it stood, comments among them, for writing.
    delimiter : between columns.
    """

    path: Path
    text: str
    members: tuple[Member, ...]
    rows: tuple[tuple[str, ...], ...]
    delimiter: str

    def named(self, name: str) -> Member:
        """Return the person of that name, or of that folder.

        Raises
        ------
        UsageError : there is nobody of that name.
        """
        wanted = name.strip().casefold()
        for member in self.members:
            if wanted in (member.name.casefold(), member.slug):
                return member
        raise UsageError(f"{printable(self.path.name)}: there is no {printable(name)} in it")

    def with_status(self, statuses: Mapping[str, Status]) -> str:
        """Return the text with the statuses of some people, by name, changed."""
        return self._with("status", statuses)

    def with_consent(self, days: Mapping[str, str]) -> str:
        """Return the text with the days, or "no", of some people's consent, by name, written."""
        return self._with("consent_until", days)

    def _with(self, column: str, texts: Mapping[str, str]) -> str:
        """Return the text with cells of one column changed; the column is made if need be."""
        place, head = _head(self.rows, self.path)
        columns = list(self.rows[place])
        if column not in head:
            columns.append(column)
            head = [*head, column]
        at, called = head.index(column), head.index("name")
        written: list[Sequence[str]] = []
        for number, row in enumerate(self.rows):
            if number == place:
                written.append(columns)
            elif number < place or _is_comment(row):
                written.append(row)
            else:
                cells = [*row, *[""] * (len(columns) - len(row))]
                cells[at] = texts.get(cells[called].strip(), cells[at])
                written.append(cells)
        return _written(written, self.delimiter)

    def with_photos(self, name: str, photos: str) -> str:
        """Return the text with other photographs of somebody who is in it."""
        place, head = _head(self.rows, self.path)
        at, called = head.index("photos"), head.index("name")
        rows = [list(row) for row in self.rows]
        for row in rows[place + 1 :]:
            if not _is_comment(row) and len(row) > called and row[called].strip() == name:
                row += [""] * (at + 1 - len(row))
                row[at] = photos
        return _written(rows, self.delimiter)

    def with_member(self, name: str, photos: str) -> str:
        """Return the text with one more person at its end."""
        place, head = _head(self.rows, self.path)
        cells = [""] * len(self.rows[place])
        cells[head.index("name")], cells[head.index("photos")] = name, photos
        return _written([*self.rows, cells], self.delimiter)

    def without(self, name: str) -> str:
        """Return the text without the person of that name."""
        place, head = _head(self.rows, self.path)
        called = head.index("name")
        kept = [
            row
            for number, row in enumerate(self.rows)
            if number <= place or _is_comment(row) or row[called].strip() != name
        ]
        return _written(kept, self.delimiter)

    def save(self, text: str) -> Roster:
        """Write the file whole, and return it as it now is."""
        write_atomic(self.path, text.encode("utf-8"))
        return load_roster(self.path)


def with_photos(path: Path, name: str, photos: Sequence[str]) -> Roster:
    """Add a person to a roster, or give one that is in it other photographs; write it.

    Parameters
    ----------
    photos : paths from where the user is, or addresses.

    Raises
    ------
    UsageError : the roster or the name is wrong, or a path is not there.
    """
    roster = load_roster(path)
    places = []
    for photo in photos:
        if "://" not in photo and not Path(photo).expanduser().exists():
            raise UsageError(f"{printable(photo)}: there is no such file or folder")
        if ";" in photo:
            raise UsageError(f"{printable(photo)}: a path with ; can't stand in a roster")
        places.append(photo if "://" in photo else str(Path(photo).expanduser().absolute()))
    cell = ";".join(places)
    known = next((m.name for m in roster.members if m.slug == slug(name)), None)
    if known is None:
        if not slug(name) or not name.isprintable():
            raise UsageError(f"{printable(name)}: not a name")
        return roster.save(roster.with_member(name, cell))
    return roster.save(roster.with_photos(known, cell))


def slug(name: str) -> str:
    """Return the name of a person's folder: small plain letters, digits and dashes.

    >>> slug("Zoë O'Neill-Strauß"), slug("李 明")
    ('zoe-o-neill-strauss', '李-明')
    """
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss"))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", "-", plain).strip("-")[:60]


def load_roster(path: Path) -> Roster:
    """Read a roster: CSV with commas, semicolons or tabs, UTF-8, with or without a byte order mark.

    Raises
    ------
    UsageError : it cannot be read, or a line is wrong; the message names the line and the column.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise UsageError(f"{printable(path.name)}: larger than 64 MB, not a roster")
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise UsageError(
            f"{printable(path)}: {error.strerror}: write one with catchlight team init"
        ) from None
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{printable(path.name)}: not UTF-8 text (byte {error.start}): save it as CSV UTF-8"
        ) from None
    first = next((x for x in text.splitlines() if x.strip() and not x.lstrip().startswith("#")), "")
    delimiter = max(",;\t", key=first.count)
    rows, lines = _records(text, delimiter, path)
    place, head = _head(rows, path)
    members: list[Member] = []
    taken: dict[str, int] = {}
    for row, line in zip(rows[place + 1 :], lines[place + 1 :], strict=True):
        if _is_comment(row):
            continue
        member = _member(row, head, line, path)
        if not member.slug or member.slug in taken:
            same = f"the same as line {taken[member.slug]}'s" if member.slug else "no letters"
            raise _wrong(path, line, "name", f"{member.name!r} has {same}: names have to differ")
        taken[member.slug] = line
        members.append(member)
    return Roster(path, text, tuple(members), tuple(rows), delimiter)


def _records(text: str, delimiter: str, path: Path) -> tuple[list[tuple[str, ...]], list[int]]:
    """Return the records and the line each begins in; a comment is a record of one cell."""
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    rest = text.splitlines(keepends=True)
    at = 0
    while at < len(rest):
        if not rest[at].strip() or rest[at].lstrip().startswith("#"):
            rows.append((rest[at].rstrip("\r\n"),))
            lines.append(at + 1)
            at += 1
            continue
        reader = csv.reader(iter(rest[at:]), delimiter=delimiter, strict=True)
        try:
            rows.append(tuple(next(reader)))
        except csv.Error as error:
            raise UsageError(f"{printable(path.name)}, line {at + 1}: {error}") from None
        lines.append(at + 1)
        at += reader.line_num
    return rows, lines


def _head(rows: Sequence[Sequence[str]], path: Path) -> tuple[int, list[str]]:
    """Return which record names the columns, and their names."""
    for number, row in enumerate(rows):
        if _is_comment(row):
            continue
        head = [cell.strip().casefold() for cell in row]
        head = [_ALIASES.get(cell, cell) for cell in head]
        missing = [column for column in ("name", "photos") if column not in head]
        if missing:
            raise UsageError(
                f"{printable(path.name)}: the first line has to name the columns; there is no"
                f" {' and no '.join(missing)} (columns: {', '.join(_COLUMNS)})"
            )
        return number, head
    raise UsageError(f"{printable(path.name)}: there is nothing in it")


def _is_comment(row: Sequence[str]) -> bool:
    return len(row) == 1 and (not row[0].strip() or row[0].lstrip().startswith("#"))


def _member(row: Sequence[str], head: Sequence[str], line: int, path: Path) -> Member:
    if len(row) > len(head):
        raise _wrong(path, line, "photos", f"{len(row)} cells, {len(head)} columns: quote the cell")
    cells = dict(zip(head, [cell.strip() for cell in row], strict=False))
    name = cells.get("name", "")
    if not name or not name.isprintable() or len(name) > 120:
        raise _wrong(path, line, "name", "has to be one line of 1 to 120 letters")
    status = cells.get("status", "").casefold() or "invited"
    known = next((each for each in STATUSES if each == status), None)
    if known is None:
        raise _wrong(path, line, "status", f"{status!r} is none of {', '.join(STATUSES)}")
    photos = tuple(
        _place(part.strip(), path) for part in cells.get("photos", "").split(";") if part.strip()
    )
    return Member(
        name,
        photos,
        cells.get("title", ""),
        cells.get("email", ""),
        known,
        slug(name),
        line,
        _consent(cells.get("consent_until", ""), line, path),
    )


def _consent(cell: str, line: int, path: Path) -> date | Literal["no"] | None:
    if not cell or cell.casefold() == "no":
        return "no" if cell else None
    try:
        until = date.fromisoformat(cell)
    except ValueError:
        what = f"{cell!r} is neither a day as 2027-01-31 nor no"
        raise _wrong(path, line, "consent_until", what) from None
    if until > latest():
        what = f"{cell} is too far: a consent holds three years at most, now until {latest()}"
        raise _wrong(path, line, "consent_until", what)
    return until


def _place(text: str, roster: Path) -> str:
    """Return an address as it is, a path made absolute from the roster's folder."""
    if "://" in text:
        return text
    return str((roster.parent / Path(text).expanduser()).absolute())


def _wrong(path: Path, line: int, column: str, what: str) -> UsageError:
    return UsageError(f"{printable(path.name)}, line {line}, {column}: {printable(what)}")


def _written(rows: Sequence[Sequence[str]], delimiter: str) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    for row in rows:
        if _is_comment(row):
            text.write(row[0] + "\n")
        else:
            writer.writerow(row)
    return text.getvalue()
