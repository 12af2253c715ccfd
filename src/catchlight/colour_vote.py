"""What colour says about an uncertain pixel: how its likes nearby were judged.

A bilateral average of the networks' mask, in the spirit of fully connected CRFs (Krähenbühl &
Koltun 2011): cells that lie near each other and look alike should belong together. Cells are thrown
into boxes of place and CIELAB colour, certain ones vote, all read the result; a few throws with
shifted boxes stand in for a smooth kernel.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .compiled import compiled

__all__ = ["ballots", "colour_vote"]

_THROWS = 8
_TABLE = 1 << 18  # boxes are hashed; with some ten thousand in use they rarely collide
_PLACE = 1.5  # eye distances, side of a box
_LIGHTNESS, _CHROMA = 14.0, 10.0  # of 8-bit CIELAB
_DOUBT = 2.0  # votes for one half that every box starts with


@compiled
def _throw(
    lab: NDArray[np.float32],
    probability: NDArray[np.float32],
    shift: NDArray[np.float32],
    side: float,
    votes: NDArray[np.float32],
    total: NDArray[np.float32],
    table: NDArray[np.float32],
) -> None:
    """Add one throw's answers to `votes` and their number to `total`."""
    height, width = probability.shape
    keys = np.empty((height, width), np.int64)
    table[:] = 0
    size = table.shape[0]
    for y in range(height):
        for x in range(width):
            key = np.int64(x / side + shift[0])
            key = key * 73856093 ^ np.int64(y / side + shift[1]) * 19349663
            key ^= np.int64(lab[y, x, 0] / _LIGHTNESS + shift[2]) * 83492791
            key ^= np.int64(lab[y, x, 1] / _CHROMA + shift[3]) * 49979687
            key ^= np.int64(lab[y, x, 2] / _CHROMA + shift[4]) * 67867979
            key %= size
            keys[y, x] = key
            p = probability[y, x]
            sure = abs(2 * p - 1)
            sure = sure * sure * sure
            table[key, 0] += sure * p
            table[key, 1] += sure
    for y in range(height):
        for x in range(width):
            votes[y, x] += table[keys[y, x], 0]
            total[y, x] += table[keys[y, x], 1]


def colour_vote(
    probability: NDArray[np.float32], image: NDArray[np.uint8], cells: float
) -> NDArray[np.float32]:
    """Return the share of similar, nearby, certain cells that are the person's.

    Parameters
    ----------
    probability : (h, w) float32, 0..1, of the person.
    image : (h, w, 3) uint8, sRGB-encoded.
    cells : an eye distance in cells.

    Returns
    -------
    (h, w) float32, 0..1; one half where there is nothing to go by.
    """
    votes, total = ballots(probability, image, cells)
    return np.asarray((votes + 0.5 * _DOUBT) / (total + _DOUBT), np.float32)


def ballots(
    probability: NDArray[np.float32], image: NDArray[np.uint8], cells: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the votes of similar, nearby cells for the person, and all of their votes.

    Parameters as of `colour_vote`; a cell of probability one half has no vote. Both are
    (h, w) float32, at least 0, the mean over the throws.
    """
    lab = cv2.cvtColor(cv2.GaussianBlur(image, (0, 0), 0.7), cv2.COLOR_RGB2Lab).astype(np.float32)
    votes = np.zeros(probability.shape, np.float32)
    total = np.zeros(probability.shape, np.float32)
    table = np.zeros((_TABLE, 2), np.float32)
    shifts = np.random.default_rng(0).random((_THROWS, 5), np.float32)
    for shift in shifts:
        _throw(lab, probability, shift, max(_PLACE * cells, 2.0), votes, total, table)
    return votes / np.float32(_THROWS), total / np.float32(_THROWS)
