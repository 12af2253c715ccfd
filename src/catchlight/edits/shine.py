"""Shine: the mirrored light on forehead, nose and cheeks brought down towards the skin's own.

The dichromatic model (Shafer 1985, "Using color to separate reflection components"): a pixel is so
much of the skin's own colour and so much of the light's. Where the light's share is more than
elsewhere on the face, the smooth part of the picture is moved towards the skin about it. Pores and
fine glints stay, and so does most of the sheen that gives a face its shape.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from .edit import Edit
from .face_grid import FaceGrid, face_grid, with_ratio
from .scene import Scene
from .skin_area import LUMA, masked_blur

__all__ = ["Shine"]

Float32 = NDArray[np.float32]

_FINE = 0.02  # eye distances: what is smaller is texture
_NEAR = 0.3  # eye distances of skin about a shine that it is brought towards
_SOME, _FULL = 0.1, 0.35  # mirrored over own light, above the face's usual, where it sets in
_OVER_NEAR = (1.06, 1.3)  # and brightness over the skin about it
# Share of plain skin within _NEAR: about a broad bright side, which is light, and about a shine.
_BROAD, _SPOT = 0.2, 0.5
_MOST = np.float32(0.45)  # share of a channel's light that is taken
_BURNT = (0.8, 0.97)  # least channel of what has begun to burn out, and of what is burnt out
_TINGE = np.float32(0.5)  # share of the skin's own colour that what is burnt out gets


class Shine(Edit):
    """Take `amount` of the mirrored excess away; at 1 nothing of it would be left.

    `skin` is the skin's own colour and `light` that of the light, linear sRGB of luminance 1.
    `soft`, in eye distances, is the standard deviation over which the edit sets in.
    """

    name: Literal["shine"] = "shine"
    version: Literal[1] = 1
    amount: float = Field(ge=0.0, le=0.6)
    skin: tuple[float, float, float]
    light: tuple[float, float, float]
    soft: float = Field(default=0.035, gt=0.0, le=0.3)

    def apply(self, scene: Scene, *, in_place: bool = False) -> Scene:
        """Bring the excess down; nothing happens without landmarks."""
        if self.strength == 0 or self.amount == 0 or scene.landmarks is None:
            return scene
        grid = face_grid(scene.linear, scene.landmarks, scene.eye_distance)
        if grid is None:
            return scene
        smooth, own, mirrored, share = self.parts(grid)
        # no more than is mirrored: the lit side of a face is brighter than the other for its own
        most_of_it = np.maximum(mirrored, 0)[..., None] * np.array(self.light, np.float32)
        excess = np.clip(smooth - own, 0, most_of_it) * share[..., None]
        removed = np.float32(self.strength * self.amount) * excess
        removed = removed / np.maximum(smooth, np.float32(1e-3))
        # White that is burnt out has lost the light's colour: less of it would leave the difference
        # of the two, grey or lilac. It stays as bright and gets a tinge of the skin about it.
        start, end = _BURNT
        burnt = np.clip((smooth.min(axis=2) - start) / np.float32(end - start), 0, 1)
        burnt = masked_blur(burnt, np.ones_like(burnt), self.soft * grid.eye_distance)[..., None]
        hue = np.maximum(own, 0) / np.maximum(own.max(axis=2, keepdims=True), np.float32(1e-3))
        tinge = np.float32(self.strength * self.amount) * _TINGE * (1 - hue) * share[..., None]
        removed = removed + burnt * (tinge - removed)
        # Towards the limit ever more slowly, so that no edge of it shows, and in all channels
        # alike: the blue that is too much has to go with the rest, or the skin turns ashen.
        most = np.maximum(removed.max(axis=2, keepdims=True), np.float32(1e-6))
        ratio = 1 - removed * (_MOST * np.tanh(most / _MOST) / most)
        return with_ratio(scene, grid, ratio.astype(np.float32), in_place=in_place)

    def parts(self, grid: FaceGrid) -> tuple[Float32, Float32, Float32, Float32]:
        """Return the smooth face and the diffuse skin about each place (h, w, 3), the light that is
        mirrored above the face's usual, and where it shines, 0..1.
        """
        unit = grid.eye_distance
        smooth = masked_blur(grid.linear, np.clip(grid.skin + 1e-3, 0, 1), _FINE * unit)
        basis = np.column_stack([self.skin, self.light]).astype(np.float64)
        inverse = np.linalg.pinv(basis)
        own, mirrored = (smooth @ row for row in inverse.astype(np.float32))
        part = mirrored / np.maximum(own, np.float32(0.02))
        sure = grid.skin > 0.6
        usual = float(np.median(part[sure])) if sure.any() else 0.0
        share = np.clip((part - np.float32(usual + _SOME)) / np.float32(_FULL - _SOME), 0, 1)
        share = np.where(own < 0.02, (mirrored > 0.3).astype(np.float32), share)
        plain = np.asarray(grid.skin * (1 - share) + np.float32(1e-4), np.float32)
        near = masked_blur(smooth, plain, _NEAR * unit)
        over = (smooth @ LUMA) / np.maximum(near @ LUMA, np.float32(1e-3))
        low, high = _OVER_NEAR
        share = share * np.clip((over - low) / (high - low), 0, 1) * grid.skin
        unlit = np.asarray(plain / np.maximum(grid.skin, np.float32(1e-3)), np.float32)
        about = masked_blur(unlit, grid.skin, _NEAR * unit)
        share = share * np.clip((about - _BROAD) / (_SPOT - _BROAD), 0, 1)
        excess = mirrored - np.float32(usual) * np.maximum(own, 0)
        share = masked_blur(share.astype(np.float32), np.ones_like(share), self.soft * unit)
        return smooth, near, np.asarray(excess, np.float32), np.asarray(share, np.float32)

    def describe(self) -> str:
        """Say how much shine was taken."""
        part = self.strength * self.amount
        if part < 0.01:
            return "Shine left as shot."
        return f"Shine on the skin brought down by {part:.0%} of its excess; pores and glints stay."
