"""The page to publish beside a headshot: what was signed, by whom, and how to check it oneself.

One static file that fetches nothing. A visitor drops the picture on it and their own browser takes
its SHA-256 (FIPS 180-4, by Web Crypto); nothing is sent anywhere, and the page's policy forbids it.
"""

from __future__ import annotations

from functools import cache

from jinja2 import Template
from markupsafe import Markup

from .errors import UsageError, printable
from .page_template import asset, policy, style, template
from .verify import Verification, certificate_facts

__all__ = ["render_page"]


def render_page(found: Verification, *, code: str | None = None, name: str | None = None) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    found : the verification of the headshot that the page stands beside.
    code : the printed code of its proof as SVG, by `travel_proof.code_svg`.
    name : what to call the picture; None: its file's name.

    Raises
    ------
    UsageError : the picture is not signed, or not soundly; there is nothing to publish.
    """
    held = found.credentials
    if held is None or found.verdict != "sound":
        raise UsageError(
            f"{printable(found.path.name)}: no page is written for a picture that is"
            f" {'not signed' if held is None else found.verdict}: {found.sentences()[0]}"
        )
    look, script = style("verify.css"), asset("verify.js")
    ours = held.bounds or {}
    return _template().render(
        policy=policy(look, script),
        style=Markup(look),
        script=Markup(script),
        name=name or found.path.name,
        state=held.state,
        signer=held.signer,
        certificate=certificate_facts(held),
        sha256=found.sha256,
        finished=ours.get("finished"),
        original=ours.get("original", {}).get("sha256"),
        recipe=ours.get("recipe", {}).get("sha256"),
        renderer=held.generator,
        actions=found.actions(),
        bounds=found.bounds(),
        code=None if code is None else Markup(code),
    )


def _number(value: object) -> str:
    """A reading in as many digits as it deserves.

    >>> _number(0.31234), _number(12.0), _number(None)
    ('0.31', '12', '–')
    """
    return "–" if not isinstance(value, int | float) else f"{value:.2f}".rstrip("0").rstrip(".")


@cache
def _template() -> Template:
    return template("verify.html.j2", {"number": _number})
