"""Named TOML files: the ones that ship with Catchlight and the user's own beside their settings.

A look or a destination is one file; its name is the file's stem. A file of the user's own in
`looks/` or `destinations/` of the configuration folder takes precedence over a shipped one of the
same name. A file may begin with `extends = "corporate"`: it then only says what differs from that
shipped file; tables are merged key by key, anything else is replaced.
"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any, Literal

from . import settings
from .errors import RecipeError, UsageError, printable

__all__ = ["Kind", "load", "names"]

Kind = Literal["look", "destination"]

_SHIPPED = Path(__file__).parent / "data"
_FOLDERS: dict[Kind, str] = {"look": "looks", "destination": "destinations"}


def _shipped(kind: Kind) -> dict[str, Path]:
    """Return the files that ship with Catchlight, by name."""
    return {path.stem: path for path in sorted((_SHIPPED / _FOLDERS[kind]).glob("*.toml"))}


def _own(kind: Kind) -> dict[str, Path]:
    """Return the files in the user's configuration folder, by name."""
    folder = settings.config_dir() / _FOLDERS[kind]
    try:
        return {path.stem: path for path in sorted(folder.glob("*.toml"))}
    except OSError:  # a folder that may not be read is as good as none
        return {}


def names(kind: Kind) -> tuple[str, ...]:
    """Return all names of a kind, shipped and the user's own, in alphabetical order."""
    return tuple(sorted({**_shipped(kind), **_own(kind)}))


def load(kind: Kind, name_or_path: str | Path) -> tuple[dict[str, Any], Path]:
    """Read the data of one look or destination, with what it extends filled in.

    Parameters
    ----------
    kind : what to look for.
    name_or_path : a name as `names` gives it, or the path of a TOML file. A `str` is a path when it
        ends in `.toml` or has a path separator in it.

    Returns
    -------
    data : the plain data, not checked yet.
    path : the file it came from.

    Raises
    ------
    UsageError
        There is no such name; the message says which there are.
    RecipeError
        The file cannot be read, is not TOML, extends something unknown or is named otherwise than
        the name in it.
    """
    text = str(name_or_path)
    named = isinstance(name_or_path, str) and not (
        text.endswith(".toml") or "/" in text or "\\" in text
    )
    path = _find(kind, text) if named else Path(name_or_path).expanduser()
    data = settings.read_toml(path)
    base = data.pop("extends", None)
    if base is not None:
        shipped = _shipped(kind)
        if not isinstance(base, str) or base not in shipped:
            raise RecipeError(
                f"{printable(path.name)}: extends = {printable(base)!r}: there is no {kind} of that"
                f" name to extend; there are {', '.join(shipped)}"
            )
        data = _merge(settings.read_toml(shipped[base]), data)
    if named and data.get("name") != text:
        raise RecipeError(
            f"{printable(path.name)}: the key name has to be {text!r}, as the file is called"
        )
    return data, path


def _find(kind: Kind, name: str) -> Path:
    """Return the file of a name."""
    files = {**_shipped(kind), **_own(kind)}
    if name in files:
        return files[name]
    close = difflib.get_close_matches(name, files, n=1)
    meant = f"; did you mean {close[0]}?" if close else "."
    there = ", ".join(sorted(files))
    raise UsageError(f"There is no {kind} {printable(name)!r}{meant} There are {there}.")


def _merge(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return `base` with `changes` laid over it, table by table."""
    merged = dict(base)
    for key, value in changes.items():
        below = merged.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            merged[key] = _merge(below, value)
        else:
            merged[key] = value
    return merged
