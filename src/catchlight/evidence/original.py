"""Whether a reference is the very photograph a picture was made from, and the two laid together.

Blocks about the head are registered by phase correlation (Kuglin & Hines 1975) once the landmarks
have brought the two faces together; where the picture comes from the reference, most blocks agree
on one shift, turn and scale to a fraction of a pixel, which two moments of a sitting never do. The
reference is then laid under the picture by that similarity, found from the blocks that agree
(RANSAC, Fischler & Bolles 1981), so that eyes made larger or cheeks made narrower don't pull it
along, and can be measured against it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color import to_linear
from ..head_pose import mirror
from ..landmarks import IRIS_LEFT, IRIS_RIGHT
from ..ledger import Comparison
from .facts import Facts

__all__ = ["Laid", "detail", "laid_together"]

_EYE_DISTANCE = 240.0  # pixels at most at which the two are compared
_COARSE = 96.0
_APART = 0.05  # eye distances between the landmarks of the two, in the median
_LEAST = 40.0  # pixels between the irises: below, there is nothing to register
_REACH = (2.2, 2.6)  # eye distances to each side, and above and below
_AGREE = 0.012  # eye distances from the common similarity
_SHARE = 0.4  # of the blocks on the person that have to agree
_FEWEST = 10
_RESPONSE = 0.12
_PERSON = 0.9
# Correlation of the finest detail in the better quarter of the blocks. In one sitting, under one
# light, heads come back to within a fraction of a percent, but hairs and creases do not: at most
# 0.59 there, at least 0.84 in copies, slimmed, smoothed or mirrored (own measurement).
_ALIKE, _FINEST = 0.72, 2.0
_STEADY = (168, 6, 197, 195, 5, 4, 2, 33, 133, 362, 263, 127, 356, 98, 327, 152)


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """A picture and the reference it was made from, at one scale, in the picture's place.

    Attributes
    ----------
    reference : the reference.
    pair : the original ("before") and the picture ("after") in linear light; `points` are the
        picture's landmarks.
    origin, scale : pixels of the picture = pixels of the pair / scale + origin.
    shrunk : pixels of the pair over pixels of the original; 1 or less where the original has all
        the detail that the pair could show.
    share : of the blocks on the head, 0..1, that agree on one place.
    mirrored : whether the picture is the original as in a mirror.
    matrix : (2, 3) float64, from pixels of the (mirrored) original to those of the picture.
    """

    reference: Facts
    pair: Comparison
    origin: tuple[float, float]
    scale: float
    shrunk: float
    share: float
    mirrored: bool
    matrix: NDArray[np.float64]

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return a place of the pair in pixels of the picture."""
        return x / self.scale + self.origin[0], y / self.scale + self.origin[1]

    def source(self, x: float, y: float) -> tuple[float, float]:
        """Return a place of the pair in pixels of the original."""
        to, shift = self.matrix[:, :2], self.matrix[:, 2]
        u, v = np.linalg.solve(to, np.array(self.place(x, y)) - shift)
        return (self.reference.size[0] - float(u) if self.mirrored else float(u)), float(v)


def laid_together(picture: Facts, reference: Facts) -> Laid | None:
    """Lay a reference under the picture, if the picture was made from it; else None.

    Its mirror image is tried too. Takes about 30 ms where it is not the original.
    """
    if min(picture.eye_distance, reference.eye_distance) < _LEAST:
        return None
    laid = _laid(picture, reference, mirrored=False)
    return laid if laid is not None else _laid(picture, reference, mirrored=True)


def _laid(picture: Facts, reference: Facts, *, mirrored: bool) -> Laid | None:
    target = picture.face.landmarks[list(_STEADY), :2].astype(np.float64)
    pixels, own = reference.pixels, reference.face.landmarks[:, :2].astype(np.float64)
    if mirrored:
        pixels = np.ascontiguousarray(pixels[:, ::-1])
        own = own[mirror()] * [-1, 1] + [pixels.shape[1], 0]
    # Where the landmarks themselves don't come together, it is another moment.
    matrix, off = _similarity(own[list(_STEADY)], target)
    if float(np.median(off)) > _APART * picture.eye_distance:
        return None
    # a coarse look first: nearly all that are not the original are done with there
    for finest in (_COARSE, _EYE_DISTANCE):
        frame = _Frame.about(picture, matrix, finest)
        share = 0.0
        for _ in range(2 if finest == _COARSE else 3):
            before, shown = frame.lay(pixels, matrix)
            found = _moves(before, frame.after, shown, frame.points, frame.eye_distance)
            step, share = (None, 0.0) if found is None else _agreed(*found, frame.eye_distance)
            if step is None or share < 0.5 * _SHARE:
                return None
            matrix = frame.moved(matrix, step)
        if share < _SHARE:
            return None
    before, shown = frame.lay(pixels, matrix)
    shown &= frame.part(picture.person) > _PERSON  # the background may be another
    if _alike(before, frame.after, shown, frame.points) < _ALIKE:
        return None
    shrunk = float(np.sqrt(abs(np.linalg.det(matrix[:, :2])))) * frame.scale
    pair = Comparison(before, frame.after, shown, frame.points, frame.eye_distance, shrunk > 1.05)
    corner = (float(frame.low[0]), float(frame.low[1]))
    return Laid(reference, pair, corner, frame.scale, shrunk, share, mirrored, matrix)


