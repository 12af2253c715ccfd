"""Facial contrast: how much brows, eyes and lips stand out from the skin beside them.

Light falls alike on a brow and on the skin about it, so their ratio is the person's own, but for
make-up, hard light and the tone curve. Cosmetics raise it (Russell 2009, "A sex difference in
facial contrast and its exaggeration by cosmetics", Perception 38, 1211-1219), beauty filters do,
and so did the generators whose headshots we have with photographs of the same person: darker brows
and irises, redder lips than in any photograph of theirs. Only more contrast than in the nearest
reference counts; flat light takes it away in any photograph.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from statistics import NormalDist

import cv2
import numpy as np
from numpy.typing import NDArray

from ..landmarks import (
    BROW_LEFT,
    BROW_RIGHT,
    EYE_LEFT,
    EYE_RIGHT,
    IRIS_LEFT,
    IRIS_RIGHT,
    IRIS_RING_LEFT,
    IRIS_RING_RIGHT,
    LIPS_INNER,
    LIPS_OUTER,
)
from ..skin import FaceView, disc_mask
from .calibration import judged
from .case import Case
from .facts import Facts, polygon
from .finding import Finding, could_not_assess

__all__ = ["NAME", "Contrasts", "contrasts", "facial_contrast", "rarity"]

NAME, TITLE = "facial_contrast", "how far brows, eyes and lips stand out"
_UNIT = "stops"
# Brow, eye, iris and the skin beside them, of the person's right and left.
_SIDES = (
    (BROW_RIGHT, EYE_RIGHT, IRIS_RIGHT, IRIS_RING_RIGHT, (50, 117, 101, 205, 118, 108, 69)),
    (BROW_LEFT, EYE_LEFT, IRIS_LEFT, IRIS_RING_LEFT, (280, 346, 330, 425, 347, 337, 299)),
)
_DEEPEST = -5.0  # stops: below lies noise, and where a tone curve ends in black
_FEWEST = 20  # view pixels
_SMALLEST = 40.0  # pixels between the irises: below, a brow is two pixels wide
_DISC = 0.95  # of the iris's radius
# Standard deviation of one person's contrast from photo to photo, in stops: the root mean square
# over the seven people with several photos in different light.
_WITHIN = 0.30
_STEP = 0.4  # view pixels of blur
_PIXEL = 0.5  # standard deviation of a pixel's own blur, in pixels


@dataclass(frozen=True, slots=True)
class Contrasts:
    """Stops below or above the skin beside each part."""

    brows: float
    eyes: float
    lips: float
    red: float

    @property
    def mean(self) -> float:
        """The mean over the parts, stops below the skin; red counts as one of them."""
        return (self.brows + self.eyes + self.lips - self.red) / 4


def contrasts(facts: Facts, pixel: float = 0.0) -> Contrasts | None:
    """Return luminance of brows, irises and lips over the skin's beside them, in stops.

    Parameters
    ----------
    pixel : size in view pixels of a coarser picture's pixels, to see the face as that one would.

    Returns
    -------
    With how much redder (red over green, in stops) the lips are than the skin; None where a part is
    not seen.
    """
    view = facts.view
    blur = _PIXEL * float(np.sqrt(max(pixel**2 - view.scale**2, 0.0)))
    step = round(blur / _STEP)  # so that many references share one look
    key = (NAME, step)
    if key not in view.found:
        view.found[key] = _seen(view, step * _STEP)
    found: Contrasts | None = view.found[key]
    return found


def _seen(view: FaceView, blur: float) -> Contrasts | None:
    linear = view.linear
    if blur > 0:
        linear = np.asarray(cv2.GaussianBlur(linear, (0, 0), blur), np.float32)
    light = np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722], np.float32), np.float32)
    seen = np.asarray(~view.clipped, np.bool_)
    height, width = light.shape
    y, x = np.mgrid[:height, :width] + 0.5
    brows, eyes = [], []
    for brow, eye, iris, ring, zone in _SIDES:
        beside = _level(light, disc_mask(view, zone) & seen)
        centre = view.points[iris]
        radius = float(np.linalg.norm(view.points[list(ring)] - centre, axis=1).mean())
        disc = np.hypot(x - centre[0], y - centre[1]) < _DISC * radius
        brows.append(max(_level(light, _inside(view, brow) & seen) - beside, _DEEPEST))
        eyes.append(max(_level(light, disc & _inside(view, eye) & seen) - beside, _DEEPEST))
    parted = cv2.dilate(_inside(view, LIPS_INNER).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    lips, skin = _inside(view, LIPS_OUTER) & ~parted & seen, view.skin & seen
    ratio = np.asarray(linear[..., 0] / np.maximum(linear[..., 1], 3e-4), np.float32)
    found = Contrasts(
        float(np.mean(brows)),
        float(np.mean(eyes)),
        _level(light, lips) - _level(light, skin),
        _level(ratio, lips) - _level(ratio, skin),
    )
    return found if np.isfinite(found.mean) else None


def _inside(view: FaceView, outline: tuple[int, ...]) -> NDArray[np.bool_]:
    mask = np.zeros(view.linear.shape[:2], np.uint8)
    points = np.round((view.points[list(outline)] - 0.5) * 16).astype(np.int32)
    cv2.fillPoly(mask, [points], 1, shift=4)
    return mask > 0


def _level(light: NDArray[np.float32], where: NDArray[np.bool_]) -> float:
    """Median in stops; not a number where too little is seen."""
    if np.count_nonzero(where) < _FEWEST:
        return float("nan")
    return float(np.log2(max(float(np.median(light[where])), 3e-4)))


def _beyond(picture: Facts, other: Facts) -> float | None:
    """How much more the picture's parts stand out than another's, in stops, at one pixel size."""
    own = contrasts(picture, other.view.scale)
    theirs = contrasts(other, picture.view.scale)
    return None if own is None or theirs is None else theirs.mean - own.mean


@cache
def _grid() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places of a standard normal variable, and the probability of each."""
    x = np.linspace(-6, 6, 301)
    density = np.exp(-(x**2) / 2)
    return x, density / density.sum()


