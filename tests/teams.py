"""Made-up people of a team: their facts, and a runner that makes up what workers would do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from catchlight.brand import BRAND_FILE, Brand, load_brand
from catchlight.consistency import QUANTITIES
from catchlight.errors import CatchlightError, NoUsablePhoto, UnusablePhoto
from catchlight.head import cut_edges, measure_head
from catchlight.retouching import Retouched
from catchlight.team_facts import Facts, Outline
from catchlight.team_print import Delivery, Printing
from catchlight.team_sitting import Sitting

from .painted_person import body, oval_face

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"  # no pixels


def brand(folder: Path, **changes: str) -> Brand:
    """The brand kit that `team init` writes, some of its lines changed."""
    text = BRAND_FILE
    for key, value in changes.items():
        lines = [f"{key} = {value}" if x.startswith(f"{key} =") else x for x in text.splitlines()]
        assert lines != text.splitlines(), key
        text = "\n".join(lines) + "\n"
    (folder / "brand.toml").write_text(text)
    return load_brand(folder / "brand.toml")


def facts(
    *, below: float = 6.0, sure: bool = True, short: float = 0.0, **before: float | None
) -> Facts:
    """Facts of somebody whose photograph ends `below` eye distances under the eyes."""
    shape = (round(260 + 50 * below), 800)
    face = oval_face(400, 260, 50)
    alpha = body(shape, face)
    frame = (float(shape[1]), float(shape[0]))
    outline = Outline(
        frame, measure_head(face.landmarks, 0.0, frame, alpha), cut_edges(alpha, frame)
    )
    measures = dict.fromkeys((q.name for q in QUANTITIES), 0.0) | {
        "backdrop": [50.0, 0.0, 0.0], "depth": 4.0, "lit": 0.4, **before,
    }  # fmt: skip
    return Facts(
        source="a.jpg", sha256="0" * 64, quarter_turns=0, face=face,
        strangers=(oval_face(9, 9, 3),),
        outline=outline, sure=sure, confidence=0.9, notes=("a note",),
        retouched={level: Retouched() for level in ("none", "light", "standard")},
        before=measures, short=short, session={"photos": []}, choice={"photo": 0},
        files={"matte.png": b"matte", "landmarks.csv": b"landmarks", "proofs": b"proofs"},
    )  # fmt: skip


class Painted:
    """A runner that makes facts and deliveries up, and remembers for whom."""

    def __init__(self) -> None:
        self.did: list[tuple[str, str]] = []
        self.networks: list[str] = []
        self.below: dict[str, float] = {}

    def run(
        self, work: Callable[..., Any], jobs: Iterable[tuple[str, Any]]
    ) -> Iterator[tuple[str, Any | CatchlightError]]:
        """Yield what a worker would have handed back."""
        for key, job in jobs:
            self.did.append((work.__name__, key))
            yield key, self._look(key, job) if isinstance(job, Sitting) else self._print(key, job)

    def _look(self, key: str, job: Sitting) -> bytes | CatchlightError:
        first = Path(job.photos[0])
        if b"nobody" in first.read_bytes():
            return NoUsablePhoto([UnusablePhoto(first, "no face was found", "use another photo")])
        return facts(below=self.below.get(key, 6.0)).to_bytes()

    def _print(self, key: str, job: Printing) -> Delivery:
        if job.networks:
            self.networks.append(key)
        made = json.dumps([job.brand.model_dump(mode="json"), job.series.model_dump(mode="json")])
        after = Facts.from_bytes(job.facts).before | {
            "eye_line": 100 * job.brand.frame.eye_line,
            "head": 100 * job.series.heads["team"],
        }
        files = {f"1/{n}": f"{key} {n} {made}".encode() for n in ("headshot.jpg", "web.jpg")}
        files |= {"report.html": b"<p>proof</p>", "session.json": b"{}", "1/matte.png": b"m"}
        return Delivery(files, JPEG + key.encode(), after, (), job.networks)


def roster(folder: Path, *names: str) -> Path:
    """A roster of people with one photograph each."""
    rows = ["# the team", "name,photos,title,email,status,desk"]
    for number, name in enumerate(names):
        photos = folder / "photos" / str(number)
        photos.mkdir(parents=True, exist_ok=True)
        (photos / "a.jpg").write_bytes(f"photo of {name}".encode())
        rows.append(f"{name},photos/{number},Head,{number}@example.org,,{number}")
    path = folder / "ROSTER.csv"
    path.write_text("\n".join(rows) + "\n")
    return path
