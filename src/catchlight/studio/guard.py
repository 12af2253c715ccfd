"""The guard: stands before everything else, and lets a request in or answers why not.

Checked in this order, before any body is read: the form of the request, Host (a name that another
site made point here is refused: DNS rebinding), where the request comes from (Origin and
Sec-Fetch-Site), who sends it (cookie or token; pictures and the websocket too), how much it sends.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Protocol
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .access import COOKIE
from .plain_page import plain_page
from .problems import MEDIA_TYPE, Problem
from .words import word

__all__ = ["MOST_BODY", "MOST_UPLOAD", "Entrance", "Guard"]

MOST_UPLOAD = 50 * 1024 * 1024
"""Bytes of a photograph that is sent."""
MOST_BODY = 256 * 1024
"""Bytes of any other request."""

_UPLOADS = re.compile(r"/api/v1/sessions/[0-9a-f]{16}/(photos|audits|backdrops)")
_METHODS = frozenset(("GET", "HEAD", "POST", "PATCH", "DELETE"))
_SAFE = frozenset(("GET", "HEAD"))
_ENTRANCE = "/enter"

# NiceGUI evaluates its components' expressions in the page ('unsafe-eval') and sets styles on
# elements ('unsafe-inline' of style-src). Scripts in a page need the page's own nonce, and nothing
# is loaded from, sent to or framed by anywhere else.
_POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self' {socket}://{host}; worker-src 'none'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
}


class Doorkeeper(Protocol):
    """Who knows who may come in."""

    def enter(self, secret: str) -> str | None:
        """Spend a link; the key for the cookie."""

    def knows_browser(self, key: str) -> bool:
        """Whether a cookie's key was given out here."""

    def knows_script(self, token: str) -> bool:
        """Whether this is the token for scripts."""


class Entrance(Protocol):
    """A page by which one comes in, such as the one for signing in."""

    path: str

    async def answer(self, scope: Scope, receive: Receive, send: Send, *, trusted: bool) -> None:
        """Show it, or take what was sent from it; `trusted`: it is said to come from here."""


