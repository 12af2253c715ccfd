"""Does retouching leave the person? Texture, blemishes, moles, skin colour; time.

Texture: studio portraits, all edits of the skin against a bilateral filter, OpenCV's
edgePreservingFilter and a plain beauty smoothing; energy of the skin's texture in its worst zone,
and how much less blotchy the skin is (standard deviation of CIELAB a* at equal luminance, 0.5 to 2
cycles an eye distance). Plant: real blemishes (`marks.toml`) put on clean skin in one photo of a
person, with that photo as evidence and with another, too. Marks: moles and freckles marked by eye
in `marks.toml`, with one photo and with two. Colour: change of the skin's mean colour for dark,
medium and light skin (individual typology angle, Chardon, Cretois & Hourseau 1991, "Skin colour
typology and suntanning pathways"). Time: each edit on a crop of 12 megapixels and all of them in
one run (`edit_times.py`), in a process of its own with its threads pinned.

    python benchmarks/retouch.py [--few] [--threads 2] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from plant_blemishes import MARKS, pairs, plant
from portraits import STUDIO, Portrait, portrait, skin_of, studio

from catchlight.color import delta_e00, lab, to_encoded, to_linear
from catchlight.edits import Heal, Scene
from catchlight.edits.skin_area import LUMA, masked_blur
from catchlight.healing import plan_heal
from catchlight.ledger import compare, skin_texture
from catchlight.ledger_marks import changed_spots, face_skin
from catchlight.mark_evidence import sight
from catchlight.marks import find_marks, skin_view
from catchlight.retouching import Wish, retouch
from catchlight.skin import face_view

ROOT = Path(__file__).parent.parent
STILL = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
PLANTED = 300


def edited(shot: Portrait, linear: np.ndarray | None = None) -> np.ndarray:
    """The portrait after all edits of the skin, linear."""
    done = retouch(shot.pixels, shot.face, face_view(shot.pixels, shot.face), Wish("standard"))
    linear = shot.linear if linear is None else linear
    scene = Scene(linear, None, (0, 0), shot.face.eye_distance, landmarks=shot.face.landmarks)
    for edit in done.edits:
        scene = edit.apply(scene)
    return scene.linear


def blotchiness(linear: np.ndarray, skin: np.ndarray, eye_distance: float) -> float:
    """Standard deviation of a*, at one luminance, from 0.5 to 2 cycles an eye distance."""
    shrink = max(1, round(eye_distance / 100))
    size = (linear.shape[1] // shrink, linear.shape[0] // shrink)
    small = cv2.resize(linear, size, interpolation=cv2.INTER_AREA)
    mask = cv2.resize(skin, size, interpolation=cv2.INTER_AREA)
    small = small * (0.25 / np.maximum(small @ LUMA, 1e-3))[..., None]  # shading is no blotch
    a = np.ascontiguousarray(lab(small)[..., 1]).astype(np.float32)
    unit = eye_distance / shrink
    band = masked_blur(a, mask, 0.187 / 2 * unit) - masked_blur(a, mask, 0.187 / 0.5 * unit)
    return float(band[mask > 0.5].std())


def _bilateral(pixels: np.ndarray, skin: np.ndarray, unit: float) -> np.ndarray:
    return cv2.bilateralFilter(pixels, 0, 40, max(2.0, 0.03 * unit))


def _edge_preserving(pixels: np.ndarray, skin: np.ndarray, unit: float) -> np.ndarray:
    return cv2.edgePreservingFilter(pixels, flags=1, sigma_s=60, sigma_r=0.3)


def _beauty(pixels: np.ndarray, skin: np.ndarray, unit: float) -> np.ndarray:
    """Skin mixed with its own heavy blur: evens as much as we do and takes the pores along."""
    linear = to_linear(pixels)
    soft = masked_blur(linear, np.maximum(skin, 1e-3), 0.35 * unit)
    share = 0.35 * skin[..., None]
    return to_encoded(linear * (1 - share) + soft * share, np.uint8)


RIVALS: dict[str, Callable[[np.ndarray, np.ndarray, float], np.ndarray]] = {
    "bilateral": _bilateral,
    "edgePreservingFilter": _edge_preserving,
    "beauty": _beauty,
}


def texture(shots: list[Portrait]) -> dict[str, Any]:
    """Texture kept in the worst zone, and blotchiness taken, by method."""
    rows: dict[str, list[tuple[float, float]]] = {name: [] for name in ("ours", *RIVALS)}
    for shot in shots:
        skin, unit = skin_of(shot), shot.face.eye_distance
        before = blotchiness(shot.linear, skin, unit)
        pictures = {"ours": to_encoded(edited(shot), np.uint8)}
        pictures |= {name: method(shot.pixels, skin, unit) for name, method in RIVALS.items()}
        for name, picture in pictures.items():
            pair = compare(shot.pixels, shot.face, None, picture, STILL)
            kept = (
                skin_texture(pair, changed_spots(pair, face_skin(pair))).value
                if name == "ours"
                else None
            )
            kept = skin_texture(pair).value if kept is None else kept
            less = 1 - blotchiness(to_linear(picture), skin, unit) / before
            if kept is not None:
                rows[name].append((kept, less))
    result = {}
    for name, values in rows.items():
        kept = [v[0] for v in values]
        less = [v[1] for v in values]
        result[name] = {
            "portraits": len(values),
            "texture_median": statistics.median(kept),
            "texture_least": min(kept),
            "texture_most": max(kept),
            "within": sum(0.9 <= v <= 1.1 for v in kept),
            "blotchiness_less_median": statistics.median(less),
            "blotchiness_less_least": min(less),
        }
    return result


def lasting() -> dict[str, Any]:
    """How many marks by eye are removed, with one photo and with two."""
    names = ("people", "marks", "found", *(f"{what}_with_{kind}" for what in ("removed", "healed")
                                           for kind in ("one", "two")))  # fmt: skip
    rows = dict.fromkeys(names, 0)
    for name, places in MARKS["lasting"].items():
        shot = portrait(STUDIO / "london_neutral" / f"{name}.jpg")
        other = portrait(STUDIO / "london_smiling" / f"{name.replace('_03', '_08')}.jpg")
        here = None if shot is None else skin_view(shot.pixels, shot.face)
        there = None if other is None else skin_view(other.pixels, other.face)
        if shot is None or here is None or there is None:
            continue
        rows["people"] += 1
        rows["marks"] += len(places)
        height, width = shot.pixels.shape[:2]
        marks = find_marks(here)
        for kind in ("one", "two"):
            again = [sight(m, here, there) if kind == "two" else "unsure" for m in marks]
            heal, _ = plan_heal(here, marks, again, (width, height))
            rows[f"healed_with_{kind}"] += len(heal.spots) if heal else 0
            rows[f"removed_with_{kind}"] += sum(
                _covered(heal, x, y, (width, height), shot.face.eye_distance) for x, y in places
            )
        near = 0.03 * shot.face.eye_distance
        rows["found"] += sum(
            any(math.hypot(m.x - x * width, m.y - y * height) < near for m in marks)
            for x, y in places
        )
    return rows


def _covered(heal: Heal | None, x: float, y: float, frame: tuple[int, int], unit: float) -> bool:
    spots = heal.spots if heal else ()
    return any(
        math.hypot((x - s.center[0]) * frame[0], (y - s.center[1]) * frame[1]) <= s.radius * unit
        for s in spots
    )


def colour(shots: list[Portrait]) -> dict[str, Any]:
    """Change of the skin's mean colour by group of skin."""
    groups: dict[str, list[tuple[float, float]]] = {"dark": [], "medium": [], "light": []}
    for shot in shots:
        skin = skin_of(shot) > 0.5
        before = lab(shot.linear[skin].mean(axis=0)[None])
        after = lab(edited(shot)[skin].mean(axis=0)[None])
        angle = math.degrees(math.atan2(float(before[0, 0]) - 50, float(before[0, 2])))
        name = "light" if angle > 41 else "medium" if angle > 10 else "dark"
        change = float(delta_e00(before, after)[0])
        groups[name].append((change, float(after[0, 0] - before[0, 0])))
    return {
        name: {
            "people": len(rows),
            "delta_e00_mean": statistics.mean(r[0] for r in rows) if rows else None,
            "lightness_mean": statistics.mean(r[1] for r in rows) if rows else None,
        }
        for name, rows in groups.items()
    }


