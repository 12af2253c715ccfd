"""The audit, and what is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nicegui import ui
from nicegui.client import Client

from ..store import Row
from .events import Event
from .frame import GONE, Id, day, framed, listen, text, twice
from .parts import AuditDrop
from .words import word
from .work import Studio

__all__ = ["audit", "privacy"]


def audit(studio: Studio) -> None:
    """Put the audit on."""

    @ui.page("/s/{session}/audit", title=f"{word('nav.audit')} · Catchlight")
    async def audit(client: Client, session: Id) -> None:
        if studio.store.get("sessions", session) is None:
            ui.navigate.to(GONE)
            return
        bare = not any(photo["status"] == "ready" for photo in studio.photos(session))
        with framed(studio, word("audit.heading"), "audit", session, lead=word("audit.lead")):
            if bare:
                text(word("audit.none"), "note")
            AuditDrop(
                session=session, photos=[], single=True,
                target=f"/api/v1/sessions/{session}/audits",
            )  # fmt: skip
            said = ui.element("div").props('role="status"')
            found = ui.element("div")

        def show() -> None:
            found.clear()
            with found:
                for row in reversed(studio.store.all("audits", session)):
                    if row["result"] is not None:
                        _audited(session, row)

        async def heard(event: Event) -> None:
            if event["event"] == "audit":
                show()
            elif event["event"] == "job" and event["job"]["kind"] == "audit":
                job = event["job"]
                running = job["status"] == "running"
                said.clear()
                with said:
                    text(word("audit.working") if running else job["problem"], "lead")
                    if running:
                        with ui.element("div").classes("bar large"):
                            ui.element("i").classes("running")

        show()
        listen(client, studio, session, heard)


def _audited(session: str, row: Row) -> None:
    with ui.element("article").classes("audited"):
        text(row["name"], tag="h2")
        with ui.element("ul").classes("findings"):
            for sentence in row["result"]["sentences"]:
                text(sentence, tag="li")
        page = f"/api/v1/sessions/{session}/audits/{row['id']}/report.html"
        with ui.element("a").props(f'href="{page}" target="_blank" rel="noopener"'):
            text(word("audit.report"), tag="span")


def privacy(studio: Studio) -> None:
    """Put on what is kept."""

    @ui.page("/privacy", title=f"{word('nav.privacy')} · Catchlight")
    def privacy() -> None:
        receipts: list[Row] = []

        async def forget(sessions: list[str]) -> None:
            receipts.append(await studio.forget(sessions))
            listing.refresh()
            ui.run_javascript("document.querySelector('.receipt')?.focus()")

        @ui.refreshable
        def listing() -> None:
            for receipt in reversed(receipts):
                _receipt(receipt)
            rows = studio.store.all("sessions")
            if not rows:
                text(word("privacy.nothing"), "quiet")
                return
            with ui.element("ul").classes("kept"):
                for row in rows:
                    _kept(studio, row, forget)
            twice(word("privacy.delete_all"), lambda: forget([row["id"] for row in rows]))

        with framed(studio, word("privacy.heading"), "privacy", lead=word("privacy.lead")):
            with ui.element("div").classes("facts"):
                text(f"{word('privacy.folder')}: {studio.store.folder.resolve()}")
                for name in ("faces", "names", "teams"):
                    text(word(f"privacy.{name}"))
                with ui.element("details").classes("told"):
                    text(word("privacy.programmers"), tag="summary")
                    text(word("privacy.token"))
            text(word("privacy.sessions"), tag="h2")
            listing()


def _kept(studio: Studio, row: Row, forget: Any) -> None:
    number = row["id"]
    size = sum(p.stat().st_size for p in studio.store.place(number, "x").parent.rglob("*.*"))
    with ui.element("li"):
        with ui.element("div"):
            text(day(row["created"]), tag="b")
            text(
                word(
                    "privacy.row",
                    photos=len(studio.photos(number)),
                    deliveries=len(studio.store.all("deliveries", number)),
                    size=f"{size / 1e6:.1f} MB",
                ),
                "small",
            )
            until = word("privacy.until", day=day(row["expires"]), days=studio.store.kept_days)
            text(until, "quiet small")
        with ui.element("div").classes("buttons"):
            with ui.element("a").classes("button").props(f'href="/s/{number}/photos"'):
                text(word("privacy.open"), tag="span")
            with (
                ui.element("a")
                .classes("button")
                .props(f'href="/api/v1/sessions/{number}/export.zip" download')
            ):
                text(word("privacy.export"), tag="span")
            twice(word("privacy.delete"), lambda: forget([number]))


def _receipt(receipt: Row) -> None:
    with ui.element("div").classes("receipt").props('role="status" tabindex="-1"'):
        text(word("privacy.receipt"), "eyebrow")
        text(
            word(
                "privacy.receipt_text",
                when=f"{datetime.fromisoformat(receipt['when']):%-d %B %Y, %H:%M:%S} UTC",
                sessions=len(receipt["deleted"]),
                photos=sum(entry["photos"] for entry in receipt["deleted"]),
                files=receipt["files"],
                size=f"{receipt['bytes'] / 1e6:.1f} MB",
                looked_for=receipt["looked_for"],
                found_again=receipt["found_again"],
            )
        )
