"""Moved: with the original at hand, what of the person is not where it was.

Blocks of the picture are registered against the original (see `ledger.geometry`), and each eye is
for itself fitted by a similarity (Lucas & Kanade 1981; Baker & Matthews 2004, "Lucas-Kanade 20
years on"), which tells an enlarged eye that blocks of its size are too coarse for.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .. import ledger
from ..landmarks import EYE_LEFT, EYE_RIGHT, FACE_OVAL
from .calibration import judged
from .case import Case
from .facts import polygon
from .finding import Finding, Region, could_not_assess
from .original import Laid, detail

__all__ = ["NAME", "eye_growth", "moved", "moved_by"]

NAME, TITLE = "moved", "where the parts of the face lie"
_EYE = 0.30  # eye distances: radius of the part about an eye that is fitted
_ROUNDS = 8


def moved_by(laid: Laid) -> float | None:
    """Most that any part of head and body moved, in percent of the eye distance; None: too small.

    The move of an eye's rim by its growth counts like any other move.
    """
    blocks = ledger.geometry(laid.pair).value
    eyes = [abs(growth) * 25.0 for growth in eye_growth(laid)]  # the rim is 0.25 eye distances out
    found = [value for value in (blocks, *eyes) if value is not None]
    return max(found) if found else None


def eye_growth(laid: Laid) -> tuple[float, float]:
    """By which share the right and the left eye are larger than in the original."""
    pair = laid.pair
    sigma = max(2.0, pair.eye_distance / 14)
    before, after = detail(pair.before, sigma), detail(pair.after, sigma)
    found = []
    for outline in (EYE_RIGHT, EYE_LEFT):
        centre = pair.points[list(outline)].mean(axis=0)
        found.append(_growth(before, after, centre, _EYE * pair.eye_distance))
    return found[0], found[1]


def _growth(
    before: NDArray[np.float32],
    after: NDArray[np.float32],
    centre: NDArray[np.float32],
    radius: float,
) -> float:
    """Scale of `after` about a place against `before`, less one, by iterated least squares."""
    side = round(1.3 * radius)
    y, x = np.mgrid[-side : side + 1, -side : side + 1].astype(np.float32)
    weight = np.exp(-0.5 * ((x * x + y * y) / (0.62 * radius) ** 2))
    into = (x + centre[0] - 0.5, y + centre[1] - 0.5)
    target = cv2.remap(after, *into, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    scale, turn, dx, dy = 0.0, 0.0, 0.0, 0.0
    for _ in range(_ROUNDS):
        # where each pixel of the picture comes from, in the original
        u = x * (1 - scale) + y * turn - dx
        v = y * (1 - scale) - x * turn - dy
        place = (
            (u + centre[0] - 0.5).astype(np.float32),
            (v + centre[1] - 0.5).astype(np.float32),
        )
        source = cv2.remap(before, *place, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        gx = cv2.Sobel(source, cv2.CV_32F, 1, 0, scale=0.125)
        gy = cv2.Sobel(source, cv2.CV_32F, 0, 1, scale=0.125)
        # contrast and level may have changed with the light
        columns = np.stack([-(gx * x + gy * y), gx * y - gy * x, -gx, -gy, source, 0 * x + 1], -1)
        rows = columns.reshape(-1, 6).astype(np.float64)
        w = weight.ravel()[:, None]
        normal = rows.T @ (rows * w)
        wanted = rows.T @ ((target.ravel()[:, None]) * w)
        ridge = 1e-9 * np.trace(normal) * np.eye(6)
        step = np.linalg.solve(normal + ridge, wanted)[:, 0]
        gain = step[4] if abs(step[4]) > 0.2 else 1.0
        scale, turn = scale + step[0] / gain, turn + step[1] / gain
        dx, dy = dx + step[2] / gain, dy + step[3] / gain
        if abs(scale) > 0.3 or np.hypot(dx, dy) > radius:
            return 0.0  # it ran away: nothing there to hold on to
    return float(scale)


def moved(case: Case) -> Finding:
    """Most that a part of the person moved against the original, percent of the eye distance."""
    unit = "% of the eye distance"
    laid = case.laid
    if laid is None:
        return could_not_assess(
            NAME, TITLE, unit, "none of the references is the photo it was made from"
        )
    value = moved_by(laid)
    if value is None:
        return could_not_assess(NAME, TITLE, unit, "too little of the person can be registered")
    growth = eye_growth(laid)
    eyes = (
        ""
        if max(map(abs, growth)) < 0.012
        else (f" The eyes are {growth[0]:+.1%} (right) and {growth[1]:+.1%} (left) in size.")
    )
    regions: tuple[Region, ...] = (polygon(case.picture, FACE_OVAL),)
    if eyes:
        regions = (polygon(case.picture, EYE_RIGHT), polygon(case.picture, EYE_LEFT))
    return judged(
        NAME,
        TITLE,
        value,
        unit,
        value,
        {
            "consistent": f"Laid over {laid.reference.name}, nothing of the person moved by more"
            f" than {value:.1f} % of the eye distance, no more than copying does.",
            "differs": f"Against {laid.reference.name} parts of the person moved by"
            f" {value:.1f} % of the eye distance.{eyes}",
        },
        regions=regions,
    )
