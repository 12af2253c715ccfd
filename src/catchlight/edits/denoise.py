"""Detail: grain of brightness taken down in the finest scale, everywhere alike.

The finest band of an undecimated wavelet transform (à trous, Starck & Murtagh 1994, "Image
restoration with noise suppression using the wavelet transform"; in place of their cubic spline five
taps that are flat where skin's texture is, and nothing at the finest) is shrunk where its local
power is no more than that of the measured noise, much as an empirical Wiener filter does it
(Mihçak, Kozintsev, Ramchandran & Moulin 1999, "Low-complexity image denoising based on statistical
modeling of wavelet coefficients"). Hair, lashes and weave have more and stay.

Nothing says what is skin and what is cloth: with both treated by one rule there is no edge at which
smoothed and grainy meet. The skin's texture is kept by scale, for it is coarser, and by how much is
taken, which is planned from what is left of it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..color import LUMINANCE_WEIGHTS, decode_srgb, encode_srgb
from ..compiled import compiled
from ..strips import in_strips
from .edit import Edit
from .grain import FREQUENCIES, LEVELS, Grain
from .scene import Scene

__all__ = ["Denoise", "band_shares"]

Float32 = NDArray[np.float32]

_R, _G, _B = (np.float32(w) for w in LUMINANCE_WEIGHTS)
_BANDS = 2
_SURE = 1.5  # times the noise's power, up to which a place may be nothing but noise
_TAKEN = 0.92  # of the amount, in noise alone: the mean over places, with that margin
_DARKEST = np.float32(0.0005)  # luminance below which light is not divided by itself any more
_STRIP = 128  # rows
_FINEST = 0.5  # pixels to each of the photograph's, from which on there is the finest band


class Denoise(Edit):
    """Take `fine` of the grain's amplitude in the finest band, `coarse` of the next, 0..0.6.

    `noise` is that of the photograph, of which the colour's is left as it is.
    """

    name: Literal["denoise"] = "denoise"
    version: Literal[1] = 1
    fine: float = Field(default=0.4, ge=0.0, le=0.6)
    coarse: float = Field(default=0.0, ge=0.0, le=0.6)
    noise: Grain

    def apply(self, scene: Scene, *, in_place: bool = False) -> Scene:
        """Shrink what is no more than noise; nothing happens in pictures half as large or less."""
        amounts = self._amounts(scene.scale)
        if max(amounts) <= 0 or min(scene.linear.shape[:2]) < 2:
            return scene
        out = scene.linear if in_place else scene.linear.copy()
        _shrunk(out, amounts, _variances(self.noise, min(scene.scale, 1.0)))
        return replace(scene, linear=out)

    def _amounts(self, scale: float) -> tuple[float, float]:
        # A reduced picture has lost the finest band, and its own finest was the photo's next.
        there = min(max((scale - _FINEST) / (1 - _FINEST), 0.0), 1.0)
        fine = there * self.fine + (1 - there) * self.coarse
        return self.strength * fine, self.strength * there * self.coarse

    def left(self, grain: Grain) -> Grain:
        """Return the noise that is left of a noise of this photograph, for what is to match it."""
        bands, radius = _bands()
        amounts = (self.strength * self.fine, self.strength * self.coarse)
        kept = 1 - _TAKEN * (amounts[0] * bands[0] + amounts[1] * bands[1])
        before = np.interp(radius, FREQUENCIES, grain.luma_spectrum)
        share = float(((before * kept) ** 2).sum() / max(float((before**2).sum()), 1e-12)) ** 0.5
        at = [np.abs(radius - f) < 0.03 for f in FREQUENCIES]
        now = [s * float(kept[w].mean()) for s, w in zip(grain.luma_spectrum, at, strict=True)]
        most = max(*now, 1e-6)
        a, b, c, d, e = (round(share * sigma, 5) for sigma in grain.luma)
        return Grain(
            luma=(a, b, c, d, e),
            chroma=round(min(grain.chroma / max(share, 0.1), 5.0), 3),
            luma_spectrum=tuple(round(v / most, 3) for v in now),
            chroma_spectrum=grain.chroma_spectrum,
        )

    def describe(self) -> str:
        """Say how much of the grain was taken."""
        part = self.strength * max(self.fine, self.coarse)
        if part < 0.01:
            return "Noise left as shot."
        return (
            f"Finest grain of brightness taken down by {part:.0%}, everywhere alike; hair, edges"
            " and the skin's own texture stay."
        )


@lru_cache(maxsize=1)
def _bands() -> tuple[list[NDArray[np.float64]], NDArray[np.float64]]:
    """Amplitude that each band has of every frequency, and the radial frequency, (64, 64) each."""
    axis = np.fft.fftfreq(64)
    low, bands = np.ones((64, 64)), []
    for band in range(_BANDS):
        turn = 2 * np.pi * axis * 2**band
        line = (10 + 8 * np.cos(turn) - 2 * np.cos(2 * turn)) / 16
        smooth = low * np.outer(line, line)
        bands.append(low - smooth)
        low = smooth
    return bands, np.hypot(axis[:, None], axis[None, :])


def band_shares(grain: Grain) -> tuple[float, float]:
    """Return the shares of the noise's power that lie in the finest band and in the next.

    >>> white = Grain(luma_spectrum=(1.0,) * 7)
    >>> [round(share, 2) for share in band_shares(white)]
    [0.49, 0.14]
    """
    bands, radius = _bands()
    power = np.interp(radius, FREQUENCIES, grain.luma_spectrum) ** 2
    power[0, 0] = 0
    fine, coarse = (float((power * band**2).sum() / max(power.sum(), 1e-12)) for band in bands)
    return fine, coarse


def _variances(noise: Grain, scale: float) -> Float32:
    """Variance of the root of luminance in each band, (2, 3, 5): where the slopes change, the slope
    from there on less that before, and in its first place the value below.
    """
    knots = np.sqrt(decode_srgb(np.array(LEVELS)))
    step = 1e-3
    slope = (encode_srgb((knots + step) ** 2) - encode_srgb((knots - step) ** 2)) / (2 * step)
    root = (np.array(noise.luma) / slope * scale) ** 2  # areas average white noise
    out = np.empty((_BANDS, 3, len(LEVELS)), np.float32)
    for band, share in enumerate(band_shares(noise)):
        value = root * share
        slopes = np.concatenate([[0], np.diff(value) / np.diff(knots), [0]])
        out[band, 0], out[band, 1] = knots, np.diff(slopes)
        out[band, 2] = 0
        out[band, 2, 0] = value[0]
    return out


def _shrunk(linear: Float32, amounts: tuple[float, float], variances: Float32) -> None:
    """Shrink in place, with two threads; the result does not depend on them."""
    height, width = linear.shape[:2]
    root = np.empty((height, width), np.float32)
    in_strips(height, lambda a, b: _roots(linear, root, a, b), _STRIP)
    used = max(band for band in range(_BANDS) if amounts[band] > 0)
    taken = np.zeros((height, width) if used else (1, 1), np.float32)
    low = root
    for band in range(used + 1):
        last = band == used
        smooth = np.empty((1, 1) if last else root.shape, np.float32)
        amount = np.float32(amounts[band])

        def strip(
            first: int,
            end: int,
            source: Float32 = low,
            smooth: Float32 = smooth,
            band: int = band,
            amount: np.float32 = amount,
            last: bool = last,
        ) -> None:
            rows = (first, end, 2**band)
            _band(source, rows, amount, variances[band], smooth, taken, root, linear, last)

        in_strips(height, strip, _STRIP)
        low = smooth


@compiled
def _roots(linear: Any, root: Any, first: int, last: int) -> None:  # pragma: no cover - compiled
    zero = np.float32(0)
    for y in range(first, last):
        for x in range(root.shape[1]):
            light = _R * linear[y, x, 0] + _G * linear[y, x, 1] + _B * linear[y, x, 2]
            root[y, x] = np.sqrt(max(light, zero))


@compiled
def _band(
    source: Any,
    rows: Any,
    amount: Any,
    variance: Any,
    smooth: Any,
    taken: Any,
    root: Any,
    linear: Any,
    last: Any,
) -> None:  # pragma: no cover - compiled
    # One band of rows `first` to `end`: what the five taps take out of `source`, shrunk. The last
    # band's rows are also put into the picture. Its edge is repeated.
    first, end, step = rows
    height, width = source.shape
    reach = 2 * step
    ten, four, sixteenth = np.float32(10), np.float32(4), np.float32(1 / 16)
    tiny, sure = np.float32(1e-12), np.float32(_SURE)
    mean, one, zero = np.float32(1 / 25), np.float32(1), np.float32(0)
    depth = 2 * reach + 1
    details = np.empty((depth, width), np.float32)
    squares = np.empty((depth, width), np.float32)
    line, part = np.empty(width + 2 * reach, np.float32), np.empty(width, np.float32)
    k0, k1, k2, k3, k4 = variance[0]
    s0, s1, s2, s3, s4 = variance[1]
    base = variance[2, 0]
    # Shifted views, and choices in place of `min` and `max`: they compile to vector code.
    left2, left1, centre = line[:width], line[step:], line[reach:]
    right1, right2 = line[3 * step :], line[4 * step :]
    for ahead in range(first - reach, end + reach):
        y = min(max(ahead, 0), height - 1)
        slot = (ahead - first + reach) % depth
        r0, r1 = source[max(y - 2 * step, 0)], source[max(y - step, 0)]
        r2 = source[y]
        r3, r4 = source[min(y + step, height - 1)], source[min(y + 2 * step, height - 1)]
        for x in range(width):
            centre[x] = (four * (r1[x] + r3[x]) + ten * r2[x] - (r0[x] + r4[x])) * sixteenth
        for x in range(reach):
            line[x], line[width + reach + x] = line[reach], line[width + reach - 1]
        detail, square = details[slot], squares[slot]
        for x in range(width):
            low = four * (left1[x] + right1[x]) + ten * centre[x] - (left2[x] + right2[x])
            value = r2[x] - low * sixteenth
            detail[x] = value
            square[x] = value * value
        y = ahead - reach
        if y < first:
            continue
        at = y - first
        middle = details[(at + reach) % depth]
        q0, q1, q2 = (
            squares[at % depth],
            squares[(at + step) % depth],
            squares[(at + reach) % depth],
        )
        q3, q4 = squares[(at + 3 * step) % depth], squares[(at + 4 * step) % depth]
        for x in range(width):
            centre[x] = (q0[x] + q4[x]) + (q1[x] + q3[x]) + q2[x]
        for x in range(reach):
            line[x], line[width + reach + x] = line[reach], line[width + reach - 1]
        here = source[y]
        for x in range(width):
            power = (left2[x] + right2[x]) + (left1[x] + right1[x]) + centre[x]
            low = here[x] - middle[x]
            noise = base
            noise += s0 * (low - k0 if low > k0 else zero)
            noise += s1 * (low - k1 if low > k1 else zero)
            noise += s2 * (low - k2 if low > k2 else zero)
            noise += s3 * (low - k3 if low > k3 else zero)
            noise += s4 * (low - k4 if low > k4 else zero)
            noise = noise if noise > zero else zero
            share = sure * noise / (power * mean + tiny)
            share = share if share < one else one
            part[x] = amount * share * share * middle[x]
        if not last:
            low_row, taken_row = smooth[y], taken[y]
            for x in range(width):
                low_row[x] = here[x] - middle[x]
                taken_row[x] += part[x]
            continue
        if step > 1:
            taken_row = taken[y]
            for x in range(width):
                part[x] += taken_row[x]
        whole, pixels = root[y], linear[y]
        for x in range(width):
            before = whole[x]
            after = before - part[x]
            after = after if after > zero else zero
            part[x] = (after * after + _DARKEST) / (before * before + _DARKEST)
        for x in range(width):
            pixels[x, 0] *= part[x]
            pixels[x, 1] *= part[x]
            pixels[x, 2] *= part[x]
