"""Perspective: the person's own pixels as a camera further away would have seen them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
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
_PERSON = 0.1  # of the matte, from which a place is taken with the person


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
def _cubic(
    fraction: Any, first: int, last: int, weights: Any
) -> None:  # pragma: no cover - compiled
    # Cubic convolution (Keys 1981, IEEE TASSP 29(6), 1153-1160) of a row of places, (4, width).
    half, one = np.float32(0.5), np.float32(1)
    more, most = np.float32(1.5), np.float32(2.5)
    before, here, after, beyond = weights[0], weights[1], weights[2], weights[3]
    for n in range(np.uint64(last - first)):
        x = np.uint64(first) + n
        f = fraction[x]
        g = one - f
        a, d = -half * f * g * g, -half * g * f * f
        b = one + f * f * (more * f - most)
        before[x], here[x], after[x], beyond[x] = a, b, one - a - b - d, d


@compiled
def _upright(
    image: Any, alpha: Any, heights: Any, low: int, first: int, last: int, room: Any, mid: Any
) -> None:  # pragma: no cover - compiled
    # Columns `first` to `last` of one row between the passes: each column of the photograph at the
    # height that the row takes it from. Neighbours mostly share the rows they come from, so such a
    # run is one vector loop: cubic convolution as a polynomial in the way between two rows. What is
    # written begins at column `low`; beyond the frame its border goes on. `mid` is the picture's
    # row, then the matte's.
    x: Any
    to: Any
    at: Any
    tops, fraction = room
    half, two, three = np.float32(0.5), np.float32(2), np.float32(3)
    four, five = np.float32(4), np.float32(5)
    height, width = alpha.shape
    size = heights.size
    for n in range(np.uint64(last - first)):
        x = np.uint64(first - low) + n
        top = np.floor(heights[x])
        tops[x] = np.int32(top)
        heights[x] -= top
    for n in range(np.uint64(last - first)):
        x = np.uint64(first - low) + n
        p = np.uint64(3) * x
        fraction[p] = heights[x]
        fraction[p + np.uint64(1)] = heights[x]
        fraction[p + np.uint64(2)] = heights[x]
    start = first
    while start < last:
        j = int(tops[start - low])
        end = start + 1
        if 0 <= start < width:
            until = min(last, width) - low
            x = np.uint64(end - low)
            while x < until and tops[x] == j:
                x += np.uint64(1)
            end = int(x) + low
        e, f = min(max(j - 1, 0), height - 1), min(max(j, 0), height - 1)
        g, h = min(max(j + 1, 0), height - 1), min(max(j + 2, 0), height - 1)
        source = min(max(start, 0), width - 1)
        to, at = np.uint64(3 * (start - low)), np.uint64(3 * source)
        for n in range(np.uint64(3 * (end - start))):
            m, p = to + n, at + n
            t = fraction[m]
            a, b, c, d = image[e, p], image[f, p], image[g, p], image[h, p]
            bend = two * a - five * b + four * c - d
            jump = three * (b - c) + d - a
            mid[m] = b + half * t * (c - a + t * (bend + t * jump))
        to, at = np.uint64(start - low), np.uint64(source)
        after = np.uint64(3 * size + start - low)
        for n in range(np.uint64(end - start)):
            upper = alpha[f, at + n]
            mid[after + n] = upper + heights[to + n] * (alpha[g, at + n] - upper)
        start = end


@compiled
def _mixed(first: Any, second: Any, share: Any) -> Any:  # pragma: no cover - compiled
    return first + share * (second - first)


@compiled
def _move(
    image: Any,
    alpha: Any,
    out: Any,
    cover: Any,
    again: bool,
    field: Any,
    place: Any,
    first: int,
    last: int,
) -> None:  # pragma: no cover - compiled
    # Two passes a row (Catmull & Smith 1980, "3-D transformations of images in scanline order",
    # SIGGRAPH): columns of the photograph at the height that this row takes them from, then along
    # the row. Nothing turns, so no bottleneck arises between them. The picture by cubic
    # convolution, the matte linearly. `image` and `out` are (height, 3 width); `field` has where a
    # place comes from, across and down, and how much of that at the least is laid over the picture
    # as it is (`again`: over what is in `out` already): so much more where the matte that comes
    # along says that the person is there.
    x: Any
    s: Any
    n: Any
    least: Any
    most: Any
    i: Any
    width = alpha.shape[1]
    rows, columns = field.shape[:2]
    x0, y0, cell = place[0], place[1], place[2]
    half, zero, one, still = np.float32(0.5), np.float32(0), np.float32(1), np.float32(_STILL)
    off, surely = np.float32(-0.5), np.float32(1 / _PERSON)
    line = np.empty((columns, 3), np.float32)
    share, starts = np.empty(width, np.float32), np.zeros(columns, np.int32)
    across, down = np.empty(width, np.float32), np.empty(width, np.float32)
    taken = np.empty(width, np.float32)
    column, over = np.empty(width, np.int32), np.empty(width, np.float32)
    sideways = np.empty((4, width), np.float32)
    reach = 8 + int(cell * np.abs(field[..., 0]).max())
    low = -reach
    heights = np.empty(width + 2 * reach, np.float32)
    size, veil = heights.size, np.uint64(3 * heights.size)
    mid, tops = np.empty(4 * size, np.float32), np.empty(size, np.int32)
    room = (tops, np.empty(3 * size, np.float32))
    for x in range(width):
        u = min(max((x + half - x0) / cell - half, np.float32(0)), np.float32(columns - 1.001))
        n = int(u)
        share[x] = u - n
        starts[n + 1] = x + 1
    for n in range(1, columns):
        starts[n] = max(starts[n], starts[n - 1])
    for y in range(first, last):
        if not again:
            out[y] = image[y]
            cover[y] = alpha[y]
        v = min(max((y + half - y0) / cell - half, np.float32(0)), np.float32(rows - 1.001))
        row = int(v)
        below = np.float32(v - row)
        for n in range(columns):
            for k in range(3):
                upper, lower = field[row, n, k], field[row + 1, n, k]
                line[n, k] = (upper + below * (lower - upper)) * (cell if k < 2 else one)
        for n in range(columns - 1):
            dx, dy, part = line[n, 0], line[n, 1], line[n, 2]
            wider, lower, more = line[n + 1, 0] - dx, line[n + 1, 1] - dy, line[n + 1, 2] - part
            for m in range(np.uint64(starts[n + 1] - starts[n])):
                x = np.uint64(starts[n]) + m
                across[x] = dx + share[x] * wider
                down[x] = dy + share[x] * lower
                taken[x] = part + share[x] * more
        begin, end = 0, width
        while begin < end and taken[begin] <= off:
            begin += 1
        while end > begin and taken[end - 1] <= off:
            end -= 1
        if begin == end:
            continue
        least, most = np.int32(width + reach), np.int32(low)
        for m in range(np.uint64(end - begin)):
            x = np.uint64(begin) + m
            sx = np.float32(x) + across[x]
            i = np.floor(sx)
            column[x] = np.int32(i)
            over[x] = sx - i
        for m in range(np.uint64(end - begin)):
            x = np.uint64(begin) + m
            least, most = min(least, column[x]), max(most, column[x])
        _cubic(over, begin, end, sideways)
        # Between two nodes both moves are linear, so the height is linear in the column it is of.
        least, most = max(least - 1, low), min(most + 2, width + reach - 1)
        done = least
        here = x0 + cell * half - half + line[0, 0]
        while done <= most and done < here:
            heights[done - low] = y + line[0, 1]
            done += 1
        for n in range(columns - 1):
            there = x0 + cell * (n + 1 + half) - half + line[n + 1, 0]
            if there > here:
                slope = np.float32((line[n + 1, 1] - line[n, 1]) / (there - here))
                until = min(most + 1, int(np.ceil(there)))
                ahead, base = np.float32(done - here), np.float32(line[n, 1])
                for m in range(np.uint64(max(until - done, 0))):
                    s = np.uint64(done - low) + m
                    heights[s] = np.float32(y) + (base + (ahead + np.float32(m)) * slope)
                done = max(done, until)
            here = max(here, there)
        for s in range(done, most + 1):
            heights[s - low] = y + line[columns - 1, 1]
        _upright(image, alpha, heights, low, least, most + 1, room, mid)
        for m in range(np.uint64(end - begin)):
            x = np.uint64(begin) + m
            at = np.uint64(3) * x
            part = taken[x]
            if part <= off:
                continue
            i = np.uint64(column[x] - low)
            seen, beside = mid[veil + i], mid[veil + i + np.uint64(1)]
            seen += over[x] * (beside - seen)
            part = min(max(part, seen * surely), one)
            if part <= zero or (abs(across[x]) < still and abs(down[x]) < still):
                continue
            cover[y, x] = _mixed(cover[y, x], seen, part)
            p = np.uint64(3) * i - np.uint64(3)
            w0, w1, w2, w3 = sideways[0, x], sideways[1, x], sideways[2, x], sideways[3, x]
            for k in range(np.uint64(3)):
                q = p + k
                value = (
                    w0 * mid[q]
                    + w1 * mid[q + np.uint64(3)]
                    + w2 * mid[q + np.uint64(6)]
                    + w3 * mid[q + np.uint64(9)]
                )
                value = value if value > zero else zero
                out[y, at + k] = value if part >= one else _mixed(out[y, at + k], value, part)


def _resampled(
    image: _Image, alpha: _Image | None, found: Reprojection
) -> tuple[_Image, _Image | None]:
    """Take every pixel from where it comes from; where nothing moves it stays bit by bit."""
    height = image.shape[0]
    out = np.empty_like(image)
    flat, moved = np.ascontiguousarray(image).reshape(height, -1), out.reshape(height, -1)
    matte = np.ones(image.shape[:2], np.float32) if alpha is None else alpha
    cover = np.empty_like(matte)
    place = np.array([*found.corner, found.cell], np.float32)
    person = np.dstack([found.sources, found.taken])
    drawn = found.drawn != 0
    if drawn.any():
        wall = np.dstack([np.zeros_like(found.drawn), found.drawn, np.where(drawn, 1, -1)])
        fields = [wall.astype(np.float32), person]
    else:
        fields = [person]
    for number, field in enumerate(fields):
        work = partial(_move, flat, matte, moved, cover, number > 0, field, place)
        in_strips(height, work, _STRIP)
    return out, None if alpha is None else cover
