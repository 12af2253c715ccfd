"""Where a person is, coarsely and quickly: one look of the person network at head and shoulders.

For the measures, which ask where the shoulders and the background are; the cut-out itself is made
by `segment` and `matte`, a hundred times slower.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .faces import Face
from .grid import Box, Grid, within
from .mirroring import brighter_right
from .segment import SELFIE_SIDE, bust_box, selfie

__all__ = ["looked_at", "person_mask"]

_CELLS = 160_000  # of the answer at most: as fine as the network's own picture of most photos


def looked_at(face: Face, frame: tuple[float, float]) -> Box:
    """Return the part of the photo (x0, y0, x1, y1), in pixels, that `person_mask` looks at.

    Five eye distances to each side of the face, four above and six below, as far as the frame
    goes: all that a headshot could show.

    Parameters
    ----------
    face : the person's face, in photo pixels.
    frame : width and height of the photo in pixels.
    """
    return within(bust_box(face), (0.0, 0.0, *frame))


def person_mask(pixels: NDArray[np.uint8], face: Face) -> NDArray[np.float32]:
    """Return where people are round a face, (h, w) float32, 0..1, over the whole frame.

    Beyond `looked_at` nothing is known and the mask is 0. Everybody near is in it, not only the
    person with that face. Takes about 6 ms on one thread for a photo of 2 megapixels. The network
    is MediaPipe's selfie segmentation (Apache-2.0), which draws at 256 pixels: edges are good to a
    few hundredths of the box, strands of hair are not seen.

    Parameters
    ----------
    pixels : (H, W, 3) uint8, sRGB-encoded.
    face : the face, in the coordinates of `pixels`.

    Raises
    ------
    ModelError : the network's file is missing or damaged.
    """
    height, width = pixels.shape[:2]
    frame: Box = (0.0, 0.0, float(width), float(height))
    grid = Grid.of(frame, _CELLS)
    box = looked_at(face, (float(width), float(height)))
    x0, y0, x1, y1 = (int(v) for v in box)
    if x1 - x0 < 8 or y1 - y0 < 8:
        return np.zeros(grid.shape, np.float32)
    seen = _shrunk(pixels[y0:y1, x0:x1])
    if brighter_right(seen):
        found = np.ascontiguousarray(selfie(np.ascontiguousarray(seen[:, ::-1]))[:, ::-1])
    else:
        found = selfie(seen)
    mask = grid.paste(found, box)
    mask[~grid.covers(box)] = 0
    return mask


def _shrunk(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Resize to the network's size, by way of twice that: much faster than averaging all pixels."""
    if min(image.shape[:2]) > 2 * SELFIE_SIDE:
        double = (2 * SELFIE_SIDE, 2 * SELFIE_SIDE)
        image = np.asarray(cv2.resize(image, double, interpolation=cv2.INTER_LINEAR), np.uint8)
    smaller = min(image.shape[:2]) > SELFIE_SIDE
    mode = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, (SELFIE_SIDE, SELFIE_SIDE), interpolation=mode), np.uint8)
