"""Honest headshots made and signed whole: how many does the check before signing refuse?

    python benchmarks/honest_runs.py [--count 400] [--rows FILE] [--json FILE]

Every photograph by itself, with looks, backdrops, retouching, perspective and destinations drawn
for each run (the same ones every time: the seed is fixed). Cheats between the stages, which all
have to be refused, are in `tests/test_recheck.py`. Photographs are looked for in
CATCHLIGHT_PHOTOGRAPHS, or in ../shared/data. A key is made in a temporary folder; nothing is read
from or written to the user's own. The rate is given with its two-sided 95 % interval (Wilson 1927)
and, where none was refused, with the one-sided 95 % bound, 1 - 0.05^(1/n): the rule of three.
`--rows FILE` keeps a line of JSON for each run; a benchmark that was stopped goes on from it.
"""

# ruff: noqa: E402 (threads are pinned before NumPy loads)

from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import argparse
import json
import random
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import cv2
from agreed import AGREED
from photographs import DATA

import catchlight
from catchlight import credentials, keys
from catchlight.errors import BoundRefused, CatchlightError, CredentialError
from catchlight.evidence.calibration import wilson
from catchlight.settings import Settings

FOLDERS = (
    *("studio/london_neutral", "studio/canada", "studio/london_smiling", "matting/ppm100/image"),
    *("people/lisa", "people/rootvc_man", "people/human_emotions_a", "people/obama"),
    *("people/alex_lacamoire", "people/flashface_woman", "people/groups", "selfies/blemish"),
)
BACKDROPS = (None, "keep", "soften", "studio", "#d9d4cc", "#2f3b4a", "photo")
RETOUCHING = (None, "none", "light", "standard")
PERSPECTIVE = ("off", "off", "auto", "on")
DESTINATIONS = (["linkedin"], ["linkedin"], ["linkedin", "avatar-circle"])
_PIXELS = 16e6  # larger photographs are left out, for their time


def planned(photos: list[Path], count: int) -> list[dict[str, Any]]:
    """Draw what is made: every photograph once, then again with other wishes."""
    rng = random.Random(6)
    rooms = sorted((DATA / "backgrounds/line").glob("*.[jp][pn]g"))
    wishes: list[dict[str, Any]] = []
    while len(wishes) < count:
        for photo in rng.sample(photos, len(photos)):
            backdrop = rng.choice(BACKDROPS if rooms else BACKDROPS[:-1])
            wishes.append(
                {
                    "photo": str(photo.relative_to(DATA)),
                    "look": rng.choice(catchlight.list_looks()),
                    "backdrop": (
                        str(rng.choice(rooms).relative_to(DATA))
                        if backdrop == "photo"
                        else backdrop
                    ),
                    "retouch": rng.choice(RETOUCHING),
                    "perspective": rng.choice(PERSPECTIVE),
                    "destinations": rng.choice(DESTINATIONS),
                }
            )
    return wishes[:count]


def _room(rng: random.Random, rooms: list[Path]) -> str:
    return str(rng.choice(rooms).relative_to(DATA))


def run(wish: dict[str, Any], target: Path) -> dict[str, Any]:
    """Make and sign one headshot; say what came of it."""
    asked = dict(wish)
    photo = DATA / asked.pop("photo")
    if asked["backdrop"] is not None and "/" in asked["backdrop"]:
        asked["backdrop"] = DATA / asked["backdrop"]
    try:
        made = catchlight.make(
            [photo], target, top=1, consent=AGREED, settings=Settings(threads=1), **asked
        )
    except CredentialError as error:
        return {"outcome": "refused_at_signing", "why": str(error)}
    except BoundRefused as error:  # before there was anything to sign
        return {"outcome": "refused_for_a_bound", "why": str(error)}
    except CatchlightError as error:
        return {"outcome": "nothing_made", "why": str(error)}
    files = [path.read_bytes() for pick in made.picks for path in pick.files.values()]
    states = [found and found.state for found in map(credentials.read, files)]
    sound = bool(states) and all(state == "Valid" for state in states)
    return {"outcome": "signed" if sound else "not_valid", "files": len(files), "why": ""}


def runs(wishes: list[dict[str, Any]], folder: Path, kept: Path | None) -> list[dict[str, Any]]:
    """Make what `kept` does not have yet."""
    rows: list[dict[str, Any]] = []
    if kept is not None and kept.is_file():
        rows = [json.loads(line) for line in kept.read_text("utf-8").splitlines()]
        if [row["wish"] for row in rows] != wishes[: len(rows)]:
            raise SystemExit(f"{kept}: of other runs; name another file")
    for number, wish in enumerate(wishes[len(rows) :], start=len(rows)):
        row = {"wish": wish} | run(wish, folder / str(number))
        shutil.rmtree(folder / str(number), ignore_errors=True)
        rows.append(row)
        if kept is not None:
            with kept.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
        if row["outcome"] != "signed":
            print(f"{row['outcome']}: {json.dumps(wish)}: {row['why'][:300]}", flush=True)
    return rows


def counted(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Count what came of the runs, and how rare a refusal is with 95 % certainty."""
    found: dict[str, Any] = {"runs": len(rows), **Counter(row["outcome"] for row in rows)}
    before = ("nothing_made", "refused_for_a_bound")
    reached = [row for row in rows if row["outcome"] not in before]
    refused = sum(row["outcome"] == "refused_at_signing" for row in reached)
    found |= {
        "reached_signing": len(reached),
        "refused": refused,
        "photographs": len({row["wish"]["photo"] for row in reached}),
        "signed_files": sum(row.get("files", 0) for row in reached),
        "refused_interval": [round(share, 5) for share in wilson(refused, len(reached))],
    }
    if not refused and reached:
        found["refused_at_most"] = round(1 - 0.05 ** (1 / len(reached)), 5)
    return found


def main() -> None:
    """Measure, print, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--rows", type=Path, help="keep what was made here, and go on from it")
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/honest_runs.json"))
    options = parser.parse_args()
    cv2.setNumThreads(1)
    photos = [path for name in FOLDERS for path in sorted((DATA / name).glob("*.[jp][pn]g"))]
    photos = [path for path in photos if _pixels(path) <= _PIXELS]
    if not photos:
        raise SystemExit(f"no photographs in {DATA}: set CATCHLIGHT_PHOTOGRAPHS")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ[keys.DATA_VARIABLE] = str(folder / "data")
        keys.create("Jo Doe")
        rows = runs(planned(photos, options.count), folder, options.rows)
    found = counted(rows)
    print(json.dumps(found))
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


def _pixels(path: Path) -> float:
    from PIL import Image

    with Image.open(path) as image:
        return float(image.size[0] * image.size[1])


if __name__ == "__main__":
    main()
