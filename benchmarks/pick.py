"""How well the measures see: labelled photos, renderings with known truth, invariance, skin, speed.

    python benchmarks/pick.py [--json FILE] [SECTION ...]    (photographs: see photographs.py)

Sections: labels (verdicts against labels made by eye, in labels.toml), studio (no good studio
portrait is unusable; the same verdicts for every skin), invariance (mirrored, halved, saved again),
focus (known blurs), detail (known coders and filters), light, distance, gaze (renderings with known
truth), speed (12-megapixel photos a second with two processes). One thread each; the photographs
are not part of the project.
"""

from __future__ import annotations

import argparse
import importlib
import json
import platform
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]  # the sections beside, and the renderings in tests/

from photographs import DATA  # noqa: E402

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
Row = dict[str, Any]


def photos_in(folder: Path) -> list[Path]:
    """Return the photographs of a folder, sorted."""
    return sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES)


def sessions(data: Path) -> list[list[Path]]:
    """Return the photographs as sessions: one person each where the data say so."""
    found = [photos_in(folder) for folder in sorted((data / "people").iterdir())]
    studio = photos_in(data / "studio")
    people: dict[str, list[Path]] = {}
    for path in studio:
        people.setdefault(path.stem.split("_")[0], []).append(path)
    found += people.values()
    alone = ("ai/sd3", "selfies", "matting/ppm100/image")
    found += [[path] for name in alone for path in photos_in(data / name)]
    found += [photos_in(folder) for folder in sorted((data / "ai/pairs").iterdir())]
    return [session for session in found if session]


def assess(session: Sequence[Path]) -> dict[Path, Any]:
    """Return the candidate of each photo of one person (or the refusal), each face on its own.

    In a session of several people every photo's largest face is taken, so that all are judged.
    """
    from agreed import AGREED

    from catchlight import survey
    from catchlight.errors import PhotoError
    from catchlight.progress import Stages, silent
    from catchlight.settings import Settings

    seen, rejected = survey.survey(session, Stages(silent), Settings(threads=1), AGREED)
    chosen, _ = survey.choose_person(seen, None, AGREED)
    chosen = {index: 0 if face is None else face for index, face in chosen.items()}
    candidates, refused = survey.candidates(seen, chosen)
    found: dict[Path, Any] = {c.path: c for c in candidates}
    errors: Iterable[PhotoError] = [*rejected, *refused]
    return found | {Path(error.path): error for error in errors}


def assess_all(groups: Sequence[Sequence[Path]]) -> dict[Path, Any]:
    """Assess every session, on two processes."""
    found: dict[Path, Any] = {}
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for part in pool.map(assess, groups, chunksize=4):
            found.update(part)
    return found


def percent(count: int, total: int) -> float | None:
    """Return count of total in percent, None when there is nothing to count."""
    return round(100 * count / total, 1) if total else None


# What each label means among the verdicts.
SEEN_BY: dict[str, dict[str, tuple[str, ...]]] = {
    "closed": {"EyesOpen": ("closed", "half closed")},
    "gaze": {"Gaze": ("beside the lens", "above the lens", "below the lens")},
    "blur": {"Sharpness": ("blurred", "missed focus"), "MotionBlur": ("moved",)},
    "smoothed": {"FineDetail": ("smoothed away",)},
    "tilt": {"HeadPoseRoll": ("tilted",)},
}


def says(candidate: Any, verdicts: dict[str, tuple[str, ...]]) -> bool:
    """Whether one of the measures has one of the verdicts, or one of an eye alone."""
    return any(candidate.measures[name].verdict.endswith(words) for name, words in verdicts.items())


FAULT = 75.0  # the score below which a measure finds a fault


def faulty(candidate: Any, name: str) -> bool:
    """Whether a measure finds a fault."""
    score = candidate.measures[name].score
    return score is not None and score < FAULT


def labels(data: Path, found: dict[Path, Any]) -> list[Row]:
    """Hold verdicts against labels: precision and recall of each."""
    known = tomllib.loads((HERE / "labels.toml").read_text(encoding="utf-8"))
    rows = []
    for label, verdicts in SEEN_BY.items():
        positive = {data / path for path in known[label]["yes"]}
        unclear = {data / path for path in known[label]["unclear"]}
        judged = [p for p, c in found.items() if p not in unclear and hasattr(c, "measures")]
        said = {p for p in judged if says(found[p], verdicts)}
        hits = said & positive
        missed = sorted(str(p.relative_to(data)) for p in positive & set(judged) - said)
        wrong = sorted(str(p.relative_to(data)) for p in said - positive)
        rows.append(
            {
                "verdict": label,
                "photos": len(judged),
                "labelled": len(positive & set(judged)),
                "precision_pct": percent(len(hits), len(said)),
                "recall_pct": percent(len(hits), len(positive & set(judged))),
                "missed": missed,
                "wrong": wrong,
            }
        )
    return rows


def skin_angle(path: Path) -> float:
    """Return the individual typology angle of the cheeks in degrees (Chardin et al. 1991).

    Measured on the picture as it is: only for studio light that is the same for all.
    """
    import cv2
    import numpy as np

    from catchlight import color, faces, skin

    pixels = np.ascontiguousarray(cv2.imread(str(path))[:, :, ::-1])
    view = skin.face_view(pixels, faces.find(pixels)[0])
    lightness, _, yellow = color.lab(view.linear[skin.skin_mask(view)]).mean(axis=0)
    return float(np.degrees(np.arctan2(lightness - 50, yellow)))


