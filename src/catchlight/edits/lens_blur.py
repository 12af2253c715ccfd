"""Lens blur: what a lens that is focused on the person makes of what lies behind them.

A thin lens of aperture A images a point at distance b, when focused at s, as a disc whose diameter
is A (b - s) / b in the plane of focus (Potmesil & Chakravarty 1981, "A lens and aperture camera
model for synthetic image generation"; the form without the sensor is Hasinoff & Kutulakos's
of 2009). In eye distances of 63 mm there (Dodgson 2004) it depends on no crop and no sensor. The
disc has the aperture's shape and is spread evenly, in linear light.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from ..compiled import compiled

__all__ = ["EYES_MM", "Lens", "aperture", "defocus", "defocus_behind", "filled"]

_Image = NDArray[np.float32]

EYES_MM = 63.0
_DIRECT = 8.0  # pixels of a disc up to which it is applied at full size
_CELLS = 10.0  # cells across a larger disc at the reduced size it is applied at
_FINE = 5  # samples across a cell of the aperture's rim
_BURNT = 0.985  # linear level from which a small light was brighter than the sensor could say
_LAMP = 2.0  # how much brighter, more than white: a bulb is many times more, a discreet guess


class Lens(BaseModel):
    """A lens and where things stand before it.

    Attributes
    ----------
    focal_mm, f_number : focal length in mm, and the aperture's N of f/N.
    subject_m, background_m : from the lens, in metres; it is focused on the subject.
    blades : of the iris: 0 is round, 5 to 16 make polygons of the same area.
    turn : degrees clockwise by which a polygon's corner is turned from the right.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    focal_mm: float = Field(default=85.0, ge=4, le=800)
    f_number: float = Field(default=2.0, ge=0.7, le=64)
    subject_m: float = Field(default=1.5, ge=0.15, le=30)
    background_m: float = Field(default=4.5, ge=0.15, le=1000)
    blades: int = Field(default=0, ge=0, le=16)
    turn: float = Field(default=0.0, ge=-180, le=180)

    @model_validator(mode="after")
    def _real(self) -> Lens:
        if self.background_m < self.subject_m:
            raise ValueError("the background has to lie behind the subject")
        if self.blades in (1, 2):
            raise ValueError("an iris has 3 blades or more, or 0 for a round one")
        return self

    @property
    def disc(self) -> float:
        """Diameter of the blur disc in eye distances at the subject.

        >>> round(Lens(focal_mm=85, f_number=2, subject_m=1.5, background_m=4.5).disc, 2)
        0.45
        """
        beyond = (self.background_m - self.subject_m) / self.background_m
        return self.focal_mm / self.f_number * beyond / EYES_MM


def aperture(diameter: float, blades: int = 0, turn: float = 0.0) -> _Image:
    """Return the blur of a point, (n, n) float32 of sum 1, n odd, its rim anti-aliased.

    Parameters
    ----------
    diameter : of the disc in pixels; a polygon has the same area.
    blades, turn : see `Lens`.
    """
    radius = diameter / 2
    if blades:
        corner = radius * math.sqrt(2 * math.pi / (blades * math.sin(2 * math.pi / blades)))
    else:
        corner = radius
    reach = max(0, math.ceil(corner - 0.5))
    count = (2 * reach + 1) * _FINE
    axis = (np.arange(count) + 0.5) / _FINE - reach - 0.5
    x, y = axis[None, :], axis[:, None]
    distance = np.hypot(x, y)
    if blades:
        sector = 2 * math.pi / blades
        angle = np.mod(np.arctan2(y, x) - math.radians(turn), sector) - sector / 2
        inside = distance * np.cos(angle) <= corner * math.cos(sector / 2)
    else:
        inside = distance <= radius
    side = 2 * reach + 1
    kernel = inside.reshape(side, _FINE, side, _FINE).mean(axis=(1, 3))
    if kernel.sum() <= 0:
        kernel[reach, reach] = 1
    return np.asarray(kernel / kernel.sum(), np.float32)


