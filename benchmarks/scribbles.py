"""What strokes by hand do for a cut-out: a robot user on portraits with hand-made mattes.

    python benchmarks/scribbles.py FOLDER [--json FILE] [--only TEXT] [--strokes 10]

FOLDER is laid out as for `matte.py`. The robot does what Nickisch et al. 2010 ("Learning an
Interactive Segmentation System") and Kohli et al. 2012 let theirs do: it looks for the largest
region where the matte is wrong by more than a half, and puts a dot in its middle, as wide as fits
into it, of the person or of the background, as it is in truth; then it looks again. What it may not
take, since every network sees the person there, it leaves be after one try.

Photos are worked on at a long side of 2,048 px, errors measured at 1,024 px as in `matte.py`.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import cv2
import matte as portraits
import numpy as np

from catchlight import faces
from catchlight.faces import Face
from catchlight.matte import cut_out
from catchlight.scribble import Scribble
from catchlight.segment import unit

WORKED = 2048  # pixels of the longer side
SHOWN = (0, 1, 2, 3, 5, 10)
WRONG = 0.5
BRUSH = (0.03, 1.0)  # eye distances


def next_stroke(
    alpha: portraits.Alpha, truth: portraits.Alpha, tried: portraits.Mask, eye: float
) -> Scribble | None:
    """Return a dot in the middle of the largest wrong region that was not tried; None: none is.

    `eye` is the eye distance in pixels of `alpha`; `tried` is marked in place.
    """
    best, place, of = 0, (0.0, 0.0, 0.0), ""
    region = np.zeros(alpha.shape, np.bool_)
    for kind, wrong in (("background", alpha - truth), ("person", truth - alpha)):
        mask = ((wrong > WRONG) & ~tried).astype(np.uint8)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
        if count < 2:
            continue
        label = 1 + int(np.argmax(stats[1:, 4]))
        if int(stats[label, 4]) > best:
            best, of, region = int(stats[label, 4]), kind, labels == label
            depth = cv2.distanceTransform(np.pad(region, 1).astype(np.uint8), cv2.DIST_L2, 5)
            y, x = np.unravel_index(int(np.argmax(depth)), depth.shape)
            place = (float(x - 0.5), float(y - 0.5), float(depth.max()))
    if best < 4:
        return None
    tried |= region
    x, y, radius = place
    width = float(np.clip(2 * radius / eye, *BRUSH))
    point = (min(x / alpha.shape[1], 1.0), min(y / alpha.shape[0], 1.0))
    return Scribble.model_validate({"of": of, "width": width, "points": [point]})


def correct(image_path: Path, alpha_path: Path, strokes: int) -> dict[str, Any]:
    """Return the errors after 0, 1, ... strokes, and the seconds a stroke took."""
    image = np.ascontiguousarray(cv2.imread(str(image_path))[:, :, ::-1])
    factor = min(1.0, WORKED / max(image.shape[:2]))
    image = np.asarray(cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))
    found = faces.find(image)
    face: Face = found[0] if found else portraits.stand_in(image)
    scale = min(1.0, portraits.SIDE / max(image.shape[:2]))
    size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
    truth = cv2.imread(str(alpha_path), cv2.IMREAD_GRAYSCALE).astype(np.float32) / 255
    truth = np.asarray(cv2.resize(truth, size, interpolation=cv2.INTER_AREA), np.float32)
    everywhere = np.ones(truth.shape, np.bool_)
    plain = cut_out(image, face, found[1:], threads=portraits.THREADS)
    matte, drawn = plain, list[Scribble]()
    tried = np.zeros(truth.shape, np.bool_)
    rows, seconds = [], []
    for _ in range(strokes + 1):
        ours = np.asarray(cv2.resize(matte.alpha, size, interpolation=cv2.INTER_AREA), np.float32)
        rows.append(portraits.errors(ours, truth, everywhere))
        tried &= np.abs(ours - truth) > WRONG
        dot = next_stroke(ours, truth, tried, unit(face) * scale)
        if dot is None:
            break
        drawn.append(dot)
        begin = time.perf_counter()
        matte = cut_out(image, face, found[1:], scribbles=drawn, plain=plain)
        seconds.append(time.perf_counter() - begin)
    rows += [rows[-1]] * (strokes + 1 - len(rows))
    kinds = [dot.of for dot in drawn]
    return {"name": image_path.stem, "face": bool(found), "errors": rows, "strokes": kinds,
            "seconds": seconds, "note": matte.by_hand}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", default="", help="names that contain this")
    parser.add_argument("--strokes", type=int, default=10)
    arguments = parser.parse_args()
    cv2.setNumThreads(portraits.THREADS)
    images = [p for p in sorted((arguments.folder / "image").iterdir()) if arguments.only in p.name]
    rows = []
    shown = [n for n in SHOWN if n <= arguments.strokes]
    print(f"{'portrait':28} MSE·10³ after {', '.join(map(str, shown))} strokes")
    for path in images:
        row = correct(path, arguments.folder / "alpha" / path.name, arguments.strokes)
        rows.append(row)
        values = " ".join(f"{1000 * row['errors'][n]['mse']:6.2f}" for n in shown)
        name = row["name"][:26] + ("" if row["face"] else " *")
        print(f"{name:28} {values}  {'stayed' if 'stayed' in row['note'] else ''}", flush=True)
    print("\nstrokes    MSE   SAD  Grad  Conn  worst MSE")
    summary = {}
    for n in shown:
        means = {
            key: float(np.mean([row["errors"][n][key] for row in rows]))
            for key in ("mse", "sad", "grad", "conn")
        }
        worst = max(row["errors"][n]["mse"] for row in rows)
        summary[n] = {**means, "worst_mse": worst}
        print(
            f"{n:7d} {means['mse']:.4f} {means['sad']:5.1f} {means['grad']:5.1f} "
            f"{means['conn']:5.1f} {worst:10.4f}"
        )
    took = [s for row in rows for s in row["seconds"]]
    print(f"a stroke takes {np.median(took):.2f} s (median), {max(took):.2f} s at most; * no face")
    if arguments.json:
        arguments.json.write_text(json.dumps({"summary": summary, "portraits": rows}, indent=1))


if __name__ == "__main__":
    main()
