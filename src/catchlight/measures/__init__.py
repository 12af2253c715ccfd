"""Measures: what a headshot photographer looks at, one a file."""

from __future__ import annotations

from collections.abc import Callable

from ..faces import Face
from .background import background_brightness, background_clutter, background_distance
from .body import body_in_frame, shoulder_angle
from .brows import brow_tension
from .catchlights import catchlights
from .cheeks import cheek_raise
from .compression import compression_artifacts
from .corners import mouth_corners
from .distance import camera_distance
from .evenness import expression_evenness
from .exposure import exposure
from .eye_sockets import eye_sockets
from .eyes_visible import eyes_visible
from .face_size import inter_eye_distance
from .fine_detail import fine_detail
from .framing import head_in_frame, headroom
from .gaze import gaze, gaze_agreement
from .glasses import glasses_glare
from .hands import hands_at_face
from .jaw import jaw_tension
from .lids import eyes_open
from .light import illumination_uniformity
from .light_measures import light_measures
from .lips import mouth_closed, teeth_showing
from .measure import Measure, could_not_assess
from .motion_blur import motion_blur
from .noise import noise
from .people import other_people
from .pose import chin_position, head_pitch, head_roll, head_yaw
from .sharpness import eye_sharpness
from .shine import shine
from .skin_clipping import skin_clipping
from .squinch import squinch
from .subject import Subject
from .usual import Usual, usual
from .white_point import color_cast

__all__ = [
    "MEASURES",
    "OWN_MEASURES",
    "Measure",
    "Subject",
    "Usual",
    "could_not_assess",
    "measure_against",
    "measure_all",
    "usual",
]

# Each looks at one photograph alone.
MEASURES: tuple[Callable[[Subject], Measure], ...] = (
    eyes_visible,
    glasses_glare,
    gaze,
    gaze_agreement,
    catchlights,
    head_yaw,
    head_pitch,
    head_roll,
    chin_position,
    camera_distance,
    eye_sharpness,
    motion_blur,
    noise,
    compression_artifacts,
    fine_detail,
    exposure,
    skin_clipping,
    illumination_uniformity,
    eye_sockets,
    shine,
    color_cast,
    inter_eye_distance,
    head_in_frame,
    headroom,
    body_in_frame,
    shoulder_angle,
    hands_at_face,
    other_people,
    background_clutter,
    background_brightness,
    background_distance,
)

# Geometry of the face, judged against the person's own usual face over the session.
OWN_MEASURES: tuple[Callable[[Face, Usual], Measure], ...] = (
    eyes_open,
    squinch,
    mouth_corners,
    mouth_closed,
    teeth_showing,
    cheek_raise,
    brow_tension,
    jaw_tension,
    expression_evenness,
)


def measure_all(subject: Subject) -> dict[str, Measure]:
    """Apply every measure that needs one photograph alone; the keys are the measures' names."""
    results = [*(measure(subject) for measure in MEASURES), *light_measures(subject)]
    return {result.name: result for result in results}


def measure_against(face: Face, own: Usual) -> dict[str, Measure]:
    """Apply every measure that compares a face with the person's own usual one."""
    results = (measure(face, own) for measure in OWN_MEASURES)
    return {result.name: result for result in results}
