"""Eye sockets: whether the brows keep the light from the eyes."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..head_pose import mirror
from ..quantiles import quantiles
from ..skin import FaceView
from .measure import Measure, could_not_assess, graded
from .subject import Subject

__all__ = ["eye_sockets"]

# Mesh vertices of the right side; the left side mirrors them.
_UPPER = (27, 28, 29, 56, 30)  # fold of the upper lid
_LOWER = (23, 24, 22, 230, 229, 231)  # below the lower lid
_CHEEK = (50, 101, 36, 205)

# Set on 82 portraits in flat studio light, where lids and brows alone make 0.5 stops (median), 1.3
# at the 95th percentile and 1.7 at most, alike in light and dark skin, and by eye on snapshots.
_SHADED, _DARK = 1.25, 1.75
_FARTHEST_TURN = 35.0  # degrees of yaw: beyond, only the near side is measured


def eye_sockets(subject: Subject) -> Measure:
    """Stops by which the darker eye socket lies under the cheek below it.

    Verdicts: "open", "shaded", "dark" (as under a ceiling lamp or the midday sun).
    """
    yaw = subject.face.yaw
    sides = [_stops(subject.view, left) for left in (False, True)]
    if abs(yaw) > _FARTHEST_TURN:
        sides = [sides[0] if yaw > 0 else sides[1]]  # turned to their left, the right side is near
    seen = [stops for stops in sides if stops is not None]
    if len(seen) < len(sides):
        return could_not_assess("EyeSockets", "stop", "the cheeks or the eyes are black")
    stops = max(seen)
    score = graded(stops, (1.1, 100), (_SHADED, 92), (_DARK, 76), (2.3, 45), (3.2, 15))
    if stops < _SHADED:
        verdict, reason = "open", "the light reaches the eyes"
    elif stops < _DARK:
        verdict = "shaded"
        reason = f"the eye sockets are a little dark, {stops:.1f} stops under the cheeks"
    else:
        verdict = "dark"
        reason = (
            f"the eye sockets lie in shadow, {stops:.1f} stops under the cheeks: "
            "lower the light, or lift the chin towards it"
        )
    return Measure("EyeSockets", stops, "stop", score, "ok", reason, verdict)


def _stops(view: FaceView, left: bool) -> float | None:
    """Stops of one socket under its cheek; lashes and brow hair are kept out by quantiles."""
    levels = []
    other = mirror()
    for centres, radius, share in ((_UPPER, 4, 0.75), (_LOWER, 4, 0.5), (_CHEEK, 7, 0.5)):
        ids = tuple(int(other[k]) for k in centres) if left else centres
        values = _patches(view, ids, radius)
        if values.size < 20:
            return None
        levels.append(quantiles(values, share)[0])
    upper, lower, cheek = levels
    if min(upper, lower) < 5e-4 or cheek < 2e-3:
        return None
    return math.log2(cheek / math.sqrt(upper * lower))


def _patches(view: FaceView, centres: tuple[int, ...], reach: int) -> NDArray[np.float32]:
    """Luminance of the squares about landmarks, `reach` view pixels to each side."""
    parts = []
    for x, y in np.floor(view.points[list(centres)]).astype(int):
        rows = slice(max(y - reach, 0), max(y + reach + 1, 0))
        parts.append(view.linear[rows, max(x - reach, 0) : max(x + reach + 1, 0)].reshape(-1, 3))
    weights = np.array([0.2126, 0.7152, 0.0722], np.float32)
    return np.asarray(np.concatenate(parts) @ weights, np.float32)
