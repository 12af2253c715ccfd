"""Publishing: a prepared folder of results is moved in whole, even through a crash.

Where there is no such folder yet, one rename does it. Where there is one, its other files have to
stay, so every file takes its place by a rename of its own, and a journal makes them one step: it is
written into the prepared folder, which is then renamed from `.part` to `.done`. From there on the
results count as there. Should the process be killed half-way, the next one that looks moves the
rest in; should a rename fail, those done are undone and the journal goes.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

__all__ = ["InTheWay", "finish", "publish", "sync_folder"]

_JOURNAL, _BACKUP = ".journal.json", ".old"


class InTheWay(Exception):
    """A thing of the user's is where a result has to go: `path` and the `error` of it."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(path, error)
        self.path, self.error = path, error


def sync_folder(folder: Path) -> None:
    """Make renames in a folder last through a power cut, where the file system can do that."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def publish(stage: Path, out: Path, stale: Iterable[str]) -> None:
    """Move all files of a stage into `out`, or none.

    Parameters
    ----------
    stage : a hidden folder beside `out` or in it, whose name ends in `.part`.
    out : an absolute path.
    stale : files of an earlier result that go, as relative paths.

    Raises
    ------
    OSError : it failed, and `out` is as before.
    InTheWay : something in `out` would have to go that is not ours; `out` is as before.
    """
    files, folders = _contents(stage)
    for file in files:
        with (stage / file).open("rb") as stream:
            os.fsync(stream.fileno())
    for folder in (*folders, Path()):
        sync_folder(stage / folder)
    if not out.exists():
        stage.rename(out)
        sync_folder(out.parent)
        return
    for file in files:
        if (out / file).is_dir():
            raise InTheWay(out / file, IsADirectoryError(errno.EISDIR, "is a folder"))
    for folder in folders:
        if os.path.lexists(out / folder) and not (out / folder).is_dir():
            raise InTheWay(out / folder, FileExistsError(errno.EEXIST, "is a file"))
    gone = sorted(set(stale) - {file.as_posix() for file in files})
    gone = [n for n in gone if ".." not in Path(n).parts and not Path(n).is_absolute()]
    with (stage / _JOURNAL).open("w", encoding="utf-8") as stream:
        json.dump({"out": "." if stage.parent == out else out.name, "stale": gone}, stream)
        stream.flush()
        os.fsync(stream.fileno())
    (stage / _BACKUP).mkdir()
    sync_folder(stage)
    done = stage.with_suffix(".done")
    undo: list[tuple[Path, Path, Path | None]] = []  # (place, in the stage, what was there)
    new_folders: list[Path] = []
    stage.rename(done)
    try:
        sync_folder(done.parent)
        for folder in folders:
            if not (out / folder).is_dir():
                (out / folder).mkdir()
                new_folders.append(out / folder)
        for number, file in enumerate(files):
            _replace(done / file, out / file, done / _BACKUP / str(number), undo)
        for number, name in enumerate(gone):
            old = out / name
            if old.is_file():
                backup = done / _BACKUP / f"stale{number}"
                old.rename(backup)
                undo.append((old, backup, backup))
    except BaseException:
        if _undone(undo):
            for folder in reversed(new_folders):
                with contextlib.suppress(OSError):
                    folder.rmdir()
            _drop(done)
        raise
    _tidy(done, out, files, gone)


def finish(done: Path) -> None:
    """Move in what is left of a stage whose process was killed while it was moved in.

    Raises
    ------
    OSError, ValueError : it could not be; it can be tried again.
    """
    if not (done / _JOURNAL).exists():  # nothing to do was left, or all was undone
        shutil.rmtree(done, ignore_errors=True)
        return
    try:
        data = json.loads((done / _JOURNAL).read_text("utf-8"))
        name, gone = str(data["out"]), [str(name) for name in data["stale"]]
    except (TypeError, KeyError) as error:
        raise ValueError("it is no journal") from error
    if name == ".." or (name != Path(name).name and name != "."):
        raise ValueError("the journal names no folder beside it")
    out = done.parent if name == "." else done.parent / name
    if not out.is_dir():  # somebody has taken it away meanwhile
        _drop(done)
        return
    files, folders = _contents(done)
    for folder in folders:
        (out / folder).mkdir(exist_ok=True)
    for file in files:
        (done / file).replace(out / file)
    for path in gone:
        if ".." not in Path(path).parts and not Path(path).is_absolute():
            with contextlib.suppress(FileNotFoundError, IsADirectoryError, PermissionError):
                (out / path).unlink()
    _tidy(done, out, files, gone)


def _contents(stage: Path) -> tuple[list[Path], list[Path]]:
    """The files and folders of a stage, without what is its own."""
    inside = [path for path in stage.rglob("*") if _ours(path.relative_to(stage))]
    files = sorted(path.relative_to(stage) for path in inside if not path.is_dir())
    folders = sorted(path.relative_to(stage) for path in inside if path.is_dir())
    return files, folders


def _ours(path: Path) -> bool:
    return path.parts[0] not in (_JOURNAL, _BACKUP)


def _replace(
    new: Path, place: Path, backup: Path, undo: list[tuple[Path, Path, Path | None]]
) -> None:
    """Rename a file into its place, keeping what was there as `backup`."""
    if not os.path.lexists(place):
        new.rename(place)
        undo.append((place, new, None))
        return
    try:
        os.link(place, backup, follow_symlinks=False)  # so that the place is never empty
    except OSError:
        place.rename(backup)
        undo.append((place, backup, backup))
        new.replace(place)
        undo[-1] = (place, new, backup)
        return
    new.replace(place)
    undo.append((place, new, backup))


def _undone(undo: list[tuple[Path, Path, Path | None]]) -> bool:
    """Put everything back, the new files into the stage; whether all of it could be."""
    whole = True
    for place, new, before in reversed(undo):
        try:
            if new != before:
                place.replace(new)
            if before is not None:
                before.replace(place)
        except OSError:
            whole = False
    return whole


def _tidy(done: Path, out: Path, files: list[Path], gone: list[str]) -> None:
    """Make it last, and take away what is no longer needed."""
    for folder in {out, *((out / file).parent for file in files)}:
        sync_folder(folder)
    _drop(done)
    for folder in sorted({(out / name).parent for name in gone} - {out}, reverse=True):
        with contextlib.suppress(OSError):
            folder.rmdir()  # only goes if it is empty


def _drop(done: Path) -> None:
    """Take a stage away, its journal first, so that nobody acts on a part of it."""
    with contextlib.suppress(OSError):
        (done / _JOURNAL).unlink()
        shutil.rmtree(done, ignore_errors=True)
