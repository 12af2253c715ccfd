"""The irises: how much of each is seen, how it stands out, and the lights it mirrors.

The cornea is a mirror of 7.8 mm radius (Gullstrand's eye): every lamp and window in front of a
person stands in it as a small bright spot, the catchlight. A spot is told from the iris by
comparing with the rest of the iris at the same distance from its centre, for the pupil is dark, the
limbus darker than the middle, and all of it lighter in blue eyes than in brown ones; only a
reflection breaks that round pattern with something small and bright.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import cv2
import numpy as np
from numpy.typing import NDArray

from .landmarks import (
    EYE_LEFT,
    EYE_RIGHT,
    IRIS_LEFT,
    IRIS_RIGHT,
    IRIS_RING_LEFT,
    IRIS_RING_RIGHT,
)
from .skin import FaceView

__all__ = ["SAME", "Highlight", "Iris", "clock", "hidden", "irises", "main_highlights", "offset"]

FAINTEST = 0.16
"""Strength below which nothing is taken for a reflection: the iris's own pattern reaches it."""
CLEAR = 0.7
"""Strength from which a spot is a reflection by itself, without its like in the other eye."""
PAIR = 0.55
"""Sum of the strengths from which two spots in the same place of both eyes are one light's."""
SAME = 0.5
"""Iris radii between the places of one light in both eyes, at most."""

# View pixels (standard deviation): the blur at which highlights are looked for, that of a photo
# with 70 pixels between the eyes. Large pixels dilute a small light; looked at so, they do it less.
_LOOKED_AT = 0.7
_PIXEL = 0.4  # of a photo's pixel: the blur that its own pixels have
_RINGS = 7  # zones of equal width from the centre of the iris to its rim
_EDGE = 0.95  # iris radii: what lies beyond may be the white of the eye
_ABOVE = 0.13  # least step over the iris, as a share of the surroundings, for a spot's pixels
_LOW = 0.45  # iris radii below the centre, from where the wet edge of the lower lid shines too
_WET = 0.45  # strength up to which it does
# Closed eyes show up to 0.36 of the disc by their landmarks, the narrowest open ones 0.50. The mean
# contrast of both eyes is 0.04 and less behind dark glasses, 0.10 and more in the palest eyes.
_LEAST_VISIBLE = 0.46
_LEAST_RIM = 0.08
_NASAL = 0.15  # how much nearer the nose a light stands, right - left: mean of 95 portraits


@dataclass(frozen=True, slots=True)
class Highlight:
    """The mirror image of a light in an iris.

    Attributes
    ----------
    x, y : place from the centre of the iris, in iris radii; x to the right, y down, with the face
        upright (the line of the eyes level).
    size : diameter of the disc of the same area (at half strength), in iris radii.
    strength : how much brighter than the iris around it, in encoded light, over the level of the
        eye's surroundings (lids and white); most catchlights have 0.5 and more.
    """

    x: float
    y: float
    size: float
    strength: float


@dataclass(frozen=True, slots=True)
class Iris:
    """One iris in a face view.

    Attributes
    ----------
    radius : in view pixels.
    visible : 0..1, share of the iris's disc between the lids.
    rim : contrast (a - b) / (a + b), in encoded light, between the white beside the iris and the
        iris; 0.2 to 0.8 in eyes that are seen well, near 0 behind dark glasses and in deep shade.
        None where the lids leave too little of either.
    highlights : what is mirrored, strongest first, down to FAINTEST.
    """

    radius: float
    visible: float
    rim: float | None
    highlights: tuple[Highlight, ...]


# Several measures look at the irises of one view; what was seen goes when the view goes.
_known: WeakKeyDictionary[FaceView, dict[bool, tuple[Iris, Iris]]] = WeakKeyDictionary()


def irises(view: FaceView, *, mirrored: bool = True) -> tuple[Iris, Iris]:
    """Look at the right and the left iris (the subject's own sides) of a face view.

    Parameters
    ----------
    mirrored : whether to look for highlights too, the longer part of the work.
    """
    known = _known.setdefault(view, {})
    if mirrored not in known and True not in known:
        known[mirrored] = (
            _iris(view, EYE_RIGHT, IRIS_RIGHT, IRIS_RING_RIGHT, mirrored),
            _iris(view, EYE_LEFT, IRIS_LEFT, IRIS_RING_LEFT, mirrored),
        )
    return known[True] if True in known else known[mirrored]


