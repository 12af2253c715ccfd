"""Bilinear reading: where a pixel of a full-size picture falls on a smaller copy of it.

Both cover the same area, so the centre of pixel x of `length` falls at (x + ½)·cells/length − ½ in
cells; beyond the outermost centres the edge is repeated.
"""

from __future__ import annotations

import numpy as np

from .compiled import compiled

__all__ = ["between"]


@compiled
def between(position: int, length: int, cells: int) -> tuple[int, int, np.float32]:
    """Return the two neighbouring cells and how far along from the first to the second, 0..1.

    Parameters
    ----------
    position : of the pixel along one axis.
    length : of that axis in pixels.
    cells : its length in the smaller copy.
    """
    place = (position + 0.5) * cells / length - 0.5
    first = int(np.floor(place))
    along = np.float32(place - first)
    return min(max(first, 0), cells - 1), min(max(first + 1, 0), cells - 1), along
