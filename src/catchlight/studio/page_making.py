"""Developing and delivering."""

from __future__ import annotations

import asyncio
from typing import Any

from nicegui import ui
from nicegui.client import Client

from ..destinations import list_destinations, load_destination
from ..settings import identity_file
from ..store import Row
from .brief import suggest
from .developing import Developing
from .events import Event
from .frame import GONE, Id, framed, listen, quietly, running
from .parts import Deliver
from .problems import Problem
from .words import word
from .work import Studio

__all__ = ["deliver", "develop"]

_SCENES = {"linkedin": "profile", "slack": "chat", "github": "chat", "x": "chat",
           "avatar-circle": "chat", "email": "signature", "zoom": "call"}  # fmt: skip


def develop(studio: Studio) -> None:
    """Put the page for developing on."""

    @ui.page("/s/{session}/develop/{photo}", title=f"{word('nav.develop')} · Catchlight")
    async def develop(client: Client, session: Id, photo: Id) -> None:
        if studio.store.get("photos", photo, session) is None:
            ui.navigate.to(GONE)
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


def deliver(studio: Studio) -> None:
    """Put the page for delivering on."""

    @ui.page("/s/{session}/deliver/{render}", title=f"{word('nav.deliver')} · Catchlight")
    async def deliver(client: Client, session: Id, render: Id) -> None:
        if studio.store.get("renders", render, session) is None:
            ui.navigate.to(GONE)
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
                places=places, headshot="", job=running(studio, session, "delivery"),
                signed=identity_file().is_file(), problem="",
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
                part.put(job=job, result=None, problem="")
            except Problem as problem:
                part.put(problem=problem.detail)

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
                    part.put(job=None, problem=job["problem"])

        listen(client, studio, session, heard)
        quietly(client, _in_place(studio, session, render, part, places))


def _made(session: str, delivery: Row) -> Row:
    result = delivery["result"]
    result["proof"] = any("proof" in file["path"] for file in result["files"])
    base = f"/api/v1/sessions/{session}/deliveries/{delivery['id']}"
    return {"result": result, "base": base, "made": delivery["wish"]["destinations"]}


def _place(name: str, on: bool) -> Row:
    place = load_destination(name)
    return {
        "name": name, "title": place.title, "size": f"{place.width} × {place.height}", "on": on,
        "scene": _SCENES.get(name, "sheet-scene"), "url": "", "notes": [],
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
        width, height = facts["pixels"]
        if not place["notes"] and width < load_destination(place["name"]).width:
            place["notes"].append(word("deliver.smaller", width=width, height=height))
        part.put(places=places)
        await asyncio.sleep(0)
