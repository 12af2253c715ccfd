"""The page of a ballot: one file that works offline, without scores, names or metadata."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from functools import cache

from jinja2 import Template
from markupsafe import Markup
from PIL import Image

from .ballot import LETTERS, Ballot
from .page_template import asset, policy, template

__all__ = ["render_ballot"]


def render_ballot(ballot: Ballot, pictures: Sequence[bytes]) -> str:
    """Return the page as HTML, with its pictures inside and nothing fetched from anywhere.

    The pictures stand in the ballot's random order under the letters A, B, C …; which is which is
    not in the page. A content security policy with hashes allows the page its own style, its own
    script and the pictures within it, so that it can send nothing.

    Parameters
    ----------
    ballot : which pictures, and their order.
    pictures : a JPEG without metadata for each picture of the ballot, in its order of rank.

    Raises
    ------
    ValueError : the number of pictures is not the ballot's.
    """
    if len(pictures) != len(ballot.photos):
        raise ValueError(f"{len(pictures)} pictures for a ballot of {len(ballot.photos)}")
    shown = []
    for letter, place in zip(LETTERS, ballot.order, strict=False):
        data = pictures[place]
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
            width, height = image.size
        uri = f"data:image/jpeg;base64,{base64.b64encode(data).decode('ascii')}"
        shown.append({"letter": letter, "uri": uri, "width": width, "height": height})
    style, script = asset("ballot.css"), asset("ballot.js")
    return _template().render(
        name=ballot.name,
        pictures=shown,
        style=Markup(style),
        script=Markup(script),
        policy=policy(style, script),
    )


@cache
def _template() -> Template:
    return template("ballot.html.j2")
