"""Real blemishes put on clean skin: found, healed, and how near to what was there?

The blemish is in one photo of a person, and not in the other: with one photo as evidence, and with
both. The texture of a healed spot is held against that of the clean skin that was there; two spots
of clean skin a little apart differ as well, and how much stands beside it.
"""

from __future__ import annotations

import math
import statistics
import tomllib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from photographs import DATA
from portraits import STUDIO, Portrait, portrait, skin_of

from catchlight.color import delta_e00, lab, to_encoded, to_linear
from catchlight.edits import Scene
from catchlight.edits.skin_area import LUMA
from catchlight.healing import plan_heal
from catchlight.mark_evidence import Sight, sight
from catchlight.marks import SkinView, find_marks, skin_view

PLAIN = 3.0
"""ΔE00 to the clean skin from which a blemish, or what is left of it, is plain to see."""

MARKS = tomllib.loads((Path(__file__).parent / "marks.toml").read_text("utf-8"))


def templates() -> list[tuple[str, np.ndarray, float]]:
    """Real blemishes: stops of light against the skin about them, (n, n, 3), and their radius.

    The radius is in eye distances; a template reaches 2.2 radii from its middle. The name begins
    with its colour by eye.
    """
    found: list[tuple[str, np.ndarray, float]] = []
    for name, places in MARKS["blemishes"].items():
        shot = portrait(DATA / "selfies" / "blemish" / name)
        if shot is None:
            continue
        height, width = shot.pixels.shape[:2]
        stops = np.log2(np.maximum(shot.linear, 1e-3))
        for index, (x, y, share, color) in enumerate(places):
            radius = share * width
            reach = math.ceil(2.2 * radius) + 1
            column, row = int(x * width), int(y * height)
            part = stops[row - reach : row + reach + 1, column - reach : column + reach + 1]
            v, u = np.mgrid[-reach : reach + 1, -reach : reach + 1]
            away = np.hypot(u, v)
            ring = (away > 1.7 * radius) & (away <= 2.2 * radius + 1)
            taken = part - np.median(part[ring], axis=0)
            fade = np.clip((2.2 * radius - away) / (0.6 * radius), 0, 1)[..., None]
            size = radius / shot.face.eye_distance
            found.append((f"{color} {name}:{index}", taken * fade, size))
    return found


def pairs(count: int) -> list[tuple[Portrait, SkinView]]:
    """People of whom there are two photos: one, and the skin in the other."""
    found = []
    for path in sorted((STUDIO / "london_neutral").glob("*.jpg"))[:count]:
        shot = portrait(path)
        other = portrait(STUDIO / "london_smiling" / path.name.replace("_03", "_08"))
        there = None if other is None else skin_view(other.pixels, other.face)
        if shot is not None and there is not None:
            found.append((shot, there))
    return found


def plant(people: list[tuple[Portrait, SkinView]], count: int) -> dict[str, Any]:
    """Put blemishes on clean skin, three a face, and see what healing makes of them."""
    rng = np.random.default_rng(5)
    stamps = templates()
    rows: list[dict[str, Any]] = []
    tries = 0
    while len(rows) < count and tries < 4 * count:
        shot, other = people[tries % len(people)]
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
        rows += judged(shot, clean, marred, planted, other)
    rows = rows[:count]
    return {
        "planted": len(rows),
        "red": sum(row["name"].startswith("red") for row in rows),
        "delta_e00_untouched_mean": statistics.mean(row["delta_before"] for row in rows),
        "clean_pairs_texture_within": statistics.mean(0.85 <= r["clean"] <= 1.15 for r in rows),
        "with_one": _summary([row | row["one"] for row in rows]),
        "with_two": _summary([row | row["two"] for row in rows]),
    }


def _summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    healed = [row for row in rows if row["healed"]]
    by_name: dict[str, list[bool]] = {}
    for row in rows:
        by_name.setdefault(row["name"], []).append(row["healed"])
    plain = [row for row in rows if row["delta_before"] >= PLAIN]
    return {
        "healed": len(healed),
        "plain": len(plain),
        "plain_healed": sum(row["healed"] for row in plain),
        "left_over": sum(row["delta"] >= PLAIN for row in healed),
        "red_healed": sum(row["name"].startswith("red") for row in healed),
        "delta_e00_mean": statistics.mean(row["delta"] for row in healed),
        "texture_median": statistics.median(row["texture"] for row in healed),
        "texture_mean": statistics.mean(row["texture"] for row in healed),
        "texture_within": statistics.mean(0.85 <= row["texture"] <= 1.15 for row in healed),
        "by_blemish": {name: [sum(v), len(v)] for name, v in sorted(by_name.items())},
    }