def hidden(pair: tuple[Iris, Iris]) -> str | None:
    """Say why the irises cannot be read, in words for the sitter; None when they can."""
    if min(iris.visible for iris in pair) < _LEAST_VISIBLE:
        return "the eyes are closed or nearly so"
    rims = [iris.rim for iris in pair if iris.rim is not None]
    if not rims or sum(rims) / len(rims) < _LEAST_RIM:
        return "the irises can't be made out (dark glasses or deep shade)"
    return None


def main_highlights(pair: tuple[Iris, Iris]) -> tuple[Highlight | None, Highlight | None]:
    """Choose the catchlight of each eye, the same light in both where there is one.

    A spot counts that is CLEAR, or that has its like in the other eye and is a PAIR with it. Where
    several lights are mirrored, the one that both eyes show best stands for all.
    """
    right, left = pair[0].highlights, pair[1].highlights
    pairs = [
        (min(a.strength, b.strength), a, b)
        for a in right
        for b in left
        if math.hypot(*offset(a, b)) <= SAME and a.strength + b.strength >= PAIR
    ]
    if pairs:
        _, a, b = max(pairs, key=lambda found: found[0])
        return a, b
    first, second = (next((h for h in eye if h.strength >= CLEAR), None) for eye in (right, left))
    return first, second


def offset(right: Highlight, left: Highlight) -> tuple[float, float]:
    """Right eye's highlight from the left's, (x, y) in iris radii, beyond what one light has.

    The line of sight passes the cornea nearer the nose than its axis does (angle kappa), so one
    light seems shifted towards the nose in both eyes.
    """
    return right.x - left.x - _NASAL, right.y - left.y


def clock(x: float, y: float) -> int | None:
    """Place on the iris as the hour on a clock's face, 12 at the top; None near the centre.

    Parameters
    ----------
    x, y : from the centre, in iris radii; x right, y down.

    >>> clock(0.3, -0.4), clock(-0.5, 0.0), clock(0.02, 0.05)
    (1, 9, None)
    """
    if math.hypot(x, y) < 0.12:
        return None
    # Halves go up to the next hour on the right and down on the left, so that a mirrored picture
    # has mirrored hours.
    hours = math.degrees(math.atan2(abs(x), -y)) / 30
    hour = math.floor(hours + 0.5)
    return (hour if x >= 0 else 12 - hour) or 12


def _iris(
    view: FaceView,
    outline: tuple[int, ...],
    middle: int,
    ring: tuple[int, ...],
    mirrored: bool,
) -> Iris:
    centre = view.points[middle].astype(np.float64)
    radius = float(np.linalg.norm(view.points[list(ring)] - centre, axis=1).mean())
    height, width = view.linear.shape[:2]
    x0, y0 = (max(math.floor(float(v) - 2 * radius), 0) for v in centre)
    x1 = min(math.ceil(centre[0] + 2 * radius), width)
    y1 = min(math.ceil(centre[1] + 2 * radius), height)
    nothing = Iris(radius, 0.0, None, ())
    if radius < 1 or x1 - x0 < 3 * radius or y1 - y0 < 3 * radius:
        return nothing
    dx = (np.arange(x0, x1) + 0.5 - centre[0]) / radius
    dy = ((np.arange(y0, y1) + 0.5 - centre[1]) / radius)[:, None]
    away = np.hypot(dx, dy)

    lids = np.zeros(away.shape, np.uint8)
    contour = view.points[list(outline)] - (x0 + 0.5, y0 + 0.5)
    cv2.fillPoly(lids, [np.round(contour * 16).astype(np.int32)], 1, shift=4)
    visible = float(lids[away < 1].sum()) / max(int((away < 1).sum()), 1)
    inner = cv2.erode(lids, np.ones((3, 3), np.uint8)).astype(bool)

    light = view.linear[y0:y1, x0:x1] @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    light = np.sqrt(np.maximum(light, 0))  # encoded, about as the eye judges differences
    seen = inner & (away < _EDGE)
    if seen.sum() < 30:
        return Iris(radius, visible, None, ())
    around = max(_quantile(light[(away > 1.15) & (away < 1.95)], 0.75), 1e-3)
    return Iris(
        radius,
        visible,
        _rim(light, inner, away, np.abs(dy) < 0.64 * away),
        _highlights(_evenly_fine(light, view.scale), seen, inner, away, around, dx, dy)
        if mirrored
        else (),
    )


