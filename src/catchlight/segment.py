"""Where the person is, coarsely: two segmentation networks on crops round the face, fused.

Selfie segmentation knows what a person is but draws at 256 pixels; U²-Net (small) knows no person,
only what stands out, but draws edges well. So the first says what, the second is heard as far as it
agrees, and both look twice: at the whole person and at head and shoulders, each also mirrored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from . import matting_model, models
from .body_mask import Body, look_at_body
from .colour_vote import colour_vote
from .face_detector import Pyramid
from .faces import Face
from .grid import Box, Grid, within

__all__ = ["SELFIE_SIDE", "Coarse", "bust_box", "overlap", "saliency", "segment", "selfie", "unit"]

_Map: TypeAlias = NDArray[np.float32]
_Mask: TypeAlias = NDArray[np.bool_]

SELFIE = "selfie_segmentation.tflite"
SALIENCY = "u2netp.onnx"
SELFIE_SIDE, SALIENCY_SIDE = 256, 320  # pixels
# The normalisation U²-Net was trained with: ImageNet's (Qin et al. 2020, code of the authors).
_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
_DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)

FRAME_SIDE = 640  # pixels; the whole frame is looked at this large at most
# The networks' probabilities are trusted to one in so many, not further.
_SELFIE_FLOOR, _SALIENCY_FLOOR, _COLOUR_FLOOR = 0.001, 0.01, 0.02
_COLOUR_WEIGHT = 0.2
_SELFIE_WEIGHT = 1.2  # votes of the person network; the saliency network has up to one a look
# Further looks of the person network: half the side of a square and how far it is moved down from
# the face's centre, in eye distances. Their mean is steadier than any of them.
_VIEWS = ((6.5, 1.0), (5.0, 0.5), (4.0, 0.0), (3.2, 0.0))
_FADE = 0.5  # eye distances over which a look fades out at the sides where it cuts the picture
_DISAGREE, _AGREE = 0.6, 0.9  # overlap with the person network: no vote below, a whole one above
_APART = 0.6  # mean difference over _APART_REACH eye distances at which a vote counts a third
_APART_REACH = 0.8
# The pose network: overlap with the others' person below which it is not heard, and from which
# fully; its votes; mean difference over _BODY_REACH eye distances from which it is heard.
_BODY_DISAGREE, _BODY_AGREE = 0.75, 0.85
_BODY_WEIGHT, _BODY_FLOOR = 6.0, 0.02
_BODY_REACH, _LIMB_EDGE = 0.6, 0.2
_BODY_APART = (0.2, 0.5)
_BODY_DOUBT = (0.4, 0.75)  # the person network's answer up to which it takes away, and in part
_SAME_VIEW = 0.8  # overlap of two boxes from which the second look shows nothing new


@dataclass(frozen=True, slots=True)
class Coarse:
    """What the networks see, on a grid.

    Attributes
    ----------
    grid : where.
    image : (h, w, 3) uint8, sRGB-encoded, the photo there.
    probability : (h, w) float32, 0..1: fused, "this is a person standing out here".
    selfie, saliency : (h, w) float32, 0..1: each network's own mean.
    agreement : 0..1, overlap of the two networks over the whole grid.
    steadiness : 0..1, overlap of the masks of the photo and of its mirror image.
    body : (h, w) float32, 0..1: what the pose network saw; None: it was not asked.
    trust : (h, w) float32, 0..1: how far to trust `body`; None with it.
    given : whether `probability` and `saliency` are the answer of a network of the user's own.
    """

    grid: Grid
    image: NDArray[np.uint8]
    probability: _Map
    selfie: _Map
    saliency: _Map
    agreement: float
    steadiness: float
    body: _Map | None = None
    trust: _Map | None = None
    given: bool = False


def _resized(image: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    smaller = image.shape[0] > height or image.shape[1] > width
    mode = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, (width, height), interpolation=mode), np.uint8)


def selfie(image: NDArray[np.uint8]) -> _Map:
    """Return the person probability, float32, of a (256, 256, 3) uint8 sRGB picture."""
    (out,) = models.litert(SELFIE)(image[None].astype(np.float32) / np.float32(255))
    return np.asarray(out, np.float32).reshape(SELFIE_SIDE, SELFIE_SIDE)


def saliency(image: NDArray[np.uint8], threads: int = 1) -> _Map:
    """Return the probability of standing out, float32, of a (320, 320, 3) uint8 sRGB picture."""
    tensor = image.astype(np.float32)
    tensor /= max(float(tensor.max()), 1.0)
    tensor = ((tensor - _MEAN) / _DEVIATION).transpose(2, 0, 1)[None]
    out = models.onnx(SALIENCY, threads)(np.ascontiguousarray(tensor))[0]
    return np.asarray(out, np.float32).reshape(SALIENCY_SIDE, SALIENCY_SIDE)


def _round(face: Face, half: float, down: float) -> Box:
    """Return the square round a face, `half` a side and moved `down`, in eye distances."""
    distance = unit(face)
    x, y = (float(v) for v in face.landmarks[:, :2].mean(axis=0))
    y += down * distance
    half *= distance
    return (x - half, y - half, x + half, y + half)


def bust_box(face: Face) -> Box:
    """Return the box (x0, y0, x1, y1) of head and shoulders, in photo pixels; may leave the frame.

    Five eye distances to each side hold the shoulders of nearly everybody (their breadth is about
    seven eye distances), four and a half above the eyes hold hair and hats.
    """
    return _round(face, 5.0, 0.5)


def unit(face: Face) -> float:
    """Return the eye distance in pixels, as it would be if the face looked at the camera.

    Turned heads have their eyes closer together; the height of the face does not shrink with them.
    """
    points = face.landmarks[:, :2]
    height = float(np.linalg.norm(points[152] - points[10]))
    return max(face.eye_distance, 0.36 * height, 1.0)


def _cut(pixels: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    x0, y0, x1, y1 = (round(v) for v in box)
    return pixels[y0:y1, x0:x1]


def _shown(photo: Pyramid, box: Box, side: int) -> NDArray[np.uint8]:
    """Cut a box out and bring it to a square of `side` pixels.

    From a halving where there is one fine enough for the box's edges, an eighth of a pixel.
    """
    x0, y0, x1, y1 = box
    level = photo.coarser(4 * side / max(min(x1 - x0, y1 - y0), 1.0))
    across, down = level.shape[1] / photo.width, level.shape[0] / photo.height
    return _resized(_cut(level, (x0 * across, y0 * down, x1 * across, y1 * down)), side, side)


def overlap(first: _Map, second: _Map) -> float:
    """Return the soft intersection over union of two masks; 1 where both are empty.

    >>> a = np.array([[1.0, 0.0]], np.float32)
    >>> overlap(a, a), overlap(a, 1 - a)
    (1.0, 0.0)
    """
    union = float(np.maximum(first, second).sum())
    return float(np.minimum(first, second).sum()) / union if union > 0 else 1.0


def _logit(probability: _Map, floor: float) -> _Map:
    """Return log-odds; `floor` keeps certainty finite."""
    low = np.float32(floor)
    return np.asarray(np.log((probability + low) / (1 - probability + low)), np.float32)


def _probability(logit: _Map) -> _Map:
    return np.asarray(1 / (1 + np.exp(-logit)), np.float32)


def _frame_person(photo: Pyramid, face: Face, body: Body) -> Box:
    """Return the box of the person in the frame, from a quick look at the whole of it.

    The person network misses people who are small in the frame; the pose network looked closer.
    """
    frame = (0.0, 0.0, float(photo.width), float(photo.height))
    distance = unit(face)
    bust = within(bust_box(face), frame)
    grid = Grid.of(frame, FRAME_SIDE**2)
    found = _mirrored(photo, frame)[0]
    seen, trust = body.on(grid)
    mask = ((grid.paste(found, frame) > 0.5) | (seen * trust > 0.5)).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    inside = grid.covers(face.box)
    votes = np.bincount(labels[inside & (mask > 0)], minlength=count) if inside.any() else [0]
    if count < 2 or max(votes) == 0:
        return bust
    x, y, w, h, _ = (float(v) / grid.scale for v in stats[int(np.argmax(votes))])
    margin = max(0.1 * max(w, h), distance)
    person = (
        min(x - margin, bust[0]),
        min(y - margin, bust[1]),
        max(x + w + margin, bust[2]),
        max(y + h + margin, bust[3]),
    )
    return within(person, frame)


def _mirrored(photo: Pyramid, box: Box) -> tuple[_Map, float]:
    """Return the person network's mean for a box and its mirror image, and their overlap."""
    small = _shown(photo, box, SELFIE_SIDE)
    plain = selfie(small)
    mirror = selfie(np.ascontiguousarray(small[:, ::-1]))[:, ::-1]
    return np.asarray((plain + mirror) / 2, np.float32), overlap(plain, mirror)


