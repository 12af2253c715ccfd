"""A page of a few words, for whoever the studio shows nothing else: no scripts, no files."""

from __future__ import annotations

from html import escape

__all__ = ["plain_page"]

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Catchlight</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<style>:root{{color-scheme:dark light}}body{{font:1.1rem system-ui,sans-serif;line-height:1.5;
background:#232323;color:#ededed;margin:15vh auto 0;max-width:34rem;padding:0 1.5rem}}
h1{{font-weight:300;letter-spacing:-.02em;line-height:1.15}}a{{color:#f2b84b}}
@media (prefers-color-scheme:light){{body{{background:#e4e4e4;color:#1c1c1c}}a{{color:#7d4a00}}}}
</style></head><body><main><h1>{title}</h1><p>{detail}</p>{link}</main></body></html>"""


def plain_page(title: str, detail: str, home: str = "") -> bytes:
    """Return the page.

    Parameters
    ----------
    title, detail : what is the matter, and what to do.
    home : words of a link to the first page; "" for none.

    >>> b"It is not here" in plain_page("It is not here", "Go on.")
    True
    """
    link = f'<p><a href="/">{escape(home)}</a></p>' if home else ""
    return _PAGE.format(title=escape(title), detail=escape(detail), link=link).encode()
