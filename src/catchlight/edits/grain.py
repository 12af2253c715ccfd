"""Grain: noise like that of the photograph on what did not come from its sensor.

The noise of a developed photograph depends on the level (shot noise, tone curve) and is not white
(demosaicing, noise reduction and JPEG take the finest of it, and more of the colour's than of the
brightness's). So it is stated as standard deviations at five levels and amplitudes at seven
frequencies, in pixels of the photograph, and made by colouring white noise.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from ..color import decode_srgb, encode_srgb

__all__ = ["FREQUENCIES", "LEVELS", "Grain", "grain_tables", "grain_tile"]

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Encoded brightness at which the noise is stated."""
FREQUENCIES = (0.06, 0.12, 0.19, 0.25, 0.37, 0.5, 0.65)
"""Radial frequencies, cycles a pixel, at which its amplitude is stated."""

_TILE = 512
_TABLE = 1024
_DITHER = 0.45 / 255  # least noise: half a step of 8 bits, so that a gradient shows no bands

_Sigma = Annotated[float, Field(ge=0, le=0.2)]
_Amplitude = Annotated[float, Field(ge=0, le=10)]


class Grain(BaseModel):
    """Noise of a photograph.

    Attributes
    ----------
    luma : standard deviation of encoded brightness, 0..1, at `LEVELS`.
    chroma : standard deviation of encoded Cb and Cr over that of the brightness.
    luma_spectrum, chroma_spectrum : relative amplitude at `FREQUENCIES`; only their shape counts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    luma: tuple[_Sigma, _Sigma, _Sigma, _Sigma, _Sigma] = (0.004,) * 5
    chroma: float = Field(default=0.5, ge=0, le=5)
    luma_spectrum: tuple[_Amplitude, ...] = Field(default=(1.0,) * 7, min_length=7, max_length=7)
    chroma_spectrum: tuple[_Amplitude, ...] = Field(default=(1.0,) * 7, min_length=7, max_length=7)


@lru_cache(maxsize=2)
def grain_tile(grain: Grain, seed: int, scale: float = 1.0) -> NDArray[np.float32]:
    """Return a tile of noise that repeats without a seam, (n, n, 3) float32.

    Channels: brightness with a standard deviation of 1 at full size, and Cb and Cr relative to it.

    Parameters
    ----------
    scale : pixels of the picture for each of the photograph's. In a reduced picture the tile is
        reduced alike, so that its grain is finer and fainter, as the photograph's own is.
    """
    rng = np.random.default_rng(seed)
    fx, fy = np.fft.rfftfreq(_TILE)[None, :], np.fft.fftfreq(_TILE)[:, None]
    radius = np.hypot(fx, fy)
    tile = np.empty((_TILE, _TILE, 3), np.float32)
    for channel in range(3):
        shape = grain.luma_spectrum if channel == 0 else grain.chroma_spectrum
        amplitude = np.interp(radius, FREQUENCIES, shape)
        amplitude[0, 0] = 0
        white = rng.standard_normal((_TILE, _TILE))
        made = np.fft.irfft2(np.fft.rfft2(white) * amplitude, s=(_TILE, _TILE))
        spread = float(made.std())
        strength = 1.0 if channel == 0 else grain.chroma
        tile[..., channel] = made / spread * strength if spread > 0 else 0.0
    if scale < 1:
        side = max(8, round(_TILE * scale))
        tile = np.asarray(cv2.resize(tile, (side, side), interpolation=cv2.INTER_AREA), np.float32)
    return np.ascontiguousarray(tile)


def grain_tables(grain: Grain) -> NDArray[np.float32]:
    """Return (2, 1024) float32 over the square root of linear light: noise, and slope of decoding.

    The product of both is the standard deviation in linear light at that level.
    """
    linear = np.linspace(0, 1, _TABLE) ** 2
    encoded = encode_srgb(linear)
    sigma = np.maximum(np.interp(encoded, LEVELS, grain.luma), _DITHER)
    step = 1e-4
    slope = (decode_srgb(encoded + step) - decode_srgb(np.maximum(encoded - step, 0))) / (
        encoded + step - np.maximum(encoded - step, 0)
    )
    return np.asarray([sigma, slope], np.float32)
