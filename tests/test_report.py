"""Oracles: the page is whole, asks nothing of anybody, and shows every hostile name as text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from jinja2 import UndefinedError

from catchlight.report import render_report

VOID = {"meta", "img", "br", "input", "link", "hr"}
EVIL = "<img src=x onerror=alert(1)>\n\"'&.jpg"


class Page(HTMLParser):
    """Checks that tags close in order and gathers what is in them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]
        assert not any(name.startswith("on") for name, _ in attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def measure(status: str = "ok") -> dict:
    ok = status == "ok"
    return {
        "name": "Gaze", "value": 3.21 if ok else None, "unit": "degree",
        "score": 90.0 if ok else None, "status": status, "reason": "looks into the lens",
    }  # fmt: skip


def session() -> dict:
    photo = {
        "index": 0, "name": EVIL, "path": "x", "status": "picked", "rank": 1, "score": 91.2,
        "group": 1, "reasons": ["both eyes are open"],
        "measures": {"Gaze": measure(), "Hidden": measure("could_not_assess")},
    }  # fmt: skip
    rejected = photo | {
        "index": 1, "name": "wall.png", "status": "rejected", "rank": None, "score": None,
        "group": None, "reasons": ["no face was found"], "measures": {},
    }  # fmt: skip
    bound = {"least": None, "limit": 0.3, "unit": "%", "sentence": "why", "title": "Not moved"}
    pick = {
        "rank": 1, "photo": 0, "directory": "1", "headline": EVIL, "reasons": ["sharp"],
        "faults": ["small"], "notes": ["a note"], "recipe": "1/recipe.toml",
        "edits": [{"name": "tone", "sentence": "Tone: brighter."}],
        "bounds": [
            bound | {"name": "a", "value": 0.12, "status": "ok"},
            bound | {"name": "b", "value": None, "status": "could_not_assess"},
        ],
        "files": [
            {
                "destination": "linkedin", "title": "LinkedIn", "path": "1/linkedin.jpg",
                "width": 800, "height": 800, "bytes": 90_000, "shape": "circle", "notes": ["n"],
            }
        ],
    }  # fmt: skip
    return {
        "version": "0.1.0", "created": "2026-11-22T06:00:00+00:00", "total_seconds": 4.2,
        "look": {"name": "corporate", "title": "Corporate", "for_whom": "everybody"},
        "subject": {"photos_with": 1, "others_seen": 0, "chosen_by": "most"},
        "photos": [photo, rejected], "picks": [pick], "coaching": [], "timings": {"read": 1.25},
    }  # fmt: skip


PICTURES = {"before/1": b"a", "after/1": b"b", "photo/0": b"c", "file/1/linkedin": b"d"}


def test_the_page_is_well_formed_and_whole() -> None:
    page = Page(render_report(session(), PICTURES))
    assert page.open == []
    text = " ".join(page.words)
    for part in ("LinkedIn", "Tone: brighter.", "no face was found", "wall.png", "1.25 s", "0.12"):
        assert part in text


def test_nothing_is_fetched_from_anywhere() -> None:
    text = render_report(session(), PICTURES)
    allowed = ("data:image/jpeg;base64,", "1/", "session.json", "proofs.jpg")
    assert all(link.startswith(allowed) for link in Page(text).links)
    assert not re.search(r"https?://|//[a-z]", text)
    assert "default-src 'none'" in text


def test_hostile_names_are_text() -> None:
    page = Page(render_report(session(), PICTURES))
    assert "script" in page.tags  # our own
    assert page.tags.count("script") == 1
    assert EVIL in "".join(page.words)


def test_what_could_not_be_assessed_is_never_a_number() -> None:
    text = render_report(session(), PICTURES)
    assert text.count("can’t tell") == 2
    assert "None" not in text


def test_a_missing_key_is_an_error_and_not_a_gap() -> None:
    broken = session()
    del broken["picks"][0]["bounds"]
    with pytest.raises(UndefinedError):
        render_report(broken, PICTURES)
