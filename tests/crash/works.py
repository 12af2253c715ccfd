"""Works: what is done over and over while it is killed; each step is acknowledged when it is done.

A work is a list of steps that always do the same (ids and times come from the step's number), so
that what must be there after each step is known from a run that nobody disturbed.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from catchlight import consent_book
from catchlight import rows as rows_module
from catchlight.consent import Consent, today
from catchlight.leftovers import clear_leftovers
from catchlight.output import clear_crash, staged_directory, write_atomic
from catchlight.store import Store, reindex

Snapshot = dict[str, Any]


class Work(Protocol):
    """What is done in a folder."""

    steps: int

    def begin(self, folder: Path) -> None:
        """Prepare."""

    def step(self, number: int) -> None:
        """Do one step, all of it or nothing."""

    def end(self) -> None:
        """Let go of everything."""

    def snapshot(self, folder: Path) -> Snapshot:
        """Return what is there, after whatever a crash left was cleared by a fresh start."""


class Settled:
    """Takes chance and the clock away from the store: ids come from the number of the step."""

    def __init__(self) -> None:
        start = datetime.now(UTC)
        ticks = itertools.count()
        self.step = self._made = 0
        rows_module.secrets = self  # type: ignore[assignment]
        rows_module.now = lambda: (start + timedelta(milliseconds=next(ticks))).isoformat(
            timespec="milliseconds"
        )

    def at(self, step: int) -> None:
        """Begin a step, or begin it again."""
        self.step, self._made = step, 0

    def token_hex(self, size: int) -> str:
        """Return the next id."""
        self._made += 1
        return f"{self.step * 1000 + self._made:0{2 * size}x}"


def content(*what: object) -> bytes:
    """Bytes that tell what they belong to, of a size between 1 byte and some blocks."""
    seed = hashlib.sha256(repr(what).encode()).digest()
    return random.Random(seed).randbytes(1 + seed[0] * 97)


class Files:
    """Single files, replaced over and over."""

    steps = 24

    def begin(self, folder: Path) -> None:
        self._folder = folder

    def step(self, number: int) -> None:
        write_atomic(self._folder / f"{number % 3}.bin", content(number))

    def end(self) -> None:
        pass

    def snapshot(self, folder: Path) -> Snapshot:
        clear_leftovers(folder)
        return _files(folder)


class Delivery:
    """A folder of results, made again and again with other files; the user's own lie beside."""

    steps = 6

    def begin(self, folder: Path) -> None:
        self._out = folder / "out"

    def step(self, number: int) -> None:
        if number == 1:  # the user keeps something there
            write_atomic(self._out / "mine.txt", b"my own")
            return
        names = [f"1/{name}" for name in ("headshot.jpg", "recipe.toml", "matte.png")]
        names += [f"2/headshot-{number}.jpg", "report.html", "session.json"]
        with staged_directory(self._out, stale=[f"2/headshot-{number - 1}.jpg"]) as stage:
            for name in names:
                (stage / name).parent.mkdir(exist_ok=True)
                (stage / name).write_bytes(content(name, number))

    def end(self) -> None:
        pass

    def snapshot(self, folder: Path) -> Snapshot:
        clear_crash(folder / "out")
        return _files(folder)


