"""A thousand photos through one process: does memory grow, and is it slower or larger than before?

Four photographs of one person (scikit-image's public-domain portrait, turned, dimmed and blurred)
are looked at, found, measured and ranked over and over, as a session's are. Memory is what the
process holds (resident) after each hundred photos; growth is from the second hundred, when
everything is loaded, to the last. Time is processor time, against that of a fixed piece of work
beside it (decoding the photo, blurring it and multiplying matrices, without our code): what else
the machine does, and how fast it is today, slows both.

    python benchmarks/memory.py [--photos 1000] [--check | --set-baseline]

`--check` compares with benchmarks/baseline.json and fails (exit code 1) where memory grows by 5 %
or more, or memory or the ratio of the times is more than 10 % above it.
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

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(threads, "1")
sys.path.insert(0, str(Path(__file__).parents[1]))

BASELINE = Path(__file__).with_name("baseline.json")
MOST_GROWTH, MOST_ABOVE = 0.05, 0.10


def floor(data: bytes, rounds: int = 8) -> None:
    """Do a fixed piece of work, of decoding, filtering and arithmetic as networks do."""
    import cv2
    import numpy as np

    matrix = np.linspace(-1, 1, 384 * 384, dtype=np.float32).reshape(384, 384)
    for _ in range(rounds):
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        cv2.GaussianBlur(np.asarray(pixels, np.float32), (0, 0), 3)
        matrix @ matrix @ matrix


def measure(photos: int) -> dict[str, object]:
    """Look at so many photographs; memory after each hundred in bytes, processor seconds."""
    import cv2
    from agreed import AGREED

    from catchlight.choosing import choose
    from catchlight.limits import resident
    from catchlight.progress import Stages, silent
    from catchlight.settings import Settings
    from tests.studio.running import portraits

    settings = Settings(threads=1)
    cv2.setNumThreads(1)
    held: list[int] = []
    ours = beside = 0.0
    with tempfile.TemporaryDirectory() as folder:
        paths = portraits(Path(folder))
        choose(paths, Stages(silent), settings, AGREED)  # loads and compiles
        data = paths[0].read_bytes()
        floor(data)
        for number in range(len(paths), photos + 1, len(paths)):
            start = time.process_time()
            choose(paths, Stages(silent), settings, AGREED)
            between = time.process_time()
            floor(data)
            ours += between - start
            beside += time.process_time() - between
            if number % 100 == 0:
                held.append(resident())
                print(f"{number:>6} photos {held[-1] / 1e6:8.0f} MB", flush=True)
    return {"held_bytes": held, "seconds_per_photo": ours / photos, "times_floor": ours / beside}


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
        "times_floor": round(float(str(found["times_floor"])), 3),
    }
    print(
        f"growth {growth:+.1%} (target < 5 %), {now['seconds_per_photo'] * 1000:.0f} ms a photo,"
        f" {now['times_floor']:.2f} times the floor"
    )
    asked.json.parent.mkdir(parents=True, exist_ok=True)
    asked.json.write_text(json.dumps(now | {"held_bytes": held}, indent=1) + "\n")
    if asked.set_baseline:
        BASELINE.write_text(json.dumps(now, indent=1) + "\n")
    if asked.check:
        before = json.loads(BASELINE.read_text())
        faults = [f"memory grows by {growth:.1%}"] if growth >= MOST_GROWTH else []
        for name in ("memory_bytes", "times_floor"):
            above = now[name] / before[name] - 1
            print(f"{name}: {above:+.1%} against {before['date']}")
            faults += [f"{name} is {above:+.1%}"] if above > MOST_ABOVE else []
        if faults:
            raise SystemExit("; ".join(faults))


if __name__ == "__main__":
    main()