def rarity(value: float, count: int) -> float:
    """How rare it is, in standard deviations, that one photo of a person exceeds all others so.

    Were the contrast in a person's photos normal with `_WITHIN` standard deviation, one would
    exceed the highest of `count` others by `value` stops with the probability of that many
    standard deviations. A single reference may be a flat one by chance, so it tells less.

    >>> round(rarity(0.6, 1), 1), round(rarity(0.6, 4), 1)
    (1.4, 2.5)
    """
    x, share = _grid()
    below = np.array([NormalDist().cdf(v) for v in x - value / _WITHIN])
    tail = float(share @ below**count)
    return NormalDist().inv_cdf(1 - min(max(tail, 1e-9), 1 - 1e-9))


def facial_contrast(case: Case) -> Finding:
    """Stops by which brows, eyes and lips stand out more than in the nearest reference.

    The statistic is how rare that is among photos of one person; see `rarity`.
    """
    picture = case.picture
    if not case.references:
        return could_not_assess(NAME, TITLE, _UNIT, "there are no reference photos")
    if case.laid is not None:
        return could_not_assess(
            NAME, TITLE, _UNIT, "the original is here, and tells more about colours"
        )
    usable = [r for r in case.references if r.eye_distance >= _SMALLEST and _open(r)]
    if picture.eye_distance < _SMALLEST or not _open(picture) or not usable:
        return could_not_assess(NAME, TITLE, _UNIT, "the eyes are too small, turned away or hidden")
    found = [c for c in (_beyond(picture, other) for other in usable) if c is not None]
    if not found:
        return could_not_assess(NAME, TITLE, _UNIT, "brows, eyes or lips are not seen clearly")
    value = min(found)
    spread = None
    if len(usable) > 1:
        own = [
            min(
                (c for o in usable if o is not r and (c := _beyond(r, o)) is not None),
                default=0.0,
            )
            for r in usable
        ]
        spread = max(own)
    return judged(
        NAME,
        TITLE,
        value,
        _UNIT,
        rarity(value, len(found)),
        {
            "consistent": "Brows, eyes and lips stand out from the skin no more than in photos of"
            " one person.",
            "differs": f"Brows, eyes and lips stand out from the skin {value:.1f} stops more than"
            " in any reference: make-up, hard light, strong contrast, a beauty filter, or painted.",
        },
        spread=spread,
        regions=tuple(
            polygon(picture, outline)
            for outline in (BROW_RIGHT, BROW_LEFT, EYE_RIGHT, EYE_LEFT, LIPS_OUTER)
        ),
    )


def _open(facts: Facts) -> bool:
    return facts.irises_hidden is None or "small" in facts.irises_hidden
