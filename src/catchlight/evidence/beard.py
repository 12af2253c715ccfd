"""Beard: how dark and coloured chin and upper lip are against the cheeks, beside the references.

Told for freshness (`fresh`) above all; beards come and go, so it means little by itself.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .calibration import judged
from .case import Case
from .facts import Facts, polygon
from .finding import Finding, could_not_assess
from .nearest import nearest

__all__ = ["NAME", "beard", "chin_against_cheeks"]

NAME, TITLE = "beard", "the beard"
_CHIN = (199, 200, 18, 164, 393, 167, 135, 364)
_CHEEKS = (50, 280, 117, 346)
_JAW = (172, 150, 176, 152, 400, 379, 397, 364, 200, 135)
_RADIUS = 0.07  # eye distances


def chin_against_cheeks(facts: Facts) -> NDArray[np.float64] | None:
    """L*, a*, b* of chin and upper lip less those of the cheeks; None: the face is turned."""
    if not facts.frontal_enough:
        return None
    encoded = np.clip(facts.view.linear, 0, 1) ** np.float32(1 / 2.2)
    lab = cv2.cvtColor(encoded.astype(np.float32), cv2.COLOR_RGB2Lab)
    found = []
    for centres in (_CHIN, _CHEEKS):
        mask = np.zeros(lab.shape[:2], np.uint8)
        for x, y in facts.view.points[list(centres)].tolist():
            cv2.circle(mask, (round(x), round(y)), round(_RADIUS * 120), 1, -1)
        found.append(np.median(lab[mask > 0], axis=0))
    return np.asarray(found[0] - found[1], np.float64)


def beard(case: Case) -> Finding:
    """ΔE*ab of chin against cheeks between the picture and the nearest reference."""
    if not case.references:
        return could_not_assess(NAME, TITLE, "ΔE", "there are no reference photos")
    own = chin_against_cheeks(case.picture)
    theirs = [c for c in (chin_against_cheeks(r) for r in case.references) if c is not None]
    if own is None or not theirs:
        return could_not_assess(NAME, TITLE, "ΔE", "the face is turned too far to see the chin")
    value, spread = nearest(own, theirs)
    return judged(
        NAME,
        TITLE,
        value,
        "ΔE",
        value,
        {
            "consistent": "Against the cheeks, chin and upper lip look as in a reference.",
            "differs": "Against the cheeks, chin and upper lip look otherwise than in any"
            " reference: a beard that was grown or taken off, or light from below.",
        },
        spread=spread,
        regions=(polygon(case.picture, _JAW),),
    )
