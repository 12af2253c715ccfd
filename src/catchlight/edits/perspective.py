"""Perspective: the person's own pixels as a camera further away would have seen them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..compiled import compiled
from ..strips import in_strips
from .edit import Edit
from .reprojection import Reprojection, reprojection
from .scene import Scene

__all__ = ["Perspective"]

_Image = NDArray[np.float32]

_STRIP = 256  # rows resampled at once
_STILL = 0.02  # pixels of a move that are none


class Perspective(Edit):
    """Re-project the person from one camera distance to another; see `reprojection`.

    Moves pixels of the person, which no other edit does: it is made only when asked for, and the
    report says so.
    """

    name: Literal["perspective"] = "perspective"
    version: Literal[1] = 1
    distance_cm: float = Field(ge=12, le=150, description="lens to eyes, as shot")
    to_cm: float = Field(default=150.0, ge=30, le=400)

    def apply(self, scene: Scene, *, in_place: bool = False) -> Scene:
        """Move the person, and with them the matte and the landmarks."""
        if self.strength == 0 or self.to_cm <= self.distance_cm or scene.landmarks is None:
            return scene
        found = self.reprojection(scene)
        linear, alpha = _resampled(scene.linear, scene.alpha, found)
        landmarks = found.moved(scene.landmarks)
        x, y = found.moved(np.array([scene.eyes]))[0].tolist()
        return replace(scene, linear=linear, alpha=alpha, landmarks=landmarks, eyes=(x, y))

    def reprojection(self, scene: Scene) -> Reprojection:
        """Return the move itself.

        Raises
        ------
        ValueError : the scene has no landmarks.
        """
        return reprojection(scene, self.distance_cm, self.to_cm, self.strength)

    def describe(self) -> str:
        """Declare the move."""
        if self.strength == 0:
            return "Perspective left as shot."
        part = "" if self.strength == 1 else f", {100 * self.strength:.0f} % of the way"
        return (
            f"Perspective: taken from about {self.distance_cm:.0f} cm, re-projected to"
            f" {self.to_cm / 100:.1f} m{part}. Pixels of the person were moved, none was made."
        )


@compiled
def _cubic(fraction: Any, weights: Any) -> None:  # pragma: no cover - compiled
    # Cubic convolution (Keys 1981, IEEE TASSP 29(6), 1153-1160) of a row of places, (4, width).
    half, one = np.float32(0.5), np.float32(1)
    more, most = np.float32(1.5), np.float32(2.5)
    before, here, after, beyond = weights[0], weights[1], weights[2], weights[3]
    for x in range(fraction.size):
        f = fraction[x]
        g = one - f
        a, d = -half * f * g * g, -half * g * f * f
        b = one + f * f * (more * f - most)
        before[x], here[x], after[x], beyond[x] = a, b, one - a - b - d, d


@compiled
def _move(
    image: Any, alpha: Any, back: Any, place: Any, first: int, last: int, out: Any, cover: Any
) -> None:  # pragma: no cover - compiled
    # The picture by cubic convolution, the matte linearly. `image` and `out` are (height, 3 width).
    # Places and weights of a row first, which compile to vector code. Unsigned places are not
    # checked for counting from the end.
    height, width = alpha.shape
    rows, columns = back.shape[:2]
    x0, y0, cell = place[0], place[1], place[2]
    half, zero, still = np.float32(0.5), np.float32(0), np.float32(_STILL)
    line = np.empty((columns, 2), np.float32)
    left, share = np.empty(width, np.int32), np.empty(width, np.float32)
    across, down = np.empty(width, np.float32), np.empty(width, np.float32)
    column, above = np.empty(width, np.int32), np.empty(width, np.int32)
    over, under = np.empty(width, np.float32), np.empty(width, np.float32)
    sideways, upright = np.empty((4, width), np.float32), np.empty((4, width), np.float32)
    values = np.empty(12, np.float32)
    for x in range(width):
        u = min(max((x + half - x0) / cell - half, np.float32(0)), np.float32(columns - 1.001))
        left[x] = int(u)
        share[x] = u - left[x]
    for y in range(first, last):
        v = min(max((y + half - y0) / cell - half, np.float32(0)), np.float32(rows - 1.001))
        row = int(v)
        below = np.float32(v - row)
        for n in range(columns):
            for k in range(2):
                upper, lower = back[row, n, k], back[row + 1, n, k]
                line[n, k] = cell * (upper + below * (lower - upper))
        moves = False
        for x in range(width):
            n, w = left[x], share[x]
            dx = line[n, 0] + w * (line[n + 1, 0] - line[n, 0])
            dy = line[n, 1] + w * (line[n + 1, 1] - line[n, 1])
            across[x], down[x] = dx, dy
            moves |= abs(dx) >= still or abs(dy) >= still
        if not moves:
            out[y] = image[y]
            cover[y] = alpha[y]
            continue
        for x in range(width):
            sx, sy = np.float32(x) + across[x], np.float32(y) + down[x]
            i, j = np.floor(sx), np.floor(sy)
            column[x], above[x] = np.int32(i), np.int32(j)
            over[x], under[x] = sx - i, sy - j
        _cubic(over, sideways)
        _cubic(under, upright)
        for x in range(width):
            at = np.uint64(3 * x)
            if abs(across[x]) < still and abs(down[x]) < still:
                for k in range(np.uint64(3)):
                    out[y, at + k] = image[y, at + k]
                cover[y, x] = alpha[y, x]
                continue
            i, j = column[x], above[x]
            v0, v1, v2, v3 = upright[0, x], upright[1, x], upright[2, x], upright[3, x]
            if i >= 1 and j >= 1 and i + 2 < width and j + 2 < height:
                top, start = np.uint64(j - 1), np.uint64(3 * (i - 1))
                r0, r1 = image[top], image[top + np.uint64(1)]
                r2, r3 = image[top + np.uint64(2)], image[top + np.uint64(3)]
                for m in range(np.uint64(12)):
                    p = start + m
                    values[m] = v0 * r0[p] + v1 * r1[p] + v2 * r2[p] + v3 * r3[p]
            else:
                for n in range(4):
                    a = 3 * min(max(i - 1 + n, 0), width - 1)
                    e, f = min(max(j - 1, 0), height - 1), min(max(j, 0), height - 1)
                    g, h = min(max(j + 1, 0), height - 1), min(max(j + 2, 0), height - 1)
                    for k in range(3):
                        values[3 * n + k] = (
                            v0 * image[e, a + k]
                            + v1 * image[f, a + k]
                            + v2 * image[g, a + k]
                            + v3 * image[h, a + k]
                        )
            w0, w1, w2, w3 = sideways[0, x], sideways[1, x], sideways[2, x], sideways[3, x]
            red = w0 * values[0] + w1 * values[3] + w2 * values[6] + w3 * values[9]
            green = w0 * values[1] + w1 * values[4] + w2 * values[7] + w3 * values[10]
            blue = w0 * values[2] + w1 * values[5] + w2 * values[8] + w3 * values[11]
            out[y, at] = red if red > zero else zero
            out[y, at + np.uint64(1)] = green if green > zero else zero
            out[y, at + np.uint64(2)] = blue if blue > zero else zero
            b, c = min(max(i, 0), width - 1), min(max(i + 1, 0), width - 1)
            f, g = min(max(j, 0), height - 1), min(max(j + 1, 0), height - 1)
            high = alpha[f, b] + over[x] * (alpha[f, c] - alpha[f, b])
            low = alpha[g, b] + over[x] * (alpha[g, c] - alpha[g, b])
            cover[y, x] = high + under[x] * (low - high)


def _resampled(
    image: _Image, alpha: _Image | None, found: Reprojection
) -> tuple[_Image, _Image | None]:
    """Take every pixel from where it comes from; where nothing moves it stays bit by bit."""
    height = image.shape[0]
    image = np.ascontiguousarray(image)
    out = np.empty_like(image)
    flat, moved = image.reshape(height, -1), out.reshape(height, -1)
    matte = np.ones(image.shape[:2], np.float32) if alpha is None else alpha
    cover = np.empty_like(matte)
    place = np.array([*found.corner, found.cell], np.float32)

    def strip(first: int, last: int) -> None:
        _move(flat, matte, found.sources, place, first, last, moved, cover)

    in_strips(height, strip, _STRIP)
    return out, None if alpha is None else cover
