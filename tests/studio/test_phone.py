"""The phone's door: what it lets in, once and in time, and everything that it refuses."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import socket
import ssl
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from catchlight.studio.guard import MOST_BODY, MOST_UPLOAD, Guard
from catchlight.studio.phone import COOKIE, HOME, Phone, PhoneAccess, allowed
from catchlight.studio.phone_app import phone_app
from catchlight.studio.problems import Problem
from catchlight.studio.work import Studio

from .asking import SCRIPT, Served, served

DOOR = "192.0.2.7:4443"
ID = 16 * "0"


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str, str]]:
    """The door with a phone inside; its session, and another one."""
    one = served(tmp_path_factory.mktemp("phone"))
    own, other = (one.studio.begin()["id"] for _ in range(2))
    yield opened(one.studio, own), own, other
    asyncio.run(one.studio.close())


def opened(studio: Studio, session: str) -> Served:
    access = PhoneAccess()
    key = access.enter(access.code)
    assert key is not None
    app = Guard(
        phone_app(studio, session), access, frozenset([DOOR]), secure=True, cookie=COOKIE,
        home=HOME, allowed=lambda method, path: allowed(session, method, path),
    )  # fmt: skip
    return Served(app, studio, access, key)  # type: ignore[arg-type]


def phone(**more: str) -> dict[str, str]:
    headers = {"cookie": f"{COOKIE}=KEY", "origin": f"https://{DOOR}", **more}
    return {name.replace("_", "-"): text for name, text in headers.items() if text}


OWN, OTHER = "/api/v1/sessions/OWN", "/api/v1/sessions/OTHER"

# name, method, path, headers, host, status
REQUESTS = [
    ("nobody's page", "GET", "/phone", {}, DOOR, 401),
    ("nobody's script", "GET", "/studio/static/camera.js", {}, DOOR, 401),
    ("nobody's photo", "POST", f"{OWN}/photos", {"origin": f"https://{DOOR}"}, DOOR, 401),
    ("a wrong key", "GET", "/phone", {"cookie": f"{COOKIE}=abc"}, DOOR, 401),
    ("the studio's cookie", "GET", "/phone", {"cookie": "catchlight=STUDIO"}, DOOR, 401),
    ("its key as the studio's", "GET", "/phone", {"cookie": f"{COOKIE}=STUDIO"}, DOOR, 401),
    ("the token", "POST", f"{OWN}/photos", SCRIPT, DOOR, 401),
    ("the token's read", "GET", "/api/v1/sessions", SCRIPT, DOOR, 401),
    ("the code once more", "GET", "/enter?key=CODE", {}, DOOR, 401),
    ("the key as a code", "GET", "/enter?key=KEY", {}, DOOR, 401),
    ("the code sent", "POST", "/enter?key=CODE", phone(), DOOR, 405),
    ("all sessions", "GET", "/api/v1/sessions", phone(), DOOR, 403),
    ("a new session", "POST", "/api/v1/sessions", phone(), DOOR, 403),
    ("its own session", "GET", OWN, phone(), DOOR, 403),
    ("its session's end", "DELETE", OWN, phone(), DOOR, 403),
    ("everything's end", "DELETE", "/api/v1/sessions", phone(), DOOR, 403),
    ("a list of photos", "GET", f"{OWN}/photos", phone(), DOOR, 403),
    ("a thumbnail", "GET", f"{OWN}/photos/{ID}/thumb.jpg", phone(), DOOR, 403),
    ("a photo's removal", "DELETE", f"{OWN}/photos/{ID}", phone(), DOOR, 403),
    ("its consent", "POST", f"{OWN}/consent", phone(), DOOR, 403),
    ("its ranking", "GET", f"{OWN}/picks", phone(), DOOR, 403),
    ("its events", "GET", f"{OWN}/events", phone(), DOOR, 403),
    ("an audit", "POST", f"{OWN}/audits", phone(), DOOR, 403),
    ("a backdrop", "POST", f"{OWN}/backdrops", phone(), DOOR, 403),
    ("another session's photo", "POST", f"{OTHER}/photos", phone(), DOOR, 403),
    ("another session's frame", "POST", f"{OTHER}/coach/{ID}?time=1", phone(), DOOR, 403),
    ("another session's verdict", "GET", f"{OTHER}/photos/{ID}/verdict", phone(), DOOR, 403),
    ("the description", "GET", "/api/v1/openapi.json", phone(), DOOR, 403),
    ("the studio's page", "GET", "/", phone(), DOOR, 403),
    ("the privacy page", "GET", "/privacy", phone(), DOOR, 403),
    ("another part's script", "GET", "/studio/static/develop.js", phone(), DOOR, 403),
    ("a page's own files", "GET", "/_nicegui/auto/static/nicegui.js", phone(), DOOR, 403),
    ("two sessions in one path", "POST", f"{OWN}/photos/../../OTHER/photos", phone(), DOOR, 400),
    ("a path with a turn", "GET", "/studio/static/..%2f..%2fx", phone(), DOOR, 400),
    ("another site's frame", "POST", f"{OWN}/coach/{ID}?time=1",
     phone(origin="https://evil.example"), DOOR, 403),
    ("plain http's origin", "POST", f"{OWN}/photos", phone(origin=f"http://{DOOR}"), DOOR, 403),
    ("a form that hides", "POST", f"{OWN}/photos", phone(origin=""), DOOR, 403),
    ("another site's picture", "GET", "/phone", phone(sec_fetch_site="cross-site"), DOOR, 403),
    ("a rebound name", "GET", "/phone", phone(origin=""), "evil.example:4443", 421),
    ("the studio's address", "GET", "/phone", phone(origin=""), "127.0.0.1:8123", 421),
    ("too large a frame", "POST", f"{OWN}/coach/{ID}?time=1",
     phone(content_length=str(MOST_BODY + 1)), DOOR, 413),
    ("too large a photo", "POST", f"{OWN}/photos",
     phone(content_length=str(MOST_UPLOAD + 1)), DOOR, 413),
    ("a packed photo", "POST", f"{OWN}/photos", phone(content_encoding="gzip"), DOOR, 415),
]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "headers", "host", "status"),
    [row[1:] for row in REQUESTS],
    ids=[row[0] for row in REQUESTS],
)
def test_a_hostile_request_is_refused(
    door: tuple[Served, str, str],
    method: str,
    path: str,
    headers: dict[str, str],
    host: str,
    status: int,
) -> None:
    one, own, other = door
    studios = one.studio.store.browsers()[0]
    for name, value in {"OWN": own, "OTHER": other, "KEY": one.key, "STUDIO": studios,
                        "CODE": one.access.code}.items():  # type: ignore[attr-defined]  # fmt: skip
        path = path.replace(name, value)
        headers = {k: v.replace(name, value) for k, v in headers.items()}
    answer = asyncio.run(one.ask(method, path, headers, host=host))
    assert answer.status == status
    assert answer.data["detail"]
    assert "set-cookie" not in answer.headers
    assert len(one.studio.store.all("sessions")) == 2
    assert one.studio.photos(own) == one.studio.photos(other) == []


def test_a_websocket_is_not_opened(door: tuple[Served, str, str]) -> None:
    headers = {**phone(), "cookie": f"{COOKIE}={door[0].key}"}
    path = "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"
    answer = asyncio.run(door[0].ask("GET", path, headers, kind="websocket", host=DOOR))
    assert answer.status == 1008


def test_the_phone_gets_the_camera_and_what_it_needs(door: tuple[Served, str, str]) -> None:
    one, own, _ = door
    headers = {**phone(), "cookie": f"{COOKIE}={one.key}"}
    page = asyncio.run(one.ask("GET", "/phone", headers, host=DOOR))
    assert page.status == 200
    assert own.encode() in page.body
    assert b'<script nonce="' in page.body
    assert f"wss://{DOOR}" in page.headers["content-security-policy"]
    for path in ("/phone/vue.js", "/studio/static/camera.js", "/studio/static/phone.js"):
        found = asyncio.run(one.ask("GET", path, headers, host=DOOR))
        assert (found.status, "javascript" in found.headers["content-type"]) == (200, True)
    # a file that is none is kept as refused, in the phone's session
    sent = asyncio.run(one.ask("POST", f"/api/v1/sessions/{own}/photos", headers, b"no photo",
                               host=DOOR))  # fmt: skip
    assert (sent.status, sent.data["status"], sent.data["session"]) == (201, "refused", own)
    asyncio.run(one.studio.forget_photo(own, sent.data["id"]))


def test_the_code_has_256_bits_works_once_and_in_time() -> None:
    access = PhoneAccess()
    assert len(base64.urlsafe_b64decode(access.code + "=")) == 32
    assert access.enter(access.code + "x") is None
    assert not access.knows_browser("")
    key = access.enter(access.code)
    assert key is not None
    assert access.knows_browser(key)
    assert access.enter(access.code) is None
    late = PhoneAccess(lasts=0.0)
    assert late.enter(late.code) is None
    assert not late.knows_script(late.code)


def test_the_cookie_is_for_this_door_over_tls_alone(tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    one = opened(studio, studio.begin()["id"])
    access = PhoneAccess()
    guard = one.app
    assert isinstance(guard, Guard)
    guard._access = access
    answer = asyncio.run(one.ask("GET", f"/enter?key={access.code}", {}, host=DOOR))
    assert (answer.status, answer.headers["location"]) == (303, "/phone")
    given = {part.strip() for part in answer.headers["set-cookie"].split(";")}
    assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= given
    asyncio.run(studio.close())


def asked(port: int, path: str) -> tuple[int, str]:
    """Ask the door over TLS, whoever it is; the status and the certificate's SHA-256."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", port), 20) as plain,
        trusting.wrap_socket(plain) as tls,
    ):
        digest = hashlib.sha256(tls.getpeercert(binary_form=True) or b"").hexdigest()
        line = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
        tls.sendall(line.encode())
        return int(tls.recv(4096).split()[1]), digest


