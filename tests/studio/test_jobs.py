"""Jobs: progress is told, they can be called off, and how they ended is kept."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from catchlight.progress import Progress
from catchlight.store import Store
from catchlight.studio.events import Events, server_sent
from catchlight.studio.jobs import Jobs
from catchlight.studio.problems import Problem


def with_jobs(folder: Path) -> tuple[Jobs, Events, str]:
    store = Store(folder)
    events = Events()
    return Jobs(store, events), events, store.add("sessions", title="", brief={})["id"]


def test_a_job_tells_how_far_it_is_and_how_it_ended(tmp_path: Path) -> None:
    async def through() -> list[Any]:
        jobs, events, session = with_jobs(tmp_path)

        async def work(told: Progress) -> None:
            told("looking", 1, 3)
            await asyncio.sleep(0)
            told("looking", 3, 3)

        async def fails(told: Progress) -> None:
            raise Problem(422, "no face was found")

        async def breaks(told: Progress) -> None:
            raise ValueError("a mistake of ours")

        with events.listen(session) as queue:
            rows = [jobs.start(session, kind, {}, w) for kind, w in
                    (("a", work), ("b", fails), ("c", breaks))]  # fmt: skip
            for row in rows:
                await jobs.wait(row["id"])
            told = [queue.get_nowait() for _ in range(queue.qsize())]
        ended = [jobs.row(row["id"], session) for row in rows]
        assert [row["status"] for row in ended] == ["done", "failed", "failed"]
        assert ended[1]["problem"] == "no face was found"
        assert "mistake of ours" not in ended[2]["problem"]
        return [event["job"] for event in told if event["job"]["kind"] == "a"]

    seen = asyncio.run(through())
    assert [(row["done"], row["status"]) for row in seen] == [
        (1, "running"), (3, "running"), (0, "done")
    ]  # fmt: skip


def test_a_job_is_called_off_also_by_the_same_asked_again(tmp_path: Path) -> None:
    async def through() -> None:
        jobs, _, session = with_jobs(tmp_path)

        async def work(told: Progress) -> None:
            await asyncio.sleep(60)

        first = jobs.start(session, "picks", {}, work)
        await asyncio.sleep(0)
        second = jobs.start(session, "picks", {}, work)
        await jobs.wait(first["id"])
        assert jobs.row(first["id"], session)["status"] == "cancelled"
        assert [row["id"] for row in jobs.running(session)] == [second["id"]]
        await jobs.cancel_all(session)
        assert jobs.running(session) == []

    asyncio.run(through())


def test_events_reach_who_listens_and_no_other_session(tmp_path: Path) -> None:
    async def through() -> list[bytes]:
        events = Events()
        with events.listen("a") as queue, events.listen("b") as other:
            events.tell("a", "photo", id="1", name="Ünal.jpg")
            assert other.empty()
            stream = server_sent(queue)
            return [await anext(stream), await anext(stream)]

    _, event = asyncio.run(through())
    assert event.decode() == (
        'event: photo\ndata: {"event": "photo", "id": "1", "name": "Ünal.jpg"}\n\n'
    )
