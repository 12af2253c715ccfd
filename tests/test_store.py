"""The store: what it keeps lasts, what a crash left goes, what is deleted is found nowhere."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from catchlight.errors import OutputError, RecipeError, UsageError
from catchlight.output import write_atomic
from catchlight.settings import KEPT_DAYS, MOST_DAYS, Settings, check
from catchlight.store import Store
from catchlight.tracing import Traces


def with_photo(store: Store, name: str = "holiday-in-rome.jpg") -> tuple[str, dict[str, Any]]:
    session = store.add("sessions", title="", brief={"purpose": "law"})["id"]
    photo = store.add(
        "photos", session=session, name=name, file="4f.jpg", sha256="ab" * 32, kind="JPEG",
        bytes=3, width=1, height=1, status="ready",
    )  # fmt: skip
    write_atomic(store.file_of(photo), b"abc")
    write_atomic(store.place(session, "thumbs", f"{photo['id']}.jpg"), b"small")
    return session, photo


def test_rows_come_back_as_they_were_after_the_store_is_opened_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    session, photo = with_photo(store)
    render = store.add("renders", session=session, photo=photo["id"], steps=[{"a": 1}], at=0)
    store.change("renders", render["id"], steps=[{"a": 1}, {"a": [2, None]}], at=1)
    store.close()
    again = Store(tmp_path)
    assert again.cleared == []
    assert again.get("renders", render["id"], session)["steps"][1] == {"a": [2, None]}  # type: ignore[index]
    assert again.get("renders", render["id"], "another") is None
    assert again.file_of(photo).read_bytes() == b"abc"
    again.close()


def test_every_change_is_on_the_disk_and_deleted_rows_are_overwritten(tmp_path: Path) -> None:
    store = Store(tmp_path)
    values = {
        name: next(iter(store._db.run(f"PRAGMA {name}", ())[0].values()))
        for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
    }
    assert values == {
        "journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1
    }  # fmt: skip
    assert tmp_path.stat().st_mode & 0o077 == 0
    assert (tmp_path / "studio.db").stat().st_mode & 0o077 == 0
    store.close()


def test_what_a_crash_left_is_cleared_and_nothing_else(tmp_path: Path) -> None:
    store = Store(tmp_path)
    session, photo = with_photo(store)
    reading = store.add(
        "photos", session=session, name="b", file="5a.jpg", sha256="cd", kind="JPEG", bytes=1,
        status="reading",
    )  # fmt: skip
    refused = store.add(
        "photos", session=session, name="c", file="", sha256="ef", kind="", bytes=1,
        status="refused", reason="no photo",
    )  # fmt: skip
    job = store.add("jobs", session=session, kind="picks", status="running", about={})
    nobodys = store.place(session, "photos", "77.jpg")
    part = store.place(session, "photos", ".catchlight-0011.part")
    stranger = tmp_path / "sessions" / "0123456789abcdef" / "photos" / "x.jpg"
    stranger.parent.mkdir(parents=True)
    aside = store.place(session, "backdrops", ".catchlight-0022.jpg")
    for path in (nobodys, part, stranger, aside):
        path.write_bytes(b"left")
    store.close()
    again = Store(tmp_path)
    assert not nobodys.exists()
    assert not part.exists()
    assert not aside.exists()
    assert not stranger.parent.parent.exists()
    assert again.file_of(photo).read_bytes() == b"abc"
    assert {row["id"] for row in again.all("photos", session)} == {photo["id"], refused["id"]}
    assert again.get("photos", reading["id"]) is None
    assert again.get("jobs", job["id"])["status"] == "failed"  # type: ignore[index]
    again.close()


def test_forgetting_a_session_leaves_no_trace_and_others_alone(tmp_path: Path) -> None:
    store = Store(tmp_path)
    session, _ = with_photo(store)
    other, kept = with_photo(store, "mine.jpg")
    store.change("photos", kept["id"], sha256="99" * 32)
    receipt = store.forget([session, "0000000000000000"])
    assert receipt["deleted"] == [{"session": session, "photos": 1}]
    assert receipt["files"] == 4  # the photograph, its thumbnail, and the records of two rows
    assert receipt["bytes"] > 8
    assert receipt["looked_for"] == 3
    assert receipt["found_again"] == 0
    for path in tmp_path.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert b"holiday-in-rome" not in data
            assert session.encode() not in data
            assert b"ab" * 32 not in data
    assert store.file_of(kept).read_bytes() == b"abc"
    assert store.get("sessions", other) is not None
    store.close()


def test_a_photo_that_another_session_keeps_is_no_trace_of_the_deleted_one(tmp_path: Path) -> None:
    store = Store(tmp_path)
    session, _ = with_photo(store)
    other, kept = with_photo(store)
    assert store.forget([session])["found_again"] == 0
    assert store.file_of(kept).read_bytes() == b"abc"
    assert store.forget([other])["looked_for"] == 3
    store.close()


def test_what_was_not_deleted_is_found_again(tmp_path: Path) -> None:
    """The search of the receipt can fail: it finds a name that is still there."""
    store = Store(tmp_path)
    session, photo = with_photo(store)
    traces = Traces(tmp_path)
    traces.of_session(store.get("sessions", session) or {}, [photo])
    traces.look_for(b"not-in-there")
    assert (traces.count, traces.found()) == (4, 3)
    traces.but_not(store.get("sessions", session) or {}, [photo])
    assert (traces.count, traces.found()) == (1, 0)
    store.close()


def test_forgetting_a_photo_takes_what_was_made_of_it(tmp_path: Path) -> None:
    store = Store(tmp_path)
    session, photo = with_photo(store)
    render = store.add("renders", session=session, photo=photo["id"], steps=[], at=0)
    made = store.add("deliveries", session=session, render=render["id"], wish={})
    file = store.place(session, "deliveries", made["id"], "1", "headshot.jpg")
    write_atomic(file, b"picture")
    store.forget_photo(photo)
    assert store.all("renders", session) == store.all("deliveries", session) == []
    left = [path.name for path in (tmp_path / "sessions").rglob("*") if path.is_file()]
    assert left == [f"sessions-{session}.json"]
    store.close()


def test_a_session_goes_thirty_days_after_its_last_use(tmp_path: Path) -> None:
    store = Store(tmp_path)
    session, _ = with_photo(store)
    until = datetime.fromisoformat(store.get("sessions", session)["expires"])  # type: ignore[index]
    assert timedelta(days=KEPT_DAYS - 1) < until - datetime.now(UTC) < timedelta(days=KEPT_DAYS + 1)
    old = (datetime.now(UTC) - timedelta(minutes=1)).isoformat(timespec="milliseconds")
    store._db.run("UPDATE sessions SET expires = ?", (old,))
    store.close()
    again = Store(tmp_path)
    assert again.all("sessions") == []
    assert session in again.cleared
    again.close()


def test_a_store_of_a_newer_version_and_a_folder_that_is_none_are_refused(tmp_path: Path) -> None:
    Store(tmp_path / "a").close()
    db = sqlite3.connect(tmp_path / "a" / "studio.db")
    db.execute("PRAGMA user_version=99")
    db.close()
    with pytest.raises(UsageError, match="newer"):
        Store(tmp_path / "a")
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="--data"):
        Store(tmp_path / "file")


def test_two_studios_do_not_share_a_folder(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(UsageError, match="open on this folder already"):
        Store(tmp_path)
    store.close()
    Store(tmp_path).close()


def test_days_of_keeping_are_set_and_end_after_three_years(tmp_path: Path) -> None:
    store = Store(tmp_path, kept_days=MOST_DAYS)
    session, _ = with_photo(store)
    begun = datetime.now(UTC) - timedelta(days=MOST_DAYS - 10)
    store._db.run("UPDATE sessions SET created = ?", (begun.isoformat(timespec="milliseconds"),))
    store.touch(session)
    until = datetime.fromisoformat(store.get("sessions", session)["expires"])  # type: ignore[index]
    assert abs(until - begun - timedelta(days=MOST_DAYS)) < timedelta(seconds=1)
    store.close()
    shorter = Store(tmp_path, kept_days=7)  # set since: it holds for what is there already
    until = datetime.fromisoformat(shorter.get("sessions", session)["expires"])  # type: ignore[index]
    assert until - datetime.now(UTC) < timedelta(days=7)
    shorter.close()
    for days in (0, MOST_DAYS + 1):
        with pytest.raises(RecipeError, match="keep_days"):
            check({"keep_days": days}, Settings, "config.toml")
    assert check({"keep_days": 7}, Settings, "config.toml").keep_days == 7
    assert Settings().keep_days == KEPT_DAYS == 30


def test_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    """SQLite itself says that there is no room; neither row nor record is there."""
    store = Store(tmp_path)
    session, photo = with_photo(store)
    pages = next(iter(store._db.run("PRAGMA page_count", ())[0].values()))
    store._db.run(f"PRAGMA max_page_count={pages}", ())
    long = {"photos": ["x" * 50_000]}
    with pytest.raises(OutputError, match="full"):
        store.change("sessions", session, survey=long)
    with pytest.raises(OutputError, match="full"):
        store.add("renders", session=session, photo=photo["id"], steps=[long], at=0)
    assert store.get("sessions", session)["survey"] is None  # type: ignore[index]
    assert store.all("renders", session) == []
    store._db.run("PRAGMA max_page_count=100000", ())
    store.change("sessions", session, survey=long)
    store.close()
    record = tmp_path / "sessions" / session / "record"
    assert sorted(path.name.partition("-")[0] for path in record.iterdir()) == [
        "photos", "sessions"
    ]  # fmt: skip
    Store(tmp_path, anew=True).close()
    again = Store(tmp_path)
    assert again.get("sessions", session)["survey"] == long  # type: ignore[index]
    again.close()
