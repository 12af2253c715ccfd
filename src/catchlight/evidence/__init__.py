"""Evidence: what can be measured of whether a picture is still this person, one kind a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from .asymmetry import asymmetry
from .background_light import background_light
from .beard import beard
from .body import body
from .case import Case
from .depth_of_field import depth_of_field
from .earrings import earrings
from .ears import ears
from .edge_halo import edge_halo
from .eyes import catchlights, eye_directions, iris_colour
from .eyes_and_teeth import eyes_and_teeth
from .facial_contrast import facial_contrast
from .facts import Facts
from .file import file
from .finding import Finding, Region, could_not_assess
from .geometry import geometry
from .glasses import glasses
from .hair import hair
from .hairline import hairline, hairline_moved
from .healed import healed
from .identity import identity
from .light import light
from .marks import marks
from .moved import moved
from .neck_light import neck_light
from .noise import noise
from .recoloured import recoloured
from .resampling import resampling
from .skin_texture import skin_texture
from .smoothed import smoothed

__all__ = ["EVIDENCE", "Case", "Facts", "Finding", "Region", "could_not_assess"]

# In the order of the report: the person, then with the original, then the picture by itself.
EVIDENCE: Mapping[str, Callable[[Case], Finding]] = MappingProxyType(
    {
        "identity": identity,
        "geometry": geometry,
        "asymmetry": asymmetry,
        "marks": marks,
        "skin_texture": skin_texture,
        "iris_colour": iris_colour,
        "facial_contrast": facial_contrast,
        "ears": ears,
        "hairline": hairline,
        "hair": hair,
        "beard": beard,
        "glasses": glasses,
        "earrings": earrings,
        "body": body,
        "moved": moved,
        "smoothed": smoothed,
        "healed": healed,
        "recoloured": recoloured,
        "eyes_and_teeth": eyes_and_teeth,
        "hairline_moved": hairline_moved,
        "background_light": background_light,
        "catchlights": catchlights,
        "eye_directions": eye_directions,
        "light": light,
        "neck_light": neck_light,
        "depth_of_field": depth_of_field,
        "edge_halo": edge_halo,
        "noise": noise,
        "resampling": resampling,
        "file": file,
    }
)
