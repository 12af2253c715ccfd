"""The door for the people of a team: by a personal link to their own picture, and nowhere else.

It stands beside the studio's own door at the same address, with a guard, a cookie and an app of its
own. A link that is only looked at (mail programs do that) is not spent; its button spends it.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

from ..team_links import DAYS
from .access import COOKIE as OWN_COOKIE
from .access import Access
from .guard import Guard
from .login import send_page, sent_form
from .problems import Problem
from .proof_app import COOKIE, ENTER, HOME, proof_app
from .proof_page import entrance_page, message_page
from .teams import Teams
from .visits import Visits
from .words import word

__all__ = ["Doors", "allowed", "proof_door"]

_FILES = r"/proof/static/(studio\.css|shell\.js)|/proof/font/[A-Za-z_-]+\.ttf"
_SEEN = r"/proof|/proof/picture\.jpg|/proof/report\.html"


def allowed(method: str, path: str) -> bool:
    """Whether a person may ask for that: their page, what is on it, and their word."""
    may = {"GET": f"{_FILES}|{_SEEN}", "POST": "/proof/word"}
    return method in may and re.fullmatch(may[method], path) is not None


def proof_door(teams: Teams, access: Access, hosts: frozenset[str], *, secure: bool) -> ASGIApp:
    """Put together the people's page behind a guard of its own."""
    visits = Visits(teams)
    return Guard(
        proof_app(visits), visits, hosts, secure=secure, cookie=COOKIE, home=HOME,
        allowed=allowed, entrance=_Entrance(visits, access, secure=secure),
    )  # fmt: skip


class Doors:
    """Leads what asks for a person's own page to its door, and everything else to the studio's."""

    def __init__(self, studio: ASGIApp, proofs: ASGIApp) -> None:
        self._studio, self._proofs = studio, proofs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        path = scope.get("path", "")
        own = scope["type"] != "lifespan" and (path == HOME or path.startswith(f"{HOME}/"))
        await (self._proofs if own else self._studio)(scope, receive, send)


class _Entrance:
    """The page that a personal link opens: one button."""

    path = ENTER

    def __init__(self, visits: Visits, access: Access, *, secure: bool) -> None:
        self._visits, self._access, self._secure = visits, access, secure

    async def answer(self, scope: Scope, receive: Receive, send: Send, *, trusted: bool) -> None:
        """Show the button; let in who presses it."""
        if scope["method"] in ("GET", "HEAD"):
            asked = parse_qs(scope["query_string"].decode("latin-1")).get("key", [])
            if len(asked) == 1 and self._visits.is_good(asked[0]):
                await send_page(send, 200, entrance_page(asked[0]).encode())
            else:
                await self._spent(send)
            return
        if scope["method"] != "POST":
            raise Problem(405, "Here a link is opened, and nothing else.")
        if not trusted:
            raise Problem(403, "A link is opened on its own page.")
        if any(self._access.knows_browser(key) for key in _cookies(scope, OWN_COOKIE)):
            page = message_page(word("own.organiser"), word("own.organiser_why"))
            await send_page(send, 403, page.encode())
            return
        sent = parse_qs(await sent_form(receive)).get("key", [])
        key = await self._visits.open(sent[0]) if len(sent) == 1 else None
        if key is None:
            await self._spent(send)
            return
        cookie = f"{COOKIE}={key}; Path={HOME}; HttpOnly; SameSite=Strict"
        cookie += f"; Max-Age={DAYS * 86400}" + "; Secure" * self._secure
        led = (b"location", HOME.encode()), (b"set-cookie", cookie.encode())
        await send_page(send, 303, b"", *led)

    async def _spent(self, send: Send) -> None:
        page = message_page(word("own.spent"), word("own.spent_why"), again=True)
        await send_page(send, 401, page.encode())


def _cookies(scope: Scope, name: str) -> list[str]:
    lines = [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == b"cookie"]
    return [found for line in lines[:4] if (found := cookie_parser(line[:8192]).get(name))]
