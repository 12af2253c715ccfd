"""Faces under a key light and a known fill, which a reflector then makes stronger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catchlight import faces
from catchlight.color import to_encoded, to_linear
from catchlight.edits import FillLight, Scene
from catchlight.faces import Face
from catchlight.filling import plan_fill
from catchlight.skin import face_view

from .rendered_face import render_face

__all__ = ["HalfLit", "fill_for", "found", "half_lit", "lit", "scene_of"]


@dataclass(frozen=True, eq=False)
class HalfLit:
    """A face with little fill, and the same with the fill of a lower ratio.

    Attributes
    ----------
    before, even, lamp : (H, W, 3) uint8: as shot; with more of the even ambient light; with a large
        lamp on the side away from the key, which gives the shaded cheek as much.
    person : (H, W) bool, where the person is.
    """

    before: NDArray[np.uint8]
    even: NDArray[np.uint8]
    lamp: NDArray[np.uint8]
    person: NDArray[np.bool_]


def _linear(**light: Any) -> NDArray[np.float32]:
    settings: dict[str, Any] = {"size": (400, 500), "eye_distance_px": 90.0} | light
    return to_linear(render_face(noise=0, background=(0, 0, 0), **settings).pixels)


def half_lit(
    azimuth: float, elevation: float, stops: float, wanted: float, noise: float = 0.004, **face: Any
) -> HalfLit:
    """Light a face from `azimuth`, `elevation` at a ratio of `stops`, and at `wanted` stops.

    Pictures under each light alone are added up in linear light, the key is the same in all.
    """
    rest = {"shine": 0.0, **face}

    def alone(**light: Any) -> NDArray[np.float32]:
        return _linear(**(rest | light))

    key = alone(key_azimuth=azimuth, key_elevation=elevation, key_to_fill_stops=14.0)
    ambient = alone(key_to_fill_stops=0.0)
    aside = float(np.clip(-azimuth, -50, 50))
    lamp = alone(key_azimuth=aside, key_elevation=0.0, key_size_deg=110.0, key_to_fill_stops=14.0)
    level = 0.8
    fill, more = (1 / (2.0**ratio - 1) for ratio in (stops, wanted))
    background = np.float32(0.18)
    person = ambient.max(axis=2) > 0.002
    shaded = (key.sum(axis=2) < 0.05 * ambient.sum(axis=2)) & (lamp.sum(axis=2) > 0.02)
    gives = float(np.median(lamp[shaded] / ambient[shaded])) if shaded.sum() > 50 else 1.0
    pictures = []
    for light in (
        key + fill * ambient,
        key + more * ambient,
        key + fill * ambient + (more - fill) / gives * lamp,
    ):
        linear = np.where(person[..., None], level * light, background)
        encoded = to_encoded(np.clip(linear, 0, 1).astype(np.float32), np.uint16) / 65535.0
        encoded = encoded + np.random.default_rng(1).normal(0, noise, encoded.shape)
        pictures.append(np.clip(np.round(encoded * 255), 0, 255).astype(np.uint8))
    return HalfLit(*pictures, person)


def scene_of(pixels: NDArray[np.uint8], face: Face, person: NDArray[Any] | None = None) -> Scene:
    """The scene that edits get of a picture."""
    x, y = ((face.iris_right + face.iris_left) / 2).tolist()
    alpha = None if person is None else person.astype(np.float32)
    return Scene(
        to_linear(pixels), alpha, (x, y), face.eye_distance, landmarks=face.landmarks.copy()
    )


def found(pixels: NDArray[np.uint8]) -> Face:
    """The face in a picture."""
    return faces.find(pixels)[0]


def lit(
    azimuth: float = 55, elevation: float = 30, stops: float = 4.0, **face: Any
) -> tuple[HalfLit, Face]:
    """A face at a ratio of `stops`, also shown at 2 stops, and the face found in it."""
    pictures = half_lit(azimuth, elevation, stops, 2.0, **face)
    return pictures, found(pictures.before)


def fill_for(pictures: HalfLit, face: Face) -> FillLight:
    """The reflector planned for it."""
    fill = plan_fill(face_view(pictures.before, face), face, 2.0)
    assert fill is not None
    return fill
