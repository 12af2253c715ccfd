"""The pages, one step each, and what belongs to all of them."""

from __future__ import annotations

import asyncio
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI
from fastapi import Path as InPath
from nicegui import ui
from nicegui.client import Client
from starlette.staticfiles import StaticFiles

from ..destinations import list_destinations, load_destination
from ..store import KEPT_DAYS, Row
from .brief import PURPOSES, Brief, suggest
from .choices import Choices, tuned
from .developing import Developing
from .events import Event
from .frame import HEAD, MARK, button, framed, listen, quietly, text
from .parts import AuditDrop, BriefForm, Deliver, Drop, Foot, Sheet
from .problems import Problem
from .words import word
from .work import Studio

__all__ = ["put_on"]

Id = Annotated[str, InPath(pattern=r"^[0-9a-f]{16}$")]
_FAVICON = MARK.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ').replace(
    "aria-hidden", 'fill="none" stroke="#888" stroke-width="1.6" aria-hidden'
)
_SCENES = {"linkedin": "profile", "slack": "chat", "github": "chat", "x": "chat",
           "avatar-circle": "chat", "email": "signature", "zoom": "call", "web": "page",
           "press": "page"}  # fmt: skip


def put_on(app: FastAPI, studio: Studio) -> None:
    """Put the pages on an app that has the API."""
    here = Path(__file__).parent
    fonts = Path(str(resources.files("font_manrope").joinpath("files")))
    app.mount("/studio/static", StaticFiles(directory=here / "static"))
    app.mount("/studio/font", StaticFiles(directory=fonts))
    ui.add_head_html(HEAD, shared=True)
    _home(studio)
    _brief(studio)
    _photos(studio)
    _proofs(studio)
    _develop(studio)
    _deliver(studio)
    _audit(studio)
    _privacy(studio)
    ui.run_with(
        app, title=word("name"), favicon=_FAVICON, dark=None, language="en-US",
        tailwind=False, gzip_middleware_factory=None, message_history_length=50,
        show_welcome_message=False, reconnect_timeout=10,
    )  # fmt: skip


def _day(when: str) -> str:
    return f"{datetime.fromisoformat(when):%-d %B %Y}"


def _home(studio: Studio) -> None:
    @ui.page("/")
    def home() -> None:
        def start() -> None:
            ui.navigate.to(f"/s/{studio.begin()['id']}/brief")

        ui.html("", sanitize=False)
        with framed(studio, "", "home"):
            with ui.element("div").classes("hero"):
                text(word("home.title"), tag="h2").classes("hero-title")
                text(word("home.promise"))
                with ui.element("div"):
                    button(word("home.start"), start, "button primary")
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
            text(f"{title}, {_day(row['created'])}", tag="b")
            words = (
                word("home.photos", n=len(photos)),
                word("home.kept", day=_day(row["expires"])),
            )
            text(", ".join(words), "quiet small")


def _brief(studio: Studio) -> None:
    @ui.page("/s/{session}/brief", title=f"{word('nav.brief')} · Catchlight")
    def brief(session: Id) -> None:
        if studio.store.get("sessions", session) is None:
            ui.navigate.to("/")
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


def _photos(studio: Studio) -> None:
    @ui.page("/s/{session}/photos", title=f"{word('nav.photos')} · Catchlight")
    async def photos(client: Client, session: Id) -> None:
        if studio.store.get("sessions", session) is None:
            ui.navigate.to("/")
            return
        with framed(studio, word("photos.heading"), "photos", session, lead=word("photos.lead")):
            drop = Drop(session=session, photos=studio.photos(session), single=False)
            foot = Foot(**_foot(studio, session), job=_running(studio, session), problem="")

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

        def consent(_: Any) -> None:
            studio.consent(session, "the person at this machine")

        def cancel(_: Any) -> None:
            for job in studio.jobs.running(session):
                studio.jobs.cancel(job["id"])

        drop.hear("changed", refresh)
        drop.hear("remove", remove)
        foot.hear("look", look)
        foot.hear("consent", consent)
        foot.hear("cancel", cancel)

        async def heard(event: Event) -> None:
            if event["event"] in ("photo", "consent"):
                refresh()
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
    return {"consent": row["consent"] is not None, "ready": ready, "stale": stale}


