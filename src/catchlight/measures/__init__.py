"""Measures: what a headshot photographer looks at, one a file."""

from __future__ import annotations

from collections.abc import Callable

from .exposure import exposure
from .expression import brow_height, mouth_corners
from .eyes import eyes_open
from .face_size import inter_eye_distance
from .framing import head_in_frame
from .gaze import gaze
from .light import illumination_uniformity
from .measure import Measure, could_not_assess
from .mouth import mouth_closed
from .pose import head_pitch, head_roll, head_yaw
from .sharpness import eye_sharpness
from .subject import Subject
from .white_point import color_cast

__all__ = ["MEASURES", "Measure", "Subject", "could_not_assess", "measure_all"]

MEASURES: tuple[Callable[[Subject], Measure], ...] = (
    eyes_open,
    gaze,
    head_yaw,
    head_pitch,
    head_roll,
    mouth_closed,
    mouth_corners,
    brow_height,
    eye_sharpness,
    exposure,
    illumination_uniformity,
    color_cast,
    inter_eye_distance,
    head_in_frame,
)


def measure_all(subject: Subject) -> dict[str, Measure]:
    """Apply every measure to one face; the keys are the measures' names."""
    results = (measure(subject) for measure in MEASURES)
    return {result.name: result for result in results}
