"""Clipped skin: how much of the face is burnt out."""

from __future__ import annotations

from .face_skin import face_skin
from .measure import Measure, could_not_assess, graded
from .subject import Subject

__all__ = ["skin_clipping"]


def skin_clipping(subject: Subject) -> Measure:
    """Share of the face's skin that is burnt out, 0..1: no edit brings its texture back.

    Verdicts: "none" (under 1 %), "some" (to 6 %), "much".
    """
    skin = face_skin(subject.view, 2)
    if skin.sum() < 500:
        return could_not_assess("SkinClipping", "1", "the face is cut by the frame")
    share = float(subject.view.clipped[: 2 * len(skin) : 2, ::2][skin].mean())
    score = graded(share, (0.005, 100), (0.02, 90), (0.06, 76), (0.15, 45), (0.4, 0))
    if share < 0.01:
        verdict, reason = "none", "no skin is burnt out"
    else:
        verdict = "some" if share < 0.06 else "much"
        reason = f"{share:.0%} of the skin is burnt out: step out of the sun or expose less"
    return Measure("SkinClipping", share, "1", score, "ok", reason, verdict)
