"""Forgetting and reindexing from the command line: whose, what, and what is left."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from catchlight import consent_book
from catchlight.cli import app
from catchlight.errors import OutputError, UsageError
from catchlight.forgetting import TEAMS_FILE
from catchlight.output import write_atomic
from catchlight.progress import Stages, silent
from catchlight.records import TABLES
from catchlight.store import Store, reindex

from .consents import AGREED


def filled(folder: Path) -> dict[str, str]:
    """Two sessions of Jo Doe and one of nobody; the ids by what they are."""
    store = Store(folder)
    ids = {}
    for number, (name, who) in enumerate((("a", "Jo Doe"), ("b", "jo doe"), ("c", ""))):
        session = store.add("sessions", title="", brief={"purpose": "law"})["id"]
        if who:
            store.change("sessions", session, consent={"who": who, "what": "", "until": ""})
        digest = f"{number}" * 64
        photo = store.add(
            "photos", session=session, name=f"birthday of {name}.jpg", file=f"{number}.jpg",
            sha256=digest, kind="JPEG", bytes=3, status="ready",
        )  # fmt: skip
        write_atomic(store.file_of(photo), b"abc")
        render = store.add("renders", session=session, photo=photo["id"], steps=[{"n": 1}], at=0)
        made = store.add("deliveries", session=session, render=render["id"], wish={})
        write_atomic(store.place(session, "deliveries", made["id"], "1", "recipe.toml"), b"x=1")
        store.change("deliveries", made["id"], result={"ok": True})
        ids[name] = session
    store.let_in("d" * 64)
    store.close()
    return ids


def contents(folder: Path) -> dict[str, list[dict[str, Any]]]:
    store = Store(folder)
    rows = {table: store.all(table) for table in TABLES}
    store.close()
    for found in rows.values():
        for row in found:
            row.pop("updated", None)
            row.pop("expires", None)
    return {table: sorted(found, key=lambda row: row["id"]) for table, found in rows.items()}


def run(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.output


def test_a_person_is_forgotten_and_others_stay(tmp_path: Path) -> None:
    ids = filled(tmp_path)
    data = ("--data", str(tmp_path))
    listed = json.loads(run("forget", *data, "--json"))["sessions"]
    assert {row["session"]: row["who"] for row in listed} == {
        ids["a"]: "Jo Doe", ids["b"]: "jo doe", ids["c"]: ""
    }  # fmt: skip
    receipt = json.loads(run("forget", "JO DOE", *data, "--json"))
    assert {row["session"] for row in receipt["deleted"]} == {ids["a"], ids["b"]}
    # Two of each: ids, digests and names of photos; and the person's name as written twice.
    assert (receipt["looked_for"], receipt["found_again"]) == (6, 0)
    everything = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    names = "\n".join(map(str, tmp_path.rglob("*"))).encode()
    for word in (b"0" * 64, b"birthday of a", ids["a"].encode(), ids["b"].encode()):
        assert word not in everything
        assert word not in names
    assert b"birthday of c" in everything
    assert [row["id"] for row in contents(tmp_path)["sessions"]] == [ids["c"]]


def test_all_is_forgotten_and_what_is_not_there_is_said(tmp_path: Path) -> None:
    data = ("--data", str(tmp_path / "store"))
    consent_book.withdraw_all()
    assert run("forget", "--all", *data) == "Nothing is kept.\n"
    ids = filled(tmp_path / "store")
    with pytest.raises(UsageError, match="nobody: no session has that id"):
        run("forget", ids["a"], "nobody", *data)
    assert "3 sessions in" in run("forget", *data)
    (tmp_path / "store" / TEAMS_FILE).write_text('{"0": "/home/jo/company/out"}')
    said = run("forget", "--all", *data)
    assert "3 sessions, 3 photos, " in said
    assert "found 0 again" in said
    store = Store(tmp_path / "store")
    assert store.browsers() == []
    store.close()
    left = [p for p in (tmp_path / "store").rglob("*") if p.is_file()]
    assert {p.name for p in left} == {"lock", "studio.db"}


def test_what_is_found_again_is_said_by_the_exit_code(tmp_path: Path) -> None:
    """Somebody keeps notes in the folder: the search finds the name, and says so."""
    ids = filled(tmp_path)
    (tmp_path / "notes.txt").write_text("the birthday of a.jpg is nice")
    said = run("forget", ids["a"], "--data", str(tmp_path), code=1)
    assert "found 1 again" in said


def test_a_deleted_or_damaged_database_is_built_anew_from_the_files(tmp_path: Path) -> None:
    filled(tmp_path)
    before = contents(tmp_path)
    assert before["deliveries"][0]["result"] == {"ok": True}
    database = tmp_path / "studio.db"
    database.unlink()  # and the studio is simply started again
    assert contents(tmp_path) == before
    database.write_bytes(b"no database at all" * 400)
    with pytest.raises(OutputError, match=r"damaged .*catchlight reindex"):
        Store(tmp_path)
    said = run("reindex", "--data", str(tmp_path))
    assert said.endswith(": 3 sessions, 3 photos, 3 renders, 3 deliveries, 0 audits\n")
    assert contents(tmp_path) == before
    page = bytearray(database.read_bytes())
    page[4096 : len(page)] = os.urandom(len(page) - 4096)
    database.write_bytes(page)
    assert reindex(tmp_path)["photos"] == 3
    assert contents(tmp_path) == before


def test_an_open_studio_is_asked_to_do_it(tmp_path: Path) -> None:
    filled(tmp_path)
    store = Store(tmp_path)
    for command in (["forget", "--all"], ["reindex"]):
        with pytest.raises(UsageError, match="use its page"):
            run(*command, "--data", str(tmp_path))
    store.close()
    assert len(contents(tmp_path)["sessions"]) == 3


def test_a_record_that_is_damaged_costs_only_itself(tmp_path: Path) -> None:
    ids = filled(tmp_path)
    record = next((tmp_path / "sessions" / ids["a"] / "record").glob("renders-*"))
    record.write_text("{")
    assert reindex(tmp_path) == {
        "sessions": 3, "photos": 3, "renders": 3, "deliveries": 3, "audits": 0
    }  # fmt: skip
    record = next((tmp_path / "sessions" / ids["a"] / "record").glob("renders-*"))
    record.write_text("{")
    (tmp_path / "studio.db").unlink()
    assert [len(rows) for rows in contents(tmp_path).values()] == [3, 3, 2, 2, 0]


@pytest.mark.slow
def test_no_embedding_is_ever_on_the_disk(tmp_path: Path) -> None:
    """A real session: neither while it is kept nor after is an embedding's bytes in any file."""
    from catchlight.files import sha256
    from catchlight.settings import Settings
    from catchlight.studio import printing
    from catchlight.studio.choices import Choices
    from catchlight.survey import survey

    from .studio.running import portraits

    photos = portraits(tmp_path / "photos")
    store = Store(tmp_path / "studio")
    session = store.add("sessions", title="", brief={})["id"]
    given = []
    for path in photos:
        row = store.add(
            "photos", session=session, name=f"of Jo Doe {path.name}", file=path.name, kind="JPEG",
            sha256=sha256(path), bytes=path.stat().st_size, status="ready",
        )  # fmt: skip
        write_atomic(store.file_of(row), path.read_bytes())
        given.append({"id": row["id"], "path": str(store.file_of(row)), "name": row["name"]})
    choices = Choices().model_dump(mode="json")
    found, _ = printing.look_through(silent, session, given, choices, AGREED.as_dict())
    store.change("sessions", session, survey=found)
    folder = store.place(session, "deliveries", "0" * 16)
    printing.deliver(
        silent, session, given, given[0]["id"], choices, ["linkedin"], str(folder),
        AGREED.as_dict(),
    )  # fmt: skip
    seen, _ = survey(photos, Stages(silent), Settings(), AGREED)
    words = set()
    for entry in seen.values():
        vector = entry.sightings[0].embedding
        for form in (vector, vector.astype(np.float32), vector.astype(np.float16)):
            words.add(form.tobytes()[16:48])  # a part is enough to tell
        words |= {repr(float(v))[:9].encode() for v in vector[:4]}
    hashes = {sha256(path).encode() for path in photos}

    def hits(wanted: set[bytes]) -> set[bytes]:
        files = [path for path in (tmp_path / "studio").rglob("*") if path.is_file()]
        data = b"".join(path.read_bytes() for path in files) + str(files).encode()
        return {word for word in wanted if word in data}

    assert len(words) == 7 * len(photos)
    assert hits(words) == set()
    assert hits(hashes) == hashes  # the search can find
    assert hits({b"of Jo Doe"})
    receipt = store.forget([session])
    assert receipt["found_again"] == 0
    assert hits(words | hashes | {b"of Jo Doe", session.encode()}) == set()
    store.close()
