"""Perspective: the person's own pixels as a camera further away would have seen them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from .edit import Edit
from .reprojection import Reprojection, reprojection
from .scene import Scene

__all__ = ["Perspective"]

_STRIP = 256  # rows resampled at once
_STILL = 0.02  # pixels of a move that are none


class Perspective(Edit):
    """Re-project the person from one camera distance to another; see `reprojection`.

    Moves pixels of the person, which no other edit does: it is made only when asked for, and the
    report says so.
    """

    name: Literal["perspective"] = "perspective"
    version: Literal[1] = 1
    distance_cm: float = Field(ge=12, le=150, description="lens to eyes, as shot")
    to_cm: float = Field(default=150.0, ge=30, le=400)

    def apply(self, scene: Scene, *, in_place: bool = False) -> Scene:
        """Move the person, and with them the matte and the landmarks."""
        if self.strength == 0 or self.to_cm <= self.distance_cm or scene.landmarks is None:
            return scene
        found = self.reprojection(scene)
        linear = _resampled(scene.linear, found, cv2.INTER_CUBIC, cv2.BORDER_REPLICATE)
        np.maximum(linear, 0, out=linear)
        alpha = scene.alpha
        if alpha is not None:
            alpha = _resampled(alpha, found, cv2.INTER_LINEAR, cv2.BORDER_REPLICATE)
        landmarks = found.moved(scene.landmarks)
        x, y = found.moved(np.array([scene.eyes]))[0].tolist()
        return replace(scene, linear=linear, alpha=alpha, landmarks=landmarks, eyes=(x, y))

    def reprojection(self, scene: Scene) -> Reprojection:
        """Return the move itself.

        Raises
        ------
        ValueError : the scene has no landmarks.
        """
        return reprojection(scene, self.distance_cm, self.to_cm, self.strength)

    def describe(self) -> str:
        """Declare the move."""
        if self.strength == 0:
            return "Perspective left as shot."
        part = "" if self.strength == 1 else f", {100 * self.strength:.0f} % of the way"
        return (
            f"Perspective: taken from about {self.distance_cm:.0f} cm, re-projected to"
            f" {self.to_cm / 100:.1f} m{part}. Pixels of the person were moved, none was made."
        )


def _resampled(
    image: NDArray[np.float32], found: Reprojection, how: int, border: int
) -> NDArray[np.float32]:
    """Take every pixel from where it comes from; where nothing moves it stays bit by bit."""
    height, width = image.shape[:2]
    out = np.empty_like(image)
    x = np.arange(width, dtype=np.float32)
    per = 1 / found.cell

    def strip(top: int) -> None:
        rows = min(_STRIP, height - top)
        shift = [(0.5 - found.corner[0]) * per - 0.5, (top + 0.5 - found.corner[1]) * per - 0.5]
        matrix = np.array([[per, 0, shift[0]], [0, per, shift[1]]])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        back = cv2.warpAffine(found.sources, matrix, (width, rows), flags=flags)
        back *= np.float32(found.cell)
        if float(np.abs(back).max()) < _STILL:
            out[top : top + rows] = image[top : top + rows]
            return
        back[..., 0] += x
        back[..., 1] += np.arange(top, top + rows, dtype=np.float32)[:, None]
        # OpenCV addresses at most 32767 pixels a side, and only what is near is needed.
        first = max(0, int(back[..., 1].min()) - 4)
        last = min(height, int(back[..., 1].max()) + 5)
        back[..., 1] -= first
        out[top : top + rows] = cv2.remap(image[first:last], back, None, how, borderMode=border)

    with ThreadPoolExecutor(2) as pool:  # strips are independent of one another
        list(pool.map(strip, range(0, height, _STRIP)))
    return out
