"""Find hands at a head: in the hair, at the cheek or jaw, or holding something before the face.

The palm detector takes collars, moustaches and mouths for palms now and then, and a look costs 10
ms. So a cheap test comes first: skin of the face's own colour beside the face and the neck. Only
where there is some is the detector asked, and only what the hand network then calls a hand, seen
as it is and mirrored, is one: it knows the fingers, of which a collar has none.

Method: Zhang et al. 2020, "MediaPipe Hands: On-device Real-time Hand Tracking", arXiv:2006.10214:
palms are boxes that a single-shot detector finds well (section 2.1), and the landmark network tells
how likely a hand is present in the square round it (section 2.2).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from . import models
from .face_detector import Pyramid, Window
from .faces import Face
from .mirroring import brighter_right
from .quantiles import column_medians
from .segment import unit
from .single_shot import anchors, probabilities
from .skin import SKIN_ZONES

__all__ = ["SKIN_BESIDE", "Palm", "hands_at_head", "palm_boxes", "skin_beside"]

SKIN_BESIDE = 0.25
"""Area of skin beside the face, in squared eye distances, from which the detector is asked.

Hands at the head show 0.31 and more of it; 24 % of 157 portraits reach it (own measurement).
"""

_SIDE = 192  # pixels, the detector's input
_GRIDS = ((24, 2), (12, 6))  # cells a side and anchors a cell, in the order of the outputs
_SEEN = 0.3  # least score of a box
_DOUBTFUL = 0.4  # score from which it is worth a closer look
# The hand network's lesser certainty of two looks: 0.53 and more for five hands at 157 heads, at
# most 0.11 for 19 other things taken for palms, without the test for skin (own measurement).
_SURE = 0.4
_HAND = 224  # pixels, the hand network's input
_ROUND, _ALONG = 2.6, 0.5  # side of its square, and how far it lies towards the fingers, in palms

# In eye distances from the middle of the face, along the face's own axes.
_WIDE = (9.0, 0.0, 0.5)  # side of the window, its centre aside and down
_REACH = (2.6, -2.8, 2.0)  # aside, up and down: what is at the head, to below the chin
_SIZES = (0.5, 1.6)  # of a palm

# The test for skin: cells of a map of the face and its surroundings, `_CELLS` an eye distance.
_CELLS = 12
_MAP = (6.0, 5.2)  # eye distances across and down, the face's middle 3 from the left and the top
_TO_MIDDLE = (3.0, 3.0)
_FINER = 3  # samples a cell, each way
_NECK = (1.1, 0.6)  # half its width, and where it begins below the middle
_EARS = 0.3  # eye distances beyond the landmarks that are still the face: ears, the hair's line
_PERSON = 0.4
_CHROMA = (12.0, 0.5)  # difference in Lab a and b: at least so much, or so much of the skin's own
_LIGHTNESS = (0.5, 1.4)  # of the skin's own


@dataclass(frozen=True, slots=True)
class Palm:
    """A palm as the detector sees it.

    Attributes
    ----------
    score : 0..1, the detector's, or how sure the hand network is that it is a hand.
    aside, down : centre of the palm; 0..1 of the window, or eye distances from the face's middle
        along the face's own axes (aside to the picture's right).
    size : side of the box round the palm, in the same unit.
    turn : degrees clockwise from up, in the window or to the face's axis, of the way from the wrist
        to the middle finger.
    """

    score: float
    aside: float
    down: float
    size: float
    turn: float = 0.0


def hands_at_head(
    pixels: NDArray[np.uint8], face: Face, person: NDArray[np.float32] | None = None
) -> tuple[Palm, ...]:
    """Return the palms at a face, in eye distances from its middle, surest first.

    Takes 0.7 ms where no skin is beside the face, 10 ms more where there is, and 10 ms more for
    each palm. Hands that show no skin beside the face (small ones on the mouth, fists under the
    chin) and hands in gloves are not noticed.

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
    found = (p for p in _look(pyramid, face) if p.score >= _DOUBTFUL and _at_head(p))
    asked = (replace(palm, score=_certainty(pyramid, face, palm)) for palm in found)
    sure = (palm for palm in asked if palm.score >= _SURE)
    return tuple(sorted(sure, key=lambda palm: -palm.score))


