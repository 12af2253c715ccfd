"""What edits work on: the picture in linear light, the matte, and where the person is in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Scene"]


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture between two edits. Edits return a new scene and never write into this one.

    Attributes
    ----------
    linear : (H, W, 3) float32, linear sRGB, 0..1 (edits may go beyond for a while).
    alpha : (H, W) float32, 0..1, the person's coverage; None where no matte was asked for.
    eyes : (x, y) of the middle between the iris centres, in pixels of this picture.
    eye_distance : pixels between the iris centres in this picture; the unit of lengths.
    person : (H, W, 3) float32, linear sRGB, the person's own colours with the old background
        taken out of their edge; what a backdrop edit composites. None before such an edit.
    plate : (h, w, 3) float32, linear sRGB, the user's own backdrop photograph, or None.
    scale : pixels of this picture for each of the full-size photograph's; below 1 in a preview.
    origin : (x, y) of this picture's corner in pixels of the (turned) photograph at this size.
    landmarks : (478, 3) float32, the subject's landmarks: x, y in continuous pixels of this picture
        (the first pixel's centre is at 0.5, 0.5), z to the same scale, negative towards the
        camera; indices in `landmarks.py`. None where the recipe names none.
    mapping : (2, 3) float64, from shares of the photograph's frame to pixels of this picture; None
        where this picture is the whole frame.
    """

    linear: NDArray[np.float32]
    alpha: NDArray[np.float32] | None
    eyes: tuple[float, float]
    eye_distance: float
    person: NDArray[np.float32] | None = None
    plate: NDArray[np.float32] | None = None
    scale: float = 1.0
    origin: tuple[int, int] = (0, 0)
    landmarks: NDArray[np.float32] | None = None
    mapping: NDArray[np.float64] | None = None

    def places(self, shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where points (N, 2) in shares of the frame lie, (N, 2) continuous pixels here."""
        if self.mapping is None:
            return np.asarray(shares * self.linear.shape[1::-1], np.float64)
        turned = np.einsum("nk,ck->nc", shares, self.mapping[:, :2])
        return np.asarray(turned + self.mapping[:, 2], np.float64)
