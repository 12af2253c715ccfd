"""White balance: take the light's colour out, as a von Kries scaling of linear light."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..compiled import compiled
from .edit import Edit
from .scene import Scene

__all__ = ["WhiteBalance"]

_LUMA = np.array([0.2126, 0.7152, 0.0722])


@compiled
def _scale(
    source: NDArray[np.float32], gains: NDArray[np.float32], out: NDArray[np.float32]
) -> None:
    """Scale the channels; pixels burnt out in all three stay white, for their colour is unknown."""
    height, width = source.shape[:2]
    for y in range(height):
        for x in range(width):
            r, g, b = source[y, x, 0], source[y, x, 1], source[y, x, 2]
            keep = (min(r, g, b) - np.float32(0.90)) * np.float32(10.0)
            if keep <= 0:
                out[y, x, 0], out[y, x, 1], out[y, x, 2] = r * gains[0], g * gains[1], b * gains[2]
            else:
                keep = min(keep, np.float32(1.0))
                for c in range(3):
                    gain = gains[c] + (np.float32(1.0) - gains[c]) * keep
                    out[y, x, c] = source[y, x, c] * gain


class WhiteBalance(Edit):
    """Channel gains in stops against green; the luminance of a neutral grey stays."""

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
        _scale(scene.linear, self.gains().astype(np.float32), out)
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
