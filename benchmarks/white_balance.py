"""White balance against casts of known colour, over skin types, mirrored and at half size.

Studio portraits in neutral light (Face Research Lab London Set) get von Kries gains in linear
light: -1 to 1 stop along the daylight-to-tungsten axis, -0.3 to 0.3 across it (green to magenta).
What the recipe's balance leaves is compared with white: the angle between the two in linear RGB,
and stops along and across that axis. Rows are groups of skin by individual typology angle (Chardon
et al. 1991). "face alone" is the same without what is around the face, as in a tight crop; it is in
no other row. The balance leaves part of a warm cast on purpose; `along` therefore shows what is
left and `read` how far off the light was read.

Mixed light: the same portraits with a run of colour along that axis from ear to ear, of known stops
of R/B from cheek to cheek. What is read, how often the edit is planned, what is left, and how far
skin is from the neutral portrait (ΔE00, mean over patches of skin) before and after.

    python benchmarks/white_balance.py [--few] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from photographs import DATA

ROOT = Path(__file__).parent.parent
Row = dict[str, Any]

# Along and across the Planckian locus, in (log2 R/G, log2 B/G).
_WARM, _TINT = np.array([0.53, -0.848]), np.array([0.848, 0.53])
_ALONG, _ACROSS = (-1.0, -0.5, 0.0, 0.5, 1.0), (-0.3, 0.0, 0.3)
_ALONE = "face alone"
_TYPES = (("very light", 55), ("light", 41), ("intermediate", 28), ("tan", 10), ("brown", -30))


def portraits(few: bool) -> list[tuple[str, np.ndarray]]:
    """Names and pixels of the London portraits, cut about the face."""
    from catchlight import faces, photo

    found = []
    for folder in ("london_neutral", "london_smiling"):
        paths = sorted((DATA / "studio" / folder).glob("*.jpg"))
        for path in paths[:: 5 if few else 1]:
            pixels = photo.read(path, max_side=1800).pixels
            face = faces.find(pixels)[0]
            middle, reach = (face.iris_left + face.iris_right) / 2, 2.6 * face.eye_distance
            x0, y0 = np.maximum(np.floor(middle - reach), 0).astype(int)
            x1, y1 = np.ceil(middle + reach).astype(int)
            found.append((f"{folder}/{path.stem}", np.ascontiguousarray(pixels[y0:y1, x0:x1])))
    return found


def skin_type(view: Any) -> str:
    """Name of the group of individual typology angle that the face's skin is of."""
    from catchlight.color import lab, typology_angle
    from catchlight.skin import skin_mask

    color = np.median(view.linear[skin_mask(view)], axis=0)
    angle = float(typology_angle(lab(color[None]))[0])
    return next((name for name, least in _TYPES if angle > least), "dark")


def angle_to_white(stops: np.ndarray) -> float:
    """Degrees between a light of these stops against green and white, in linear RGB."""
    light = np.exp2([stops[0], 0.0, stops[1]])
    return math.degrees(math.acos(min(1.0, float(light.sum() / math.sqrt(3 * (light @ light))))))


def measure(few: bool) -> list[Row]:
    """Cast, balance, and compare."""
    from catchlight import faces
    from catchlight.color import LUMINANCE_WEIGHTS, to_encoded, to_linear
    from catchlight.light_plan import plan_light
    from catchlight.looks import load_look
    from catchlight.measures import white_point
    from catchlight.skin import face_view

    look = load_look("corporate")
    reader = getattr(white_point, "light_color", None)
    rows: list[Row] = []
    for name, pixels in portraits(few):
        copies = {
            "as shot": pixels,
            "mirrored": np.ascontiguousarray(pixels[:, ::-1]),
            "half size": cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA),
            _ALONE: pixels,
        }
        kind = ""
        for copy, shown in copies.items():
            found = faces.find(shown)
            if not found:
                continue
            face = found[0]
            kind = kind or skin_type(face_view(shown, face))
            linear = to_linear(shown)
            for along in _ALONG:
                for across in _ACROSS:
                    cast = along * _WARM + across * _TINT
                    gains = np.exp2([cast[0], 0.0, cast[1]])
                    gains = 0.8 * gains / float(gains @ LUMINANCE_WEIGHTS)
                    lit = to_encoded(linear * gains.astype(np.float32), np.uint8)
                    view = face_view(lit, face)
                    if copy == _ALONE:
                        view = replace(view, around=view.around[:0])
                    edits, _ = plan_light(view, face.eye_distance, look)
                    left = cast.copy()
                    for edit in edits:
                        if edit.name == "white_balance":
                            own = np.log2(edit.gains())
                            left = left + (own - own[1])[[0, 2]]
                    read = reader(view, face.eye_distance) if reader else None
                    off = float(np.hypot(*(read - cast))) if read is not None else None
                    rows.append(
                        {
                            "name": name,
                            "copy": copy,
                            "skin": kind,
                            "along": along,
                            "across": across,
                            "left": left.tolist(),
                            "angle": angle_to_white(left),
                            "cast_angle": angle_to_white(cast),
                            "read_off": off,
                        }
                    )
    return rows


