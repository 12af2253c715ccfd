"""Backdrop: what stands behind the person.

The real background, out of focus (`SoftenBackdrop`); a seamless paper or painted canvas
(`StudioBackdrop`); the user's own photograph (`PhotoBackdrop`). Each carries what was measured on
the person (`Match`), and all composite in linear light with decontaminated foreground colours:
none changes an opaque pixel of the person. Lengths are in eye distances, places are relative to
the middle between the eyes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from ..color import LUMINANCE_WEIGHTS, to_linear
from ..errors import RecipeError
from .edit import Edit
from .grain import Grain
from .lens_blur import Lens, defocus, defocus_behind
from .light_wrap import composite
from .paper import MAP_REACH, MAP_SIDE, canvas, paper_light
from .scene import Scene

__all__ = ["Match", "PhotoBackdrop", "SoftenBackdrop", "StudioBackdrop"]

_Image = NDArray[np.float32]
_MARGIN = 0.025  # eye distances about the person that are no clean background
_KNEE = 0.7  # linear level from which a photograph's highlights are rolled off
_AVERAGES = 2.0  # pixels of a disc that averages the background's own noise away
_HIDES = 2.2  # pixels of a photograph that a disc covers where its enlarging does not show
_Veil = Annotated[float, Field(ge=0, le=0.2)]


class Match(BaseModel):
    """What was measured on the person and is done to the backdrop.

    Attributes
    ----------
    level : stops by which the light on it is stronger than in a normal exposure.
    red_stops, blue_stops : colour of the light, against green.
    veil : linear sRGB of the photograph's black.
    grain : its noise; None where nothing was measured.
    wrap : share of the backdrop's light that goes round a thin edge, where it is brighter.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: float = Field(default=0.0, ge=-4, le=4)
    red_stops: float = Field(default=0.0, ge=-3, le=3)
    blue_stops: float = Field(default=0.0, ge=-3, le=3)
    veil: tuple[_Veil, _Veil, _Veil] = (0.0, 0.0, 0.0)
    grain: Grain | None = None
    wrap: float = Field(default=0.35, ge=0, le=1)

    @property
    def gains(self) -> _Image:
        """Factors on linear red, green and blue, (3,) float32; a grey keeps its luminance."""
        raw = np.exp2(np.array([self.red_stops, 0.0, self.blue_stops]))
        return np.asarray(raw / (LUMINANCE_WEIGHTS @ raw) * 2.0**self.level, np.float32)


class _Backdrop(Edit):
    """What all backdrops have."""

    name: Literal["backdrop"] = "backdrop"
    version: Literal[2] = 2
    match: Match = Match()

    def _set_before(self, scene: Scene, behind: _Image, *, in_place: bool) -> Scene:
        reuse = in_place and scene.linear is not scene.person and scene.linear is not behind
        out = scene.linear if reuse else np.empty_like(scene.linear)
        composite(
            scene,
            behind,
            veil=self.match.veil,
            grain=self.match.grain,
            wrap=self.match.wrap,
            strength=self.strength,
            out=out,
        )
        return replace(scene, linear=out)


def _coverage(scene: Scene) -> _Image:
    """Return the person's coverage, for which there has to be a matte."""
    if scene.alpha is None or scene.person is None:
        raise RecipeError("the recipe asks for a backdrop but names no matte")
    return scene.alpha


