"""Rasters over a part of a photo, and boxes in it: the coordinates that the cut-out works in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["Box", "Grid", "within"]

Box: TypeAlias = tuple[float, float, float, float]
_Map: TypeAlias = NDArray[np.float32]
_Mask: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Grid:
    """A raster laid over a part of the photo.

    Attributes
    ----------
    box : (x0, y0, x1, y1) in photo pixels.
    shape : (rows, columns).
    """

    box: Box
    shape: tuple[int, int]

    @classmethod
    def of(cls, box: Box, pixels: float) -> Grid:
        """Return a grid of about `pixels` cells over `box`, never finer than the photo."""
        width, height = box[2] - box[0], box[3] - box[1]
        scale = min(1.0, (pixels / (width * height)) ** 0.5)
        return cls(box, (max(8, round(height * scale)), max(8, round(width * scale))))

    @property
    def scale(self) -> float:
        """Cells a photo pixel (along a row)."""
        return self.shape[1] / (self.box[2] - self.box[0])

    def centres(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the cells' centres in photo pixels: x (columns,) and y (rows,)."""
        rows, columns = self.shape
        x0, y0, x1, y1 = self.box
        x = x0 + (np.arange(columns, dtype=np.float32) + 0.5) * np.float32((x1 - x0) / columns)
        y = y0 + (np.arange(rows, dtype=np.float32) + 0.5) * np.float32((y1 - y0) / rows)
        return x.astype(np.float32), y.astype(np.float32)

    def points(self, xy: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return photo points (n, 2) in this grid's continuous coordinates."""
        size = np.array([self.shape[1], self.shape[0]], np.float32)
        x0, y0, x1, y1 = self.box
        span = np.array([x1 - x0, y1 - y0], np.float32)
        return ((xy - np.array([x0, y0], np.float32)) / span * size).astype(np.float32)

    def paste(self, values: _Map, box: Box, outside: float = 0.0) -> _Map:
        """Resample `values`, which cover `box` of the photo, to this grid."""
        rows, columns = values.shape[:2]
        step_x = (self.box[2] - self.box[0]) / self.shape[1] * columns / (box[2] - box[0])
        step_y = (self.box[3] - self.box[1]) / self.shape[0] * rows / (box[3] - box[1])
        # Pixel centres lie at one half, hence the halves on both sides.
        x = (self.box[0] - box[0]) * columns / (box[2] - box[0]) + 0.5 * step_x - 0.5
        y = (self.box[1] - box[1]) * rows / (box[3] - box[1]) + 0.5 * step_y - 0.5
        matrix = np.array([[step_x, 0, x], [0, step_y, y]], np.float64)
        # The edge is repeated first: half a cell at a crop's border is still inside the crop.
        padded = cv2.copyMakeBorder(values, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
        matrix[:, 2] += 1
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(
            cv2.warpAffine(
                padded, matrix, self.shape[::-1], flags=flags, borderValue=(outside,) * 4
            ),
            np.float32,
        )

    def covers(self, box: Box) -> _Mask:
        """Return (rows, columns) bool, where this grid's cells lie inside `box`."""
        x = self.box[0] + (np.arange(self.shape[1]) + 0.5) / self.scale
        step = (self.box[3] - self.box[1]) / self.shape[0]
        y = self.box[1] + (np.arange(self.shape[0]) + 0.5) * step
        across = (x >= box[0]) & (x <= box[2])
        down = (y >= box[1]) & (y <= box[3])
        return np.asarray(down[:, None] & across[None, :])

    def window(self, box: Box, frame: Box, fade: float) -> _Map:
        """Return (rows, columns) 0..1: 1 inside `box`, fading out over `fade` pixels at its sides.

        Sides that are the frame's do not fade: nothing was cut off there.
        """
        x = self.box[0] + (np.arange(self.shape[1]) + 0.5) / self.scale
        step = (self.box[3] - self.box[1]) / self.shape[0]
        y = self.box[1] + (np.arange(self.shape[0]) + 0.5) * step
        profiles = []
        for at, low, high in ((y, 1, 3), (x, 0, 2)):
            rise = (at - box[low]) / (fade if box[low] > frame[low] else 1e-3)
            fall = (box[high] - at) / (fade if box[high] < frame[high] else 1e-3)
            profiles.append(np.clip(np.minimum(rise, fall), 0, 1))
        return np.asarray(profiles[0][:, None] * profiles[1][None, :], np.float32)


def within(box: Box, frame: Box) -> Box:
    """Return the part of `box` that lies inside `frame`, on whole pixels."""
    return (
        float(np.floor(max(box[0], frame[0]))),
        float(np.floor(max(box[1], frame[1]))),
        float(np.ceil(min(box[2], frame[2]))),
        float(np.ceil(min(box[3], frame[3]))),
    )
