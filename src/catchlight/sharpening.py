"""Output sharpening: what reducing a picture took from its edges, given back at the finished size.

Averaging areas reduces a picture with neither moiré nor ringing, but it blurs: by a box of a pixel,
which leaves 0.90 of the contrast at a quarter of a cycle a pixel and 0.64 at half a cycle. Where
that blur has the variance v, taking v times the second difference away makes the response even
again, within 6 % up to 0.4 cycles a pixel. That is `amount` 1, for screens. Where little is
reduced, some columns and rows are blurred and others are copied, which are left. Paper takes more,
for ink spreads; at 300 dpi the kernel is as wide as Fraser's rule asks, 1/100 inch ("for an inkjet
printer at 300 ppi a sharpening halo that's about 3 pixels wide").

It works on brightness alone, so that coloured edges get no fringes (Fraser 2003, "Out of Gamut:
Thoughts on a Sharpening Workflow"); it passes over what is no stronger than noise and the texture
of calm skin, as the coring of libvips' `sharpen`; and a pixel may leave the range of its neighbours
by no more than an ideal reduction does (Gibbs' 9 %), so that there is no halo (limited sharpening,
as LimitedSharpen for AviSynth does it).
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from .color import LUMINANCE_WEIGHTS
from .compiled import compiled

__all__ = ["Sharpening", "blur_of_reducing", "sharpen"]

_Blur = tuple[NDArray[np.float32], NDArray[np.float32]]

_R, _G, _B = (np.float32(w) for w in LUMINANCE_WEIGHTS)
_PASSED, _FULL = 5.0, 12.0  # floors: ranges of 3 x 3 pixels that get none of it, and all of it
_OVERSHOOT = np.float32(0.1)  # share of that range
_DARKEST = np.float32(0.02)  # root of luminance below which all is black
_SOON = np.float32(4)  # of a quarter covered by the person, a pixel is sharpened: fine hair too


class Sharpening(BaseModel):
    """How one output is sharpened at its finished size.

    Attributes
    ----------
    strength : 0 is the identity, 1 what was planned.
    amount : 1 makes good what reducing took, no more.
    floor : standard deviation of the root of luminance on calm skin at that size: noise and fine
        texture, which are left as they are.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    strength: float = Field(default=1.0, ge=0, le=1)
    amount: float = Field(default=1.0, ge=0, le=4)
    floor: float = Field(default=0.004, ge=0, le=0.5)

    def describe(self) -> str:
        """Say in one plain sentence what it does."""
        part = self.strength * self.amount
        if part == 0:
            return "Not sharpened."
        more = "" if part == 1 else f", {part:.2g} times that"
        return f"Edges of the person given back the sharpness that reducing took{more}."


def blur_of_reducing(before: int, after: int) -> NDArray[np.float32]:
    """Variance of the blur of reducing `before` pixels to `after` by areas, square pixels after.

    Returns
    -------
    (after,) float32: the variance of the weights that each pixel is the mean by; 0 where nothing is
    reduced.

    >>> (blur_of_reducing(700, 350) * 12).round(3)[:2].tolist(), blur_of_reducing(3, 3).tolist()
    ([0.75, 0.75], [0.0, 0.0, 0.0])
    """
    if before <= after:
        return np.zeros(after, np.float32)
    step = before / after
    start = np.arange(after)[:, None] * step
    pixels = np.floor(start) + np.arange(int(np.ceil(step)) + 1)
    weights = np.clip(np.minimum(pixels + 1, start + step) - np.maximum(pixels, start), 0, None)
    weights /= weights.sum(axis=1, keepdims=True)
    mean = (weights * pixels).sum(axis=1, keepdims=True)
    variance = (weights * (pixels - mean) ** 2).sum(axis=1) / step**2
    return np.asarray(variance, np.float32)