def plainly(port: int) -> bytes:
    """Ask the door without TLS; what comes back."""
    with socket.create_connection(("127.0.0.1", port), 20) as plain:
        plain.settimeout(20)
        plain.sendall(f"GET /phone HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        with contextlib.suppress(ConnectionError):
            return plain.recv(4096)
        return b""


async def refuses(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionError:
        return True
    writer.close()
    return False


def test_the_door_is_open_only_while_somebody_has_it_open(tmp_path: Path) -> None:
    async def through() -> None:
        studio = Studio(tmp_path)
        door = Phone(studio, "127.0.0.1")
        first, second = (studio.begin()["id"] for _ in range(2))
        with pytest.raises(Problem):
            await door.open(ID)
        row = await door.open(first)
        port = int(row["url"].split(":")[2].split("/")[0])
        code = row["url"].split("key=")[1]
        assert door.row(second) is None
        assert b"HTTP/1.1 2" not in await asyncio.to_thread(plainly, port)

        status, digest = await asyncio.to_thread(asked, port, "/phone")
        assert status == 401
        assert row["fingerprint"] == bytes.fromhex(digest).hex(":").upper()
        key = tmp_path / "tls" / "phone-key.pem"
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        assert (await asyncio.to_thread(asked, port, f"/enter?key={code}"))[0] == 303
        assert (await asyncio.to_thread(asked, port, f"/enter?key={code}"))[0] == 401
        while not (door.row(first) or {}).get("came"):
            await asyncio.sleep(0.01)
        assert "url" not in (door.row(first) or {})

        # for another session: the first one's door is closed, with the same certificate
        again = await door.open(second)
        assert (door.row(first), again["fingerprint"]) == (None, row["fingerprint"])
        assert await refuses(port)
        port = int(again["url"].split(":")[2].split("/")[0])
        await door.close(first)  # not the one that is open
        assert not await refuses(port)
        await studio.forget([second])
        while door.row(second) is not None or not await refuses(port):
            await asyncio.sleep(0.01)
        await studio.close()

    asyncio.run(asyncio.wait_for(through(), 120))


def test_a_door_that_nobody_comes_through_closes_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catchlight.studio.phone.PhoneAccess", lambda: PhoneAccess(0.05))

    async def through() -> None:
        studio = Studio(tmp_path)
        door = Phone(studio, "127.0.0.1")
        session = studio.begin()["id"]
        row = await door.open(session)
        port = int(row["url"].split(":")[2].split("/")[0])
        while door.row(session) is not None or not await refuses(port):
            await asyncio.sleep(0.01)
        await studio.close()

    asyncio.run(asyncio.wait_for(through(), 120))
