"""How much light reaches each place of a person's face, read off the photograph.

Skin of a face has nearly one colour, so what is left of its luminance after the fine detail is
taken out is light: shading. Where there is no plain skin (brows, eyes, lips, beard, hair, glasses)
the light is that of the fitted face under the key light, by its normals, corrected smoothly by what
was read around.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..landmarks import (
    BROW_LEFT,
    BROW_RIGHT,
    EYE_LEFT,
    EYE_RIGHT,
    FACE_OVAL,
    IRIS_LEFT,
    IRIS_RIGHT,
    LIPS_INNER,
    LIPS_OUTER,
    NOSE_BASE,
)
from .light_grid import CELLS, LightGrid, continued

__all__ = ["FaceLight", "direction", "face_light"]

Float32 = NDArray[np.float32]

_DARK, _BRIGHT = 0.8, 1.0  # stops below the fill, above full light, that are no light on skin
_UNDER_CHIN = 1.4  # stops below the fill that there may be under a chin
_HUE = 0.25  # difference of ln(R / G) from the skin's at which a cell is half trusted
_MARKS = 9  # cells: spots and lines narrower than half of it are no shading
_WINDOW, _CONTRAST = 4, 0.1  # cells and stops: edges sharper and stronger are kept
_SOFT = 0.5  # cells, standard deviation of the last smoothing
_ROUGH = 2.5  # times the usual contrast of neighbouring cells: hair
_FRINGE = 1.3  # stops
_WHITER = 1.2  # stops by which eyes' whites and teeth reflect more than skin, at the most
_COLOURED = 0.15  # ln(R / G) of skin below which a picture is black-and-white or nearly
_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
_NO_SKIN = (
    (EYE_RIGHT, 0.03),
    (EYE_LEFT, 0.03),
    (BROW_RIGHT, 0.03),
    (BROW_LEFT, 0.03),
    (LIPS_OUTER, 0.04),
)
_JAW = (172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397)  # corner to corner
_WHITE = (EYE_RIGHT, EYE_LEFT, LIPS_INNER)


@dataclass(frozen=True, slots=True, eq=False)
class FaceLight:
    """The light on a face.

    Attributes
    ----------
    stops : (h, w) float32, light at a cell against full light (key and fill), below 0 in shade.
    face : (h, w) bool, where it was read: on the face, and on the neck where that is bare.
    sure : (h, w) float32, how sure a cell is plain skin, 0..1.
    """

    stops: Float32
    face: NDArray[np.bool_]
    sure: Float32


def direction(azimuth: float, elevation: float) -> Float32:
    """Return the unit vector (3,) float32 to a light: x right, y up, z to the camera; degrees."""
    a, e = math.radians(azimuth), math.radians(elevation)
    x, y, z = math.sin(a) * math.cos(e), math.sin(e), math.cos(a) * math.cos(e)
    return np.array([x, y, z], np.float32)


def _polygon(grid: LightGrid, ring: tuple[int, ...], grow: float) -> NDArray[np.uint8]:
    """Fill an outline, grown by `grow` eye distances, (h, w) uint8 of 0 and 1."""
    mask = np.zeros(grid.covered.shape, np.uint8)
    cv2.fillPoly(
        mask, [np.round((grid.points[list(ring)] - 0.5) * 16).astype(np.int32)], 1, shift=4
    )
    size = 2 * round(abs(grow) * CELLS) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return np.asarray(cv2.dilate(mask, kernel) if grow > 0 else cv2.erode(mask, kernel), np.uint8)


def face_light(
    grid: LightGrid,
    skin: tuple[float, float, float],
    ratio_stops: float,
    key: tuple[float, float],
) -> FaceLight:
    """Read the light on a face off its skin.

    Parameters
    ----------
    skin : linear sRGB of the skin in full light (key and fill).
    ratio_stops : of full light over fill alone.
    key : azimuth and elevation of the key light in degrees, as for `direction`.
    """
    surface = np.abs(grid.normals).sum(axis=2) > 0
    face = surface | (_polygon(grid, FACE_OVAL, 0.0) > 0)
    fill = 2.0**-ratio_stops
    toward = np.clip(grid.normals @ direction(*key), 0, 1)
    model = np.log2(fill + (1 - fill) * toward).astype(np.float32)  # without cast shadows
    model = np.where(surface, model, continued(model, surface.astype(np.float32)))

    level = np.maximum(grid.colors @ _LUMA, np.float32(1e-5))
    seen = np.log2(level / np.float32(np.asarray(skin) @ _LUMA))
    neck = _neck(grid) & ~face if math.log(skin[0] / skin[1]) > _COLOURED else np.zeros_like(face)
    trust = _trusted(grid, skin, seen, face & surface | neck)
    trust *= (seen > -ratio_stops - np.where(neck, _UNDER_CHIN, _DARK)) & (seen < _BRIGHT)
    if (trust * face).sum() < 50:
        return FaceLight(np.where(face, model, 0).astype(np.float32), face, trust)
    rest = np.asarray(seen - model, np.float32)
    rest = continued(rest, trust**2 * face + np.float32(1e-6) * face)
    # What is no plain skin hardly reflects more than skin does, whites and teeth by a stop.
    least = seen - _WHITER * np.maximum.reduce([_polygon(grid, ring, 0.02) for ring in _WHITE])
    whole = np.where(trust > 0.3, seen, np.maximum(model + rest, least))
    bare = (neck & (trust > 0.3)).astype(np.uint8)
    face = face | (cv2.morphologyEx(bare, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8)) > 0)
    whole = np.where(face, whole, continued(whole.astype(np.float32), face.astype(np.float32)))
    # Spots and lines go by a median, which leaves the edges of shadows nearly in their place.
    low, span = -ratio_stops - _DARK, ratio_stops + _DARK + _BRIGHT
    codes = np.round(np.clip((whole - low) / span, 0, 1) * 255).astype(np.uint8)
    calm = cv2.medianBlur(codes, _MARKS).astype(np.float32) * np.float32(span / 255) + np.float32(
        low
    )
    return FaceLight(_at_edges_of(cv2.medianBlur(whole.astype(np.float32), 5), calm), face, trust)


def _at_edges_of(guide: Float32, smooth: Float32) -> Float32:
    """Bring the edges of a smooth map back to where they are sharp in another.

    The guided filter of He, Sun & Tang 2013 (IEEE TPAMI 35(6), 1397-1409), with the other map for
    its guide: what only the guide shows, such as a mole, is not followed.
    """
    size = (2 * _WINDOW + 1, 2 * _WINDOW + 1)
    layers = cv2.blur(np.dstack([guide, smooth, guide * guide, guide * smooth]), size)
    variance = layers[..., 2] - layers[..., 0] ** 2
    slope = (layers[..., 3] - layers[..., 0] * layers[..., 1]) / (variance + _CONTRAST**2)
    slope = np.clip(slope, 0, 1)
    lines = cv2.blur(np.dstack([slope, layers[..., 1] - slope * layers[..., 0]]), size)
    return np.asarray(cv2.GaussianBlur(lines[..., 0] * guide + lines[..., 1], (0, 0), _SOFT))


def _neck(grid: LightGrid) -> NDArray[np.bool_]:
    """Return where a neck is, bare or not: below the jaw and between its corners."""
    jaw = grid.points[list(_JAW)]
    across = grid.points[IRIS_LEFT] - grid.points[IRIS_RIGHT]
    down = np.array([-across[1], across[0]]) / max(float(np.hypot(*across)), 1e-9)
    middle = (jaw[0] + jaw[-1]) / 2
    ends = middle + 0.8 * (jaw[[-1, 0]] - middle) + 1.2 * CELLS * down
    mask = np.zeros(grid.covered.shape, np.uint8)
    cv2.fillPoly(mask, [np.round(np.concatenate([jaw, ends]) - 0.5).astype(np.int32)], 1)
    return mask > 0


def _trusted(
    grid: LightGrid, skin: tuple[float, float, float], seen: Float32, face: NDArray[np.bool_]
) -> Float32:
    """Return how sure each cell is plain skin, (h, w) float32, 0..1.

    Not brows, eyes and lips, nor what has another hue; hair is also rough and dark.
    """
    hue = np.log(np.maximum(grid.colors[..., 0], 1e-5) / np.maximum(grid.colors[..., 1], 1e-5))
    trust = 1 / (1 + ((hue - math.log(skin[0] / skin[1])) / _HUE) ** 2) ** 2
    edge = _polygon(grid, FACE_OVAL, 0.0) - _polygon(grid, FACE_OVAL, -0.04)
    trust = trust * face * (grid.covered > 0.5) * (edge == 0)
    for ring, grow in _NO_SKIN:
        trust = trust * (1 - _polygon(grid, ring, grow))
    calm = seen - cv2.GaussianBlur(seen, (0, 0), 1.5)
    rough = np.sqrt(cv2.blur(calm * calm, (5, 5)))
    usual = max(float(np.median(rough[trust > 0.5])), 0.01) if (trust > 0.5).any() else 0.05
    across, down = _upright(grid)
    brows = float(down(grid.points[list(BROW_RIGHT + BROW_LEFT)]).min())
    nose = float(down(grid.points[NOSE_BASE]))
    rows, columns = np.mgrid[: seen.shape[0], : seen.shape[1]]
    cells = np.stack([columns, rows], axis=-1) + 0.5
    side, level = across(cells), down(cells)
    trust = trust / (1 + ((level > nose - 1) | (level < brows)) * (rough / (_ROUGH * usual)) ** 4)
    # A fringe is darker than the cheek on its own side, which light from any side is not.
    for own in (side <= 0, side > 0):
        cheek = own & (level > 0.2 * CELLS) & (level < nose) & (trust > 0.5)
        if cheek.sum() > 50:
            fringe = own & (level < brows) & (seen < np.median(seen[cheek]) - _FRINGE)
            trust = trust * (1 - cv2.dilate(fringe.astype(np.uint8), np.ones((7, 7), np.uint8)))
    return np.asarray(trust, np.float32)


def _upright(grid: LightGrid) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Return what measures places (..., 2) along the line of the eyes and down from their middle.

    In cells; positive to the picture's right, and towards the chin.
    """
    right, left = grid.points[IRIS_RIGHT], grid.points[IRIS_LEFT]
    along = (left - right) / max(float(np.hypot(*(left - right))), 1e-9)
    middle = (left + right) / 2
    return (
        lambda places: (places - middle) @ along,
        lambda places: (places - middle) @ np.array([-along[1], along[0]]),
    )
