"""Faces rendered under known light, found again, for tests of what reads the light."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from catchlight import faces
from catchlight.lighting import Lighting, lighting
from catchlight.measures.subject import Subject
from catchlight.skin import face_view

from .rendered_face import render_face


@cache
def lit(**light: Any) -> Subject:
    """What the measures of light look at, of a face rendered under this light."""
    return subject_of(render_face(size=(400, 500), eye_distance_px=90, **light).pixels)


def subject_of(pixels: np.ndarray) -> Subject:
    """What the measures of light look at, of the largest face in a picture."""
    face = faces.find(pixels)[0]
    view = face_view(pixels, face)
    return cast(Subject, SimpleNamespace(face=face, view=view, others=(), person=None))


def light_of(subject: Subject) -> Lighting:
    """The light on a face, where there is one to be found."""
    light = lighting(subject.view, subject.face)
    assert light is not None
    return light
