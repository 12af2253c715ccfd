"""Teams: which are open, and one of them with its people, retakes and consistency."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from html import escape
from typing import Any

from nicegui import ui
from nicegui.client import Client

from ..store import Row
from .agreeing import days, stated
from .events import Event
from .frame import Id, button, framed, listen, text, twice
from .parts import TeamOpen, TeamPeople, TeamRun
from .problems import Problem
from .words import word
from .work import Studio

__all__ = ["team", "teams"]


def teams(studio: Studio) -> None:
    """Put the list of teams on."""

    @ui.page("/teams", title=f"{word('nav.teams')} · Catchlight")
    async def teams() -> None:
        with framed(studio, word("teams.heading"), "teams", lead=word("teams.lead")):
            for receipt in reversed(studio.teams.receipts):
                _receipt(receipt)
            rows = await studio.teams.all()
            if rows:
                with ui.element("ul").classes("team-list"):
                    for row in rows:
                        _listed(row, studio)
            part = TeamOpen(problem="")

        async def opened(folder: str) -> None:
            try:
                row = await studio.teams.open(folder.strip())
                ui.navigate.to(f"/team/{row['id']}")
            except Problem as problem:
                part.put(problem=problem.detail)

        part.hear("open", opened)


def _listed(row: Row, studio: Studio) -> None:
    with ui.element("li"):
        with ui.element("div"):
            if row["problem"]:
                text(row["title"], tag="b")
                text(row["problem"], "note")
            else:
                with ui.element("a").props(f'href="/team/{row["id"]}"'):
                    text(row["title"], tag="b")
                text(_counts(row))
            text(row["folder"], "quiet small")

        async def close() -> None:
            await studio.teams.shut(row["id"])
            ui.navigate.reload()

        button(word("teams.close"), close)


def _counts(row: Row) -> str:
    parts = [f"{count} {word(f'team.states.{status}')}" for status, count in row["counts"].items()]
    return f"{word('teams.people', n=row['people'])}: {', '.join(parts)}"


def _receipt(receipt: Row) -> None:
    with ui.element("div").classes("receipt").props('role="status"'):
        text(word("privacy.receipt"), "eyebrow")
        text(word("teams.receipt", **{**receipt, "size": f"{receipt['bytes'] / 1e6:.1f} MB"}))


def team(studio: Studio) -> None:
    """Put the page of one team on."""

    @ui.page("/team/{team}", title=f"{word('nav.teams')} · Catchlight")
    async def team(client: Client, team: Id) -> None:
        try:
            about = await studio.teams.team(team)
            rows = await studio.teams.people(team)
            sheet = await studio.teams.consistency(team)
        except Problem:
            ui.navigate.to("/teams")
            return
        ui.page_title(f"{about['title']} · Catchlight")
        with framed(studio, about["title"], "teams"):
            counts = text(_counts(about), "lead")
            job = next(iter(studio.teams.jobs.running(team)), None)
            over = TeamRun(
                team=team, approved=_approved(rows), unsaid=about["unsaid"], **days(), job=job,
                problem="", said="",
            )  # fmt: skip
            part = TeamPeople(
                team=team, rows=rows, sheet=sheet, frame=about["frame"], links=[], problem="",
                near=studio.teams.address.startswith("http:"),
            )  # fmt: skip
            with ui.element("section").classes("team-end"):
                text(word("team.keep"), tag="h2")
                text(word("team.folder", folder=about["folder"]), "quiet")
                twice(word("team.delete_all"), lambda: studio.teams.forget(team))

        _answer(studio, team, over, part)

        async def refresh() -> None:
            rows = await studio.teams.people(team)
            part.put(rows=rows, sheet=await studio.teams.consistency(team))
            now = await studio.teams.team(team)
            over.put(approved=_approved(rows), unsaid=now["unsaid"])
            counts.set_content(escape(_counts(now)))

        async def heard(event: Event) -> None:
            if event["event"] in ("person", "people", "links"):
                try:
                    await refresh()
                except Problem as problem:  # the roster is just being edited, perhaps
                    over.put(problem=problem.detail)
            elif event["event"] == "job":
                job = event["job"]
                over.put(job=job if job["status"] == "running" else None, problem=job["problem"])

        listen(client, studio, team, heard, home="/teams")


def _answer(studio: Studio, team: str, over: TeamRun, part: TeamPeople) -> None:
    """Do what is pressed on a team's page."""

    def told(work: Callable[[Any], Awaitable[None]], where: Any) -> Callable[[Any], Any]:
        async def do(said: Any) -> None:
            try:
                where.put(problem="")
                await work(said)
            except Problem as problem:
                where.put(problem=problem.detail)

        return do

    async def run(said: Row) -> None:
        until = str(said["until"])
        agreed = stated(until=until) if until else None
        job = studio.teams.run(team, new_series=bool(said["new_series"]), consent=agreed)
        over.put(said="", job=job)

    def cancel(_: Any) -> None:
        for job in studio.teams.jobs.running(team):
            studio.teams.jobs.cancel(job["id"])

    async def deliver(_: Any) -> None:
        made = await studio.teams.deliver(team)
        over.put(said=word("team.delivered", n=len(made["files"]), folder=made["folder"]))

    async def link(person: str) -> None:
        part.put(links=[asdict(await studio.teams.link(team, person))])

    async def links(again: bool) -> None:
        made = await studio.teams.links(team, again=bool(again))
        part.put(links=[asdict(each) for each in made])

    async def unlink(person: str) -> None:
        await studio.teams.take_back(team, person)
        part.put(links=[])

    async def retake(said: Row) -> None:
        await studio.teams.ask_retake(team, said["person"], str(said["why"])[:500].strip())

    async def yes(said: Row) -> None:
        await studio.teams.record_yes(team, said["person"], str(said["said"])[:200])

    async def forget(person: str) -> None:
        await studio.teams.forget_person(team, person)

    over.hear("run", told(run, over))
    over.hear("deliver", told(deliver, over))
    over.hear("cancel", cancel)
    part.hear("seen", lambda _: part.put(links=[], problem=""))
    answers: dict[str, Callable[[Any], Awaitable[None]]] = {
        "link": link,
        "links": links,
        "unlink": unlink,
        "retake": retake,
        "yes": yes,
        "forget": forget,
    }
    for name, work in answers.items():
        part.hear(name, told(work, part))


def _approved(rows: list[Row]) -> int:
    return sum(row["shown"] for row in rows)
