"""The audit on known cases: false alarms and detections of each kind of evidence, with intervals.

    python benchmarks/audit.py [--parts real,planted,scenes,earrings,own,generated] [--json FILE]
        [--calibrate] [--rows FILE [--add KINDS]]

People are split in two halves by their names. `--calibrate` learns from the one half how far
untouched photographs differ (limits, and the face's covariance), counts on the other half, and
writes both into the package (`data/audit.json`, `data/face_shape.npz`), and the tables into
`docs/audit.md`. Without it the limits of the package are counted anew. `--rows FILE` keeps what was
measured; a run that was stopped goes on with the parts that are not in it yet, and with `--add`
kinds of evidence are measured and added to what is in it. Photographs are looked for in
CATCHLIGHT_PHOTOGRAPHS, or in ../shared/data. Rates are given with 95 % intervals (Wilson 1927) and
the number of cases.
"""

# ruff: noqa: E402 (threads are pinned before NumPy loads)

from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import argparse
import json
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import audit_cases
import audit_document
import cv2
import numpy as np
from agreed import AGREED
from audit_cases import Known, half_of, known_cases, people, seen
from photographs import DATA

from catchlight.evidence import EVIDENCE, face_shape
from catchlight.evidence.calibration import SCHEMA, Rate, rates

PACKAGE = Path(__file__).resolve().parents[1] / "src/catchlight/data"
UNTOUCHED = ("untouched", "copy")
_QUANTILES = 41
# What differs has to matter, too, however alike copies are: half of the likeness bound's ΔE00, a
# fifth of the texture, half of the faintest spot that counts; the flipped background has to fit
# eight times as well; contrast has to be rarer than two standard deviations, which is what it is
# given in; and lines about the eyes have to be stronger than frowns and hard light draw them, which
# reach 1.39 octaves between two untouched photos of one person. Ears have to stand out by two
# fifths more or less, the neck's light to be off twice as far as in nine of ten photographs, and
# the background to be nearly twice as sharp beside the person. Parts moved by half more than the
# likeness bound: a turned copy of another size cannot be laid over its original more closely. Hair
# that begins higher or lower by an eighth, twice what copies read.
_LEAST = {
    "recoloured": 1.5,
    "eyes_and_teeth": 3.0,
    "facial_contrast": 2.0,
    "glasses": 1.7,
    "smoothed": 0.3,
    "healed": 0.045,
    "background_light": 3.0,
    "ears": 0.35,
    "moved": 0.45,
    "earrings": 1.0,
    "hairline_moved": 0.12,
    "neck_light": 0.7,
    "depth_of_field": 0.8,
}


@dataclass
class Row:
    """One case, measured."""

    truth: str
    given: str
    person: str
    held_out: bool
    statistics: dict[str, float] = field(default_factory=dict)
    differs: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def flagged(self, limits: dict[str, float]) -> list[str]:
        """Kinds that pass their limit; the file has none, and says it itself."""
        passed = [name for name, value in self.statistics.items() if value >= limits[name]]
        return passed + [name for name in self.differs if name == "file"]


def measured(known: Known, kinds: Iterable[str] = tuple(EVIDENCE)) -> Row:
    """Apply kinds of evidence to one case."""
    row = Row(known.truth, known.given, known.person, known.held_out)
    start = time.perf_counter()
    for kind in kinds:
        finding = EVIDENCE[kind](known.case)
        if finding.statistic is not None:
            row.statistics[finding.name] = finding.statistic
        if finding.status == "differs":
            row.differs.append(finding.name)
    row.seconds = time.perf_counter() - start
    return row


def limit_of(values: list[float]) -> float:
    """From which a picture differs: past the largest by a part of how far that is past the tenth.

    With a few dozen cases no quantile of one in a thousand can be read off; this leaves room: half
    of the way from the tenth largest to the largest, but no more than a quarter of the largest.
    """
    ordered = np.sort(values)
    most, tenth = float(ordered[-1]), float(np.quantile(ordered, 0.9))
    room = min(0.5 * (most - tenth), 0.25 * abs(most))
    return most + max(room, 0.01 * abs(most), 1e-6)


def fit_face_shape() -> None:
    """Learn how one person's face varies, from the calibration half, and write it down."""
    learnt: dict[str, Any] = {}
    for which in ("shared", "signed"):
        rows = []
        for person, files in people().items():
            if half_of(person):
                continue
            photos = [facts for facts in map(seen, files) if facts is not None]
            halves = [face_shape.half(f, which) for f in photos if f.frontal_enough]
            if len(halves) > 1:
                rows.append(halves)
        learnt |= face_shape.fitted(rows, which)
    np.savez(
        PACKAGE / "face_shape.npz",
        **{name: value.astype(np.float32) for name, value in learnt.items()},
    )


