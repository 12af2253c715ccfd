"""The people's door: each sees their own picture and answers; nobody else sees or answers it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from catchlight.studio import teams as teams_module
from catchlight.studio import visits as visits_module
from catchlight.team import load_team
from catchlight.team_links import DAYS

from .asking import HOST, SCRIPT, Answer, Served, served
from .painted_team import copied, painted_team

API = "/api/v1/teams"
HERE = {"origin": f"http://{HOST}"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def team_of_two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("made")
    painted_team(place, "Ada", "Ben")
    return place


class People:
    """A studio with a team of two, and what their browsers do."""

    def __init__(self, one: Served, out: Path) -> None:
        self.one, self.out, self.base = one, out, ""

    async def link(self, person: str) -> str:
        """The secret of a new link."""
        made = await self.one.json("POST", f"{self.base}/people/{person}/link")
        assert made.data["url"].startswith(f"http://{HOST}/proof/enter?key=")
        return str(made.data["url"].split("key=")[1])

    async def press(self, link: str, headers: dict[str, str] | None = None) -> Answer:
        """Press the button on the page of a link."""
        sent = urlencode({"key": link}).encode()
        return await self.one.ask("POST", "/proof/enter", {**HERE, **FORM, **(headers or {})}, sent)

    async def let_in(self, person: str) -> dict[str, str]:
        """Open a person's link; the headers of their browser from then on."""
        opened = await self.press(await self.link(person))
        assert (opened.status, opened.headers["location"]) == (303, "/proof")
        given = opened.headers["set-cookie"]
        parts = {part.strip() for part in given.split(";")}
        assert {"HttpOnly", "SameSite=Strict", "Path=/proof"} <= parts
        return {"cookie": given.split(";")[0], **HERE}

    async def get(self, path: str, who: dict[str, str]) -> Answer:
        return await self.one.ask("GET", path, who)

    async def say(self, who: dict[str, str], **fields: str) -> Answer:
        sent = urlencode(fields).encode()
        return await self.one.ask("POST", "/proof/word", {**who, **FORM}, sent)

    def status(self, person: str) -> str:
        return load_team(self.out).state.people[person].status

    def picture(self, person: str) -> str:
        return str(load_team(self.out).people[person].picture)


def meet(team: Path, place: Path, work: Callable[[People], Awaitable[None]]) -> None:
    """Open the team in a studio and do something with its people."""
    out = copied(team, place / "company")
    one = served(place / "studio")
    one.studio.teams.address = f"http://{HOST}"
    people = People(one, out)

    async def whole() -> None:
        try:
            opened = await one.json("POST", API, {"folder": str(out)})
            people.base = f"{API}/{opened.data['id']}"
            await work(people)
        finally:
            await one.studio.close()

    asyncio.run(whole())


def test_a_person_sees_their_picture_and_says_yes_before_anybody_else_sees_it(
    team_of_two: Path, tmp_path: Path
) -> None:
    async def work(all_: People) -> None:
        one, ada = all_.one, await all_.let_in("ada")
        page = (await all_.get("/proof", ada)).body.decode()
        assert "Ada, this is your picture." in page
        assert "Ben" not in page
        seen = all_.picture("ada")
        shown = await all_.get(f"/proof/picture.jpg?of={seen}", ada)
        assert shown.body == (all_.out / "people/ada/1/headshot.jpg").read_bytes()
        assert (await all_.get("/proof/report.html", ada)).body == b"<p>proof</p>"
        for end in ("picture.jpg", "card.jpg"):  # the organiser, meanwhile
            assert (await one.ask("GET", f"{all_.base}/people/ada/{end}", SCRIPT)).status == 403
            assert (
                await one.ask("GET", f"{all_.base}/people/ada/{end}", one.browser)
            ).status == 403
        row = (await one.json("GET", f"{all_.base}/people/ada")).data
        assert (row["picture"], bool(row["link"]["opened"])) == (None, True)

        said = await all_.say(ada, word="yes", picture=seen)
        assert (said.status, said.headers["location"], all_.status("ada")) == (
            303, "/proof", "approved")  # fmt: skip
        assert (await one.ask("GET", f"{all_.base}/people/ada/card.jpg", SCRIPT)).status == 200
        assert "You said yes" in (await all_.get("/proof", ada)).body.decode()

        again = await all_.say(ada, word="retake", why="my collar\r\nis <b>crooked</b>")
        assert (again.status, all_.status("ada")) == (303, "retake asked")
        assert (await one.ask("GET", f"{all_.base}/people/ada/card.jpg", SCRIPT)).status == 403
        line = (await one.json("GET", f"{all_.base}/retakes")).data[0]["message"]
        assert line == "Ada, your photo needs another try. my collar is <b>crooked</b>"
        assert "is &lt;b&gt;crooked" in (await all_.get("/proof", ada)).body.decode()

    meet(team_of_two, tmp_path, work)


