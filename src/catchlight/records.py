"""Records: every row of the store as a text file in its session's folder.

They are the truth: the database is built from them anew where it is lost or damaged. A record is
written whole before its row is acknowledged, and goes with it.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .errors import OutputError
from .output import write_atomic
from .publishing import sync_folder

__all__ = ["TABLES", "Records", "make_folder"]

TABLES = ("sessions", "photos", "renders", "deliveries", "audits")
"""The tables whose rows are kept as records, those that others hang on first."""

_FOLDER = "record"


class Records:
    """The records below the folder that holds the sessions' folders."""

    def __init__(self, sessions: Path) -> None:
        self._sessions = sessions

    def write(self, table: str, row: Mapping[str, Any]) -> Callable[[], None]:
        """Write the record of a row; return what puts back the one before.

        Raises
        ------
        OutputError : it cannot be written; the one before stays.
        """
        path = self._path(table, row.get("session") or row["id"], row["id"])
        try:
            make_folder(path.parent)
            before = path.read_bytes() if path.exists() else None
        except OSError as error:
            raise OutputError(f"{path}: cannot be written ({error}): free some space") from error
        write_atomic(path, _text(table, row))

        def back() -> None:
            with contextlib.suppress(Exception):  # the disk fails already
                path.unlink() if before is None else write_atomic(path, before)

        return back

    def remove(self, table: str, session: str, row: str) -> None:
        """Remove the record of a row, if there is one."""
        path = self._path(table, session, row)
        with contextlib.suppress(OSError):
            path.unlink()
            sync_folder(path.parent)

    def read_one(self, table: str, row: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return what the record of a row says; None if it is not there or can't be read."""
        path = self._path(table, row.get("session") or row["id"], row["id"])
        try:
            return dict(json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def says(self, table: str, row: Mapping[str, Any]) -> bool:
        """Whether the record of a row is there and says what the row does, but for its times."""
        found = self.read_one(table, row)
        if found is None:
            return False
        times = ("table", "updated", "expires")
        return all(found.get(name) == value for name, value in row.items() if name not in times)

    def names(self, session: str) -> set[tuple[str, str]]:
        """Return table and id of every record of a session."""
        found = set()
        for path in (self._sessions / session / _FOLDER).glob("*.json"):
            table, _, row = path.stem.partition("-")
            found.add((table, row))
        return found

    def has(self, session: str) -> bool:
        """Whether there is a record of the session itself."""
        return self._path("sessions", session, session).is_file()

    def read(self, session: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of a session by their records, those that others hang on first.

        `table` is among the columns. The session's `updated` is when any of them was last written.
        What is no record is passed over.
        """
        rows: list[dict[str, Any]] = []
        newest = 0.0
        for path in (self._sessions / session / _FOLDER).glob("*.json"):
            with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
                row = dict(json.loads(path.read_text("utf-8")))
                if f"{row['table']}-{row['id']}.json" == path.name and row["table"] in TABLES:
                    rows.append(row)
                    newest = max(newest, path.stat().st_mtime)
        rows.sort(key=lambda row: (TABLES.index(row["table"]), str(row.get("created"))))
        for row in rows:
            if row["table"] == "sessions":
                row["updated"] = datetime.fromtimestamp(newest, UTC).isoformat(
                    timespec="milliseconds"
                )
            yield row

    def _path(self, table: str, session: str, row: str) -> Path:
        return self._sessions / session / _FOLDER / f"{table}-{row}.json"


def _text(table: str, row: Mapping[str, Any]) -> bytes:
    return (json.dumps({"table": table, **row}, ensure_ascii=False, indent=1) + "\n").encode()


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, so that they last through a power cut."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)
