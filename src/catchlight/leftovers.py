"""Leftovers: what is still being prepared, told from what a crash left, by a lock.

Whatever is written is first prepared under a hidden name, `.catchlight-….part`, which its process
keeps locked (flock(2)) while it works; the system lets go of a lock when a process ends, however it
ends. So a hidden name that nobody holds is a leftover: it is removed, or, where it was ready and
half moved in (`.catchlight-….done`, see `publishing`), moved in to the end.

On a file system without such locks nothing is ever taken for a leftover.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import secrets
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

__all__ = ["clear_leftovers", "hidden_file", "hidden_folder"]

_HIDDEN = re.compile(r"\.catchlight-[0-9a-f]{16}\.(part|done)")


def hidden_file(folder: Path, mode: int = 0o666) -> tuple[Path, int]:
    """Make an empty hidden file and return it with a handle to write to; closing it unlocks it.

    Raises
    ------
    OSError : it cannot be made.
    """
    while True:
        path = folder / _name()
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        if _locked(path, handle):
            return path, handle


def hidden_folder(folder: Path, mode: int = 0o777) -> tuple[Path, int]:
    """Make a hidden folder and return it with the handle that locks it.

    Raises
    ------
    OSError : it cannot be made.
    """
    while True:
        path = folder / _name()
        path.mkdir(mode)
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        if _locked(path, handle):
            return path, handle


def _name() -> str:
    return f".catchlight-{secrets.token_hex(8)}.part"


def _locked(path: Path, handle: int) -> bool:
    """Lock something just made; False if it was taken for a leftover before it could be."""
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        facts, now = os.fstat(handle), path.lstat()
        if (facts.st_dev, facts.st_ino) == (now.st_dev, now.st_ino):
            return True
    except FileNotFoundError:
        pass
    except OSError:
        os.close(handle)
        raise
    os.close(handle)
    return False


def clear_leftovers(folder: Path, finish: Callable[[Path], None] | None = None) -> list[str]:
    """Remove what a crash left in a folder, not in those below; return the names.

    Parameters
    ----------
    folder : it may not be there.
    finish : brings a `.done` folder to its end; without it those are left alone.
    """
    cleared = []
    try:
        with os.scandir(folder) as scan:
            names = [entry.name for entry in scan if _HIDDEN.fullmatch(entry.name)]
    except OSError:
        return []
    for name in names:
        path = folder / name
        with contextlib.suppress(OSError, ValueError), _nobodys(path) as is_folder:
            if name.endswith(".done"):
                if finish is None or not is_folder:
                    continue
                finish(path)
            elif is_folder:
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()
            cleared.append(name)
    return cleared


class _nobodys:  # noqa: N801
    """Hold a hidden name of this user that nobody else holds; OSError if somebody does."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> bool:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        self._handle = os.open(self._path, flags)
        try:
            facts = os.fstat(self._handle)
            is_folder = stat.S_ISDIR(facts.st_mode)
            if facts.st_uid != os.geteuid() or not (is_folder or stat.S_ISREG(facts.st_mode)):
                raise PermissionError("not ours")
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BaseException:
            os.close(self._handle)
            raise
        return is_folder

    def __exit__(self, *error: object) -> None:
        os.close(self._handle)
