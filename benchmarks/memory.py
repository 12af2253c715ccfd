"""A thousand photos through one process: does memory grow, and is it slower or larger than before?

Four photographs of one person (scikit-image's public-domain portrait, turned, dimmed and blurred)
are looked at, found, measured and ranked over and over, as a session's are. Memory is what the
process holds (resident) after each hundred photos; growth is from the second hundred, when
everything is loaded, to the last. Time is processor time.

    python benchmarks/memory.py [--photos 1000] [--check | --set-baseline]

`--check` compares with benchmarks/baseline.json, which holds for the machine it was made on, and
fails (exit code 1) where memory grows by 5 % or more, or memory or time is more than 10 % above it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("NUMBA_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[1]))

BASELINE = Path(__file__).with_name("baseline.json")
MOST_GROWTH, MOST_ABOVE = 0.05, 0.10


def measure(photos: int) -> dict[str, object]:
    """Look at so many photographs; memory after each hundred in bytes, processor seconds."""
    from agreed import AGREED

    from catchlight.choosing import choose
    from catchlight.limits import resident
    from catchlight.progress import Stages, silent
    from catchlight.settings import Settings
    from tests.studio.running import portraits

    settings = Settings(threads=1)
    held: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        paths = portraits(Path(folder))
        choose(paths, Stages(silent), settings, AGREED)  # loads and compiles
        start = time.process_time()
        for number in range(len(paths), photos + 1, len(paths)):
            choose(paths, Stages(silent), settings, AGREED)
            if number % 100 == 0:
                held.append(resident())
                print(f"{number:>6} photos {held[-1] / 1e6:8.0f} MB", flush=True)
        seconds = time.process_time() - start
    return {"held_bytes": held, "seconds_per_photo": seconds / photos}


def main() -> None:
    """Measure, print, compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=1000)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--set-baseline", action="store_true")
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/memory.json"))
    asked = parser.parse_args()
    found = measure(max(300, asked.photos))
    held = found["held_bytes"]
    assert isinstance(held, list)
    growth = held[-1] / held[1] - 1
    now = {
        "date": date.today().isoformat(),
        "photos": max(300, asked.photos),
        "memory_bytes": max(held),
        "growth": round(growth, 4),
        "seconds_per_photo": round(float(str(found["seconds_per_photo"])), 5),
    }
    print(f"growth {growth:+.1%} (target < 5 %), {now['seconds_per_photo'] * 1000:.0f} ms a photo")
    asked.json.parent.mkdir(parents=True, exist_ok=True)
    asked.json.write_text(json.dumps(now | {"held_bytes": held}, indent=1) + "\n")
    if asked.set_baseline:
        BASELINE.write_text(json.dumps(now, indent=1) + "\n")
    if asked.check:
        before = json.loads(BASELINE.read_text())
        faults = [f"memory grows by {growth:.1%}"] if growth >= MOST_GROWTH else []
        for name in ("memory_bytes", "seconds_per_photo"):
            above = now[name] / before[name] - 1
            print(f"{name}: {above:+.1%} against {before['date']}")
            faults += [f"{name} is {above:+.1%}"] if above > MOST_ABOVE else []
        if faults:
            raise SystemExit("; ".join(faults))


if __name__ == "__main__":
    main()
