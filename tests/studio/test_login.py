"""Signing in to a studio that other machines can reach: who gets a cookie, and who does not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from catchlight.studio import account
from catchlight.studio.access import Access
from catchlight.studio.account import Account, set_password
from catchlight.studio.app import create_app
from catchlight.studio.login import Login
from catchlight.studio.work import Studio

from .asking import SCRIPT, TOKEN, Served
from .test_account import quick

DOOR = "studio.lan:4443"
PASSWORD = "four words of mine"
EVIL = "https://evil.example"
HERE = {"origin": f"https://{DOOR}", "content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setattr(account, "PasswordHasher", quick)
    set_password(tmp_path, PASSWORD)
    studio = Studio(tmp_path)
    access = Access(TOKEN, studio.store, remember=False)
    login = Login(Account(tmp_path), access)
    app = create_app(studio, access, frozenset([DOOR]), entrance=login)
    yield Served(app, studio, access, "")
    asyncio.run(studio.close())


def form(password: str) -> bytes:
    return urlencode({"password": password}).encode()


def test_the_password_gives_a_cookie_that_ends_with_the_browser(far: Served) -> None:
    page = asyncio.run(far.ask("GET", "/login", host=DOOR))
    assert page.status == 200
    assert b'type="password"' in page.body
    assert page.headers["referrer-policy"] == "same-origin"  # or a browser hides the form's origin
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    signed = asyncio.run(far.ask("POST", "/login", HERE, form(PASSWORD), host=DOOR))
    assert (signed.status, signed.headers["location"]) == (303, "/")
    given = {part.strip() for part in signed.headers["set-cookie"].split(";")}
    assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= given
    assert not any(part.startswith("Max-Age") for part in given)
    cookie = {"cookie": signed.headers["set-cookie"].split(";")[0]}
    ask = far.ask("GET", "/api/v1/sessions", cookie, host=DOOR)
    assert asyncio.run(ask).status == 200
    key = cookie["cookie"].split("=")[1]
    kept = b"".join(path.read_bytes() for path in far.studio.store.folder.glob("studio.db*"))
    assert key.encode() not in kept
    assert far.studio.store.browsers() == []  # and no other run knows it
    began = far.ask("POST", "/api/v1/sessions", {**cookie, **HERE}, host=DOOR)
    assert asyncio.run(began).status == 201
    plain = {**cookie, "origin": f"http://{DOOR}"}
    assert asyncio.run(far.ask("POST", "/api/v1/sessions", plain, host=DOOR)).status == 403


def test_a_person_without_it_is_led_to_the_page_and_a_program_is_not(far: Served) -> None:
    person = far.ask("GET", "/", {"accept": "text/html"}, host=DOOR)
    answer = asyncio.run(person)
    assert (answer.status, answer.headers["location"]) == (303, "/login")
    assert asyncio.run(far.ask("GET", "/api/v1/sessions", host=DOOR)).status == 401
    assert asyncio.run(far.ask("GET", "/api/v1/sessions", SCRIPT, host=DOOR)).status == 200


def test_a_browser_that_a_link_let_in_before_has_to_sign_in(far: Served) -> None:
    before = Access(TOKEN, far.studio.store)
    key = before.enter(before.link())
    assert key is not None
    access = Access(TOKEN, far.studio.store, remember=False)
    login = Login(Account(far.studio.store.folder), access)
    app = create_app(far.studio, access, frozenset([DOOR]), entrance=login)
    ask = Served(app, far.studio, access, "").ask(
        "GET", "/api/v1/sessions", {"cookie": f"catchlight={key}"}, host=DOOR
    )
    assert asyncio.run(ask).status == 401
    assert Access(TOKEN, far.studio.store).knows_browser(key)


REQUESTS = [
    ("a wrong password", "POST", HERE, form(PASSWORD + "x"), 401),
    ("none", "POST", HERE, b"", 401),
    ("two at once", "POST", HERE, form(PASSWORD) + b"&" + form(PASSWORD), 401),
    ("another field", "POST", HERE, urlencode({"token": PASSWORD}).encode(), 401),
    ("the token", "POST", HERE, form(TOKEN), 401),
    ("an endless one", "POST", HERE, form("x" * 5000), 413),
    ("very many fields", "POST", HERE, b"&a=" * 800, 400),
    ("no form", "POST", HERE, b'{"password": "\n"}', 400),
    ("another site's form", "POST", {**HERE, "origin": EVIL}, form(PASSWORD), 403),
    ("plain http's form", "POST", {**HERE, "origin": f"http://{DOOR}"}, form(PASSWORD), 403),
    ("a form that hides its site", "POST", {"cookie": "a=b"}, form(PASSWORD), 403),
    ("a delete", "DELETE", HERE, b"", 405),
]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "headers", "body", "status"),
    [row[1:] for row in REQUESTS],
    ids=[row[0] for row in REQUESTS],
)
def test_what_is_no_password_from_the_page_gives_no_cookie(
    far: Served, method: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    answer = asyncio.run(far.ask(method, "/login", headers, body, host=DOOR))
    assert answer.status == status
    assert "set-cookie" not in answer.headers


def test_a_wrong_password_is_not_shown_again_and_many_have_to_wait(far: Served) -> None:
    async def guess() -> list[int]:
        tried = [await far.ask("POST", "/login", HERE, form(f"<b>guess {n}"), host=DOOR)
                 for n in range(7)]  # fmt: skip
        assert not any(b"guess" in answer.body for answer in tried)
        assert int(tried[-1].headers["retry-after"]) >= 1
        right = await far.ask("POST", "/login", HERE, form(PASSWORD), host=DOOR)
        return [*(answer.status for answer in tried), right.status]

    assert asyncio.run(guess()) == [401] * 5 + [429] * 3


def test_another_host_has_no_page_to_sign_in(far: Served) -> None:
    assert asyncio.run(far.ask("GET", "/login", host="evil.example:4443")).status == 421
