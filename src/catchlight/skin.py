"""Skin zones and eye whites of a face, sampled at one normal size.

Colour and light are measured on the *face view*: the face cut out of the photograph, turned
upright and resampled in linear light so that the iris centres lie `VIEW_EYE_DISTANCE` pixels
apart. Every photograph, whatever its size or tilt, is then measured in the same way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from .color import decoding_table, to_linear
from .compiled import compiled
from .faces import Face
from .landmarks import (
    EYE_LEFT,
    EYE_RIGHT,
    IRIS_LEFT,
    IRIS_RIGHT,
    IRIS_RING_LEFT,
    IRIS_RING_RIGHT,
)
from .quantiles import median

__all__ = [
    "SKIN_ZONES",
    "VIEW_EYE_DISTANCE",
    "FaceView",
    "disc_mask",
    "eye_white_mask",
    "face_view",
    "once_a_view",
    "skin_level",
    "skin_mask",
]

_R = TypeVar("_R")

VIEW_EYE_DISTANCE = 120.0
"""Pixels between the iris centres in a face view; enough for the whites, little to compute."""

_VIEW_SIZE = (400, 440)  # width, height: forehead to chin with a margin
_EYES_AT = (200.0, 165.0)  # where the middle between the irises lies in the view
# Eye distances left, above, right and below the eyes: hair, clothes, what is behind.
_REACH = (4.0, 2.5, 4.0, 6.0)
_CELLS = 8.0  # per eye distance
_CLIPPED = 0.3  # share of a view pixel that is burnt out, from which all of it is
_WIDER = 1.15  # the landmarks' hull, with forehead and ears

SKIN_ZONES: dict[str, tuple[int, ...]] = {
    "forehead": (9, 108, 337, 69, 299),
    "right cheek": (50, 117, 101, 205, 118),
    "left cheek": (280, 346, 330, 425, 347),
    "nose": (4, 195, 197),
    "chin": (175, 199, 200),
}
"""Centres (canonical face mesh vertices) of the discs sampled in each zone."""


@dataclass(frozen=True, eq=False)
class FaceView:
    """A face upright at normal size.

    Attributes
    ----------
    linear : (440, 400, 3) float32, linear sRGB, 0..1.
    points : (478, 2) float32, landmarks in view pixels (continuous coordinates).
    clipped : (440, 400) bool, burnt out in the photo: green at the top of the encoding. (Red alone
        clips on well exposed warm skin and costs only a little hue.)
    scale : view pixels per photo pixel; above 1 the view is enlarged and fine detail is absent.
    around : (n, 3) float32, linear sRGB, what is near the face and not of it, in cells of an eighth
        of the eye distance, none burnt out; empty where nothing is known of it.
    found : facts that several readers share, kept by `once_a_view`; a changed copy starts without.
    """

    linear: NDArray[np.float32]
    points: NDArray[np.float32]
    clipped: NDArray[np.bool_]
    scale: float
    around: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 3), np.float32))
    found: dict[Any, Any] = field(default_factory=dict, repr=False, init=False)

    @cached_property
    def luminance(self) -> NDArray[np.float32]:
        """Relative luminance Y, (440, 400) float32, 0..1 (BT.709 weights)."""
        weights = np.array([0.2126, 0.7152, 0.0722], np.float32)
        return (self.linear @ weights).astype(np.float32)

    @cached_property
    def skin(self) -> NDArray[np.bool_]:
        """Forehead and cheeks, (440, 400) bool; see `skin_mask`."""
        mask = np.zeros(self.linear.shape[:2], bool)
        for zone in ("forehead", "right cheek", "left cheek"):
            mask |= disc_mask(self, SKIN_ZONES[zone])
        return mask

    @cached_property
    def whites(self) -> NDArray[np.bool_]:
        """The visible sclera of both eyes, (440, 400) bool; see `eye_white_mask`."""
        return _eye_whites(self)


def once_a_view(fact: Callable[[FaceView], _R]) -> Callable[[FaceView], _R]:
    """Find out a fact of a view once: asked again, it is known."""

    @wraps(fact)
    def known(view: FaceView) -> _R:
        if fact not in view.found:
            view.found[fact] = fact(view)
        found: _R = view.found[fact]
        return found

    return known


def face_view(pixels: NDArray[np.uint8] | NDArray[np.uint16], face: Face) -> FaceView:
    """Cut the face out of a photograph, upright, at normal size, in linear light.

    Parameters
    ----------
    pixels : (H, W, 3) uint8 or uint16, sRGB-encoded.
    face : the face, in the coordinates of `pixels`.
    """
    eyes = face.iris_left - face.iris_right
    distance = float(np.hypot(*eyes))
    scale = VIEW_EYE_DISTANCE / distance
    cos, sin = (eyes / distance * scale).tolist()
    middle = (face.iris_left + face.iris_right) / 2
    rotation = np.array([[cos, sin], [-sin, cos]], np.float64)
    shift = np.asarray(_EYES_AT) - rotation @ middle

    # Only the neighbourhood of the face is converted to linear light, and shrunk by areas first
    # where the photo is much larger than the view, so that the warp does not alias.
    corners = np.array([(0, 0), (1, 0), (0, 1), (1, 1)]) * _VIEW_SIZE
    corners = (corners - shift) @ rotation / scale**2
    height, width = pixels.shape[:2]
    x0, y0 = np.maximum(np.floor(corners.min(axis=0)).astype(int) - 2, 0)
    x1, y1 = np.minimum(np.ceil(corners.max(axis=0)).astype(int) + 3, (width, height))
    block = pixels[y0:y1, x0:x1]
    shrink = max(1, int(0.7 / scale))
    size = (max(1, block.shape[1] // shrink), max(1, block.shape[0] // shrink))
    factor = np.array([block.shape[1] / size[0], block.shape[0] / size[1]])
    # block pixel index -> view pixel index; the halves turn continuous coordinates into indices
    matrix = rotation * factor
    offset = rotation @ (0.5 * factor + (x0, y0)) + shift - 0.5
    affine = np.column_stack([matrix, offset])
    if shrink > 1:
        view, clipped = _averaged_view(block, size, affine)
    else:
        view, clipped = _sampled_view(block, affine)
    points = face.landmarks[:, :2] @ rotation.T + shift
    return FaceView(view, points.astype(np.float32), clipped, scale, _around(pixels, face))


def _averaged_view(
    block: NDArray[Any], size: tuple[int, int], affine: NDArray[np.float64]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Shrink a block of the photo to `size` by areas and lay it into the view by `affine`."""
    small = cv2.resize(to_linear(block), size, interpolation=cv2.INTER_AREA)
    view = cv2.warpAffine(
        small, affine, _VIEW_SIZE, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    clipped = np.zeros(view.shape[:2], bool)
    burnt = block[..., 1] >= _burnt_from(block)
    if burnt.any():  # most photos have nothing burnt out
        share = cv2.resize(burnt.astype(np.float32), size, interpolation=cv2.INTER_AREA)
        clipped = cv2.warpAffine(share, affine, _VIEW_SIZE, flags=cv2.INTER_LINEAR) > _CLIPPED
    return np.asarray(view, np.float32), clipped


def _sampled_view(
    block: NDArray[Any], affine: NDArray[np.float64]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Lay a block of the photo into the view by `affine`, made linear where it is looked at.

    As `_averaged_view` with as many pixels as there are, without a copy of the block in linear
    light, which takes more time than the sampling.
    """
    view = np.empty((*_VIEW_SIZE[::-1], 3), np.float32)
    clipped = np.empty(view.shape[:2], bool)
    back = cv2.invertAffineTransform(affine)
    _sample_kernel(block, decoding_table(block.dtype), back, _burnt_from(block), view, clipped)
    return view, clipped


def _burnt_from(block: NDArray[Any]) -> int:
    top = int(np.iinfo(block.dtype).max)
    return top - top // 128


@compiled
def _sample_kernel(
    block: Any, table: Any, back: Any, burnt_from: int, view: Any, clipped: Any
) -> None:  # pragma: no cover - compiled
    height, width = block.shape[:2]
    for row in range(view.shape[0]):
        for column in range(view.shape[1]):
            x = back[0, 0] * column + back[0, 1] * row + back[0, 2]
            y = back[1, 0] * column + back[1, 1] * row + back[1, 2]
            left, up = int(np.floor(x)), int(np.floor(y))
            across, down = np.float32(x - left), np.float32(y - up)
            burnt = np.float32(0)
            red, green, blue = np.float32(0), np.float32(0), np.float32(0)
            for j in range(2):
                weight_y = down if j else np.float32(1) - down
                at_y = min(max(up + j, 0), height - 1)
                for i in range(2):
                    weight = weight_y * (across if i else np.float32(1) - across)
                    at_x = min(max(left + i, 0), width - 1)
                    red += weight * table[block[at_y, at_x, 0]]
                    middle = block[at_y, at_x, 1]
                    green += weight * table[middle]
                    blue += weight * table[block[at_y, at_x, 2]]
                    # Beyond the photo its edge is repeated, but nothing counts as burnt out.
                    if middle >= burnt_from and at_x == left + i and at_y == up + j:
                        burnt += weight
            view[row, column, 0], view[row, column, 1], view[row, column, 2] = red, green, blue
            clipped[row, column] = burnt > _CLIPPED


def _around(pixels: NDArray[np.uint8] | NDArray[np.uint16], face: Face) -> NDArray[np.float32]:
    """Colours of the cells near the face, (n, 3) linear float32, without the face."""
    middle, unit = (face.iris_left + face.iris_right) / 2, face.eye_distance
    height, width = pixels.shape[:2]
    x0, y0 = np.maximum(np.floor(middle - unit * np.array(_REACH[:2])), 0).astype(int)
    x1, y1 = np.ceil(middle + unit * np.array(_REACH[2:])).astype(int)
    x1, y1 = min(x1, width), min(y1, height)
    # Sixteen samples of a cell are enough for its colour, however large the photo is.
    step = max(1, int(unit / _CELLS / 4))
    block = np.ascontiguousarray(pixels[y0:y1:step, x0:x1:step])
    size = [max(1, round(n * step / unit * _CELLS)) for n in block.shape[1::-1]]
    shrunk = cv2.resize(block, size, interpolation=cv2.INTER_AREA)
    outline = (face.landmarks[:, :2] - (x0, y0)) * (np.array(size) / block.shape[1::-1] / step)
    centre = outline.mean(axis=0)
    hull = cv2.convexHull((centre + _WIDER * (outline - centre)).astype(np.float32))
    own = np.zeros(shrunk.shape[:2], np.uint8)
    cv2.fillConvexPoly(own, np.round((hull - 0.5) * 16).astype(np.int32), 1, shift=4)
    top = np.iinfo(pixels.dtype).max
    seen = (own == 0) & (shrunk.max(axis=2) < top - top // 32)
    return np.asarray(to_linear(shrunk)[seen], np.float32)


def disc_mask(view: FaceView, centres: tuple[int, ...], radius: float = 10.0) -> NDArray[np.bool_]:
    """Mask of discs about landmarks, (440, 400) bool; `radius` in view pixels."""
    mask = np.zeros(view.linear.shape[:2], np.uint8)
    for x, y in view.points[list(centres)]:
        cv2.circle(mask, (round(float(x) - 0.5), round(float(y) - 0.5)), round(radius), 1, -1)
    return mask.astype(bool)


def skin_mask(view: FaceView) -> NDArray[np.bool_]:
    """Mask of forehead and cheeks, (440, 400) bool: skin lit as the face as a whole is lit."""
    return view.skin


@once_a_view
def skin_level(view: FaceView) -> float:
    """Median luminance of forehead and cheeks; not a number where none of them is in the view."""
    return median(view.luminance[view.skin])


def eye_white_mask(view: FaceView) -> NDArray[np.bool_]:
    """Mask of the visible sclera of both eyes, (440, 400) bool.

    The lid contour, shrunk by 1.5 view pixels to stay clear of lashes, less the iris with a margin
    of 15 % of its radius.
    """
    return view.whites


def _eye_whites(view: FaceView) -> NDArray[np.bool_]:
    mask = np.zeros(view.linear.shape[:2], np.uint8)
    for contour, iris, ring in (
        (EYE_RIGHT, IRIS_RIGHT, IRIS_RING_RIGHT),
        (EYE_LEFT, IRIS_LEFT, IRIS_RING_LEFT),
    ):
        eye = np.zeros_like(mask)
        outline = np.round((view.points[list(contour)] - 0.5) * 16).astype(np.int32)
        cv2.fillPoly(eye, [outline], 1, shift=4)
        eye = cv2.erode(eye, np.ones((3, 3), np.uint8))
        centre = view.points[iris]
        radius = float(np.linalg.norm(view.points[list(ring)] - centre, axis=1).mean())
        centre_px = (round(float(centre[0]) - 0.5), round(float(centre[1]) - 0.5))
        cv2.circle(eye, centre_px, round(radius * 1.15), 0, -1)
        mask |= eye
    return mask.astype(bool)
