"""Deciding on fill light: how much a reflector should add, and from where, for this face."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .color import LUMINANCE_WEIGHTS
from .edits import FillLight, Scene
from .edits.light_grid import light_grid
from .edits.shading import face_light
from .faces import Face
from .landmarks import IRIS_LEFT, IRIS_RIGHT
from .lighting import Lighting, lighting
from .measures.light import key_side
from .mirrored_light import turn_of
from .skin import FaceView, skin_mask

__all__ = ["plan_fill", "relit", "shadow_stops", "under_balance"]

_WORTH = 0.25  # stops over the look's ratio from which a reflector is worth while
_EVEN, _WORTH_EVEN = 0.4, 0.8  # cheeks less apart than the first are lit evenly: stops of those
_DEEP = 0.04  # share of the plain skin that is darker than what counts as shade
_SHADED = (0.03, 0.1)  # share of the skin in shade: below the first none is, from the second plenty
_SURE = 0.45  # stops of uncertainty up to which the ratio is taken as it was read
_LOST = 2.0  # and from which it is not known
_UNLIKE = 0.45  # misfit from which the cheeks differ by more than light
_ASIDE = 50.0  # degrees to the side that a reflector stands at the most
_HIGH, _LOW = 40.0, -15.0  # degrees: for a key above the first, a reflector lies below the face
_ROUNDS = 3
_MOST = 2.8  # stops
_LEAST = 0.15  # stops that would not be seen
_TOLERATED = 2.6  # L* of noise on shaded skin, at 80 pixels between the eyes, that may show


def shadow_stops(view: FaceView, light: Lighting) -> float:
    """Return the stops of full light over fill that are sure; 0 where there is no shade.

    Where the ratio is unsure it is taken for less by its uncertainty, or where little skin is in
    shade, but for no less than what one cheek is darker than the other.
    """
    sure = 0.0
    if light.stops_uncertainty <= _LOST and light.shaded >= _SHADED[0]:
        sure = light.key_to_fill
        if light.stops_uncertainty > _SURE:
            sure = max(sure - light.stops_uncertainty, 0.0)
        sure *= math.sqrt(min(1.0, light.shaded / _SHADED[1]))
    side = key_side(view)
    return sure if side is None or light.misfit > _UNLIKE else max(sure, abs(side))


def plan_fill(
    view: FaceView, face: Face, wanted: float, noise: float | None = None
) -> FillLight | None:
    """Return the reflector that brings a face's light to a ratio, None where it needs none.

    Parameters
    ----------
    view, face : the subject's face upright at normal size, as shot, and in the photograph.
    wanted : stops of full light over fill that the look asks for, at least 1.
    noise : standard deviation of lightness (L*) on shaded skin as `measures.noise.shade_noise`
        gives it, None where it is not known.
    """
    light = lighting(view, face)
    if light is None:
        return None
    wanted = max(wanted, 1.0)
    ratio = shadow_stops(view, light)
    side = key_side(view)
    worth = _WORTH if side is None or abs(side) > _EVEN else _WORTH_EVEN
    if ratio < wanted + worth:
        return None
    x, y, z = (turn_of(face) @ light.direction).tolist()
    azimuth, elevation = math.degrees(math.atan2(x, z)), math.degrees(math.asin(max(-1, min(1, y))))
    skin = _full_light(view, light)
    # Dark hair may pass for shade to those who read the light, but not where skin is looked for.
    ratio = min(ratio, _deepest(view, face, skin, ratio, (azimuth, elevation)))
    if ratio < wanted + worth:
        return None
    # Of full light K + A and fill A the ratio is log2((K + A) / A); wanted is A' in place of A.
    most = _MOST
    if noise is not None:
        # Lightness is the cube root of light, so noise in it grows as the cube root of the gain.
        most = min(most, 3 * math.log2(max(_TOLERATED / max(noise, 1e-3), 1.0)))
    stops = min(math.log2((2.0**ratio - 1) / (2.0**wanted - 1)), most)
    if stops < _LEAST:
        return None
    fill = FillLight(
        stops=round(stops, 2),
        azimuth=round(max(-_ASIDE, min(_ASIDE, -azimuth)), 1),
        elevation=_LOW if elevation > _HIGH else 0.0,
        key_azimuth=round(azimuth, 1),
        key_elevation=round(elevation, 1),
        ratio_stops=round(ratio, 2),
        skin=skin,
    )
    if light.stops_uncertainty > _SURE:
        return fill
    # What is reached depends on which skin is in shade, so it is measured and put right.
    for _ in range(_ROUNDS):
        after = lighting(relit(view, face, fill), face)
        if (
            after is None
            or after.stops_uncertainty > _SURE
            or abs(after.key_to_fill - wanted) < 0.1
        ):
            break
        stops = max(min(stops + after.key_to_fill - wanted, most), 0.0)
        fill = fill.model_copy(update={"stops": round(stops, 2)})
    return fill if stops >= _LEAST else None


def _full_light(view: FaceView, light: Lighting) -> tuple[float, float, float]:
    """Return the colour of skin in full light, linear sRGB."""
    seen = view.linear[skin_mask(view) & ~view.clipped]
    usual = np.median(seen / np.maximum(seen @ LUMINANCE_WEIGHTS, 1e-4)[:, None], axis=0)
    level = float((light.key + light.ambient) @ LUMINANCE_WEIGHTS)
    red, green, blue = np.clip(level * usual, 1e-3, 4.0).round(4).tolist()
    return red, green, blue


def _deepest(
    view: FaceView,
    face: Face,
    skin: tuple[float, float, float],
    ratio: float,
    key: tuple[float, float],
) -> float:
    """Return how many stops below full light the darker parts of the plain skin are."""
    light = face_light(light_grid(_scene(view, face)), skin, ratio, key)
    plain = light.sure > 0.5
    return -float(np.quantile(light.stops[plain], _DEEP)) if plain.sum() > 100 else 0.0


def _scene(view: FaceView, face: Face) -> Scene:
    landmarks = np.column_stack([view.points, face.landmarks[:, 2] * view.scale])
    x, y = ((view.points[IRIS_RIGHT] + view.points[IRIS_LEFT]) / 2).tolist()
    distance = float(np.hypot(*(view.points[IRIS_LEFT] - view.points[IRIS_RIGHT])))
    return Scene(view.linear, None, (x, y), distance, landmarks=landmarks.astype(np.float32))


def relit(view: FaceView, face: Face, fill: FillLight) -> FaceView:
    """Return a face's view as it looks with a reflector."""
    linear = fill.apply(_scene(view, face)).linear
    return replace(view, linear=np.minimum(linear, np.float32(1)))


def under_balance(fill: FillLight, gains: NDArray[np.float64]) -> FillLight:
    """Return a reflector for a picture whose channels were scaled before, by `gains` (3,)."""
    red, green, blue = np.clip(np.array(fill.skin) * gains, 1e-3, 4.0).round(4).tolist()
    return fill.model_copy(update={"skin": (red, green, blue)})
