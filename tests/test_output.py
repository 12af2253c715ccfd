"""Writing: whole or not at all, whatever goes wrong on the way."""

from __future__ import annotations

import errno
import os
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catchlight.errors import CatchlightError, OutputError
from catchlight.output import check_writable, staged_directory, write_atomic


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def failing(number: int, real: Callable[..., Any], after: int = 0) -> Callable[..., Any]:
    """A system call that works `after` times and then fails with an error number."""
    calls = [0]

    def call(*args: Any, **options: Any) -> Any:
        calls[0] += 1
        if calls[0] > after:
            raise OSError(number, os.strerror(number))
        return real(*args, **options)

    return call


# ---------------------------------------------------------------- one file


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a\nb.bin"
    write_atomic(path, b"one")
    path.chmod(0o640)
    write_atomic(str(path), b"two")
    assert tree(tmp_path) == {"a\nb.bin": b"two"}
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_atomic(tmp_path / "a", b"")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full: free some space"),
        (errno.EDQUOT, "quota"),
        (errno.EIO, "the disk reports an error"),
        (errno.EROFS, "can only be read"),
        (errno.EACCES, "no permission to write there: choose a folder of your own"),
        (errno.EMFILE, "too many open files"),
    ],
)
@pytest.mark.parametrize("step", ["open", "fsync", "replace"])
def test_when_writing_fails_the_old_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str, step: str
) -> None:
    path = tmp_path / "kept.jpg"
    path.write_bytes(b"old")
    target = Path if step == "replace" else os
    with monkeypatch.context() as patch:
        patch.setattr(target, step, failing(number, getattr(target, step)))
        with pytest.raises(OutputError, match=words) as caught:
            write_atomic(path, b"new" * 100)
    assert "kept.jpg: cannot be written" in str(caught.value)
    assert isinstance(caught.value, CatchlightError)
    assert tree(tmp_path) == {"kept.jpg": b"old"}


def test_places_where_no_file_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    for path, words in (
        (tmp_path / "none" / "a", "the folder is not there"),
        (tmp_path / "file" / "a", "a file is where a folder is needed"),
        (tmp_path / "folder", "a folder is where a file is needed"),
        (tmp_path / ("n" * 300), "the name is too long"),
        (Path("a\0b"), "null"),
    ):
        with pytest.raises(OutputError, match=words):
            write_atomic(path, b"x")
    assert tree(tmp_path) == {"file": b""}


