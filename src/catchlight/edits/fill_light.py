"""Fill light: light is added on the dark side of a face, as by a reflector held there.

Light adds up, so in linear light the picture relit is the picture times (E + F) / E, where E is
the light that a place gets and F what the reflector adds: the ratio image of Shashua & Riklin-Raviv
2001 ("The quotient image", IEEE TPAMI 23(2), 129-139) and Liu, Shan & Zhang 2001 ("Expressive
expression mapping with ratio images"). E is read off the skin and the fitted face's normals
(`shading`); F is that of a wide light in one direction, as strong as asked where a place gets no
more than the fill there is. So full light hardly changes, the key stays the key, and no texture
is touched: the ratio is smooth.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..color import LUMINANCE_WEIGHTS
from ..compiled import compiled
from ..strips import in_strips
from .edit import Edit
from .light_grid import CELLS, LightGrid, continued, light_grid
from .scene import Scene
from .shading import direction, face_light

__all__ = ["FillLight"]

_ROOM = 0.5  # linear level below white from which the light is held back
_FOLLOWS = 0.8  # of the stops at the face's edge that hair, ears and shoulders get there
_REACH = 2.5  # eye distances from the face at which a quarter of that is left
_Linear = Annotated[float, Field(gt=0, le=4)]
_Degrees = Annotated[float, Field(ge=-180, le=180)]


@compiled
def _relight(
    source: Any, alpha: Any, maps: Any, place: Any, first: int, last: int, out: Any
) -> None:  # pragma: no cover - compiled
    # `maps`: gain less 1, then the person's colour at their edge. A pixel that the person covers in
    # part shows αF + (1 - α)B; only αF, which is no more than the pixel, gets light.
    rows, columns = maps.shape[:2]
    width = source.shape[1]
    x0, y0, cell = place[0], place[1], place[2]
    one, half = np.float32(1), np.float32(0.5)
    line = np.empty((columns, 4), np.float32)
    left = np.empty(width, np.int32)
    share = np.empty(width, np.float32)
    for x in range(width):
        u = min(max((x + half - x0) / cell - half, np.float32(0)), np.float32(columns - 1.001))
        left[x] = int(u)
        share[x] = u - left[x]
    for y in range(first, last):
        v = min(max((y + half - y0) / cell - half, np.float32(0)), np.float32(rows - 1.001))
        j = int(v)
        below = np.float32(v - j)
        for i in range(columns):
            for c in range(4):
                line[i, c] = maps[j, i, c] + below * (maps[j + 1, i, c] - maps[j, i, c])
        for x in range(width):
            a, i, w = alpha[y, x], left[x], share[x]
            if a <= 0:
                for c in range(3):
                    out[y, x, c] = source[y, x, c]
                continue
            more = line[i, 0] + w * (line[i + 1, 0] - line[i, 0])
            if a >= one:
                for c in range(3):
                    out[y, x, c] = source[y, x, c] * (one + more)
            else:
                for c in range(3):
                    f = line[i, c + 1] + w * (line[i + 1, c + 1] - line[i, c + 1])
                    out[y, x, c] = source[y, x, c] + more * min(a * f, source[y, x, c])


class FillLight(Edit):
    """A reflector beside the face.

    Directions are in degrees off the line to the camera in the picture turned so that the eyes are
    level: azimuth to the picture's right, elevation up. `stops` is how much light it adds where the
    face gets no more than the fill there is, at full strength and straight before it.
    """

    name: Literal["fill_light"] = "fill_light"
    version: Literal[1] = 1
    stops: float = Field(ge=0, le=4)
    azimuth: _Degrees
    elevation: float = Field(ge=-90, le=90)
    key_azimuth: _Degrees
    key_elevation: float = Field(ge=-90, le=90)
    ratio_stops: float = Field(ge=0, le=8, description="key and fill over fill, as shot")
    skin: tuple[_Linear, _Linear, _Linear] = Field(description="linear sRGB in full light")

    def apply(self, scene: Scene, *, in_place: bool = False) -> Scene:
        """Add the light to the person; without landmarks the picture is left as it is."""
        if self.strength == 0 or self.stops == 0 or scene.landmarks is None:
            return scene
        grid = light_grid(scene)
        maps = self.maps(grid)
        alpha = scene.alpha
        if alpha is None:
            alpha = np.ones(scene.linear.shape[:2], np.float32)
        out = scene.linear if in_place else np.empty_like(scene.linear)
        place = np.array([*grid.corner, grid.cell], np.float32)
        height = scene.linear.shape[0]

        def relight(first: int, last: int) -> None:
            _relight(scene.linear, alpha, maps, place, first, last, out)

        in_strips(height, relight)
        return replace(scene, linear=out)

    def maps(self, grid: LightGrid) -> NDArray[np.float32]:
        """Return the gain less 1 and the person's own colours, (h, w, 4) float32, on a grid."""
        light = face_light(
            grid, self.skin, self.ratio_stops, (self.key_azimuth, self.key_elevation)
        )
        full = float(np.asarray(self.skin) @ LUMINANCE_WEIGHTS)
        added = full * 2.0**-self.ratio_stops * (2.0 ** (self.strength * self.stops) - 1)
        surface = (np.abs(grid.normals).sum(axis=2) > 0).astype(np.float32)
        if not surface.any():
            return np.zeros((*surface.shape, 4), np.float32)
        # A wide light: a quarter of it still falls on what is turned square to it.
        toward = ((1 + grid.normals @ direction(self.azimuth, self.elevation)) / 2) ** 2
        toward = np.where(surface > 0, toward, continued(toward.astype(np.float32), surface))
        toward = cv2.GaussianBlur(toward.astype(np.float32), (0, 0), 0.05 * CELLS)
        gets = np.maximum(full * np.exp2(light.stops), full * 2.0**-self.ratio_stops)
        # Towards white less is added, or the lit side's texture would be burnt out.
        room = np.clip((1 - max(self.skin) * np.exp2(light.stops)) / _ROOM, 0, 1)
        stops = np.log2(1 + added * toward * room / gets)
        inner = cv2.erode(light.face.astype(np.uint8), np.ones((5, 5), np.uint8))
        beyond = continued(stops.astype(np.float32), inner.astype(np.float32))
        away = cv2.distanceTransform(1 - inner, cv2.DIST_L2, 5) / np.float32(CELLS)
        beyond = _FOLLOWS * beyond / (1 + (away / _REACH) ** 2) ** 2
        # Nothing reflects more than it gets: what is as bright as white has that much light.
        bright = grid.colors @ LUMINANCE_WEIGHTS.astype(np.float32) * (grid.covered > 0.5)
        bright = np.maximum(cv2.GaussianBlur(bright, (0, 0), 1.5), np.float32(1e-4))
        beyond = np.minimum(beyond, np.log2(1 + added / bright))
        soft = cv2.GaussianBlur(inner.astype(np.float32), (0, 0), 2.0)
        stops = beyond + soft * (stops - beyond)
        opaque = (grid.covered > 0.9).astype(np.float32)
        colors = grid.colors if opaque.all() or not opaque.any() else continued(grid.colors, opaque)
        return np.dstack([np.exp2(stops) - 1, colors]).astype(np.float32)

    def describe(self) -> str:
        """Say where light was added, and how much."""
        stops = self.strength * self.stops
        if stops < 0.05:
            return "Fill light: none added."
        if abs(self.key_azimuth) < 20:
            where = "in the shadows of brow, nose and chin"
        else:
            where = f"on the {'right' if self.key_azimuth > 0 else 'left'} cheek"
        return (
            f"Light {where} raised by {stops:.1f} stop{'' if stops < 1.05 else 's'}, as by a"
            " reflector; the key light stays where it was."
        )
