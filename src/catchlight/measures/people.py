"""Other people: whose faces are in the frame too, how large, and how near."""

from __future__ import annotations

import numpy as np

from ..faces import Face
from ..segment import unit
from .measure import Measure, graded
from .subject import Subject

__all__ = ["nearness", "other_people"]

# Two people side by side, each with shoulders 6 to 7 eye distances broad, overlap within this
# distance of their faces; it is also as far as a headshot reaches, from the face's middle.
_BESIDE, _ABOVE, _BELOW = 6.0, 4.5, 5.5
_LARGE = 0.5  # of the person's face: nearer to the camera than passers-by


def nearness(face: Face, other: Face) -> float:
    """Distance between two faces as a share of the room a headshot needs; below 1 they overlap."""
    distance = unit(face)
    apart = other.landmarks[:, :2].mean(axis=0) - face.landmarks[:, :2].mean(axis=0)
    aside, down = float(apart[0]) / distance, float(apart[1]) / distance
    return max(abs(aside) / _BESIDE, down / _BELOW if down > 0 else -down / _ABOVE)


def other_people(subject: Subject) -> Measure:
    """Size of the largest other face in the frame over the person's own; 0 without another.

    Verdicts: "alone", "behind" (smaller faces, away from the person), "in the frame" (somebody as
    near to the camera, to the side), "close" (within the room that a headshot of the person needs:
    shoulders overlap, or a face looks over them). People without a visible face are not noticed.
    """
    face = subject.face
    if not subject.others:
        reason = "nobody else's face is in the photo"
        return Measure("OtherPeople", 0.0, "1", 100.0, "ok", reason, "alone")
    sizes = np.array([other.size / face.size for other in subject.others])
    near = np.array([nearness(face, other) for other in subject.others]) < 1
    value = float(sizes.max())
    people = "somebody else" if len(sizes) == 1 else f"{len(sizes)} other people"
    if near.any():
        score = graded(float(sizes[near].max()), (0.25, 68), (0.5, 55), (0.8, 40))
        verdict, reason = "close", "somebody else is right beside you: take one of you alone"
    elif value >= _LARGE:
        score, verdict = 80.0, "in the frame"
        reason = f"{people} in the photo, to the side"
    else:
        score, verdict = 90.0, "behind"
        reason = f"{people} in the background"
    return Measure("OtherPeople", value, "1", score, "ok", reason, verdict)
