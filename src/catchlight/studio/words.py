"""Words: everything that the studio says, from one catalogue that can be translated."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

__all__ = ["section", "word"]


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
