"""Access: a link that opens the studio once, the browsers it let in, and a token for scripts."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from pathlib import Path
from typing import Protocol

from ..output import write_atomic

__all__ = ["COOKIE", "Access", "Memory", "script_token"]

COOKIE = "catchlight"
_BYTES = 32
"""Of chance in every secret: 256 bits."""
_SIGNED_IN_S = 12 * 3600.0


class Memory(Protocol):
    """Where browsers that were let in are remembered by the SHA-256 of their key."""

    def let_in(self, digest: str) -> None:
        """Remember one."""

    def browsers(self) -> list[str]:
        """Return all."""


class Access:
    """Who may come in. Every comparison takes the same time whatever is compared."""

    def __init__(self, token: str, memory: Memory, *, remember: bool = True) -> None:
        """`remember`: whether browsers that were let in before may come again."""
        self._token, self._memory = _digest(token), memory
        self._links: list[str] = []
        self._browsers = memory.browsers() if remember else []
        self._signed_in: dict[str, float] = {}  # until when; not kept beyond this run

    def link(self) -> str:
        """Return the secret of a new link; it opens the door once."""
        secret = secrets.token_urlsafe(_BYTES)
        self._links.append(_digest(secret))
        return secret

    def enter(self, secret: str) -> str | None:
        """Spend a link: return the key for the browser's cookie; None if the link is not good."""
        if not _among(secret, self._links):
            return None
        self._links.remove(_digest(secret))
        key = secrets.token_urlsafe(_BYTES)
        self._browsers.append(_digest(key))
        self._memory.let_in(_digest(key))
        return key

    def let_in(self) -> str:
        """Return the key for the cookie of somebody who signed in; good for twelve hours."""
        key = secrets.token_urlsafe(_BYTES)
        self._signed_in[_digest(key)] = time.monotonic() + _SIGNED_IN_S
        return key

    def knows_browser(self, key: str) -> bool:
        """Whether a cookie's key was given out here."""
        now = time.monotonic()
        self._signed_in = {d: until for d, until in self._signed_in.items() if until > now}
        return _among(key, [*self._browsers, *self._signed_in])

    def knows_script(self, token: str) -> bool:
        """Whether this is the token for scripts."""
        return _among(token, [self._token])


def script_token(folder: Path) -> str:
    """Return the token for scripts, made on first use and readable by the user alone."""
    path = folder / "token"
    if not path.is_file():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomic(path, secrets.token_urlsafe(_BYTES).encode())
    path.chmod(0o600)  # also where the file is from elsewhere
    return path.read_text("ascii").strip()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def _among(secret: str, digests: list[str]) -> bool:
    """Whether a secret's digest is among these, looking at every one of them."""
    found, digest = False, _digest(secret)
    for known in digests:
        found |= hmac.compare_digest(digest, known)
    return found
