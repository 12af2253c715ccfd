"""The API as a script uses it: a whole session, from the brief to the files and the receipt."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from catchlight.recipe import load_recipe
from catchlight.session import rerender

from .asking import SCRIPT, Answer, Served, served
from .running import portraits

API = "/api/v1/sessions"


async def ended(one: Served, base: str, job: dict[str, str]) -> dict[str, str]:
    await one.studio.jobs.wait(job["id"])
    return dict((await one.json("GET", f"{base}/jobs/{job['id']}")).data)


async def send(one: Served, base: str, path: Path) -> Answer:
    return await one.ask("POST", f"{base}/photos?name={path.name}", SCRIPT, path.read_bytes())


def difference(one: bytes, other: bytes) -> np.ndarray:
    """How far two previews of one size are from each other, by pixel."""
    first, second = (cv2.imdecode(np.frombuffer(data, np.uint8), 1) for data in (one, other))
    return np.abs(first.astype(np.int16) - second).max(axis=2)


async def whole_session(one: Served, photos: list[Path], out: Path) -> None:
    law = {"purpose": "law", "authority": 1, "modernity": -1}
    begun = await one.json("POST", API, law)
    base = f"{API}/{begun.data['id']}"
    assert (await one.json("GET", base)).data["suggestion"]["look"] == "legal"
    for path in photos:
        assert (await send(one, base, path)).data["status"] == "ready"

    # faces are compared only when somebody agreed
    asked = await one.json("POST", f"{base}/picks")
    refused = await ended(one, base, asked.data)
    assert refused["status"] == "failed"
    assert "consent" in refused["problem"]
    await one.json("POST", f"{base}/consent", {"who": "the test"})
    asked = await one.json("POST", f"{base}/picks")
    assert (asked.status, (await ended(one, base, asked.data))["status"]) == (202, "done")
    picks = (await one.json("GET", f"{base}/picks")).data
    assert picks["complete"]
    assert [row["rank"] for row in picks["photos"]] == [1, 2, 3, 4]
    best = picks["photos"][0]
    assert best["name"] == "IMG_0001.jpg"
    assert not any(row["file"] in str(row["reasons"]) for row in picks["photos"])

    # choices are steps within bounds
    begun = await one.json("POST", f"{base}/renders", {"photo": best["id"]})
    render = f"{base}/renders/{begun.data['id']}"
    assert begun.data["choices"]["look"] == "legal"
    over = await one.json("PATCH", render, {"exposure": 0.3})
    assert over.status == 422
    assert "exposure" in over.data["detail"]
    assert (await one.json("PATCH", render, {"beauty": 1})).status == 422
    changed = await one.json("PATCH", render, {"exposure": 0.2, "retouch": "none"})
    assert changed.data["undo"]
    undone = await one.json("POST", f"{render}/steps/undo")
    assert undone.data["choices"] == begun.data["choices"]
    assert undone.data["redo"]
    redone = await one.json("POST", f"{render}/steps/redo")
    assert redone.data["choices"] == changed.data["choices"]

    shown = [
        await one.ask("GET", f"{render}/preview.jpg?side=300&how={how}", SCRIPT)
        for how in ("exact", "before", "quick")
    ]
    assert {a.headers["content-type"] for a in shown} == {"image/jpeg"}
    assert len({a.body for a in shown}) > 1

    # a photograph of their own as the backdrop: sent twice, it is there once
    wall = np.full((480, 640, 3), (90, 110, 70), np.uint8)
    wall[200:260] = 160
    office = cv2.imencode(".jpg", wall)[1].tobytes()
    sent = [await one.ask("POST", f"{base}/backdrops", SCRIPT, office) for _ in range(2)]
    name = sent[0].data["backdrop"]
    assert sent[1].data["backdrop"] == name
    assert (await one.json("GET", f"{base}/backdrops")).data == [name]
    assert (await one.ask("POST", f"{base}/backdrops", SCRIPT, b"no photo")).status == 422
    assert (await one.ask("POST", f"{base}/backdrops", SCRIPT, office[:300])).status == 422
    looks = await one.ask("GET", f"{render}/preview.jpg?side=300", SCRIPT)
    assert (await one.json("PATCH", render, {"backdrop": name})).status == 200
    behind = await one.ask("GET", f"{render}/preview.jpg?side=300", SCRIPT)
    assert difference(behind.body, looks.body)[:, :20].mean() > 20  # beside the head
    gone = await one.json("PATCH", render, {"backdrop": f"photo-{'0' * 16}"})
    assert (await one.ask("GET", f"{render}/preview.jpg?side=300", SCRIPT)).status == 409
    assert gone.data["choices"]["backdrop"] != name
    await one.json("POST", f"{render}/steps/undo")

    # a photograph that shows nobody names nobody, and what there was stays as it was
    bare = (await one.ask("POST", f"{base}/photos?name=wall.jpg", SCRIPT, office)).data["id"]
    asked = await one.json("POST", f"{base}/photos/{bare}/person")
    refused = await ended(one, base, asked.data)
    assert (refused["status"], "wall.jpg" in refused["problem"]) == ("failed", True)
    assert (await one.ask("GET", f"{render}/preview.jpg?side=300", SCRIPT)).status == 200
    await one.json("DELETE", f"{base}/photos/{bare}")

    # the delivery makes the same files again from its recipe
    asked = await one.json("POST", f"{render}/deliveries", {"destinations": ["moon"]})
    assert (asked.status, "linkedin" in asked.data["detail"]) == (422, True)
    asked = await one.json("POST", f"{render}/deliveries", {"destinations": ["linkedin"]})
    assert (await ended(one, base, asked.data["job"]))["status"] == "done"
    delivery = f"{base}/deliveries/{asked.data['delivery']['id']}"
    made = (await one.json("GET", delivery)).data["result"]
    assert {b["status"] for b in made["bounds"]} <= {"ok", "could_not_assess"}
    assert [file["destination"] for file in made["files"]] == ["headshot", "cutout", "linkedin"]
    packed = await one.ask("GET", f"{delivery}/headshot.zip", SCRIPT)
    with zipfile.ZipFile(io.BytesIO(packed.body)) as archive:
        archive.extractall(out)
    folder = out / "headshot" / "1"
    before = (folder / "headshot.jpg").read_bytes()
    one_file = await one.ask("GET", f"{delivery}/files/headshot.jpg", SCRIPT)
    assert one_file.body == before
    assert one_file.headers["content-type"] == "application/octet-stream"
    assert load_recipe(folder / "recipe.toml").retouch == "none"
    rerender(folder / "recipe.toml", out / "again", original=photos[0])
    assert (out / "again" / "headshot.jpg").read_bytes() == before
    report = (out / "headshot" / "report.html").read_text("utf-8")
    assert "IMG_0001.jpg" in report
    assert str(one.studio.store.folder) not in report

    saved = await one.ask("GET", f"{base}/export.zip", SCRIPT)
    with zipfile.ZipFile(io.BytesIO(saved.body)) as archive:
        assert archive.testzip() is None
        assert archive.read("photos/IMG_0001.jpg") == photos[0].read_bytes()
        assert archive.read(f"backdrops/{name}.jpg") == office
        kept = archive.read(f"deliveries/{asked.data['delivery']['id']}/1/headshot.jpg")
        assert kept == before
        about = json.loads(archive.read("session.json"))
    assert about["consent"]["who"] == "the test"
    assert [photo["name"] for photo in about["photos"]] == [path.name for path in photos]

    receipt = (await one.json("DELETE", base)).data
    assert receipt["deleted"][0]["photos"] == 4
    assert receipt["found_again"] == 0
    assert (await one.json("GET", base)).status == 404
    left = [p for p in (one.studio.store.folder / "sessions").rglob("*") if p.is_file()]
    assert left == []


def test_a_script_goes_the_whole_way(tmp_path: Path) -> None:
    one = served(tmp_path / "studio")

    async def through() -> None:
        try:
            await whole_session(one, portraits(tmp_path / "photos"), tmp_path / "out")
        finally:
            await one.studio.close()

    asyncio.run(through())


@pytest.mark.slow
@pytest.mark.shared
def test_the_person_can_be_named_by_a_photo(shared: Path, tmp_path: Path) -> None:
    one = served(tmp_path)
    other = shared / "people" / "alex_lacamoire"
    photos = [*sorted((shared / "people" / "obama").glob("*.jpg")), *sorted(other.glob("*.[jp]*g"))]

    async def ranked(base: str, job: dict[str, str]) -> list[str]:
        assert (await ended(one, base, job))["status"] == "done"
        rows = (await one.json("GET", f"{base}/picks")).data["photos"]
        assert not any("--" in reason for row in rows for reason in row["reasons"])
        return [row["name"] for row in rows if row["rank"]]

    async def through() -> None:
        session = (await one.json("POST", API)).data["id"]
        base = f"{API}/{session}"
        sent = [(await send(one, base, path)).data for path in photos]
        await one.json("POST", f"{base}/consent", {"who": "the test"})
        first = await ranked(base, (await one.json("POST", f"{base}/picks")).data)
        assert all(name.startswith("obama") for name in first)
        named = next(row["id"] for row in sent if row["name"].startswith("alex"))
        job = (await one.json("POST", f"{base}/photos/{named}/person")).data
        then = await ranked(base, job)
        assert then
        assert set(then) <= {path.name for path in other.iterdir()}
        await one.studio.close()

    asyncio.run(through())


def test_the_description_names_every_way_in_and_errors_are_problems(tmp_path: Path) -> None:
    one = served(tmp_path)

    async def through() -> None:
        described = (await one.ask("GET", "/api/v1/openapi.json", SCRIPT)).data
        for part in (
            "photos",
            "picks",
            "backdrops",
            "export.zip",
            "renders",
            "deliveries",
            "audits",
            "jobs",
            "events",
        ):
            assert any(f"{{session}}/{part}" in path for path in described["paths"]), part
        missing = await one.json("GET", f"{API}/{'0' * 16}")
        wrong = await one.json("POST", API, {"purpose": "spying"})
        nowhere = await one.json("GET", "/api/v1/nothing")
        for answer, status in ((missing, 404), (wrong, 422), (nowhere, 404)):
            assert answer.status == answer.data["status"] == status
            assert answer.headers["content-type"] == "application/problem+json"
        assert "purpose" in wrong.data["detail"]
        about = (await one.json("GET", "/api/v1/")).data
        assert {look["name"] for look in about["looks"]} >= {"corporate", "legal"}
        await one.studio.close()

    asyncio.run(through())


def test_sessions_and_browsers_are_known_after_a_restart(tmp_path: Path) -> None:
    one = served(tmp_path)
    session = one.studio.begin()["id"]
    key = one.browser

    async def close(studio: Served) -> None:
        await studio.studio.close()

    asyncio.run(close(one))
    again = served(tmp_path)
    answer = asyncio.run(again.ask("GET", f"{API}/{session}", key))
    assert (answer.status, answer.data["id"]) == (200, session)
    asyncio.run(close(again))
