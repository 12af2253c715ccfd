"""A crop: what is asked for, the rectangle in a photograph, and the mapping into it and back."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Box", "Crop", "Wish", "circle_excess"]

Points = NDArray[np.float64]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Wish:
    """The framing that is asked for: a look's, as a destination changes it.

    Attributes
    ----------
    aspect : width divided by height.
    eye_line, head_height, headroom_min, headroom_max : as in `looks.Framing`.
    lead_room, max_straighten, residual_tilt : as in `looks.Framing`.
    exact : as in `looks.Framing`.
    circle : whether the picture is shown round, with `circle_margin` of its diameter as air.
    """

    aspect: float
    eye_line: float
    head_height: float
    headroom_min: float
    headroom_max: float
    lead_room: float = 0.04
    max_straighten: float = 15.0
    residual_tilt: float = 5.0
    exact: bool = False
    circle: bool = False
    circle_margin: float = 0.04


@dataclass(frozen=True, slots=True)
class Crop:
    """A rectangle in the continuous pixel coordinates of an upright photograph.

    The frame spans [0, W] x [0, H], x to the right, y down. A crop may reach beyond it, where a
    studio backdrop takes over; it never reaches beyond an edge that cuts the person.

    Attributes
    ----------
    x, y : its centre, in photo pixels.
    width, height : in photo pixels, along its own sides.
    rotation : by which the picture is turned clockwise to stand upright in the crop, in degrees, as
        in a recipe. So minus the roll of the eye line makes that line level.
    frame : width and height of the photograph.
    asked_height : the height that the wished framing would have had, in photo pixels.
    notes : what the user should know, as plain phrases.
    """

    x: float
    y: float
    width: float
    height: float
    rotation: float
    frame: tuple[float, float]
    asked_height: float
    notes: tuple[str, ...] = ()

    @property
    def tightness(self) -> float:
        """Asked height divided by height: above 1 the crop is tighter than was asked."""
        return self.asked_height / self.height

    @property
    def inside(self) -> bool:
        """Whether the whole crop lies within the photograph (to a millionth of its size)."""
        slack = 1e-6 * max(self.frame)
        corners = self.corners
        return bool((corners >= -slack).all() and (corners <= np.array(self.frame) + slack).all())

    @property
    def corners(self) -> Points:
        """The corners in photo pixels, (4, 2): top left, top right, bottom right, bottom left."""
        w, h = self.width, self.height
        return self.to_photo([(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)])

    def to_crop(self, points: ArrayLike) -> Points:
        """Map points (N, 2) of the photo into the crop: its top left is (0, 0), in photo pixels."""
        moved = np.asarray(points, np.float64).reshape(-1, 2) - (self.x, self.y)
        return moved @ self._axes().T + (self.width / 2, self.height / 2)

    def to_photo(self, points: ArrayLike) -> Points:
        """Map points (N, 2) of the crop, in photo pixels from its top left, into the photo."""
        moved = np.asarray(points, np.float64).reshape(-1, 2) - (self.width / 2, self.height / 2)
        return moved @ self._axes() + (self.x, self.y)

    def matrix(self, width: int) -> NDArray[np.float64]:
        """Return the map from photo to a picture of the crop that is `width` pixels wide.

        Returns
        -------
        (2, 3) float64: continuous coordinates to continuous coordinates, in which the first pixel
        covers [0, 1] x [0, 1]. OpenCV counts from pixel centres: for `warpAffine` subtract half a
        pixel on both sides.
        """
        axes = self._axes() * (width / self.width)
        half = np.array([width, width * self.height / self.width]) / 2
        return np.column_stack([axes, half - axes @ (self.x, self.y)])

    def upscale(self, width: int) -> float:
        """Return pixels per photo pixel of a picture `width` wide; above 1 it is enlarged."""
        return width / self.width

    def scaled(self, factor: float) -> Crop:
        """Return the same crop of the photo at another size, `factor` times as wide."""
        return Crop(
            self.x * factor,
            self.y * factor,
            self.width * factor,
            self.height * factor,
            self.rotation,
            (self.frame[0] * factor, self.frame[1] * factor),
            self.asked_height * factor,
            self.notes,
        )

    def normalised(self) -> dict[str, float]:
        """Return the crop for a recipe, free of pixels.

        Returns
        -------
        `x`, `width` in shares of the frame's width; `y`, `height`, `asked_height` in shares of the
        frame's height; `rotation` in degrees.
        """
        w, h = self.frame
        return {
            "x": self.x / w,
            "y": self.y / h,
            "width": self.width / w,
            "height": self.height / h,
            "rotation": self.rotation,
            "asked_height": self.asked_height / h,
        }

    @classmethod
    def from_normalised(cls, values: dict[str, Any], frame: tuple[float, float]) -> Crop:
        """Return the crop that `normalised` described, in a photo of the size `frame`."""
        w, h = frame
        return cls(
            x=values["x"] * w,
            y=values["y"] * h,
            width=values["width"] * w,
            height=values["height"] * h,
            rotation=values["rotation"],
            frame=frame,
            asked_height=values.get("asked_height", values["height"]) * h,
        )

    def _axes(self) -> NDArray[np.float64]:
        """Return the crop's right and down directions as rows."""
        cos, sin = _cos_sin(-self.rotation)
        return np.array([(cos, sin), (-sin, cos)])


def _cos_sin(degrees: float) -> tuple[float, float]:
    """Return cosine and sine, exact at 0 so that an unturned crop is not resampled."""
    if degrees == 0:
        return 1.0, 0.0
    angle = math.radians(degrees)
    return math.cos(angle), math.sin(angle)


def circle_excess(crop: Crop, points: ArrayLike, margin: float = 0.04) -> float:
    """Return how far points reach over the circle that a round avatar leaves of a crop.

    Parameters
    ----------
    crop : a square crop.
    points : (N, 2) in photo pixels, the outline of the head.
    margin : air that has to stay between head and circle, as a share of the diameter.

    Returns
    -------
    In shares of the diameter; 0 or less means that the head is safe.
    """
    points = np.asarray(points, np.float64).reshape(-1, 2)
    if not len(points):
        return -math.inf
    radius = np.hypot(*(points - (crop.x, crop.y)).T).max()
    return float(radius / min(crop.width, crop.height) - (0.5 - margin))
