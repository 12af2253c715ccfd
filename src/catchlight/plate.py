"""The user's own backdrop photograph: its horizon, lens, light and colour, and how to hang it.

Where a photograph is to stand behind somebody as the room itself would, its horizon lies at the
height of the lens that took the person, which in a headshot is the height of the eyes, and it is
as large as that lens would show it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from .color import LUMINANCE_WEIGHTS, to_linear
from .edits.lens_blur import EYES_MM
from .errors import RecipeError, printable
from .photo import Photo, read
from .recipe import Recipe

__all__ = ["Hanging", "Plate", "hang", "horizon_of", "look_at", "plate_of", "read_plate"]

PLATE_SIDE = 3000
"""Pixels of the longer side that a backdrop photograph is read with at least, if it has them."""

_SIDE = 640  # pixels that lines are looked for at
_HORIZON = 0.46  # a little above the middle: cameras are held a little down
_LOWEST, _HIGHEST = 0.25, 0.70
_LINES = 70
_AIM = math.radians(1.6)  # a line aims at a vanishing point if it passes so near
_ENOUGH = 0.3  # share of all slanting lines (by length) that have to agree
_PHONE_MM = 27.0  # focal length on 24 × 36 mm where the file does not say
_WIDEST = 2.0  # times as large as needed to fill the frame, at the most
_DIAGONAL_MM = math.hypot(24, 36)
_GREY = 0.28  # mean luminance of a well lit room behind a well lit face
_MOST = 0.5  # stops by which a room's own colour and level are trusted to be a fault
_NORM = 6  # of the shades-of-grey estimate


@dataclass(frozen=True, slots=True)
class Plate:
    """What was measured on a backdrop photograph.

    Attributes
    ----------
    size : width and height as it is read for rendering, pixels.
    focal : focal length in those pixels.
    horizon : 0..1 from the top.
    red_stops, blue_stops : colour of its light against green.
    columns : (64,) float64, log2 of its luminance from left to right.
    """

    size: tuple[int, int]
    focal: float
    horizon: float
    red_stops: float
    blue_stops: float
    columns: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Hanging:
    """Where a plate hangs: see `edits.PhotoBackdrop`; `side` in stops, brighter to the right."""

    height: float
    across: float
    side: float
    level: float


def read_plate(path: Path) -> Photo:
    """Read a backdrop photograph as the renderer does."""
    return read(path, max_side=PLATE_SIDE)


def look_at(photo: Photo) -> Plate:
    """Measure a backdrop photograph."""
    height, width = photo.pixels.shape[:2]
    by = min(1.0, _SIDE / max(width, height))
    size = (max(8, round(width * by)), max(8, round(height * by)))
    small = cv2.resize(photo.pixels, size, interpolation=cv2.INTER_AREA)
    linear = to_linear(cast("NDArray[np.uint8]", small))
    focal_mm = photo.capture.framed_focal_length(photo.full_size) or _PHONE_MM
    shown = linear.max(axis=2) < 0.97
    colors = linear[shown] if shown.mean() > 0.2 else linear.reshape(-1, 3)
    # Finlayson & Trezzi 2004, "Shades of gray and colour constancy"
    r, g, b = np.maximum((colors.astype(np.float64) ** _NORM).mean(axis=0) ** (1 / _NORM), 1e-4)
    luma = linear @ LUMINANCE_WEIGHTS.astype(np.float32)
    strip = cv2.resize(luma, (64, 1), interpolation=cv2.INTER_AREA)[0]
    eight = (small >> 8 if small.dtype == np.uint16 else small).astype(np.uint8)
    return Plate(
        size=(width, height),
        focal=focal_mm / _DIAGONAL_MM * math.hypot(width, height),
        horizon=horizon_of(cv2.cvtColor(eight, cv2.COLOR_RGB2GRAY)),
        red_stops=float(np.clip(math.log2(r / g), -_MOST, _MOST)),
        blue_stops=float(np.clip(math.log2(b / g), -_MOST, _MOST)),
        columns=np.log2(np.maximum(strip.astype(np.float64), 1e-3)),
    )


def horizon_of(grey: NDArray[np.uint8]) -> float:
    """Return the height of the horizon, 0..1 from the top.

    Edges of floor, ceiling and furniture that run away from a level camera meet on it. Every two
    slanting lines propose a point; the one that most length of line aims at wins. 0.46 where too
    few agree.

    Parameters
    ----------
    grey : (H, W) uint8.
    """
    height, width = grey.shape
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(grey)[0]
    if found is None:
        return _HORIZON
    lines = found.reshape(-1, 4).astype(np.float64)
    way = lines[:, 2:] - lines[:, :2]
    length = np.hypot(way[:, 0], way[:, 1])
    slant = np.abs(np.arctan2(way[:, 1], way[:, 0]))
    slant = np.minimum(slant, math.pi - slant)
    good = (length > 0.05 * width) & (slant > math.radians(4)) & (slant < math.radians(65))
    lines, way, length = lines[good], way[good], length[good]
    order = np.argsort(-length)[:_LINES]
    lines, way, length = lines[order], way[order], length[order]
    if len(lines) < 4:
        return _HORIZON
    start, unit = lines[:, :2], way / length[:, None]
    i, j = np.triu_indices(len(lines), 1)
    cross = unit[i, 0] * unit[j, 1] - unit[i, 1] * unit[j, 0]
    crossing = np.abs(cross) > math.sin(math.radians(8))
    i, j, cross = i[crossing], j[crossing], cross[crossing]
    if not len(i):
        return _HORIZON
    gap = start[j] - start[i]
    along = (gap[:, 0] * unit[j, 1] - gap[:, 1] * unit[j, 0]) / cross
    points = start[i] + along[:, None] * unit[i]
    y = points[:, 1] / height
    near = (y > 0.15) & (y < 0.85) & (np.abs(points[:, 0] - width / 2) < 1.5 * width)
    points = points[near]
    if not len(points):
        return _HORIZON
    middle = start + 0.5 * way
    to = points[:, None] - middle[None]
    reach = np.hypot(to[..., 0], to[..., 1])
    off = np.abs(to[..., 0] * unit[:, 1] - to[..., 1] * unit[:, 0]) / np.maximum(reach, 1e-6)
    # A line that the point lies on says nothing of where it leads.
    aims = (off < math.sin(_AIM)) & (reach > 0.6 * length)
    votes = aims @ length
    best = int(votes.argmax())
    if votes[best] < _ENOUGH * length.sum() or aims[best].sum() < 4:
        return _HORIZON
    close = np.hypot(*(points - points[best]).T) < 0.04 * width
    at = float(np.average(points[close, 1], weights=votes[close] ** 2)) / height
    return float(np.clip(at, _LOWEST, _HIGHEST))


def hang(
    plate: Plate, reach: tuple[float, float, float, float], subject_m: float, key: float
) -> Hanging:
    """Place a plate behind somebody.

    Its perspective is that of the lens that took the person: the plate was taken from where the
    lens is now. It is moved sideways, never mirrored, so that its bright side is the key light's
    if there is such a place in it.

    Parameters
    ----------
    reach : eye distances from the eyes to the picture's left, top, right and bottom edge.
    subject_m : from the lens to the person.
    key : -1 (light from the picture's left) to 1.
    """
    left, top, right, bottom = (max(v, 0.5) for v in reach)
    columns, rows = plate.size
    true = rows * (subject_m * 1000 / EYES_MM) / plate.focal
    aspect = columns / rows
    cover = max(top / plate.horizon, bottom / (1 - plate.horizon), (left + right) / aspect)
    height = float(np.clip(true, cover, _WIDEST * cover))
    width = height * aspect
    low, high = left / width, 1 - right / width
    if high < low:  # rounding only: cover sees to it
        low = high = left / (left + right)
    axis = (np.arange(64) + 0.5) / 64

    def side(at: float) -> float:
        seen = (axis > at - left / width) & (axis < at + right / width)
        if seen.sum() < 4:
            return 0.0
        place = (axis[seen] - at) / max(right / width, 1e-6)
        slope = np.polyfit(place, plate.columns[seen], 1)[0]
        return float(np.clip(2 * slope, -2, 2))

    places = np.linspace(low, high, 21)
    sides = np.array([side(float(at)) for at in places])
    worth = np.clip(sides * key, -0.5, 0.5) - 0.3 * np.abs(places - 0.5)
    best = int(worth.argmax())
    seen = np.abs(axis - places[best]) < max(left, right) / width
    mean = float(np.exp2(plate.columns[seen]).mean()) if seen.any() else _GREY
    return Hanging(
        height=height,
        across=float(np.clip(places[best], 0.02, 0.98)),
        side=float(sides[best]),
        level=float(np.clip(0.6 * math.log2(_GREY / max(mean, 1e-3)), -0.5, 0.7)),
    )


def plate_of(recipe: Recipe, given: Path | None = None) -> NDArray[np.float32] | None:
    """Read the user's own backdrop photograph, if the recipe has one.

    Parameters
    ----------
    given : where it is; None: where the recipe says.

    Raises
    ------
    RecipeError : it is another one, or not there.
    """
    for edit in recipe.edits:
        if edit.name == "backdrop" and edit.kind == "photo":
            path = given if given is not None else Path(edit.path)
            if given is None and not path.exists():
                raise RecipeError(
                    f"the backdrop photo {printable(path)} is not there: name it with --backdrop"
                )
            photo = read_plate(path)
            if photo.sha256 != edit.sha256:
                raise RecipeError(
                    f"{printable(path)} is not the backdrop the recipe was made with (its SHA-256"
                    " differs): name the photo with --backdrop"
                )
            return to_linear(photo.pixels)
    return None
