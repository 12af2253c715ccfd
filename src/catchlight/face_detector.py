"""Find the boxes of faces: two BlazeFace detectors, slid over the photo only as finely as needed.

The short-range detector is sure of faces that take 15 % to 110 % of its square window, at any tilt
up to 60°; the full-range one of faces from 5 % of it (both measured on composites of known size).
So the full-range detector proposes, over the whole frame first and over tiles where smaller faces
are still wanted, and the short-range detector looks again at each proposal in a window of the right
size, in the right orientation. What both agree on is a face.

Method: Bazarevsky et al. 2019, "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs",
arXiv:1907.05047: anchors (fig. 2), blended instead of suppressed boxes (section 4). The numbers of
the anchor grids are those of the two models' cards.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from . import models
from .mirroring import brighter_right
from .single_shot import anchors, probabilities

__all__ = ["Detection", "Pyramid", "Window", "cover", "detect", "merge", "refine", "same"]

# Cells a side and anchors a cell, in the order of the outputs.
_GRIDS_FULL, _GRIDS_SHORT = ((48, 1),), ((16, 2), (8, 6))
# BlazeFace's keypoints, in order: eyes, nose tip, mouth, ear tragions; right is the subject's own.
RIGHT_EYE, LEFT_EYE, NOSE, MOUTH = 0, 1, 2, 3
_IN_MIRROR = (1, 0, 2, 3, 5, 4)  # the keypoints as a mirror shows them
FACE_IN_WINDOW = (
    0.25  # share of a refining window that a face takes: the middle of the model's range
)
_TO_COMPARE = 32  # pixels at least, by which a photo is told from its mirror image
_SURE = 0.85  # short-range scores: upright 0.90-0.98, on its side 0.6-0.8 (measured)


@dataclass(frozen=True, slots=True)
class Window:
    """A square region of the photo: centre (x, y) and side in pixels, and its rotation.

    `angle` is in degrees, clockwise as seen: the window's own right points that way in the photo.
    """

    x: float
    y: float
    side: float
    angle: float = 0.0

    def to_photo(self) -> NDArray[np.float64]:
        """Return the (2, 3) affine map from window coordinates 0..1 to photo coordinates."""
        c, s = _cos_sin(self.angle)
        rotation = self.side * np.array([[c, -s], [s, c]])
        return np.column_stack([rotation, np.array([self.x, self.y]) - rotation @ [0.5, 0.5]])


@dataclass(frozen=True, slots=True)
class Detection:
    """A face box in photo coordinates.

    Attributes
    ----------
    score : 0..1, the detector's.
    x, y : centre of the box.
    size : side of the box, from the brow to the chin, in pixels.
    keypoints : (6, 2) float64: right eye, left eye, nose tip, mouth, right and left ear tragion.
    """

    score: float
    x: float
    y: float
    size: float
    keypoints: NDArray[np.float64]

    @property
    def angle(self) -> float:
        """Tilt of the line of the eyes in degrees, clockwise as seen."""
        across = self.keypoints[LEFT_EYE] - self.keypoints[RIGHT_EYE]
        return math.degrees(math.atan2(across[1], across[0]))

    def window(self, face_share: float = FACE_IN_WINDOW, turn: float = 0.0) -> Window:
        """Return the window in which this face stands upright and takes `face_share` of it."""
        return Window(self.x, self.y, self.size / face_share, self.angle + turn)


class Pyramid:
    """A photo (H, W, 3) uint8 sRGB-encoded and its halvings, sampled by windows without aliasing.

    Raises
    ------
    ValueError : `pixels` are of another shape or dtype, or empty.
    """

    def __init__(self, pixels: NDArray[np.uint8]) -> None:
        if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or not pixels.size:
            raise ValueError(f"pixels must be (H, W, 3) uint8, not {pixels.shape} {pixels.dtype}")
        self.height: int = pixels.shape[0]
        self.width: int = pixels.shape[1]
        self._levels = [np.ascontiguousarray(pixels)]

    @cached_property
    def mirrored(self) -> bool:
        """Whether networks are shown the mirror image; see `mirroring`."""
        return brighter_right(self.reduced(_TO_COMPARE))

    @property
    def shorter(self) -> int:
        """The shorter side of the photo in pixels."""
        return min(self.width, self.height)

    @property
    def longer(self) -> int:
        """The longer side of the photo in pixels."""
        return max(self.width, self.height)

    def reduced(self, side: int) -> NDArray[np.uint8]:
        """Return the coarsest halving whose longer side is at least `side`, else the photo."""
        level = 0
        while self.longer >> (level + 1) >= side:
            level += 1
        return self._level(level)

    def coarser(self, share: float) -> NDArray[np.uint8]:
        """Return the coarsest halving that still has `share` of the photo's pixels a side."""
        level = 0
        while 0.5 ** (level + 1) >= share and self.shorter >> (level + 1):
            level += 1
        return self._level(level)

    def _level(self, index: int) -> NDArray[np.uint8]:
        while len(self._levels) <= index:
            finest = self._levels[-1]
            size = (max(1, (finest.shape[1] + 1) // 2), max(1, (finest.shape[0] + 1) // 2))
            half = cv2.resize(finest, size, interpolation=cv2.INTER_AREA)
            self._levels.append(np.asarray(half, dtype=np.uint8))
        return self._levels[index]

    def sample(self, window: Window, side: int, *, replicate: bool = False) -> NDArray[np.uint8]:
        """Return the window as (side, side, 3) uint8, black (or the edge) beyond the frame."""
        level = max(0, int(math.log2(max(window.side / side, 1.0))))
        image = self._level(level)
        scale = np.array([image.shape[1] / self.width, image.shape[0] / self.height])
        affine = window.to_photo() * scale[:, None]
        affine[:, :2] /= side
        # cv2 counts from pixel centres; our coordinates from the corner of the first pixel.
        affine[:, 2] += affine[:, :2] @ [0.5, 0.5] - 0.5
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        border = cv2.BORDER_REPLICATE if replicate else cv2.BORDER_CONSTANT
        out = cv2.warpAffine(image, affine, (side, side), flags=flags, borderMode=border)
        return np.asarray(out, dtype=np.uint8)


def detect(
    pyramid: Pyramid, window: Window, *, full_range: bool, threshold: float
) -> list[Detection]:
    """Return the faces that one run of a detector sees in `window`, best first.

    Parameters
    ----------
    full_range : run the full-range model (192 px) instead of the short-range one (128 px).
    threshold : least score, 0..1.

    Raises
    ------
    ModelError : the model is missing or damaged.
    """
    name = "face_detection_full_range_sparse.tflite" if full_range else "face_detector.tflite"
    side = 192 if full_range else 128
    image = pyramid.sample(window, side)
    if pyramid.mirrored:
        image = np.ascontiguousarray(image[:, ::-1])
    tensor = image.astype(np.float32) / np.float32(127.5) - np.float32(1)
    outputs = models.litert(name)(tensor[None])
    values, logits = outputs if outputs[0].shape[-1] == 16 else outputs[::-1]
    scores = probabilities(logits[0, :, 0])
    keep = np.flatnonzero(scores >= threshold)
    if not keep.size:
        return []
    # Each row: centre, width and height, then six keypoints; all but the second from the anchor.
    points = values[0, keep].reshape(-1, 8, 2).astype(np.float64) / side
    points[:, [0, *range(2, 8)]] += anchors(_GRIDS_FULL if full_range else _GRIDS_SHORT)[keep, None]
    if pyramid.mirrored:
        points[:, [0, *range(2, 8)], 0] = 1 - points[:, [0, *range(2, 8)], 0]
        points[:, 2:] = points[:, 2:][:, _IN_MIRROR]
    points, weights = _blend(points, scores[keep])
    affine = window.to_photo()
    found = []
    for row, score in zip(points, weights, strict=True):
        places = row[[0, *range(2, 8)]] @ affine[:, :2].T + affine[:, 2]
        size = float(np.sqrt(max(row[1, 0] * row[1, 1], 0.0)) * window.side)
        if size > 0:
            x, y = places[0].tolist()
            found.append(Detection(float(score), x, y, size, places[1:]))
    return found


def refine(
    pyramid: Pyramid, proposal: Detection, threshold: float, *, any_turn: bool = True
) -> Detection | None:
    """Look again at one proposal with the short-range detector and return what it sees, or None.

    The window is centred on the proposal, sized for the model and turned upright; when the face is
    not surely upright there, the three other quarter turns are tried if `any_turn` allows it, and
    the best one kept.
    """
    best = _nearest(pyramid, proposal, proposal.window(), threshold)
    if any_turn and (best is None or best.score < _SURE):
        for turn in (90.0, 180.0, 270.0):
            other = _nearest(pyramid, proposal, proposal.window(turn=turn), threshold)
            if other is not None and (best is None or other.score > best.score):
                best = other
    if best is not None and abs(_degrees(best.angle - proposal.angle)) > 15:
        # The window was tilted against the face: look once more, upright.
        best = _nearest(pyramid, best, best.window(), threshold) or best
    return best


def cover(pyramid: Pyramid, side: float) -> list[Window]:
    """Return upright windows of `side` pixels that cover the photo, overlapping by 30 % or more."""

    def centres(length: int) -> list[float]:
        if side >= length:
            return [length / 2]
        count = math.ceil((length - side) / (0.7 * side)) + 1
        return [float(c) for c in np.linspace(side / 2, length - side / 2, count)]

    return [Window(x, y, side) for y in centres(pyramid.height) for x in centres(pyramid.width)]


def merge(detections: Iterable[Detection]) -> list[Detection]:
    """Drop the weaker of detections that are the same face, seen in several windows; best first."""
    kept: list[Detection] = []
    for detection in sorted(detections, key=lambda d: (-d.score, -d.size, d.x, d.y)):
        if not any(same(detection, other) for other in kept):
            kept.append(detection)
    return kept


def same(a: Detection, b: Detection) -> bool:
    """Whether two boxes are of one face: the centre of the smaller lies well inside the larger."""
    reach = 0.5 * max(a.size, b.size)
    return math.hypot(a.x - b.x, a.y - b.y) < reach


def _nearest(
    pyramid: Pyramid, proposal: Detection, window: Window, threshold: float
) -> Detection | None:
    """Return the best detection in `window` that is the proposal's own face and of its scale."""
    found = detect(pyramid, window, full_range=False, threshold=threshold)
    fits = [d for d in found if same(d, proposal) and 0.4 < d.size / proposal.size < 2.5]
    return max(fits, key=lambda d: d.score, default=None)


def _blend(
    points: NDArray[np.float64], scores: NDArray[np.float64]
) -> tuple[NDArray[np.float64], list[float]]:
    """Average overlapping boxes by score (arXiv:1907.05047, section 4) instead of choosing one."""
    order = np.argsort(-scores, kind="stable")
    low = points[:, 0] - points[:, 1] / 2
    high = points[:, 0] + points[:, 1] / 2
    area = np.prod(points[:, 1], axis=1)
    rows: list[NDArray[np.float64]] = []
    best: list[float] = []
    while order.size:
        first = order[0]
        overlap = np.minimum(high[order], high[first]) - np.maximum(low[order], low[first])
        inside = np.prod(np.maximum(overlap, 0.0), axis=1)
        union = area[order] + area[first] - inside
        near = inside > 0.3 * union
        near[0] = True
        group = order[near]
        rows.append(np.average(points[group], axis=0, weights=scores[group]))
        best.append(float(scores[first]))
        order = order[~near]
    return np.stack(rows), best


def _degrees(angle: float) -> float:
    """Return the angle in -180..180."""
    return (angle + 180.0) % 360.0 - 180.0


def _cos_sin(angle: float) -> tuple[float, float]:
    """Return cosine and sine of degrees, exact at quarter turns."""
    quarters = angle / 90.0
    if quarters == round(quarters):
        return [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)][int(quarters) % 4]
    return math.cos(math.radians(angle)), math.sin(math.radians(angle))