def _evenly_fine(light: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
    """Blur the patch as far as photos of smaller faces are blurred, in linear light.

    Parameters
    ----------
    scale : view pixels per photo pixel.
    """
    more = _LOOKED_AT**2 - (_PIXEL * scale) ** 2
    if more < 0.01:
        return light
    blurred = cv2.GaussianBlur(
        light * light, (0, 0), math.sqrt(more), borderType=cv2.BORDER_REFLECT
    )
    return np.asarray(cv2.sqrt(blurred), np.float32)


def _rim(
    light: NDArray[np.float32],
    inner: NDArray[np.bool_],
    away: NDArray[np.float64],
    beside: NDArray[np.bool_],
) -> float | None:
    """Contrast across the rim within 40° of the horizontal, where no lid covers it."""
    white = light[inner & beside & (away > 1.12) & (away < 1.5)]
    iris = light[inner & beside & (away > 0.5) & (away < 0.88)]
    if min(white.size, iris.size) < 6:
        return None
    a, b = _quantile(white, 0.5), _quantile(iris, 0.5)
    return (a - b) / max(a + b, 1e-6)


def _highlights(
    light: NDArray[np.float32],
    seen: NDArray[np.bool_],
    inner: NDArray[np.bool_],
    away: NDArray[np.float64],
    around: float,
    dx: NDArray[np.float64],
    dy: NDArray[np.float64],
) -> tuple[Highlight, ...]:
    """Find small spots brighter than the iris is at their distance from its centre."""
    zone = np.minimum((away * _RINGS).astype(np.intp), _RINGS - 1)
    values, zones = light[seen], zone[seen]
    levels = [
        _quantile(part, 0.4) if (part := values[zones == k]).size > 3 else None
        for k in range(_RINGS)
    ]
    usual = _quantile(values, 0.4)
    level = [usual if value is None else value for value in levels]
    # Nothing is darker than the pupil: a light in the middle must not pass for the iris itself.
    for k in reversed(range(_RINGS // 2)):
        level[k] = min(level[k], level[k + 1])
    excess = light - np.interp(away, (np.arange(_RINGS) + 0.5) / _RINGS, level)
    noise = 1.48 * _quantile(np.abs(excess[seen & (away < 0.9)]), 0.5)
    spots = ((excess > max(_ABOVE * around, 3 * noise)) & seen).astype(np.uint8)
    count, labels = cv2.connectedComponents(spots, connectivity=8)
    area = math.pi / float((dx[1] - dx[0]) ** 2)  # of the iris, in pixels
    beside = light[inner & (away > 1.08) & (away < 1.6)]
    white = max(_quantile(beside, 0.9), around) if beside.size > 6 else 1.0
    found = []
    for k in range(1, count):
        spot = labels == k
        weight = np.where(spot, excess, 0)
        total = float(weight.sum())
        x, y = float((weight * dx).sum()) / total, float((weight * dy).sum()) / total
        strength = float(excess[spot].max()) / around
        # A crescent along the rim is the white of the eye, let in by a centre a little off, unless
        # it outshines that white.
        reach = math.hypot(x, y)
        within = reach < 0.82 and float((away[spot] > 0.82).mean()) < 0.35
        outshines = reach < 0.9 and float(light[spot].max()) > 1.15 * white
        least = _WET if y > _LOW else FAINTEST
        if strength >= least and (within or outshines):
            size = 2 * math.sqrt(float((excess[spot] > 0.5 * excess[spot].max()).sum()) / area)
            found.append(Highlight(x, y, size, strength))
    found.sort(key=lambda highlight: -highlight.strength)
    return tuple(found)


def _quantile(values: NDArray[np.floating[Any]], share: float) -> float:
    """The value that this share of `values` does not exceed (nearest rank; fast on few values)."""
    place = int(share * (values.size - 1) + 0.5)
    return float(np.partition(values, place)[place])
