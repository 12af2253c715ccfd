"""Killed at every write point and at random moments, and on disks that fail: what is lost?

Single files, a delivery replaced by the next, the studio's store, the store rebuilt from its
records, and consents with the faces kept by them (tests/crash/works.py). Each is killed before and
after every call that changes a folder or the database, fails at each of them (disk full,
input/output error; once, or from then on), and is killed at random moments; then a fresh start is
compared with what was acknowledged.

    python benchmarks/crash.py [--random 625] [--in FOLDER] [--points N --faults N]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[1]
WORKS = ("files", "delivery", "store", "rebuilt", "consents")


def main() -> None:
    """Try and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--random", type=int, default=625, help="random moments, over all works")
    parser.add_argument("--points", type=int, help="so many points a work; else every one")
    parser.add_argument("--faults", type=int, help="so many faults a work; else every one")
    parser.add_argument("--in", dest="place", help="a folder; else a disk in memory")
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/crash.json"))
    asked = parser.parse_args()
    rows = []
    print(f"{'':<10}{'points':>8}{'kills':>8}{'random':>8}{'faults':>8}{'broken':>8}  start ≤")
    for work in WORKS:
        command = [sys.executable, "-m", "tests.crash.trial", work]
        command += ["--random", str(asked.random // len(WORKS))]
        for name in ("points", "faults"):
            if getattr(asked, name) is not None:
                command += [f"--{name}", str(getattr(asked, name))]
        command += ["--in", asked.place] if asked.place else []
        out = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        row = json.loads(out)
        rows.append(row)
        print(
            f"{work:<10}{row['points']:>8}{row['kills']:>8}{row['random_kills']:>8}"
            f"{row['faults']:>8}{len(row['broken']):>8}  {row['slowest_start']:.2f} s",
            flush=True,
        )
        for line in row["broken"][:10]:
            print(f"    {line}")
    asked.json.parent.mkdir(parents=True, exist_ok=True)
    result = {"date": date.today().isoformat(), "works": rows}
    asked.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