class Guard:
    """Refuses what is not from the studio's own page or from a script with the token."""

    def __init__(
        self,
        app: ASGIApp,
        access: Doorkeeper,
        hosts: frozenset[str],
        *,
        secure: bool = False,
        cookie: str = COOKIE,
        home: str = "/",
        allowed: Callable[[str, str], bool] | None = None,
        entrance: Entrance | None = None,
    ) -> None:
        """Stand before an app.

        Parameters
        ----------
        hosts : values of the Host header that name this studio, port and all.
        secure : whether it is spoken to over TLS.
        cookie : its name.
        home : where a link leads.
        entrance : the page by which one comes in; None: there is none, but links.
        allowed : which methods and paths those who are let in may ask for; None: all.
        """
        self._app, self._access, self._hosts = app, access, hosts
        self._secure, self._cookie, self._home, self._allowed = secure, cookie, home, allowed
        self._entrance = entrance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        host = ""
        try:
            headers = _headers(scope)
            host = self._host(headers)
            _form(scope)
            trusted = self._origin(scope, headers, host)
            if scope["path"] == _ENTRANCE:
                await self._enter(scope, headers, send, host)
                return
            way = self._entrance
            if way is not None and scope["path"] == way.path and scope["type"] == "http":
                form = _Body(scope, headers, receive)
                answer = _Answer(send, host, secure=self._secure)
                await way.answer(scope, form, answer, trusted=trusted)
                return
            self._known(scope, headers, trusted=trusted)
            body = _Body(scope, headers, receive)
        except Problem as problem:
            led = self._entrance.path if self._entrance and problem.status == 401 else ""
            await _refuse(scope, receive, send, problem, host, led)
            return
        if scope["type"] == "websocket":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send, host, secure=self._secure)

        async def unless_too_large(message: Message) -> None:
            if body.problem is None:
                await answer(message)

        try:
            await self._app(scope, body, unless_too_large)
        except Exception:
            if body.problem is None:
                raise
        if body.problem is not None:
            await _refuse(scope, receive, send, body.problem, host)

    def _host(self, headers: Mapping[str, list[str]]) -> str:
        hosts = headers.get("host", [])
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            raise Problem(421, "This studio is not at that address: open the link it printed.")
        return hosts[0].lower()

    def _origin(self, scope: Scope, headers: Mapping[str, list[str]], host: str) -> bool:
        """Refuse what another site sends; return whether it is said to be from here."""
        origins = headers.get("origin", [])
        own = f"{'https' if self._secure else 'http'}://{host}"
        if any(origin.lower() != own for origin in origins):
            raise Problem(403, "Requests of other sites are not answered.")
        site = headers.get("sec-fetch-site", ["none"])[-1]
        # A link in a mail that is read in the browser comes from elsewhere; it only shows a page.
        linked = self._entrance is not None and scope["path"] == self._entrance.path
        linked = linked and scope.get("method") in _SAFE
        if site not in ("none", "same-origin") and scope["path"] != _ENTRANCE and not linked:
            raise Problem(403, "Requests of other sites are not answered.")
        return bool(origins)

    def _known(self, scope: Scope, headers: Mapping[str, list[str]], *, trusted: bool) -> None:
        """Require the token, or a browser's cookie and for changes the page's own origin."""
        bearer = headers.get("authorization", [])
        if bearer:
            scheme, _, token = bearer[0].partition(" ")
            api = scope["type"] == "http" and scope["path"].startswith("/api/")
            good = len(bearer) == 1 and api and scheme.lower() == "bearer"
            if good and self._access.knows_script(token.strip()):
                return
            raise Problem(401, "The token is not this studio's: see `catchlight studio --token`.")
        if not any(self._access.knows_browser(key) for key in _keys(headers, self._cookie)):
            raise Problem(401, "Open the link that `catchlight studio` printed; it works once.")
        if self._allowed is not None and (
            scope["type"] != "http" or not self._allowed(scope["method"], scope["path"])
        ):
            raise Problem(403, "This door does not lead there.")
        if not trusted and (scope["type"] == "websocket" or scope["method"] not in _SAFE):
            raise Problem(403, "A change has to come from the studio's own page.")

    async def _enter(
        self, scope: Scope, headers: Mapping[str, list[str]], send: Send, host: str
    ) -> None:
        """Spend the link: give the browser its cookie and lead it to the first page.

        A browser that is known is led there by a spent link too, for it is in its history.
        """
        if scope["type"] != "http" or scope["method"] != "GET":
            raise Problem(405, "The link is opened, nothing is sent to it.")
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("key", [])
        key = self._access.enter(asked[0]) if len(asked) == 1 else None
        known = any(self._access.knows_browser(k) for k in _keys(headers, self._cookie))
        if key is None and not known:
            raise Problem(
                401,
                "This link was used before, or is of another run. Start `catchlight studio` again"
                " for a new one.",
            )
        cookie = f"{self._cookie}={key}; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000"
        cookie += "; Secure" if self._secure else ""
        led = [(b"location", self._home.encode())] + (
            [(b"set-cookie", cookie.encode())] if key else []
        )
        answer = _Answer(send, host, secure=self._secure)
        await answer({"type": "http.response.start", "status": 303, "headers": led})
        await send({"type": "http.response.body", "body": b""})


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


def _keys(headers: Mapping[str, list[str]], name: str) -> list[str]:
    """The keys in a request's cookies; a cookie that does not parse is none."""
    keys = []
    for line in headers.get("cookie", [])[:4]:
        try:
            morsel = SimpleCookie(line[:8192]).get(name)
        except CookieError:
            continue
        if morsel is not None:
            keys.append(morsel.value)
    return keys


def _form(scope: Scope) -> None:
    """Refuse paths that mean to leave their folder, and methods that nothing here has."""
    raw = scope.get("raw_path") or scope["path"].encode()
    lower = raw.lower()
    if any(part in lower for part in (b"..", b"%2e", b"%2f", b"%5c", b"\\", b"%00", b"//")):
        raise Problem(400, "There is no such path.")
    if len(raw) + len(scope["query_string"]) > 8192:
        raise Problem(414, "The address is too long.")
    if scope["type"] == "http" and scope["method"] not in _METHODS:
        raise Problem(405, "There is no such method here.")


