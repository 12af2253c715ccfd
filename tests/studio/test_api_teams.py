"""The API of teams: what whoever runs one can do, and that no face is in it before its yes."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from catchlight.roster import load_roster

from .asking import SCRIPT, Served, served
from .painted_team import PaintedLab, copied, painted_team

API = "/api/v1/teams"


@pytest.fixture(scope="module")
def team_of_two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("made")
    painted_team(place, "Ada Önder", "Ben")
    return place


@pytest.fixture
def one(team_of_two: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Served:
    """A studio whose lab makes pictures up, beside a team of two."""
    copied(team_of_two, tmp_path / "company")
    found = served(tmp_path / "studio")
    found.studio.teams.lab = PaintedLab(monkeypatch)
    found.studio.teams.address = "http://127.0.0.1:8123"
    return found


def through(one: Served, work: Callable[[str], Awaitable[None]], folder: Path) -> None:
    """Open the team and do something with its address."""

    async def whole() -> None:
        try:
            opened = await one.json("POST", API, {"folder": str(folder)})
            assert opened.status == 201, opened.data
            await work(f"{API}/{opened.data['id']}")
        finally:
            await one.studio.close()

    asyncio.run(whole())


async def ended(one: Served, base: str, job: dict[str, Any]) -> dict[str, Any]:
    await one.studio.teams.jobs.wait(job["id"])
    return dict((await one.json("GET", f"{base}/jobs/{job['id']}")).data)


def test_a_script_goes_from_the_folder_to_the_delivery(one: Served, tmp_path: Path) -> None:
    out = tmp_path / "company" / "out"

    async def work(base: str) -> None:
        about = (await one.json("GET", base)).data
        assert (about["people"], about["counts"]) == (2, {"proof ready": 2})
        people = (await one.json("GET", f"{base}/people")).data
        assert [row["person"] for row in people] == ["ada-onder", "ben"]
        assert [row["picture"] for row in people] == [None, None]
        for asked, found in (("words=%C3%96NDER", 1), ("words=head%20ben", 1), ("words=cy", 0),
                             ("status=approved", 0), ("status=proof%20ready", 2)):  # fmt: skip
            assert len((await one.json("GET", f"{base}/people?{asked}")).data) == found, asked
        assert (await one.json("GET", f"{base}/people?status=happy")).status == 422

        ada = f"{base}/people/ada-onder"
        before = await one.ask("GET", f"{ada}/picture.jpg", SCRIPT)
        assert (before.status, before.headers["content-type"]) == (403, "application/problem+json")
        assert (await one.json("POST", f"{ada}/approve")).status == 422  # how did she say so?
        yes = await one.json("POST", f"{ada}/approve", {"said": "by e-mail on Monday"})
        assert (yes.data["status"], yes.data["said"]) == ("approved", "by e-mail on Monday")
        whole = await one.ask("GET", f"{ada}/picture.jpg", SCRIPT)
        assert whole.body == (out / "people" / "ada-onder" / "1" / "headshot.jpg").read_bytes()
        assert whole.headers["content-type"] == "image/jpeg"
        assert (await one.ask("GET", f"{ada}/card.jpg", SCRIPT)).body.endswith(b"ada-onder")

        asked = await one.json("POST", f"{base}/people/ben/retake", {"why": "Look up, please."})
        assert asked.data["status"] == "retake asked"
        line = "Ben, your photo needs another try. Look up, please."
        assert (await one.json("GET", f"{base}/retakes")).data == [
            {"person": "ben", "name": "Ben", "email": "1@example.org", "status": "retake asked",
             "message": line}]  # fmt: skip

        delivered = (await one.json("POST", f"{base}/deliveries")).data
        assert delivered["files"] == ["Ada Önder-headshot.jpg", "Ada Önder-web.jpg"]
        packed = await one.ask("GET", f"{base}/approved.zip", SCRIPT)
        with zipfile.ZipFile(io.BytesIO(packed.body)) as archive:
            assert archive.namelist() == delivered["files"]
            assert archive.read("Ada Önder-headshot.jpg") == whole.body
        assert (await one.json("GET", ada)).data["said"] == "by e-mail on Monday"
        sheet = (await one.json("GET", f"{base}/consistency")).data
        assert len(sheet["in_series"]) == 2

        removed = (await one.json("DELETE", ada)).data
        assert (removed["left"], (await one.json("GET", ada)).status) == (0, 404)
        receipt = (await one.json("DELETE", base)).data
        assert receipt["left"] == 0
        assert (await one.json("GET", base)).status == 404
        assert (await one.json("GET", API)).data == []

    through(one, work, out)
    assert list(out.iterdir()) == []
    assert [m.name for m in load_roster(tmp_path / "company" / "ROSTER.csv").members] == ["Ben"]


def test_a_run_tells_how_far_it_is_and_can_be_called_off_and_taken_up(
    one: Served, tmp_path: Path
) -> None:
    lab = one.studio.teams.lab
    assert isinstance(lab, PaintedLab)
    photos = tmp_path / "company" / "photos"

    async def work(base: str) -> None:
        team = base.rsplit("/", 1)[1]
        (photos / "0" / "a.jpg").write_bytes(b"another photo of Ada")
        lab.go.clear()
        with one.studio.events.listen(team) as queue:
            job = (await one.json("POST", f"{base}/runs")).data
            told = await asyncio.wait_for(queue.get(), 60)
            assert (told["event"], told["job"]["status"]) == ("job", "running")
            again = await one.json("POST", f"{base}/runs")
            assert (again.status, "already" in again.data["detail"]) == (409, True)
            off = (await one.json("DELETE", f"{base}/jobs/{job['id']}")).data
            assert off["status"] == "cancelled"
        lab.go.set()
        with one.studio.events.listen(team) as queue:
            job = (await one.json("POST", f"{base}/runs", {"new_series": True})).data
            assert (await ended(one, base, job))["status"] == "done"
            heard = [queue.get_nowait() for _ in range(queue.qsize())]
        stages = [e["job"]["stage"] for e in heard if e["event"] == "job" and e["job"]["stage"]]
        assert stages[0] == "finding the photos"
        assert stages[-1] == "making the pictures"
        assert "people" in [event["event"] for event in heard]
        assert [j["status"] for j in (await one.json("GET", f"{base}/jobs")).data] == [
            "cancelled", "done"]  # fmt: skip

        (tmp_path / "company" / "ROSTER.csv").write_text("name,photos\nAda Önder,\n")
        job = (await one.json("POST", f"{base}/runs")).data
        failed = await ended(one, base, job)
        assert (failed["status"], "nobody's photos" in failed["problem"]) == ("failed", True)
        assert (await one.json("GET", f"{base}/jobs/{'0' * 16}")).status == 404

    through(one, work, tmp_path / "company" / "out")


def test_only_the_folder_of_a_team_is_opened(one: Served, tmp_path: Path) -> None:
    out = tmp_path / "company" / "out"
    (tmp_path / "link").symlink_to(out)
    (tmp_path / "faked").mkdir()
    (tmp_path / "faked" / "team.json").symlink_to(out / "team.json")
    wrong = [
        "", "out", "~/out", "/", "/etc", "/etc/passwd", "/root", "/no/such", f"{out}/../out",
        f"{out}/people/../../out", f"{tmp_path}/link", f"{tmp_path}/faked", f"{out}/team.json",
        f"{out}\0", f"{out}\n", f"file://{out}", "/" + "x" * 2000, "../../../../etc", str(tmp_path),
    ]  # fmt: skip

    async def work(base: str) -> None:
        answers = [await one.json("POST", API, {"folder": path}) for path in wrong]
        assert {answer.status for answer in answers} == {422}
        said = {
            answer.data["detail"]
            for answer in answers
            if not answer.data["detail"].startswith("folder:")
        }
        assert len(said) == 1  # to whoever guesses paths all look alike
        again = (await one.json("POST", API, {"folder": str(out)})).data
        assert base.endswith(again["id"])
        listed = (await one.json("GET", API)).data
        assert [row["folder"] for row in listed] == [str(out)]
        (out / "team.json").write_text("{")
        assert "cannot be read" in (await one.json("GET", API)).data[0]["problem"]
        assert (await one.json("POST", f"{base}/close")).status == 204
        assert (await one.json("GET", API)).data == []
        assert (out / "people").is_dir()

    through(one, work, out)


def test_a_person_is_named_by_nothing_but_their_folder(one: Served, tmp_path: Path) -> None:
    wrong = {
        "..%2f..%2fetc": 400,
        "%2e%2e": 400,
        "..": 400,
        "ada-onder%00": 400,
        "*": 422,
        "ada.onder": 422,
        "cy": 404,
        "people": 404,
        "Ada": 404,
        "-": 422,
        "x" * 61: 422,
    }

    async def work(base: str) -> None:
        for person, status in wrong.items():
            for method, end in (
                ("GET", ""), ("GET", "/card.jpg"), ("DELETE", ""), ("POST", "/link"),
            ):  # fmt: skip
                answer = await one.ask(method, f"{base}/people/{person}{end}", SCRIPT)
                assert answer.status == status, (method, person, end)
                assert answer.headers["content-type"] == "application/problem+json"

    through(one, work, tmp_path / "company" / "out")
    assert (tmp_path / "company" / "out" / "people" / "ben").is_dir()


def test_nothing_of_a_team_is_told_to_whoever_has_no_key(one: Served, tmp_path: Path) -> None:
    async def work(base: str) -> None:
        ways = [
            ("GET", API), ("POST", API), ("GET", base), ("DELETE", base), ("GET", f"{base}/people"),
            ("GET", f"{base}/people/ben/card.jpg"), ("POST", f"{base}/people/ben/approve"),
            ("POST", f"{base}/people/ben/link"), ("POST", f"{base}/links"),
            ("POST", f"{base}/runs"), ("GET", f"{base}/approved.zip"), ("GET", f"{base}/events"),
        ]  # fmt: skip
        for method, path in ways:
            assert (await one.ask(method, path)).status == 401, path
            form = {"cookie": f"catchlight={one.key}"}  # another site's form
            if method != "GET":
                assert (await one.ask(method, path, form)).status == 403, path
        described = (await one.ask("GET", "/api/v1/openapi.json", SCRIPT)).data["paths"]
        for part in ("people", "people/{person}/picture.jpg", "people/{person}/link", "links",
                     "runs", "jobs", "events", "deliveries", "retakes", "consistency"):  # fmt: skip
            assert f"{API}/{{team}}/{part}" in described, part

    through(one, work, tmp_path / "company" / "out")
