"""Backdrop: what stands behind the person.

The real background, out of focus (`SoftenBackdrop`); a seamless paper lit from the side the key
light comes from (`StudioBackdrop`); the user's own photograph (`PhotoBackdrop`). All composite in
linear light with decontaminated foreground colours, and none of them changes an opaque pixel of
the person. Lengths are in eye distances, places are relative to the middle between the eyes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..color import to_linear
from ..compiled import compiled
from ..errors import RecipeError
from .edit import Edit
from .scene import Scene

__all__ = ["PhotoBackdrop", "SoftenBackdrop", "StudioBackdrop"]

_REACH = 16.0  # eye distances from the eyes to the edge of the light map; further out is constant
_MAP = 512  # pixels of the light map's side: it is smooth
_TILE = 512  # pixels of the grain tile's side


@compiled
def _over(
    person: NDArray[np.float32],
    alpha: NDArray[np.float32],
    color: NDArray[np.float32],
    light: NDArray[np.float32],
    grain: NDArray[np.float32],
    out: NDArray[np.float32],
) -> None:
    """Composite the person over `color` times `light`, with grain, in one pass."""
    height, width = alpha.shape
    side = grain.shape[0]
    for y in range(height):
        for x in range(width):
            a = alpha[y, x]
            if a >= 1:
                for c in range(3):
                    out[y, x, c] = person[y, x, c]
                continue
            level = light[y, x] * (np.float32(1.0) + grain[y % side, x % side])
            for c in range(3):
                behind = min(color[c] * level, np.float32(1.0))
                out[y, x, c] = a * person[y, x, c] + (np.float32(1.0) - a) * behind


def _cut_out(scene: Scene) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The person's colours and coverage."""
    if scene.alpha is None or scene.person is None:
        raise RecipeError("the recipe asks for a backdrop but names no matte")
    return scene.person, scene.alpha


def paper_light(
    *, gradient: float, key: float, falloff: float, mottle: float, seed: int
) -> NDArray[np.float32]:
    """Light on the paper as a factor, (512, 512) float32, over ±16 eye distances about the eyes.

    Across, `gradient` stops from side to side of an 8 eye distances wide picture, brighter towards
    the key light; from the middle outwards, `falloff` stops at 5.5 eye distances; clouds of
    `mottle` stops, of two to five eye distances, as on a hand-painted canvas.
    """
    axis = (np.arange(_MAP, dtype=np.float32) + 0.5) / _MAP * 2 * _REACH - _REACH
    u, v = axis[None, :], axis[:, None]
    across = gradient * key * 0.5 * np.tanh(u / 4.0) / np.tanh(1.0)
    # the pool of light behind the head sits a little towards the key and below the eyes
    radius = np.hypot(u - 0.8 * key, (v - 0.6) * 0.9)
    pool = -falloff * np.minimum(radius / 5.5, 1.6) ** 2
    stops = across + pool
    if mottle > 0:
        rng = np.random.default_rng(seed)
        clouds = np.zeros((_MAP, _MAP), np.float32)
        for cells, weight in ((7, 0.6), (14, 0.3), (30, 0.12)):
            noise = rng.standard_normal((cells, cells)).astype(np.float32)
            clouds += weight * cv2.resize(noise, (_MAP, _MAP), interpolation=cv2.INTER_CUBIC)
        stops = stops + mottle * clouds / max(float(clouds.std()), 1e-6) * 0.5
    return np.asarray(np.exp2(stops), np.float32)


