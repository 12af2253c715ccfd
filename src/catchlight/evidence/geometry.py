"""Geometry: the shape of the face beyond what pose, expression and distance explain.

Without the original, a few percent of slimming lie inside what one person's photos vary by; another
person's face, and strong reshaping, lie outside. With the original see `moved`.
"""

from __future__ import annotations

import numpy as np

from ..landmarks import (
    CHIN,
    EYE_INNER_LEFT,
    EYE_INNER_RIGHT,
    EYE_OUTER_LEFT,
    EYE_OUTER_RIGHT,
    FACE_OVAL,
    JAW_LEFT,
    JAW_RIGHT,
    NOSE_BASE,
    NOSE_BRIDGE,
    NOSE_WING_LEFT,
    NOSE_WING_RIGHT,
    TEMPLE_LEFT,
    TEMPLE_RIGHT,
)
from . import face_shape
from .calibration import judged
from .case import Case
from .facts import Facts, polygon
from .finding import Finding, Region, could_not_assess

__all__ = ["NAME", "RATIOS", "geometry", "ratios"]

NAME, TITLE = "geometry", "the shape of the face"
_TURNED = "the face is turned too far to compare its shape"
# What the proportions are of, and which landmarks to draw.
RATIOS = {
    "face width to height": (TEMPLE_RIGHT, JAW_RIGHT, CHIN, JAW_LEFT, TEMPLE_LEFT),
    "jaw width": (JAW_RIGHT, CHIN, JAW_LEFT),
    "nose width": (NOSE_BRIDGE, NOSE_WING_RIGHT, NOSE_WING_LEFT),
    "nose length": (NOSE_BRIDGE, NOSE_WING_RIGHT, NOSE_WING_LEFT),
    "eye spacing": (EYE_OUTER_RIGHT, EYE_INNER_RIGHT, EYE_INNER_LEFT, EYE_OUTER_LEFT),
}


def ratios(facts: Facts) -> dict[str, float]:
    """Return the face's proportions with the head's pose taken off; widths over the eyes' span."""
    shape = facts.shape

    def apart(a: int, b: int) -> float:
        return float(np.linalg.norm(shape[a, :2] - shape[b, :2]))

    eyes = apart(EYE_OUTER_RIGHT, EYE_OUTER_LEFT)
    width = apart(TEMPLE_RIGHT, TEMPLE_LEFT)
    return {
        "face width to height": width / apart(NOSE_BRIDGE, CHIN),
        "jaw width": apart(JAW_RIGHT, JAW_LEFT) / eyes,
        "nose width": apart(NOSE_WING_RIGHT, NOSE_WING_LEFT) / eyes,
        "nose length": apart(NOSE_BRIDGE, NOSE_BASE) / eyes,
        "eye spacing": apart(EYE_INNER_RIGHT, EYE_INNER_LEFT) / eyes,
    }


def geometry(case: Case) -> Finding:
    """Shape of the face against the references' mean, in units of one person's own variation."""
    if not case.references:
        return could_not_assess(NAME, TITLE, "1", "there are no reference photos")
    if not case.picture.frontal_enough or not case.facing:
        return could_not_assess(NAME, TITLE, "1", _TURNED)
    halves = [face_shape.half(reference, "shared") for reference in case.facing]
    count = len(halves)
    found = face_shape.half(case.picture, "shared")
    statistic = face_shape.away(found, np.mean(halves, axis=0), count, "shared")
    spread = None
    if count > 2:
        total = np.sum(halves, axis=0)
        spread = max(
            face_shape.away(one, (total - one) / (count - 1), count - 1, "shared") for one in halves
        )
    name, change = _most_changed(case)
    return judged(
        NAME,
        TITLE,
        statistic,
        "times the usual variation",
        statistic,
        {
            "consistent": "Differs no more than one person's photos do once pose, expression and"
            " distance are taken off; changes of a few percent can't be seen this way.",
            "differs": f"Differs more than one person's photos do; most of all in {name}"
            f" ({change:+.1%}).",
        },
        spread=spread,
        regions=(
            Region(polygon(case.picture, FACE_OVAL).points),
            polygon(case.picture, RATIOS[name], name),
        ),
    )


def _most_changed(case: Case) -> tuple[str, float]:
    own = ratios(case.picture)
    theirs = [ratios(reference) for reference in case.facing]
    changes = {
        name: own[name] / float(np.mean([row[name] for row in theirs])) - 1 for name in RATIOS
    }
    name = max(changes, key=lambda key: abs(changes[key]))
    return name, changes[name]
