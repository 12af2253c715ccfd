"""Real blemishes put on clean skin: found, healed, and how near to what was there?"""

from __future__ import annotations

import math
import statistics
import tomllib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from photographs import DATA
from portraits import Portrait, portrait, skin_of

from catchlight.color import delta_e00, lab, to_encoded, to_linear
from catchlight.edits import Scene
from catchlight.edits.skin_area import LUMA
from catchlight.healing import plan_heal
from catchlight.marks import find_marks, skin_view

MARKS = tomllib.loads((Path(__file__).parent / "marks.toml").read_text("utf-8"))


def templates() -> list[tuple[str, np.ndarray, float]]:
    """Real blemishes: stops of light against the skin about them, (n, n, 3), and their radius.

    The radius is in eye distances; a template reaches 2.2 radii from its middle. The name tells
    whether it is red or dark in its own photo.
    """
    found: list[tuple[str, np.ndarray, float]] = []
    for name, places in MARKS["blemishes"].items():
        shot = portrait(DATA / "selfies" / "blemish" / name)
        if shot is None:
            continue
        view = skin_view(shot.pixels, shot.face)
        marks = find_marks(view) if view is not None else ()
        height, width = shot.pixels.shape[:2]
        stops = np.log2(np.maximum(shot.linear, 1e-3))
        for index, (x, y, share) in enumerate(places):
            radius = share * width
            reach = math.ceil(2.2 * radius) + 1
            column, row = int(x * width), int(y * height)
            part = stops[row - reach : row + reach + 1, column - reach : column + reach + 1]
            v, u = np.mgrid[-reach : reach + 1, -reach : reach + 1]
            away = np.hypot(u, v)
            ring = (away > 1.7 * radius) & (away <= 2.2 * radius + 1)
            taken = part - np.median(part[ring], axis=0)
            fade = np.clip((2.2 * radius - away) / (0.6 * radius), 0, 1)[..., None]
            near = [m for m in marks if math.hypot(m.x - x * width, m.y - y * height) < 2 * radius]
            kind = near[0].kind if near else "unseen"
            found.append((f"{kind} {name}:{index}", taken * fade, radius / shot.face.eye_distance))
    return found


def plant(shots: list[Portrait], count: int) -> dict[str, Any]:
    """Put blemishes on clean skin, three a face, and see what healing makes of them."""
    rng = np.random.default_rng(5)
    stamps = templates()
    rows: list[dict[str, Any]] = []
    tries = 0
    while len(rows) < count and tries < 4 * count:
        shot = shots[tries % len(shots)]
        tries += 1
        unit = shot.face.eye_distance
        clean = shot.linear
        skin = skin_of(shot)
        view = skin_view(shot.pixels, shot.face)
        if view is None:
            continue
        taken = [(m.x, m.y) for m in find_marks(view)]
        ys, xs = np.nonzero(
            cv2.erode((skin > 0.9).astype(np.uint8), np.ones((3, 3)), iterations=round(0.06 * unit))
        )
        planted, marred = [], clean.copy()
        for _ in range(60):
            if len(planted) == 3:
                break
            name, stamp, radius = stamps[int(rng.integers(len(stamps)))]
            at = int(rng.integers(len(xs)))
            x, y = int(xs[at]), int(ys[at])
            if any(math.hypot(x - a, y - b) < 0.25 * unit for a, b in taken):
                continue
            side = 2 * round(2.2 * radius * unit) + 1
            stops = cv2.resize(
                stamp.astype(np.float32), (side, side), interpolation=cv2.INTER_LINEAR
            )
            half = side // 2
            marred[y - half : y + half + 1, x - half : x + half + 1] *= np.exp2(stops)
            taken.append((x, y))
            planted.append((name, x, y, radius))
        rows += judged(shot, clean, marred, planted)
    rows = rows[:count]
    healed = [row for row in rows if row["healed"]]
    by_name: dict[str, list[bool]] = {}
    for row in rows:
        by_name.setdefault(row["name"], []).append(row["healed"])
    return {
        "planted": len(rows),
        "healed": len(healed),
        "delta_e00_mean": statistics.mean(row["delta"] for row in healed),
        "delta_e00_untouched_mean": statistics.mean(row["delta_before"] for row in rows),
        "texture_median": statistics.median(row["texture"] for row in healed),
        "texture_mean": statistics.mean(row["texture"] for row in healed),
        "texture_within": sum(0.85 <= row["texture"] <= 1.15 for row in healed),
        "red_planted": sum(row["name"].startswith("red") for row in rows),
        "red_healed": sum(row["name"].startswith("red") for row in healed),
        "by_blemish": {name: [sum(v), len(v)] for name, v in sorted(by_name.items())},
    }


def judged(
    shot: Portrait,
    clean: np.ndarray,
    marred: np.ndarray,
    planted: list[tuple[str, int, int, float]],
) -> list[dict[str, Any]]:
    """Of each planted blemish, whether it was healed and how near to the clean skin."""
    unit = shot.face.eye_distance
    pixels = to_encoded(np.clip(marred, 0, 1), np.uint8)
    view = skin_view(pixels, shot.face)
    if view is None:
        return []
    found = find_marks(view)
    height, width = pixels.shape[:2]
    heal, _ = plan_heal(view, found, [None] * len(found), (width, height))
    source = to_linear(pixels)
    out = heal.apply(Scene(source, None, (0, 0), unit)).linear if heal else source
    grain = _grain(clean, unit), _grain(out, unit)
    rows = []
    for name, x, y, radius in planted:
        centers = [(s.center[0] * width, s.center[1] * height) for s in heal.spots] if heal else []
        gap = min((math.hypot(x - a, y - b) for a, b in centers), default=math.inf)
        reach = max(math.ceil(1.3 * radius * unit), 5)
        part = (slice(y - reach, y + reach + 1), slice(x - reach, x + reach + 1))
        v, u = np.mgrid[-reach : reach + 1, -reach : reach + 1]
        disc = np.hypot(u, v) <= max(radius * unit, 2)
        wide = np.hypot(u, v) <= reach
        means = lab(np.stack([image[part][disc].mean(axis=0) for image in (clean, source, out)]))
        rows.append(
            {
                "name": name,
                "healed": gap <= max(radius, 0.02) * unit,
                "delta_before": float(delta_e00(means[:1], means[1:2])[0]),
                "delta": float(delta_e00(means[:1], means[2:])[0]),
                "texture": float(
                    grain[1][part][wide].std() / max(grain[0][part][wide].std(), 1e-6)
                ),
            }
        )
    return rows


def _grain(linear: np.ndarray, unit: float) -> np.ndarray:
    """Band of 2 to 8 cycles a tenth of an eye distance of log luminance."""
    light = np.log2(np.maximum(linear @ LUMA, 1e-3)).astype(np.float32)
    fine, coarse = max(0.3, 0.187 * unit / 80), 0.187 * unit / 20
    return cv2.GaussianBlur(light, (0, 0), fine) - cv2.GaussianBlur(light, (0, 0), coarse)
