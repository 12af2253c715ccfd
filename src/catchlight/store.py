"""The store: what the studio knows, in SQLite, and the files that belong to it.

Every change is on the disk before it is acknowledged (`synchronous=FULL`), files are written whole
or not at all, and names of uploaded files are never used on the disk. What a crash left is cleared
when the store is opened. Deleting overwrites the rows, empties the write-ahead log, and proves it
by looking for what was deleted. No embedding of a face is ever in here.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from .errors import OutputError, UsageError

__all__ = ["KEPT_DAYS", "Store"]

KEPT_DAYS = 30
"""Days after its last use that a session is kept."""

_SCHEMA = 1
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
_COLUMNS: Mapping[str, frozenset[str]] = {
    "sessions": frozenset(["title", "brief", "consent", "survey", "who"]),
    "photos": frozenset(
        "session name file sha256 kind bytes width height status reason favourite".split()  # noqa: SIM905
    ),
    "renders": frozenset(["session", "photo", "steps", "at"]),
    "deliveries": frozenset(["session", "render", "wish", "result"]),
    "audits": frozenset(["session", "name", "result"]),
    "jobs": frozenset(["session", "kind", "status", "about", "problem"]),
}
_JSON = frozenset(["brief", "consent", "survey", "steps", "wish", "result", "about"])

Row = dict[str, Any]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Store:
    """Sessions, photos, renders, deliveries, audits and jobs, and a folder for the files of each.

    Rows are plain dictionaries; columns that hold JSON are read and written as data.
    """

    def __init__(self, folder: Path) -> None:
        """Open the store in `folder`, made if need be, and clear what a crash left.

        Raises
        ------
        OutputError : the folder cannot be written.
        """
        self.folder = folder
        self.cleared: list[str] = []
        try:
            self._files.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
            self._db = sqlite3.connect(
                folder / "studio.db", check_same_thread=False, isolation_level=None
            )
            self._lock = threading.RLock()
            self._alone = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._alone, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON",
                           "foreign_keys=ON", "busy_timeout=5000"):  # fmt: skip
                self._db.execute(f"PRAGMA {pragma}")
            (folder / "studio.db").chmod(0o600)
        except BlockingIOError:
            self.close()
            raise UsageError(
                f"{folder}: a studio is open on this folder already: use its page, or name another"
                " folder with --data"
            ) from None
        except (OSError, sqlite3.Error) as error:
            raise OutputError(
                f"{folder}: the studio's files cannot be kept there ({error}): name another folder"
                " with --data"
            ) from error
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version > _SCHEMA:
            self.close()
            raise UsageError(
                f"{folder} is of a newer Catchlight: update, or name another folder with --data"
            )
        self._db.executescript(_TABLES)
        self._db.execute(f"PRAGMA user_version={_SCHEMA}")
        self._clear()

    @property
    def _files(self) -> Path:
        return self.folder / "sessions"

    def close(self) -> None:
        """Close the database, and let another studio open it."""
        with self._lock:
            self._db.close()
            os.close(self._alone)

    # ---------------------------------------------------------------- rows

    def add(self, table: str, **values: Any) -> Row:
        """Add a row with a new id, and return it."""
        values = _written(table, values)
        row = {"id": secrets.token_hex(8), "created": _now(), **values}
        if table == "sessions":
            row |= {"updated": row["created"], "expires": _expiry()}
        names = ", ".join(row)
        marks = ", ".join("?" * len(row))
        self._run(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))
        self.touch(row["session"] if "session" in row else row["id"])
        found = self.get(table, row["id"])
        assert found is not None
        return found

    def change(self, table: str, row: str, **values: Any) -> None:
        """Change columns of the row with this id."""
        values = _written(table, values)
        names = ", ".join(f"{name} = ?" for name in values)
        self._run(f"UPDATE {table} SET {names} WHERE id = ?", (*values.values(), row))

    def get(self, table: str, row: str, session: str | None = None) -> Row | None:
        """Return the row with this id, of this session if one is named; None if there is none."""
        assert table in _COLUMNS
        found = self._run(f"SELECT * FROM {table} WHERE id = ?", (row,))
        if not found or (session is not None and found[0].get("session") != session):
            return None
        return found[0]

    def all(self, table: str, session: str | None = None) -> list[Row]:
        """Return the rows of a session in the order they were made; of all, newest first."""
        assert table in _COLUMNS
        if session is None:
            order = "updated" if table == "sessions" else "created"
            return self._run(f"SELECT * FROM {table} ORDER BY {order} DESC", ())
        return self._run(
            f"SELECT * FROM {table} WHERE session = ? ORDER BY created, rowid", (session,)
        )

    def remove(self, table: str, row: str) -> None:
        """Remove a row, and the rows that hang on it."""
        assert table in _COLUMNS
        self._run(f"DELETE FROM {table} WHERE id = ?", (row,))

    def touch(self, session: str) -> None:
        """Say that a session was used: it is kept so much longer."""
        self._run(
            "UPDATE sessions SET updated = ?, expires = ? WHERE id = ?",
            (_now(), _expiry(), session),
        )

    def _run(self, statement: str, values: Sequence[Any]) -> list[Row]:
        with self._lock:
            cursor = self._db.execute(statement, values)
            names = [column[0] for column in cursor.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        for row in rows:
            for name in _JSON & row.keys():
                row[name] = None if row[name] is None else json.loads(row[name])
        return rows

    # ---------------------------------------------------------------- files

    def place(self, session: str, *parts: str) -> Path:
        """Return a file's place in a session's folder; the folders above it are made."""
        path = self._files.joinpath(session, *parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def file_of(self, photo: Row) -> Path:
        """Return where a photograph's bytes are."""
        return self.place(photo["session"], "photos", photo["file"])

    # ---------------------------------------------------------------- browsers

    def let_in(self, digest: str) -> None:
        """Remember a browser by the SHA-256 of its key."""
        self._run("INSERT OR REPLACE INTO browsers VALUES (?, ?)", (digest, _now()))

    def browsers(self) -> list[str]:
        """Return the digests of all browsers that were let in."""
        return [row["digest"] for row in self._run("SELECT digest FROM browsers", ())]

    # ---------------------------------------------------------------- nothing left

    def forget_photo(self, photo: Row) -> None:
        """Remove one photograph, its row and everything drawn from it."""
        session = photo["session"]
        of_it = {r["id"] for r in self.all("renders", session) if r["photo"] == photo["id"]}
        for made in self.all("deliveries", session):
            if made["render"] in of_it:
                self._rmtree(self.place(session, "deliveries", made["id"]))
        self.remove("photos", photo["id"])
        folder = self._files / session
        of_its_own = [self.file_of(photo)] if photo["file"] else []
        for path in [*of_its_own, *folder.rglob(f"{photo['id']}*")]:
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
        self._settle()

    def forget(self, sessions: Iterable[str]) -> Row:
        """Delete sessions and everything of them; return the receipt.

        The receipt counts what was deleted and what of it was found afterwards, in the database,
        its log and the folder, by names and hashes: nothing, or the deletion failed.
        """
        gone, files, size = [], 0, 0
        looked_for: list[bytes] = []
        for session in sessions:
            if self.get("sessions", session) is None:
                continue
            photos = self.all("photos", session)
            looked_for += [session.encode(), *(photo["sha256"].encode() for photo in photos)]
            looked_for += [p["name"].encode() for p in photos if len(p["name"]) >= 8]
            for path in (self._files / session).rglob("*"):
                if path.is_file():
                    files, size = files + 1, size + path.stat().st_size
            self._rmtree(self._files / session)
            self.remove("sessions", session)
            gone.append({"session": session, "photos": len(photos)})
        self._settle()
        # What a session that stays has too, of the same photo perhaps, is not a trace of these.
        stay = "\n".join(
            f"{photo['sha256']}\n{photo['name']}"
            for row in self.all("sessions") for photo in self.all("photos", row["id"])
        ).encode()  # fmt: skip
        looked_for = [word for word in looked_for if word not in stay]
        found = self._found(looked_for)
        return {
            "deleted": gone, "files": files, "bytes": size, "when": _now(),
            "looked_for": len(looked_for), "found_again": found,
        }  # fmt: skip

    def _settle(self) -> None:
        """Bring everything from the log into the database, and empty the log."""
        with self._lock:
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._db.execute("PRAGMA incremental_vacuum")

    def _found(self, looked_for: Sequence[bytes]) -> int:
        """How many of these bytes are in any file of the database, or in a name on the disk."""
        data = b"".join(path.read_bytes() for path in self.folder.glob("studio.db*"))
        names = "\n".join(str(path) for path in self._files.rglob("*")).encode()
        return sum(word in data or word in names for word in looked_for)

    def _rmtree(self, folder: Path) -> None:
        """Take a folder away in one step, then its files."""
        if not folder.exists():
            return
        aside = self._files / f".gone-{secrets.token_hex(8)}"
        folder.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)

    def _clear(self) -> None:
        """Clear what a crash left: half-done jobs, files of nobody, sessions past their day."""
        self._run(
            "UPDATE jobs SET status = 'failed', problem = 'The studio was closed meanwhile.'"
            " WHERE status IN ('queued', 'running')",
            (),
        )
        known = {row["id"] for row in self.all("sessions")}
        expired = [row["id"] for row in self.all("sessions") if row["expires"] < _now()]
        for path in list(self._files.iterdir()):
            if path.name not in known:
                self.cleared.append(path.name)
                shutil.rmtree(path, ignore_errors=True)
        for path in self._files.rglob(".catchlight-*"):
            self.cleared.append(path.name)
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()
        for session in known:
            self._clear_photos(session)
        if expired:
            self.forget(expired)
            self.cleared += expired

    def _clear_photos(self, session: str) -> None:
        """Bring the photographs' rows and files of a session together again."""
        rows = {row["file"]: row for row in self.all("photos", session) if row["file"]}
        folder = self._files / session / "photos"
        files = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
        for name in files - rows.keys():
            self.cleared.append(name)
            (folder / name).unlink()
        for name, row in rows.items():
            if name not in files or row["status"] == "reading":
                self.cleared.append(name)
                self.forget_photo(row)


def _expiry() -> str:
    return (datetime.now(UTC) + timedelta(days=KEPT_DAYS)).isoformat(timespec="milliseconds")


def _written(table: str, values: Mapping[str, Any]) -> Row:
    """Values as they are stored; a column that is not there is a mistake in the program."""
    unknown = values.keys() - _COLUMNS[table]
    assert not unknown, f"{table} has no {sorted(unknown)}"
    return {
        name: json.dumps(value) if name in _JSON and value is not None else value
        for name, value in values.items()
    }
