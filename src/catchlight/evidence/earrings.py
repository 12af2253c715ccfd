"""Earrings: whether they are on in the picture and in no reference, or in all of them and not here.

The landmarks end before the ear, so the lobes are looked for where they sit on a head: a little
below and behind the landmark before the ear, turned with the head. An earring there is a small spot
of another colour or brighter than all that is around it, next to the skin of the ear. Glints, curls
and what shows between hairs are such spots, too, so one photograph alone does not tell who wears
earrings; but these are the person's own, and the spots of the references say how strong they get
without. What is beneath the lobe alone, as a thin ring, is not seen so.

Earrings are put on and taken off, and may be worn on one side, so a difference is told and means
little by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color import to_linear
from ..faces import Face
from ..head_pose import laid_over
from .calibration import judged
from .case import Case
from .facts import Facts, box_region
from .finding import Finding, Region, could_not_assess

__all__ = ["NAME", "LobeAxes", "earrings", "lobe_axes"]

NAME, TITLE = "earrings", "the earrings"
_UNIT = "stops"
_SIDES = ("right", "left")
_BEFORE_EAR = (234, 454)  # the mesh's last landmarks before the subject's right and left ear
# From there to the lobe, in cm of the canonical face; own measurement, by eye, on studio portraits.
_BELOW, _BEHIND = 2.5, 1.5
_SMALLEST = 60.0  # pixels between the irises: below, a stud is three pixels wide
_MOST_TURNED = 20.0  # degrees: beyond, the far lobe is hidden
_FINE = 18.0  # pixels per cm of the patch that is cut out
_REACH = (2.0, 2.0, 2.4, 3.6)  # cm inward, outward, above and below the lobe
_BLACK = 6e-3  # linear: what is darker has no colour to compare
_CHROMA = 1.5  # weight of colour against brightness
_DARKER = 0.3  # weight of being darker: gaps and shadows are the commonest dark spots
_RADII = (0.09, 0.13, 0.18, 0.26, 0.36)  # cm, of spots
_DIRECTIONS = 16
_SKIN = (0.8, 2.0, 1.5)  # stops from the cheek: of colour, darker, brighter
_SEEN = (0.3, 0.2)  # share of skin where the lobe is: of a reference, of the picture
_NEAR = 0.35  # cm from the skin of the ear


@dataclass(frozen=True, slots=True, eq=False)
class LobeAxes:
    """Where an ear lobe is expected, and the directions about it.

    Attributes
    ----------
    origin : (2,) pixels.
    out, down : unit vectors (2,) away from the face and downwards.
    scale : pixels per cm.
    """

    origin: NDArray[np.float64]
    out: NDArray[np.float64]
    down: NDArray[np.float64]
    scale: float

    def cm(self, out: float, down: float) -> NDArray[np.float64]:
        """Return a step in cm as one in pixels, (2,)."""
        return np.asarray((out * self.out + down * self.down) * self.scale)


def lobe_axes(face: Face, side: int) -> LobeAxes:
    """Return where an ear lobe should be seen; side 0 is the subject's right, 1 the left."""
    rotation, scale, _ = laid_over(face.landmarks)
    step = rotation @ np.array([0.0, -_BELOW, -_BEHIND]) * scale
    origin = face.landmarks[_BEFORE_EAR[side], :2].astype(np.float64) + step[:2] * [1.0, -1.0]
    along = (face.iris_left - face.iris_right).astype(np.float64)
    along /= max(float(np.hypot(*along)), 1e-6)
    down = np.array([-along[1], along[0]])
    return LobeAxes(origin, along if side else -along, down, max(scale, 1e-6))