def segment(
    pixels: NDArray[np.uint8],
    face: Face,
    *,
    region: Box | None = None,
    cells: float = 280_000,
    finest: float = 40,
    threads: int = 1,
    model: Path | None = None,
) -> Coarse:
    """Find the person round `face`.

    Parameters
    ----------
    pixels : (H, W, 3) uint8, sRGB-encoded, upright.
    face : whose person is sought.
    region : box in photo pixels that matters; None: the whole person.
    cells : size of the grid of the answer at most.
    finest : cells an eye distance at most.
    threads : threads for the networks.
    model : an ONNX file of the user's that is asked in place of saliency and fusion (see
        `matting_model`); the person is still sought by the others.

    Returns
    -------
    Coarse, over the person (and the region's part of it) with some air round it.
    """
    frame = (0.0, 0.0, float(pixels.shape[1]), float(pixels.shape[0]))
    photo = Pyramid(pixels)
    body = look_at_body(photo, face, unit(face))
    person = _frame_person(photo, face, body)
    bust = within(bust_box(face), frame)
    domain = person if region is None else within(region, person)
    if domain[2] - domain[0] < 8 or domain[3] - domain[1] < 8:
        domain = bust
    size = (domain[2] - domain[0]) * (domain[3] - domain[1])
    grid = Grid.of(domain, min(cells, size * (finest / unit(face)) ** 2))
    image = _resized(_cut(pixels, domain), grid.shape[1], grid.shape[0])

    views = [person, *(within(_round(face, *view), frame) for view in _VIEWS)]
    near, same = _person(photo, grid, views, frame, _FADE * unit(face))
    seen_body, believed = body.on(grid)
    if model is not None:
        network = matting_model.load(model, threads)
        bust_too = _box_overlap(person, bust) < _SAME_VIEW
        found = _asked(network, pixels, grid, [person, bust] if bust_too else [person], frame)
        agreed = overlap(near, found)
        return Coarse(grid, image, found, near, found, agreed, same, seen_body, believed, True)
    steadiness = [same]
    # Two looks of the saliency network where the person is much more than head and shoulders; the
    # wider one, which sees less, is not worth its mirror image.
    if _box_overlap(person, bust) < _SAME_VIEW:
        looks = [(person, False), (bust, True)]
    else:
        looks = [(person, True)]
    votes = _SELFIE_WEIGHT * _logit(near, _SELFIE_FLOOR)
    voters = np.full(grid.shape, _SELFIE_WEIGHT, np.float32)
    sum_inside = np.zeros(grid.shape, np.float32)
    sum_here = np.zeros(grid.shape, np.float32)
    for box, mirrored in looks:
        crop = _shown(photo, box, SALIENCY_SIDE)
        mask = saliency(crop, threads)
        if mirrored:
            mirror = saliency(np.ascontiguousarray(crop[:, ::-1]), threads)[:, ::-1]
            steadiness.append(overlap(mask, mirror))
            mask = np.asarray((mask + mirror) / 2, np.float32)
        inside = grid.covers(box)
        here = grid.paste(mask, box)
        trust = _trust(here, near, inside, unit(face) * grid.scale)
        votes += trust * _logit(here, _SALIENCY_FLOOR)
        voters += trust
        sum_inside += inside
        sum_here += inside * here
    seen = np.asarray(sum_here / np.maximum(sum_inside, 1e-6), np.float32)
    votes /= voters
    limbs = body.limbs(grid)
    votes = _with_body(votes, near, seen_body, believed, limbs, unit(face) * grid.scale)
    colour = colour_vote(_probability(votes), image, unit(face) * grid.scale)
    votes += _COLOUR_WEIGHT * _logit(colour, _COLOUR_FLOOR)
    return Coarse(
        grid,
        image,
        _probability(votes),
        near,
        seen,
        overlap(near, seen),
        float(np.mean(steadiness)),
        seen_body,
        believed,
    )


