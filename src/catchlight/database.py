"""The database: SQLite, one process at a time, every change on the disk before it is acknowledged.

Write-ahead log with `synchronous=FULL`; deleted rows are overwritten (`secure_delete`).
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .errors import OutputError, UsageError

__all__ = ["COLUMNS", "Database", "Row", "written"]

_SCHEMA = 2
_TABLES = """
CREATE TABLE IF NOT EXISTS sessions (
  id TEXT PRIMARY KEY, created TEXT NOT NULL, updated TEXT NOT NULL, expires TEXT NOT NULL,
  title TEXT NOT NULL, brief TEXT NOT NULL, consent TEXT, survey TEXT,
  who TEXT NOT NULL DEFAULT '') STRICT;
CREATE TABLE IF NOT EXISTS photos (
  id TEXT PRIMARY KEY, session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
  created TEXT NOT NULL, name TEXT NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL,
  kind TEXT NOT NULL, bytes INTEGER NOT NULL, width INTEGER, height INTEGER,
  status TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '',
  favourite INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE IF NOT EXISTS renders (
  id TEXT PRIMARY KEY, session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
  created TEXT NOT NULL, photo TEXT NOT NULL REFERENCES photos ON DELETE CASCADE,
  steps TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS deliveries (
  id TEXT PRIMARY KEY, session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
  created TEXT NOT NULL, render TEXT NOT NULL REFERENCES renders ON DELETE CASCADE,
  wish TEXT NOT NULL, result TEXT) STRICT;
CREATE TABLE IF NOT EXISTS audits (
  id TEXT PRIMARY KEY, session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
  created TEXT NOT NULL, name TEXT NOT NULL, result TEXT) STRICT;
CREATE TABLE IF NOT EXISTS jobs (
  id TEXT PRIMARY KEY, session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
  created TEXT NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL, about TEXT NOT NULL,
  problem TEXT NOT NULL DEFAULT '') STRICT;
CREATE TABLE IF NOT EXISTS browsers (digest TEXT PRIMARY KEY, created TEXT NOT NULL) STRICT;
"""
COLUMNS: Mapping[str, frozenset[str]] = {
    "sessions": frozenset(["title", "brief", "consent", "survey", "who"]),
    "photos": frozenset(
        "session name file sha256 kind bytes width height status reason favourite".split()  # noqa: SIM905
    ),
    "renders": frozenset(["session", "photo", "steps", "at"]),
    "deliveries": frozenset(["session", "render", "wish", "result"]),
    "audits": frozenset(["session", "name", "result"]),
    "jobs": frozenset(["session", "kind", "status", "about", "problem"]),
}
"""What a caller may set in each table."""
_JSON = frozenset(["brief", "consent", "survey", "steps", "wish", "result", "about"])

Row = dict[str, Any]


def written(values: Mapping[str, Any]) -> Row:
    """Return values as they are stored: JSON where a column holds data."""
    return {
        name: json.dumps(value) if name in _JSON and value is not None else value
        for name, value in values.items()
    }


class Database:
    """The studio's database in a folder, for this process alone.

    Attributes
    ----------
    crashed : whether the process that had it open before did not close it.
    """

    def __init__(self, folder: Path, *, anew: bool = False) -> None:
        """Open it, made if need be.

        Parameters
        ----------
        anew : throw away the one that is there.

        Raises
        ------
        UsageError : another process has it open, or a newer Catchlight made it.
        OutputError : the folder cannot be written, or the database is damaged.
        """
        self._folder, self.path = folder, folder / "studio.db"
        self.lock = threading.RLock()
        self._db: sqlite3.Connection | None = None
        self._alone: int | None = None
        try:
            self._alone = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._alone, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if anew:  # the log last: alone it belongs to nothing
                for end in ("", "-wal", "-shm"):
                    Path(f"{self.path}{end}").unlink(missing_ok=True)
            self.crashed = Path(f"{self.path}-wal").exists()
            self._db = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None)
            self.path.chmod(0o600)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON",
                           "foreign_keys=ON", "busy_timeout=5000"):  # fmt: skip
                self._db.execute(f"PRAGMA {pragma}")
            sound = self._db.execute("PRAGMA quick_check(1)").fetchone()[0]
            if sound != "ok":
                raise sqlite3.DatabaseError(sound)
            self.version: int = self._db.execute("PRAGMA user_version").fetchone()[0]
        except BlockingIOError:
            self.close()
            raise UsageError(
                f"{folder}: a studio is open on this folder already: use its page, or name another"
                " folder with --data"
            ) from None
        except (OSError, sqlite3.Error) as error:
            self.close()
            if isinstance(error, sqlite3.DatabaseError) and not isinstance(
                error, sqlite3.OperationalError
            ):
                raise OutputError(
                    f"{self.path} is damaged ({error}): catchlight reindex builds it anew from the"
                    " files beside it"
                ) from error
            raise OutputError(
                f"{folder}: the studio's files cannot be kept there ({error}): name another folder"
                " with --data"
            ) from error
        if self.version > _SCHEMA:
            self.close()
            raise UsageError(
                f"{folder} is of a newer Catchlight: update, or name another folder with --data"
            )

    @property
    def is_current(self) -> bool:
        """Whether its tables are there and of this version."""
        return self.version == _SCHEMA

    def prepare(self, fill: Callable[[], None]) -> None:
        """Make the tables and fill them, in one step.

        Raises
        ------
        OutputError : it cannot be written.
        """
        with self.together():
            for statement in _TABLES.split(";"):
                self.run(statement, ())
            fill()
            self.run(f"PRAGMA user_version={_SCHEMA}", ())
        self.version = _SCHEMA

    def close(self) -> None:
        """Close it, and let another process open it."""
        with self.lock:
            if self._db is not None:
                self._db.close()
            if self._alone is not None:
                os.close(self._alone)
            self._alone = None

    def run(self, statement: str, values: Sequence[Any]) -> list[Row]:
        """Run one statement and return its rows.

        Raises
        ------
        OutputError : the disk is full or fails; nothing was changed.
        """
        assert self._db is not None
        try:
            with self.lock:
                cursor = self._db.execute(statement, values)
                names = [column[0] for column in cursor.description or ()]
                rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        except sqlite3.Error as error:
            raise self._failed(error) from error
        for row in rows:
            for name in _JSON & row.keys():
                row[name] = None if row[name] is None else json.loads(row[name])
        return rows

    @contextlib.contextmanager
    def together(self) -> Iterator[list[Callable[[], None]]]:
        """Make everything that is run in the block one step: all of it or nothing.

        Yields
        ------
        A list for what undoes other work that belongs to it; called, the last first, on failure.

        Raises
        ------
        OutputError : the disk is full or fails; nothing was changed.
        """
        assert self._db is not None
        undo: list[Callable[[], None]] = []
        with self.lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield undo
                self._db.execute("COMMIT")
            except BaseException as error:
                with contextlib.suppress(sqlite3.Error):
                    if self._db.in_transaction:
                        self._db.execute("ROLLBACK")
                for back in reversed(undo):
                    back()
                if isinstance(error, sqlite3.Error):
                    raise self._failed(error) from error
                raise

    def settle(self) -> None:
        """Bring everything from the log into the database, and empty the log."""
        self.run("PRAGMA wal_checkpoint(TRUNCATE)", ())

    def _failed(self, error: sqlite3.Error) -> OutputError:
        return OutputError(
            f"{self.path}: cannot be written or read ({error}): free some space, or see"
            " catchlight reindex if it is damaged"
        )
