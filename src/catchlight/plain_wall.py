"""Hair before a plain wall: its share of each pixel, settled as light mixes.

Closed-form matting works on encoded colours, in which hair that covers half of a bright wall looks
like less than half; and where wall shows through curls it has no sample of either to go by. On the
old wall neither is seen. On a dark paper the first leaves a black line round the hair, and the
second pale patches in it. Before a plain wall both can be mended, for the wall's colour B is known:
a pixel is αF + (1 − α)B in linear light, and of F it is known how the hair near by looks. The share
is the mean of its posterior (after Bayesian matting, Chuang et al., CVPR 2001): F a normal
distribution of the hair's colours, one variance along the way from wall to hair and one across it,
and the matte so far a prior. It is taken near to where wall shows, not inside the hair, where a
shine looks like wall seen through.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .anchor import face_area
from .bilinear import between
from .color import to_linear
from .compiled import compiled
from .faces import Face
from .grid import Grid
from .keying import carried
from .segment import unit
from .strips import in_strips
from .trimap import axes

__all__ = ["probe", "reduced", "settle_before_plain_wall"]

_Map = NDArray[np.float32]
_Image = NDArray[np.uint8]

# Lengths in eye distances.
_CLEAR = 0.06  # outside the matte, from which the wall's colour is taken
_WALL_SPREAD, _HAIR_SPREAD = 0.4, 0.12  # how far wall's and hair's colours are carried
_REACH = (0.12, 0.25)  # outside the matte: hair is looked for in full, and not at all
_DEPTH = (0.06, 0.16)  # from where wall shows: settled in full, and not at all
_COLLAR = (-1.8, -2.8)  # height above the face's centre: below it clothes
_GLINT = 0.04  # round a shine brighter than the wall, whose rim has the wall's colour
# Linear light, 0..1; deviations.
_PLAIN = 0.06  # of a plain wall
_NOISE, _SHADE = 0.01, 0.03  # of any pixel, and of the wall as a share of its light
_OTHER = 3.0  # deviations from the wall at which a cell is a sample of the hair
_APART = (1.2, 2.4)  # Fisher's ratio of hair against wall: nothing told, and all
_CONTRAST = (0.08, 0.2)  # distance of their colours: nothing told, and all
# Light of the wall, and its light less the hair's: before dark walls, gaps are as likely shade.
_BRIGHT, _BRIGHTER = (0.1, 0.25), (0.02, 0.1)
_TRUST = 0.35  # deviation of the matte so far
_OPEN = 0.1  # share below which wall shows
_THIN = (0.6, 0.85)  # share of hair that wall shimmers through, however deep: settled, and not
_MIST, _FULL = 0.06, 0.94  # shares taken for none and all
_OPAQUE = 0.12  # and so much less where the matte is opaque
_STEPS = 11  # shares tried
_CHANNELS = 10  # wall, hair, variances along and across, noise, how far they are told apart
_CELLS = 140_000  # of the reduced picture that colours are gathered on
_SHRINK = 2  # their maps are so much smaller again
_FINER = 1.5  # times more variance that hair has at full size
_TABLE = to_linear(np.arange(256, dtype=np.uint8))


def settle_before_plain_wall(alpha: _Map, photo: _Image, face: Face, grid: Grid) -> None:
    """Settle the person's share of each pixel near a plain wall, in place.

    Parameters
    ----------
    alpha : (H, W) float32, 0..1, the matte so far.
    photo : (H, W, 3) uint8, sRGB-encoded.
    face : the person's face.
    grid : of both.
    """
    coarse, small, image = reduced(alpha, photo, grid)
    cells, size = unit(face) * coarse.scale, coarse.shape[::-1]
    known = _colours(small, to_linear(image), face, coarse, cells)
    if known is None:
        return
    everywhere = np.ones((1, 1), np.float32)
    first = small.copy()
    _settle_rows(image, _TABLE, first, known, everywhere, _spans(everywhere), 0, coarse.shape[0])
    told = cv2.resize(known[:, :, _CHANNELS - 1], size, interpolation=cv2.INTER_LINEAR)
    wall = ((first < _OPEN) & (told > 0.5)).astype(np.uint8)
    away = cv2.distanceTransform(1 - wall, cv2.DIST_L2, 5)
    outside = cv2.distanceTransform((small < 0.05).astype(np.uint8), cv2.DIST_L2, 5)
    share = _falling(away, *(d * cells for d in _DEPTH))
    share = np.maximum(share, _falling(small, *_THIN) * (told > 0.5))
    share *= _falling(outside, *(d * cells for d in _REACH))
    spans = _spans(share)

    def settle(top: int, bottom: int) -> None:
        _settle_rows(photo, _TABLE, alpha, known, share, spans, top, bottom)

    in_strips(alpha.shape[0], settle)


@dataclass(frozen=True, slots=True)
class _WallBeside:
    """The wall beside a person, carried over them; linear light.

    Attributes
    ----------
    colour : (h, w, 3) float32.
    off : (h, w) float32, mean squared distance of the picture from that colour.
    rough : (h, w) float32, variance of the wall itself.
    noise : (h, w) float32, variance that a cell of wall may show: that, light's and the camera's.
    seen : (h, w) bool, where there is wall near enough to tell.
    """

    colour: _Map
    off: _Map
    rough: _Map
    noise: _Map
    seen: NDArray[np.bool_]


def _wall_beside(alpha: _Map, linear: _Map, cells: float) -> _WallBeside:
    """Read the wall where the matte (h, w) is clear; `cells` are those in one eye distance."""
    outside = cv2.distanceTransform((alpha <= 0.05).astype(np.uint8), cv2.DIST_L2, 5)
    clear = (outside > _CLEAR * cells).astype(np.float32)
    spread = _WALL_SPREAD * cells
    wall = carried(linear, clear, spread)
    off = ((linear - wall) ** 2).mean(axis=2)
    rough = carried(off, clear, spread)
    noise = rough + _NOISE**2 + (_SHADE * wall.mean(axis=2)) ** 2
    return _WallBeside(wall, off, rough, noise, carried(clear, np.ones_like(clear), spread) > 0.02)


def reduced(alpha: _Map, photo: _Image, grid: Grid) -> tuple[Grid, _Map, _Image]:
    """Return the grid that walls are read on, and matte and photo there."""
    coarse = Grid.of(grid.box, _CELLS)
    size = coarse.shape[::-1]
    small = np.asarray(cv2.resize(alpha, size, interpolation=cv2.INTER_AREA), np.float32)
    return (
        coarse,
        small,
        np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_AREA), np.uint8),
    )


def _spans(share: _Map) -> NDArray[np.int32]:
    """Return for each row where its first cell above 0 is and where its last ends, (h, 2)."""
    some = share > 0
    last = share.shape[1] - np.argmax(some[:, ::-1], axis=1)
    spans = np.stack([np.argmax(some, axis=1), last], axis=1)
    spans[~some.any(axis=1)] = (share.shape[1], 0)
    return spans.astype(np.int32)


def _falling(values: _Map, full: float, none: float) -> _Map:
    """Return 1 up to `full`, falling to 0 at `none`."""
    return np.asarray(np.clip((none - values) / (none - full), 0, 1), np.float32)


def _colours(alpha: _Map, linear: _Map, face: Face, grid: Grid, cells: float) -> _Map | None:
    """Return wall, hair and how far they are told apart, (h/4, w/4, 10); None where nowhere."""
    beside = _wall_beside(alpha, linear, cells)
    wall, off, rough, noise = beside.colour, beside.off, beside.rough, beside.noise
    own = face_area(face, grid)
    hair = ((alpha > 0.97) & (off > _OTHER**2 * noise)).astype(np.float32)
    spread = _HAIR_SPREAD * cells
    mean = carried(linear, hair, spread)
    way = wall - mean
    contrast = np.sqrt((way**2).sum(axis=2))
    way /= np.maximum(contrast, 1e-4)[:, :, None]
    offset = linear - mean
    along = (offset * way).sum(axis=2) ** 2
    across = np.maximum((offset**2).sum(axis=2) - along, 0)
    along_mean = _FINER * carried(along, hair, spread) + np.float32(1e-5)
    across_mean = _FINER * carried(across, hair, spread) / 2 + np.float32(1e-5)
    ratio = contrast / np.sqrt(along_mean + across_mean + rough + 1e-4)
    told = (1 - _falling(ratio, *_APART)) * (1 - _falling(contrast, *_CONTRAST))
    told *= 1 - _falling(wall.mean(axis=2), *_BRIGHT)
    told *= 1 - _falling((wall - mean).mean(axis=2), *_BRIGHTER)
    told *= np.exp(-rough / _PLAIN**2)
    told *= 1 - _falling(axes(face, grid)[0], _COLLAR[1], _COLLAR[0])
    told *= beside.seen
    told *= carried(hair, np.ones_like(hair), spread) > 0.02
    glint = (linear.mean(axis=2) - wall.mean(axis=2) > np.sqrt(noise)) & (alpha > 0.5)
    round_it = cv2.distanceTransform(1 - glint.astype(np.uint8), cv2.DIST_L2, 5)
    told[own | (round_it < max(_GLINT * cells, 1.5))] = 0
    if float(told.max()) < 0.05:
        return None
    maps = [wall, mean, along_mean, across_mean, noise, told]
    stacked = np.dstack([np.asarray(m, np.float32) for m in maps])
    size = tuple(max(1, n // _SHRINK) for n in grid.shape[::-1])
    halves = [
        cv2.resize(stacked[:, :, k : k + 2], size, interpolation=cv2.INTER_AREA)
        for k in range(0, _CHANNELS, 2)
    ]
    return np.ascontiguousarray(np.dstack(halves), np.float32)


def probe() -> None:
    """Load the compiled loop for both layouts it is called with."""
    photo, known = np.zeros((4, 4, 3), np.uint8), np.zeros((2, 2, _CHANNELS), np.float32)
    share = np.ones((1, 1), np.float32)
    for alpha in (np.zeros((4, 4), np.float32), np.zeros((4, 6), np.float32)[:, 1:5]):
        _settle_rows(photo, _TABLE, alpha, known, share, _spans(share), 0, 4)


@compiled
def _settle_rows(
    photo: _Image,
    table: _Map,
    alpha: _Map,
    known: _Map,
    share: _Map,
    spans: NDArray[np.int32],
    first: int,
    last: int,
) -> None:
    """Settle the pixels of some rows in place, as far as `share` says."""
    height, width = alpha.shape
    rows, columns = known.shape[:2]
    deep, wide = share.shape
    density = np.empty(_STEPS, np.float64)
    here = np.empty(_CHANNELS, np.float32)
    one = np.float32(1)
    for y in range(first, last):
        j0, j1, fv = between(y, height, rows)
        m0, m1, gv = between(y, height, deep)
        left = (min(spans[m0, 0], spans[m1, 0]) - 1) * width // wide
        right = -((max(spans[m0, 1], spans[m1, 1]) + 1) * width // -wide)
        for x in range(max(left, 0), min(right, width)):
            a = alpha[y, x]
            n0, n1, gu = between(x, width, wide)
            near = (one - gv) * ((one - gu) * share[m0, n0] + gu * share[m0, n1]) + gv * (
                (one - gu) * share[m1, n0] + gu * share[m1, n1]
            )
            if near <= 0:
                continue
            i0, i1, fu = between(x, width, columns)
            w00, w01, w10, w11 = (one - fv) * (one - fu), (one - fv) * fu, fv * (one - fu), fv * fu
            c = _CHANNELS - 1
            told = w00 * known[j0, i0, c] + w01 * known[j0, i1, c]
            told += w10 * known[j1, i0, c] + w11 * known[j1, i1, c]
            near *= told
            if near <= 0.01:
                continue
            for c in range(_CHANNELS - 1):
                here[c] = (
                    w00 * known[j0, i0, c]
                    + w01 * known[j0, i1, c]
                    + w10 * known[j1, i0, c]
                    + w11 * known[j1, i1, c]
                )
            from_wall = 0.0  # squared distance of the pixel's colour from the wall's
            contrast = 0.0
            along = 0.0
            for c in range(3):
                seen = here[c] - table[photo[y, x, c]]
                way = here[c] - here[3 + c]
                from_wall += seen * seen
                contrast += way * way
                along += seen * way
            noise = float(here[8])
            settled = 0.0
            if from_wall > noise or a > _OPEN:
                contrast = np.sqrt(contrast)
                along /= contrast
                across = max(from_wall - along * along, 0.0)
                most = -1e30
                for k in range(_STEPS):
                    share_k = k / (_STEPS - 1)
                    v = share_k * share_k * here[6] + noise
                    u = share_k * share_k * here[7] + noise
                    miss = along - share_k * contrast
                    apart = (share_k - a) / _TRUST
                    value = miss * miss / v + across / u + np.log(v * u * u) + apart * apart
                    density[k] = -0.5 * value
                    most = max(most, density[k])
                total = 0.0
                for k in range(_STEPS):
                    weight = np.exp(density[k] - most)
                    total += weight
                    settled += weight * k / (_STEPS - 1)
                settled /= total
            # What the matte takes for opaque is so if it nearly looks so: a shine is no gap.
            full = _FULL - _OPAQUE * max(5 * a - 4, 0.0)
            settled = min(max((settled - _MIST) / (full - _MIST), 0.0), 1.0)
            alpha[y, x] = a + near * np.float32(settled - a)
