"""Edits: one a file, each versioned parameters and a pure function of a scene.

A renderer never calls a model: nothing under `edits` may import one (a test reads the imports).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator, Tag

from .backdrop import Match, PhotoBackdrop, SoftenBackdrop, StudioBackdrop
from .denoise import Denoise
from .edit import Edit
from .evenness import Evenness
from .fill_light import FillLight
from .grain import Grain
from .heal import Heal, Spot
from .lens_blur import Lens
from .mixed_light import MixedLight
from .perspective import Perspective
from .scene import Scene
from .shine import Shine
from .tone import Tone
from .white_balance import WhiteBalance

__all__ = [
    "AnyEdit",
    "Denoise",
    "Edit",
    "Evenness",
    "FillLight",
    "Grain",
    "Heal",
    "Lens",
    "Match",
    "MixedLight",
    "Perspective",
    "PhotoBackdrop",
    "Scene",
    "Shine",
    "SoftenBackdrop",
    "Spot",
    "StudioBackdrop",
    "Tone",
    "WhiteBalance",
]


def _tag(value: object) -> str:
    """Name of an edit, with its kind where one name stands for several."""
    if isinstance(value, dict):
        name, kind = value.get("name"), value.get("kind")
    else:
        name, kind = getattr(value, "name", None), getattr(value, "kind", None)
    return f"{name}.{kind}" if kind else str(name)


AnyEdit = Annotated[
    Annotated[Denoise, Tag("denoise")]
    | Annotated[Heal, Tag("heal")]
    | Annotated[Shine, Tag("shine")]
    | Annotated[Evenness, Tag("evenness")]
    | Annotated[MixedLight, Tag("mixed_light")]
    | Annotated[WhiteBalance, Tag("white_balance")]
    | Annotated[FillLight, Tag("fill_light")]
    | Annotated[Tone, Tag("tone")]
    | Annotated[Perspective, Tag("perspective")]
    | Annotated[StudioBackdrop, Tag("backdrop.studio")]
    | Annotated[SoftenBackdrop, Tag("backdrop.soften")]
    | Annotated[PhotoBackdrop, Tag("backdrop.photo")],
    Discriminator(_tag),
]