def _asked(
    network: matting_model.MattingModel,
    pixels: NDArray[np.uint8],
    grid: Grid,
    boxes: Sequence[Box],
    frame: Box,
) -> _Map:
    """Return a user's network's answer: later boxes, which look closer, before earlier ones."""
    found = np.zeros(grid.shape, np.float32)
    for box in boxes:
        weight = grid.window(box, frame, 0.05 * (box[2] - box[0])) if found.any() else 1.0
        here = grid.paste(network(_cut(pixels, box)), box)
        found = np.asarray(found + weight * (here - found), np.float32)
    return found


def _person(
    photo: Pyramid, grid: Grid, views: Sequence[Box], frame: Box, fade: float
) -> tuple[_Map, float]:
    """Return the person network's mean over several views, and how alike their mirrors are."""
    mean = np.zeros(grid.shape, np.float32)
    total = np.zeros(grid.shape, np.float32)
    steadiness = []
    for box in views:
        mask, same = _mirrored(photo, box)
        weight = grid.window(box, frame, fade)
        mean += weight * grid.paste(mask, box)
        total += weight
        steadiness.append(same)
    return np.asarray(mean / np.maximum(total, 1e-6), np.float32), float(np.mean(steadiness))


def _trust(here: _Map, near: _Map, inside: _Mask, cells: float) -> _Map:
    """Return how far saliency is heard, 0..1: little where it means something else than a person.

    As a whole it has to overlap with the person network's mask, and at each place the two may
    differ along an edge but not over an area.
    """
    agreed = overlap(here[inside], near[inside])
    whole = float(np.clip((agreed - _DISAGREE) / (_AGREE - _DISAGREE), 0, 1))
    apart = cv2.GaussianBlur(here - near, (0, 0), max(_APART_REACH * cells, 0.5))
    return np.asarray(whole * inside * np.exp(-((apart / _APART) ** 2)), np.float32)


