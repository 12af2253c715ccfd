"""The body in the frame: are the shoulders there, and how do they stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..anchor import upright
from ..landmarks import CHIN
from ..person import looked_at
from ..segment import unit
from .measure import Measure, could_not_assess, graded
from .subject import Subject, once

__all__ = ["Shoulders", "body_in_frame", "shoulder_angle", "shoulders"]

# All lengths in eye distances (`segment.unit`, about 63 mm), measured from the chin.
_REACH, _STEP = 4.0, 0.125  # to each side, and the spacing of the columns looked at
_NECK = 0.8  # from the chin down to where head and neck turn on the trunk
_OUTER = 1.75  # from here outwards it is shoulder; nearer the neck rises, and hair hangs down
_HIGH, _LOW = -0.9, 2.3  # where the top of a shoulder can be; higher is hair or an arm
_RISE, _STEEP = -0.15, 1.1  # a shoulder's outline falls outwards; steeper is hair, rising an arm
_ENOUGH = 0.6  # of shoulder on both sides for a tilt
# Difference between how far the two shoulders reach, over their sum: 0.11 at most in 95 studio
# portraits, 0.27 and more in people who stand turned to the side.
_TURNED = 0.24

_CHIN_ROOM, _SHOULDER_ROOM = 0.5, 1.04  # below the chin: see `body_in_frame`
_SIDE_ROOM = 1.6


@dataclass(frozen=True, slots=True)
class Shoulders:
    """The outline of the shoulders; lengths in eye distances.

    Attributes
    ----------
    offset : (n,) distance from the neck to the side, rising.
    right, left : (n,) float64, depth of the outline's top below the chin to the right and left of
        the subject; NaN where it is not the top of a shoulder; inf where nobody is.
    below : room between the chin and the frame's lower edge.
    beside : room between the neck and the frame's edge on the subject's right and left.
    """

    offset: NDArray[np.float64]
    right: NDArray[np.float64]
    left: NDArray[np.float64]
    below: float
    beside: tuple[float, float]


@once
def shoulders(subject: Subject) -> Shoulders | None:
    """Trace the shoulders of a person; None without a mask.

    Each column of the mask beside the neck is followed from its lower end upwards to where the
    person ends. Columns nearer to somebody else's face than to this one are not read.
    """
    face, mask = subject.face, subject.person
    if mask is None:
        return None
    width, height = float(subject.photo.width), float(subject.photo.height)
    distance = unit(face)
    up, _ = upright(face)
    chin = face.landmarks[CHIN, :2].astype(np.float64)
    neck = float(chin[0] - _NECK * distance * up[0])
    scale_x, scale_y = mask.shape[1] / width, mask.shape[0] / height
    bottom = min(looked_at(face, (width, height))[3], height)
    rows = max(2, min(mask.shape[0], int(bottom * scale_y)))
    offset = np.arange(0.0, _REACH + _STEP / 2, _STEP)
    sides = []
    for sign in (-1.0, 1.0):  # a person facing the lens has their right on the picture's left
        x = neck + sign * offset * distance
        inside = (x >= 0) & (x < width)
        for other in subject.others:
            theirs = float(other.landmarks[CHIN, 0])
            inside &= np.abs(x - chin[0]) < np.abs(x - theirs)
        columns = np.clip((x * scale_x).astype(np.intp), 0, mask.shape[1] - 1)
        solid = mask[:rows, columns][::-1] > 0.5
        # A column may begin a little above the lower edge, where an arm leaves a gap.
        start = solid[: max(2, rows // 50)].any(axis=0)
        first = np.argmax(solid, axis=0)
        rank = np.arange(rows)[:, None]
        ended = ~solid & (rank > first)
        run = np.where(ended.any(axis=0), np.argmax(ended, axis=0), rows)
        top = ((rows - run) / scale_y - chin[1]) / distance
        top = np.where(start, top, np.inf)
        sides.append(np.where(inside, _only_shoulder(top), np.nan))
    return Shoulders(
        offset=offset,
        right=sides[0],
        left=sides[1],
        below=float(height - chin[1]) / distance,
        beside=(neck / distance, (width - neck) / distance),
    )


def _only_shoulder(top: NDArray[np.float64]) -> NDArray[np.float64]:
    """Blank what is not the top of a shoulder: too high, too low, too steep, or rising."""
    with np.errstate(invalid="ignore"):
        slope = np.gradient(np.where(np.isfinite(top), top, 99.0), _STEP)
    good = (top > _HIGH) & (top < _LOW) & (slope > _RISE) & (slope < _STEEP)
    return np.where(np.isinf(top), np.inf, np.where(good, top, np.nan))


def body_in_frame(subject: Subject) -> Measure:
    """Room for the body below the chin in eye distances, and whether the sides cut a shoulder.

    Verdicts: "head and shoulders", "shoulder cut" (the frame's side cuts one next to the neck),
    "cut at the shoulders" (the frame ends within one eye distance below the chin, where the
    shoulders' tops lie), "face only" (within 0.5: no shoulders).

    Photofeeler, 60,000 ratings of 800 photos: head and shoulders beat face only.
    """
    seen = shoulders(subject)
    below = (subject.photo.height - float(subject.face.landmarks[CHIN, 1])) / unit(subject.face)
    score = graded(below, (-0.2, 30), (0.5, 55), (1.0, 74), (1.05, 78), (2.0, 100))
    if below < _CHIN_ROOM:
        verdict, reason = "face only", "the photo ends at the chin: step back, show the shoulders"
    elif below < _SHOULDER_ROOM:
        verdict = "cut at the shoulders"
        reason = "the photo ends at the shoulders: leave more room below"
    else:
        verdict, reason = "head and shoulders", "head and shoulders are in the frame"
        cut = () if seen is None else _cut_sides(seen)
        if cut:
            verdict = "shoulder cut"
            reason = f"the frame cuts the shoulder on the {' and the '.join(cut)} of the picture"
            score = min(score, 70.0)
    return Measure("BodyInFrame", below, "eye distance", score, "ok", reason, verdict)


def _cut_sides(seen: Shoulders) -> tuple[str, ...]:
    """Name the sides of the picture where the frame cuts a shoulder next to the neck."""
    cut = []
    for side, room in zip(("left", "right"), seen.beside, strict=True):
        if room < _SIDE_ROOM:
            cut.append(side)
    return tuple(cut)


def shoulder_angle(subject: Subject) -> Measure:
    """Tilt of the shoulders in degrees, positive where the one on the picture's right is lower.

    Verdicts: "level", "tilted". Read from the person's outline between 1.75 and 4 eye distances to
    each side of the neck, where it is the top of a shoulder on both sides. A person turned to the
    side, seen from how unequally far the shoulders reach, is not judged: a turn flatters.
    """
    seen = shoulders(subject)
    if seen is None:
        return could_not_assess("ShoulderAngle", "degree", "the outline of the person is not known")
    if _unevenness(seen) > _TURNED:
        reason = "the shoulders are turned to the side, so their tilt can't be read"
        return could_not_assess("ShoulderAngle", "degree", reason)
    outer = (seen.offset >= _OUTER) & np.isfinite(seen.right) & np.isfinite(seen.left)
    if outer.sum() * _STEP < _ENOUGH:
        return could_not_assess("ShoulderAngle", "degree", "both shoulders can't be seen")
    drop = (seen.left[outer] - seen.right[outer]) / (2 * seen.offset[outer])
    value = float(np.degrees(np.arctan(np.median(drop))))
    spread = float(np.degrees(np.arctan(np.std(drop))))
    score = graded(abs(value), (8, 100), (14, 80), (22, 60), (35, 40))
    if abs(value) <= 10:
        verdict, reason = "level", "the shoulders are level"
    else:
        side = "right" if value > 0 else "left"
        verdict = "tilted"
        reason = f"the shoulder on the {side} of the picture hangs {abs(value):.0f}° lower"
    return Measure("ShoulderAngle", value, "degree", score, "ok", reason, verdict, spread)


def _unevenness(seen: Shoulders) -> float:
    """Return how unequally far the shoulders reach to both sides, 0..1; 0 where it is not known.

    A side that the frame cuts reaches at least to there.
    """
    reach, whole = [], []
    for depth, room in zip((seen.right, seen.left), seen.beside, strict=True):
        ends = np.flatnonzero(np.isinf(depth) & (seen.offset > 1))
        reach.append(float(seen.offset[ends[0]]) if len(ends) else max(min(room, _REACH), 0.0))
        whole.append(len(ends) > 0)
    shorter = int(np.argmin(reach))
    if not whole[shorter]:
        return 0.0
    return abs(reach[0] - reach[1]) / max(sum(reach), 1e-6)
