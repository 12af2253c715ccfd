"""Agreeing in the studio: asked for, recorded with the session, ended, taken back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from catchlight import consent_book
from catchlight.consent import latest, today
from catchlight.roster import load_roster
from catchlight.studio.agreeing import consent_in, stated
from catchlight.studio.problems import Problem

from ..consents import AGREED
from .asking import Served, served
from .painted_team import PaintedLab, painted_team

API = "/api/v1/sessions"
TOMORROW = today() + timedelta(days=1)


def through(one: Served, work: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        try:
            await work()
        finally:
            await one.studio.close()

    asyncio.run(whole())


def test_a_session_has_its_own_consent_until_its_day_or_until_it_is_taken_back(
    tmp_path: Path,
) -> None:
    one = served(tmp_path / "studio")
    asked: list[Any] = []

    async def answer(kind: str, **what: Any) -> tuple[dict[str, Any], bytes]:
        asked.append((kind, what.get("consent")))
        return {"photos": [], "coaching": [], "chosen_by": "", "audit": {}}, b""

    one.studio.darkroom.ask = answer  # type: ignore[method-assign, assignment]

    async def work() -> None:
        session = (await one.json("POST", API)).data["id"]
        base = f"{API}/{session}"

        async def refused() -> str:
            with pytest.raises(Problem) as problem:
                await one.studio._ask("survey", session)
            assert problem.value.status == 409
            return problem.value.detail

        assert "Agree to that first" in await refused()
        far = str(latest() + timedelta(days=1))
        bads = [{"who": ""}, *({"who": "Jo", "until": day} for day in ("soon", "2020-01-01", far))]
        for bad in bads:
            assert (await one.json("POST", f"{base}/consent", bad)).status == 422
        assert asked == []
        given = {"who": "Jo Doe", "purpose": "my page", "until": str(TOMORROW)}
        assert (await one.json("POST", f"{base}/consent", given)).status == 204
        row = (await one.json("GET", base)).data["consent"]
        assert {name: row[name] for name in given} == given
        assert (row["how"], row["given"][:10]) == ("studio", str(today()))
        await one.studio._ask("survey", session)
        assert asked == [("survey", row)]
        record = one.studio.store.folder / "sessions" / session / "record"
        assert any(b"Jo Doe" in path.read_bytes() for path in record.iterdir())
        assert consent_book.given() == (AGREED,)  # the session's is not the command line's

        ended = row | {"until": str(today() - timedelta(days=1))}
        one.studio.store.change("sessions", session, consent=ended)
        assert "has ended" in await refused()
        await one.json("POST", f"{base}/consent", {"who": "Jo Doe"})
        assert consent_in(one.studio.session(session)) is not None
        assert (await one.json("DELETE", f"{base}/consent")).status == 204
        assert (await one.json("GET", base)).data["consent"] is None
        assert "Agree to that first" in await refused()
        assert not any(b"Jo Doe" in path.read_bytes() for path in record.iterdir())
        assert len(asked) == 1

    through(one, work)


def test_taking_it_back_stops_the_work_and_empties_the_memory(tmp_path: Path) -> None:
    one = served(tmp_path / "studio")
    left: list[str] = []

    async def work() -> None:
        session = (await one.json("POST", API)).data["id"]
        began = asyncio.Event()

        async def forever(_: Any) -> None:
            began.set()
            await asyncio.Event().wait()

        async def leave(session: str) -> None:
            left.append(session)

        one.studio._leave = leave  # type: ignore[method-assign]
        await one.json("POST", f"{API}/{session}/consent", {"who": "Jo Doe"})
        job = one.studio.jobs.start(session, "picks", {}, forever)
        await began.wait()
        with one.studio.events.listen(session) as queue:
            await one.json("DELETE", f"{API}/{session}/consent")
            heard = [queue.get_nowait()["event"] for _ in range(queue.qsize())]
        assert one.studio.jobs.row(job["id"], session)["status"] == "cancelled"
        assert left == [session]
        assert heard[-1] == "consent"

    through(one, work)


def test_whoever_runs_a_team_states_it_for_those_of_whom_nothing_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = painted_team(tmp_path / "company", "Ada", "Ben")
    one = served(tmp_path / "studio")
    one.studio.teams.lab = PaintedLab(monkeypatch)

    async def work() -> None:
        opened = (await one.json("POST", "/api/v1/teams", {"folder": str(team.out)})).data
        base = f"/api/v1/teams/{opened['id']}"
        assert opened["unsaid"] == 2
        bad = {"consent": {"who": "Jo", "until": "2020-01-01"}}
        assert (await one.json("POST", f"{base}/runs", bad)).status == 422
        given = {"consent": {"who": "Jo Doe", "until": str(TOMORROW)}}
        job = await one.json("POST", f"{base}/runs", given)
        assert job.status == 202
        await one.studio.teams.jobs.wait(job.data["id"])
        ended = (await one.json("GET", f"{base}/jobs/{job.data['id']}")).data
        assert (ended["status"], ended["problem"]) == ("done", "")
        assert (await one.json("GET", base)).data["unsaid"] == 0

    through(one, work)
    members = load_roster(tmp_path / "company" / "ROSTER.csv").members
    assert [member.consent_until for member in members] == [TOMORROW, TOMORROW]
    assert "Jo Doe" in [each.who for each in consent_book.given()]


def test_a_day_that_is_none_is_a_problem() -> None:
    with pytest.raises(Problem, match="Say until which day"):
        stated(until="soon")
    assert json.dumps(stated(until=str(TOMORROW)))