def _reduction(diameter: float) -> int:
    """How many pixels across a cell has at the size a disc of so many pixels is applied at."""
    return 1 if diameter <= _DIRECT else max(2, int(diameter / _CELLS))


@compiled
def _gather(
    image: _Image,
    clear: NDArray[np.uint8],
    side: int,
    color: _Image,
    share: _Image,
    burnt: _Image,
) -> None:  # pragma: no cover - compiled
    # Of each cell of `side` × `side` pixels: mean colour of the clear ones, their share, and the
    # share of them that are burnt out. An empty `clear` means all are.
    height, width = image.shape[:2]
    rows, columns = share.shape
    masked = clear.size > 0
    limit = np.float32(_BURNT)
    for i in range(rows):
        for y in range(i * side, min((i + 1) * side, height)):
            for j in range(columns):
                r = g = b = n = hot = np.float32(0)
                for x in range(j * side, min((j + 1) * side, width)):
                    if masked and clear[y, x] == 0:
                        continue
                    red, green, blue = image[y, x, 0], image[y, x, 1], image[y, x, 2]
                    r += red
                    g += green
                    b += blue
                    n += np.float32(1)
                    if max(red, green, blue) > limit:
                        hot += np.float32(1)
                color[i, j, 0] += r
                color[i, j, 1] += g
                color[i, j, 2] += b
                share[i, j] += n
                burnt[i, j] += hot
        for j in range(columns):
            n = share[i, j]
            if n > 0:
                for c in range(3):
                    color[i, j, c] /= n
                burnt[i, j] /= n
            whole = (min((i + 1) * side, height) - i * side) * (
                min((j + 1) * side, width) - j * side
            )
            share[i, j] = n / np.float32(whole)


