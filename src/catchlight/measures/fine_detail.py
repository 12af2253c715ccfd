"""Fine detail: whether the skin has its texture, or lost it to compression, denoising, enlarging.

What coding leaves behind as a grid of blocks is gone once a picture is resized or coded without
hard blocks; what it took away stays gone. A quantiser, a noise filter and an enlargement leave the
edges of lids and lashes and take the faint texture between them; missed focus and movement take
both. So texture is measured on the skin, and blamed on a file only where the eyes have sharp edges.
"""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from ..quantiles import median
from ..skin import SKIN_ZONES
from .measure import Measure, could_not_assess, graded
from .motion_blur import movement
from .sharpness import eye_sharpness
from .subject import Subject, once

__all__ = ["fine_detail", "fine_share"]

# Pixels between the irises at which texture is judged: larger faces are reduced to it, so that what
# shows only when a large original is looked at pixel by pixel does not count.
_EYE_DISTANCE = 110.0
_SMALLEST = 66.0  # smaller faces have too few pixels of skin: untouched ones come out as low
_BANDS = (0.7, 1.4, 2.8)  # pixels: standard deviations of the Gaussians that part the bands
_REACH = 9  # pixels: three such deviations
_PLACES = ("forehead", "right cheek", "left cheek")
_DARK, _BURNT = 20.0, 250.0  # of 255: where the code values have no room for texture
_LEAST = 200  # pixels of skin
# Pixels between the irises, and the share below which texture is gone: of 109 good portraits of
# that size, saved at JPEG quality 80, about 1 % lie below it. The lowest are retouched or
# freckled faces; of the 95 studio portraits as they are the least is 0.70.
_SIZES, _SMOOTHED = (66.0, 76.0, 90.0), (0.43, 0.50, 0.53)


@once
def fine_share(subject: Subject) -> float | None:
    """How strong the finest texture of the skin is against that twice as coarse; None if unseen.

    The ratio of the median absolute values of two band-passed pictures (0.7 to 1.4 and 1.4 to 2.8
    pixels at 110 pixels between the irises) over forehead and cheeks. Skin, as other natural
    surfaces, has about equal contrast in bands an octave apart (Field 1987, "Relations between the
    statistics of natural images and the response properties of cortical cells"); a median asks for
    texture everywhere, not for a few strong edges.
    """
    face, pixels = subject.face, subject.photo.pixels
    scale = min(1.0, _EYE_DISTANCE / face.eye_distance)
    hulls = [
        cv2.convexHull(face.landmarks[list(SKIN_ZONES[zone]), :2].astype(np.float32))[:, 0]
        for zone in _PLACES
    ]
    margin = _REACH / scale
    points = np.concatenate(hulls)
    height, width = pixels.shape[:2]
    x0, y0 = np.clip(np.floor(points.min(axis=0) - margin), 0, (width, height)).astype(int)
    x1, y1 = np.clip(np.ceil(points.max(axis=0) + margin), 0, (width, height)).astype(int)
    if min(x1 - x0, y1 - y0) * scale < 2 * _REACH:
        return None
    gray = _gray(pixels[y0:y1, x0:x1], scale)
    mask = np.zeros(gray.shape, np.uint8)
    for hull in hulls:
        cv2.fillConvexPoly(mask, np.round((hull - (x0, y0)) * scale).astype(np.int32), 1)
    levels = [cv2.GaussianBlur(gray, (0, 0), sigma) for sigma in _BANDS]
    skin = (mask > 0) & (levels[-1] > _DARK) & (levels[-1] < _BURNT)
    if np.count_nonzero(skin) < _LEAST:
        return None
    fine, coarse = (median(np.abs((a - b)[skin] / levels[-1][skin])) for a, b in pairwise(levels))
    return fine / max(coarse, 1e-6)


def _gray(pixels: NDArray[np.uint8] | NDArray[np.uint16], scale: float) -> NDArray[np.float32]:
    """Perceptually even grey, (h, w) float32, 0..255, reduced by areas."""
    if scale < 1:
        pixels = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    gray = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY).astype(np.float32)
    return np.asarray(gray if pixels.dtype == np.uint8 else gray / 257, np.float32)


def fine_detail(subject: Subject) -> Measure:
    """Fine texture of the skin against that twice as coarse, about 1 as a camera gives it.

    Verdicts: "kept", "smoothed away". Low values are put down to the file (compression, noise
    reduction, enlarging, a smoothing filter; which it was is not told) only where the eyes are
    sharp and nothing moved; else focus or movement has taken the detail, which is not assessed
    again here.
    """
    name, unit = "FineDetail", "1"
    if subject.face.eye_distance < _SMALLEST:
        return could_not_assess(name, unit, "the face is too small to have texture")
    value = fine_share(subject)
    if value is None:
        return could_not_assess(name, unit, "too little evenly lit skin is seen")
    least = float(np.interp(subject.face.eye_distance, _SIZES, _SMOOTHED))
    if value >= least:
        score = graded(value, (least, 76), (least + 0.12, 100))
        return Measure(name, value, unit, score, "ok", "the skin has its fine texture", "kept")
    moved = movement(subject)
    if eye_sharpness(subject).verdict != "sharp" or moved is None or moved.moved:
        return could_not_assess(name, unit, "the eyes are not sharp, which takes detail as well")
    score = graded(value, (0.3, 35), (least, 70))
    reason = (
        "fine detail is smoothed away by compression, enlarging or noise reduction, not by focus:"
        " use the camera's own file"
    )
    return Measure(name, value, unit, score, "ok", reason, "smoothed away")
