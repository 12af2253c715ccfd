"""Deleting: nothing that was made of a person is left, and what is the owner's is not touched."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from catchlight.errors import UsageError
from catchlight.team import load_team
from catchlight.team_forgetting import remove_person, remove_team
from catchlight.team_links import links, new_links
from catchlight.team_word import approve, hand_over

from .teams import Painted, roster
from .test_team import run


def made(place: Path) -> Path:
    """A team of two, both handed over, with links."""
    roster(place, "Ada Önder", "Ben")
    run(place, Painted())
    out = place / "out"
    for slug in ("ada-onder", "ben"):
        approve(out, slug)
        new_links(out, [slug], datetime.now(UTC))
    hand_over(out)
    return out


def mentions(folder: Path, *words: str) -> list[str]:
    """Files below a folder that have one of the words in their name or in them."""
    found = []
    for path in folder.rglob("*"):
        text = path.name + (path.read_bytes().decode("utf-8", "replace") if path.is_file() else "")
        found += [path.name] if any(word in text for word in words) else []
    return found


def test_nothing_of_a_person_is_left_but_their_photos(tmp_path: Path) -> None:
    out = made(tmp_path)
    photos = (tmp_path / "photos" / "0" / "a.jpg").read_bytes()
    assert "Ada Önder-headshot.jpg" in mentions(out, "Ada", "ada-onder")
    removed = remove_person(out, "ada önder")
    assert removed.files > 6
    assert removed.left == 0
    assert mentions(out, "Ada", "ada-onder") == []
    assert "Ada" not in (tmp_path / "ROSTER.csv").read_text()
    assert (tmp_path / "ROSTER.csv").read_text().startswith("# the team\n")
    assert set(load_team(out).people) == set(links(out)) == {"ben"}
    assert (out / "delivery" / "Ben-headshot.jpg").is_file()
    assert (tmp_path / "photos" / "0" / "a.jpg").read_bytes() == photos
    with pytest.raises(UsageError, match="no Ada"):
        remove_person(out, "Ada Önder")


def test_nothing_of_a_team_is_left_but_what_is_its_owners(tmp_path: Path) -> None:
    out = made(tmp_path)
    (out / "notes.txt").write_text("the owner's own")
    kept = {path: path.read_bytes() for path in tmp_path.glob("*.*")}
    removed = remove_team(out)
    assert removed.bytes > 0
    assert removed.left == 0
    assert [path.name for path in out.iterdir()] == ["notes.txt"]
    assert {path: path.read_bytes() for path in tmp_path.glob("*.*")} == kept
    with pytest.raises(UsageError, match="no team here"):
        remove_team(out)