def mixed(few: bool) -> list[Row]:
    """Plant a run of colour across the face, even it, and compare."""
    from catchlight import faces
    from catchlight.color import LUMINANCE_WEIGHTS, delta_e00, lab, to_encoded, to_linear
    from catchlight.edits import Scene
    from catchlight.light_plan import plan_mixed_light
    from catchlight.side_light import side_light
    from catchlight.skin import SKIN_ZONES, disc_mask, face_view

    rows: list[Row] = []
    for name, pixels in portraits(few):
        face = faces.find(pixels)[0]
        middle, eyes = (face.iris_left + face.iris_right) / 2, face.iris_left - face.iris_right
        linear = to_linear(pixels)
        y, x = np.mgrid[: linear.shape[0], : linear.shape[1]] + 0.5
        u = ((x - middle[0]) * eyes[0] + (y - middle[1]) * eyes[1]) / face.eye_distance**2
        plain = face_view(to_encoded(linear * np.float32(0.85), np.uint8), face)
        own = side_light(plain)
        patches = [disc_mask(plain, (c,), 8.0) for zone in SKIN_ZONES.values() for c in zone]

        def colors(view: Any, patches: list[Any] = patches) -> np.ndarray:
            return lab(np.array([np.median(view.linear[patch], axis=0) for patch in patches]))

        true = colors(plain)
        for across in (-1.4, -1.0, -0.6, 0.0, 0.6, 1.0, 1.4):
            slope = across / 1.5 / float(_WARM[0] - _WARM[1]) * _WARM
            run = np.clip(u, -1, 1)[..., None] * np.array([slope[0], 0.0, slope[1]])
            gains = np.exp2(run)
            gains *= 0.85 / (gains @ LUMINANCE_WEIGHTS)[..., None]
            lit = to_encoded(linear * gains.astype(np.float32), np.uint8)
            view = face_view(lit, face)
            found, edits = side_light(view), plan_mixed_light(view, face, 0.0)
            if own is None or found is None:
                continue
            # the pivot keeps its side's colour: compared under the light at the pivot
            at = np.clip(found.pivot, -1, 1) * slope
            pivot = np.exp2([at[0], 0.0, at[1]])
            pivot /= float(pivot @ LUMINANCE_WEIGHTS)
            back = (1 / pivot).astype(np.float32)
            scene = Scene(
                to_linear(lit), None, (float(middle[0]), float(middle[1])), face.eye_distance
            )
            for edit in edits:
                scene = edit.apply(scene)
            views = [
                face_view(to_encoded(np.clip(p * back, 0, 1), np.uint8), face)
                for p in (to_linear(lit), scene.linear)
            ]
            after = side_light(views[1])
            rows.append(
                {
                    "name": name,
                    "across": across,
                    "read": found.across - own.across,
                    "planned": len(edits),
                    "left": after.across - own.across if after else math.nan,
                    "before": float(delta_e00(true, colors(views[0])).mean()),
                    "after": float(delta_e00(true, colors(views[1])).mean()),
                }
            )
    return rows


