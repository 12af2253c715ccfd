"""The pages of a personal link, which need no script: the button, the picture, the answers."""

from __future__ import annotations

from html import escape

from .signs import MARK, THEME
from .visits import Own
from .words import word

__all__ = ["entrance_page", "message_page", "own_page"]

_HEAD = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
{shared}</head><body>{bar}<main class="page {kind}">"""
_SHARED = (
    '<script src="/proof/static/shell.js"></script>'
    '<link rel="stylesheet" href="/proof/static/studio.css">'
)
_BARE = """<style>:root{color-scheme:dark light}body{font:1.05rem system-ui,sans-serif;
background:#232323;color:#ededed;margin:16vh auto 0;max-width:32rem;padding:0 1.5rem;
line-height:1.5}
h1{font-weight:300;font-size:2.4rem;letter-spacing:-.03em;line-height:1.1;margin:0 0 1rem}
button{font:inherit;min-height:3rem;border-radius:.4rem;padding:.4rem 1.2rem;background:#f2b84b;
border:1px solid #f2b84b;color:#1c1c1c;font-weight:650;cursor:pointer}a{color:#f2b84b}
p{margin:0 0 1.4rem;color:#b9b9b9}
:focus-visible{outline:.17rem solid #f2b84b;outline-offset:.17rem}
@media (prefers-color-scheme:light){body{background:#e4e4e4;color:#1c1c1c}p{color:#4c4c4c}
a{color:#7d4a00}button{background:#7d4a00;border-color:#7d4a00;color:#fff}
:focus-visible{outline-color:#7d4a00}}</style>"""
_FOOT = "</main></body></html>"


def entrance_page(link: str) -> str:
    """Return the page with the button that spends a link; it says nothing of anybody."""
    return (
        _page("entrance", _BARE)
        + f"<h1>{_w('open')}</h1><p>{_w('open_why')}</p>"
        + '<form method="post" action="/proof/enter">'
        + f'<input type="hidden" name="key" value="{escape(link)}">'
        + f'<button type="submit">{_w("open_button")}</button></form>{_FOOT}'
    )


def message_page(title: str, detail: str, *, again: bool = False) -> str:
    """Return a page that says why a link does not open.

    Parameters
    ----------
    again : whether it may have been opened in this browser before.
    """
    link = f'<p><a href="/proof">{_w("again")}</a></p>' if again else ""
    return f"{_page('entrance', _BARE)}<h1>{escape(title)}</h1><p>{escape(detail)}</p>{link}{_FOOT}"


def own_page(own: Own, said: str = "") -> str:
    """Return a person's page.

    Parameters
    ----------
    said : what went wrong with their answer.
    """
    alert = f'<p class="note" role="alert">{escape(said)}</p>' if said else ""
    if own.picture is None:
        why = "".join(f'<p class="note">{escape(reason)}</p>' for reason in own.reasons)
        inside = f'<h1>{_w("none")}</h1><p class="lead">{_w("none_why")}</p>{alert}{why}'
        return f"{_page('own-page', _SHARED, _bar(own))}{inside}{_FOOT}"
    picture = (
        f'<figure class="own-picture"><img src="/proof/picture.jpg?of={own.picture}"'
        f' alt="{_w("alt")}"></figure>'
    )
    panel = [f"<h1>{_w('heading', name=own.name)}</h1>", alert, _state(own)]
    if not own.approved:
        panel.append(_yes(own))
    panel.append(_again(own))
    if own.report:
        panel.append(f'<p><a href="/proof/report.html">{_w("report")}</a></p>')
    panel.append(f'<p class="quiet small">{_w("keep")}</p>')
    side = f'<div class="own-words">{"".join(panel)}</div>'
    return (
        f"{_page('own-page', _SHARED, _bar(own))}<div class='own-room'>{picture}{side}</div>{_FOOT}"
    )


def _state(own: Own) -> str:
    """Say how far it is, and what the coach has to say."""
    coach = ""
    if own.approved:
        state = _w("approved" if own.status == "approved" else "delivered")
    elif own.status == "retake asked":
        state = _w("retake_asked")
        coach = f'<p class="note">{escape(own.why)}</p>' if own.why else ""
    else:
        state = _w("lead")
        if own.reasons:
            notes = "".join(f'<p class="note">{escape(reason)}</p>' for reason in own.reasons)
            coach = f'<p class="eyebrow">{_w("coach")}</p>{notes}'
    return f'<p class="lead" role="status">{state}</p>{coach}'


def _yes(own: Own) -> str:
    return (
        '<form method="post" action="/proof/word">'
        '<input type="hidden" name="word" value="yes">'
        f'<input type="hidden" name="picture" value="{own.picture}">'
        f'<button type="submit" class="button primary wide">'
        f"{_w('yes_after' if own.status == 'retake asked' else 'yes')}</button></form>"
    )


def _again(own: Own) -> str:
    """Ask for another picture; folded away where they have just said so, or said yes."""
    form = (
        '<form method="post" action="/proof/word" class="own-again">'
        '<input type="hidden" name="word" value="retake">'
        f'<label for="why">{_w("why")}</label>'
        '<textarea id="why" name="why" rows="3" maxlength="500"></textarea>'
        f'<button type="submit" class="button wide">{_w("retake")}</button></form>'
    )
    if own.approved or own.status == "retake asked":
        fold = _w("change" if own.approved else "more")
        return f"<details><summary>{fold}</summary>{form}</details>"
    return form


def _page(kind: str, shared: str, bar: str = "") -> str:
    return _HEAD.format(title=_w("title"), shared=shared, kind=kind, bar=bar)


def _bar(own: Own) -> str:
    return (
        f'<header class="top"><span class="mark-link">{MARK}<span>{escape(own.team)}</span></span>'
        f'<div class="aside own-aside"><button type="button" data-theme-toggle'
        f' aria-label="{escape(word("nav.theme"))}">{THEME}</button></div></header>'
    )


def _w(place: str, **values: object) -> str:
    return escape(word(f"own.{place}", **values))
