"""Noise of a photograph, measured in its smooth parts as a function of level, with its spectrum.

Blocks of 16 × 16 pixels wholly on the person or wholly off them are freed of their quadratic
trend; of those of about one level, the few with least fine detail tell the noise, and all blocks
that differ from it no more than chance allows are averaged (as in Pyatykh, Hesser & Zheng 2013,
"Image noise level estimation by principal component analysis", where weakly textured patches are
chosen so). Their periodograms give the spectrum, which demosaicing, noise reduction and JPEG have
shaped; even smooth skin has some coarse texture, so the flattest spectrum of all is taken.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import cast

import numpy as np
from numpy.typing import NDArray

from .color import to_encoded, to_linear
from .edits import AnyEdit, Grain, Scene, Tone, WhiteBalance
from .edits.grain import FREQUENCIES, LEVELS
from .faces import Face
from .photo import Photo
from .skin import FaceView

__all__ = ["deviation", "grain_as_shot", "measure_noise", "resampled", "smooth_noise"]

_SIDE = 16  # pixels of a block
_BLOCKS = 1000  # of the person, and as many of what is around them
_REACH = 6.0  # eye distances about the eyes
_LEAST = 12  # blocks of a level that tell its noise
_CHANCE = 1.8  # power over that of the smoothest few up to which it may be the same noise
# Weights of the frequencies: those with little texture, and that JPEG leaves something of.
_FINE = np.array([0, 0, 0, 0.1, 0.3, 0.45, 0.15])
# Encoded noise depends little on the level: times that of the middle levels, and of highlights.
_UNLIKE, _TOE = 1.06, 1.25
_BURNT = (0.25 / 255) ** 2  # power below which an area is empty rather than clean
_GREYEST = 6.0  # brightness over colour: above, it is the texture of a surface
_GREY = (0.02 / 255) ** 2  # power below which there is no colour at all
_OFF = 0.6  # of the person's own: the noise around them is not trusted to be less
# Deviation up to which the person's reading stands alone; beyond, what is around them has to show
# half of it: coarse skin and cloth without a smooth block have texture only.
_ALONE, _SHOWN = 1.5 / 255, 2.0
_YCC = np.array(
    [[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]]
)  # ITU-R BT.601 as in JFIF: the channels JPEG works in

Float64 = NDArray[np.float64]


@cache
def _trend() -> NDArray[np.float32]:
    """Orthonormal quadratic surfaces over a block, (256, 6)."""
    v, u = np.mgrid[:_SIDE, :_SIDE].reshape(2, -1) / (_SIDE - 1) - 0.5
    basis, _ = np.linalg.qr(np.column_stack([np.ones(u.size), u, v, u * v, u * u, v * v]))
    return np.asarray(basis, np.float32)


def measure_noise(
    pixels: NDArray[np.uint8] | NDArray[np.uint16],
    alpha: NDArray[np.uint8],
    eyes: tuple[float, float],
    eye_distance: float,
    light: Sequence[AnyEdit] = (),
) -> Grain:
    """Measure the noise of a photograph as the edits of its light leave it.

    Parameters
    ----------
    pixels : (H, W, 3) uint8 or uint16, sRGB-encoded, the photograph at full size.
    alpha : (H, W) uint8, the person's coverage.
    eyes, eye_distance : middle between the irises and their distance, pixels.
    light : the colour edits that the picture gets; only those that act on every pixel alike count.
    """
    powers = np.full((2, 3, len(LEVELS), len(FREQUENCIES)), np.nan)
    for group, wanted in enumerate((alpha == 255, alpha == 0)):
        blocks = _sampled(pixels, wanted, eyes, eye_distance)
        if len(blocks):
            powers[group] = _read(blocks, light)
    if np.isnan(powers).all():
        return Grain()
    fine = np.tensordot(powers, _FINE, axes=(3, 0))  # group, channel, level
    # What texture adds, it adds to the coarse end: the flattest spectrum is the noise's.
    shape = np.array([_flattest(powers[:, c], fine[:, c]) for c in range(3)])
    # Skin has texture of its own: the lesser, unless it is too good to be of this picture.
    least = np.fmin(*fine)
    least = np.fmax(least, _OFF**2 * np.where(np.isnan(fine[0]), 0, fine[0]))
    told = ~np.isnan(least[0])
    for levels, times in ((slice(1, 4), _UNLIKE), (slice(4, 5), _TOE)):
        known = least[0, levels][told[levels]]
        known = known[known > _BURNT]
        if len(known):
            least[0] = np.fmin(least[0], times**2 * float(known.min()))
    total = shape @ _rings()[1]
    variance = least * total[:, None]
    around = fine[1, 0] * total[0]
    if not np.isnan(around).all():
        most = max(_ALONE**2, _SHOWN**2 * float(np.nanmin(around)))
        variance *= np.minimum(most / np.maximum(variance[0], 1e-12), 1)
    color = (variance[1] + variance[2]) / 2
    if float(color[told].max()) > _GREY:  # else it is black and white, or its colour has no noise
        variance[0, told] = np.fmin(variance[0], _GREYEST**2 * color)[told]
    sigma = np.sqrt(np.interp(LEVELS, np.array(LEVELS)[told], variance[0, told]))
    chroma = math.sqrt(float(color[told].mean()) / max(float(variance[0, told].mean()), 1e-12))
    return Grain(
        luma=_five(sigma),
        chroma=round(min(chroma, 3.0), 3),
        luma_spectrum=_amplitudes(shape[0]),
        chroma_spectrum=_amplitudes((shape[1] + shape[2]) / 2),
    )


def grain_as_shot(photo: Photo, face: Face, view: FaceView, alpha: NDArray[np.uint8]) -> Grain:
    """Measure a photograph's noise about a face before any edit; asked again, it is known.

    Parameters
    ----------
    photo, face, view : the photograph, the subject's face in it, and the same at normal size.
    alpha : (H, W) uint8, the person's coverage; one view has one.
    """
    if grain_as_shot not in view.found:
        x, y = ((face.iris_left + face.iris_right) / 2).tolist()
        view.found[grain_as_shot] = measure_noise(photo.pixels, alpha, (x, y), face.eye_distance)
    return cast("Grain", view.found[grain_as_shot])


def smooth_noise(
    pixels: NDArray[np.uint8] | NDArray[np.uint16],
    where: NDArray[np.bool_],
    eyes: tuple[float, float],
    eye_distance: float,
) -> Float64:
    """Measure the noise of brightness on one part of a photograph, such as what is not the person.

    Parameters
    ----------
    pixels : (H, W, 3) uint8 or uint16, sRGB-encoded.
    where : (H, W) bool, the part.
    eyes, eye_distance : middle between the irises and their distance, pixels.

    Returns
    -------
    (levels, frequencies) float64: power, encoded brightness squared, at `LEVELS` and `FREQUENCIES`;
    nan at levels with too few smooth blocks.
    """
    blocks = _sampled(pixels, where, eyes, eye_distance)
    if not len(blocks):
        return np.full((len(LEVELS), len(FREQUENCIES)), np.nan)
    return np.asarray(_read(blocks, (), channels=1)[0])


def deviation(power: Float64) -> Float64:
    """Return the standard deviation of noise of a power (…, frequencies), encoded brightness."""
    return np.asarray(np.sqrt(power @ _rings()[1]))


def _flattest(powers: Float64, fine: Float64) -> Float64:
    """Return the spectrum (frequencies,) that falls least, relative to its fine part."""
    relative = powers / np.maximum(fine, 1e-12)[..., None]
    sure = np.where(fine > _BURNT, relative[..., 1], np.inf)
    if not np.isfinite(sure).any():
        return np.ones(len(FREQUENCIES))
    return np.asarray(relative[np.unravel_index(int(np.nanargmin(sure)), sure.shape)])


def _five(sigma: Float64) -> tuple[float, float, float, float, float]:
    a, b, c, d, e = (round(float(min(v, 0.15)), 5) for v in sigma)
    return a, b, c, d, e


def _amplitudes(power: Float64) -> tuple[float, ...]:
    amplitude = np.sqrt(np.maximum(power, 0))
    most = float(amplitude.max())
    if most <= 0:
        return (1.0,) * len(FREQUENCIES)
    return tuple(round(float(v), 3) for v in amplitude / most)


def _sampled(
    pixels: NDArray[np.uint8] | NDArray[np.uint16],
    wanted: NDArray[np.bool_],
    eyes: tuple[float, float],
    eye_distance: float,
) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """Return blocks (N, 16, 16, 3) that are wholly wanted, spread evenly about the head."""
    reach = _REACH * eye_distance
    height, width = wanted.shape
    x0, y0 = (max(0, int(c - reach)) for c in eyes)
    x1, y1 = min(width, int(eyes[0] + reach)), min(height, int(eyes[1] + reach))
    rows = np.arange(y0, y1 - _SIDE + 1, _SIDE)
    columns = np.arange(x0, x1 - _SIDE + 1, _SIDE)
    if not len(rows) or not len(columns):
        return pixels[:0, :0].reshape(0, _SIDE, _SIDE, 3)
    grid = wanted[rows[0] : rows[-1] + _SIDE, columns[0] : columns[-1] + _SIDE]
    # Corners and middle say it of most blocks; the rest are looked at in full.
    hint = grid[::_SIDE, ::_SIDE] & grid[_SIDE // 2 :: _SIDE, _SIDE // 2 :: _SIDE]
    hint &= grid[_SIDE - 1 :: _SIDE, _SIDE - 1 :: _SIDE]
    found = np.argwhere(hint)
    if len(found) > _BLOCKS:
        found = found[np.linspace(0, len(found) - 1, _BLOCKS).astype(int)]
    kept = [
        (rows[r], columns[c])
        for r, c in found
        if wanted[rows[r] : rows[r] + _SIDE, columns[c] : columns[c] + _SIDE].all()
    ]
    if not kept:
        return pixels[:0, :0].reshape(0, _SIDE, _SIDE, 3)
    stacked = np.stack([pixels[y : y + _SIDE, x : x + _SIDE] for y, x in kept])
    return cast("NDArray[np.uint8]", stacked)


def _read(
    blocks: NDArray[np.uint8] | NDArray[np.uint16], light: Sequence[AnyEdit], *, channels: int = 3
) -> Float64:
    """Return the mean power of the smoothest blocks, (channels, levels, frequencies), or nan."""
    out = np.full((channels, len(LEVELS), len(FREQUENCIES)), np.nan)
    top = np.iinfo(blocks.dtype).max
    clipped = ((blocks >= top - top // 100) | (blocks <= top // 250)).mean(axis=(1, 2, 3))
    blocks = blocks[clipped < 0.02]
    if not len(blocks):
        return out
    scene = Scene(to_linear(blocks.reshape(-1, _SIDE, 3)), None, (0.0, 0.0), 1.0)
    for edit in light:
        if isinstance(edit, WhiteBalance | Tone):
            scene = edit.apply(scene)
    encoded = to_encoded(scene.linear, np.uint16).astype(np.float32) / np.float32(65535)
    weights = _YCC[:channels].astype(np.float32)
    values = [encoded.reshape(len(blocks), -1, 3) @ weight for weight in weights]
    level = values[0].mean(axis=1)
    window = np.outer(*2 * [np.hanning(_SIDE + 2)[1:-1]]).astype(np.float32)
    mean_square = float((window**2).mean())
    trend, rings = _trend(), _rings()[0]
    powers = np.empty((channels, len(blocks), len(FREQUENCIES)))
    for c, value in enumerate(values):
        rest = (value - (value @ trend) @ trend.T).reshape(-1, _SIDE, _SIDE) * window
        power = np.abs(np.fft.rfft2(rest)) ** 2 / (_SIDE**2 * mean_square)
        powers[c] = power.reshape(len(blocks), -1) @ rings.T
    powers[..., 0] = powers[..., 1]  # the lowest went with the trend
    fine = powers @ _FINE
    nearest = np.abs(level[:, None] - np.array(LEVELS)).argmin(axis=1)
    for at in range(len(LEVELS)):
        here = np.flatnonzero(nearest == at)
        if len(here) < _LEAST:
            continue
        lowest = float(np.quantile(fine[0, here], 0.03))
        same = here[fine[0, here] <= _CHANCE * max(lowest, 1e-9)]
        out[:, at] = powers[:, same].mean(axis=1)
    return out


@cache
def _rings() -> tuple[Float64, Float64]:
    """Weights that average a periodogram about each frequency, and each ring's share of a plane.

    Shapes (frequencies, 16 × 9) and (frequencies,).
    """
    fx, fy = np.fft.rfftfreq(_SIDE)[None, :], np.fft.fftfreq(_SIDE)[:, None]
    radius = np.hypot(fx, fy)
    # the columns of a real transform but the first and last stand for two
    twice = np.where((fx > 0) & (fx < 0.5), 2.0, 1.0) * np.ones_like(radius)
    edges = np.array([0.0, 0.09, 0.155, 0.22, 0.31, 0.435, 0.575, 0.72])
    masks = (radius.ravel()[None] >= edges[:-1, None]) & (radius.ravel()[None] < edges[1:, None])
    weights = masks * twice.ravel()
    share = weights.sum(axis=1)
    return weights / share[:, None], share / share.sum()


@cache
def _lanczos_response() -> tuple[Float64, Float64]:
    """Mean power that Lanczos interpolation over 8 pixels keeps of noise, at `FREQUENCIES`.

    Over all places between the pixels; and the power at each frequency of a plane of 64 × 64, to
    weigh them by.
    """
    phases = (np.arange(32) + 0.5) / 32
    taps = np.arange(-3, 5)
    distance = phases[:, None] - taps
    weights = np.sinc(distance) * np.sinc(distance / 4)
    weights /= weights.sum(axis=1, keepdims=True)
    axis = np.abs(np.fft.fftfreq(64))
    turns = np.exp(-2j * np.pi * axis[:, None] * taps)
    response = (np.abs(weights @ turns.T) ** 2).mean(axis=0)
    plane = response[:, None] * response[None, :]
    radius = np.hypot(axis[:, None], axis[None, :])
    kept = np.array([plane[np.abs(radius - f) < 0.03].mean() for f in FREQUENCIES])
    return kept, radius


def resampled(grain: Grain) -> Grain:
    """Return the noise as it is after the photograph was turned (`render` uses Lanczos)."""
    kept, radius = _lanczos_response()

    def turned(shape: Sequence[float]) -> tuple[tuple[float, ...], float]:
        before = np.interp(radius, FREQUENCIES, np.array(shape)) ** 2
        after = before * np.interp(radius, FREQUENCIES, kept)
        factor = math.sqrt(float(after.sum()) / max(float(before.sum()), 1e-12))
        return _amplitudes(np.array(shape) ** 2 * kept), factor

    luma, fainter = turned(grain.luma_spectrum)
    chroma, own = turned(grain.chroma_spectrum)
    return Grain(
        luma=_five(np.array(grain.luma) * fainter),
        chroma=round(grain.chroma * own / fainter, 3),
        luma_spectrum=luma,
        chroma_spectrum=chroma,
    )
