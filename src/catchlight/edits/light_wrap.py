"""Compositing: the person over a backdrop in linear light, with veil, grain and light wrap."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..compiled import compiled
from ..errors import RecipeError
from ..strips import in_strips
from .grain import Grain, grain_tables, grain_tile
from .scene import Scene

__all__ = ["composite"]

_Image = NDArray[np.float32]
_WRAP = 0.35
_SEED = 20_251  # of the grain


@compiled
def _over(
    person: _Image,
    alpha: _Image,
    behind: _Image,
    veil: _Image,
    tile: _Image,
    tables: _Image,
    origin: NDArray[np.int64],
    wrap: float,
    strength: float,
    source: _Image,
    out: _Image,
) -> None:  # pragma: no cover - compiled
    height, width = alpha.shape
    around, blend = np.float32(wrap), np.float32(strength)
    side = tile.shape[0]
    last = np.float32(tables.shape[1] - 1)
    one, zero = np.float32(1), np.float32(0)
    back = np.empty(3, np.float32)
    for y in range(height):
        ty = (y + origin[1]) % side
        for x in range(width):
            a = alpha[y, x]
            if a >= one:
                for c in range(3):
                    out[y, x, c] = person[y, x, c]
                continue
            tx = (x + origin[0]) % side
            # what scattered light in lens and room adds to every black of the photograph
            for c in range(3):
                back[c] = min(veil[c] + (one - veil[c]) * behind[y, x, c], one)
            level = (
                np.float32(0.2126) * back[0]
                + np.float32(0.7152) * back[1]
                + np.float32(0.0722) * back[2]
            )
            amount = tables[0, int(np.sqrt(max(level, zero)) * last)]
            grey, cb, cr = tile[ty, tx, 0], tile[ty, tx, 1], tile[ty, tx, 2]
            noise = (
                grey + np.float32(1.402) * cr,
                grey - np.float32(0.344136) * cb - np.float32(0.714136) * cr,
                grey + np.float32(1.772) * cb,
            )
            for c in range(3):
                slope = tables[1, int(np.sqrt(max(back[c], zero)) * last)]
                back[c] = min(max(back[c] + amount * noise[c] * slope, zero), one)
            if a <= zero:
                for c in range(3):
                    out[y, x, c] = back[c]
            else:
                own = (
                    np.float32(0.2126) * person[y, x, 0]
                    + np.float32(0.7152) * person[y, x, 1]
                    + np.float32(0.0722) * person[y, x, 2]
                )
                round_edge = around * (one - a) if level > own else zero
                for c in range(3):
                    front = person[y, x, c]
                    front += round_edge * (back[c] - front)
                    out[y, x, c] = a * front + (one - a) * back[c]
            if blend < one:
                for c in range(3):
                    out[y, x, c] = source[y, x, c] + blend * (out[y, x, c] - source[y, x, c])


def composite(
    scene: Scene,
    behind: _Image,
    *,
    veil: tuple[float, float, float] = (0.0, 0.0, 0.0),
    grain: Grain | None = None,
    wrap: float = _WRAP,
    strength: float = 1.0,
    out: _Image,
) -> None:
    """Set the person of a scene before a backdrop; opaque pixels stay exactly as they are.

    Parameters
    ----------
    scene : with alpha and the person's own colours.
    behind : (H, W, 3) float32, linear light.
    veil : linear sRGB of the photograph's black: haze and flare lie over the backdrop too.
    grain : the photograph's noise; None adds none.
    wrap : share of the backdrop's light that goes round a thin edge before it where the backdrop
        is brighter: 0 none.
    strength : 0 is the scene as it was.
    out : (H, W, 3) float32, written to; it may be `scene.linear`.

    Raises
    ------
    RecipeError : the scene has no matte.
    """
    if scene.alpha is None or scene.person is None:
        raise RecipeError("the recipe asks for a backdrop but names no matte")
    person, alpha, source = scene.person, scene.alpha, scene.linear
    if grain is None:
        tile, tables = np.zeros((1, 1, 3), np.float32), np.zeros((2, 2), np.float32)
    else:
        tile, tables = grain_tile(grain, _SEED, min(1.0, scene.scale)), grain_tables(grain)

    def band(first: int, last: int) -> None:
        rows = slice(first, last)
        _over(
            person[rows],
            alpha[rows],
            behind[rows],
            np.array(veil, np.float32),
            tile,
            tables,
            np.array([scene.origin[0], scene.origin[1] + first], np.int64),
            wrap,
            strength,
            source[rows],
            out[rows],
        )

    in_strips(alpha.shape[0], band)
