"""Work: what the studio can do, for its pages and its API alike."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import shutil
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, get_args

from .. import consent_book
from ..destinations import list_destinations
from ..errors import CatchlightError
from ..files import write_atomic
from ..headers import Kind, identify
from ..progress import Progress
from ..settings import load_settings
from ..store import Row, Store
from .agreeing import given, in_force_of
from .brief import Brief, suggest
from .camera import Camera
from .child import Child
from .choices import Choices, checked
from .events import Events
from .intake import Intake, shown_name
from .jobs import Jobs
from .own_backdrops import OwnBackdrops
from .problems import Problem, problem_of
from .teams import Teams
from .words import for_pages

__all__ = ["Studio"]

_MOST_STEPS = 200  # of undo
_MOST_SHOWN = 96 * 1024**2  # bytes of previews that are kept for pages to fetch
PNG = b"\x89PNG"


class Studio:
    """Sessions and everything that is done in them.

    Methods raise `Problem` where there is no such thing or it can't be done.
    """

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder, load_settings().keep_days)
        consent_book.given()  # those past their day go, and the faces with them
        self.events = Events()
        self.jobs = Jobs(self.store, self.events)
        self.darkroom = Child("catchlight.studio.darkroom")
        self.decoder = Child("catchlight.studio.decoder")
        self.camera = Camera(self.store)
        self.intake = Intake(self.store, self.events, self.decoder)
        self.own_backdrops = OwnBackdrops(self.store, self.intake)
        self.teams = Teams(folder, self.events)
        self._shown: dict[str, bytes] = {}
        self._aside: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Call everything off and end."""
        await self.jobs.cancel_all()
        for task in list(self._aside):
            task.cancel()
        await asyncio.gather(*self._aside, return_exceptions=True)
        await self.teams.close()
        self.darkroom.stop()
        self.decoder.stop()
        self.camera.close()
        self.store.close()

    def session(self, session: str) -> Row:
        """Return a session."""
        return self._found("sessions", session)

    def begin(self, brief: Brief | None = None) -> Row:
        """Begin a session."""
        return self.store.add("sessions", title="", brief=(brief or Brief()).model_dump())

    def rebrief(self, session: str, brief: Brief) -> Row:
        """Change what a session is for; pictures in it keep what was chosen for them."""
        self.session(session)
        self.store.change("sessions", session, brief=brief.model_dump())
        self._tell(session, "brief")
        return self.session(session)

    def brief(self, session: str) -> Brief:
        """Return what a session is for."""
        return Brief.model_validate(self.session(session)["brief"])

    def consent(self, session: str, **said: Any) -> None:
        """Record that faces may be compared in this session; `said` as of `agreeing.given`."""
        self.session(session)
        try:
            self.store.change("sessions", session, consent=given(**said).as_dict())
        except CatchlightError as error:
            raise problem_of(error) from None
        self._tell(session, "consent")

    async def withdraw(self, session: str) -> None:
        """Take the consent back: its record is deleted, and what it allowed goes from memory."""
        self.session(session)
        self.store.change("sessions", session, consent=None)
        await self.jobs.cancel_all(session)
        await self._leave(session)
        self._tell(session, "consent")

    async def forget(self, sessions: list[str]) -> Row:
        """Delete sessions with everything in them; the receipt."""
        for session in sessions:
            await self.jobs.cancel_all(session)
            await self._leave(session)
        receipt = await asyncio.to_thread(self.store.forget, sessions)
        for session in sessions:
            self._tell(session, "gone")
        return receipt

    async def _leave(self, session: str) -> None:
        """Have the darkroom and the coach drop what they keep of a session in memory."""
        await self.camera.leave(session)
        if self.darkroom.running:
            await self.darkroom.ask("leave", session=session)

    # ---------------------------------------------------------------- photographs

    def photos(self, session: str) -> list[Row]:
        """Return the photographs of a session, also those that can't be used."""
        self.session(session)
        return self.store.all("photos", session)

    def photo(self, session: str, photo: str) -> Row:
        """Return one photograph."""
        return self._found("photos", photo, session)

    async def forget_photo(self, session: str, photo: str) -> None:
        """Remove one photograph and everything drawn from it."""
        row = self.photo(session, photo)
        await self._leave(session)
        if row["file"]:
            await asyncio.to_thread(self.store.forget_photo, row)
        else:
            self.store.remove("photos", photo)
        self._tell(session, "photo", id=photo, status="removed")

    def favour(self, session: str, photo: str, favourite: bool) -> None:
        """Mark a photograph as a favourite, or take the mark away."""
        self.photo(session, photo)
        self.store.change("photos", photo, favourite=int(favourite))
        self._tell(session, "favourite", id=photo, favourite=favourite)

    def _given(self, session: str) -> list[dict[str, str]]:
        """The usable photographs as the darkroom takes them."""
        return [
            {"id": row["id"], "path": str(self.store.file_of(row)), "name": row["name"]}
            for row in self.photos(session)
            if row["status"] == "ready"
        ]

    async def _ask(
        self, kind: str, session: str, told: Progress | None = None, **what: Any
    ) -> tuple[dict[str, Any], bytes]:
        """Ask the darkroom; problems name photographs as the person does."""
        what["consent"] = in_force_of(self.session(session))
        given, who = self._given(session), self.session(session)["who"]
        if kind in ("preview", "deliver"):
            what["own_photo"] = self.own_backdrops.given(session, what["choices"])
        if kind != "audit":
            who = what.get("who", who)
            what["who"] = next((photo["path"] for photo in given if photo["id"] == who), "")
        try:
            header, blob = await self.darkroom.ask(
                kind, told=told, session=session, photos=given, **what
            )
        except Problem as problem:
            detail = for_pages(problem.detail)
            for photo in given:
                detail = detail.replace(Path(photo["path"]).name, photo["name"])
            detail = detail.replace("picture:", f"{what.get('name', 'picture')}:")
            raise Problem(problem.status, detail) from None
        return for_pages(header), blob

    # ---------------------------------------------------------------- picks

    def look_through(self, session: str, who: str | None = None) -> Row:
        """Start to look and rank; the job. From now on by the person in `who`, if one is found."""
        if not self._given(session):
            raise Problem(409, "There is no photo to look at yet: add some.")
        choices = Choices(look=suggest(self.brief(session)).look)
        asked, named = {"choices": choices.model_dump()}, {"who": who} if who else {}

        async def work(told: Progress) -> None:
            answer, _ = await self._ask("survey", session, told, **asked, **named)
            picks = {name: answer[name] for name in ("photos", "coaching", "chosen_by")}
            self.store.change("sessions", session, survey=picks, **named)
            self._tell(session, "picks")
            best = next((row["photo"] for row in picks["photos"] if row["rank"] == 1), None)
            if best is not None:
                self._beside(self._open(session, best, choices))

        return self.jobs.start(session, "picks", {}, work)

    async def _open(self, session: str, photo: str, choices: Choices) -> None:
        """Have the darkroom open the photograph that will most likely be developed."""
        with contextlib.suppress(Problem):
            wanted = choices.model_dump(mode="json")
            await self._ask("preview", session, photo=photo, choices=wanted, side=160)

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)

    def name_person(self, session: str, photo: str) -> Row:
        """Say that the person is the one in this photograph, and rank anew; the job."""
        if self.photo(session, photo)["status"] != "ready":
            raise Problem(409, "That file could not be used: choose another photo.")
        return self.look_through(session, photo)

    def picks(self, session: str) -> Row:
        """Return the ranking: rows of photographs, coaching, and whether it is of all of them."""
        survey = self.session(session)["survey"]
        photos = {row["id"]: row for row in self.photos(session) if row["status"] == "ready"}
        if survey is None:
            return {"photos": [], "coaching": [], "chosen_by": "", "complete": False}
        rows = [{**photos[r["photo"]], **r} for r in survey["photos"] if r["photo"] in photos]
        complete = {row["photo"] for row in rows} == photos.keys()
        return {**survey, "photos": rows, "complete": complete}

    # ---------------------------------------------------------------- renders

    def render(self, session: str, render: str) -> Row:
        """Return a picture in the making: its choices, and whether they can be undone or redone."""
        row = self._found("renders", render, session)
        return {
            **row,
            "choices": row["steps"][row["at"]],
            "undo": row["at"] > 0,
            "redo": row["at"] + 1 < len(row["steps"]),
        }

    def develop(self, session: str, photo: str) -> Row:
        """Return the picture in the making of a photograph; begun by the brief if there is none."""
        if self.photo(session, photo)["status"] != "ready":
            raise Problem(409, "That file could not be used: choose another photo.")
        for row in self.store.all("renders", session):
            if row["photo"] == photo:
                return self.render(session, row["id"])
        suggestion = suggest(self.brief(session))
        first = Choices(look=suggestion.look, backdrop=suggestion.backdrop).model_dump()
        row = self.store.add("renders", session=session, photo=photo, steps=[first], at=0)
        return self.render(session, row["id"])

    def change(self, session: str, render: str, changes: Row) -> Row:
        """Choose otherwise: a step that can be undone."""
        row = self.render(session, render)
        choices = checked({**row["choices"], **changes}).model_dump(mode="json")
        if choices == row["choices"]:
            return row
        steps = [*row["steps"][: row["at"] + 1], choices][-_MOST_STEPS:]
        return self._step(row, steps, len(steps) - 1)

    def undo(self, session: str, render: str, by: int = 1) -> Row:
        """Go back (or with a negative number forward) among the steps."""
        row = self.render(session, render)
        at = min(max(row["at"] - by, 0), len(row["steps"]) - 1)
        return self._step(row, row["steps"], at)

    def reset(self, session: str, render: str) -> Row:
        """Choose again as at first: a step that can be undone too."""
        return self.change(session, render, self.render(session, render)["steps"][0])

    def _step(self, row: Row, steps: list[Row], at: int) -> Row:
        self.store.change("renders", row["id"], steps=steps, at=at)
        self.store.touch(row["session"])
        self._tell(row["session"], "render", id=row["id"])
        return self.render(row["session"], row["id"])

    async def preview(
        self,
        session: str,
        render: str,
        *,
        side: int = 1100,
        how: str = "exact",
        output: str = "headshot",
        told: Progress | None = None,
        changes: Row | None = None,
    ) -> tuple[dict[str, Any], bytes]:
        """Render a preview, with some choices changed; its facts and the picture."""
        row = self.render(session, render)
        choices = checked({**row["choices"], **(changes or {})})
        return await self._ask(
            "preview", session, told, photo=row["photo"],
            choices=choices.model_dump(mode="json"), side=side, how=how, output=output,
        )  # fmt: skip

    def show(self, picture: bytes) -> str:
        """Keep a picture for a while, for a page to fetch by the name that is returned."""
        name = f"{secrets.token_hex(12)}.{'png' if picture[:4] == PNG else 'jpg'}"
        self._shown[name] = picture
        while len(self._shown) > 1 and sum(map(len, self._shown.values())) > _MOST_SHOWN:
            del self._shown[next(iter(self._shown))]
        return name

    def shown(self, name: str) -> bytes:
        """Return a picture that is kept for a page."""
        if name not in self._shown:
            raise Problem(404, "That preview is no longer kept: ask for it again.")
        return self._shown[name]

    # ---------------------------------------------------------------- deliveries

    def deliver(self, session: str, render: str, destinations: list[str]) -> tuple[Row, Row]:
        """Start to make the files; the delivery and its job."""
        row = self.render(session, render)
        unknown = sorted(set(destinations) - set(list_destinations()))
        if unknown:
            known = ", ".join(list_destinations())
            raise Problem(422, f"There is no destination {unknown[0]!r}; there are {known}.")
        wish = {"destinations": destinations, "choices": row["choices"], "photo": row["photo"]}
        made = self.store.add("deliveries", session=session, render=render, wish=wish)
        folder = self.folder_of(made)

        async def work(told: Progress) -> None:
            try:
                answer, _ = await self._ask(
                    "deliver", session, told, photo=row["photo"], choices=row["choices"],
                    destinations=destinations, folder=str(folder),
                )  # fmt: skip
            except BaseException:
                self.store.remove("deliveries", made["id"])
                raise
            result = {**answer["pick"], "created": answer["created"]}
            self.store.change("deliveries", made["id"], result=result)
            self._tell(session, "delivery", id=made["id"])

        return made, self.jobs.start(session, "delivery", {"render": render}, work)

    def delivery(self, session: str, delivery: str) -> Row:
        """Return a delivery; `result` is None until its files are there."""
        return self._found("deliveries", delivery, session)

    def folder_of(self, delivery: Row) -> Path:
        """Return the folder of a delivery's files."""
        return self.store.place(delivery["session"], "deliveries", delivery["id"])

    # ---------------------------------------------------------------- audits

    def audit(self, session: str, name: str, data: bytes) -> tuple[Row, Row]:
        """Start to audit a headshot against the session's photographs; the audit and its job."""
        self.session(session)
        kind = identify(data)
        if kind not in get_args(Kind):
            raise Problem(422, "That is no picture that is known here: send a JPEG, PNG or WebP.")
        name = shown_name(name)
        row = self.store.add("audits", session=session, name=name)
        picture = self.store.place(session, "audits", row["id"], "picture")
        write_atomic(picture, data)
        page = picture.parent / "report.html"

        async def work(told: Progress) -> None:
            try:
                await self.intake.check(picture)
                given = {"image": str(picture), "out": str(page), "name": name}
                answer, _ = await self._ask("audit", session, told, **given)
            except BaseException:
                self.store.remove("audits", row["id"])
                shutil.rmtree(picture.parent, ignore_errors=True)
                raise
            self.store.change("audits", row["id"], result=answer["audit"])
            self._tell(session, "audit", id=row["id"])

        return row, self.jobs.start(session, "audit", {"audit": row["id"]}, work)

    def audited(self, session: str, audit: str) -> tuple[Row, Path]:
        """Return an audit, `result` None until it is done, and where its page is."""
        row = self._found("audits", audit, session)
        return row, self.store.place(session, "audits", audit, "report.html")

    def _found(self, table: str, row: str, session: str | None = None) -> Row:
        found = self.store.get(table, row, session)
        if found is None:
            raise Problem(404, "It is not there (any more).")
        return found

    def _tell(self, session: str, kind: str, **what: Any) -> None:
        self.events.tell(session, kind, **what)