def timings(threads: int) -> dict[str, dict[str, float]]:
    """Milliseconds of each edit on a crop of 12 megapixels, and of all of them in one run."""
    pinned = dict(os.environ)
    pinned["PYTHONPATH"] = os.pathsep.join(
        filter(None, (str(ROOT / "src"), pinned.get("PYTHONPATH")))
    )
    program = str(Path(__file__).parent / "edit_times.py")
    done = subprocess.run(
        [sys.executable, program, "--threads", str(threads), "--json"],
        env=pinned,
        capture_output=True,
        text=True,
        check=True,
    )
    rows: dict[str, dict[str, float]] = json.loads(done.stdout.splitlines()[-1])
    return rows


def main() -> None:
    """Run everything, print tables and write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--few", action="store_true", help="a few portraits, for a quick look")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    cv2.setNumThreads(given.threads)
    result: dict[str, Any] = {"milliseconds": timings(given.threads)}
    print("12 megapixels: milliseconds, of processor time")
    for name, row in result["milliseconds"].items():
        print(f"{name:>22} {row['milliseconds']:.0f} {row['processor']:.0f}")
    paths = studio(8 if given.few else 54)
    shots = [shot for path in paths if (shot := portrait(path)) is not None]
    if shots:
        result["texture"] = texture(shots[:40])
        print(f"{'':>22} texture: median, least, most, within; blotchiness less: median, least")
        for name, row in result["texture"].items():
            print(
                f"{name:>22} {row['texture_median']:.2f} {row['texture_least']:.2f}"
                f" {row['texture_most']:.2f} {row['within']}/{row['portraits']};"
                f" {row['blotchiness_less_median']:.0%} {row['blotchiness_less_least']:.0%}"
            )
        result["planted"] = plant(pairs(10 if given.few else 41), 40 if given.few else PLANTED)
        whole = result["planted"]
        print(
            f"planted {whole['planted']}, ΔE00 {whole['delta_e00_untouched_mean']:.1f}; clean skin"
            f" against clean skin: texture within 0.85–1.15"
            f" {whole['clean_pairs_texture_within']:.0%}"
        )
        for evidence in ("with_one", "with_two"):
            row = whole[evidence]
            print(
                f"{evidence:>10}: healed {row['healed'] / whole['planted']:.0%},"
                f" of the red ones {row['red_healed']}/{whole['red']}, of those plain to see"
                f" {row['plain_healed']}/{row['plain']}, something left of {row['left_over']},"
                f" ΔE00 {row['delta_e00_mean']:.1f}, texture {row['texture_median']:.2f}"
                f" (mean {row['texture_mean']:.2f}, within {row['texture_within']:.0%})"
            )
            print("   ", ", ".join(f"{n} {k}/{of}" for n, (k, of) in row["by_blemish"].items()))
        result["colour"] = colour(shots)
        for name, row in result["colour"].items():
            print(f"{name:>8} skin: {row}")
        result["lasting"] = lasting()
        print("lasting marks:", result["lasting"])
    if given.json:
        given.json.write_text(json.dumps(result, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
