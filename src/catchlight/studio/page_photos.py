"""Photos and proofs."""

from __future__ import annotations

from datetime import date
from typing import Any

from nicegui import ui
from nicegui.client import Client

from ..store import Row
from .agreeing import asked_of
from .camera import right_distance
from .events import Event
from .frame import GONE, Id, button, framed, listen, quietly, running, text
from .parts import Camera, Drop, Foot, PhoneInvite, Sheet
from .phone import Phone
from .problems import Problem
from .words import word
from .work import Studio

__all__ = ["photos", "proofs"]


def photos(studio: Studio, phone: Phone) -> None:
    """Put the page for photos on."""

    @ui.page("/s/{session}/photos", title=f"{word('nav.photos')} · Catchlight")
    async def photos(client: Client, session: Id) -> None:
        if studio.store.get("sessions", session) is None:
            ui.navigate.to(GONE)
            return
        with framed(studio, word("photos.heading"), "photos", session, lead=word("photos.lead")):
            with ui.element("div").classes("ways"):
                camera = Camera(session=session, right=right_distance())
                invite = PhoneInvite(door=phone.row(session), problem="")
            drop = Drop(session=session, photos=studio.photos(session), single=False)
            foot = Foot(**_foot(studio, session), job=running(studio, session, "picks"), problem="")

        def refresh(_: Any = None) -> None:
            drop.put(photos=studio.photos(session))
            foot.put(**_foot(studio, session))

        async def remove(photo: str) -> None:
            await studio.forget_photo(session, photo)

        def look(_: Any) -> None:
            try:
                foot.put(job=studio.look_through(session), problem="")
            except Problem as problem:
                foot.put(problem=problem.detail)

        def consent(said: Row) -> None:
            try:
                until = date.fromisoformat(str(said["until"]))
                studio.consent(session, who=str(said["who"]), until=until)
            except ValueError:
                foot.put(problem=word("photos.consent_day"))
            except Problem as problem:
                foot.put(problem=problem.detail)

        async def withdraw(_: Any) -> None:
            await studio.withdraw(session)

        def cancel(_: Any) -> None:
            for job in studio.jobs.running(session):
                studio.jobs.cancel(job["id"])

        async def let_in(_: Any) -> None:
            try:
                invite.put(door=await phone.open(session), problem="")
            except Problem as problem:
                invite.put(door=None, problem=problem.detail)

        async def shut_out(_: Any) -> None:
            await phone.close(session)

        camera.hear("taken", refresh)
        invite.hear("on", let_in)
        invite.hear("off", shut_out)
        drop.hear("changed", refresh)
        drop.hear("remove", remove)
        foot.hear("look", look)
        foot.hear("consent", consent)
        foot.hear("withdraw", withdraw)
        foot.hear("cancel", cancel)

        async def heard(event: Event) -> None:
            if event["event"] in ("photo", "consent"):
                refresh()
                if event["event"] == "consent":
                    foot.put(problem="")
            elif event["event"] == "phone":
                invite.put(door=phone.row(session), problem="")
            elif event["event"] == "picks":
                ui.navigate.to(f"/s/{session}/proofs")
            elif event["event"] == "job" and event["job"]["kind"] == "picks":
                job = event["job"]
                ended = job["status"] != "running"
                foot.put(job=None if ended else job, problem=job["problem"])

        listen(client, studio, session, heard)
        quietly(client, _warm(studio))


async def _warm(studio: Studio) -> None:
    await studio.darkroom.ask("warm")


def _foot(studio: Studio, session: str) -> Row:
    ready = sum(photo["status"] == "ready" for photo in studio.photos(session))
    row = studio.session(session)
    stale = row["survey"] is not None and not studio.picks(session)["complete"]
    return {**asked_of(row), "ready": ready, "stale": stale}


def proofs(studio: Studio) -> None:
    """Put the contact sheet on."""

    @ui.page("/s/{session}/proofs", title=f"{word('nav.proofs')} · Catchlight")
    async def proofs(client: Client, session: Id) -> None:
        if studio.store.get("sessions", session) is None:
            ui.navigate.to(GONE)
            return
        picks = studio.picks(session)
        by = word("proofs.looked", by=picks["chosen_by"]) if picks["photos"] else ""
        with framed(studio, word("proofs.heading"), "proofs", session, lead=by):
            if not picks["photos"]:
                text(word("proofs.empty"), "quiet")
                button(word("proofs.to_photos"), lambda: ui.navigate.to(f"/s/{session}/photos"))
                return
            if picks["coaching"]:
                with ui.element("section").classes("coaching"):
                    text(word("proofs.coaching"), "eyebrow")
                    for note in picks["coaching"]:
                        text(note)
            busy = running(studio, session, "picks") is not None
            sheet = Sheet(session=session, rows=_sheet(studio, session), busy=busy, problem="")

        def person(photo: str) -> None:
            try:
                studio.name_person(session, photo)
            except Problem as problem:
                sheet.put(problem=problem.detail)

        sheet.hear("favour", lambda said: studio.favour(session, said["id"], said["favourite"]))
        sheet.hear("person", person)
        sheet.hear("develop", lambda photo: ui.navigate.to(f"/s/{session}/develop/{photo}"))

        async def heard(event: Event) -> None:
            if event["event"] == "picks":
                ui.navigate.reload()
            elif event["event"] in ("favourite", "photo"):
                sheet.put(rows=_sheet(studio, session))
            elif event["event"] == "job" and event["job"]["kind"] == "picks":
                job = event["job"]
                sheet.put(busy=job["status"] == "running", problem=job["problem"] or "")

        listen(client, studio, session, heard)


def _sheet(studio: Studio, session: str) -> list[Row]:
    names = ("id", "name", "rank", "score", "status", "reasons", "eyes", "favourite", "width",
             "height")  # fmt: skip
    rows = [{name: row[name] for name in names} for row in studio.picks(session)["photos"]]
    return rows + [
        {"id": row["id"], "name": row["name"], "rank": None, "score": None, "status": "rejected",
         "reasons": [row["reason"]], "eyes": None, "favourite": 0, "width": 0, "height": 0}
        for row in studio.photos(session) if row["status"] == "refused"
    ]  # fmt: skip