def mixed_summary(rows: list[Row]) -> list[Row]:
    """One line for each planted run."""
    lines = []
    for across in sorted({row["across"] for row in rows}):
        some = [row for row in rows if row["across"] == across]
        read = np.array([row["read"] for row in some])
        lines.append(
            {
                "planted": across,
                "portraits": len(some),
                "read_mean": round(float(read.mean()), 3),
                "read_sd": round(float(read.std()), 3),
                "planned_pct": round(100 * float(np.mean([row["planned"] for row in some])), 1),
                "left_rms": round(
                    float(np.sqrt(np.nanmean([row["left"] ** 2 for row in some]))), 3
                ),
                "delta_e_before": round(float(np.mean([row["before"] for row in some])), 2),
                "delta_e_after": round(float(np.mean([row["after"] for row in some])), 2),
            }
        )
    return lines


def summary(rows: list[Row]) -> list[Row]:
    """One line for each group."""
    groups: list[tuple[str, Any]] = [("all", lambda r: True)]
    groups += [
        (f"{c}", lambda r, c=c: r["copy"] == c)
        for c in ("as shot", "mirrored", "half size", _ALONE)
    ]
    names = [name for name, _ in _TYPES] + ["dark"]
    groups += [(f"skin: {n}", lambda r, n=n: r["skin"] == n) for n in names]
    groups += [(f"along {v:+.1f}", lambda r, v=v: r["along"] == v) for v in _ALONG]
    groups += [(f"across {v:+.1f}", lambda r, v=v: r["across"] == v) for v in _ACROSS]
    neutral = "no cast at all"
    groups += [(neutral, lambda r: r["along"] == 0 and r["across"] == 0)]
    lines = []
    for name, test in groups:
        some = [row for row in rows if test(row) and (row["copy"] == _ALONE) == (name == _ALONE)]
        if not some:
            continue
        left = np.array([row["left"] for row in some])
        read = [row["read_off"] for row in some if row["read_off"] is not None]
        lines.append(
            {
                "group": name,
                "pictures": len(some),
                "cast_degrees": round(float(np.mean([r["cast_angle"] for r in some])), 2),
                "median_degrees": round(float(np.median([r["angle"] for r in some])), 2),
                "p95_degrees": round(float(np.quantile([r["angle"] for r in some], 0.95)), 2),
                "along_mean": round(float((left @ _WARM).mean()), 3),
                "along_rms": round(float(np.sqrt(((left @ _WARM) ** 2).mean())), 3),
                "across_rms": round(float(np.sqrt(((left @ _TINT) ** 2).mean())), 3),
                "most_across": round(float(np.abs(left @ _TINT).max()), 3),
                "read_rms": round(float(np.sqrt(np.mean(np.square(read)))), 3) if read else None,
            }
        )
    return lines


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--few", action="store_true", help="every fifth portrait")
    parser.add_argument("--json", type=Path, default=ROOT / "benchmarks/results/white_balance.json")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    table = summary(measure(options.few))
    head = ("group", "n", "cast°", "left°", "95th°", "along", "rms", "across", "most", "read off")
    print("{:20}{:>6}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>10}".format(*head))
    for row in table:
        read = "" if row["read_rms"] is None else f"{row['read_rms']:.3f}"
        print(
            f"{row['group']:20}{row['pictures']:6}{row['cast_degrees']:8.2f}"
            f"{row['median_degrees']:8.2f}{row['p95_degrees']:8.2f}{row['along_mean']:+8.3f}"
            f"{row['along_rms']:8.3f}{row['across_rms']:8.3f}{row['most_across']:8.3f}{read:>10}"
        )
    sides = mixed_summary(mixed(options.few))
    print("\nmixed light, stops of R/B from cheek to cheek")
    print(
        f"{'planted':>8}{'read':>8}{'sd':>8}{'planned':>9}{'left':>8}{'dE before':>11}{'after':>8}"
    )
    for row in sides:
        print(
            f"{row['planted']:+8.1f}{row['read_mean']:+8.3f}{row['read_sd']:8.3f}"
            f"{row['planned_pct']:8.0f}%{row['left_rms']:8.3f}{row['delta_e_before']:11.2f}"
            f"{row['delta_e_after']:8.2f}"
        )
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(
        json.dumps({"balance": table, "mixed": sides}, indent=1) + "\n", "utf-8"
    )


if __name__ == "__main__":
    main()
