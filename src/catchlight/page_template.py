"""What every page shares: its template, its assets, and a policy that lets it send nothing.

The style and the script stand in the page itself and are allowed by their hashes (W3C, Content
Security Policy Level 2); pictures come from within the page, everything else is forbidden.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined, Template

__all__ = ["asset", "policy", "style", "template"]


@cache
def asset(name: str) -> str:
    """Return a text of `data/templates`, such as a page's style or script."""
    text = resources.files("catchlight").joinpath(f"data/templates/{name}").read_text("utf-8")
    return text.replace("\r\n", "\n")  # as the browser does before it takes the hash


@cache
def style(name: str) -> str:
    """Return a page's style: what the pages share, and its own."""
    return asset("page.css") + asset(name)


def policy(style: str, script: str = "") -> str:
    """Return the content security policy of a page with this style and this script inside it."""
    scripts = f"script-src '{_hash(script)}'; " if script else ""
    return (
        f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; {scripts}"
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}"


def template(name: str, filters: Mapping[str, Callable[..., Any]] | None = None) -> Template:
    """Return a template of `data/templates`; whatever is put into it is escaped.

    Parameters
    ----------
    name : of the file.
    filters : what the template calls, by name.
    """
    environment = Environment(
        loader=DictLoader({name: asset(name)}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= filters or {}
    return environment.get_template(name)
