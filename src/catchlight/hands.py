"""Find hands at a head: in the hair, at the cheek, or holding something before the face.

The palm detector takes collars, folds and mouths for palms now and then, and a look costs 10 ms.
So a cheap test comes first: skin of the face's own colour beside the face and above the chin. Only
where there is some is the detector asked, and only what it sees in four looks (a wide and a near
window, each also mirrored) is a hand.

Method: Zhang et al. 2020, "MediaPipe Hands: On-device Real-time Hand Tracking", arXiv:2006.10214,
section 2.1: palms are boxes that a single-shot detector finds well, as fingers are not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from . import models
from .face_detector import Pyramid, Window
from .faces import Face
from .quantiles import column_medians
from .segment import unit
from .single_shot import anchors, probabilities
from .skin import SKIN_ZONES

__all__ = ["SKIN_BESIDE", "Palm", "hands_at_head", "palm_boxes", "skin_beside"]

SKIN_BESIDE = 0.3
"""Area of skin beside the face, in squared eye distances, from which the detector is asked.

Hands at the head show 0.39 and more of it; 15 % of 122 portraits reach it (own measurement).
"""

_SIDE = 192  # pixels, the detector's input
_GRIDS = ((24, 2), (12, 6))  # cells a side and anchors a cell, in the order of the outputs
_SEEN = 0.3  # score that every look must give: less is no box at all
_DOUBTFUL = 0.4  # score of the first look from which it is worth the others
# Mean of four looks: 0.62 to 0.89 for the hands in 122 portraits, also mirrored, halved and
# compressed; at most 0.54 for what is none, asked without the test for skin (own measurement).
_SURE = 0.58

# In eye distances from the middle of the face, along the face's own axes.
_WIDE = (9.0, 0.0, 0.5)  # side of the window, its centre aside and down
_NEAR = (5.5, 1.6, 0.0)  # the same, to the side of the palm
_SAME = 0.6  # between the places of one palm in two looks
_REACH = (2.6, -2.8, 1.1)  # aside, up and down: what is at the head; a little above the chin
_INSIDE = (0.6, -1.0)  # aside and up: eyes and mouth are taken for palms
_SIZES = (0.5, 1.6)  # of a palm

# The test for skin: cells of a map of the face and its surroundings, `_CELLS` an eye distance.
_CELLS = 12
_MAP = (6.0, 4.1)  # eye distances across and down, the face's middle 3 from the left and the top
_TO_MIDDLE = (3.0, 3.0)
_FINER = 3  # samples a cell, each way
_EARS = 0.3  # eye distances beyond the landmarks that are still the face: ears, the hair's line
_PERSON = 0.4
_CHROMA = (12.0, 0.5)  # difference in Lab a and b: at least so much, or so much of the skin's own
_LIGHTNESS = (0.5, 1.4)  # of the skin's own


@dataclass(frozen=True, slots=True)
class Palm:
    """A palm as the detector sees it.

    Attributes
    ----------
    score : 0..1, the detector's; of several looks the mean.
    aside, down : centre of the palm; 0..1 of the window, or eye distances from the face's middle
        along the face's own axes (aside to the picture's right).
    size : side of the box round the palm, in the same unit.
    """

    score: float
    aside: float
    down: float
    size: float


def hands_at_head(
    pixels: NDArray[np.uint8], face: Face, person: NDArray[np.float32] | None = None
) -> tuple[Palm, ...]:
    """Return the palms beside and above a face, in eye distances from its middle, surest first.

    Takes 0.7 ms where no skin is beside the face, 10 ms more where there is, and 10 to 40 ms more
    where the first look sees a palm. Hands below the chin, on the mouth, or in gloves are not
    noticed.

    Parameters
    ----------
    pixels : (H, W, 3) uint8, sRGB-encoded.
    face : the face, in the coordinates of `pixels`.
    person : (h, w) float32, 0..1, where people are in the same frame, at any size (`person_mask`).

    Raises
    ------
    ModelError : the network's file is missing or damaged.
    """
    if skin_beside(pixels, face, person) < SKIN_BESIDE:
        return ()
    pyramid = Pyramid(pixels)

    @cache
    def look(place: tuple[float, float, float], mirrored: bool) -> list[Palm]:
        return _look(pyramid, face, place, mirrored=mirrored)

    found = [p for p in look(_WIDE, False) if p.score >= _DOUBTFUL and _at_head(p)]
    agreed = (_agreed(palm, look) for palm in found)
    sure = (palm for palm in agreed if palm.score >= _SURE)
    return tuple(sorted(sure, key=lambda palm: -palm.score))


def _at_head(palm: Palm) -> bool:
    aside, up, down = _REACH
    if abs(palm.aside) > aside or not up < palm.down < down:
        return False
    if abs(palm.aside) < _INSIDE[0] and palm.down > _INSIDE[1]:
        return False
    return _SIZES[0] < palm.size < _SIZES[1]


def _agreed(palm: Palm, look: Callable[[tuple[float, float, float], bool], Sequence[Palm]]) -> Palm:
    """Return a palm of the first look with its mean score of four; 0 as soon as one misses it."""
    side, aside, down = _NEAR
    near = (side, aside if palm.aside > 0 else -aside, down)
    scores = [palm.score]
    for place, mirrored in ((_WIDE, True), (near, False), (near, True)):
        seen = [p.score for p in look(place, mirrored) if _apart(p, palm) < _SAME]
        if not seen:
            return replace(palm, score=0.0)
        scores.append(max(seen))
    return replace(palm, score=float(np.mean(scores)))


def _apart(a: Palm, b: Palm) -> float:
    return float(np.hypot(a.aside - b.aside, a.down - b.down))


def _look(
    pyramid: Pyramid, face: Face, place: tuple[float, float, float], *, mirrored: bool = False
) -> list[Palm]:
    """Return the palms in one window, in eye distances from the middle of the face."""
    distance = unit(face)
    side, aside, down = place
    middle, axes = _axes(face)
    x, y = (middle + axes @ [aside * distance, down * distance]).tolist()
    tilt = float(np.degrees(np.arctan2(axes[1, 0], axes[0, 0])))
    image = pyramid.sample(Window(x, y, side * distance, tilt), _SIDE)
    if mirrored:
        image = image[:, ::-1]
    tensor = np.ascontiguousarray(image, np.float32) / np.float32(255)
    outputs = models.litert("palm_detection_lite.tflite")(tensor[None])
    values, logits = outputs if outputs[0].shape[-1] == 18 else outputs[::-1]
    sign = -1 if mirrored else 1
    return [
        Palm(
            p.score,
            sign * (p.aside - 0.5) * side + aside,
            (p.down - 0.5) * side + down,
            p.size * side,
        )
        for p in palm_boxes(values[0], logits[0, :, 0])
    ]


def palm_boxes(values: NDArray[np.float32], logits: NDArray[np.float32]) -> list[Palm]:
    """Read the detector's outputs: palms in 0..1 of the window, best first, each once.

    Parameters
    ----------
    values : (2016, 18) float32; of each row the box's centre, from its anchor, and its width and
        height, in pixels of the window; seven keypoints follow, which are not used.
    logits : (2016,) float32.
    """
    scores = probabilities(logits)
    boxes = values[:, :4].astype(np.float64) / _SIDE
    places = anchors(_GRIDS)
    found: list[Palm] = []
    for index in np.argsort(-scores, kind="stable"):
        if scores[index] < _SEEN:
            break
        aside, down = (boxes[index, :2] + places[index]).tolist()
        palm = Palm(float(scores[index]), aside, down, float(boxes[index, 2:].max()))
        if all(_apart(palm, other) > 0.5 * max(palm.size, other.size) for other in found):
            found.append(palm)
    return found


def skin_beside(
    pixels: NDArray[np.uint8], face: Face, person: NDArray[np.float32] | None = None
) -> float:
    """Return the area of the largest patch like the face's skin beside it and above the chin.

    In squared eye distances. Like is what comes near the middle colour of forehead and cheeks in
    CIE a and b, and in lightness between a half and 1.4 of theirs. Ears do not count; bare scalp,
    and hair of the skin's own colour, do. Parameters as `hands_at_head`.
    """
    middle, axes = _axes(face)
    distance = unit(face)
    corner = middle - axes @ np.multiply(_TO_MIDDLE, distance)
    width, height = (round(v * _CELLS) for v in _MAP)
    fine = (width * _FINER, height * _FINER)
    image = _sampled(pixels, corner, axes * (distance / _CELLS / _FINER), fine)
    image = np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    lab = cv2.cvtColor(image.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB)

    points = ((face.landmarks[:, :2] - middle) @ axes / distance + _TO_MIDDLE) * _CELLS
    zones = [i for zone in ("forehead", "right cheek", "left cheek") for i in SKIN_ZONES[zone]]
    at = np.clip(points[zones].astype(int), 0, (width - 1, height - 1))
    lightness, a, b = column_medians(lab[at[:, 1], at[:, 0]])
    near = max(_CHROMA[0], _CHROMA[1] * float(np.hypot(a, b)))
    skin = np.hypot(lab[..., 1] - a, lab[..., 2] - b) < near
    skin &= lab[..., 0] > _LIGHTNESS[0] * lightness
    skin &= lab[..., 0] < _LIGHTNESS[1] * lightness + 5

    own = np.zeros((height, width), np.uint8)
    hull = cv2.convexHull(points.astype(np.float32)).astype(np.int32)
    cv2.fillPoly(own, [hull], 1)
    skin &= cv2.dilate(own, _disc(round(_EARS * _CELLS))) == 0
    if person is not None:
        scale = np.array([person.shape[1] / pixels.shape[1], person.shape[0] / pixels.shape[0]])
        there: NDArray[np.float32] = _sampled(
            person, corner * scale, scale[:, None] * axes * (distance / _CELLS), (width, height)
        )
        skin &= there > _PERSON
    whole = cv2.morphologyEx(skin.astype(np.uint8), cv2.MORPH_OPEN, _disc(1))
    count, _, statistics, _ = cv2.connectedComponentsWithStats(whole)
    return float(statistics[1:, cv2.CC_STAT_AREA].max()) / _CELLS**2 if count > 1 else 0.0


def _axes(face: Face) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the middle of the face, (2,), and its axes, across and down, as (2, 2) columns."""
    middle = face.landmarks[:, :2].mean(axis=0).astype(np.float64)
    across = (face.iris_left - face.iris_right).astype(np.float64)
    cos, sin = (across / max(float(np.hypot(*across)), 1e-6)).tolist()
    return middle, np.array([[cos, -sin], [sin, cos]])


def _sampled(
    image: NDArray[Any],
    corner: NDArray[np.float64],
    step: NDArray[np.float64],
    size: tuple[int, int],
) -> NDArray[Any]:
    """Sample an image on a grid from `corner`, black beyond it; `step` has its steps as columns."""
    # cv2 counts from pixel centres; our coordinates from the corner of the first pixel.
    affine = np.column_stack([step, corner + step @ [0.5, 0.5] - 0.5])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(image, affine, size, flags=flags))


def _disc(radius: int) -> NDArray[np.uint8]:
    size = (2 * radius + 1, 2 * radius + 1)
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, size), np.uint8)