class Sessions:
    """The store: sessions begun, photographs taken in, pictures made, and forgotten."""

    steps = 26

    def begin(self, folder: Path) -> None:
        self._ids = Settled()
        self._store = Store(folder / "studio")
        self._sessions: list[str] = []
        self._photos: list[dict[str, Any]] = []

    def step(self, number: int) -> None:
        self._ids.at(number)
        kind = number % 13
        if kind == 0:
            row = self._store.add("sessions", title="", brief={"purpose": f"law {number}"})
            self._sessions.append(row["id"])
        elif kind in (1, 2, 3, 4):
            self._photos.append(self._take_in(number))
        elif kind in (5, 6):
            self._renders().append(
                self._store.add(
                    "renders", session=self._sessions[-1], photo=self._photos[-kind + 4]["id"],
                    steps=[{"look": "legal"}], at=0,
                )["id"]
            )  # fmt: skip
        elif kind == 7:
            steps = [{"look": "legal"}, {"look": "founder", "number": number}]
            self._store.change("renders", self._renders()[0], steps=steps, at=1)
        elif kind in (8, 9):
            self._deliver(self._renders()[kind - 8], number)
        elif kind == 10:
            self._store.forget_photo(self._photos[-1])
        elif kind == 11:
            self._store.change(
                "sessions", self._sessions[-1], survey={"photos": [number]}, who=f"{number}"
            )
        elif number > 12:
            self._store.forget([self._sessions[0]])
        else:
            self._store.change("photos", self._photos[0]["id"], favourite=1)

    def _renders(self) -> list[str]:
        if not hasattr(self, "_made") or self._made[0] != self._sessions[-1]:
            self._made: tuple[str, list[str]] = (self._sessions[-1], [])
        return self._made[1]

    def _take_in(self, number: int) -> dict[str, Any]:
        """As `studio.intake` does it."""
        store, data = self._store, content("photo", number)
        photo = store.add(
            "photos", session=self._sessions[-1], name=f"holiday {number}.jpg",
            file=f"{number:024x}.jpg", sha256=hashlib.sha256(data).hexdigest(), kind="JPEG",
            bytes=len(data), status="reading",
        )  # fmt: skip
        try:
            write_atomic(store.file_of(photo), data)
            thumb = store.place(photo["session"], "thumbs", f"{photo['id']}.jpg")
            write_atomic(thumb, content("thumb", number))
            store.change("photos", photo["id"], status="ready", width=4, height=3)
        except Exception:
            store.forget_photo(photo)
            raise
        return photo

    def _deliver(self, render: str, number: int) -> None:
        """As `studio.work` and the darkroom do it."""
        store, session = self._store, self._sessions[-1]
        made = store.add("deliveries", session=session, render=render, wish={"n": number})
        folder = store.place(session, "deliveries", made["id"])
        try:
            with staged_directory(folder) as stage:
                (stage / "1").mkdir()
                (stage / "1" / "headshot.jpg").write_bytes(content("headshot", number))
                (stage / "report.html").write_bytes(content("report", number))
            store.change("deliveries", made["id"], result={"number": number})
        except Exception:
            store.remove("deliveries", made["id"])
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def end(self) -> None:
        self._store.close()

    def snapshot(self, folder: Path) -> Snapshot:
        if not (folder / "studio").exists():
            return {}
        store = Store(folder / "studio")
        found: Snapshot = {}
        for table in ("sessions", "photos", "renders", "deliveries", "audits"):
            for row in store.all(table):
                found[f"{table} {row['id']}"] = _lasting(row)
        store.close()
        files = _files(folder / "studio" / "sessions")
        return found | files


class Rebuilt(Sessions):
    """The same; then the database is thrown away and built from the records."""

    def snapshot(self, folder: Path) -> Snapshot:
        if not (folder / "studio").exists():
            return {}
        reindex(folder / "studio")
        for end in ("", "-wal", "-shm"):
            (folder / "studio" / f"studio.db{end}").unlink(missing_ok=True)
        return super().snapshot(folder)


class Consents:
    """Who agreed, whose face is kept with that, said anew, and taken back."""

    steps = 24

    def begin(self, folder: Path) -> None:
        os.environ["CATCHLIGHT_DATA"] = str(folder)

    def step(self, number: int) -> None:
        jo, ann = self._said("Jo Doe", number // 8), self._said("Ann", 0)
        kind = number % 8
        if kind in (0, 2):
            consent_book.record((jo, ann)[kind // 2])
        elif kind in (1, 3, 4):  # and another in its place
            consent_book.keep_face((jo, ann, jo)[kind // 2], np.linspace(0, number + 1, 128))
        elif kind == 5:
            consent_book.record(replace(jo, until=jo.until + timedelta(days=1)))
        else:
            consent_book.withdraw(("Ann", "Jo Doe")[kind - 6])

    def _said(self, who: str, number: int) -> Consent:
        given = f"2026-01-{number + 1:02}T00:00:00+00:00"
        return Consent(who, "headshots", _DAY, given, "asked")

    def end(self) -> None:
        pass

    def snapshot(self, folder: Path) -> Snapshot:
        os.environ["CATCHLIGHT_DATA"] = str(folder)
        consent_book.given()
        return _files(folder)


_DAY = today() + timedelta(days=9)


def _lasting(row: dict[str, Any]) -> dict[str, Any]:
    """A row without its times, which are when it was last used."""
    return {k: v for k, v in row.items() if k not in ("created", "updated", "expires")}


def _files(folder: Path) -> Snapshot:
    """Every file, hidden ones too, by its SHA-256; of records, what they say."""
    found: Snapshot = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            if path.parent.name == "record":
                found[name] = _lasting(json.loads(path.read_text("utf-8")))
            else:
                found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


WORKS: dict[str, Callable[[], Work]] = {
    "files": Files, "delivery": Delivery, "store": Sessions, "rebuilt": Rebuilt,
    "consents": Consents,
}  # fmt: skip