def judged(
    shot: Portrait,
    clean: np.ndarray,
    marred: np.ndarray,
    planted: list[tuple[str, int, int, float]],
    other: SkinView,
) -> list[dict[str, Any]]:
    """Of each planted blemish, whether it was healed and how near to the clean skin."""
    unit = shot.face.eye_distance
    pixels = to_encoded(np.clip(marred, 0, 1), np.uint8)
    view = skin_view(pixels, shot.face)
    if view is None:
        return []
    found = find_marks(view)
    source = to_linear(pixels)
    unsure: list[Sight] = ["unsure"] * len(found)
    done = {"one": unsure, "two": [sight(mark, view, other) for mark in found]}
    frame = (pixels.shape[1], pixels.shape[0])
    rows: list[dict[str, Any]] = [
        {"name": name, "clean": _texture(clean, clean, unit, (x, y), (x + 0.15 * unit, y), radius)}
        for name, x, y, radius in planted
    ]
    for evidence, again in done.items():
        heal, _ = plan_heal(view, found, again, frame)
        out = heal.apply(Scene(source, None, (0, 0), unit)).linear if heal else source
        centers = np.array([s.center for s in heal.spots] if heal else [(9.0, 9.0)]) * frame
        # the blemish's middle is that of a healed spot, or well within a larger one
        reaches = np.array([0.6 * s.radius for s in heal.spots] if heal else [0.0])
        for row, (_, x, y, radius) in zip(rows, planted, strict=True):
            reach = max(math.ceil(1.3 * radius * unit), 5)
            part = (slice(y - reach, y + reach + 1), slice(x - reach, x + reach + 1))
            v, u = np.mgrid[-reach : reach + 1, -reach : reach + 1]
            disc = np.hypot(u, v) <= max(radius * unit, 2)
            means = lab(
                np.stack([image[part][disc].mean(axis=0) for image in (clean, source, out)])
            )
            row["delta_before"] = float(delta_e00(means[:1], means[1:2])[0])
            row[evidence] = {
                "healed": bool(
                    np.any(
                        np.hypot(*(centers - (x, y)).T)
                        <= np.maximum(reaches, max(radius, 0.02)) * unit
                    )
                ),
                "delta": float(delta_e00(means[:1], means[2:])[0]),
                "texture": _texture(clean, out, unit, (x, y), (x, y), radius),
            }
    return rows


def _texture(
    clean: np.ndarray,
    out: np.ndarray,
    unit: float,
    place: tuple[float, float],
    there: tuple[float, float],
    radius: float,
) -> float:
    """Texture of one picture at a place over that of the clean skin at another, as a ratio."""
    reach = max(math.ceil(1.3 * radius * unit), 5)
    wide = reach + math.ceil(0.1 * unit)  # so that the filter sees what is about
    v, u = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    within = np.hypot(u, v) <= reach
    levels = []
    for image, (x, y) in ((clean, place), (out, there)):
        x0, y0 = max(0, int(x) - wide), max(0, int(y) - wide)
        grain = _grain(image[y0 : int(y) + wide + 1, x0 : int(x) + wide + 1], unit)
        top, left = int(y) - y0 - reach, int(x) - x0 - reach
        levels.append(grain[top : top + 2 * reach + 1, left : left + 2 * reach + 1][within].std())
    return float(levels[1] / max(levels[0], 1e-6))


def _grain(linear: np.ndarray, unit: float) -> np.ndarray:
    """Band of 2 to 8 cycles a tenth of an eye distance of log luminance."""
    light = np.log2(np.maximum(linear @ LUMA, 1e-3)).astype(np.float32)
    fine, coarse = max(0.3, 0.187 * unit / 80), 0.187 * unit / 20
    return cv2.GaussianBlur(light, (0, 0), fine) - cv2.GaussianBlur(light, (0, 0), coarse)
