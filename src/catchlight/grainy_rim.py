"""Rims in the grain: the matte's edge smoothed where noise is large against what it is read from.

Alpha is read from colour, so noise of deviation σ gives it an error of about σ / |F − B|, person
against wall, and the steps of matting enlarge it. In a dim room both are dark and the frayed edge
is not seen; on a bright backdrop it is. Where the error is more than a few percent, a pixel's own
alpha is worth less than the mean of the pixels about it.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .edits.grain import LEVELS
from .faces import Face
from .grid import Grid
from .keying import carried
from .noise import deviation, smooth_noise
from .plain_wall import reduced
from .segment import unit

__all__ = ["calm_rim"]

_Map = NDArray[np.float32]
_Image = NDArray[np.uint8]

_CLEAR, _OPAQUE = 0.02, 0.98
_SPREAD = 0.08  # eye distances over which the colours on both sides are carried to the rim
_SEEN = 0.02  # share of them that must be near
_FRAYED = (0.02, 0.06)  # noise over contrast: the rim is left, and wholly smoothed
_LEAST = 0.05  # share below which nothing is seen
_SIGMA, _PIXELS = 1 / 200, (1.5, 3.0)  # eye distances of the smoothing, within so many pixels
_TILE = 128  # pixels worked on at a time: the rim is but a small part of the matte
_HAIR = 0.5  # share in loose hair: specks go, strands stay
_STEEPER = 0.6  # that an edge is made after smoothing, to be as narrow as it was
_EDGE = (0.8, 1.0)  # alpha's rise within two deviations: a slope, and an edge


def calm_rim(alpha: _Map, photo: _Image, solid: _Map, face: Face, grid: Grid) -> None:
    """Smooth the matte in place where its edge follows the grain.

    Parameters
    ----------
    alpha : (H, W) float32, 0..1, the matte so far.
    photo : (H, W, 3) uint8, sRGB-encoded.
    solid : (h, w) float32, 0..1, over the same box: where no loose hair is (`belief`); hair is
        smoothed by half, for faint strands would be lost.
    face : the person's face.
    grid : of matte and photo.
    """
    coarse, small, image = reduced(alpha, photo, grid)
    share = _share(alpha, photo, small, image, face, grid, unit(face) * coarse.scale)
    if share is None:
        return
    firm = cv2.resize(solid, share.shape[::-1], interpolation=cv2.INTER_LINEAR)
    share *= _HAIR + (1 - _HAIR) * firm
    sigma = float(np.clip(_SIGMA * unit(face) * grid.scale, *_PIXELS))
    tiles = [(y, x) for y in range(0, len(alpha), _TILE) for x in range(0, alpha.shape[1], _TILE)]
    # Read before any is written: a tile reaches into its neighbours.
    calmed = [(tile, _calmed(alpha, share, sigma, *tile)) for tile in tiles]
    for (y, x), part in calmed:
        if part is not None:
            alpha[y : y + _TILE, x : x + _TILE] = part


def _calmed(alpha: _Map, share: _Map, sigma: float, y: int, x: int) -> _Map | None:
    """Return a tile of the matte smoothed by its share; None: as it is."""
    margin = int(np.ceil(3 * sigma))
    down, across = np.array(share.shape) / alpha.shape  # cells a pixel
    rows = slice(int(y * down), int((y + _TILE) * down) + 2)
    columns = slice(int(x * across), int((x + _TILE) * across) + 2)
    if float(share[rows, columns].max(initial=0)) < _LEAST:
        return None
    top, left = max(0, y - margin), max(0, x - margin)
    around = alpha[top : y + _TILE + margin, left : x + _TILE + margin]
    kernel = np.ones(2 * (2 * int(np.ceil(2 * sigma)) + 1,), np.uint8)
    rise = cv2.dilate(around, kernel) - cv2.erode(around, kernel)
    low, high = _EDGE
    steep = 1 + _STEEPER * np.clip((rise - low) / (high - low), 0, 1)
    smooth = np.clip((cv2.GaussianBlur(around, (0, 0), sigma) - 0.5) * steep + 0.5, 0, 1)
    inside = np.s_[y - top : y - top + _TILE, x - left : x - left + _TILE]
    old, new = around[inside], smooth[inside]
    # The halves are those of pixel and cell centres.
    matrix = np.array(
        [[across, 0, (x + 0.5) * across - 0.5], [0, down, (y + 0.5) * down - 0.5]], np.float64
    )
    here = cv2.warpAffine(
        share,
        matrix,
        old.shape[::-1],
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(old + here * (new - old), np.float32)


def _share(
    alpha: _Map, photo: _Image, small: _Map, image: _Image, face: Face, grid: Grid, cells: float
) -> _Map | None:
    """Return how much each place of the rim is smoothed, 0..1 on the reduced grid; None: nowhere.

    `cells` are those of the reduced grid in one eye distance.
    """
    encoded = image.astype(np.float32) / np.float32(255)
    opaque, clear = ((small > _OPAQUE).astype(np.float32), (small < _CLEAR).astype(np.float32))
    spread = max(_SPREAD * cells, 2.0)
    person, wall = carried(encoded, opaque, spread), carried(encoded, clear, spread)
    contrast = np.sqrt(((person - wall) ** 2).sum(axis=2))
    ones = np.ones_like(small)
    rim = cv2.dilate(((small > _CLEAR) & (small < _OPAQUE)).astype(np.uint8), np.ones((3, 3)))
    both = np.minimum(carried(opaque, ones, spread), carried(clear, ones, spread)) > _SEEN
    rim = (rim > 0) & both
    if not rim.any():
        return None
    x, y = (((face.iris_left + face.iris_right) / 2 - grid.box[:2]) * grid.scale).tolist()
    distance = face.eye_distance * grid.scale
    sides = [smooth_noise(photo, where, (x, y), distance) for where in (alpha <= 0, alpha >= 1)]
    noise = np.fmin(*map(deviation, sides))
    told = ~np.isnan(noise)
    if not told.any():
        return None
    level = cv2.cvtColor((person + wall) / 2, cv2.COLOR_RGB2GRAY)
    noise_here = np.interp(level, np.array(LEVELS)[told], noise[told])
    low, high = _FRAYED
    share = np.clip((noise_here / np.maximum(contrast, 1 / 255) - low) / (high - low), 0, 1) * rim
    return share.astype(np.float32) if float(share.max()) > _LEAST else None