def _at_head(palm: Palm) -> bool:
    aside, up, down = _REACH
    if abs(palm.aside) > aside or not up < palm.down < down:
        return False
    return _SIZES[0] < palm.size < _SIZES[1]


def _certainty(pyramid: Pyramid, face: Face, palm: Palm) -> float:
    """Return how sure the hand network is of a hand there, the lesser of a look and its mirror."""
    along = np.radians(palm.turn)
    step = _ALONG * palm.size
    place = (palm.aside + step * float(np.sin(along)), palm.down - step * float(np.cos(along)))
    image = _window(pyramid, face, (_ROUND * palm.size, *place), _HAND, palm.turn)
    sure = []
    for seen in (image, image[:, ::-1]):
        tensor = np.ascontiguousarray(seen, np.float32) / np.float32(255)
        outputs = models.litert("hand_landmark_lite.tflite")(tensor[None])
        # Landmarks, presence, which hand, landmarks in space: the presence is the first number.
        sure.append(float(next(out for out in outputs if out.shape == (1, 1))[0, 0]))
    return min(sure)


def _apart(a: Palm, b: Palm) -> float:
    return float(np.hypot(a.aside - b.aside, a.down - b.down))


def _window(
    pyramid: Pyramid, face: Face, place: tuple[float, float, float], side: int, turn: float = 0.0
) -> NDArray[np.uint8]:
    """Cut a square of `side` pixels; its side and centre are in eye distances from the middle."""
    distance = unit(face)
    reach, aside, down = place
    middle, axes = _axes(face)
    x, y = (middle + axes @ [aside * distance, down * distance]).tolist()
    tilt = float(np.degrees(np.arctan2(axes[1, 0], axes[0, 0])))
    return pyramid.sample(Window(x, y, reach * distance, tilt + turn), side)


def _look(pyramid: Pyramid, face: Face) -> list[Palm]:
    """Return the palms round a head, in eye distances from the middle of the face."""
    side, aside, down = _WIDE
    image = _window(pyramid, face, _WIDE, _SIDE)
    way = -1 if brighter_right(image) else 1
    tensor = np.ascontiguousarray(image[:, ::way], np.float32) / np.float32(255)
    outputs = models.litert("palm_detection_lite.tflite")(tensor[None])
    values, logits = outputs if outputs[0].shape[-1] == 18 else outputs[::-1]
    return [
        replace(
            palm,
            turn=way * palm.turn,
            aside=way * (palm.aside - 0.5) * side + aside,
            down=(palm.down - 0.5) * side + down,
            size=palm.size * side,
        )
        for palm in palm_boxes(values[0], logits[0, :, 0])
    ]


def palm_boxes(values: NDArray[np.float32], logits: NDArray[np.float32]) -> list[Palm]:
    """Read the detector's outputs: palms in 0..1 of the window, best first, each once.

    Parameters
    ----------
    values : (2016, 18) float32; of each row the box's centre, from its anchor, and its width and
        height, in pixels of the window; seven keypoints follow, of which the first is the wrist
        and the third the root of the middle finger.
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
        x, y = (values[index, 8:10] - values[index, 4:6]).tolist()
        turn = float(np.degrees(np.arctan2(x, -y)))
        palm = Palm(float(scores[index]), aside, down, float(boxes[index, 2:].max()), turn)
        if all(_apart(palm, other) > 0.5 * max(palm.size, other.size) for other in found):
            found.append(palm)
    return found


def skin_beside(
    pixels: NDArray[np.uint8], face: Face, person: NDArray[np.float32] | None = None
) -> float:
    """Return the area of the largest patch like the face's skin beside it and beside the neck.

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
    own = cv2.dilate(own, _disc(round(_EARS * _CELLS)))
    wide, top = _NECK
    left, right = (round((_TO_MIDDLE[0] + side * wide) * _CELLS) for side in (-1, 1))
    own[round((_TO_MIDDLE[1] + top) * _CELLS) :, left:right] = 1
    skin &= own == 0
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
