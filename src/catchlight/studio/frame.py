"""The frame of every page: the bar with the steps, the content, and listening to the session."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from html import escape
from typing import Annotated, Any

from fastapi import Path as InPath
from nicegui import ui
from nicegui.client import Client

from ..store import Row
from .events import Event
from .problems import Problem
from .signs import MARK, THEME
from .words import word
from .work import Studio

__all__ = [
    *("GONE", "HEAD", "Id", "button", "day", "end_pages", "focus", "framed", "listen", "quietly"),
    *("running", "text", "twice"),
]

GONE = "/?gone=1"
"""Where a page leads whose session is not there (any more): the first page, which says so."""
Id = Annotated[str, InPath(pattern=r"^[0-9a-f]{16}$")]

_LOG = logging.getLogger(__name__)
_BESIDE: set[asyncio.Future[None]] = set()
HEAD = (
    '<script src="/studio/static/shell.js"></script>'
    '<link rel="stylesheet" href="/studio/static/studio.css">'
    '<link rel="preload" href="/studio/font/Manrope-VariableFont_wght.ttf" as="font"'
    ' type="font/ttf" crossorigin>'
)


@contextmanager
def framed(
    studio: Studio, title: str, here: str, session: str | None = None, lead: str = ""
) -> Iterator[None]:
    """Put the bar on the page; what the block makes is the page's content.

    Parameters
    ----------
    title : the page's heading.
    here : the step's name.
    """
    ui.html(_bar(studio, here, session), sanitize=False)
    # NiceGUI's own words for a lost connection are replaced by these (shell.js).
    ui.html(escape(word("lost")), tag="template", sanitize=False).props("data-lost")
    ui.html(escape(word("lost_next")), tag="template", sanitize=False).props("data-lost")
    # NiceGUI lays every page out in a <main>.
    with ui.element("div").classes("page").props('id="content" tabindex="-1"'):
        if title:
            text(title, tag="h1")
        if lead:
            text(lead, "lead")
        yield


def _bar(studio: Studio, here: str, session: str | None) -> str:
    links = _links(studio, session) if session else {}
    steps = []
    for step in ("brief", "photos", "proofs", "develop", "deliver"):
        label = escape(word(f"nav.{step}"))
        current = ' aria-current="page"' if step == here else ""
        if step in links:
            steps.append(f'<li><a href="{links[step]}"{current}>{label}</a></li>')
        elif session:
            later = escape(word("nav.not_yet"))
            steps.append(f'<li><span{current} title="{later}">{label}</span></li>')
    beside = [("audit", f"/s/{session}/audit")] if session else []
    aside = "".join(
        f'<a href="{to}"{" aria-current=page" * (name == here)}>{escape(word(f"nav.{name}"))}</a>'
        for name, to in [*beside, ("teams", "/teams"), ("privacy", "/privacy")]
    )
    return (
        f'<a class="skip" href="#content">{escape(word("skip"))}</a><header class="top">'
        f'<a class="mark-link" href="/" aria-label="{escape(word("name"))}">{MARK}'
        f"<span>{escape(word('name'))}</span></a>"
        f'<nav aria-label="{escape(word("nav.label"))}" style="display:contents">'
        f'<ol class="steps">{"".join(steps)}</ol></nav><div class="aside">{aside}'
        f'<button type="button" data-theme-toggle aria-label="{escape(word("nav.theme"))}">'
        f"{THEME}</button></div></header>"
    )


def _links(studio: Studio, session: str) -> dict[str, str]:
    """The steps that can be gone to."""
    base = f"/s/{session}"
    links = {"brief": f"{base}/brief", "photos": f"{base}/photos"}
    if studio.session(session)["survey"] is not None:
        links["proofs"] = f"{base}/proofs"
    renders = studio.store.all("renders", session)
    if renders:
        links["develop"] = f"{base}/develop/{renders[-1]['photo']}"
        links["deliver"] = f"{base}/deliver/{renders[-1]['id']}"
    return links


def text(words: str, classes: str = "", tag: str = "p") -> ui.html:
    """Put a text on the page, whatever is in it shown as it is."""
    return ui.html(escape(words), tag=tag, sanitize=False).classes(classes)


def button(label: str, press: Callable[[], Any], classes: str = "button") -> ui.element:
    """Put a button on the page."""
    with ui.element("button").props('type="button"').classes(classes) as made:
        ui.html(escape(label), tag="span", sanitize=False)
    made.on("click", lambda _: press())
    return made


def focus(element: ui.element) -> None:
    """Give an element the focus that what was pressed had, which is gone."""
    ui.run_javascript(f"getHtmlElement({element.id})?.focus()")


def twice(label: str, act: Callable[[], Any]) -> None:
    """Put a button on the page that asks once more, in its place."""
    with ui.element("div").classes("buttons") as place:
        pass

    def ask() -> None:
        place.clear()
        with place:
            text(word("privacy.sure"))
            button(word("privacy.yes"), act, "button primary")
            focus(button(word("privacy.no"), back))

    def first() -> ui.element:
        place.clear()
        with place:
            return button(label, ask)

    def back() -> None:
        focus(first())

    first()


def listen(
    client: Client,
    studio: Studio,
    session: str,
    heard: Callable[[Event], Awaitable[None]],
    home: str = GONE,
) -> None:
    """Call a function with what happens in a session for as long as the page is open.

    `home` is where the page goes when the session is gone.
    """

    async def follow() -> None:
        with studio.events.listen(session) as queue:
            while True:
                event = await queue.get()
                with client:
                    if event["event"] == "gone":
                        ui.navigate.to(home)
                    await heard(event)

    quietly(client, follow())


def quietly(client: Client, work: Awaitable[None]) -> None:
    """Do something beside the page until it is closed; problems go to the log."""

    async def guarded() -> None:
        try:
            await work
        except Problem as problem:
            _LOG.info("a page stopped: %s", problem)
        except Exception:
            _LOG.exception("a page stopped")

    task = asyncio.ensure_future(guarded())
    _BESIDE.add(task)
    task.add_done_callback(_BESIDE.discard)
    client.on_delete(lambda: task.cancel())


async def end_pages() -> None:
    """End what is done beside pages that are still open, before the studio closes under them."""
    for task in list(_BESIDE):
        task.cancel()
    await asyncio.gather(*_BESIDE, return_exceptions=True)


def day(when: str) -> str:
    """Return the day of a time for people to read."""
    return f"{datetime.fromisoformat(when):%-d %B %Y}"


def running(studio: Studio, session: str, kind: str) -> Row | None:
    """Return the job of a kind that is not done, if there is one."""
    return next((job for job in studio.jobs.running(session) if job["kind"] == kind), None)
