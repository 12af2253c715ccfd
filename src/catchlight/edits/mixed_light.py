"""Mixed light: bring the colours of the light on the two sides of a face together."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..compiled import compiled
from ..strips import in_strips
from .edit import Edit
from .scene import Scene

__all__ = ["MixedLight"]

_REACH = 1.1  # eye distances from the face's middle to where its sides end: measured no farther
_HEAD = (1.6, 3.0)  # eye distances from the middle of the face: all of the edit, none of it
_DOWN = 0.5  # eye distances from the eyes to the middle of the face
_TABLE = 1024
_BAND = 512
_FAR = 8.0  # eye distances: from there on the gains are constant to a part in ten thousand


def _bent(u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `u` near 0 and a constant beyond the face, smoothly."""
    return np.asarray(u / (1 + (u / _REACH) ** 4) ** 0.25)


@compiled
def _even(
    source: NDArray[np.float32],
    alpha: NDArray[np.float32],
    whole: bool,
    table: NDArray[np.float32],
    place: NDArray[np.float32],
    out: NDArray[np.float32],
) -> None:  # pragma: no cover - compiled
    """Scale red and blue by the table's gains at a pixel's place and keep its luminance."""
    height, width = source.shape[:2]
    start, right, down, middle_x, middle_y, inner, outer = place
    last = np.float32(table.shape[1] - 1.001)
    one, zero = np.float32(1.0), np.float32(0.0)
    near = inner * inner
    for y in range(height):
        dy = np.float32(y) - middle_y
        row = start + down * np.float32(y)
        for x in range(width):
            r, g, b = source[y, x, 0], source[y, x, 1], source[y, x, 2]
            share = one if whole else alpha[y, x]
            # the colour of what is burnt out is unknown: white stays white
            share *= min(max((one - min(r, g, b)) * np.float32(10.0), zero), one)
            dx = np.float32(x) - middle_x
            away = dx * dx + dy * dy
            if away > near:  # smoothly to nothing: the light was read on the face, no farther
                rest = min(max((outer - np.sqrt(away)) / (outer - inner), zero), one)
                share *= rest * rest * (np.float32(3.0) - np.float32(2.0) * rest)
            if share <= zero:
                out[y, x, 0], out[y, x, 1], out[y, x, 2] = r, g, b
                continue
            at = min(max(row + right * np.float32(x), zero), last)
            i = int(at)
            part = at - np.float32(i)
            red = table[0, i] + (table[0, i + 1] - table[0, i]) * part
            blue = table[1, i] + (table[1, i + 1] - table[1, i]) * part
            before = np.float32(0.2126) * r + np.float32(0.7152) * g + np.float32(0.0722) * b
            after = (
                np.float32(0.2126) * red * r
                + np.float32(0.7152) * g
                + np.float32(0.0722) * blue * b
            )
            kept = before / after if after > np.float32(1e-9) else one
            out[y, x, 0] = r + share * (red * kept * r - r)
            out[y, x, 1] = g + share * (kept * g - g)
            out[y, x, 2] = b + share * (blue * kept * b - b)


class MixedLight(Edit):
    """Gains of red and blue that run across the person, against the run of the light's colour.

    Along one axis through the middle of the eyes the gains' logarithms change evenly over the face
    and stay what they are beyond it; on the body they fade out. At `pivot`, on the side of the
    stronger light, nothing changes: the weaker light is brought to the colour of the stronger one.
    Luminance stays.
    """

    name: Literal["mixed_light"] = "mixed_light"
    version: Literal[1] = 1
    red_stops: float = Field(ge=-0.8, le=0.8, description="against green, an eye distance")
    blue_stops: float = Field(ge=-0.8, le=0.8, description="against green, an eye distance")
    axis: float = Field(
        default=0.0, ge=-360, le=360, description="of the picture as turned, degrees clockwise"
    )
    pivot: float = Field(default=0.0, ge=-1.5, le=1.5, description="eye distances along the axis")

    def gains(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Gains of red and blue, (2, n), at `u` eye distances along the axis, (n,)."""
        way = _bent(u) - _bent(np.array(self.pivot))
        slopes = self.strength * np.array([self.red_stops, self.blue_stops])
        return np.asarray(np.exp2(slopes[:, None] * way))

    def apply(self, scene: Scene, *, in_place: bool = False) -> Scene:
        """Even the colour of the light across the head; body and background stay."""
        if self.strength == 0 or (self.red_stops == 0 and self.blue_stops == 0):
            return scene
        table = self.gains(np.linspace(-_FAR, _FAR, _TABLE)).astype(np.float32)
        steps = (_TABLE - 1) / (2 * _FAR)
        cos, sin = math.cos(math.radians(self.axis)), math.sin(math.radians(self.axis))
        x, y = scene.eyes[0] - 0.5, scene.eyes[1] - 0.5  # as indices of pixels
        right, down = cos / scene.eye_distance * steps, sin / scene.eye_distance * steps
        middle = x - _DOWN * sin * scene.eye_distance, y + _DOWN * cos * scene.eye_distance
        near, far = (scene.eye_distance * reach for reach in _HEAD)
        start = _FAR * steps - right * x - down * y
        out = scene.linear if in_place else np.empty_like(scene.linear)

        def band(first: int, last: int) -> None:
            # places count from the band's first row, whatever the number of threads
            place = [start + down * first, right, down, middle[0], middle[1] - first, near, far]
            rows = slice(first, last)
            part = np.zeros((1, 1), np.float32) if scene.alpha is None else scene.alpha[rows]
            numbers = np.array(place, np.float32)
            _even(scene.linear[rows], part, scene.alpha is None, table, numbers, out[rows])

        in_strips(scene.linear.shape[0], band, _BAND)
        return replace(scene, linear=out)

    def describe(self) -> str:
        """Say how far the two sides were brought together."""
        size = self.strength * 1.5 * abs(self.red_stops - self.blue_stops)
        if size < 0.05:
            return "Mixed light left as shot."
        return (
            f"Mixed light: a difference of {size:.1f} stops between the colours of the light on"
            " the two sides of the face taken out, on the head alone; brightness left as shot."
        )