def calibrated(rows: list[Row]) -> dict[str, float]:
    """Limits from the untouched photographs of the calibration half."""
    values = defaultdict(list)
    for row in rows:
        if not row.held_out and row.truth in UNTOUCHED:
            for name, value in row.statistics.items():
                values[name].append(value)
    return {name: max(limit_of(found), _LEAST.get(name, 0)) for name, found in values.items()}


def _rate(rows: Iterable[Row], limits: dict[str, float], name: str | None = None) -> Rate:
    """How many of the rows were flagged, by one kind or by any; only those it could assess."""
    counted = [row for row in rows if name is None or name in row.statistics]
    flagged = sum(
        bool(row.flagged(limits)) if name is None else name in row.flagged(limits)
        for row in counted
    )
    return Rate(flagged, len(counted))


def written(rows: list[Row], limits: dict[str, float]) -> dict[str, Any]:
    """The table of the package."""
    kinds = {}
    for name, limit in limits.items():
        own = [
            row.statistics[name]
            for row in rows
            if not row.held_out and row.truth in UNTOUCHED and name in row.statistics
        ]
        held = [row for row in rows if row.held_out]
        alarms = _rate([row for row in held if row.truth in UNTOUCHED], limits, name)
        truths = sorted({(r.truth, r.given) for r in rows if r.truth not in (*UNTOUCHED, "own")})
        detections = {}
        for truth, given in truths:
            counted = rows if truth == "generated" else held
            found = _rate(
                [r for r in counted if (r.truth, r.given) == (truth, given)], limits, name
            )
            if found.cases:
                detections[f"{truth}, {_WITH[given]}"] = [found.flagged, found.cases]
        kinds[name] = {
            "limit": round(limit, 4),
            "cases": len(own),
            "quantiles": [
                round(float(v), 4) for v in np.quantile(own, np.linspace(0, 1, _QUANTILES))
            ],
            "false_alarms": [alarms.flagged, alarms.cases],
            "detections": detections,
        }
    return {"schema": SCHEMA, "kinds": kinds}


_WITH = {
    "original": "original among the references",
    "others": "other photos of the person",
    "nothing": "no references",
}


def _said(rate: Rate) -> str:
    low, high = rate.interval()
    if not rate.cases:
        return "–"
    return f"{rate.flagged / rate.cases:6.1%} [{low:5.1%}, {high:6.1%}] {rate.flagged}/{rate.cases}"


def table(rows: list[Row], limits: dict[str, float]) -> dict[str, Any]:
    """Print the table, and return it."""
    result: dict[str, Any] = {"any": {}, "kinds": {}}
    held = [row for row in rows if row.held_out or row.truth in ("own", "generated")]
    groups = sorted({(row.truth, row.given) for row in held}, key=_order)
    print("\nFlagged by any kind (held-out people; our own and generated: all)")
    for truth, given in groups:
        found = _rate([r for r in held if (r.truth, r.given) == (truth, given)], limits)
        print(f"  {truth:<25} {_WITH[given]:<31} {_said(found)}")
        result["any"][f"{truth}, {given}"] = [found.flagged, found.cases]
    for name in sorted(limits, key=list(limits).index):
        print(f"\n{name} (differs from {limits[name]:.3g})")
        result["kinds"][name] = {"limit": limits[name]}
        for truth, given in groups:
            found = _rate([r for r in held if (r.truth, r.given) == (truth, given)], limits, name)
            result["kinds"][name][f"{truth}, {given}"] = [found.flagged, found.cases]
            if found.cases and (found.flagged or truth in UNTOUCHED):
                print(f"  {truth:<25} {_WITH[given]:<31} {_said(found)}")
    return result


def document(rows: list[Row], limits: dict[str, float]) -> str:
    """Return the same tables for `docs/audit.md`."""
    held = [row for row in rows if row.held_out or row.truth in ("own", "generated")]
    keys = sorted({(row.truth, row.given) for row in held}, key=_order)
    of = {key: [row for row in held if (row.truth, row.given) == key] for key in keys}
    groups = {key: _rate(of[key], limits) for key in keys}
    kinds = {}
    for name in (name for name in [*EVIDENCE, "skin_texture_alone"] if name in limits):
        found = {key: _rate(of[key], limits, name) for key in keys}
        kinds[name] = {key: rate for key, rate in found.items() if rate.cases}
    others = of.get(("untouched", "others"), [])
    studio = [row for row in others if row.person.startswith("london")]
    sessions = [row for row in others if not row.person.startswith("london")]
    apart = {
        "untouched studio portraits against the other of the sitting": _rate(studio, limits),
        "untouched photos of people seen in several lights and places": _rate(sessions, limits),
        "smaller changes (parts moved or recoloured, skin smoothed, a mole removed) without the"
        " original, all together": audit_document.small_changes(groups),
    }
    return audit_document.markdown(groups, kinds, apart)


