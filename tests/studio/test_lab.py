"""The lab as a process of its own: a real team of one on a Dask cluster, from the API."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from .asking import served
from .painted_team import painted_team
from .running import portraits

pytestmark = pytest.mark.slow

API = "/api/v1/teams"


def test_a_team_is_brought_up_to_date_beside_the_studio(tmp_path: Path) -> None:
    team = painted_team(tmp_path / "company", "Ada")
    photos = tmp_path / "company" / "photos" / "0"
    shutil.copy(portraits(tmp_path / "portraits")[0], photos / "a.jpg")
    one = served(tmp_path / "studio")
    stages: list[str] = []

    async def through() -> None:
        try:
            base = f"{API}/{(await one.json('POST', API, {'folder': str(team.out)})).data['id']}"
            with one.studio.events.listen(base.rsplit("/", 1)[1]) as queue:
                job = (await one.json("POST", f"{base}/runs")).data
                await one.studio.teams.jobs.wait(job["id"])
                while not queue.empty():
                    event = queue.get_nowait()
                    stages.append(event["job"]["stage"] if event["event"] == "job" else "")
            ended = (await one.json("GET", f"{base}/jobs/{job['id']}")).data
            assert (ended["status"], ended["problem"]) == ("done", "")
            person = (await one.json("GET", f"{base}/people/ada")).data
            assert (person["status"], person["picture"]) == ("proof ready", None)
            picture = team.out / "people" / "ada" / "1" / "headshot.jpg"
            assert picture.read_bytes().startswith(b"\xff\xd8")

            # a run that is called off writes nothing after the team is deleted
            (photos / "a.jpg").write_bytes((tmp_path / "portraits" / "IMG_0004.jpg").read_bytes())
            await one.json("POST", f"{base}/runs")
            assert (await one.json("DELETE", base)).data["left"] == 0
            assert one.studio.teams.lab.running
            assert list(team.out.iterdir()) == []
        finally:
            await one.studio.close()

    asyncio.run(through())
    assert {"looking at the people", "making the pictures"} <= set(stages)
    assert list(team.out.iterdir()) == []
