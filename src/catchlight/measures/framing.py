"""Head in the frame: whether the photo holds all of the head."""

from __future__ import annotations

import numpy as np

from ..head import measure_head
from .measure import Measure, graded
from .subject import Subject

__all__ = ["head_in_frame"]


def head_in_frame(subject: Subject) -> Measure:
    """Smallest margin from the head to the frame, in eye distances; negative where it is cut.

    The hair's top is estimated from the landmarks (`head.CROWN`), for no matte is made of photos
    that are only looked at; big hair may reach higher.
    """
    face, photo = subject.face, subject.photo
    frame = (float(photo.width), float(photo.height))
    outline = measure_head(face.landmarks, face.yaw, frame).outline
    margin = float(np.minimum(outline, np.array(frame) - outline).min()) / face.eye_distance
    score = graded(margin, (-0.7, 5), (-0.4, 40), (-0.2, 80), (0.0, 95), (0.2, 100))
    if margin < -0.3:
        reason = "the head is cut by the frame"
    elif margin < -0.15:
        reason = "the head touches the frame"
    else:
        reason = "the whole head is in the frame"
    return Measure("HeadInFrame", margin, "eye distance", score, "ok", reason)
