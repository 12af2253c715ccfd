"""What was put on or taken off at the ear lobes, with the original laid under the picture.

An earring covers skin of the lobe in one of the two and not in the other, and ends: it is a small
piece that changed while what is around it stayed. A new backdrop changes what is seen between ear,
hair and neck as much, but there is no skin in either picture; and where it changes beside the skin
it changes far out, not in a small piece.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..faces import Face
from ..head_view import HeadAxes, lobe_axes
from .lobes import CHEEK, EAR, FINE, LOBE, lobe_patch, lobe_skin, turned_away
from .original import Laid

__all__ = ["changed_at_lobes"]

_SEEN = (0.2, 0.1)  # share of skin where the lobe is: in one of the pictures, and in both
_CHANGED = 1.0  # stops from which a place counts as changed; copies reach 0.86
_SMOOTHED = 0.07  # cm
_LARGEST = 1.2  # square cm: larger is no earring of the lobe
_ON_SKIN = 0.15  # share of a piece that was skin before, or is now: a hoop hangs mostly below
_RIM = 0.03  # cm of skin that do not count, beside what is none


def changed_at_lobes(laid: Laid, face: Face) -> tuple[float, int, bool] | None:
    """Return by how much, on which side, and whether something was put on rather than taken off.

    Parameters
    ----------
    laid : the original and the picture at one scale, not mirrored.
    face : the person's face, in pixels of the picture.

    Returns
    -------
    Stops that the most changed piece changed by, 0 where none did; the side, 0 the subject's right;
    and the direction. None where no lobe is seen.
    """
    told: tuple[float, int, bool] | None = None
    for side in (0, 1):
        if turned_away(face, side):
            continue
        axes = lobe_axes(face, side)
        origin = (axes.origin - laid.origin) * laid.scale
        there = HeadAxes(origin, axes.out, axes.down, axes.scale * laid.scale)
        before, after = (lobe_patch(p, there) for p in (laid.pair.before, laid.pair.after))
        bare = lobe_skin(before), lobe_skin(after)
        fewer, more = sorted(float(skin[EAR].mean()) for skin in bare)
        if more < _SEEN[0] or fewer < _SEEN[1]:
            continue
        change = after - before
        change = change - np.median(change[CHEEK].reshape(-1, 3), axis=0)  # the light of both
        change = cv2.GaussianBlur(change, (0, 0), _SMOOTHED * FINE)
        size = np.asarray(np.linalg.norm(change, axis=-1), np.float32)
        for skin, put_on in zip(bare, (True, False), strict=True):
            value = _most_changed(size, skin)
            if told is None or value > told[0]:
                told = (value, side, put_on)
    return told


def _most_changed(change: NDArray[np.float32], skin: NDArray[np.bool_]) -> float:
    """Change on the skin of the lobe, of the small piece that changed most; 0 without one."""
    height, width = skin.shape
    rim = 2 * round(_RIM * FINE) + 1
    core = cv2.erode(skin.astype(np.uint8), np.ones((rim, rim), np.uint8)) > 0
    asked = np.zeros_like(core)
    asked[LOBE] = core[LOBE]
    count, labels, stats, _ = cv2.connectedComponentsWithStats((change > _CHANGED).astype(np.uint8))
    most = 0.0
    for label in range(1, count):
        x, y, w, h, area = (int(v) for v in stats[label])
        if area > _LARGEST * FINE**2 or x == 0 or y == 0 or x + w == width or y + h == height:
            continue
        piece = labels == label
        if (piece & asked).any() and float(skin[piece].mean()) >= _ON_SKIN:
            most = max(most, float(change[piece & asked].max()))
    return most
