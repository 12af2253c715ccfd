"""Words: everything that the studio says, from one catalogue that can be translated."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

__all__ = ["for_pages", "section", "word"]


@cache
def _catalogue() -> dict[str, Any]:
    path = resources.files("catchlight").joinpath("data/studio/en.toml")
    return tomllib.loads(path.read_text("utf-8"))


def section(name: str) -> dict[str, Any]:
    """Return a part of the catalogue; what the loupe says is in every part that has one."""
    words = dict(_catalogue()[name])
    return {**words, "loupe": _catalogue()["loupe"]}


def word(place: str, **values: object) -> str:
    """Return one text, its braces filled.

    >>> word("home.photos", n=12)
    '12 photos'
    """
    found: Any = _catalogue()
    for part in place.split("."):
        found = found[part]
    return str(found).format(**values) if values else str(found)


def for_pages(data: Any) -> Any:
    """Return what the engine says with a page's next steps in place of the command line's.

    >>> for_pages(["shows somebody else: name the person with --who PHOTO"])
    ['shows somebody else: if it is you, open it and choose “This is me”']
    """
    if isinstance(data, str):
        if "--" in data:
            for said, instead in _catalogue()["instead"].items():
                data = data.replace(said, instead)
        return data
    if isinstance(data, dict):
        return {key: for_pages(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [for_pages(value) for value in data]
    return data
