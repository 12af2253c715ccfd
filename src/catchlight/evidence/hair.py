"""Hair: its colour against the skin's, beside the references' own.

Hair may be dyed and cut, so a difference is told and means little by itself.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..landmarks import FOREHEAD_TOP, TEMPLE_LEFT, TEMPLE_RIGHT
from .calibration import judged
from .case import Case
from .facts import Facts, box_region
from .finding import Finding, could_not_assess
from .nearest import nearest

__all__ = ["NAME", "hair", "hair_against_skin"]

NAME, TITLE = "hair", "the colour of the hair"
_FEWEST = 80


def hair_against_skin(facts: Facts) -> NDArray[np.float64] | None:
    """L*, a*, b* of the hair above the forehead less those of the skin; None: no hair seen."""
    points = facts.face.landmarks[:, :2].astype(float)
    distance = facts.eye_distance
    scale = min(1.0, 60.0 / distance)
    size = (round(facts.size[0] * scale), round(facts.size[1] * scale))
    small = cv2.resize(facts.pixels, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    person = cv2.resize(facts.person, size, interpolation=cv2.INTER_AREA)
    up = points[FOREHEAD_TOP] - points[168]
    up /= max(float(np.hypot(*up)), 1e-6)
    top = points[FOREHEAD_TOP]
    across = points[TEMPLE_LEFT] - points[TEMPLE_RIGHT]
    mask = np.zeros(size[::-1], np.uint8)
    low, high = top + 0.25 * distance * up, top + 0.75 * distance * up
    corners = np.array([low - 0.3 * across, high - 0.3 * across, high + 0.3 * across,
                        low + 0.3 * across])  # fmt: skip
    cv2.fillPoly(mask, [np.round(corners * scale).astype(np.int32)], 1)
    seen = (mask > 0) & (person > 0.9)
    if seen.sum() < _FEWEST:
        return None
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2Lab)
    cheeks = np.zeros_like(mask)
    for index in (50, 280, 151):
        x, y = points[index] * scale
        cv2.circle(cheeks, (round(x), round(y)), 5, 1, -1)
    skin = np.median(lab[cheeks > 0], axis=0)
    return np.asarray(np.median(lab[seen], axis=0) - skin, np.float64)


def hair(case: Case) -> Finding:
    """ΔE*ab of hair against skin between the picture and the nearest reference."""
    if not case.references:
        return could_not_assess(NAME, TITLE, "ΔE", "there are no reference photos")
    own = hair_against_skin(case.picture)
    theirs = [c for c in (hair_against_skin(r) for r in case.references) if c is not None]
    if own is None or not theirs:
        return could_not_assess(NAME, TITLE, "ΔE", "no hair is seen above the forehead")
    value, spread = nearest(own, theirs)
    top = case.picture.face.landmarks[FOREHEAD_TOP]
    distance = case.picture.eye_distance
    return judged(
        NAME,
        TITLE,
        value,
        "ΔE",
        value,
        {
            "consistent": "Against the skin, the hair has the colour it has in a reference.",
            "differs": "Against the skin, the hair is of another colour than in any reference:"
            " dyed, cut, in other light, or not theirs.",
        },
        spread=spread,
        regions=(
            box_region(case.picture, float(top[0]), float(top[1]) - 0.5 * distance,
                       distance, 0.4 * distance, "hair"),
        ),
    )  # fmt: skip
