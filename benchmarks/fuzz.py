"""Damaged photo files and decompression bombs through the reader, in a process with limits.

JPEG, PNG, WebP, TIFF (with DNG), HEIC and AVIF files of a painted portrait, damaged by a seeded
chance (tests/fuzz/mutations.py), and 25 bombs (tests/fuzz/bombs.py). Looked for are crashes of the
process, more than 5 seconds of processor time for a file, errors that are not of the error tree,
and memory that stays.

    python benchmarks/fuzz.py [--count 100000] [--first 0]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


AT_ONCE = 10_000  # files of one process


def run(what: str, first: int, count: int) -> dict[str, Any]:
    """Run trials, a process for every `AT_ONCE` files, and return what they found."""
    outcomes: Counter[str] = Counter()
    found: dict[str, Any] = {"files": 0, "faults": [], "outcomes": outcomes}
    most = dict.fromkeys(("slowest", "growth_bytes", "rise_bytes"), 0.0)
    for start in range(first, first + count, AT_ONCE):
        command = [sys.executable, "-m", "tests.fuzz.trial", what, "--first", str(start)]
        command += ["--count", str(min(AT_ONCE, first + count - start))]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        part = json.loads(done.stdout)
        found["files"] += part["files"]
        found["faults"] += part["faults"]
        outcomes.update(part["outcomes"])
        most = {name: max(value, part[name]) for name, value in most.items()}
    return found | most


def main() -> None:
    """Try and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/fuzz.json"))
    asked = parser.parse_args()
    result: dict[str, object] = {"date": date.today().isoformat()}
    for what, first, count in (("mutations", asked.first, asked.count), ("bombs", 0, 25)):
        start = time.perf_counter()
        found = run(what, first, count)
        result[what] = found
        print(
            f"{what}: {found['files']} files in {time.perf_counter() - start:.0f} s, the slowest"
            f" {found['slowest']:.1f} s of processor time; memory more at a process' end"
            f" {found['growth_bytes'] / 1e6:.0f} MB, while a file is read"
            f" {found['rise_bytes'] / 1e6:.0f} MB; {len(found['faults'])} faults",
            flush=True,
        )
        for name, number in sorted(found["outcomes"].items()):
            print(f"  {name:<44}{number:>8}")
        for fault in found["faults"][:20]:
            print(f"  FAULT {fault}")
    asked.json.parent.mkdir(parents=True, exist_ok=True)
    asked.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