class _Body:
    """Receives a body and counts it; refuses one that says it is too large, or stops it.

    To the app a body that is stopped looks like one whose sender went away.
    """

    def __init__(self, scope: Scope, headers: Mapping[str, list[str]], receive: Receive) -> None:
        self._receive, self._got = receive, 0
        self.problem: Problem | None = None
        self._most = MOST_UPLOAD if _UPLOADS.fullmatch(scope["path"]) else MOST_BODY
        self._large = Problem(413, f"That is more than {self._most // 1024} KiB: send less.")
        said = headers.get("content-length", [])
        if len(said) > 1 or any(not value.isascii() or not value.isdigit() for value in said):
            raise Problem(400, "The length of the request is not a number.")
        if said and headers.get("transfer-encoding"):
            raise Problem(400, "The request says its length in two ways.")
        if said and int(said[0]) > self._most:
            raise self._large
        if headers.get("content-encoding", ["identity"]) != ["identity"]:
            raise Problem(415, "Send it as it is, not compressed.")

    async def __call__(self) -> Message:
        """Receive the next part."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._got += len(message.get("body", b""))
            if self._got > self._most:
                self.problem = self._large
                return {"type": "http.disconnect"}
        return message


class _Answer:
    """Sends an answer with the headers that every answer has; a page's scripts get its nonce."""

    def __init__(self, send: Send, host: str, *, secure: bool = False) -> None:
        self._send, self._host, self._socket = send, host, "wss" if secure else "ws"
        self._nonce = secrets.token_urlsafe(16)
        self._start: Message | None = None
        self._page: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            html = self._headed(message)
            if html:
                self._start = message
                return
        elif self._start is not None:
            self._page.append(message.get("body", b""))
            if message.get("more_body"):
                return
            page = b"".join(self._page)
            # User data in NiceGUI's pages is escaped JSON, so only its own tags begin like this.
            page = page.replace(b"<script", f'<script nonce="{self._nonce}"'.encode())
            headers = [h for h in self._start["headers"] if h[0].lower() != b"content-length"]
            self._start["headers"] = [*headers, (b"content-length", str(len(page)).encode())]
            await self._send(self._start)
            self._start, message = None, {"type": "http.response.body", "body": page}
        await self._send(message)

    def _headed(self, message: Message) -> bool:
        """Put the headers on; return whether the answer is a page."""
        given = list(message.get("headers", []))
        names = {name.lower(): value for name, value in given}
        policy = _POLICY.format(
            nonce=self._nonce, socket=self._socket, host=self._host or "127.0.0.1"
        )
        more = {**_HEADERS, "content-security-policy": policy}
        if b"referrer-policy" in names:
            del more["referrer-policy"]
        if b"cache-control" not in names:
            more["cache-control"] = "no-store"
        given = [h for h in given if h[0].lower() != b"server"]
        message["headers"] = [*given, *((k.encode(), v.encode()) for k, v in more.items())]
        return bool(names.get(b"content-type", b"").startswith(b"text/html"))


async def _refuse(
    scope: Scope, receive: Receive, send: Send, problem: Problem, host: str, led: str = ""
) -> None:
    """Answer with a problem; to a person's browser as a page, to a websocket by not opening it.

    A person's browser is led to `led` instead, where that is given.
    """
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    body, kind = problem.body(), MEDIA_TYPE
    accepts = b"".join(value for name, value in scope["headers"] if name.lower() == b"accept")
    if b"text/html" in accepts:
        # what is in backticks is for scripts to read too, and a person needs no backticks
        body = plain_page(word("missing.closed"), problem.detail.replace("`", ""))
        kind = "text/html; charset=utf-8"
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    status = problem.status
    if led and b"text/html" in accepts and scope["method"] in _SAFE:
        status, headers = 303, [*headers, (b"location", led.encode())]
    answer = _Answer(send, host)
    await answer({"type": "http.response.start", "status": status, "headers": headers})
    await answer({"type": "http.response.body", "body": body})