def _order(group: tuple[str, str]) -> tuple[int, str, str]:
    first = ("untouched", "copy", "own", "generated")
    return (first.index(group[0]) if group[0] in first else 9, *group)


def speed() -> dict[str, float]:
    """Seconds of a whole audit with five references, read from files; the median of five."""
    from catchlight import audit as run

    files = sorted((DATA / "people/lisa").glob("*"))
    if len(files) < 6:
        return {}
    spent: list[float] = []
    for _ in range(6):
        start = time.perf_counter()
        run(files[0], files[1:6], consent=AGREED)
        spent.append(time.perf_counter() - start)
    return {"first": spent[0], "median": statistics.median(spent[1:]), "best": min(spent[1:])}


def main() -> None:
    """Measure, print the tables, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parts", default="real,planted,scenes,earrings,own,generated")
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/audit.json"))
    parser.add_argument("--calibrate", action="store_true", help="write the package's table")
    parser.add_argument("--rows", type=Path, help="keep what is measured here, and go on from it")
    parser.add_argument("--add", default="", help="kinds to measure and add to the rows kept")
    parser.add_argument("--every", type=int, default=1, help="thin the studio portraits out")
    options = parser.parse_args()
    audit_cases.EVERY = options.every
    cv2.setNumThreads(1)
    if not (DATA / "studio").is_dir():
        raise SystemExit(f"no photographs in {DATA}: set CATCHLIGHT_PHOTOGRAPHS")
    if options.calibrate:
        fit_face_shape()
    if options.add:
        _add(options.add.split(","), options.parts.split(","), options.rows)
    rows = _gathered(options.parts.split(","), options.rows)
    limits = calibrated(rows) if options.calibrate else {n: r.limit for n, r in rates().items()}
    limits = defaultdict(lambda: float("inf"), limits)
    found = table(rows, limits)
    found["seconds"] = _timed("audit with five references", speed)
    if options.calibrate:
        text = json.dumps(written(rows, dict(limits)), indent=1)
        (PACKAGE / "audit.json").write_text(text + "\n", "utf-8")
        audit_document.write_document(document(rows, limits))
    found["rows"] = [vars(row) for row in rows if row.truth in ("generated", "own")]
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


def _gathered(parts: list[str], kept: Path | None) -> list[Row]:
    """Measure the parts that `kept` does not have whole yet; it gets a line of JSON for each.

    So a run that was stopped can go on, as long as no kind of evidence was changed in between.
    """
    rows: dict[str, list[Row]] = {}
    if kept is not None and kept.is_file():
        for line in map(json.loads, kept.read_text("utf-8").splitlines()):
            rows[line["part"]] = [Row(**row) for row in line["rows"]]
    for part in (part for part in parts if part not in rows):
        start = time.perf_counter()
        rows[part] = [measured(known) for known in known_cases(part)]
        if kept is not None:
            line = json.dumps({"part": part, "rows": [vars(row) for row in rows[part]]})
            with kept.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        spent = time.perf_counter() - start
        print(f"{part}: {len(rows[part])} cases in {spent:.0f} s", flush=True)
    return [row for part in parts for row in rows[part]]


def _add(kinds: list[str], parts: list[str], kept: Path) -> None:
    """Measure some kinds on the cases of the parts that are kept, and write these anew."""
    lines = [json.loads(line) for line in kept.read_text("utf-8").splitlines()]
    for line in (line for line in lines if line["part"] in parts):
        again = [measured(known, kinds) for known in known_cases(line["part"])]
        for row, new in zip(line["rows"], again, strict=True):
            if (row["truth"], row["given"], row["person"]) != (new.truth, new.given, new.person):
                raise SystemExit(f"{kept}: of other cases; measure the part {line['part']} anew")
            for name in kinds:
                row["statistics"].pop(name, None)
            row["statistics"] |= new.statistics
            row["differs"] = [name for name in row["differs"] if name not in kinds] + new.differs
        print(f"{line['part']}: {', '.join(kinds)} added to {len(again)} cases", flush=True)
        kept.write_text("".join(json.dumps(each) + "\n" for each in lines), "utf-8")


def _timed(title: str, run: Callable[[], dict[str, float]]) -> dict[str, float]:
    spent = run()
    if spent:
        print(f"\n{title}: {spent['median']:.2f} s in the median, {spent['first']:.2f} s the first")
    return spent


if __name__ == "__main__":
    main()
