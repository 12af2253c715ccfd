"""Facts of a subject are found once, and never taken for those of a changed copy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from catchlight.measures.subject import Subject, once

from ..painted_person import oval_face
from ..painted_scene import subject_of

asked: list[float] = []


@once
def brightness(subject: Subject) -> float:
    """A fact that counts how often it is asked for."""
    asked.append(0.0)
    return float(subject.photo.pixels.mean())


def test_a_fact_is_found_once_and_anew_for_a_changed_copy() -> None:
    asked.clear()
    face = oval_face(60, 60, 30)
    subject = subject_of(np.zeros((120, 120, 3), np.uint8), face, None)
    assert brightness(subject) == brightness(subject) == 0
    assert len(asked) == 1
    brighter = replace(subject, photo=replace(subject.photo, pixels=subject.photo.pixels + 9))
    assert brightness(brighter) == 9
    assert brightness(subject) == 0
    assert len(asked) == 2
