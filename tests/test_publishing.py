"""Publishing: half moved in and killed, it is moved in to the end; no journal is obeyed blindly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from catchlight.output import check_writable, clear_crash, staged_directory

DONE = ".catchlight-0123456789abcdef.done"


def half_done(folder: Path, journal: object) -> Path:
    """A folder of results of which one of two files is moved in already."""
    out, done = folder / "out", folder / DONE
    for path, data in (
        (out / "1" / "headshot.jpg", b"new"),
        (out / "2" / "headshot.jpg", b"stale"),
        (out / "report.html", b"old"),
        (out / "mine.txt", b"mine"),
        (done / "report.html", b"new"),
        (done / ".old" / "0", b"old headshot"),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (done / "1").mkdir()
    (done / ".journal.json").write_text(json.dumps(journal))
    return out


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("start", [clear_crash, check_writable])
def test_the_next_one_finishes_it(tmp_path: Path, start: object) -> None:
    out = half_done(tmp_path, {"out": "out", "stale": ["2/headshot.jpg", "never"]})
    start(out)  # type: ignore[operator]
    assert tree(tmp_path) == {
        "out/1/headshot.jpg": b"new", "out/report.html": b"new", "out/mine.txt": b"mine"
    }  # fmt: skip
    assert not (out / "2").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_it_is_finished_before_the_next_results_come(tmp_path: Path) -> None:
    out = half_done(tmp_path, {"out": "out", "stale": []})
    with staged_directory(out) as stage:
        assert (out / "report.html").read_bytes() == b"new"
        (stage / "report.html").write_bytes(b"newer")
    assert (out / "report.html").read_bytes() == b"newer"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    "journal",
    [
        {"out": "../other", "stale": []},
        {"out": "/tmp", "stale": []},
        {"out": "..", "stale": []},
        {},
        [],
        "",
        7,
    ],
)
def test_a_journal_that_names_another_place_is_left_alone(tmp_path: Path, journal: object) -> None:
    folder = tmp_path / "room"
    folder.mkdir()
    out = half_done(folder, journal)
    (tmp_path / "other").mkdir()
    before = tree(tmp_path)
    clear_crash(out)
    assert tree(tmp_path) == before


def test_stale_files_elsewhere_stay(tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"x")
    stale = ["../precious", str(tmp_path / "precious"), "1/../../precious"]
    clear_crash(half_done(tmp_path, {"out": "out", "stale": stale}))
    assert (tmp_path / "precious").read_bytes() == b"x"


def test_without_a_journal_or_a_place_there_is_nothing_to_finish(tmp_path: Path) -> None:
    out = half_done(tmp_path, {"out": "gone", "stale": []})
    clear_crash(out)
    assert not (tmp_path / DONE).exists()
    assert (out / "report.html").read_bytes() == b"old"
