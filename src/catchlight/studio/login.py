"""Signing in to a studio that is open to other machines: one page, one password, one cookie."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import parse_qs

from starlette.types import Message, Receive, Scope, Send

from .access import COOKIE, Access
from .account import Account
from .problems import Problem
from .words import word

__all__ = ["LOGIN", "Login", "cookie_of", "send_page", "sent_form"]

LOGIN = "/login"
_MOST_FORM = 4096  # bytes
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<style>:root{{color-scheme:dark light}}body{{font:1.05rem system-ui,sans-serif;background:#232323;
color:#ededed;margin:16vh auto 0;max-width:26rem;padding:0 1.5rem;line-height:1.5}}
h1{{font-weight:300;font-size:2.4rem;letter-spacing:-.03em;margin:0 0 1rem}}form{{display:grid;
gap:.8rem;margin-top:1.6rem}}label{{font-weight:600}}input,button{{font:inherit;min-height:3rem;
border-radius:.4rem;padding:.4rem .9rem;border:1px solid #8a8a8a;background:#191919;color:inherit}}
button{{background:#f2b84b;border-color:#f2b84b;color:#1c1c1c;font-weight:650;cursor:pointer}}
p{{margin:0;color:#b9b9b9}}.said{{color:#ededed;border-left:.15rem solid #f2b84b;padding-left:.8rem;
margin-top:1rem}}:focus-visible{{outline:.17rem solid #f2b84b;outline-offset:.17rem}}
@media (prefers-color-scheme:light){{body{{background:#e4e4e4;color:#1c1c1c}}p{{color:#4c4c4c}}
input{{background:#f1f1f1;border-color:#6e6e6e}}button{{background:#7d4a00;border-color:#7d4a00;
color:#fff}}.said{{color:#1c1c1c;border-color:#7d4a00}}:focus-visible{{outline-color:#7d4a00}}}}
</style></head>
<body><main><h1>{heading}</h1><p>{lead}</p>{said}
<form method="post" action="/login" autocomplete="on">
<input name="username" autocomplete="username" value="catchlight" hidden readonly>
<label for="password">{label}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required
autofocus maxlength="256"><button type="submit">{button}</button></form></main></body></html>"""


def cookie_of(key: str, name: str = COOKIE, *, secure: bool, kept: bool = True) -> bytes:
    """Return the cookie that carries a key; one that is not kept ends with the browser."""
    text = f"{name}={key}; Path=/; HttpOnly; SameSite=Strict"
    return (text + "; Max-Age=2592000" * kept + "; Secure" * secure).encode()


class Login:
    """Answers the page for signing in."""

    path = LOGIN

    def __init__(self, account: Account, access: Access) -> None:
        self._account, self._access = account, access

    async def answer(self, scope: Scope, receive: Receive, send: Send, *, trusted: bool) -> None:
        """Show the page, or check a password that was sent from it."""
        if scope["method"] in ("GET", "HEAD"):
            await _page(send, 200)
            return
        if scope["method"] != "POST":
            raise Problem(405, "Here one signs in, and nothing else.")
        if not trusted:
            raise Problem(403, "A password has to come from the studio's own page.")
        sent = parse_qs(await sent_form(receive)).get("password", [])
        address = str((scope.get("client") or ("",))[0])
        try:
            good = len(sent) == 1 and await self._account.check(sent[0], address)
        except Problem as problem:
            await _page(send, problem.status, problem.detail, problem.more["retry_after"])
            return
        if not good:
            await _page(send, 401, word("login.wrong"))
            return
        cookie = cookie_of(self._access.let_in(), secure=True, kept=False)
        await send_page(send, 303, b"", (b"location", b"/"), (b"set-cookie", cookie))


async def sent_form(receive: Receive) -> str:
    """Receive a small form as it was sent.

    Raises
    ------
    Problem : it is no form of a page's, or larger than they are.
    """
    data = bytearray()
    while True:
        message: Message = await receive()
        if message["type"] != "http.request":
            raise Problem(400, "The form did not arrive whole.")
        data += message.get("body", b"")
        if len(data) > _MOST_FORM:
            raise Problem(413, f"That is more than {_MOST_FORM // 1024} KiB: send less.")
        if not message.get("more_body"):
            break
    text = data.decode("latin-1")
    if not re.fullmatch(r"[\x21-\x7e]*", text) or text.count("&") > 4:
        raise Problem(400, "That is not what the page's form sends.")
    return text


async def _page(send: Send, status: int, said: str = "", retry: int = 0) -> None:
    words = {name: escape(word(f"login.{name}")) for name in
             ("title", "heading", "lead", "label", "button")}  # fmt: skip
    told = f'<p class="said" role="alert">{escape(said)}</p>' if said else ""
    headers = [(b"retry-after", str(retry).encode())] if retry else []
    await send_page(send, status, _PAGE.format(**words, said=told).encode(), *headers)


async def send_page(send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    """Send a page that has a form."""
    # Without a referrer a browser says "Origin: null" of a form, and that is refused.
    kind = [(b"content-type", b"text/html; charset=utf-8"), (b"referrer-policy", b"same-origin")]
    given = [*kind, *headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": given})
    await send({"type": "http.response.body", "body": body})
