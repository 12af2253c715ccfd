"""Summary: everything about a session that a machine or a person wants to read afterwards."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from . import __version__
from .backdrop_choice import BackdropChoice
from .choosing import Chosen, Frame
from .destinations import load_destination
from .develop import Finished
from .encode import encode_jpeg
from .errors import PhotoError
from .looks import Look
from .marks_map import in_order
from .notes import reshoot_notes
from .pick import Ranked
from .progress import Stages
from .proofs import ProofCell, contact_sheet
from .renewal import renewal
from .report import render_report
from .survey import Seen
from .thumbnails import thumbnail

__all__ = [
    "describe",
    "describe_choice",
    "describe_finished",
    "describe_picks",
    "describe_session",
    "finished_pictures",
    "photo_pictures",
    "proof_sheet",
    "write_report",
]

SCHEMA = "catchlight.session/1"
PICKS_SCHEMA = "catchlight.picks/1"
_TITLES = {"headshot": "Headshot, full resolution", "cutout": "Cut-out"}


def describe(
    found: Chosen,
    made: Sequence[tuple[Ranked, Finished]],
    failures: Sequence[PhotoError],
    look: Look,
    backdrop: BackdropChoice,
    frames: Mapping[Path, Frame],
) -> dict[str, Any]:
    """Everything machine-readable about a session of finished pictures.

    Parameters
    ----------
    found : the session after picking.
    made : the finished pictures and what they were made from, best first.
    failures : what was to be a picture and could not.
    frames : of each still, the clip it comes from.
    """
    picked = [place for place, _ in made]
    return describe_session(found, picked, failures, look, frames) | {
        "backdrop": backdrop.kind,
        "picks": [
            describe_choice(found, place) | describe_finished(number, result)
            for number, (place, result) in enumerate(made, start=1)
        ],
    }


def describe_choice(found: Chosen, place: Ranked) -> dict[str, Any]:
    """What a pick's row has of the photograph: which, why, and until when it will do."""
    return {
        "photo": place.candidate.index,
        "headline": place.candidate.path.name,
        **_praise_and_faults(place),
        "renew_by": _renew_by(found.seen[place.candidate.index]),
    }


def describe_picks(
    found: Chosen, picks: Sequence[Ranked], look: Look, frames: Mapping[Path, Frame]
) -> dict[str, Any]:
    """Everything machine-readable about picking.

    Parameters
    ----------
    found : the session after picking.
    picks : the pictures picked, best first.
    frames : of each still, the clip it comes from.
    """
    data = describe_session(found, picks, (), look, frames, PICKS_SCHEMA)
    data["picks"] = [
        {"rank": number, "photo": place.candidate.index} | _praise_and_faults(place)
        for number, place in enumerate(picks, start=1)
    ]
    return data


def describe_session(
    found: Chosen,
    picked: Sequence[Ranked],
    failures: Sequence[PhotoError],
    look: Look,
    frames: Mapping[Path, Frame],
    schema: str = SCHEMA,
) -> dict[str, Any]:
    """What every description of a session begins with; parameters as of `describe`."""
    chosen, seen = found.faces, found.seen
    photos = _photo_rows(found, {place.candidate.index for place in picked}, failures)
    for row in photos:
        frame = frames.get(Path(row["path"]))
        if frame is not None:
            row |= {"path": str(frame.clip), "clip_seconds": round(frame.seconds, 3)}
    return {
        "schema": schema,
        "version": __version__,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "look": {"name": look.name, "title": look.title, "for_whom": look.for_whom},
        "subject": {
            # null: not known, for faces were not compared
            "photos_with": None
            if found.consent is None
            else sum(at is not None for at in chosen.values()),
            "others_seen": sum(
                len(entry.faces) - (chosen[index] is not None) for index, entry in seen.items()
            ),
            "chosen_by": found.chosen_by,
        },
        # by which consent faces were compared; null: they were not
        "consent": None if found.consent is None else found.consent.as_dict(),
        "photos": photos,
        "coaching": [note.text for note in reshoot_notes(found.ranked)],
    }


def _photo_rows(
    found: Chosen, picked: set[int], failures: Sequence[PhotoError]
) -> list[dict[str, Any]]:
    """Every photograph with its rank and reasons, best first, the rejected ones last."""
    photos: dict[int, dict[str, Any]] = {}
    for place in found.ranked:
        entry = found.seen[place.candidate.index]
        photos[entry.index] = _photo_row(entry.index, entry.path, entry) | {
            "status": "picked" if entry.index in picked else place.status,
            "rank": place.rank,
            "score": round(place.score, 1),
            "group": place.group,
            "reasons": list(place.reasons),
            "measures": {n: m.as_dict() for n, m in place.candidate.measures.items()},
        }
    for error in (*found.rejected, *failures):
        index = found.paths.index(error.path)
        reason = f"{error.reason}: {error.hint}" if error.hint else error.reason
        photos[index] = _photo_row(index, error.path, found.seen.get(index)) | {
            "status": "rejected",
            "rank": None,
            "score": None,
            "group": None,
            "reasons": [reason],
            "measures": photos.get(index, {}).get("measures", {}),
        }
    return sorted(photos.values(), key=lambda p: (p["rank"] is None, p["rank"] or 0, p["index"]))


def _photo_row(index: int, path: Path, entry: Seen | None) -> dict[str, Any]:
    row: dict[str, Any] = {"index": index, "name": path.name, "path": str(path)}
    if entry is not None:
        row |= {
            "sha256": entry.sha256,
            "width": entry.size[0],
            "height": entry.size[1],
            "capture": entry.capture,
        }
    return row


