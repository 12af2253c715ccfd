"""The person as a body sees it: MediaPipe's pose network, which also draws a mask.

The network knows limbs, shoes and clothes that the selfie network loses, and tells a dark jacket
from a dark crowd behind it; its edges are coarser. It looks at a square that holds the whole body
(BlazePose: Bazarevsky et al., arXiv:2006.10204), here six times: at two squares guessed from the
face, the square that its own first answer asks for, and their mirror images. Where the six differ
it knows nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from . import models
from .face_detector import Pyramid
from .faces import Face
from .grid import Grid

__all__ = ["POSE", "Body", "Square", "cut_square", "find_head", "look_at_body"]

_Map: TypeAlias = NDArray[np.float32]

POSE = "pose_landmark_full.tflite"
SIDE = 256  # pixels
_LANDMARKS = 39
_HIPS, _TOP = 33, 34  # auxiliary landmarks: centre of the body, and a point on the circle round it
_AIR = 1.25  # how much wider than that circle the network wants its square (MediaPipe)
# Squares guessed from the face: side, and how far its centre lies below the face's, in eye
# distances. The first holds a seated or cropped person, the second a standing one.
_GUESSES = ((24.0, 6.0), (30.0, 9.0))
_PRESENT = 0.5  # the network's own probability that somebody is in the square
_FADE = 0.06  # of the square's side, over which a look fades out
_APART = 0.25  # deviation between looks at which they are trusted to 1/e
_CALM = 0.3  # eye distances: deviations are averaged over that
_TRIES = 3  # steps from the whole frame to a body in it
_EYES, _HEAD = (2, 5), 11  # landmarks: the eyes; those of the head come first
# Pairs of landmarks that a limb joins: arms, hands, sides, legs, feet.
_LIMBS = (
    *((11, 12), (11, 13), (13, 15), (15, 17), (15, 19), (15, 21), (11, 23), (23, 24)),
    *((12, 14), (14, 16), (16, 18), (16, 20), (16, 22), (12, 24)),
    *((23, 25), (25, 27), (27, 29), (27, 31), (29, 31)),
    *((24, 26), (26, 28), (28, 30), (28, 32), (30, 32)),
)
_VISIBLE = 0.5  # probability that a landmark is in the picture and visible, to be drawn
_THICK = 1.6  # eye distances across: a thigh in clothes, or an arm with some air


@dataclass(frozen=True, slots=True)
class Square:
    """A square in the photo that the network looks at.

    Attributes
    ----------
    x, y : its centre, photo pixels.
    side : pixels.
    turn : radians clockwise.
    """

    x: float
    y: float
    side: float
    turn: float = 0.0

    def matrix(self) -> NDArray[np.float64]:
        """Return (2, 3): from continuous coordinates of the network's picture to the photo's."""
        c = math.cos(self.turn) * self.side / SIDE
        s = math.sin(self.turn) * self.side / SIDE
        half = SIDE / 2
        return np.array([[c, -s, self.x - half * (c - s)], [s, c, self.y - half * (s + c)]])


@dataclass(frozen=True, slots=True)
class _Look:
    square: Square
    mask: _Map  # (256, 256), 0..1
    points: NDArray[np.float64]  # (39, 2), photo pixels
    sure: NDArray[np.float64]  # (39,), 0..1: the point is in the picture and visible
    presence: float

    def next(self) -> Square:
        """Return the square that the landmarks ask for: round the hips, upright along the body."""
        x, y = (float(v) for v in self.points[_HIPS])
        dx, dy = (float(v) for v in self.points[_TOP] - self.points[_HIPS])
        return Square(x, y, max(2 * _AIR * math.hypot(dx, dy), 8.0), math.atan2(dx, -dy))


def _centres(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the matrix for pixel indices, whose centres lie at one half."""
    moved = matrix.copy()
    moved[:, 2] += matrix[:, :2].sum(axis=1) / 2 - 0.5
    return moved


