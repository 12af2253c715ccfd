"""Compression artefacts: the steps between the blocks in which JPEG codes a picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .fine_detail import fine_detail
from .measure import Measure, could_not_assess, graded
from .subject import Subject

__all__ = ["block_contrast", "compression_artifacts"]

_SIDE = 288  # pixels of the square about the nose that is looked at
_CLIP = 12.0  # levels of 255; larger steps are edges of the picture
_UNSEEN = 0.25  # levels; smaller steps are not seen
_VISIBLE, _HEAVY = 2.4, 5.0
_HALVED = 1.7  # by how much the averaging of a reduction to half lowers the contrast
_STEP = np.array([[0.5, -1.5, 1.5, -0.5]], np.float32)  # difference less its neighbours' mean
_SMOOTHED = ("WebP", "AVIF", "HEIC")  # formats that smooth the steps between their blocks


def block_contrast(gray: NDArray[np.float32], *periods: int) -> tuple[float, ...]:
    """How much larger steps are between blocks than within them; 0 without blocks.

    A step is what the difference of two pixels exceeds the mean of its two neighbours by. Folded by
    the period, the grid stands out at one phase, wherever a crop or a turn has put it. The excess
    is set against the steps elsewhere, which hide it: coding takes detail away within blocks as it
    puts steps between them (blockiness and activity of Wang, Sheikh & Bovik 2002, "No-reference
    perceptual quality assessment of JPEG compressed images"). Of the two directions the lesser
    counts: textiles and blinds have only one.

    Parameters
    ----------
    gray : (H, W) float32, 0..255, perceptually even; at least four periods each way.
    periods : of the grids looked for, pixels.

    Returns
    -------
    One ratio a period.
    """
    across = cv2.filter2D(gray, cv2.CV_32F, _STEP)[:, 1:-2]
    along = cv2.filter2D(gray, cv2.CV_32F, _STEP.T)[1:-2]
    steps = (
        np.minimum(np.abs(across), _CLIP).mean(axis=0),
        np.minimum(np.abs(along), _CLIP).mean(axis=1),
    )
    return tuple(max(0.0, min(_contrast(means, period) for means in steps)) for period in periods)


def _contrast(means: NDArray[np.float32], period: int) -> float:
    """Contrast of the strongest phase of a row of mean steps."""
    whole = len(means) // period * period
    phases = np.median(means[:whole].reshape(-1, period), axis=0)
    at = int(phases.argmax())
    # Pixels next to the grid share its step; they are no witnesses of the rest.
    near = [(at - 1) % period, at, (at + 1) % period]
    rest = float(np.delete(phases, near).mean())
    return (float(phases[at]) - rest) / (rest + _UNSEEN)


def compression_artifacts(subject: Subject) -> Measure:
    """Contrast of the grid of coded blocks about the face: steps between against steps within.

    ISO/IEC 29794-5 CompressionArtifacts. Verdicts: "clean", "visible", "heavy". Blocks of 8 pixels
    are looked for and of 4, which is what they become where a photo is reduced to half, as large
    ones are for judging. Reduced more, the blocks are gone, and so they are where a picture has
    been resized freely since or where the format smooths them: that can't be assessed.
    """
    name, unit = "CompressionArtifacts", "1"
    shrink = subject.photo.shrink
    if shrink > 2:
        return could_not_assess(name, unit, "the photo is looked at too much reduced to see blocks")
    gray = _about_face(subject)
    if min(gray.shape) < 48:
        return could_not_assess(name, unit, "the face is too small")
    whole, halved = block_contrast(gray, 8, 4)
    # A grid of 8 shows at 4 as well, but less.
    value = whole if whole > halved and shrink == 1 else _HALVED * halved
    score = graded(value, (1.5, 100), (_VISIBLE, 75), (_HEAVY, 40), (10, 5))
    if value <= _VISIBLE:
        if subject.photo.format in _SMOOTHED:
            reason = f"{subject.photo.format} smooths its blocks away"
            return could_not_assess(name, unit, reason)
        if fine_detail(subject).verdict == "smoothed away":
            reason = (
                "no blocks are left, but fine detail is smoothed away: resized or filtered since"
            )
            return could_not_assess(name, unit, reason)
        return Measure(name, value, unit, score, "ok", "no compression is seen", "clean")
    if value <= _HEAVY:
        reason = "compression is visible: blocks about the face"
        return Measure(name, value, unit, score, "ok", reason, "visible")
    reason = "heavily compressed: use the original, not a copy sent by a messenger"
    return Measure(name, value, unit, score, "ok", reason, "heavy")


def _about_face(subject: Subject) -> NDArray[np.float32]:
    """The face and what is about it, (h, w) float32, 0..255, unreduced."""
    face, pixels = subject.face, subject.photo.pixels
    half = _SIDE / 2
    middle = face.landmarks[4, :2]
    height, width = pixels.shape[:2]
    x0, y0 = np.clip(np.floor(middle - half), 0, (width, height)).astype(int)
    x1, y1 = np.clip(np.ceil(middle + half), 0, (width, height)).astype(int)
    crop = np.ascontiguousarray(pixels[y0:y1, x0:x1])
    if crop.size == 0:
        return np.zeros((0, 0), np.float32)
    gray = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return np.asarray(gray if pixels.dtype == np.uint8 else gray / 257, np.float32)
