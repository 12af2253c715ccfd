"""Evenness: redness and the shadows under the eyes evened as by dodging and burning, slowly.

Redness is red light over green, which no shading changes; blood alone makes it vary over a few
centimetres of skin (the erythema index; see also Tsumura et al. 2003). What varies faster than two
cycles an eye distance, and what varies more slowly than half the face, is left: texture, spots,
the shape of the light and the person's own colouring. The mean colour of the skin is kept.
"""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from .edit import Edit
from .face_grid import FaceGrid, face_grid, with_ratio
from .scene import Scene
from .skin_area import LUMA, logarithm, masked_blur

__all__ = ["Evenness"]

Float32 = NDArray[np.float32]

# A Gaussian of σ passes half the amplitude at 0.187 / σ cycles: two cycles an eye distance.
_FINE = 0.187 / 2
_COARSE = 0.5  # eye distances: redness that varies more slowly is how the face is coloured
# Stops of red, green and blue light that blood takes, for one of green (reflectance of skin with
# more and less blood; proportions between broad camera channels, not a spectrum).
_BLOOD = np.array([0.15, 1.0, 0.8], np.float32)
_PALE = 0.65  # share by which skin is reddened that is paler than what is about it
_MOST_PALE, _MOST_RED = 0.15, 0.5  # stops of green light
_MOST_EYES = 1 / 3
# Below the lower lids, the rows of the mesh between lid and cheek, outer to inner end.
_UNDER_EYES = (
    (226, 31, 228, 229, 230, 231, 232, 233),
    (446, 261, 448, 449, 450, 451, 452, 453),
)
_DOWN = 0.2  # eye distances to which such a shadow reaches
_MOST_LIFT = 0.35  # stops


class Evenness(Edit):
    """Even redness by `redness`, 0..1, and lift shadows under the eyes by `eyes`, at most 1/3."""

    name: Literal["evenness"] = "evenness"
    version: Literal[1] = 1
    redness: float = Field(default=0.5, ge=0.0, le=0.7)
    eyes: float = Field(default=0.3, ge=0.0, le=_MOST_EYES)

    def apply(self, scene: Scene, *, in_place: bool = False) -> Scene:
        """Even the face; nothing happens without landmarks."""
        plain = self.redness == 0 and self.eyes == 0
        if self.strength == 0 or plain or scene.landmarks is None:
            return scene
        grid = face_grid(scene.linear, scene.landmarks, scene.eye_distance)
        if grid is None or not (grid.skin > 0.5).any():
            return scene
        stops = logarithm(grid.linear)
        change = np.float32(self.redness) * _redness(grid, stops)[..., None] * _BLOOD
        change += np.float32(self.eyes) * _shadow(grid, stops)[..., None]
        total = float(grid.skin.sum())
        mean = [float((change[..., c] * grid.skin).sum()) / total for c in range(3)]
        change -= np.array(mean, np.float32) * grid.skin[..., None]
        ratio = np.exp2(np.float32(self.strength) * change)
        return with_ratio(scene, grid, np.asarray(ratio, np.float32), in_place=in_place)

    def describe(self) -> str:
        """Say how much was evened."""
        parts = []
        if self.strength * self.redness >= 0.01:
            parts.append(f"redness by {self.strength * self.redness:.0%}")
        if self.strength * self.eyes >= 0.01:
            parts.append(f"shadows under the eyes by {self.strength * self.eyes:.0%}")
        if not parts:
            return "Evenness of the skin left as shot."
        return f"Evened, wide and soft: {' and '.join(parts)}; texture and mean colour stay."


def _redness(grid: FaceGrid, stops: Float32) -> Float32:
    """Stops of green light that blood takes here more than about it, (h, w)."""
    red = stops[..., 0] - stops[..., 1]
    unit = grid.eye_distance
    fine = masked_blur(red, grid.skin, _FINE * unit)
    coarse = masked_blur(red, grid.skin, _COARSE * unit)
    more = (fine - coarse) / float(_BLOOD[1] - _BLOOD[0])
    # skin is paler than what is about it where it shines, and that is not a lack of blood
    more = np.where(more < 0, np.float32(_PALE) * more, more)
    return np.asarray(np.clip(more, -_MOST_PALE, _MOST_RED) * grid.skin, np.float32)


def _shadow(grid: FaceGrid, stops: Float32) -> Float32:
    """Stops by which the skin under the eyes is darker than the cheeks below it, (h, w)."""
    unit = grid.eye_distance
    down = grid.points[152] - grid.points[10]
    down = down / max(float(np.hypot(*down)), 1e-6)
    light = stops @ LUMA
    total = np.zeros(grid.skin.shape, np.float32)
    for row in _UNDER_EYES:
        upper = grid.points[list(row)]
        under = _filled(grid.skin.shape, np.vstack([upper, (upper + _DOWN * unit * down)[::-1]]))
        cheek = _filled(
            grid.skin.shape,
            np.vstack([upper + 0.26 * unit * down, (upper + 0.55 * unit * down)[::-1]]),
        )
        cheek = cheek * grid.skin
        if float(cheek.sum()) < 10:
            continue
        level = masked_blur(light, cheek, 0.25 * unit)
        darker = np.maximum(level - masked_blur(light, under, 0.05 * unit), 0)
        soft = cv2.GaussianBlur(under, (0, 0), 0.04 * unit)
        total = np.maximum(total, np.minimum(darker, _MOST_LIFT / _MOST_EYES) * soft)
    return np.asarray(total, np.float32)


def _filled(shape: tuple[int, ...], points: Float32) -> Float32:
    mask = np.zeros(shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.round((points - 0.5) * 16).astype(np.int32)], 1, cv2.LINE_8, 4)
    return mask.astype(np.float32)
