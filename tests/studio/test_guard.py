"""Hostile requests: all refused, nothing of the store changed, nothing said to other sites."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator

import pytest

from catchlight.studio.guard import MOST_BODY, MOST_UPLOAD

from .asking import HOST, SCRIPT, TOKEN, Served, served

API = "/api/v1/sessions"
SOCKET = "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    one = served(tmp_path_factory.mktemp("studio"))
    one.studio.begin()
    yield one
    asyncio.run(one.studio.close())


def cookie(value: str = "catchlight=KEY", **more: str) -> dict[str, str]:
    return {"cookie": value, **{name.replace("_", "-"): text for name, text in more.items()}}


packed = {**SCRIPT, "content-encoding": "gzip"}


def long(length: int) -> dict[str, str]:
    return {**SCRIPT, "content-length": str(length)}


ONE, EVIL, SIT = f"{API}/SESSION", "http://evil.example", 16 * "0"


# name, method, path, headers (KEY stands for the browser's key), host, status
REQUESTS = [
    ("no token", "GET", API, {}, HOST, 401),
    ("no token for a picture", "GET", f"{ONE}/photos/{16 * '0'}/thumb.jpg", {}, HOST, 401),
    ("no token for the description", "GET", "/api/v1/openapi.json", {}, HOST, 401),
    ("no cookie for a page", "GET", "/", {}, HOST, 401),
    ("no cookie for a script file", "GET", "/studio/static/loupe.js", {}, HOST, 401),
    ("a wrong token", "GET", API, {"authorization": "Bearer x"}, HOST, 401),
    ("an empty token", "GET", API, {"authorization": "Bearer "}, HOST, 401),
    ("the token in another scheme", "GET", API, {"authorization": f"Basic {TOKEN}"}, HOST, 401),
    ("the token in the address", "GET", f"{API}?token={TOKEN}", {}, HOST, 401),
    ("the token in capitals", "GET", API, {"authorization": f"Bearer {TOKEN.upper()}"}, HOST, 401),
    ("the token's beginning", "GET", API, {"authorization": f"Bearer {TOKEN[:-1]}"}, HOST, 401),
    ("the token for a page", "GET", "/", SCRIPT, HOST, 401),
    ("the token as a cookie", "GET", API, cookie(f"catchlight={TOKEN}"), HOST, 401),
    ("a wrong cookie", "GET", API, cookie("catchlight=abc"), HOST, 401),
    ("another cookie's name", "GET", API, cookie("catchlight2=KEY"), HOST, 401),
    ("a cookie that is none", "GET", API, cookie("\x00;=;;catchlight"), HOST, 401),
    ("a link of nobody", "GET", "/enter?key=abc", {}, HOST, 401),
    ("no link at all", "GET", "/enter", {}, HOST, 401),
    ("the browser's key as a link", "GET", "/enter?key=KEY", {}, HOST, 401),
    ("two links at once", "GET", "/enter?key=LINK&key=LINK", {}, HOST, 401),
    ("a link that is sent", "POST", "/enter?key=LINK", {}, HOST, 405),
    ("another host", "GET", API, SCRIPT, "evil.example", 421),
    ("another host at this port", "GET", API, SCRIPT, "evil.example:8123", 421),
    ("a rebound name with the cookie", "GET", API, cookie(), "a.rebind.example:8123", 421),
    ("the address without its port", "GET", API, SCRIPT, "127.0.0.1", 421),
    ("any address", "GET", API, SCRIPT, "0.0.0.0:8123", 421),
    ("no host", "GET", API, SCRIPT, None, 421),
    ("two hosts", "GET", API, {**SCRIPT, "host": HOST}, HOST, 421),
    ("another site's read", "GET", API, cookie(origin=EVIL), HOST, 403),
    ("a sandboxed page's read", "GET", API, cookie(origin="null"), HOST, 403),
    ("another port's read", "GET", API, cookie(origin="http://127.0.0.1:8124"), HOST, 403),
    ("the same over TLS", "GET", API, cookie(origin=f"https://{HOST}"), HOST, 403),
    ("another site with the token", "GET", API, {**SCRIPT, "origin": EVIL}, HOST, 403),
    ("another site's picture tag", "GET", API, cookie(sec_fetch_site="cross-site"), HOST, 403),
    ("a sister site's picture tag", "GET", API, cookie(sec_fetch_site="same-site"), HOST, 403),
    ("another site's form", "POST", API, cookie(origin=EVIL, **FORM), HOST, 403),
    ("a form that hides its site", "POST", API, cookie(**FORM), HOST, 403),
    ("another site's delete", "DELETE", API, cookie(origin=EVIL), HOST, 403),
    ("a preflight", "OPTIONS", API, {"origin": f"http://{HOST}"}, HOST, 405),
    ("a trace", "TRACE", API, SCRIPT, HOST, 405),
    ("a put", "PUT", API, SCRIPT, HOST, 405),
    ("out of the folder", "GET", "/studio/static/../../studio.db", SCRIPT, HOST, 400),
    ("out of it, encoded", "GET", f"{ONE}/shown/%2e%2e%2f%2e%2e%2fstudio.db", SCRIPT, HOST, 400),
    ("out of it, backwards", "GET", "/studio/static/..\\..\\studio.db", SCRIPT, HOST, 400),
    ("out of it, with two slashes", "GET", "/studio/static//etc/passwd", SCRIPT, HOST, 400),
    ("a name that ends early", "GET", f"{ONE}/shown/a%00.jpg", SCRIPT, HOST, 400),
    ("a session that is a path", "DELETE", f"{API}/..%2f..%2fetc", SCRIPT, HOST, 400),
    ("a session that is a pattern", "GET", f"{API}/*", SCRIPT, HOST, 422),
    ("a hidden file", "GET", f"{ONE}/deliveries/{16 * '0'}/files/.token", SCRIPT, HOST, 422),
    ("an endless address", "GET", f"{API}?x={'x' * 9000}", SCRIPT, HOST, 414),
    ("too large, it says", "POST", API, long(MOST_BODY + 1), HOST, 413),
    ("too large a photo, it says", "POST", f"{ONE}/photos", long(MOST_UPLOAD + 1), HOST, 413),
    ("a length below nothing", "POST", API, long(-1), HOST, 400),
    ("a length in two ways", "POST", API, {**long(1), "transfer-encoding": "chunked"}, HOST, 400),
    ("no token for a frame", "POST", f"{ONE}/coach/{SIT}?time=1", {}, HOST, 401),
    ("another site's frame", "POST", f"{ONE}/coach/{SIT}?time=1", cookie(origin=EVIL), HOST, 403),
    ("a form's frame", "POST", f"{ONE}/coach/{SIT}?time=1", cookie(**FORM), HOST, 403),
    ("too large a frame", "POST", f"{ONE}/coach/{SIT}?time=1", long(MOST_BODY + 1), HOST, 413),
    ("a packed frame", "POST", f"{ONE}/coach/{SIT}?time=1", packed, HOST, 415),
    ("a frame without its time", "POST", f"{ONE}/coach/{SIT}", SCRIPT, HOST, 422),
    ("a frame of no time", "POST", f"{ONE}/coach/{SIT}?time=nan", SCRIPT, HOST, 422),
    ("a sitting that is a path", "POST", f"{ONE}/coach/..%2fx?time=1", SCRIPT, HOST, 400),
    ("a sitting of any name", "DELETE", f"{ONE}/coach/me", SCRIPT, HOST, 422),
    ("nobody's sitting", "POST", f"{API}/{SIT}/coach/{SIT}?time=1", SCRIPT, HOST, 404),
    ("a verdict on no photo", "GET", f"{ONE}/photos/{SIT}/verdict", SCRIPT, HOST, 404),
    ("packed, to be unpacked", "POST", f"{ONE}/photos", packed, HOST, 415),
]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "headers", "host", "status"),
    [row[1:] for row in REQUESTS],
    ids=[row[0] for row in REQUESTS],
)
def test_a_hostile_request_is_refused(
    studio: Served,
    method: str,
    path: str,
    headers: dict[str, str],
    host: str | None,
    status: int,
) -> None:
    session = studio.studio.store.all("sessions")[0]["id"]
    link = studio.access.link()
    filled = {k: v.replace("KEY", studio.key) for k, v in headers.items()}
    path = path.replace("SESSION", session).replace("KEY", studio.key).replace("LINK", link)
    before = studio.studio.store.all("sessions")
    answer = asyncio.run(studio.ask(method, path, filled, host=host))
    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.data["status"] == status
    assert answer.data["detail"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not any(name.startswith("access-control") for name in answer.headers)
    assert "set-cookie" not in answer.headers
    assert studio.studio.store.all("sessions") == before


@pytest.mark.parametrize(
    ("headers", "host"),
    [
        ({}, HOST),
        ({"origin": f"http://{HOST}"}, HOST),
        ({"cookie": "catchlight=KEY"}, HOST),
        ({"cookie": "catchlight=KEY", "origin": "http://evil.example"}, HOST),
        ({"cookie": "catchlight=KEY", "origin": f"http://{HOST}"}, "evil.example:8123"),
        ({**SCRIPT, "origin": f"http://{HOST}"}, HOST),
    ],
    ids=["no key", "no key from here", "no origin", "another site", "rebound", "a token"],
)
def test_a_hostile_websocket_is_not_opened(
    studio: Served, headers: dict[str, str], host: str
) -> None:
    filled = {k: v.replace("KEY", studio.key) for k, v in headers.items()}
    answer = asyncio.run(studio.ask("GET", SOCKET, filled, kind="websocket", host=host))
    assert answer.status == 1008


@pytest.mark.parametrize(
    ("path", "most"), [(API, MOST_BODY), (f"{API}/SESSION/photos", MOST_UPLOAD)]
)
def test_a_body_that_turns_out_too_large_is_stopped(studio: Served, path: str, most: int) -> None:
    session = studio.studio.store.all("sessions")[0]["id"]
    part = bytes(most // 8)
    parts = [part] * 10
    answer = asyncio.run(studio.ask("POST", path.replace("SESSION", session), SCRIPT, parts))
    assert answer.status == 413
    assert studio.studio.photos(session) == []


def test_the_link_opens_once_and_the_cookie_is_for_this_page_alone(studio: Served) -> None:
    link = studio.access.link()
    first = asyncio.run(studio.ask("GET", f"/enter?key={link}"))
    again = asyncio.run(studio.ask("GET", f"/enter?key={link}"))
    assert (first.status, again.status) == (303, 401)
    given = first.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {p.strip() for p in given.split(";")}
    key = given.split(";")[0]
    assert asyncio.run(studio.ask("GET", API, {"cookie": key})).status == 200
    known = asyncio.run(studio.ask("GET", f"/enter?key={link}", {"cookie": key}))
    assert (known.status, "set-cookie" in known.headers) == (303, False)
    change = {"cookie": key, "origin": f"http://{HOST}", "content-type": "application/json"}
    assert asyncio.run(studio.ask("POST", API, change)).status == 201


def test_every_secret_has_256_bits_and_only_its_hash_is_kept(studio: Served) -> None:

    link = studio.access.link()
    key = studio.access.enter(link)
    assert key is not None
    for secret in (link, key):
        assert len(base64.urlsafe_b64decode(secret + "=")) == 32
    folder = studio.studio.store.folder
    kept = b"".join(path.read_bytes() for path in folder.glob("studio.db*"))
    assert key.encode() not in kept
    assert link.encode() not in kept


def test_what_a_page_may_do_is_named(studio: Served) -> None:
    headers = {"accept": "text/html"}
    answer = asyncio.run(studio.ask("GET", "/", headers))
    assert answer.status == 401
    assert b"it works once" in answer.body
    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'self'"
    assert "'unsafe-inline'" not in policy["script-src"]
    assert policy["frame-ancestors"] == "'none'"
    assert not any("http:" in part or "https:" in part or "*" in part for part in policy.values())
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "camera=(self)" in answer.headers["permissions-policy"]
    assert "microphone=()" in answer.headers["permissions-policy"]
    assert answer.headers["cache-control"] == "no-store"


def test_a_pages_scripts_carry_the_nonce_of_their_policy() -> None:
    from catchlight.studio.guard import _Answer

    sent: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        sent.append(dict(message))

    async def page() -> None:
        answer = _Answer(send, HOST)  # type: ignore[arg-type]
        kind = [(b"content-type", b"text/html"), (b"content-length", b"17")]
        await answer({"type": "http.response.start", "status": 200, "headers": kind})
        for part in (b"<script>1", b"</script>"):
            await answer(
                {"type": "http.response.body", "body": part, "more_body": part != b"</script>"}
            )

    asyncio.run(page())
    headers = dict(sent[0]["headers"])  # type: ignore[call-overload]
    body = sent[1]["body"]
    assert isinstance(body, bytes)
    nonce = body.split(b'"')[1]
    assert b"'nonce-" + nonce + b"'" in headers[b"content-security-policy"]
    assert int(headers[b"content-length"]) == len(body)