def test_a_link_opens_once_is_not_spent_by_looking_and_ends(
    team_of_two: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(all_: People) -> None:
        link = await all_.link("ada")
        for headers in ({}, {"sec-fetch-site": "cross-site"}, {"user-agent": "a mail program"}):
            looked = await all_.get(f"/proof/enter?key={link}", headers)
            assert (looked.status, "set-cookie" in looked.headers) == (200, False)
            assert b"Ada" not in looked.body
        # the organiser's own browser does not open it, nor is it spent by trying
        tried = await all_.press(link, all_.one.browser)
        assert (tried.status, "set-cookie" in tried.headers) == (403, False)
        assert (await all_.press(link)).status == 303
        for answer in (await all_.press(link), await all_.get(f"/proof/enter?key={link}", {})):
            assert (answer.status, "set-cookie" in answer.headers) == (401, False)

        both = await all_.link("ben")
        answers = await asyncio.gather(*(all_.press(both) for _ in range(4)))
        assert sorted(answer.status for answer in answers) == [303, 401, 401, 401]

        old = await all_.let_in("ada")
        new = await all_.let_in("ada")  # another link ends the visit of the one before
        assert [(await all_.get("/proof", who)).status for who in (old, new)] == [401, 200]
        assert (await all_.one.json("DELETE", f"{all_.base}/people/ada/link")).status == 204
        assert (await all_.get("/proof", new)).status == 401

        late, ada = await all_.link("ben"), await all_.let_in("ada")
        over = visits_module._now() + timedelta(days=DAYS, seconds=1)
        monkeypatch.setattr(visits_module, "_now", lambda: over)
        monkeypatch.setattr(teams_module, "_now", lambda: over)
        assert (await all_.press(late)).status == 401
        assert (await all_.get("/proof", ada)).status == 401
        assert (await all_.one.json("GET", f"{all_.base}/people/ada")).data["link"] == {}

    meet(team_of_two, tmp_path, work)


def test_hostile_visits_are_refused(team_of_two: Path, tmp_path: Path) -> None:
    async def work(all_: People) -> None:
        one, ada, ben = all_.one, await all_.let_in("ada"), await all_.let_in("ben")
        link = await all_.link("ada")
        ada = await all_.let_in("ada")
        team = all_.base.rsplit("/", 1)[1]
        key, other = (who["cookie"].split(".", 1)[1] for who in (ada, ben))
        hers, his = all_.picture("ada"), all_.picture("ben")
        evil = {"cookie": ada["cookie"], "origin": "http://evil.example"}
        bare = {"cookie": ada["cookie"]}
        cases: list[tuple[str, str, str, dict[str, str], int]] = [
            ("no key", "GET", "/proof", {}, 401),
            ("no key for a picture", "GET", f"/proof/picture.jpg?of={hers}", {}, 401),
            ("no key for the style", "GET", "/proof/static/studio.css", {}, 401),
            ("another person's picture", "GET", f"/proof/picture.jpg?of={hers}", ben, 404),
            ("and the other way round", "GET", f"/proof/picture.jpg?of={his}", ada, 404),
            ("any picture", "GET", "/proof/picture.jpg", ada, 422),
            ("a picture by its path", "GET", "/proof/picture.jpg?of=../ben/1/headshot", ada, 422),
            ("the organiser's token", "GET", "/proof", SCRIPT, 401),
            ("the organiser's cookie", "GET", f"/proof/picture.jpg?of={hers}", one.browser, 401),
            ("the link as a key", "GET", "/proof", {"cookie": f"catchlight-proof={link}"}, 401),
            ("a spent link as a key", "GET", "/proof",
             {"cookie": f"catchlight-proof={team}.{link.split('.')[1]}"}, 401),
            ("a key of another team", "GET", "/proof",
             {"cookie": f"catchlight-proof={'0' * 16}.{key}"}, 401),
            ("a team that is a path", "GET", "/proof",
             {"cookie": f"catchlight-proof=../{team}.{key}"}, 401),
            ("a key without its team", "GET", "/proof", {"cookie": f"catchlight-proof={key}"}, 401),
            ("half a key", "GET", "/proof", {"cookie": f"catchlight-proof={team}.{key[:-1]}"}, 401),
            ("two keys in one", "GET", "/proof",
             {"cookie": f"catchlight-proof={team}.{key}{other}"}, 401),
            ("her key under the studio's name", "GET", "/",
             {"cookie": f"catchlight={team}.{key}"}, 401),
            ("the studio", "GET", "/", ada, 401),
            ("the list of people", "GET", f"{all_.base}/people", ada, 401),
            ("her own picture as the organiser has it", "GET",
             f"{all_.base}/people/ada/picture.jpg", ada, 401),
            ("another file of hers", "GET", "/proof/1/matte.png", ada, 403),
            ("a script of the studio", "GET", "/proof/static/loupe.js", ada, 403),
            ("out of the folder", "GET", "/proof/static/../studio.db", ada, 400),
            ("out of it, encoded", "GET", "/proof/static/%2e%2e%2fx", ada, 400),
            ("another site's read", "GET", "/proof", evil, 403),
            ("another site's yes", "POST", "/proof/word", evil, 403),
            ("a yes that hides its site", "POST", "/proof/word", bare, 403),
            ("a yes by looking", "GET", f"/proof/word?word=yes&picture={hers}", ada, 403),
            ("a delete", "DELETE", "/proof", ada, 403),
            ("a link pressed elsewhere", "POST", "/proof/enter",
             {"origin": "http://evil.example"}, 403),
            ("a link pressed by nobody", "POST", "/proof/enter", {}, 403),
            ("a link that is deleted", "DELETE", "/proof/enter", HERE, 405),
            ("no link", "GET", "/proof/enter", {}, 401),
            ("a link of nobody", "GET", f"/proof/enter?key={team}.x", {}, 401),
            ("a link that is a path", "GET", "/proof/enter?key=../../etc.x", {}, 401),
            ("two links", "GET", f"/proof/enter?key={link}&key={link}", {}, 401),
        ]  # fmt: skip
        for name, method, path, headers, status in cases:
            answer = await one.ask(method, path, headers)
            assert answer.status == status, name
            assert "set-cookie" not in answer.headers, name
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert b"headshot.jpg {" not in answer.body, name
        socket = await one.ask("GET", "/proof", ada, kind="websocket")
        assert socket.status == 1008
        wrong = await one.ask("GET", "/proof", ada, host="evil.example:8123")
        assert wrong.status == 421

        for fields, status in (
            ({"word": "yes", "picture": his}, 422), ({"word": "yes"}, 422), ({}, 422),
            ({"word": "no"}, 422), ({"word": "yes", "picture": hers, "person": "ben"}, 303),
        ):  # fmt: skip
            assert (await all_.say(ada, **fields)).status == status, fields
        assert [all_.status(who) for who in ("ada", "ben")] == ["approved", "proof ready"]

    meet(team_of_two, tmp_path, work)


def test_links_for_many_leave_out_who_has_looked_or_answered(
    team_of_two: Path, tmp_path: Path
) -> None:
    async def work(all_: People) -> None:
        one = all_.one
        made = (await one.json("POST", f"{all_.base}/links")).data
        assert [(row["name"], row["email"]) for row in made] == [
            ("Ada", "0@example.org"), ("Ben", "1@example.org")]  # fmt: skip
        assert (await all_.press(made[0]["url"].split("key=")[1])).status == 303
        assert (await one.json("POST", f"{all_.base}/links")).data == []  # all have one
        again = (await one.json("POST", f"{all_.base}/links", {"again": True})).data
        assert [row["person"] for row in again] == ["ben"]
        assert (await all_.press(made[1]["url"].split("key=")[1])).status == 401  # replaced
        assert "." in again[0]["url"].split("key=")[1]
        kept = (all_.out / "links.json").read_text()
        assert not any(row["url"].split(".")[-1] in kept for row in (*made, *again))
        assert (await one.json("POST", f"{all_.base}/people/cy/link")).status == 404

    meet(team_of_two, tmp_path, work)