def _gathered(
    image: _Image, clear: NDArray[np.uint8] | None, side: int
) -> tuple[_Image, _Image, _Image]:
    """Reduce a picture by a whole number; see `_gather`."""
    shape = (-(-image.shape[0] // side), -(-image.shape[1] // side))
    color, share = np.zeros((*shape, 3), np.float32), np.zeros(shape, np.float32)
    burnt = np.zeros(shape, np.float32)
    mask = np.zeros((0, 0), np.uint8) if clear is None else clear
    _gather(np.ascontiguousarray(image, np.float32), mask, side, color, share, burnt)
    return color, share, burnt


def _convolved(small: _Image, diameter: float, blades: int, turn: float) -> _Image:
    kernel = aperture(diameter, blades, turn)
    if kernel.size == 1:
        return small
    # filter2D correlates; turned by half a turn the kernel is convolved with
    flipped = np.ascontiguousarray(kernel[::-1, ::-1])
    return np.asarray(cv2.filter2D(small, -1, flipped, borderType=cv2.BORDER_REFLECT), np.float32)


def _enlarged(small: _Image, side: int, width: int, height: int) -> _Image:
    """Undo a reduction; cells at the right and lower edge may reach beyond the picture."""
    if side == 1:
        return small
    if (width % side, height % side) == (0, 0):
        large = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
        return np.asarray(large, np.float32)
    place = 0.5 / side - 0.5
    matrix = np.array([[1 / side, 0, place], [0, 1 / side, place]])
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    border = cv2.BORDER_REPLICATE
    return np.asarray(
        cv2.warpAffine(small, matrix, (width, height), flags=flags, borderMode=border), np.float32
    )


def _lamps(small: _Image, burnt: _Image, disc: float) -> _Image:
    """Light that clipping took from lights smaller than the blur disc, at the reduced size."""
    side = max(3, round(disc / 2))  # a window is no lamp
    spots = burnt - cv2.morphologyEx(burnt, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    tint = small / np.maximum(small.max(axis=2, keepdims=True), 1e-4)
    return np.asarray(_LAMP * spots[..., None] * tint, np.float32)


def defocus(
    image: _Image, diameter: float, blades: int = 0, turn: float = 0.0, *, lamps: bool = False
) -> _Image:
    """Blur a picture by a lens's disc.

    Parameters
    ----------
    image : (H, W, 3) float32, linear light; beyond its edge it is mirrored.
    diameter : of the disc in pixels; below half a pixel nothing is done.
    blades, turn : see `Lens`.
    lamps : give small burnt-out lights back some of what clipping took, so that their discs show
        as they do in a lens.

    A large disc is applied at a size at which it is 10 to 20 pixels wide, which it leaves no detail
    in; cubic enlarging may undershoot a little below a dark edge.
    """
    if diameter < 0.5:
        return image
    side = _reduction(diameter)
    height, width = image.shape[:2]
    if side == 1 and not lamps:
        return _convolved(image, diameter, blades, turn)
    small, _, burnt = _gathered(image, None, side)
    across = diameter / side
    if lamps and burnt.any():
        small = small + _lamps(small, burnt, across)
    return _enlarged(_convolved(small, across, blades, turn), side, width, height)


def filled(image: _Image, certainty: _Image) -> _Image:
    """Fill what is not certain from around it, smoothly, by a pyramid of averages.

    Push-pull (Gortler et al. 1996, "The lumigraph", section 3.4).

    Parameters
    ----------
    image : (h, w, 3) float32, linear light.
    certainty : (h, w) float32, 0 (to be filled) to 1 (kept as it is).
    """
    colors, weights = [image * certainty[..., None]], [certainty]
    while min(weights[-1].shape) > 1:
        shape = weights[-1].shape
        size = ((shape[1] + 1) // 2, (shape[0] + 1) // 2)
        weight = cv2.resize(weights[-1], size, interpolation=cv2.INTER_AREA)
        color = cv2.resize(colors[-1], size, interpolation=cv2.INTER_AREA)
        full = np.minimum(1.0, 4 * weight)  # one sure pixel of four is enough for their average
        scale = full / np.maximum(weight, 1e-9)
        colors.append(np.asarray(color * scale[..., None], np.float32))
        weights.append(np.asarray(full, np.float32))
    behind = colors[-1] / np.maximum(weights[-1], 1e-9)[..., None]
    for color, weight in zip(colors[-2::-1], weights[-2::-1], strict=True):
        size = (weight.shape[1], weight.shape[0])
        wide = cv2.resize(behind, size, interpolation=cv2.INTER_LINEAR)
        if wide.ndim == 2:
            wide = wide[..., None]
        behind = color + (1 - weight)[..., None] * wide
    return np.asarray(behind, np.float32)


def defocus_behind(
    linear: _Image,
    alpha: _Image,
    diameter: float,
    blades: int = 0,
    turn: float = 0.0,
    *,
    margin: float = 0.0,
    gains: _Image | None = None,
) -> _Image:
    """Return the background as the lens shows it, the person taken out of it first.

    Pixels with anything of the person are filled from the background around them before the blur,
    so none of their colour leaks, and lights at their edge keep the energy of a whole disc: what
    is in focus stands before the blur and cuts it off sharply, as in a lens.

    Parameters
    ----------
    linear : (H, W, 3) float32, linear light.
    alpha : (H, W) float32, the person's coverage.
    diameter : of the blur disc, pixels.
    blades, turn : see `Lens`.
    margin : pixels about the person that are not trusted either: mist of hair, and the colour that
        JPEG's shared chroma carries over the edge.
    gains : (3,) float32, factors on the result.
    """
    height, width = alpha.shape
    clear = cv2.compare(alpha, 0.0, cv2.CMP_LE)
    reach = 2 * round(margin) + 1
    if reach > 1:
        clear = cv2.erode(clear, np.ones((reach, reach), np.uint8))
    mask = np.asarray(clear, np.uint8)
    side = _reduction(diameter)
    small, share, burnt = _gathered(linear, mask, side)
    if not share.any():  # nothing of the background is seen
        small, share, burnt = _gathered(linear, None, side)
    # A cell half covered is as good as its uncovered half.
    whole = filled(small, np.minimum(1.0, 2 * share).astype(np.float32))
    across = diameter / side
    if diameter >= 2 and burnt.any():
        whole = whole + _lamps(whole, burnt, across)
    if gains is not None:
        whole = whole * gains
    return _enlarged(_convolved(whole, across, blades, turn), side, width, height)