def _spread(light: NDArray[np.float32], scene: Scene) -> NDArray[np.float32]:
    """Enlarge the light map to the picture: the same light whatever the picture's size."""
    height, width = scene.linear.shape[:2]
    per_pixel = _MAP / (2 * _REACH * scene.eye_distance)
    x, y = scene.eyes
    # destination pixel index -> map index
    matrix = np.array(
        [
            [per_pixel, 0, (0.5 - x) * per_pixel + _MAP / 2 - 0.5],
            [0, per_pixel, (0.5 - y) * per_pixel + _MAP / 2 - 0.5],
        ]
    )
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    spread = cv2.warpAffine(
        light, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(spread, np.float32)


def _grain(amount: float, seed: int) -> NDArray[np.float32]:
    """Tile of soft noise with standard deviation `amount`, (512, 512) float32."""
    noise = np.random.default_rng(seed).standard_normal((_TILE, _TILE)).astype(np.float32)
    wrapped = cv2.copyMakeBorder(noise, 4, 4, 4, 4, cv2.BORDER_WRAP)
    soft = cv2.GaussianBlur(wrapped, (0, 0), 0.6)[4:-4, 4:-4]
    return np.ascontiguousarray(soft / soft.std() * amount, np.float32)


class StudioBackdrop(Edit):
    """A seamless paper or painted canvas, lit from the side the person is lit from."""

    name: Literal["backdrop"] = "backdrop"
    kind: Literal["studio"] = "studio"
    version: Literal[1] = 1
    paper: str = Field(max_length=60)
    color: str = Field(pattern=r"^#[0-9a-f]{6}$")
    gradient: float = Field(ge=0, le=3)
    key: float = Field(ge=-1, le=1, description="side of the key light: -1 image left, 1 right")
    falloff: float = Field(ge=0, le=3)
    mottle: float = Field(default=0.0, ge=0, le=1)
    grain: float = Field(default=0.008, ge=0, le=0.1, description="relative noise of the paper")
    seed: int = 1

    def apply(self, scene: Scene, *, in_place: bool = False) -> Scene:
        """Set the person before the paper."""
        person, alpha = _cut_out(scene)
        if self.strength == 0:
            return scene
        rgb = np.array([list(bytes.fromhex(self.color[1:]))], np.uint8)[None]
        light = paper_light(
            gradient=self.gradient,
            key=self.key,
            falloff=self.falloff,
            mottle=self.mottle,
            seed=self.seed,
        )
        reuse = in_place and self.strength == 1 and scene.linear is not person
        out = scene.linear if reuse else np.empty_like(scene.linear)
        _over(
            person,
            alpha,
            to_linear(rgb)[0, 0],
            _spread(light, scene),
            _grain(self.grain, self.seed),
            out,
        )
        return _blend(scene, out, self.strength)

    def describe(self) -> str:
        """Say which paper it is and from where it is lit."""
        if abs(self.key) < 0.15:
            where = "lit evenly, as you are"
        else:
            where = (
                f"brighter on the picture's {'right' if self.key > 0 else 'left'}, as you are lit"
            )
        return f"Backdrop: {self.paper}, {where}. Your outline is from the photograph."


class SoftenBackdrop(Edit):
    """The real background as a lens with a wider aperture would show it; the person untouched."""

    name: Literal["backdrop"] = "backdrop"
    kind: Literal["soften"] = "soften"
    version: Literal[1] = 1
    blur: float = Field(gt=0, le=3, description="diameter of the blur disc in eye distances")
    dim: float = Field(default=0.0, ge=0, le=2, description="stops")

    def apply(self, scene: Scene, *, in_place: bool = False) -> Scene:
        """Blur what is not the person, in linear light, without the person's colours."""
        person, alpha = _cut_out(scene)
        if self.strength == 0:
            return scene
        diameter = self.strength * self.blur * scene.eye_distance
        behind = blur_behind(scene.linear, alpha, diameter)
        behind *= np.float32(2.0 ** (-self.dim * self.strength))
        out = alpha[..., None] * person + (1 - alpha[..., None]) * behind
        opaque = alpha >= 1
        out[opaque] = person[opaque]
        return replace(scene, linear=out)

    def describe(self) -> str:
        """Say what was done to the background."""
        return "Backdrop: the real background, out of focus. You are not blurred."


class PhotoBackdrop(Edit):
    """The user's own photograph, out of focus, with its horizon at the height of the eyes."""

    name: Literal["backdrop"] = "backdrop"
    kind: Literal["photo"] = "photo"
    version: Literal[1] = 1
    path: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    blur: float = Field(default=0.35, ge=0, le=3)
    height: float = Field(default=9.0, gt=2, le=40, description="eye distances the photo is high")
    grain: float = Field(default=0.008, ge=0, le=0.1)

    def apply(self, scene: Scene, *, in_place: bool = False) -> Scene:
        """Set the person before the photograph."""
        person, alpha = _cut_out(scene)
        if self.strength == 0:
            return scene
        if scene.plate is None:
            raise RecipeError(f"the backdrop photograph {self.path} was not given")
        plate = scene.plate
        rows, columns = plate.shape[:2]
        x, y = scene.eyes
        height, width = alpha.shape
        # large enough for its own stated size, and to fill the picture on every side of the eyes
        scale = max(
            self.height * scene.eye_distance / rows,
            2 * max(y, height - y) / rows,
            2 * max(x, width - x) / columns,
        )
        if scale < 1:  # shrink by areas first, or the warp would alias
            size = (max(2, round(columns * scale)), max(2, round(rows * scale)))
            plate = cv2.resize(plate, size, interpolation=cv2.INTER_AREA)
            rows, columns = plate.shape[:2]
            scale = 1.0
        matrix = np.array(
            [
                [scale, 0, x - 0.5 - scale * (columns - 1) / 2],
                [0, scale, y - 0.5 - scale * (rows - 1) / 2],
            ]
        )
        behind = cv2.warpAffine(
            plate, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
        )
        behind = disc_blur(behind, self.blur * scene.eye_distance)
        grain = _grain(self.grain, 1)
        tiles = (-(-height // _TILE), -(-width // _TILE))
        behind = behind * (1 + np.tile(grain, tiles)[:height, :width, None])
        out = alpha[..., None] * person + (1 - alpha[..., None]) * behind
        opaque = alpha >= 1
        out[opaque] = person[opaque]
        return _blend(scene, out.astype(np.float32), self.strength)

    def describe(self) -> str:
        """Say what stands behind the person."""
        return "Backdrop: your own photograph, out of focus, its middle at the height of your eyes."


def _blend(scene: Scene, out: NDArray[np.float32], strength: float) -> Scene:
    if strength < 1:
        out = scene.linear + np.float32(strength) * (out - scene.linear)
    return replace(scene, linear=out)


def _disc(diameter: float) -> NDArray[np.float32]:
    """Kernel of a uniform disc with an anti-aliased rim, sum 1."""
    radius = max(diameter / 2, 0.5)
    reach = int(np.ceil(radius))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    kernel = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1).astype(np.float32)
    return np.asarray(kernel / kernel.sum(), np.float32)


def disc_blur(image: NDArray[np.float32], diameter: float) -> NDArray[np.float32]:
    """Blur by a uniform disc, (H, W[, C]) float32 linear light, diameter in pixels.

    Large discs are applied at a reduced size: a disc of 24 pixels is sampled finely enough.
    """
    if diameter < 1:
        return image
    height, width = image.shape[:2]
    shrink = max(1.0, diameter / 24)
    size = (max(2, round(width / shrink)), max(2, round(height / shrink)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA) if shrink > 1 else image
    small = cv2.filter2D(
        small, -1, _disc(diameter * size[0] / width), borderType=cv2.BORDER_REFLECT
    )
    if shrink > 1:
        small = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.maximum(small, 0), np.float32)


def blur_behind(
    linear: NDArray[np.float32], alpha: NDArray[np.float32], diameter: float
) -> NDArray[np.float32]:
    """Blur the background without the person leaking in: normalised convolution.

    Knutsson & Westin 1993: blur(background * certainty) / blur(certainty), the certainty being 1
    where there is no person at all. Where no background is in reach, a wider blur fills in.

    Parameters
    ----------
    linear : (H, W, 3) float32, linear light.
    alpha : (H, W) float32, the person's coverage.
    diameter : of the blur disc, pixels.
    """
    height, width = alpha.shape
    # The background's own detail is far below the disc's size: work where a disc has 24 pixels.
    shrink = max(1.0, diameter / 24)
    size = (max(8, round(width / shrink)), max(8, round(height / shrink)))
    certainty = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA)
    certainty = np.clip(1 - certainty * 25, 0, 1)
    small = cv2.resize(linear, size, interpolation=cv2.INTER_AREA)
    kernel = _disc(diameter * size[0] / width)
    weighted = small * certainty[..., None]
    top = cv2.filter2D(weighted, -1, kernel, borderType=cv2.BORDER_REFLECT)
    bottom = cv2.filter2D(certainty, -1, kernel, borderType=cv2.BORDER_REFLECT)
    total = np.maximum(bottom, 1e-6)[..., None]
    blurred = top / total
    # behind the person: ever wider discs, until the picture is full
    known = np.clip(bottom * 8, 0, 1)[..., None]
    sigma = kernel.shape[0]
    fill, weight = weighted, certainty
    while float(known.min()) < 1 and sigma < 4 * max(size):
        wide = cv2.GaussianBlur(fill, (0, 0), sigma, borderType=cv2.BORDER_REFLECT)
        mass = cv2.GaussianBlur(weight, (0, 0), sigma, borderType=cv2.BORDER_REFLECT)
        blurred = known * blurred + (1 - known) * wide / np.maximum(mass, 1e-6)[..., None]
        known = np.maximum(known, np.clip(mass * 8, 0, 1)[..., None])
        sigma *= 3
    out = cv2.resize(blurred, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.maximum(out, 0), np.float32)
