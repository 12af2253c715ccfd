"""Face size: how many pixels there are between the eyes."""

from __future__ import annotations

from .measure import Measure, graded
from .subject import Subject

__all__ = ["MINIMUM_EYE_DISTANCE", "inter_eye_distance"]

MINIMUM_EYE_DISTANCE = 30.0
"""Pixels between the iris centres below which no headshot is made: about 190 px of head height,
under half of the smallest delivery (LinkedIn's 400 px)."""


def inter_eye_distance(subject: Subject) -> Measure:
    """Distance between the iris centres in pixels (ISO/IEC 29794-5 InterEyeDistance).

    That standard asks for 90 pixels; a 1,000 pixel delivery needs about 130. Verdicts: "enough",
    "small".
    """
    value = subject.eye_distance
    score = graded(value, (30, 10), (60, 45), (90, 70), (130, 85), (250, 100))
    if value < 90:
        verdict, reason = "small", f"small: the eyes are {value:.0f} px apart (90 or more is good)"
    else:
        verdict, reason = "enough", f"the eyes are {value:.0f} px apart"
    return Measure("InterEyeDistance", value, "pixel", score, "ok", reason, verdict)
