"""Tone: exposure and a gentle curve about the skin's own level, with hues kept."""

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

__all__ = ["Tone"]

_TABLE = 2048


@compiled
def _curve(
    source: NDArray[np.float32],
    settings: NDArray[np.float32],
    contrast: NDArray[np.float32],
    out: NDArray[np.float32],
) -> None:
    """Apply gain, contrast table, saturation and shoulder in one pass."""
    gain, top, knee, white, saturation = settings
    height, width = source.shape[:2]
    steps = contrast.size - 1
    slope = (white - knee) / (1.0 - knee)
    for y in range(height):
        for x in range(width):
            r = source[y, x, 0] * gain
            g = source[y, x, 1] * gain
            b = source[y, x, 2] * gain
            level = np.float32(0.2126) * r + np.float32(0.7152) * g + np.float32(0.0722) * b
            # the table is even in the square root of luminance: finer in the shadows
            place = np.sqrt(max(level, np.float32(0.0)) / top) * steps
            i = int(place)
            if i >= steps:
                factor = contrast[steps]
            else:
                part = place - i
                factor = contrast[i] * (1 - part) + contrast[i + 1] * part
            r, g, b, level = r * factor, g * factor, b * factor, level * factor
            r = max(level + (r - level) * saturation, np.float32(0.0))
            g = max(level + (g - level) * saturation, np.float32(0.0))
            b = max(level + (b - level) * saturation, np.float32(0.0))
            peak = max(r, g, b)
            if peak > knee and slope > 1.0:
                u = (peak - knee) / (white - knee)
                rolled = knee + (1.0 - knee) * slope * u / (1.0 + (slope - 1.0) * u)
                factor = rolled / peak
                r, g, b = r * factor, g * factor, b * factor
            out[y, x, 0], out[y, x, 1], out[y, x, 2] = r, g, b


class Tone(Edit):
    """Exposure in stops, contrast about `pivot`, and saturation.

    Exposure and contrast scale all three channels of a pixel alike, so chromaticity is kept.
    Contrast is the power curve Y' = p (Y/p)^c about the skin's own luminance p, so it leaves the
    skin's level where exposure set it. Where exposure is raised, highlights roll off from `knee`
    to white by a Möbius curve with slope 1 at the knee: white stays white, and nothing is clipped
    that was not. The knee belongs above the lit skin, for a roll-off flattens texture.
    """

    name: Literal["tone"] = "tone"
    version: Literal[1] = 1
    exposure_stops: float = Field(ge=-2.0, le=2.0)
    contrast: float = Field(default=1.0, ge=0.8, le=1.25)
    pivot: float = Field(default=0.3, gt=0.01, le=0.8)
    saturation: float = Field(default=1.0, ge=0.85, le=1.1)
    knee: float = Field(default=0.55, ge=0.5, le=0.85)

    def apply(self, scene: Scene, *, in_place: bool = False) -> Scene:
        """Set exposure and contrast of the whole picture."""
        plain = self.exposure_stops == 0 and self.contrast == 1 and self.saturation == 1
        if self.strength == 0 or plain:
            return scene
        gain = 2.0 ** (self.strength * self.exposure_stops)
        power = self.contrast**self.strength
        top = max(gain, 1.0)
        level = np.linspace(0, 1, _TABLE + 1) ** 2 * top
        # below 0.2 % of the pivot the curve becomes a straight line, so black does not turn to mud
        factor = (np.maximum(level, 0.002 * self.pivot) / self.pivot) ** (power - 1.0)
        white = float(top * max(factor[-1], 1.0))
        settings = np.array(
            [gain, top, self.knee, white, 1.0 + self.strength * (self.saturation - 1.0)], np.float32
        )
        out = scene.linear if in_place else np.empty_like(scene.linear)
        curve = factor.astype(np.float32)

        def strip(first: int, last: int) -> None:
            _curve(scene.linear[first:last], settings, curve, out[first:last])

        in_strips(len(out), strip)
        return replace(scene, linear=out)

    def describe(self) -> str:
        """Say how exposure and contrast were set."""
        stops = self.strength * self.exposure_stops
        parts = []
        if abs(stops) >= 0.05:
            parts.append(
                f"exposure {'raised' if stops > 0 else 'lowered'} by {abs(stops):.1f} stops"
            )
        if abs(self.contrast - 1) * self.strength >= 0.01:
            parts.append(f"contrast {'raised' if self.contrast > 1 else 'softened'} a little")
        if not parts:
            return "Exposure and contrast left as shot."
        return f"Tone: {' and '.join(parts)}, everywhere alike."