def sharpen(
    linear: NDArray[np.float32],
    how: Sharpening,
    blur: _Blur,
    alpha: NDArray[np.float32] | None = None,
    *,
    in_place: bool = False,
) -> NDArray[np.float32]:
    """Return a reduced picture sharpened; `linear` itself stays, unless `in_place` gives it up.

    Parameters
    ----------
    linear : (H, W, 3) float32, linear sRGB, at the size it is written in.
    blur : what reducing it did to its columns, (W,), and to its rows, (H,): `blur_of_reducing`.
    alpha : (H, W) float32, the person's coverage: what is not the person stays to the bit, a
        paper's grain and a softened background too. None: all is sharpened.
    """
    columns, rows = (np.float32(how.strength * how.amount) * part for part in blur)
    if (columns.max() <= 0 and rows.max() <= 0) or min(linear.shape[:2]) < 2:
        return linear
    out = linear if in_place else linear.copy()
    root = np.empty(linear.shape[:2], np.float32)
    cover = root if alpha is None else np.asarray(alpha, np.float32)
    passed, full = _PASSED * how.floor, max(_FULL * how.floor, 1e-4)
    limits = np.array([passed, full], np.float32)
    _sharpen(out, root, cover, alpha is None, columns, rows, *limits)
    return out


@compiled
def _sharpen(
    out: Any,
    root: Any,
    cover: Any,
    everywhere: Any,
    columns: Any,
    rows: Any,
    passed: Any,
    full: Any,
) -> None:  # pragma: no cover - compiled
    height, width = root.shape
    zero, one, two, three = np.float32(0), np.float32(1), np.float32(2), np.float32(3)
    scale = one / (full - passed)
    low, high = np.empty(width + 2, np.float32), np.empty(width + 2, np.float32)
    span = np.empty(width, np.float32)
    for y in range(height):
        for x in range(width):
            light = _R * out[y, x, 0] + _G * out[y, x, 1] + _B * out[y, x, 2]
            root[y, x] = np.sqrt(max(light, zero))
    for y in range(height):
        above, here, below = root[max(y - 1, 0)], root[y], root[min(y + 1, height - 1)]
        # The range of 3 x 3 pixels; written as choices, which compile to vector code.
        for x in range(width):
            n, value, s = above[x], here[x], below[x]
            lesser = n if n < s else s
            greater = n if n > s else s
            low[x + 1] = lesser if lesser < value else value
            high[x + 1] = greater if greater > value else value
        low[0], high[0], low[width + 1], high[width + 1] = low[1], high[1], low[width], high[width]
        for x in range(width):
            least = low[x] if low[x] < low[x + 1] else low[x + 1]
            least = least if least < low[x + 2] else low[x + 2]
            most = high[x] if high[x] > high[x + 1] else high[x + 1]
            most = most if most > high[x + 2] else high[x + 2]
            span[x] = most - least
        for x in range(width):
            if not span[x] > passed:  # most of a picture
                continue
            value = here[x]
            if value <= _DARKEST or not (everywhere or cover[y, x] > zero):
                continue
            share = min((span[x] - passed) * scale, one)
            gain = share * share * (three - two * share)
            if not everywhere:
                gain *= min(cover[y, x] * _SOON, one)
            twice = two * value
            finer = columns[x] * (twice - here[max(x - 1, 0)] - here[min(x + 1, width - 1)])
            finer += rows[y] * (twice - above[x] - below[x])
            beyond = _OVERSHOOT * span[x]
            least = min(min(low[x], low[x + 1]), low[x + 2]) - beyond
            most = max(max(high[x], high[x + 1]), high[x + 2]) + beyond
            ratio = max(min(max(value + gain * finer, least), most), zero) / value
            ratio *= ratio
            if ratio > one:  # what is brighter keeps its colour: no channel is clipped by it
                top = max(max(out[y, x, 0], out[y, x, 1]), out[y, x, 2])
                ratio = max(min(ratio, one / top), one)
            out[y, x, 0] *= ratio
            out[y, x, 1] *= ratio
            out[y, x, 2] *= ratio