def _running(studio: Studio, session: str, kind: str = "picks") -> Row | None:
    return next((job for job in studio.jobs.running(session) if job["kind"] == kind), None)


def _proofs(studio: Studio) -> None:
    @ui.page("/s/{session}/proofs", title=f"{word('nav.proofs')} · Catchlight")
    async def proofs(client: Client, session: Id) -> None:
        if studio.store.get("sessions", session) is None:
            ui.navigate.to("/")
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
            sheet = Sheet(session=session, rows=_sheet(studio, session))
        sheet.hear("favour", lambda said: studio.favour(session, said["id"], said["favourite"]))
        sheet.hear("develop", lambda photo: ui.navigate.to(f"/s/{session}/develop/{photo}"))

        async def heard(event: Event) -> None:
            if event["event"] in ("favourite", "photo", "picks"):
                sheet.put(rows=_sheet(studio, session))

        listen(client, studio, session, heard)


def _sheet(studio: Studio, session: str) -> list[Row]:
    names = ("id", "name", "rank", "score", "status", "reasons", "eyes", "favourite", "width",
             "height")  # fmt: skip
    rows = [{name: row[name] for name in names} for row in studio.picks(session)["photos"]]
    return rows + [
        {"id": row["id"], "name": row["name"], "rank": None, "score": None, "status": "rejected",
         "reasons": [row["reason"]], "eyes": None, "favourite": 0, "width": 1, "height": 1}
        for row in studio.photos(session) if row["status"] == "refused"
    ]  # fmt: skip


def _develop(studio: Studio) -> None:
    @ui.page("/s/{session}/develop/{photo}", title=f"{word('nav.develop')} · Catchlight")
    async def develop(client: Client, session: Id, photo: Id) -> None:
        if studio.store.get("photos", photo, session) is None:
            ui.navigate.to("/")
            return
        render = studio.develop(session, photo)
        with framed(studio, word("develop.heading"), "develop", session):
            developing = Developing(studio, session, render)
        to = f"/s/{session}/deliver/{render['id']}"
        developing.part.hear("deliver", lambda _: ui.navigate.to(to))

        async def heard(event: Event) -> None:
            if event["event"] == "render" and event["id"] == render["id"]:
                developing.refresh()

        listen(client, studio, session, heard)
        quietly(client, developing.work())


def _deliver(studio: Studio) -> None:
    @ui.page("/s/{session}/deliver/{render}", title=f"{word('nav.deliver')} · Catchlight")
    async def deliver(client: Client, session: Id, render: Id) -> None:
        if studio.store.get("renders", render, session) is None:
            ui.navigate.to("/")
            return
        row = studio.render(session, render)
        made = [d for d in studio.store.all("deliveries", session) if d["render"] == render]
        done = next((d for d in reversed(made) if d["result"] is not None), None)
        ticked = set(suggest(studio.brief(session)).destinations)
        if done is not None:
            ticked = set(done["wish"]["destinations"])
        places = [_place(name, name in ticked) for name in list_destinations()]
        places.sort(key=lambda place: not place["on"])
        current = done is not None and done["wish"]["choices"] == row["choices"]
        with framed(studio, word("deliver.heading"), "deliver", session):
            part = Deliver(
                places=places, headshot="", job=_running(studio, session, "delivery"),
                **(_made(session, done) if current and done else {"result": None, "base": ""}),
            )  # fmt: skip

        def tick(said: Row) -> None:
            for place in places:
                if place["name"] == said["name"]:
                    place["on"] = said["on"]
            part.put(places=places)

        def make(_: Any) -> None:
            try:
                chosen = [place["name"] for place in places if place["on"]]
                _, job = studio.deliver(session, render, chosen)
                part.put(job=job, result=None)
            except Problem as problem:
                ui.notify(problem.detail)

        def cancel(_: Any) -> None:
            for job in studio.jobs.running(session):
                studio.jobs.cancel(job["id"])

        part.hear("tick", tick)
        part.hear("make", make)
        part.hear("cancel", cancel)

        async def heard(event: Event) -> None:
            if event["event"] == "delivery":
                part.put(job=None, **_made(session, studio.delivery(session, event["id"])))
            elif event["event"] == "job" and event["job"]["kind"] == "delivery":
                job = event["job"]
                if job["status"] == "running":
                    part.put(job=job)
                else:
                    part.put(job=None)
                    if job["problem"]:
                        ui.notify(job["problem"], multi_line=True, timeout=0, close_button=True)

        listen(client, studio, session, heard)
        quietly(client, _in_place(studio, session, render, part, places))


