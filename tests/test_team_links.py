"""Personal links: once, for one person, until their day; and nothing of their secret is kept."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path

from catchlight.team_links import DAYS, LINKS_FILE, links, new_links, open_link, take_back, visitor

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def linked(out: Path, person: str) -> str:
    """The secret of a new link."""
    return new_links(out, [person], NOW)[person]


def test_a_link_opens_once_and_for_its_person_alone(tmp_path: Path) -> None:
    ada, ben = (linked(tmp_path, slug) for slug in ("ada", "ben"))
    key = open_link(tmp_path, ada, NOW)
    assert key is not None
    assert visitor(tmp_path, key, NOW) == "ada"
    assert open_link(tmp_path, ada, NOW) is None
    assert visitor(tmp_path, ada, NOW) is None  # the link is not the key, nor the key the link
    assert open_link(tmp_path, key, NOW) is None
    other = open_link(tmp_path, ben, NOW)
    assert other is not None
    assert visitor(tmp_path, other, NOW) == "ben"
    for secret in ("", "x", ada[:-1], f"{ada} "):
        assert open_link(tmp_path, secret, NOW) is None
        assert visitor(tmp_path, secret, NOW) is None


def test_a_link_and_the_visit_end_on_their_day(tmp_path: Path) -> None:
    early, late = linked(tmp_path, "ada"), linked(tmp_path, "ben")
    last = NOW + timedelta(days=DAYS, seconds=-1)
    key = open_link(tmp_path, early, last)
    assert key is not None
    assert visitor(tmp_path, key, last) == "ada"
    over = NOW + timedelta(days=DAYS)
    assert visitor(tmp_path, key, over) is None
    assert open_link(tmp_path, late, over) is None


def test_a_new_link_and_taking_one_back_end_the_old_one(tmp_path: Path) -> None:
    old = linked(tmp_path, "ada")
    key = open_link(tmp_path, old, NOW)
    assert key is not None
    new = linked(tmp_path, "ada")
    assert visitor(tmp_path, key, NOW) is None
    assert open_link(tmp_path, old, NOW) is None
    key = open_link(tmp_path, new, NOW)
    assert key is not None
    take_back(tmp_path, "ada")
    assert visitor(tmp_path, key, NOW) is None
    assert links(tmp_path) == {}


def test_only_digests_are_kept_of_256_bits(tmp_path: Path) -> None:
    secret = linked(tmp_path, "ada")
    key = open_link(tmp_path, secret, NOW)
    assert key is not None
    kept = (tmp_path / LINKS_FILE).read_text()
    for each in (secret, key):
        assert len(base64.urlsafe_b64decode(each + "=")) == 32
        assert each not in kept
    (tmp_path / LINKS_FILE).write_text("damaged")
    assert links(tmp_path) == {}
    assert visitor(tmp_path, key, NOW) is None
