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
def _move(
    image: Any, alpha: Any, back: Any, place: Any, first: int, last: int, out: Any, cover: Any
) -> None:  # pragma: no cover - compiled
    # The picture by cubic convolution (Keys 1981, IEEE TASSP 29(6), 1153-1160), the matte linearly.
    height, width = image.shape[:2]
    rows, columns = back.shape[:2]
    x0, y0, cell = place[0], place[1], place[2]
    half, one = np.float32(0.5), np.float32(1)
    line = np.empty((columns, 2), np.float32)
    left, share = np.empty(width, np.int32), np.empty(width, np.float32)
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
        for x in range(width):
            n, w = left[x], share[x]
            dx = line[n, 0] + w * (line[n + 1, 0] - line[n, 0])
            dy = line[n, 1] + w * (line[n + 1, 1] - line[n, 1])
            if abs(dx) < _STILL and abs(dy) < _STILL:
                for k in range(3):
                    out[y, x, k] = image[y, x, k]
                cover[y, x] = alpha[y, x]
                continue
            sx, sy = np.float32(x) + dx, np.float32(y) + dy
            i, j = int(np.floor(sx)), int(np.floor(sy))
            fx, fy = np.float32(sx - i), np.float32(sy - j)
            gx, gy = one - fx, one - fy
            w0, w3 = -half * fx * gx * gx, -half * gx * fx * fx
            w1 = one + fx * fx * (np.float32(1.5) * fx - np.float32(2.5))
            w2 = one - w0 - w1 - w3
            v0, v3 = -half * fy * gy * gy, -half * gy * fy * fy
            v1 = one + fy * fy * (np.float32(1.5) * fy - np.float32(2.5))
            v2 = one - v0 - v1 - v3
            a, b = min(max(i - 1, 0), width - 1), min(max(i, 0), width - 1)
            c, d = min(max(i + 1, 0), width - 1), min(max(i + 2, 0), width - 1)
            e, f = min(max(j - 1, 0), height - 1), min(max(j, 0), height - 1)
            g, h = min(max(j + 1, 0), height - 1), min(max(j + 2, 0), height - 1)
            for k in range(3):
                value = (
                    v0
                    * (
                        w0 * image[e, a, k]
                        + w1 * image[e, b, k]
                        + w2 * image[e, c, k]
                        + w3 * image[e, d, k]
                    )
                    + v1
                    * (
                        w0 * image[f, a, k]
                        + w1 * image[f, b, k]
                        + w2 * image[f, c, k]
                        + w3 * image[f, d, k]
                    )
                    + v2
                    * (
                        w0 * image[g, a, k]
                        + w1 * image[g, b, k]
                        + w2 * image[g, c, k]
                        + w3 * image[g, d, k]
                    )
                    + v3
                    * (
                        w0 * image[h, a, k]
                        + w1 * image[h, b, k]
                        + w2 * image[h, c, k]
                        + w3 * image[h, d, k]
                    )
                )
                out[y, x, k] = max(value, np.float32(0))
            above = alpha[f, b] + fx * (alpha[f, c] - alpha[f, b])
            under = alpha[g, b] + fx * (alpha[g, c] - alpha[g, b])
            cover[y, x] = above + fy * (under - above)


def _resampled(
    image: _Image, alpha: _Image | None, found: Reprojection
) -> tuple[_Image, _Image | None]:
    """Take every pixel from where it comes from; where nothing moves it stays bit by bit."""
    height = image.shape[0]
    out = np.empty_like(image)
    matte = np.ones(image.shape[:2], np.float32) if alpha is None else alpha
    cover = np.empty_like(matte)
    place = np.array([*found.corner, found.cell], np.float32)

    def strip(first: int, last: int) -> None:
        _move(image, matte, found.sources, place, first, last, out, cover)

    in_strips(height, strip, _STRIP)
    return out, None if alpha is None else cover
