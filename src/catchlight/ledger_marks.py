"""What was done to marks, measured on the pixels: how much was healed, and whether moles stayed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from .bounds import BOUNDS, Reading
from .color import luminance
from .edits.skin_area import face_box, logarithm, skin_area
from .healing import Decided

if TYPE_CHECKING:
    from .ledger import Comparison

__all__ = ["changed_spots", "face_skin", "healed", "permanent_marks"]

_WIDE = 0.03  # eye distances: local contrast is against what lies about so far
_REACH = 3 * _WIDE
_MARGIN = 0.5  # eye distances about the landmarks: foreheads are higher than the mesh
_LEAST_EYE_DISTANCE = 60.0
_CHANGED = 0.07  # stops by which the smoothed detail of a place has to differ
_OVER_USUAL = 6.0  # and times as much as the skin does in the median: grain, curve, resampling
_CURVE = 0.2  # share of its contrast that detail may gain or lose by a curve alone
_GONE = 0.5  # of its contrast: a mark with less is removed
_SLIGHT = 0.12  # stops: a mark of less contrast is not to be told from grain


def _detail(linear: NDArray[np.float32], unit: float) -> NDArray[np.float32]:
    """Local contrast of each channel, above grain and below what smooth edits do: (H, W, 3)."""
    stops = logarithm(linear)
    fine = cv2.GaussianBlur(stops, (0, 0), max(0.6, 0.008 * unit))
    return np.asarray(fine - cv2.GaussianBlur(stops, (0, 0), _WIDE * unit), np.float32)


def face_skin(pair: Comparison) -> NDArray[np.bool_]:
    """The face's plain skin before or after, where it is shown about, (H, W) bool.

    Local contrast reaches over the outline, behind which stands another background.
    """
    # what was dark before or is after would not be taken for skin, and is what this is about
    skin = np.zeros(pair.shown.shape, np.bool_)
    part = _face(pair)
    points = pair.points - np.array([part[1].start, part[0].start], np.float32)
    before, after = (
        skin_area(picture[part], points, pair.eye_distance) for picture in (pair.before, pair.after)
    )
    shown = np.pad(pair.shown.astype(np.uint8), 1)  # beyond the picture nothing is shown
    clear = cv2.distanceTransform(shown, cv2.DIST_L2, 5)[1:-1, 1:-1] > _REACH * pair.eye_distance
    skin[part] = (np.maximum(before, after) > 0.5) & clear[part]
    return skin


def _face(pair: Comparison) -> tuple[slice, slice]:
    """Rows and columns of the face with what its skin's detail is measured against."""
    box = face_box(pair.points, pair.eye_distance, pair.shown.shape, _MARGIN)
    x0, y0, x1, y1 = box or (0, 0, pair.shown.shape[1], pair.shown.shape[0])
    return slice(y0, y1), slice(x0, x1)


def changed_spots(pair: Comparison, skin: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where the skin's detail is another than before, (H, W) bool: healed, whoever says so."""
    if skin.sum() < 200 or pair.eye_distance < _LEAST_EYE_DISTANCE:
        return np.zeros(skin.shape, bool)
    unit = pair.eye_distance
    part = _face(pair)
    before = _detail(pair.before[part], unit)
    # a curve strengthens or weakens all detail alike
    change = np.abs(_detail(pair.after[part], unit) - before) - np.float32(_CURVE) * np.abs(before)
    red, green, blue = cv2.split(change)
    most = cv2.GaussianBlur(cv2.max(cv2.max(cv2.max(red, green), blue), 0), (0, 0), 0.008 * unit)
    limit = max(_CHANGED, _OVER_USUAL * float(np.median(most[skin[part]])))
    mask = ((most > limit) & skin[part]).astype(np.uint8)
    grown = cv2.dilate(mask, np.ones((3, 3), np.uint8), iterations=max(1, round(0.008 * unit)))
    spots = np.zeros(skin.shape, np.bool_)
    spots[part] = (grown > 0) & skin[part]
    return spots


def healed(pair: Comparison, skin: NDArray[np.bool_], spots: NDArray[np.bool_]) -> Reading:
    """Share of the face's skin whose detail was replaced."""
    bound = BOUNDS["healed"]
    if skin.sum() < 200 or pair.eye_distance < _LEAST_EYE_DISTANCE:
        return Reading(bound, None, bound.most, "too little skin is shown to measure spots")
    value = 100 * float(spots[skin].mean())
    return Reading(bound, value, bound.most, "Of the face's skin, where detail was replaced.")


def permanent_marks(pair: Comparison, marks: Sequence[Decided], frame: tuple[int, int]) -> Reading:
    """How many marks that are to stay have lost half of their contrast.

    Parameters
    ----------
    marks : what was decided; those that were kept are looked for.
    frame : (width, height) of the photograph in pixels.
    """
    bound = BOUNDS["permanent_marks"]
    kept = [mark for mark in marks if mark.fate == "kept"]
    if not kept:
        return Reading(bound, 0.0, bound.most, "No mark that is to stay is shown.")
    before, after = (cv2.GaussianBlur(luminance(logarithm(p)), (0, 0), 0.7)
                     for p in (pair.before, pair.after))  # fmt: skip
    gone = seen = 0
    for mark in kept:
        place = pair.to_here(np.array([mark.center]) * frame)[0]
        first = _contrast(before, place, mark.radius * pair.eye_distance, pair.shown)
        if first is None or first < _SLIGHT:
            continue
        seen += 1
        second = _contrast(after, place, mark.radius * pair.eye_distance, pair.shown)
        gone += second is None or second < _GONE * first
    sentence = f"Of {seen} marks that are to stay." if seen else "No mark that is to stay is shown."
    return Reading(bound, float(gone), bound.most, sentence)


def _contrast(
    light: NDArray[np.float32],
    place: NDArray[np.float64],
    radius: float,
    shown: NDArray[np.bool_],
) -> float | None:
    """Stops by which a disc is darker than the ring about it; None where it is not all shown."""
    reach = int(np.ceil(2 * radius)) + 2
    x, y = (int(v) for v in place)
    height, width = light.shape
    if not (reach <= x < width - reach and reach <= y < height - reach):
        return None
    part = (slice(y - reach, y + reach + 1), slice(x - reach, x + reach + 1))
    if not shown[part].all():
        return None
    v, u = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    away = np.hypot(u + x + 0.5 - place[0], v + y + 0.5 - place[1])
    ring = (away > 1.2 * radius + 0.5) & (away <= 1.8 * radius + 1.5)
    inner = away <= max(0.5 * radius, 0.8)
    return float(np.median(light[part][ring]) - light[part][inner].mean())