def cut_square(photo: Pyramid, square: Square) -> NDArray[np.uint8] | None:
    """Cut what the network looks at, (256, 256, 3); None: the square lies beside the photo."""
    scale = min(1.0, 1.5 * SIDE / square.side)
    level = photo.coarser(2 * scale)
    height, width = level.shape[:2]
    across, down = width / photo.width, height / photo.height
    # Area averaging first, for all that the square can hold: warping alone would skip pixels.
    reach = 0.71 * square.side + 1
    x0, x1 = (int(np.clip((square.x + s * reach) * across, 0, width)) for s in (-1, 1))
    y0, y1 = (int(np.clip((square.y + s * reach) * down, 0, height)) for s in (-1, 1))
    if x1 - x0 < 2 or y1 - y0 < 2:
        return None
    part = level[y0:y1, x0:x1]
    scale = min(1.0, scale / across)
    size = (max(2, round((x1 - x0) * scale)), max(2, round((y1 - y0) * scale)))
    if scale < 1:
        part = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
    into = square.matrix() * np.array([[across], [down]]) - np.array([[0, 0, x0], [0, 0, y0]])
    into *= np.array([[part.shape[1] / (x1 - x0)], [part.shape[0] / (y1 - y0)]])
    picture = cv2.warpAffine(
        part,
        _centres(into),
        (SIDE, SIDE),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(picture, np.uint8)


def _looks(photo: Pyramid, square: Square) -> tuple[_Look, _Look]:
    """Look at a square, and at its mirror image."""
    picture = cut_square(photo, square)
    return _look(picture, square), _look(picture, square, mirrored=True)


def _look(picture: NDArray[np.uint8] | None, square: Square, *, mirrored: bool = False) -> _Look:
    if picture is None:
        nothing = np.zeros((SIDE, SIDE), np.float32)
        return _Look(square, nothing, np.zeros((_LANDMARKS, 2)), np.zeros(_LANDMARKS), 0.0)
    if mirrored:
        picture = picture[:, ::-1]
    tensor = np.ascontiguousarray(picture[None]).astype(np.float32) / np.float32(255)
    outputs = {out.shape: out for out in models.litert(POSE)(tensor)}
    landmarks = outputs[(1, 5 * _LANDMARKS)].reshape(_LANDMARKS, 5).astype(np.float64)
    points = landmarks[:, :2].copy()
    sure = _sigmoid(landmarks[:, 3:].min(axis=1))
    mask = _sigmoid(outputs[(1, SIDE, SIDE, 1)][0, :, :, 0]).astype(np.float32)
    if mirrored:
        mask = np.ascontiguousarray(mask[:, ::-1])
        points[:, 0] = SIDE - points[:, 0]
    matrix = square.matrix()
    places = points @ matrix[:, :2].T + matrix[:, 2]
    return _Look(square, mask, places, sure, float(outputs[(1, 1)][0, 0]))


def _sigmoid(logit: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(1 / (1 + np.exp(-np.clip(logit, -30, 30))))


def _paste(values: _Map, square: Square, grid: Grid) -> _Map:
    """Resample what covers a square of the photo to a grid; 0 outside."""
    x0, y0, x1, y1 = grid.box
    rows, columns = grid.shape
    step = np.array([columns / (x1 - x0), rows / (y1 - y0)])
    matrix = square.matrix()
    matrix[:, 2] -= (x0, y0)
    matrix *= step[:, None]
    return np.asarray(
        cv2.warpAffine(values, _centres(matrix), (columns, rows), flags=cv2.INTER_LINEAR),
        np.float32,
    )


def _window() -> _Map:
    ramp = (np.arange(SIDE, dtype=np.float32) + np.float32(0.5)) / SIDE
    ramp = np.clip(np.minimum(ramp, 1 - ramp) / np.float32(_FADE), 0, 1)
    return np.asarray(np.minimum(ramp[:, None], ramp[None, :]), np.float32)


@dataclass(frozen=True, slots=True)
class Body:
    """What the pose network saw in its looks at one person.

    Attributes
    ----------
    looks : those in which somebody was present.
    distance : the person's eye distance, photo pixels.
    """

    looks: tuple[_Look, ...]
    distance: float

    def on(self, grid: Grid) -> tuple[_Map, _Map]:
        """Return mask and trust on a grid, (h, w) float32, 0..1 each.

        Trust is 0 where no look reached and falls where they contradict each other.
        """
        total = np.zeros(grid.shape, np.float32)
        first = np.zeros(grid.shape, np.float32)
        second = np.zeros(grid.shape, np.float32)
        window = _window()
        for look in self.looks:
            weight = _paste(window, look.square, grid)
            mask = _paste(look.mask, look.square, grid)
            total += weight
            first += weight * mask
            second += weight * mask * mask
        covered = np.maximum(total, 1e-6)
        mean = first / covered
        deviation = np.sqrt(np.maximum(second / covered - mean * mean, 0))
        deviation = cv2.GaussianBlur(
            deviation, (0, 0), max(_CALM * self.distance * grid.scale, 0.5)
        )
        trust = np.minimum(total, 1) * np.exp(-((deviation / _APART) ** 2))
        return mean.astype(np.float32), trust.astype(np.float32)

    def limbs(self, grid: Grid) -> _Map:
        """Return how near a limb is by the landmarks, (h, w) float32: 1 on it, 0 away from it."""
        mean = np.zeros(grid.shape, np.float32)
        for look in self.looks:
            drawn = np.zeros(grid.shape, np.uint8)
            points = np.round(grid.points(look.points.astype(np.float32))).astype(int)
            thick = max(1, round(_THICK * self.distance * grid.scale))
            for first, second in _LIMBS:
                if min(look.sure[first], look.sure[second]) > _VISIBLE:
                    ends = points[first].tolist(), points[second].tolist()
                    cv2.line(drawn, ends[0], ends[1], 1, thick)
            mean += drawn
        mean /= max(len(self.looks), 1)
        return np.asarray(mean, np.float32)


def look_at_body(photo: Pyramid, face: Face, distance: float) -> Body:
    """Return what the pose network sees of the person with this face, in six looks of 15 ms.

    Parameters
    ----------
    photo : the photograph.
    face : whose body is sought.
    distance : the eye distance of an unturned face, in pixels.

    Raises
    ------
    ModelError : the network's file is missing or damaged.
    """
    x, y = (float(v) for v in face.landmarks[:, :2].mean(axis=0))
    squares = [Square(x, y + down * distance, side * distance) for side, down in _GUESSES]
    first, second = (_looks(photo, square) for square in squares)
    asked = _looks(photo, first[0].next())
    looks = (first[0], second[0], first[1], second[1], *asked)
    return Body(tuple(look for look in looks if look.presence >= _PRESENT), distance)


def find_head(pixels: NDArray[np.uint8]) -> tuple[float, float, float] | None:
    """Return the head of the body that fills the frame best: x, y and eye distance, in pixels.

    For photos in which no face is found, as of somebody who looks away. None: nobody there either.

    Parameters
    ----------
    pixels : (H, W, 3) uint8, sRGB-encoded.
    """
    photo = Pyramid(pixels)
    square = Square(photo.width / 2, photo.height / 2, float(photo.longer))
    look = _look(cut_square(photo, square), square)
    for _ in range(_TRIES - 1):
        square = look.next()
        look = _look(cut_square(photo, square), square)
    if look.presence < _PRESENT:
        return None
    x, y = (float(v) for v in look.points[:_HEAD].mean(axis=0))
    # The circle's radius is half a body's height and a little: 14 eye distances of 63 mm.
    radius = float(np.linalg.norm(look.points[_TOP] - look.points[_HIPS]))
    right, left = (look.points[k] for k in _EYES)
    return x, y, max(float(np.linalg.norm(left - right)), radius / 14)
