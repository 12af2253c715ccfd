"""Asymmetry: every face has its own, and a picture flipped left to right has it the other way.

Retouching and generators also make faces evener; that shows here only where it is strong.
"""

from __future__ import annotations

import numpy as np

from ..landmarks import FACE_OVAL
from . import face_shape
from .calibration import judged
from .case import Case
from .facts import Facts, polygon
from .finding import Finding, could_not_assess

__all__ = ["NAME", "asymmetry"]

NAME, TITLE = "asymmetry", "which side is which"
_TURNED = 10.0  # degrees of yaw
# Pixels between the irises: half a pixel is 0.8 % of that, and faces are asymmetric by a percent.
_SMALLEST = 60.0
_STRAIGHT = -40.0  # where it is the reference itself, not flipped
_FLIPPED = 999.0  # statistic where the picture is the mirror image of a reference, to the pixel


def _facing(facts: Facts) -> bool:
    """Whether both sides are seen alike; turning hides more asymmetry than there is."""
    large = facts.eye_distance >= _SMALLEST
    return large and facts.frontal_enough and abs(facts.face.yaw) <= _TURNED


def asymmetry(case: Case) -> Finding:
    """How much better the picture would fit the references if it were flipped left to right.

    The statistic is the difference of the two squared distances (a log-likelihood ratio up to a
    factor): positive where the flipped picture fits better.
    """
    unit = "log-likelihood ratio"
    if not case.references:
        return could_not_assess(NAME, TITLE, unit, "there are no reference photos")
    laid = case.laid
    if laid is not None and laid.mirrored:
        statistic = _FLIPPED
        where = f"It is {laid.reference.name} as in a mirror, to the pixel."
    elif laid is not None:
        statistic, where = _STRAIGHT, ""
    elif not _facing(case.picture) or not any(map(_facing, case.references)):
        return could_not_assess(
            NAME, TITLE, unit, "the face is turned too far, or too small, to compare left and right"
        )
    else:
        facing = filter(_facing, case.references)
        halves = [face_shape.half(reference, "signed") for reference in facing]
        usual, count = np.mean(halves, axis=0), len(halves)
        found = face_shape.half(case.picture, "signed")
        straight = face_shape.away(found, usual, count, "signed") ** 2
        flipped = face_shape.away(-found, usual, count, "signed") ** 2
        statistic = (straight - flipped) * len(found) / 2
        where = "The face's own differences between left and right are the other way round."
    return judged(
        NAME,
        TITLE,
        statistic,
        unit,
        statistic,
        {
            "consistent": "Left and right of the face are as in the references; not mirrored.",
            "differs": f"{where} The picture looks mirrored.",
        },
        regions=(polygon(case.picture, FACE_OVAL),),
    )
