"""Rows: adding, changing, reading and removing what the store knows, each with its record."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from .database import COLUMNS, Database, Row, written
from .records import TABLES, Records
from .settings import MOST_DAYS

__all__ = ["Rows", "now"]


def now() -> str:
    """Return the time as it is written everywhere: UTC, ISO 8601, milliseconds."""
    return _text(datetime.now(UTC))


def _text(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds")


class Rows:
    """The rows of a database and their records; plain dictionaries.

    Attributes
    ----------
    kept_days : days after its last use that a session is kept.
    """

    def __init__(self, database: Database, files: Path, kept_days: int) -> None:
        assert 1 <= kept_days <= MOST_DAYS
        self.kept_days = kept_days
        self._db, self._records = database, Records(files)

    def add(self, table: str, **values: Any) -> Row:
        """Add a row with a new id, and return it.

        Raises
        ------
        OutputError : it cannot be written; nothing was added.
        """
        _check(table, values)
        row = {"id": secrets.token_hex(8), "created": now(), **values}
        if table == "sessions":
            row |= {"updated": row["created"], "expires": self._expiry(row["created"])}
        with self._db.together() as undo:
            self._insert(table, row)
            self.touch(row["session"] if "session" in row else row["id"])
            found = self.get(table, row["id"])
            assert found is not None
            self._record(table, found, undo)
        return found

    def change(self, table: str, row: str, **values: Any) -> None:
        """Change columns of the row with this id.

        Raises
        ------
        OutputError : it cannot be written; nothing was changed.
        """
        _check(table, values)
        names = ", ".join(f"{name} = ?" for name in values)
        with self._db.together() as undo:
            self._db.run(
                f"UPDATE {table} SET {names} WHERE id = ?", (*written(values).values(), row)
            )
            found = self.get(table, row)
            if found is not None:
                self._record(table, found, undo)

    def get(self, table: str, row: str, session: str | None = None) -> Row | None:
        """Return the row with this id, of this session if one is named; None if there is none."""
        assert table in COLUMNS
        found = self._db.run(f"SELECT * FROM {table} WHERE id = ?", (row,))
        if not found or (session is not None and found[0].get("session") != session):
            return None
        return found[0]

    def all(self, table: str, session: str | None = None) -> list[Row]:
        """Return the rows of a session in the order they were made; of all, newest first."""
        assert table in COLUMNS
        if session is None:
            order = "updated" if table == "sessions" else "created"
            return self._db.run(f"SELECT * FROM {table} ORDER BY {order} DESC", ())
        return self._db.run(
            f"SELECT * FROM {table} WHERE session = ? ORDER BY created, rowid", (session,)
        )

    def remove(self, table: str, row: str) -> None:
        """Remove a row, and the rows that hang on it."""
        found = self.get(table, row)
        if found is None:
            return
        gone = [(table, row), *self._hanging_on(table, found)]
        self._db.run(f"DELETE FROM {table} WHERE id = ?", (row,))
        for other, number in gone:
            self._records.remove(other, found.get("session") or row, number)

    def _hanging_on(self, table: str, row: Row) -> list[tuple[str, str]]:
        """The renders and deliveries that go with a photograph or a render."""
        if table == "photos":
            mine = [r for r in self.all("renders", row["session"]) if r["photo"] == row["id"]]
            return [
                pair
                for render in mine
                for pair in (("renders", render["id"]), *self._hanging_on("renders", render))
            ]
        if table == "renders":
            made = self.all("deliveries", row["session"])
            return [("deliveries", d["id"]) for d in made if d["render"] == row["id"]]
        return []

    def touch(self, session: str) -> None:
        """Say that a session was used: it is kept so much longer."""
        found = self.get("sessions", session)
        if found is not None:
            self._db.run(
                "UPDATE sessions SET updated = ?, expires = ? WHERE id = ?",
                (now(), self._expiry(found["created"]), session),
            )

    def _expiry(self, created: str, used: str | None = None) -> str:
        """When a session goes: so long after its last use, at most `MOST_DAYS` after its start."""
        last = datetime.fromisoformat(used) if used else datetime.now(UTC)
        latest = datetime.fromisoformat(created) + timedelta(days=MOST_DAYS)
        return _text(min(last + timedelta(days=self.kept_days), latest))

    def _insert(self, table: str, row: Row) -> None:
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        self._db.run(
            f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(written(row).values())
        )

    def _record(self, table: str, row: Row, undo: list[Any]) -> None:
        if table in TABLES:
            undo.append(self._records.write(table, row))


def _check(table: str, values: Mapping[str, Any]) -> None:
    """A column that is not there is a mistake in the program."""
    unknown = values.keys() - COLUMNS[table]
    assert not unknown, f"{table} has no {sorted(unknown)}"