def _with_body(votes: _Map, near: _Map, body: _Map, trust: _Map, limbs: _Map, cells: float) -> _Map:
    """Return log-odds that follow the pose network where it differs over an area.

    Its edges are coarse, so it is heard about limbs and bystanders only: it adds where its own
    landmarks draw a limb, and takes away where the person network (`near`) is in doubt too: what
    that one is sure of may be held in the hands. It is not heard at all if it means somebody else
    than the others do where they are sure.
    """
    person = _probability(votes)
    sure = trust * (2 * person - 1) ** 2
    whole = overlap(sure * body, sure * person)
    whole = float(np.clip((whole - _BODY_DISAGREE) / (_BODY_AGREE - _BODY_DISAGREE), 0, 1))
    apart = cv2.GaussianBlur((body - person) * trust, (0, 0), max(_BODY_REACH * cells, 0.5))
    low, high = _BODY_APART
    share = _BODY_WEIGHT * whole * trust * np.abs(2 * body - 1)
    share *= np.clip((np.abs(apart) - low) / (high - low), 0, 1)
    near_limb = cv2.GaussianBlur(limbs, (0, 0), max(_LIMB_EDGE * cells, 0.5))
    low, high = _BODY_DOUBT
    doubted = np.clip((high - near) / (high - low), 0, 1)
    share *= np.where(body > person, np.minimum(2 * near_limb, 1), doubted)
    mixed = (votes + share * _logit(body, _BODY_FLOOR)) / (1 + share)
    return np.asarray(mixed, np.float32)


def _box_overlap(first: Box, second: Box) -> float:
    both = within(first, second)
    shared = max(both[2] - both[0], 0.0) * max(both[3] - both[1], 0.0)
    areas = sum((b[2] - b[0]) * (b[3] - b[1]) for b in (first, second))
    return shared / max(areas - shared, 1.0)
