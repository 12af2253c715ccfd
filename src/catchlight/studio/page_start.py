"""The first page and the brief."""

from __future__ import annotations

from nicegui import ui

from ..store import Row
from .brief import PURPOSES, Brief, suggest
from .choices import Choices, tuned
from .frame import GONE, Id, button, day, framed, text
from .parts import BriefForm
from .words import section, word
from .work import Studio

__all__ = ["brief", "home"]


def home(studio: Studio) -> None:
    """Put the first page on."""

    @ui.page("/")
    def home(gone: bool = False) -> None:
        begun: list[Row] = []

        def start() -> None:
            if not begun:  # a second press of a double click goes where the first did
                begun.append(studio.begin())
            ui.navigate.to(f"/s/{begun[0]['id']}/brief")

        with framed(studio, "", "home"):
            if gone:
                text(word("missing.gone"), "note")
            with ui.element("div").classes("hero"):
                with ui.element("div").classes("promise"):
                    text(word("home.title"), tag="h1")
                    text(word("home.promise"))
                    with ui.element("div"):
                        button(word("home.start"), start, "button primary")
                with ui.element("div").classes("way"):
                    text(word("home.way"), "eyebrow", tag="h2")
                    with ui.element("ol"):
                        for name, about in section("home")["steps"]:
                            with ui.element("li"):
                                text(name, tag="b")
                                text(about, "quiet")
            rows = [row for row in studio.store.all("sessions") if studio.photos(row["id"])]
            if rows:
                text(word("home.sessions"), tag="h2")
                with ui.element("div").classes("sessions"):
                    for row in rows[:12]:
                        _session_card(studio, row)


def _session_card(studio: Studio, row: Row) -> None:
    number, photos = row["id"], studio.photos(row["id"])
    picks = studio.picks(number)["photos"]
    best = (picks or [p for p in photos if p["status"] == "ready"] or [None])[0]
    step = "proofs" if picks else "photos"
    with ui.element("a").props(f'href="/s/{number}/{step}"').classes("session"):
        if best is None:
            ui.element("span").classes("blank")
        else:
            source = f"/api/v1/sessions/{number}/photos/{best['id']}/thumb.jpg"
            ui.element("img").props(f'src="{source}" alt=""')
        with ui.element("div"):
            title = tuned(Choices(look=suggest(studio.brief(number)).look)).title
            text(f"{title}, {day(row['created'])}", tag="b")
            words = (
                word("home.photos", n=len(photos)),
                word("home.kept", day=day(row["expires"])),
            )
            text(", ".join(words), "quiet small")


def brief(studio: Studio) -> None:
    """Put the brief on: what it is for."""

    @ui.page("/s/{session}/brief", title=f"{word('nav.brief')} · Catchlight")
    def brief(session: Id) -> None:
        if studio.store.get("sessions", session) is None:
            ui.navigate.to(GONE)
            return
        with framed(studio, word("brief.heading"), "brief", session):
            now = studio.brief(session)
            part = BriefForm(
                brief=now.model_dump(), suggestion=_suggestion(now), purposes=list(PURPOSES)
            )

            def change(said: Row) -> None:
                changed = Brief.model_validate(said)
                studio.rebrief(session, changed)
                part.put(brief=changed.model_dump(), suggestion=_suggestion(changed))

            part.hear("brief", change)
            part.hear("next", lambda _: ui.navigate.to(f"/s/{session}/photos"))


def _suggestion(brief: Brief) -> Row:
    """What a brief leads to, with what the page draws of it."""
    found = suggest(brief)
    look = tuned(Choices(look=found.look))
    return {
        **found.model_dump(),
        "paper": look.backdrop.papers[0].color,
        "eye_line": look.framing.eye_line,
    }