def _renew_by(entry: Seen) -> str:
    """The day by which to renew a headshot from a photograph; of today if it has no day itself."""
    try:
        taken = datetime.fromisoformat(str(entry.capture["time"])).date()
    except (KeyError, ValueError):
        taken = datetime.now(UTC).date()
    return renewal(taken).isoformat()


def describe_finished(
    number: int, result: Finished, titles: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What a pick's row has of the finished picture.

    Parameters
    ----------
    number : 1 is the best; the name of its folder.
    titles : of outputs that are no known destination, by name.
    """
    known = _TITLES | dict(titles or {})
    files = []
    for output in result.recipe.outputs:
        title, shape = known.get(output.name, ""), "rect"
        if not title:
            destination = load_destination(output.name)
            title, shape = destination.title, destination.shape
        files.append(
            {
                "destination": output.name,
                "title": title,
                "path": f"{number}/{output.file}",
                "width": output.width,
                "height": output.height,
                "bytes": len(result.files[output.file]),
                "sha256": hashlib.sha256(result.files[output.file]).hexdigest(),
                "shape": shape,
                "sharpened": None if output.sharpen is None else output.sharpen.describe(),
                "notes": list(result.output_notes.get(output.name, ())),
            }
        )
    return {
        "rank": number,
        "directory": str(number),
        "edits": [{"name": e.name, "sentence": e.describe()} for e in result.recipe.edits],
        "notes": list(result.notes),
        "bounds": [reading.as_dict() for reading in result.readings],
        "marks": [
            {
                "x": round(mark.center[0], 4),
                "y": round(mark.center[1], 4),
                "radius": round(mark.radius, 4),
                "fate": mark.fate,
                "why": mark.why,
            }
            for mark in in_order(result.marks)
        ],
        "files": files,
        "recipe": f"{number}/recipe.toml",
    }


def _praise_and_faults(place: Ranked) -> dict[str, list[str]]:
    return {
        "reasons": [*([place.place] if place.place else []), *place.praise],
        "faults": [*place.faults],
    }


def proof_sheet(data: Mapping[str, Any], seen: Mapping[int, Seen]) -> bytes:
    """Draw the contact sheet of a described session as a JPEG."""
    cells = [
        ProofCell(
            thumbnail=seen[row["index"]].thumb if row["index"] in seen else None,
            rank=row["rank"],
            score=row["score"],
            name=row["name"],
            status=row["status"],
            reason="; ".join(row["reasons"][:3]),
            group=row["group"],
        )
        for row in data["photos"]
    ]
    return encode_jpeg(contact_sheet(cells), quality=88)[0]


def write_report(
    stage: Path,
    data: dict[str, Any],
    seen: dict[int, Seen],
    made: Sequence[tuple[Ranked, Finished]],
    stages: Stages,
) -> None:
    """Write proofs.jpg, session.json and report.html into the staged folder."""
    jobs: dict[str, Callable[[], bytes]] = {"proofs": partial(proof_sheet, data, seen)}
    for number, (_, result) in enumerate(made, start=1):
        jobs |= finished_pictures(number, result)
    jobs |= photo_pictures(seen)
    with ThreadPoolExecutor(2) as workers:  # decoding and encoding let go of the lock
        pictures = dict(zip(jobs, workers.map(lambda job: job(), jobs.values()), strict=True))
    (stage / "proofs.jpg").write_bytes(pictures.pop("proofs"))
    data["timings"] = {name: round(value, 3) for name, value in stages.seconds.items()}
    data["total_seconds"] = round(sum(stages.seconds.values()), 3)
    (stage / "session.json").write_text(
        json.dumps(data, ensure_ascii=False, indent=1) + "\n", "utf-8"
    )
    (stage / "report.html").write_text(render_report(data, pictures), "utf-8")


def finished_pictures(number: int, result: Finished) -> dict[str, Callable[[], bytes]]:
    """What draws the report's pictures of a pick, by their names in it."""
    files = {o.name: result.files[o.file] for o in result.recipe.outputs}
    jobs: dict[str, Callable[[], bytes]] = {
        f"file/{number}/{name}": partial(_preview, files[name])
        for name in sorted(files, key=lambda name: -len(files[name]))  # the slowest first
    }
    jobs[f"before/{number}"] = partial(_jpeg, result.before, 85)
    jobs[f"after/{number}"] = partial(_jpeg, result.after, 88)
    if result.marks_map is not None:
        jobs[f"marks/{number}"] = partial(_jpeg, result.marks_map, 85)
    return jobs


def photo_pictures(seen: Mapping[int, Seen]) -> dict[str, Callable[[], bytes]]:
    """What draws the report's thumbnails of the photographs, by their names in it."""
    return {f"photo/{entry.index}": partial(_small, entry.thumb) for entry in seen.values()}


def _jpeg(pixels: NDArray[np.uint8], quality: int) -> bytes:
    return encode_jpeg(pixels, quality=quality)[0]


def _small(pixels: NDArray[np.uint8]) -> bytes:
    return _jpeg(thumbnail(pixels, 360), 80)


def _preview(data: bytes, side: int = 200) -> bytes:
    """A file of ours as a JPEG of at most `side` pixels; transparency on dark grey."""
    with Image.open(io.BytesIO(data)) as file:
        file.draft("RGB", (2 * side, 2 * side))
        image: Image.Image = file
        if image.mode == "RGBA":
            image.thumbnail((2 * side, 2 * side), reducing_gap=2.0)
            image = Image.alpha_composite(Image.new("RGBA", image.size, (64, 64, 64, 255)), image)
        small = thumbnail(np.asarray(image.convert("RGB"), np.uint8), side)
    return _jpeg(small, 85)
