"""All measures that rest on one fit of the light."""

from __future__ import annotations

from ..lighting import lighting
from ..side_light import side_light
from .eyes_visible import DARK as HIDDEN
from .eyes_visible import dark_glasses
from .key_to_fill import key_to_fill
from .light_direction import light_direction
from .light_hardness import light_hardness
from .light_pattern import light_pattern
from .measure import Measure
from .mixed_light import mixed_light
from .subject import Subject

__all__ = ["light_measures"]


def light_measures(subject: Subject) -> tuple[Measure, ...]:
    """LightDirection, LightPattern, KeyToFill, LightHardness and MixedLight of one photograph."""
    light = lighting(subject.view, subject.face)
    # Dark glasses colour what is seen of eyes and cheeks through them.
    sides = None if dark_glasses(subject.view) < HIDDEN else side_light(subject.view)
    return (
        light_direction(light),
        light_pattern(light),
        key_to_fill(light),
        light_hardness(light),
        mixed_light(light, sides),
    )
