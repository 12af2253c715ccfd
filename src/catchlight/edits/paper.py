"""Studio papers and hand-painted canvases, and the light on them.

All lengths are in eye distances about the middle between the eyes; the light is made at one size
and enlarged, so every rendering of a recipe shows the same paper.
"""

from __future__ import annotations

import math
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from ..compiled import compiled

__all__ = ["MAP_REACH", "MAP_SIDE", "canvas", "paper_light"]

MAP_REACH = 12.0
"""Eye distances from the eyes to the edge of a map."""
MAP_SIDE = 768
"""Cells of a map's side."""

_CELL = MAP_SIDE / (2 * MAP_REACH)  # cells an eye distance
_BRISTLES = 64
_SPREAD = 1.0  # standard deviation of a canvas's tone over its mottle


def paper_light(
    *, gradient: float, key: float, falloff: float, rise: float = 0.0
) -> NDArray[np.float32]:
    """Return the light on the paper in stops, (768, 768) float32, over ±12 eye distances.

    Parameters
    ----------
    gradient : stops from side to side of a picture 8 eye distances wide, brighter towards the key.
    key : -1 (the key is at the picture's left) to 1; scales the gradient.
    falloff : stops lost at 5.5 eye distances from the pool of light behind head and shoulders.
    rise : stops by which the paper is brighter 4 eye distances above the eyes than as far below.
    """
    axis = (np.arange(MAP_SIDE, dtype=np.float64) + 0.5) / _CELL - MAP_REACH
    u, v = axis[None, :], axis[:, None]
    across = gradient * key * 0.5 * np.tanh(u / 4.0) / np.tanh(1.0)
    upwards = -rise * 0.5 * np.tanh(v / 4.0) / np.tanh(1.0)
    # The pool lies a little towards the key, and is rounder than a parabola: light falls off with
    # the fourth power of the cosine, steepest half-way out and never to black.
    radius2 = ((u - 0.8 * key) ** 2 + ((v - 0.6) * 0.9) ** 2) / 5.5**2
    pool = -falloff * 2.0 * radius2 / (1.0 + radius2)
    return np.asarray(across + upwards + pool, np.float32)


@compiled
def _paint(
    strokes: NDArray[np.float32], bristles: NDArray[np.float32], out: NDArray[np.float32]
) -> None:  # pragma: no cover - compiled
    # Each stroke lays its tone over what is there, streaked along its way by the bristles, thin at
    # its edges and ragged at its ends.
    rows, columns = out.shape[:2]
    for i in range(strokes.shape[0]):
        x, y, cos, sin, half, wide, bend, cover = strokes[i, :8]
        which = int(strokes[i, 8])
        reach = math.sqrt(half * half + wide * wide) + abs(bend) * half * half + 2
        top, bottom = max(int(y - reach), 0), min(int(y + reach) + 1, rows)
        left, right = max(int(x - reach), 0), min(int(x + reach) + 1, columns)
        for row in range(top, bottom):
            for column in range(left, right):
                dx, dy = column - x, row - y
                along = dx * cos + dy * sin
                across = -dx * sin + dy * cos + bend * (along * along - half * half / 3)
                a = abs(across) / wide
                if a >= 1:
                    continue
                place = (across / wide * 0.5 + 0.5) * (bristles.shape[1] - 1)
                k = int(place)
                part = place - k
                b = bristles[which, k] * (1 - part) + bristles[which, k + 1] * part
                end = (1 - abs(along) / half) * 3.0 + (b - 0.5) * 1.2
                if end <= 0:
                    continue
                a2 = a * a
                thin = (1 - a2 * a2) * min(end, 1.0) * (0.35 + 0.65 * b)
                w = cover * thin
                for c in range(3):
                    out[row, column, c] += w * (strokes[i, 9 + c] - out[row, column, c])


def _field(rng: np.random.Generator, cells: float) -> NDArray[np.float32]:
    """Return smooth noise with bumps of so many map cells, standard deviation 1."""
    side = max(4, round(MAP_SIDE / cells) + 3)
    noise = rng.standard_normal((side, side)).astype(np.float32)
    wide = cv2.resize(noise, (MAP_SIDE, MAP_SIDE), interpolation=cv2.INTER_CUBIC)
    return np.asarray((wide - wide.mean()) / wide.std(), np.float32)


@lru_cache(maxsize=2)
def canvas(seed: int, brush: float = 0.8) -> NDArray[np.float32]:
    """Return the tone of a hand-painted canvas in units of its mottle, (768, 768, 3) float32.

    Such backdrops are scumbled: a ground, then layer upon layer of thin paint worked in crossing
    strokes with a wide brush, warmer over cooler, large patches first. Mean 0, standard deviation
    of the brightness 1; the colour drifts by a fifth of that.

    Parameters
    ----------
    seed : the canvas; the same seed is the same canvas for a whole team.
    brush : width of the finest layer's strokes in eye distances, as seen behind the person: a
        brush 9 cm wide, a step further away.
    """
    rng = np.random.default_rng(seed)
    patches = 0.3 * _field(rng, 5.0 * _CELL) + 0.4 * _field(rng, 2.0 * _CELL)
    drift = _field(rng, 6.0 * _CELL)
    tone = np.repeat((0.6 * patches)[..., None], 3, axis=2).astype(np.float32)
    tufts = rng.uniform(0, 1, (48, 20)).astype(np.float32)
    smooth = cv2.resize(tufts, (_BRISTLES, 48), interpolation=cv2.INTER_LINEAR)
    fine = rng.uniform(0, 1, (48, _BRISTLES)).astype(np.float32)
    bristles = np.ascontiguousarray(0.6 * smooth + 0.4 * fine, np.float32)
    for scale, cover, spread in ((2.2, 0.55, 0.55), (1.5, 0.45, 0.6), (1.0, 0.34, 0.65)):
        wide = 0.5 * brush * scale * _CELL
        half = wide * 1.9
        count = round(2.2 * MAP_SIDE**2 / (4 * wide * half))
        places = rng.uniform(0, MAP_SIDE, (count, 2))
        # A painter's arm swings about two crossing diagonals, never quite the same way.
        angles = np.where(rng.random(count) < 0.5, 0.8, -0.7) + rng.normal(0, 0.5, count)
        at = places.astype(int)
        own = spread * rng.standard_normal(count)
        level = 0.8 * patches[at[:, 1], at[:, 0]] + own
        warm = 0.12 * (drift[at[:, 1], at[:, 0]] + 0.8 * rng.standard_normal(count))
        strokes = np.column_stack(
            [
                places,
                np.cos(angles),
                np.sin(angles),
                half * rng.uniform(0.6, 1.4, count),
                wide * rng.uniform(0.7, 1.3, count),
                rng.normal(0, 0.10, count) / half,
                cover * rng.uniform(0.5, 1.0, count),
                rng.integers(0, 48, count),
                level + warm,
                level,
                level - warm,
            ]
        ).astype(np.float32)
        _paint(strokes, bristles, tone)
    # It hangs behind the plane of focus; the rest of its blur is the lens's.
    tone = np.asarray(cv2.GaussianBlur(tone, (0, 0), 0.05 * _CELL), np.float32)
    tone -= tone.mean(axis=(0, 1))
    return np.asarray(tone * np.float32(_SPREAD / float(tone[..., 1].std())), np.float32)