class StudioBackdrop(_Backdrop):
    """A seamless paper or painted canvas, lit from the side the person is lit from."""

    kind: Literal["studio"] = "studio"
    paper: str = Field(max_length=60)
    color: str = Field(pattern=r"^#[0-9a-f]{6}$")
    gradient: float = Field(ge=0, le=3)
    key: float = Field(ge=-1, le=1, description="side of the key light: -1 image left, 1 right")
    falloff: float = Field(ge=0, le=3)
    rise: float = Field(default=0.0, ge=-2, le=2, description="stops brighter above than below")
    mottle: float = Field(default=0.0, ge=0, le=1, description="stops of a painted canvas")
    brush: float = Field(default=0.8, ge=0.3, le=4)
    blur: float = Field(default=0.1, ge=0, le=3, description="disc on the canvas, eye distances")
    seed: int = 1

    def apply(self, scene: Scene, *, in_place: bool = False) -> Scene:
        """Set the person before the paper."""
        _coverage(scene)
        if self.strength == 0:
            return scene
        return self._set_before(scene, self.paper_behind(scene), in_place=in_place)

    def paper_behind(self, scene: Scene) -> _Image:
        """Return the paper without the person, (H, W, 3) float32, linear light."""
        stops = paper_light(
            gradient=self.gradient, key=self.key, falloff=self.falloff, rise=self.rise
        )[..., None]
        if self.mottle > 0:
            painted = defocus(canvas(self.seed, self.brush), self.blur * MAP_SIDE / (2 * MAP_REACH))
            stops = stops + np.float32(self.mottle) * painted
        rgb = to_linear(np.array([[list(bytes.fromhex(self.color[1:]))]], np.uint8))[0, 0]
        light = np.exp2(stops) * (rgb * self.match.gains)
        return _spread(np.asarray(light, np.float32), scene)

    def describe(self) -> str:
        """Say which paper it is and from where it is lit."""
        if abs(self.key) < 0.15:
            where = "lit evenly, as you are"
        else:
            where = (
                f"brighter on the picture's {'right' if self.key > 0 else 'left'}, as you are lit"
            )
        return f"Backdrop: {self.paper}, {where}. Your outline is from the photograph."


def _spread(light: _Image, scene: Scene) -> _Image:
    """Enlarge a map to the picture: the same light whatever the picture's size."""
    height, width = scene.linear.shape[:2]
    per_pixel = MAP_SIDE / (2 * MAP_REACH * scene.eye_distance)
    x, y = scene.eyes
    # destination pixel index -> map index
    matrix = np.array(
        [
            [per_pixel, 0, (0.5 - x) * per_pixel + MAP_SIDE / 2 - 0.5],
            [0, per_pixel, (0.5 - y) * per_pixel + MAP_SIDE / 2 - 0.5],
        ]
    )
    return _warped(light, matrix, (width, height))


def _rolled(linear: _Image) -> _Image:
    """Roll highlights off from 0.7 towards white, with a slope of 1 at first: nothing burns out."""
    over = np.maximum(linear - np.float32(_KNEE), 0)
    rest = np.float32(1 - _KNEE)
    return np.asarray(np.minimum(linear, np.float32(_KNEE)) + rest * over / (over + rest))