def test_a_write_that_really_stops_half_way(tmp_path: Path) -> None:
    # The system's limit on the size of a file stops the write as a full disk would.
    path = tmp_path / "a.jpg"
    path.write_bytes(b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, hard))
    try:
        with pytest.raises(OutputError, match="the file is larger than the disk allows"):
            write_atomic(path, bytes(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert tree(tmp_path) == {"a.jpg": b"old"}


# ---------------------------------------------------------------- checking first


def test_check_writable_leaves_no_trace(tmp_path: Path) -> None:
    check_writable(tmp_path)
    check_writable(tmp_path / "new" / "deeper")
    assert list(tmp_path.iterdir()) == []


def test_check_writable_says_no_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for path in (tmp_path / "file", tmp_path / "file" / "out"):
        with pytest.raises(OutputError, match="a file is where a folder is needed"):
            check_writable(path)
    with pytest.raises(OutputError, match="link/out: cannot be written, the folder"):
        check_writable(tmp_path / "link" / "out")
    with pytest.raises(OutputError, match="null"):
        check_writable("a\0b")
    monkeypatch.setattr(os, "fsync", failing(errno.ENOSPC, os.fsync))
    with pytest.raises(OutputError, match="out: cannot be written, the disk is full"):
        check_writable(tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "link"]


# ---------------------------------------------------------------- a folder of results


def put(stage: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (stage / name).parent.mkdir(parents=True, exist_ok=True)
        (stage / name).write_bytes(data)


NEW = {"1/headshot.jpg": b"new", "1/recipe.toml": b"r", "report.html": b"new report"}
OLD = {"1/headshot.jpg": b"old", "1/mine.txt": b"my own", "notes.txt": b"n", "report.html": b"old"}


def test_a_new_folder_appears_at_once(tmp_path: Path) -> None:
    out = tmp_path / "a" / "out"
    with staged_directory(out) as stage:
        put(stage, NEW)
        assert not out.exists()
        assert stage.name.startswith(".")
        assert stage.stat().st_dev == tmp_path.stat().st_dev
    assert tree(tmp_path) == {f"a/out/{name}": data for name, data in NEW.items()}
    assert out.stat().st_mode & 0o777 == (tmp_path / "a").stat().st_mode & 0o777


def test_results_are_replaced_and_the_rest_stays(tmp_path: Path) -> None:
    out = tmp_path / "out"
    put(out, OLD)
    with staged_directory(out) as stage:
        put(stage, NEW)
        assert tree(out) == OLD
    assert tree(tmp_path) == {f"out/{name}": data for name, data in {**OLD, **NEW}.items()}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_stale_results_go_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "out"
    put(out, {**OLD, "2/headshot.jpg": b"old", "3/headshot.jpg": b"old", "3/mine": b"own"})
    put(tmp_path, {"outside": b"x"})
    stale = ["2/headshot.jpg", "3/headshot.jpg", "1/headshot.jpg", "../outside", "never"]
    with staged_directory(out, stale=[*stale, str(tmp_path / "outside")]) as stage:
        put(stage, NEW)
    expected = {**OLD, **NEW, "3/mine": b"own"}
    assert tree(out) == expected
    assert not (out / "2").exists()
    assert (tmp_path / "outside").exists()


@pytest.mark.parametrize("error", [RuntimeError("no"), KeyboardInterrupt(), SystemExit(1)])
@pytest.mark.parametrize("existing", [False, True])
def test_when_the_work_fails_all_is_as_before(
    tmp_path: Path, error: BaseException, existing: bool
) -> None:
    out = tmp_path / "a" / "out"
    if existing:
        put(out, OLD)
    before = sorted(tmp_path.rglob("*"))

    def work() -> None:
        with staged_directory(out) as stage:
            put(stage, NEW)
            raise error

    with pytest.raises(type(error)):
        work()
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("after", range(4))
@pytest.mark.parametrize("links", [True, False])
def test_when_moving_in_fails_all_is_undone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int, links: bool
) -> None:
    out = tmp_path / "out"
    put(out, {**OLD, "2/stale.jpg": b"s"})
    before = tree(tmp_path)
    with monkeypatch.context() as patch:
        if not links:  # as on a memory card
            patch.setattr(os, "link", failing(errno.EPERM, os.link))
        real_replace = Path.replace
        calls = failing(errno.EIO, os.rename, after)

        def rename(self: Path, target: Path) -> Path:
            calls(self, target)
            return target

        def replace(self: Path, target: Path) -> Path:
            if self.suffix == ".part" or self.parent.suffix == ".part":
                real_replace(self, target)
            elif self.parent.name != ".old" and out not in self.parents:  # the undoing works
                calls(self, target)
            else:
                real_replace(self, target)
            return target

        patch.setattr(Path, "rename", rename)
        patch.setattr(Path, "replace", replace)
        with (
            pytest.raises(OutputError, match="out: cannot be written, the disk reports an error"),
            staged_directory(out, stale=["2/stale.jpg"]) as stage,
        ):
            put(stage, {**NEW, "4/new.jpg": b"4"})
    assert tree(tmp_path) == before
    assert sorted(path.name for path in out.iterdir()) == ["1", "2", "notes.txt", "report.html"]


def test_without_hard_links_results_are_replaced_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    put(out, OLD)
    monkeypatch.setattr(os, "link", failing(errno.EPERM, os.link))
    with staged_directory(out) as stage:
        put(stage, NEW)
    assert tree(out) == {**OLD, **NEW}


def test_a_users_thing_in_the_way_is_not_destroyed(tmp_path: Path) -> None:
    for number, (files, words) in enumerate(
        (
            ({"1": b"my own file"}, "1: cannot be written, a file is where a folder is needed"),
            ({"report.html/x": b"own"}, "report.html: cannot be written, a folder is where a file"),
        )
    ):
        out = tmp_path / f"out{number}"
        put(out, files)
        with pytest.raises(OutputError, match=words), staged_directory(out) as stage:
            put(stage, NEW)
        assert tree(out) == files


def test_errors_of_the_disk_inside_the_block_name_the_folder(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with (
        pytest.raises(OutputError, match="out: cannot be written, the disk is full"),
        staged_directory(out),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")
    with (
        pytest.raises(OutputError, match=r"/out/none/a\.jpg: cannot be written, the folder"),
        staged_directory(out) as stage,
    ):
        write_atomic(stage / "none" / "a.jpg", b"x")
    with pytest.raises(OutputError, match="out: cannot be"), staged_directory(out) as stage:
        (stage / "none" / "a").write_bytes(b"x")
    with pytest.raises(FileNotFoundError), staged_directory(out):
        (tmp_path / "other").read_bytes()  # not an output: not ours to explain
    assert list(tmp_path.iterdir()) == []


def test_a_parent_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    out.mkdir()
    real = Path.mkdir

    def mkdir(self: Path, *args: Any, **options: Any) -> None:
        if self.parent == tmp_path:
            raise PermissionError(errno.EACCES, "Permission denied", str(self))
        real(self, *args, **options)

    monkeypatch.setattr(Path, "mkdir", mkdir)
    with staged_directory(out) as stage:  # then the stage is inside
        assert stage.parent == out
        put(stage, {"a": b"1"})
    assert tree(tmp_path) == {"out/a": b"1"}
    with (
        pytest.raises(OutputError, match="new: cannot be written, no permission"),
        staged_directory(tmp_path / "new"),
    ):
        pytest.fail("the block must not run")


def test_out_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"mine")
    for out in (tmp_path / "out", tmp_path / "out" / "deeper"):
        with pytest.raises(OutputError, match="a file is where a folder"), staged_directory(out):
            pytest.fail("the block must not run")
    assert tree(tmp_path) == {"out": b"mine"}
