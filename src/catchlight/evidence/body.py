"""Body: the neck's width against the face's, beside the references' own.

Generators like to give a face another body. Hair and collars hide necks, so little is certain.
"""

from __future__ import annotations

import numpy as np

from ..landmarks import CHIN
from .calibration import judged
from .case import Case
from .facts import Facts, box_region
from .finding import Finding, could_not_assess

__all__ = ["NAME", "body", "neck_width"]

NAME, TITLE = "body", "the neck's width"
_FROM, _TO = 0.15, 0.75  # eye distances below the chin
_PLAUSIBLE = (1.0, 3.2)  # eye distances: wider is hair or shoulder


def neck_width(facts: Facts) -> float | None:
    """Narrowest width of the person below the chin, in eye distances; None: hidden or cut off."""
    if abs(facts.face.yaw) > 20 or abs(facts.face.roll) > 20:
        return None
    x, y = (float(v) for v in facts.face.landmarks[CHIN, :2])
    distance, (width, height) = facts.eye_distance, facts.size
    rows = range(int(y + _FROM * distance), int(y + _TO * distance), max(1, int(distance / 20)))
    found = []
    for row in rows:
        if row >= height or not 0 <= x < width:
            break
        line = facts.person[row] > 0.5
        if not line[int(x)]:
            continue
        outside = np.flatnonzero(~line)
        left, right = outside[outside < x], outside[outside > x]
        if len(left) and len(right):
            found.append((right[0] - left[-1]) / distance)
    value = min(found, default=0.0)
    return float(value) if _PLAUSIBLE[0] < value < _PLAUSIBLE[1] else None


def body(case: Case) -> Finding:
    """Neck over the nearest reference's; the statistic is the logarithm's size."""
    unit = "of the nearest reference's"
    if not case.references:
        return could_not_assess(NAME, TITLE, unit, "there are no reference photos")
    own = neck_width(case.picture)
    theirs = [w for w in (neck_width(r) for r in case.references) if w is not None]
    if own is None or not theirs:
        return could_not_assess(NAME, TITLE, unit, "the neck is hidden, or cut off by the frame")
    value = min((own / other for other in theirs), key=lambda ratio: abs(np.log(ratio)))
    spread = max(theirs) / min(theirs) if len(theirs) > 1 else None
    chin = case.picture.face.landmarks[CHIN]
    distance = case.picture.eye_distance
    return judged(
        NAME,
        TITLE,
        float(value),
        unit,
        abs(float(np.log(value))),
        {
            "consistent": "The neck is as wide against the face as in a reference.",
            "differs": f"Against the face the neck is {value:.2f} times as wide as in the nearest"
            " reference.",
        },
        spread=spread,
        regions=(
            box_region(case.picture, float(chin[0]), float(chin[1]) + 0.45 * distance,
                       distance, 0.35 * distance, "neck"),
        ),
    )  # fmt: skip