def tone(angle: float) -> str:
    """Return the group of skin of an angle: dark below 19°, light above 41° (Del Bino 2013)."""
    return "dark" if angle < 19 else "light" if angle > 41 else "medium"


def studio(data: Path, found: dict[Path, Any]) -> list[Row]:
    """Count faults on the London portraits by skin: rates and their largest difference."""
    from catchlight.pick import rank

    paths = photos_in(data / "studio")
    candidates = {p: found[p] for p in paths if hasattr(found[p], "measures")}
    weak = [p for p, c in candidates.items() if rank([c])[0].status != "usable"]
    rows: list[Row] = [
        {
            "measure": "usable",
            "photos": len(paths),
            "refused": len(paths) - len(candidates),
            "weak": sorted(str(p.relative_to(data)) for p in weak),
        }
    ]
    groups: dict[str, list[Any]] = {"dark": [], "medium": [], "light": []}
    for path in paths:
        if "london" in str(path) and path in candidates:
            groups[tone(skin_angle(path))].append(candidates[path])
    for name in next(iter(candidates.values())).measures:
        rates: dict[str, float | None] = {}
        unknown: dict[str, float | None] = {}
        for group, members in groups.items():
            rates[group] = percent(sum(faulty(c, name) for c in members), len(members))
            unknown[group] = percent(sum(not c.measures[name].ok for c in members), len(members))
        known = [rate for rate in rates.values() if rate is not None]
        rows.append(
            {
                "measure": name,
                **{f"fault_{g}_pct": rate for g, rate in rates.items()},
                **{f"unknown_{g}_pct": rate for g, rate in unknown.items()},
                "difference": round(max(known) - min(known), 1),
                "photos": {g: len(cs) for g, cs in groups.items()},
            }
        )
    return rows


def _assess_one(path: str) -> None:
    import cv2

    cv2.setNumThreads(1)
    assess([Path(path)])


def speed(data: Path) -> list[Row]:
    """Assess 12-megapixel photos with two processes of one thread each; decoding alone beside."""
    import cv2

    portraits = photos_in(data / "studio" / "london_neutral")[:24]
    with tempfile.TemporaryDirectory() as scratch:
        files = []
        for path in portraits:
            pixels = cv2.imread(str(path))
            pixels = cv2.resize(pixels, (3000, 3000), interpolation=cv2.INTER_CUBIC)
            pixels = cv2.copyMakeBorder(pixels, 500, 500, 0, 0, cv2.BORDER_REPLICATE)
            files.append(str(Path(scratch) / path.name))
            cv2.imwrite(files[-1], pixels, [cv2.IMWRITE_JPEG_QUALITY, 92])
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
            list(pool.map(_assess_one, files[:4]))  # load models, compile
            start = time.perf_counter()
            list(pool.map(_assess_one, files))
            whole = time.perf_counter() - start
            start = time.perf_counter()
            list(pool.map(_decode_one, files))
            decoding = time.perf_counter() - start
    return [
        {
            "photos": len(files),
            "assessed_per_s": round(len(files) / whole, 1),
            "decoded_per_s": round(len(files) / decoding, 1),
        }
    ]


def _decode_one(path: str) -> None:
    from catchlight.settings import Settings
    from catchlight.survey import ANALYSIS_SIDE, read_within

    read_within(Settings(), Path(path), max_side=ANALYSIS_SIDE)


def show(title: str, rows: Sequence[Row]) -> None:
    """Print rows as a table; lists stay in the JSON."""
    print(f"\n{title}")
    keys: list[str] = []
    for row in rows:
        keys += [k for k, v in row.items() if not isinstance(v, list | dict) and k not in keys]
    if not keys:
        return
    table = [keys] + [["" if row.get(k) is None else str(row[k]) for k in keys] for row in rows]
    widths = [max(len(line[i]) for line in table) for i in range(len(keys))]
    for line in table:
        cells = (cell.ljust(w) for cell, w in zip(line, widths, strict=True))
        print("  " + "  ".join(cells).rstrip())


def main() -> None:
    """Measure the sections asked for, print their tables, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sections", nargs="*", help="all of them when none is named")
    parser.add_argument("--json", type=Path, default=HERE / "results" / "pick.json")
    options = parser.parse_args()
    data = DATA

    from pick_invariance import invariance

    on_photos = {"labels": labels, "studio": studio, "invariance": invariance}
    rendered = {name: f"pick_{name}" for name in ("focus", "detail", "light", "distance", "gaze")}
    wanted = options.sections or [*on_photos, *rendered, "speed"]
    if unknown := set(wanted) - {*on_photos, *rendered, "speed"}:
        parser.error(f"no section is called {', '.join(sorted(unknown))}")
    found = assess_all(sessions(data)) if set(wanted) & set(on_photos) else {}
    results: dict[str, Any] = {}
    for section in wanted:
        if section in on_photos:
            results[section] = on_photos[section](data, found)
        elif section in rendered:
            results[section] = importlib.import_module(rendered[section]).rows()
        else:
            results[section] = speed(data)
        show(section, results[section])
    if options.json.is_file():  # sections not measured now keep their last numbers
        results = json.loads(options.json.read_text(encoding="utf-8"))["sections"] | results
    options.json.parent.mkdir(parents=True, exist_ok=True)
    machine = f"{platform.processor() or platform.machine()}"
    told = {"date": date.today().isoformat(), "machine": machine, "sections": results}
    options.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
