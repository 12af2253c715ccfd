"""Head in the frame: whether the photo holds all of the head, and the air above it."""

from __future__ import annotations

import numpy as np

from ..head import measure_head
from ..landmarks import FACE_OVAL
from ..segment import unit
from .measure import Measure, graded
from .subject import Subject, once

__all__ = ["air_above", "head_in_frame", "headroom"]

# Between hair that touches the frame (up to 0.02 eye distances of air are measured) and hair that
# does not (from 0.07) no portrait of 174 lies.
_TOUCHES = 0.045
_CUT = -0.03  # of the hair
_HEAD_CUT = -0.29  # more than the tips of the hair
_RADIUS = 1.25  # of head and hair seen from the front, in eye distances
_FLATTER = 0.35  # eye distances by which the flattest hair seen lies below `head.CROWN`


@once
def air_above(subject: Subject) -> float:
    """Air between the hair and the top of the frame in eye distances; negative where it is cut.

    The hair's top is read from the person's mask. Where that meets the frame's upper edge, what is
    missing follows from how broadly it does: the height of a circle's segment over that chord. A
    tilted head is cut by a side too, and dark hair fades into a dark wall, so that the chord comes
    out short: no less is missing than of a head with the flattest hair. Without a mask the top is
    estimated from the landmarks (`head.CROWN`), which big hair exceeds.
    """
    face, photo, mask = subject.face, subject.photo, subject.person
    frame = (float(photo.width), float(photo.height))
    distance = unit(face)
    head = measure_head(face.landmarks, face.yaw, frame, mask)
    air = float(head.outline[:, 1].min()) / distance
    if mask is None or air > _TOUCHES:
        return air
    scale = mask.shape[1] / frame[0]
    middle = float(head.eyes[0])
    reach = 1.5 * _RADIUS * distance
    first, last = int(max(middle - reach, 0) * scale), int(np.ceil((middle + reach) * scale))
    chord = float((mask[0, first:last] > 0.5).sum()) / scale / distance
    half = min(chord / 2, _RADIUS)
    missing = min(air, 0.0) - (_RADIUS - float(np.sqrt(_RADIUS**2 - half**2)))
    bare = measure_head(face.landmarks, face.yaw, frame).outline[:, 1].min() / distance
    return min(missing, float(bare) + _FLATTER)


def headroom(subject: Subject) -> Measure:
    """Air above the hair in eye distances, negative where the top of the head is cut.

    Verdicts: "cut" (the hair meets the frame), "enough". The looks want 0.3 to 0.9 (3.5 to 10 % of
    the picture's height); a studio backdrop can add what is missing, cut hair nobody can. More air
    than that is no fault: it is cropped.
    """
    value = air_above(subject)
    score = graded(value, (-1.2, 25), (-0.5, 45), (-0.06, 68), (0.0, 74), (0.15, 85), (0.4, 100))
    if value < _CUT:
        verdict, reason = "cut", "the top of the head is cut: leave a hand's breadth above the hair"
    elif value < _TOUCHES:
        verdict, reason = "cut", "the hair touches the top of the photo: leave some air above it"
        score = min(score, 72.0)
    else:
        verdict = "enough"
        reason = "there is little air above the hair" if value < 0.2 else "air above the hair"
    return Measure("Headroom", value, "eye distance", score, "ok", reason, verdict)


def head_in_frame(subject: Subject) -> Measure:
    """Smallest margin from the head to any side of the frame, in eye distances; negative where cut.

    Verdicts: "cut", "touching", "whole". The face's outline is the landmarks', the hair's top
    `air_above`. A crown out of the frame is a fault, but a close crop that keeps the face is still
    a portrait; a face out of the frame is none.
    """
    face, photo = subject.face, subject.photo
    frame = np.array([photo.width, photo.height], np.float64)
    outline = face.landmarks[list(FACE_OVAL), :2]
    own = float(np.minimum(outline, frame - outline).min()) / unit(face)
    air = air_above(subject)
    margin = min(own, air)
    mild = ((-0.29, 74), (-0.28, 78), (0.0, 90), (0.2, 100))
    score = min(
        graded(own, (-0.9, 5), (-0.5, 40), *mild), graded(air, (-1.0, 35), (-0.5, 50), *mild)
    )
    if margin < _HEAD_CUT:
        verdict, reason = "cut", "the head is cut by the frame"
    elif margin < _TOUCHES:
        verdict, reason = "touching", "the head touches the frame"
    else:
        verdict, reason = "whole", "the whole head is in the frame"
    return Measure("HeadInFrame", margin, "eye distance", score, "ok", reason, verdict)
