"""White balance: take the light's colour out, as a von Kries scaling of linear light."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..compiled import compiled
from ..strips import in_strips
from .edit import Edit
from .scene import Scene

__all__ = ["WhiteBalance", "scaled"]

_LUMA = np.array([0.2126, 0.7152, 0.0722])


_KNEE = np.float32(0.75)  # linear level above which cameras' curves roll off to white


@compiled
def _scale(
    source: NDArray[np.float32], gains: NDArray[np.float32], out: NDArray[np.float32]
) -> None:  # pragma: no cover - compiled
    """Scale the channels under the roll-off to white that the camera's rendering has."""
    knee, one = _KNEE, np.float32(1.0)
    rest = one - knee
    height, width = source.shape[:2]
    for y in range(height):
        for x in range(width):
            for c in range(3):
                value, gain = source[y, x, c], gains[c]
                if value >= one:  # burnt out: how bright it was nobody knows
                    out[y, x, c] = value
                    continue
                if value > knee:
                    value = knee + rest * (value - knee) / (one - value)
                value *= gain
                if value > knee:
                    value = knee + rest * (value - knee) / (value - knee + rest)
                out[y, x, c] = value


def scaled(linear: NDArray[np.float32], gains: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return pixels (h, w, 3), linear sRGB, scaled by `gains` (3,) as `WhiteBalance` does it."""
    out = np.empty_like(linear)
    _scale(linear, np.asarray(gains, np.float32), out)
    return out


class WhiteBalance(Edit):
    """Channel gains in stops against green; the luminance of a neutral grey stays.

    A finished picture is no linear sensor: near white the camera's curve has drawn the channels
    together, and white itself is where they were cut off, whatever the light's colour was. Gains
    that go on to white turn burnt-out skin lilac, for only its blue had room left. So they are
    applied as if before such a curve: from the knee k a channel is c = k + (1-k) s / (1 + s) of
    light k + (1-k) s, a Möbius curve of slope 1 at the knee (as of `Tone`), undone, scaled and done
    again. In each channel that is monotone and smooth, white stays white, and no channel overtakes
    one that is cut off.
    """

    name: Literal["white_balance"] = "white_balance"
    version: Literal[1] = 1
    red_stops: float = Field(ge=-1.5, le=1.5)
    blue_stops: float = Field(ge=-1.5, le=1.5)

    def gains(self) -> NDArray[np.float64]:
        """Gains of red, green and blue in linear light, (3,) float64."""
        raw = np.exp2(self.strength * np.array([self.red_stops, 0.0, self.blue_stops]))
        return np.asarray(raw / (_LUMA @ raw))

    def apply(self, scene: Scene, *, in_place: bool = False) -> Scene:
        """Scale the channels of the whole picture: light is corrected, not skin."""
        if self.strength == 0 or (self.red_stops == 0 and self.blue_stops == 0):
            return scene
        out = scene.linear if in_place else np.empty_like(scene.linear)
        gains = self.gains().astype(np.float32)

        def band(first: int, last: int) -> None:
            _scale(scene.linear[first:last], gains, out[first:last])

        in_strips(scene.linear.shape[0], band)
        return replace(scene, linear=out)

    def describe(self) -> str:
        """Say which colour of light was taken out."""
        size = self.strength * float(np.hypot(self.red_stops, self.blue_stops))
        if size < 0.05:
            return "White balance left as shot."
        warmth = self.red_stops - self.blue_stops
        tint = self.red_stops + self.blue_stops
        if abs(warmth) >= abs(tint):
            done = "a warm cast" if warmth < 0 else "a cold cast"
        else:
            done = "a magenta cast" if tint < 0 else "a green cast"
        return (
            f"White balance: {done} of {size:.1f} stops taken out of the light, everywhere alike."
        )