@dataclass(frozen=True, slots=True, eq=False)
class _Frame:
    """The part of the picture about the head, at the scale of the comparison."""

    low: NDArray[np.intp]
    ratio: NDArray[np.float64]
    size: tuple[int, int]
    after: NDArray[np.float32]
    points: NDArray[np.float32]
    eye_distance: float

    @classmethod
    def about(cls, picture: Facts, matrix: NDArray[np.float64], finest: float) -> _Frame:
        growth = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
        scale = min(1.0, finest / picture.eye_distance, 1.0 / growth)
        middle = (picture.face.iris_right + picture.face.iris_left).astype(float) / 2
        reach = np.array(_REACH) * picture.eye_distance
        low = np.maximum(np.floor(middle - reach), 0).astype(int)
        high = np.minimum(np.ceil(middle + reach), picture.size).astype(int)
        width, height = np.maximum(np.round((high - low) * scale), 1).astype(int).tolist()
        ratio = np.array([width, height]) / (high - low)
        part = to_linear(picture.pixels[low[1] : high[1], low[0] : high[0]])
        after = cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA)
        points = ((picture.face.landmarks[:, :2] - low) * ratio).astype(np.float32)
        distance = float(np.linalg.norm(points[IRIS_LEFT] - points[IRIS_RIGHT]))
        return cls(low, ratio, (width, height), np.asarray(after, np.float32), points, distance)

    @property
    def scale(self) -> float:
        return float(self.ratio.mean())

    def part(self, mask: NDArray[np.float32]) -> NDArray[np.float32]:
        """The frame's part of a mask over the picture."""
        high = np.round(self.low + np.array(self.size) / self.ratio).astype(int)
        cut = mask[self.low[1] : high[1], self.low[0] : high[0]]
        return np.asarray(cv2.resize(cut, self.size, interpolation=cv2.INTER_AREA), np.float32)

    def lay(
        self, pixels: NDArray[np.uint8], matrix: NDArray[np.float64]
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """The original where `matrix` puts it in the picture, and what of the frame it covers."""
        whole = matrix.copy()
        whole[:, 2] -= self.low
        return _warped(pixels, whole * self.ratio[:, None], self.size)

    def moved(self, matrix: NDArray[np.float64], step: NDArray[np.float64]) -> NDArray[np.float64]:
        """The matrix followed by a similarity that was found in pixels of the frame."""
        scaled = matrix * self.ratio[:, None]
        scaled[:, 2] -= self.low * self.ratio
        joined = step[:, :2] @ scaled
        joined[:, 2] += step[:, 2]
        joined = joined / self.ratio[:, None]
        joined[:, 2] += self.low
        return np.asarray(joined)


def _similarity(
    source: NDArray[np.float64], target: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Least squares similarity (Umeyama 1991) and how far off each point then is."""
    a = (source[:, 0] + 1j * source[:, 1]).astype(complex)
    b = (target[:, 0] + 1j * target[:, 1]).astype(complex)
    centred = a - a.mean()
    factor = np.vdot(centred, b - b.mean()) / max(float(np.vdot(centred, centred).real), 1e-12)
    shift = b.mean() - factor * a.mean()
    matrix = np.array(
        [[factor.real, -factor.imag, shift.real], [factor.imag, factor.real, shift.imag]]
    )
    return matrix, np.abs(factor * a + shift - b)


def _warped(
    pixels: NDArray[np.uint8], matrix: NDArray[np.float64], size: tuple[int, int]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Warp by a matrix on continuous coordinates, shrinking by areas first; and what it covers."""
    inverse = np.linalg.inv(np.vstack([matrix, [0, 0, 1]]))[:2]
    corners = np.array([[0, 0], [size[0], 0], [0, size[1]], [size[0], size[1]]], float)
    reached = corners @ inverse[:, :2].T + inverse[:, 2]
    height, width = pixels.shape[:2]
    x0, y0 = np.clip(np.floor(reached.min(axis=0)) - 4, 0, (width - 1, height - 1)).astype(int)
    x1, y1 = np.clip(np.ceil(reached.max(axis=0)) + 4, (x0 + 1, y0 + 1), (width, height)).astype(
        int
    )
    block = to_linear(pixels[y0:y1, x0:x1])
    whole = matrix.copy()
    whole[:, 2] += whole[:, :2] @ np.array([x0, y0], float)
    scale = float(np.sqrt(abs(np.linalg.det(whole[:, :2]))))
    if scale < 1:
        smaller = (
            max(1, round(block.shape[1] * scale)),
            max(1, round(block.shape[0] * scale)),
        )
        shrink = np.array([block.shape[1] / smaller[0], block.shape[0] / smaller[1]])
        block = cv2.resize(block, smaller, interpolation=cv2.INTER_AREA)
        whole[:, :2] *= shrink
    ones = np.ones(block.shape[:2], np.float32)
    whole[:, 2] += whole[:, :2] @ np.array([0.5, 0.5]) - 0.5
    laid = cv2.warpAffine(block, whole, size, flags=cv2.INTER_CUBIC)
    covered = cv2.warpAffine(ones, whole, size, flags=cv2.INTER_LINEAR) > 0.999
    return np.asarray(laid, np.float32), np.asarray(covered, np.bool_)


def detail(linear: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """Local contrast of lightness, (H, W) float32, stops: insensitive to exposure and balance."""
    luma = np.array([0.2126, 0.7152, 0.0722], np.float32)
    light = np.log2(np.maximum(linear @ luma, 2e-3)).astype(np.float32)
    return np.asarray(light - cv2.GaussianBlur(light, (0, 0), sigma), np.float32)


def _moves(
    before: NDArray[np.float32],
    after: NDArray[np.float32],
    shown: NDArray[np.bool_],
    points: NDArray[np.float32],
    distance: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Centres (N, 2) of blocks over the face, and their moves (N, 2), nan where unsure."""
    side = 1 << max(4, int(np.log2(distance / 2.2)))
    one, two = detail(before, side / 8), detail(after, side / 8)
    window = cv2.createHanningWindow((side, side), cv2.CV_32F)
    low, high = points[:468].min(axis=0), points[:468].max(axis=0)
    rows = np.arange(
        max(0, int(low[1] - side / 2)), min(one.shape[0], int(high[1])) - side, side // 2
    )
    columns = np.arange(
        max(0, int(low[0] - side / 2)), min(one.shape[1], int(high[0] + side / 2)) - side, side // 2
    )
    centres, moves = [], []
    for y in rows:
        for x in columns:
            block = (slice(y, y + side), slice(x, x + side))
            if shown[block].mean() < 0.98 or two[block].std() < 0.015:
                continue
            move, response = cv2.phaseCorrelate(one[block], two[block], window)
            centres.append((x + side / 2, y + side / 2))
            sure = response > _RESPONSE and np.hypot(*move) < side / 3
            moves.append(move if sure else (np.nan, np.nan))
    if len(centres) < _FEWEST:
        return None
    return np.array(centres, float), np.array(moves, float)


def _alike(
    before: NDArray[np.float32],
    after: NDArray[np.float32],
    shown: NDArray[np.bool_],
    points: NDArray[np.float32],
) -> float:
    """Correlation of the finest detail, the upper quartile over blocks of the face."""
    distance = float(np.linalg.norm(points[IRIS_LEFT] - points[IRIS_RIGHT]))
    side = 1 << max(4, int(np.log2(distance / 2.2)))
    one, two = detail(before, _FINEST), detail(after, _FINEST)
    low = np.maximum(points[:468].min(axis=0), 0).astype(int)
    high = np.minimum(points[:468].max(axis=0), one.shape[::-1]).astype(int)
    found = []
    for y in range(low[1], high[1] - side, side // 2):
        for x in range(low[0], high[0] - side, side // 2):
            block = (slice(y, y + side), slice(x, x + side))
            a, b = one[block], two[block]
            if shown[block].mean() < 0.9 or min(float(a.std()), float(b.std())) < 1e-4:
                continue
            found.append(float(np.corrcoef(a.ravel(), b.ravel())[0, 1]))
    return float(np.quantile(found, 0.75)) if len(found) >= _FEWEST // 2 else 0.0


def _agreed(
    centres: NDArray[np.float64], moves: NDArray[np.float64], distance: float
) -> tuple[NDArray[np.float64] | None, float]:
    """The similarity that most blocks agree on, and the share of all blocks that do."""
    known = np.isfinite(moves[:, 0])
    if known.sum() < _FEWEST:
        return None, 0.0
    source, target = centres[known], centres[known] + moves[known]
    rng = np.random.default_rng(7)
    best = np.zeros(len(source), bool)
    limit = max(_AGREE * distance, 0.5)
    for _ in range(80):
        pair = rng.choice(len(source), 2, replace=False)
        matrix, _ = _similarity(source[pair], target[pair])
        off = np.hypot(*(source @ matrix[:, :2].T + matrix[:, 2] - target).T)
        if abs(np.sqrt(abs(np.linalg.det(matrix[:, :2]))) - 1) < 0.1:
            inside = off < limit
            if inside.sum() > best.sum():
                best = inside
    if best.sum() < _FEWEST:
        return None, 0.0
    # of those that agree, the better half again: what was moved a little does not count
    matrix, off = _similarity(source[best], target[best])
    for _ in range(3):
        close = np.flatnonzero(best)[off <= np.quantile(off, 0.7)]
        matrix, _ = _similarity(source[close], target[close])
        off = np.hypot(*(source[best] @ matrix[:, :2].T + matrix[:, 2] - target[best]).T)
    return matrix, float(best.sum() / len(centres))
