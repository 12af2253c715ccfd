"""Honest headshots made and signed whole: how many does the check before signing refuse?

    python benchmarks/honest_runs.py [--count 100] [--json FILE]

One photograph a person, one look after the other. Cheats between the stages, which all have to be
refused, are in `tests/test_recheck.py`. Photographs are looked for in CATCHLIGHT_PHOTOGRAPHS, or in
../shared/data. A key is made in a temporary folder; nothing is read from or written to the user's
own. The rate is given with its 95 % interval (Wilson 1927).
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from photographs import DATA

import catchlight
from catchlight import credentials, keys
from catchlight.errors import CatchlightError, CredentialError
from catchlight.evidence.calibration import wilson

FOLDERS = (
    *("studio/london_neutral", "studio/canada", "studio/london_smiling"),
    *("people/lisa", "people/rootvc_man", "people/human_emotions_a", "people/obama"),
)


def run(photos: list[Path], folder: Path) -> dict[str, Any]:
    """Make and sign a headshot of each photograph; count what came of it."""
    looks = itertools.cycle(("corporate", *catchlight.list_looks()))
    counts = Counter(runs=0, signed=0, refused_at_signing=0, nothing_made=0, not_valid=0)
    for number, (photo, look) in enumerate(zip(photos, looks, strict=False)):
        target = folder / str(number)
        counts["runs"] += 1
        try:
            made = catchlight.make([photo], target, look=look, destinations=["linkedin"], top=1)
        except CredentialError as error:
            print(f"refused: {photo.name}, {look}: {error}", flush=True)
            counts["refused_at_signing"] += 1
        except CatchlightError as error:
            print(f"nothing made: {photo.name}, {look}: {str(error)[:90]}", flush=True)
            counts["nothing_made"] += 1
        else:
            files = [path.read_bytes() for pick in made.picks for path in pick.files.values()]
            found = [credentials.read(data) for data in files]
            sound = bool(found) and all(f is not None and f.state == "Valid" for f in found)
            counts["signed" if sound else "not_valid"] += 1
        shutil.rmtree(target, ignore_errors=True)
        if counts["runs"] % 10 == 0:
            print(json.dumps(counts), flush=True)
    return dict(counts)


def main() -> None:
    """Measure, print, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/honest_runs.json"))
    options = parser.parse_args()
    photos = [path for name in FOLDERS for path in sorted((DATA / name).glob("*.[jp][pn]g"))]
    if not photos:
        raise SystemExit(f"no photographs in {DATA}: set CATCHLIGHT_PHOTOGRAPHS")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ[keys.DATA_VARIABLE] = str(folder / "data")
        keys.create("Jo Doe")
        found = run(photos[: options.count], folder)
    reached = found["runs"] - found["nothing_made"]
    low, high = wilson(found["refused_at_signing"], reached)
    found["refused_interval"] = [round(low, 4), round(high, 4)]
    print(json.dumps(found))
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
