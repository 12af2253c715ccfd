"""Personal links: each lets one person look at their own picture, and at nothing else.

A link has 256 bits of chance and opens once: the browser that opens it is given a key in its place,
which is good until the link's day. Of both only the SHA-256 is kept, in `links.json` in the team's
folder, so that whoever deletes the folder deletes them. Whoever changes the file does so in a block
of `team_files.alone`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from .files import write_atomic
from .settings import StrictModel, check

__all__ = [
    "DAYS",
    "LINKS_FILE",
    "Link",
    "is_good",
    "links",
    "new_links",
    "open_link",
    "take_back",
    "visitor",
]

LINKS_FILE = "links.json"
DAYS = 14
"""For so long a link opens, and the browser that opened it sees the picture."""
_BYTES = 32


class Link(StrictModel):
    """What is kept of a person's link.

    Attributes
    ----------
    digest : SHA-256 of its secret.
    until : when it ends, ISO 8601.
    opened : when it was opened; None: not yet.
    key : SHA-256 of the key of the browser that opened it.
    """

    digest: str
    until: str
    opened: str | None = None
    key: str | None = None

    def good(self, now: datetime) -> bool:
        """Whether its day is still to come."""
        return now < datetime.fromisoformat(self.until)


def links(out: Path) -> dict[str, Link]:
    """Return the links of a team by the person's folder; a file that cannot be read has none."""
    try:
        data = json.loads((out / LINKS_FILE).read_text("utf-8"))
        return {str(slug): check(row, Link, LINKS_FILE) for slug, row in data.items()}
    except Exception:  # new ones can be made
        return {}


def new_links(out: Path, slugs: Sequence[str], now: datetime) -> dict[str, str]:
    """Make links for people in place of any earlier ones; return the secrets, kept nowhere."""
    made = {slug: secrets.token_urlsafe(_BYTES) for slug in slugs}
    until = (now + timedelta(days=DAYS)).isoformat(timespec="seconds")
    new = {slug: Link(digest=_digest(secret), until=until) for slug, secret in made.items()}
    _save(out, {**links(out), **new})
    return made


def take_back(out: Path, slug: str) -> None:
    """End a person's link, and the visit of the browser that opened it."""
    known = links(out)
    if known.pop(slug, None) is not None:
        _save(out, known)


def is_good(out: Path, secret: str, now: datetime) -> bool:
    """Whether a link would open."""
    return _good(links(out), secret, now) is not None


def _good(known: dict[str, Link], secret: str, now: datetime) -> str | None:
    slug = _whose(known, secret, lambda link: link.digest)
    if slug is None or known[slug].opened is not None or not known[slug].good(now):
        return None
    return slug


def open_link(out: Path, secret: str, now: datetime) -> str | None:
    """Spend a link: return the key for the browser; None where it is not good (any more)."""
    known = links(out)
    slug = _good(known, secret, now)
    if slug is None:
        return None
    key = secrets.token_urlsafe(_BYTES)
    opened = {"opened": now.isoformat(timespec="seconds"), "key": _digest(key)}
    _save(out, {**known, slug: known[slug].model_copy(update=opened)})
    return key


def visitor(out: Path, key: str, now: datetime) -> str | None:
    """Return whose picture a browser with this key may see; None: nobody's."""
    known = links(out)
    slug = _whose(known, key, lambda link: link.key or "")
    return slug if slug is not None and known[slug].good(now) else None


def _whose(known: dict[str, Link], secret: str, of: Callable[[Link], str]) -> str | None:
    """Find a secret's digest, looking at every one."""
    found, digest = None, _digest(secret)
    for slug, link in known.items():
        if hmac.compare_digest(digest, of(link)):
            found = slug
    return found


def _save(out: Path, known: dict[str, Link]) -> None:
    rows = {slug: link.model_dump(mode="json") for slug, link in known.items()}
    write_atomic(out / LINKS_FILE, (json.dumps(rows, indent=1) + "\n").encode())


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
