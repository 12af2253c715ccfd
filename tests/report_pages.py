"""Made-up sessions for the report, and a reader of the page that checks its form."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from typing import Any

from PIL import Image

VOID = {"meta", "img", "br", "input", "link", "hr"}


class Page(HTMLParser):
    """Checks that tags close in order and gathers what is in them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str]]] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.rows: list[tuple[str, list[str]]] = []  # class of a table row, text of its cells
        self.raw: dict[str, str] = {}
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs)
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        if tag not in VOID:
            self.open.append((tag, given))
        if tag == "tr":
            self.rows.append((given.get("class", ""), []))
        if tag in ("td", "th"):
            self.rows[-1][1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][0] in ("script", "style"):
            self.raw[self.open[-1][0]] = data
            return
        self.words.append(data)
        if any(tag in ("td", "th") for tag, _ in self.open):
            self.rows[-1][1][-1] += data

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))

    def attributes(self, name: str) -> list[str]:
        return [given[name] for _, given in self.tags if name in given]


def jpeg(width: int = 40, height: int = 50, shade: int = 120) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), (shade,) * 3).save(stream, "JPEG")
    return stream.getvalue()


def measure(status: str = "ok", **changes: Any) -> dict[str, Any]:
    row = {
        "name": "Gaze", "value": 3.214, "unit": "degree", "score": 87.3, "status": status,
        "reason": "looks into the lens",
    }  # fmt: skip
    return row | changes


def photo(index: int, status: str = "usable", **changes: Any) -> dict[str, Any]:
    row = {
        "index": index, "name": f"IMG_{index}.jpg", "path": f"/home/somebody/{index}.jpg",
        "sha256": "0" * 64, "width": 3000, "height": 4000, "status": status, "rank": index + 1,
        "score": 90.0 - index, "group": index, "reasons": [f"reason of {index}"],
        "measures": {"Gaze": measure()}, "capture": {"camera": "Kamera", "exposure_s": 0.008},
    }  # fmt: skip
    if status == "rejected":
        row |= {"rank": None, "score": None, "group": None, "measures": {}}
    return row | changes


def bound(name: str = "geometry", **changes: Any) -> dict[str, Any]:
    row = {
        "name": name, "title": f"Title of {name}", "value": 0.062, "unit": "% of the eye distance",
        "limit": 0.3, "status": "ok", "sentence": f"sentence of {name}",
    }  # fmt: skip
    return row | changes


def file(destination: str, **changes: Any) -> dict[str, Any]:
    row = {
        "destination": destination, "title": f"For {destination}", "path": f"1/{destination}.jpg",
        "width": 1600, "height": 1601, "bytes": 412_330, "shape": "rect", "notes": [],
    }  # fmt: skip
    return row | changes


def pick(rank: int, index: int, **changes: Any) -> dict[str, Any]:
    row = {
        "rank": rank, "photo": index, "directory": str(rank), "headline": f"headline of {rank}",
        "reasons": ["both eyes are open"], "faults": ["a fault"], "notes": ["a tighter crop"],
        "edits": [{"name": "tone", "sentence": "Exposure raised by 0.6 stops."}],
        "bounds": [bound()], "files": [file("web")], "recipe": f"{rank}/recipe.toml",
    }  # fmt: skip
    return row | changes


def session(**changes: Any) -> dict[str, Any]:
    photos = [photo(0, "picked"), photo(1, "picked"), photo(2), photo(3, "rejected")]
    row = {
        "schema": "catchlight.session/1", "version": "9.8.7",
        "created": "2026-11-22T06:00:00+00:00",
        "look": {"name": "corporate", "title": "Corporate", "for_whom": "for everybody"},
        "backdrop": "studio",
        "subject": {"photos_with": 3, "others_seen": 2, "chosen_by": "the person in most photos"},
        "photos": photos, "picks": [pick(1, 0), pick(2, 1)], "coaching": ["Face the window."],
        "timings": {"read": 1.254, "render": 2.5}, "total_seconds": 3.754,
    }  # fmt: skip
    return row | changes


def pictures(of: dict[str, Any]) -> dict[str, bytes]:
    shown = {f"photo/{row['index']}": jpeg(30, 30) for row in of["photos"]}
    for row in of["picks"]:
        shown |= {f"before/{row['rank']}": jpeg(shade=90), f"after/{row['rank']}": jpeg()}
        shown |= {f"file/{row['rank']}/{f['destination']}": jpeg(60, 61) for f in row["files"]}
    return shown
