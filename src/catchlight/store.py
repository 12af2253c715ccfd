"""The store: what the studio knows, in SQLite and as text files, and the files that belong to it.

Every change is on the disk before it is acknowledged, files are written whole or not at all, and
names of uploaded files are never used on the disk. Each row is also a text file in its session's
folder (`records`); these are the truth, and the database is built from them where it is lost. What
a crash left is cleared when the store is opened. Deleting overwrites the rows, empties the
write-ahead log, and proves it by looking for what was deleted. No embedding of a face is ever in
here.
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from .database import COLUMNS, Database, Row
from .errors import OutputError
from .leftovers import clear_leftovers
from .output import clear_crash
from .records import TABLES, make_folder
from .rows import Rows, now
from .settings import KEPT_DAYS, MOST_DAYS
from .tracing import Traces

__all__ = ["KEPT_DAYS", "MOST_DAYS", "Row", "Store", "reindex"]

_GONE = ".gone-"


class Store(Rows):
    """Sessions, photos, renders, deliveries, audits and jobs, and a folder for the files of each.

    Rows are plain dictionaries; columns that hold JSON are read and written as data.

    Attributes
    ----------
    folder : where everything is.
    kept_days : days after its last use that a session is kept.
    cleared : names of what a crash left or whose day was past, cleared when it was opened.
    """

    def __init__(
        self,
        folder: Path,
        kept_days: int = KEPT_DAYS,
        *,
        anew: bool = False,
        thorough: bool = False,
    ) -> None:
        """Open the store in `folder`, made if need be, and clear what a crash left.

        Parameters
        ----------
        kept_days : days after its last use that a session is kept, 1 to `MOST_DAYS`.
        anew : build the database from the records, whatever is in it.
        thorough : write records anew that can't be read.

        Raises
        ------
        UsageError : a studio is open on it, or it is of a newer version.
        OutputError : the folder cannot be written, or the database is damaged.
        """
        self.folder, self._thorough = folder, thorough
        self.cleared: list[str] = []
        try:
            make_folder(self._files.absolute())
            folder.chmod(0o700)
        except OSError as error:
            raise OutputError(
                f"{folder}: the studio's files cannot be kept there ({error}): name another folder"
                " with --data"
            ) from error
        super().__init__(Database(folder, anew=anew), self._files, kept_days)
        try:
            if not self._db.is_current:
                self._db.prepare(self._from_records)
            self._clear()
        except BaseException:
            self.close()
            raise

    @property
    def _files(self) -> Path:
        return self.folder / "sessions"

    def close(self) -> None:
        """Close the database, and let another studio open it."""
        self._db.close()

    # ---------------------------------------------------------------- files

    def place(self, session: str, *parts: str) -> Path:
        """Return a file's place in a session's folder; the folders above it are made.

        Raises
        ------
        OutputError : they cannot be made.
        """
        path = self._files.joinpath(session, *parts)
        try:
            make_folder(path.parent)
        except OSError as error:
            raise OutputError(
                f"{path.parent}: cannot be made ({error}): free some space"
            ) from error
        return path

    def file_of(self, photo: Row) -> Path:
        """Return where a photograph's bytes are."""
        return self.place(photo["session"], "photos", photo["file"])

    # ---------------------------------------------------------------- browsers

    def let_in(self, digest: str) -> None:
        """Remember a browser by the SHA-256 of its key."""
        self._db.run("INSERT OR REPLACE INTO browsers VALUES (?, ?)", (digest, now()))

    def browsers(self) -> list[str]:
        """Return the digests of all browsers that were let in."""
        return [row["digest"] for row in self._db.run("SELECT digest FROM browsers", ())]

    def forget_browsers(self) -> None:
        """Let no browser in any more that was let in before."""
        self._db.run("DELETE FROM browsers", ())
        self._db.settle()

    # ---------------------------------------------------------------- nothing left

    def forget_photo(self, photo: Row) -> None:
        """Remove one photograph, its row and everything drawn from it."""
        session = photo["session"]
        made = [n for table, n in self._hanging_on("photos", photo) if table == "deliveries"]
        self.remove("photos", photo["id"])
        for number in made:
            self._rmtree(self._files / session / "deliveries" / number)
        folder = self._files / session
        of_its_own = [self.file_of(photo)] if photo["file"] else []
        for path in [*of_its_own, *folder.rglob(f"{photo['id']}*")]:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise _not_deleted(path, error) from error
        self._db.settle()

    def forget(self, sessions: Iterable[str]) -> Row:
        """Delete sessions and everything of them; return the receipt.

        The receipt counts what was deleted and what of it was found afterwards, in the database,
        its log, the text files of other sessions and the names of files: nothing, or the deletion
        failed. Looked for are ids, SHA-256 digests and names that no session still there has too.
        """
        gone, files, size = [], 0, 0
        traces = Traces(self.folder)
        for session in sessions:
            row = self.get("sessions", session)
            if row is None:
                continue
            photos = self.all("photos", session)
            traces.of_session(row, photos)
            for path in (self._files / session).rglob("*"):
                if path.is_file():
                    files, size = files + 1, size + path.stat().st_size
            self._forget_one(session)
            gone.append({"session": session, "photos": len(photos)})
        self._db.settle()
        for row in self.all("sessions"):
            traces.but_not(row, self.all("photos", row["id"]))
        return {
            "deleted": gone, "files": files, "bytes": size, "when": now(),
            "looked_for": traces.count, "found_again": traces.found(),
        }  # fmt: skip

    def of_person(self, name: str) -> list[str]:
        """Return the sessions in which this person agreed to be compared."""
        return [
            row["id"]
            for row in self.all("sessions")
            if row["consent"] and row["consent"]["who"].casefold() == name.strip().casefold()
        ]

    def _forget_one(self, session: str) -> None:
        """Take a session away; one that a crash stops is finished when the store is opened."""
        aside = self._files / f"{_GONE}{session}"
        try:
            if (self._files / session).exists():
                (self._files / session).rename(aside)
        except OSError as error:
            raise _not_deleted(self._files / session, error) from error
        self._db.run("DELETE FROM sessions WHERE id = ?", (session,))
        shutil.rmtree(aside, ignore_errors=True)

    def _rmtree(self, folder: Path) -> None:
        """Take a folder away in one step, then its files."""
        if not folder.exists():
            return
        aside = self._files / f"{_GONE}{secrets.token_hex(8)}"
        try:
            folder.rename(aside)
        except OSError as error:
            raise _not_deleted(folder, error) from error
        shutil.rmtree(aside, ignore_errors=True)

    # ---------------------------------------------------------------- after a crash

    def _from_records(self) -> None:
        """Fill an empty database from the records, or write those that an older one has not."""
        for folder in sorted(self._files.iterdir()):
            if self.get("sessions", folder.name) is None and self._records.has(folder.name):
                self._take(folder.name)

    def _adopt(self, session: str) -> bool:
        """Take a session's rows from its records in one step; whether there is one of itself."""
        if not self._records.has(session):
            return False
        with self._db.together():
            self._take(session)
        return self.get("sessions", session) is not None

    def _take(self, session: str) -> None:
        for row in self._records.read(session):
            table = row.pop("table")
            columns = COLUMNS[table] | {"id", "created", "updated", "expires"}
            row = {name: value for name, value in row.items() if name in columns}
            if table == "sessions":
                row["expires"] = self._expiry(row["created"], row["updated"])
            try:
                self._insert(table, row)
            except OutputError as error:
                if not isinstance(error.__cause__, sqlite3.IntegrityError):
                    raise
                self.cleared.append(str(row["id"]))  # it hangs on a row that is not there

    def _clear(self) -> None:
        """Clear what a crash left: half-done work, files of nobody, sessions past their day."""
        self._db.run(
            "UPDATE jobs SET status = 'failed', problem = 'The studio was closed meanwhile.'"
            " WHERE status IN ('queued', 'running')",
            (),
        )
        for path in list(self._files.iterdir()):
            if path.name.startswith(_GONE):
                self._forget_one(path.name.removeprefix(_GONE))
                self.cleared.append(path.name)
            elif self.get("sessions", path.name) is None and not self._adopt(path.name):
                self.cleared.append(path.name)
                shutil.rmtree(path, ignore_errors=True)
        self.cleared += clear_leftovers(self.folder)
        for path in [p for p in self._files.glob("**/") if p.parent != self.folder]:
            self.cleared += clear_crash(path)
        for path in self._files.rglob(".catchlight-*"):  # nobody else is here to be writing it
            self.cleared.append(path.name)
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()
        expired = []
        for row in self.all("sessions"):
            self._clear_session(row["id"])
            until = min(row["expires"], self._expiry(row["created"], row["updated"]))
            self._db.run("UPDATE sessions SET expires = ? WHERE id = ?", (until, row["id"]))
            expired += [row["id"]] if until < now() else []
        if expired:
            self.forget(expired)
            self.cleared += expired
        self._db.settle()

    def _clear_session(self, session: str) -> None:
        """Bring the rows, the records and the files of a session together again."""
        folder = self._files / session
        for row in self.all("photos", session):
            lost = row["file"] and not (folder / "photos" / row["file"]).is_file()
            if lost or row["status"] == "reading":
                self.cleared.append(row["file"])
                self.forget_photo(row)
        for table in ("deliveries", "audits"):
            for row in self.all(table, session):
                if row["result"] is None or not (folder / table / row["id"]).is_dir():
                    self.cleared.append(row["id"])
                    self.remove(table, row["id"])
        photos = self.all("photos", session)
        ids = {row["id"] for row in photos}
        known = {
            "photos": {row["file"] for row in photos if row["file"]},
            "thumbs": ids,
            "large": ids,
            "deliveries": {row["id"] for row in self.all("deliveries", session)},
            "audits": {row["id"] for row in self.all("audits", session)},
        }
        for name, kept in known.items():
            for path in (folder / name).iterdir() if (folder / name).is_dir() else ():
                if path.name not in kept and path.name.split(".")[0].split("-")[0] not in kept:
                    self.cleared.append(path.name)
                    shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()
        rows = {
            (table, row["id"]): row
            for table in TABLES
            for row in ([self.get(table, session)] if table == "sessions"
                        else self.all(table, session))
            if row is not None
        }  # fmt: skip
        records = self._records.names(session)
        for table, number in records - rows.keys():
            self._records.remove(table, session, number)
        for (table, number), row in rows.items():
            fits = (table, number) in records
            if self._thorough:
                fits = self._records.read_one(table, row) is not None
            elif self._db.crashed:
                fits = self._records.says(table, row)
            if not fits:
                self._records.write(table, row)


def _not_deleted(path: Path, error: OSError) -> OutputError:
    return OutputError(f"{path}: cannot be deleted ({error.strerror}): delete it again later")


def reindex(folder: Path, kept_days: int = KEPT_DAYS) -> Row:
    """Build the database of a store anew from the records; return how many rows of each table.

    Browsers that were let in have to come by a new link.

    Raises
    ------
    UsageError : a studio is open on it.
    OutputError : the folder cannot be written.
    """
    with contextlib.suppress(OutputError):  # rows without a record get one, where they can be read
        Store(folder, kept_days, thorough=True).close()
    store = Store(folder, kept_days, anew=True)
    try:
        return {table: len(store.all(table)) for table in TABLES}
    finally:
        store.close()