def _made(session: str, delivery: Row) -> Row:
    result = delivery["result"]
    result["proof"] = any("proof" in file["path"] for file in result["files"])
    return {"result": result, "base": f"/api/v1/sessions/{session}/deliveries/{delivery['id']}"}


def _place(name: str, on: bool) -> Row:
    place = load_destination(name)
    return {
        "name": name, "title": place.title, "size": f"{place.width} × {place.height}", "on": on,
        "scene": _SCENES.get(name, "paper"), "url": "", "notes": [],
    }  # fmt: skip


async def _in_place(
    studio: Studio, session: str, render: str, part: Deliver, places: list[Row]
) -> None:
    """Show the picture in every place, one after the other."""
    base = f"/api/v1/sessions/{session}/shown"
    _, data = await studio.preview(session, render, side=760)
    part.put(headshot=f"{base}/{studio.show(data)}")
    for place in places:
        facts, data = await studio.preview(session, render, side=420, output=place["name"])
        place["url"] = f"{base}/{studio.show(data)}"
        place["notes"] = [note for note in facts["notes"] if "enlarged" in note.lower()]
        part.put(places=places)
        await asyncio.sleep(0)


def _audit(studio: Studio) -> None:
    @ui.page("/s/{session}/audit", title=f"{word('nav.audit')} · Catchlight")
    async def audit(client: Client, session: Id) -> None:
        if studio.store.get("sessions", session) is None:
            ui.navigate.to("/")
            return
        with framed(studio, word("audit.heading"), "audit", session, lead=word("audit.lead")):
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


def _privacy(studio: Studio) -> None:
    @ui.page("/privacy", title=f"{word('nav.privacy')} · Catchlight")
    def privacy() -> None:
        receipts: list[Row] = []

        async def forget(sessions: list[str]) -> None:
            receipts.append(await studio.forget(sessions))
            listing.refresh()

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
            _twice(word("privacy.delete_all"), lambda: forget([row["id"] for row in rows]))

        with framed(studio, word("privacy.heading"), "privacy", lead=word("privacy.lead")):
            with ui.element("div").classes("facts"):
                text(f"{word('privacy.folder')}: {studio.store.folder.resolve()}")
                for name in ("faces", "names", "token"):
                    text(word(f"privacy.{name}"))
            text(word("privacy.sessions"), tag="h2")
            listing()


def _kept(studio: Studio, row: Row, forget: Any) -> None:
    number = row["id"]
    size = sum(p.stat().st_size for p in studio.store.place(number, "x").parent.rglob("*.*"))
    with ui.element("li"):
        with ui.element("div"):
            text(_day(row["created"]), tag="b")
            text(
                word(
                    "privacy.row",
                    photos=len(studio.photos(number)),
                    deliveries=len(studio.store.all("deliveries", number)),
                    size=f"{size / 1e6:.1f} MB",
                ),
                "small",
            )
            day = word("privacy.until", day=_day(row["expires"]), days=KEPT_DAYS)
            text(day, "quiet small")
        _twice(word("privacy.delete"), lambda: forget([number]))


def _twice(label: str, act: Any) -> None:
    """A button that asks once more, in its place."""
    with ui.element("div").classes("buttons") as place:
        pass

    def ask() -> None:
        place.clear()
        with place:
            text(word("privacy.sure"))
            button(word("privacy.yes"), act, "button primary")
            button(word("privacy.no"), first)

    def first() -> None:
        place.clear()
        with place:
            button(label, ask)

    first()


def _receipt(receipt: Row) -> None:
    with ui.element("div").classes("receipt").props('role="status"'):
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