def _patch(picture: NDArray[np.generic], axes: LobeAxes) -> NDArray[np.float32]:
    """Cut out the ear about the lobe, (108, 72, 3): colours as log2, then differences of them.

    Outwards is to the right. The channels are brightness, red over green and blue over green, in
    stops, the latter two times `_CHROMA`.
    """
    inward, outward, above, below = (side * _FINE for side in _REACH)
    size = (round(inward + outward), round(above + below))
    corners = [axes.cm(u, v) for u in (-_REACH[0], _REACH[1]) for v in (-_REACH[2], _REACH[3])]
    height, width = picture.shape[:2]
    x0, y0 = np.clip(np.floor(axes.origin + np.min(corners, axis=0)) - 2, 0, (width, height))
    x1, y1 = np.clip(np.ceil(axes.origin + np.max(corners, axis=0)) + 3, 0, (width, height))
    part = picture[int(y0) : int(y1), int(x0) : int(x1)]
    if min(part.shape[:2]) < 4:
        return np.zeros((size[1], size[0], 3), np.float32)
    linear = part.astype(np.float32) if part.dtype == np.float32 else to_linear(part)  # type: ignore[arg-type]
    shrink = min(1.0, 1.4 * _FINE / axes.scale)
    if shrink < 1.0:  # so that the warp does not alias
        small = [max(1, round(n * shrink)) for n in linear.shape[1::-1]]
        factor = np.array(small) / linear.shape[1::-1]
        linear = cv2.resize(linear, small, interpolation=cv2.INTER_AREA)
    else:
        factor = np.ones(2)
    turn = np.array([axes.out, axes.down]) * (_FINE / axes.scale)
    affine = np.column_stack([turn / factor, np.array([inward, above])])
    origin = (axes.origin - (x0, y0)) * factor - 0.5
    affine[:, 2] -= affine[:, :2] @ origin + 0.5
    linear = cv2.warpAffine(
        linear, affine, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    light = np.log2(np.maximum(linear, _BLACK))
    red, green, blue = light[..., 0], light[..., 1], light[..., 2]
    grey = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    found = np.dstack([grey, _CHROMA * (red - green), _CHROMA * (blue - green)])
    return np.asarray(found, np.float32)


def _where(low: tuple[float, float], high: tuple[float, float]) -> tuple[slice, slice]:
    """Part of a patch between two places, (outward, down) in cm from the lobe."""
    (u0, v0), (u1, v1) = low, high
    rows = slice(round((v0 + _REACH[2]) * _FINE), round((v1 + _REACH[2]) * _FINE))
    return rows, slice(round((u0 + _REACH[0]) * _FINE), round((u1 + _REACH[0]) * _FINE))


_CHEEK = _where((-2.0, -2.2), (-0.9, 0.3))
_EAR = _where((0.0, -1.1), (0.8, 0.3))
_SKIN_OF_EAR = _where((-0.1, -1.6), (1.2, 1.2))
_LOBE = _where((-0.5, -1.1), (1.1, 1.5))


def _skin(patch: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Where the patch has the colour of the cheek before the ear, in light or shade."""
    off = patch - np.median(patch[_CHEEK].reshape(-1, 3), axis=0)
    colour, darker, brighter = _SKIN
    chroma = np.hypot(off[..., 1], off[..., 2])
    return np.asarray((chroma < colour) & (off[..., 0] > -darker) & (off[..., 0] < brighter))


@dataclass(frozen=True, slots=True)
class _Lobe:
    """What is seen of one lobe: the share of skin, and the strongest spot in stops."""

    skin: float
    spot: float


def _lobes(facts: Facts) -> tuple[_Lobe | None, _Lobe | None]:
    """Right and left lobe; None where it is too small or turned away."""
    found: list[_Lobe | None] = []
    for side in (0, 1):
        away = facts.face.yaw if side else -facts.face.yaw
        if facts.eye_distance < _SMALLEST or away > _MOST_TURNED:
            found.append(None)
            continue
        patch = _patch(facts.pixels, lobe_axes(facts.face, side))
        skin = _skin(patch)
        near = np.zeros(skin.shape, np.uint8)
        near[_SKIN_OF_EAR] = skin[_SKIN_OF_EAR]
        reach = 2 * round(_NEAR * _FINE) + 1
        near = cv2.dilate(near, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
        spots = _spots(patch) * near
        found.append(_Lobe(float(skin[_EAR].mean()), float(spots[_LOBE].max())))
    return found[0], found[1]


def _spots(patch: NDArray[np.float32]) -> NDArray[np.float32]:
    """How far each place is from all that is around it, in stops; the most over all sizes."""
    height, width = patch.shape[:2]
    best = np.zeros((height, width), np.float32)
    for radius in _RADII:
        middle = cv2.GaussianBlur(patch, (0, 0), 0.5 * radius * _FINE)
        around = cv2.GaussianBlur(patch, (0, 0), 0.4 * radius * _FINE)
        ring = 2.1 * radius * _FINE
        margin = int(np.ceil(ring)) + 1
        wide = cv2.copyMakeBorder(around, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
        least = np.full((height, width), np.inf, np.float32)
        for angle in np.arange(_DIRECTIONS) * (2 * np.pi / _DIRECTIONS):
            x, y = (margin + round(ring * float(f(angle))) for f in (np.cos, np.sin))
            off = middle - wide[y : y + height, x : x + width]
            grey = np.where(off[..., 0] > 0, off[..., 0], _DARKER * off[..., 0])
            np.minimum(least, grey**2 + off[..., 1] ** 2 + off[..., 2] ** 2, out=least)
        np.maximum(best, np.sqrt(least), out=best)
    return best


_Told = tuple[float, int, bool] | None
"""By how much, on which side, and whether more than in the references."""


def _difference(own: Sequence[_Lobe | None], theirs: Sequence[Sequence[_Lobe | None]]) -> _Told:
    """By how much a spot is stronger than in any reference, or weaker than in all of them."""
    told: _Told = None
    for side in (0, 1):
        lobe = own[side]
        known = [row[side] for row in theirs]
        spots = [other.spot for other in known if other is not None and other.skin >= _SEEN[0]]
        if lobe is None or lobe.skin < _SEEN[1] or not spots:
            continue
        for value, more in ((lobe.spot - max(spots), True), (min(spots) - lobe.spot, False)):
            if told is None or value > told[0]:
                told = (value, side, more)
    return told


def earrings(case: Case) -> Finding:
    """Stops by which a spot at a lobe stands out more than in any reference, or less than in all.

    Held against the references in which the same lobe is seen; the side on which it differs most.
    """
    if not case.references:
        return could_not_assess(NAME, TITLE, _UNIT, "there are no reference photos")
    theirs = [_lobes(reference) for reference in case.references]
    told = _difference(_lobes(case.picture), theirs)
    if told is None:
        reason = "no ear lobe is seen both in the picture and in the reference photos"
        return could_not_assess(NAME, TITLE, _UNIT, reason)
    value, side, more = told
    where = f"the {_SIDES[side]} ear lobe"
    what = (
        f"At {where} something small stands out, and in no reference: an earring was put on,"
        " unless a glint or a curl shows there."
        if more
        else f"At {where} something small stands out in every reference, and not here: an earring"
        " was taken off."
    )
    spread = None
    if len(theirs) > 1:
        rest = [[other for j, other in enumerate(theirs) if j != i] for i in range(len(theirs))]
        found = [_difference(one, others) for one, others in zip(theirs, rest, strict=True)]
        spread = max((each[0] for each in found if each is not None), default=None)
    return judged(
        NAME,
        TITLE,
        value,
        _UNIT,
        value,
        {
            "consistent": "At the ear lobes nothing stands out more, or less, than in the"
            " references: no large stud was put on or taken off.",
            "differs": what,
        },
        spread=spread,
        regions=(_region(case.picture, side),),
    )


def _region(picture: Facts, side: int) -> Region:
    axes = lobe_axes(picture.face, side)
    x, y = axes.origin + axes.cm(0.3, 0.2)
    return box_region(picture, float(x), float(y), 1.1 * axes.scale, 1.6 * axes.scale, "ear lobe")
