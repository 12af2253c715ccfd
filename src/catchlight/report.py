"""The report: one self-contained page on what was made, from what, and why."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined

__all__ = ["render_report"]

_TEMPLATE = "report.html.j2"


@cache
def _environment() -> Environment:
    text = resources.files("catchlight").joinpath(f"data/templates/{_TEMPLATE}").read_text("utf-8")
    return Environment(
        loader=DictLoader({_TEMPLATE: text}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render_report(session: Mapping[str, Any], pictures: Mapping[str, bytes]) -> str:
    """Return the page, with its pictures inside and nothing fetched from anywhere.

    Parameters
    ----------
    session : what session.json holds.
    pictures : JPEG bytes by name: "before/1", "after/1", "file/1/linkedin", "photo/0".
    """
    encoded = {
        name: f"data:image/jpeg;base64,{base64.b64encode(data).decode('ascii')}"
        for name, data in pictures.items()
    }
    return _environment().get_template(_TEMPLATE).render(session=session, pictures=encoded)
