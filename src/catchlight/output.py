"""Writing: a file, or a folder of results, appears whole or not at all.

Nothing is ever seen half-written: a file is written beside its place and renamed into it, a result
folder is prepared in a hidden folder on the same disk and moved in at the end. What a process that
was killed leaves under a hidden name, the next one that writes there clears away (`leftovers`).
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from .errors import OutputError, printable
from .leftovers import clear_leftovers, hidden_file, hidden_folder
from .publishing import InTheWay, finish, publish, sync_folder

__all__ = ["check_writable", "clear_crash", "staged_directory", "write_atomic"]

_CAUSES = {
    errno.ENOSPC: ("the disk is full", "free some space, or choose another place"),
    errno.EDQUOT: ("your disk quota is used up", "free some space, or choose another place"),
    errno.EACCES: ("no permission to write there", "choose a folder of your own"),
    errno.EPERM: ("no permission to write there", "choose a folder of your own"),
    errno.EROFS: ("the disk can only be read", "choose a place on another disk"),
    errno.ENOENT: ("the folder is not there (any more)", "make it, or choose another place"),
    errno.ENOTDIR: ("a file is where a folder is needed", "choose another place"),
    errno.EEXIST: ("a file is where a folder is needed", "choose another place"),
    errno.EISDIR: ("a folder is where a file is needed", "move it away, or choose another place"),
    errno.ENAMETOOLONG: ("the name is too long", "choose a shorter one"),
    errno.EIO: ("the disk reports an error", "choose a place on another disk"),
    errno.EFBIG: ("the file is larger than the disk allows", "choose a place on another disk"),
}
# Errors of the disk itself: whoever meets them while writing to the stage, the output failed.
_DISK_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG}


def _output_error(path: Path, error: OSError | ValueError) -> OutputError:
    """Say why nothing could be written, naming the path and the next step."""
    number = error.errno if isinstance(error, OSError) else None
    text = getattr(error, "strerror", None) or str(error)
    reason, step = _CAUSES.get(number or 0, (text.lower(), "choose another place"))
    return OutputError(f"{printable(path)}: cannot be written, {reason}: {step}")


def write_atomic(path: str | Path, data: bytes, *, mode: int = 0o666) -> None:
    """Write a file whole or not at all.

    The bytes go to a hidden file in the same folder, are flushed to the disk and renamed; an
    existing file is replaced only then, and keeps its permissions.

    Parameters
    ----------
    path : the file; its folder must exist.
    data : its content.
    mode : permissions of a new file, less the process' mask.

    Raises
    ------
    OutputError
        It could not be written; names the path, the reason and the next step. Nothing is left.
    """
    path = Path(path)
    temporary: Path | None = None
    try:
        clear_leftovers(path.parent)
        temporary, handle = hidden_file(path.parent, mode)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            with contextlib.suppress(FileNotFoundError):
                os.fchmod(handle, stat.S_IMODE(path.stat().st_mode))
            os.fsync(handle)
            temporary.replace(path)
        sync_folder(path.parent)
    except (OSError, ValueError) as error:
        raise _output_error(path, error) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):  # not there any more when all went well
                temporary.unlink()


def clear_crash(out: str | Path) -> list[str]:
    """Clear what a crash left beside a folder of results and in it; return the names.

    Results that were ready and half moved in are moved in to the end.
    """
    out = Path(out).absolute()
    return [
        *clear_leftovers(out.parent, finish),
        *(clear_leftovers(out, finish) if out.is_dir() else []),
    ]


def check_writable(out: str | Path) -> None:
    """Check now that a folder, or one yet to be made, can be written to; leaves no trace.

    What a crash left there is cleared first, see `clear_crash`.

    Raises
    ------
    OutputError
        It cannot; names the path, the reason and the next step.
    """
    out = Path(out)
    try:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            out.stat()  # finds names that no disk takes
        place = out
        while not place.exists():
            if place.is_symlink():
                raise FileNotFoundError(errno.ENOENT, "broken link")
            place = place.parent
        if not place.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "not a folder")
        clear_crash(out)
        probe, handle = hidden_file(place)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(bytes(4096))  # an empty file fits on a full disk
                file.flush()
                os.fsync(file.fileno())
        finally:
            with contextlib.suppress(OSError):
                probe.unlink()
    except (OSError, ValueError) as error:
        raise _output_error(out, error) from error


@contextlib.contextmanager
def staged_directory(out: str | Path, *, stale: Iterable[str] = ()) -> Iterator[Path]:
    """Prepare a folder of results aside, and move it in whole at the end.

    The block writes into a hidden folder beside `out` (inside it where the folder above cannot be
    written or is another disk). When the block ends well and `out` does not exist, that folder
    becomes `out` by one rename. Otherwise every file takes its place by a rename of its own:
    results of an earlier run are replaced, everything else in `out` stays. Should one of the
    renames fail, all are undone; a process killed between them leaves a journal by which the next
    one finishes them. When the block raises, `out` is as before.

    Parameters
    ----------
    out : the result folder; it and the folders above are made if they are not there.
    stale : results of an earlier run to take away on success if they are not made again, as
        relative paths ("2/headshot.jpg"); folders left empty by that go too.

    Yields
    ------
    The folder to write into.

    Raises
    ------
    OutputError
        The results could not be written; names the path, the reason and the next step.
    """
    out = Path(out)
    made: list[Path] = []
    stage: Path | None = None
    handle: int | None = None
    try:
        try:
            clear_crash(out)
            made = _make_parents(out.absolute().parent)
            stage, handle = _make_stage(out.absolute())
        except (OSError, ValueError) as error:
            raise _output_error(out, error) from error
        try:
            yield stage
        except OutputError as error:  # say the place that the user knows
            raise OutputError(str(error).replace(str(stage), str(out))) from error
        except OSError as error:
            inside = isinstance(error.filename, str | os.PathLike) and Path(
                error.filename
            ).is_relative_to(stage)
            if inside or error.errno in _DISK_ERRORS:
                raise _output_error(out, error) from error
            raise
        try:
            publish(stage, out.absolute(), stale)
        except InTheWay as error:
            raise _output_error(error.path, error.error) from error
        except OSError as error:
            raise _output_error(out, error) from error
        made = []
    finally:  # also after an interrupt
        if stage is not None:
            shutil.rmtree(stage, ignore_errors=True)
        if handle is not None:
            os.close(handle)
        for folder in reversed(made):
            with contextlib.suppress(OSError):
                folder.rmdir()


def _make_parents(folder: Path) -> list[Path]:
    """Make a folder and those above it; return the ones that were not there, outermost first."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    made: list[Path] = []
    try:
        for path in reversed(missing):
            path.mkdir()
            made.append(path)
    except OSError:
        for path in reversed(made):
            path.rmdir()
        raise
    return made


def _make_stage(out: Path) -> tuple[Path, int]:
    """Make the hidden folder on the disk of `out`, and lock it."""
    if out.exists() and not out.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "not a folder")
    places = [out.parent, out] if out.is_dir() else [out.parent]
    if out.is_dir() and out.stat().st_dev != out.parent.stat().st_dev:
        places.remove(out.parent)
    while True:
        try:
            return hidden_folder(places[0])
        except OSError:
            if len(places) == 1:
                raise
            places.pop(0)