def _warped(image: _Image, matrix: NDArray[np.float64], size: tuple[int, int]) -> _Image:
    """Return an enlargement: destination index -> source index, mirrored beyond the edge."""
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    large = cv2.warpAffine(image, matrix, size, flags=flags, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(large, np.float32)


class SoftenBackdrop(_Backdrop):
    """The real background as a lens with a wider aperture would show it; the person untouched."""

    kind: Literal["soften"] = "soften"
    lens: Lens = Lens()
    present: float = Field(
        default=0.0, ge=0, le=3, description="disc it is blurred by already, eye distances"
    )
    dim: float = Field(default=0.0, ge=0, le=2, description="stops")

    def apply(self, scene: Scene, *, in_place: bool = False) -> Scene:
        """Blur what is not the person, in linear light, without the person's colours."""
        alpha = _coverage(scene)
        if self.strength == 0:
            return scene
        # Variances of blurs add, and a disc's grows with the square of its diameter.
        missing = max(0.0, self.lens.disc**2 - self.present**2) ** 0.5
        diameter = self.strength * missing * scene.eye_distance
        behind = defocus_behind(
            scene.linear,
            alpha,
            diameter,
            self.lens.blades,
            self.lens.turn,
            margin=_MARGIN * scene.eye_distance,
            gains=self.match.gains * np.float32(2.0 ** (-self.dim * self.strength)),
        )
        changes: dict[str, object] = {"strength": 1.0}  # the blur itself is weakened
        if diameter < _AVERAGES:
            changes["match"] = self.match.model_copy(update={"grain": None})
        return self.model_copy(update=changes)._set_before(scene, behind, in_place=in_place)

    def describe(self) -> str:
        """Say what was done to the background."""
        return (
            f"Backdrop: the real background as {self.lens.focal_mm:.0f} mm at"
            f" f/{self.lens.f_number:.1f} would show it. You are not blurred."
        )


class PhotoBackdrop(_Backdrop):
    """The user's own photograph, out of focus, with its horizon at the height of the eyes."""

    kind: Literal["photo"] = "photo"
    path: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    lens: Lens = Lens()
    height: float = Field(default=9.0, gt=2, le=80, description="eye distances the photo is high")
    horizon: float = Field(
        default=0.46, gt=0, lt=1, description="from its top; level with the eyes"
    )
    across: float = Field(default=0.5, gt=0, lt=1, description="from its left, at the eyes")
    gradient: float = Field(default=0.0, ge=0, le=3)
    key: float = Field(default=0.0, ge=-1, le=1)

    def apply(self, scene: Scene, *, in_place: bool = False) -> Scene:
        """Set the person before the photograph."""
        _coverage(scene)
        if self.strength == 0:
            return scene
        if scene.plate is None:
            raise RecipeError(f"the backdrop photograph {self.path} was not given")
        behind = self.photo_behind(scene, scene.plate)
        return self._set_before(scene, behind, in_place=in_place)

    def photo_behind(self, scene: Scene, plate: _Image) -> _Image:
        """Return the photograph as it stands behind the person, (H, W, 3) float32, linear."""
        rows, columns = plate.shape[:2]
        x, y = scene.eyes
        height, width = scene.linear.shape[:2]
        # as large as planned, and large enough to fill the picture on every side of the eyes
        scale = max(
            self.height * scene.eye_distance / rows,
            y / (self.horizon * rows),
            (height - y) / ((1 - self.horizon) * rows),
            x / (self.across * columns),
            (width - x) / ((1 - self.across) * columns),
        )
        if scale < 1:  # shrink by areas first, or it would alias
            size = (max(2, round(columns * scale)), max(2, round(rows * scale)))
            plate = np.asarray(cv2.resize(plate, size, interpolation=cv2.INTER_AREA), np.float32)
            scale, (rows, columns) = 1.0, plate.shape[:2]
        left, top = self.across * columns - x / scale, self.horizon * rows - y / scale
        # The disc hides the enlarging of the photograph's pixels, or is made to.
        disc = max(self.lens.disc * scene.eye_distance / scale, _HIDES if scale > 1.05 else 0.0)
        room = int(disc) + 4
        x0, y0 = max(0, int(left) - room), max(0, int(top) - room)
        x1 = min(columns, int(left + width / scale) + room + 1)
        y1 = min(rows, int(top + height / scale) + room + 1)
        part = np.ascontiguousarray(plate[y0:y1, x0:x1])
        blurred = defocus(part, disc, self.lens.blades, self.lens.turn, lamps=True)
        matrix = np.array(
            [
                [1 / scale, 0, left - x0 + 0.5 / scale - 0.5],
                [0, 1 / scale, top - y0 + 0.5 / scale - 0.5],
            ]
        )
        # eye distances of the columns from the eyes
        u = ((np.arange(x0, x1) + 0.5 - left) * scale - x) / scene.eye_distance
        across = np.exp2(self.gradient * self.key * 0.5 * np.tanh(u / 4.0) / np.tanh(1.0))
        light = (across[None, :, None] * self.match.gains).astype(np.float32)
        return _warped(_rolled(blurred * light), matrix, (width, height))

    def describe(self) -> str:
        """Say what stands behind the person."""
        return (
            "Backdrop: your own photograph, out of focus, its horizon at the height of your eyes."
        )
