"""The person's own scene, measured so that a backdrop can follow it, never the other way round.

Five things tell that two parts of a picture were not taken together: from where the light comes,
its strength and colour, how black its black is, its noise, and what is in focus. Viewers see
strength and colour first (Ferwerda, Selan & Pellacini 2010, "Perceptual rules for composites").
Everything is measured on the person as the recipe's colour edits leave them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .color import LUMINANCE_WEIGHTS, to_linear
from .edits import AnyEdit, Grain, Scene, Tone, WhiteBalance
from .faces import Face
from .light_color import DAYLIGHT, TINT, light_color
from .lighting import Lighting, lighting
from .measures.exposure import stops_to_normal
from .measures.light import key_side
from .mirrored_light import turn_of
from .noise import measure_noise
from .photo import Photo
from .skin import FaceView, skin_mask

__all__ = ["SceneMatch", "black_level", "match_scene", "side_of_key"]

# Paper that is a little too warm or cold belongs to the light; paper off towards green or magenta
# looks wrong wherever it is seen, and the tint is read least surely.
_MOST_TINT = 0.03  # stops

_EVEN = 0.15  # stops from side to side of the face below which its light has no side
_FULL = 0.9  # stops at which the paper gets all of the look's gradient
_USUAL = 1.0  # stops of contrast where it can't be read
_DIM, _BRIGHT = -1.5, 0.2  # stops from normal that a backdrop follows
_LIT_SKIN = 0.5  # luminance of the brightest skin in a full exposure
_MOST_VEIL = 0.035  # linear: more is a dark grey thing, not haze


@dataclass(frozen=True, slots=True)
class SceneMatch:
    """What was measured on the person.

    Attributes
    ----------
    key : -1 (the light comes from the picture's left) to 1, 0 where it has no side.
    elevation : degrees of the key above the level, as the camera sees it.
    contrast : stops of key and fill together over fill: 1 is 2:1, as in a corporate portrait.
    level : stops by which the person's light is stronger (negative: weaker) than in a normal
        exposure, after the edits.
    red_stops, blue_stops : colour of the light that is left on the person after the edits.
    monochrome : whether the picture has no colour.
    veil : linear sRGB, the least that the person's darkest parts have.
    grain : noise.
    """

    key: float
    elevation: float
    contrast: float
    level: float
    red_stops: float
    blue_stops: float
    monochrome: bool
    veil: tuple[float, float, float]
    grain: Grain


def match_scene(
    photo: Photo,
    face: Face,
    view: FaceView,
    alpha: NDArray[np.uint8],
    light: Sequence[AnyEdit],
) -> SceneMatch:
    """Measure on the person what a backdrop has to follow.

    Parameters
    ----------
    photo, face, view : the photograph, the subject's face in it, and the same at normal size.
    alpha : (H, W) uint8, the person's coverage.
    light : the colour edits that the person gets.
    """
    gains, exposure = np.ones(3), 0.0
    for edit in light:
        if isinstance(edit, WhiteBalance):
            gains = gains * edit.gains()
        elif isinstance(edit, Tone):
            exposure += edit.exposure_stops * edit.strength
    color = light_color(view, face.eye_distance)
    left = np.zeros(2)
    if color is not None:
        left = color + np.log2(gains[[0, 2]] / gains[1])
        tint = float(np.clip(left @ TINT, -_MOST_TINT, _MOST_TINT))
        left = float(left @ DAYLIGHT) * DAYLIGHT + tint * TINT
    found = lighting(view, face)
    key, elevation = side_of_key(view, found, face)
    level = _level(view, exposure)
    x, y = ((face.iris_left + face.iris_right) / 2).tolist()
    return SceneMatch(
        key=round(key, 2),
        elevation=round(elevation, 1),
        contrast=_USUAL if found is None else round(found.key_to_fill, 2),
        level=round(level, 3),
        red_stops=round(float(np.clip(left[0], -1.5, 1.5)), 3),
        blue_stops=round(float(np.clip(left[1], -1.5, 1.5)), 3),
        monochrome=color is None,
        veil=black_level(photo.pixels, alpha, face, light),
        grain=measure_noise(photo.pixels, alpha, (x, y), face.eye_distance, light),
    )


def _level(view: FaceView, exposure: float) -> float:
    """Stops by which the light is stronger than in a normal exposure, after `exposure` stops.

    A face half in the sun is not dim, though its eyes lie in the shade: where its brightest skin is
    as bright as a studio makes it, neither is the studio.
    """
    normal = stops_to_normal(view)
    if normal is None:
        return 0.0
    brightest = float(np.quantile(view.luminance[skin_mask(view)], 0.95))
    lit = math.log2(max(brightest, 1e-4) / _LIT_SKIN) + exposure
    return float(np.clip(max(exposure - normal, min(0.0, lit)), _DIM, _BRIGHT))


def side_of_key(view: FaceView, light: Lighting | None, face: Face) -> tuple[float, float]:
    """Return the key light's side, -1 (picture's left) to 1, and its elevation in degrees.

    Where the light on the face was read, its key's share of the light from left to right tells the
    stops; otherwise cheek against cheek.
    """
    cheeks = key_side(view)
    if light is None:
        stops, elevation = cheeks or 0.0, 30.0
    else:
        toward = turn_of(face) @ light.direction
        elevation = math.degrees(math.asin(float(np.clip(toward[1], -1, 1))))
        # A cheek lies about 40° to its side of the camera's axis.
        cos, sin = math.cos(math.radians(40)), math.sin(math.radians(40))
        ambient = max(float(light.ambient @ LUMINANCE_WEIGHTS), 1e-6)
        key = float(light.key @ LUMINANCE_WEIGHTS)
        sides = [ambient + key * max(0.0, cos * toward[2] + s * sin * toward[0]) for s in (1, -1)]
        stops = math.log2(sides[0] / sides[1])
        if cheeks is not None:
            sure = 1.0 / (1.0 + (light.uncertainty / 20.0) ** 2)
            stops = sure * stops + (1 - sure) * cheeks
    if abs(stops) < _EVEN:
        return 0.0, elevation
    return float(np.clip(stops / _FULL, -1, 1)), elevation


def black_level(
    pixels: NDArray[np.uint8] | NDArray[np.uint16],
    alpha: NDArray[np.uint8],
    face: Face,
    light: Sequence[AnyEdit] = (),
) -> tuple[float, float, float]:
    """Return the least light of the person's darkest parts, linear sRGB after the edits.

    Pupils, nostrils, hair and folds of clothes are nearly black in life; what they have in the
    photograph is haze, flare, or a raised black. Noise is averaged over a twentieth of the eye
    distance first. At most 0.035: more is not haze.
    """
    middle = (face.iris_right + face.iris_left) / 2
    reach = np.array([2.6, 3.2]) * face.eye_distance
    x0, y0 = np.maximum(np.floor(middle - reach), 0).astype(int)
    x1, y1 = np.minimum(np.ceil(middle + reach), alpha.shape[::-1]).astype(int)
    by = min(1.0, 20.0 / face.eye_distance)
    size = (max(8, round((x1 - x0) * by)), max(8, round((y1 - y0) * by)))
    solid = cv2.resize(alpha[y0:y1, x0:x1], size, interpolation=cv2.INTER_AREA) >= 254
    if solid.sum() < 50:
        return 0.0, 0.0, 0.0
    small = cv2.resize(to_linear(pixels[y0:y1, x0:x1]), size, interpolation=cv2.INTER_AREA)
    scene = Scene(np.asarray(small, np.float32), None, (0.0, 0.0), 1.0)
    for edit in light:
        if isinstance(edit, WhiteBalance | Tone):
            scene = edit.apply(scene)
    colors = scene.linear[solid]
    level = colors @ LUMINANCE_WEIGHTS.astype(np.float32)
    darkest = colors[level <= np.quantile(level, 0.004)]
    red, green, blue = (
        round(float(np.clip(v, 0.0, _MOST_VEIL)), 5) for v in np.median(darkest, axis=0)
    )
    return red, green, blue
