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

from .calibration import judged
from .case import Case
from .facts import Facts, box_region
from .finding import Finding, Region, could_not_assess
from .head_view import HeadAxes, Reach, between, laid_flat, lobe_axes, stops
from .nearest import each_against_the_rest

__all__ = ["NAME", "earrings"]

NAME, TITLE = "earrings", "the earrings"
_UNIT = "stops"
_SIDES = ("right", "left")
_SMALLEST = 60.0  # pixels between the irises: below, a stud is three pixels wide
_MOST_TURNED = 20.0  # degrees: beyond, the far lobe is hidden
_FINE = 18.0  # pixels per cm of the patch that is cut out
_REACH: Reach = (2.0, 2.0, 2.4, 3.6)  # cm inward, outward, above and below the lobe
_CHROMA = 1.5  # weight of colour against brightness
_DARKER = 0.3  # weight of being darker: gaps and shadows are the commonest dark spots
_RADII = (0.09, 0.13, 0.18, 0.26, 0.36)  # cm, of spots
_DIRECTIONS = 16
_SKIN = (0.8, 2.0, 1.5)  # stops from the cheek: of colour, darker, brighter
_SEEN = (0.3, 0.2)  # share of skin where the lobe is: of a reference, of the picture
_NEAR = 0.35  # cm from the skin of the ear


def _patch(picture: NDArray[np.generic], axes: HeadAxes) -> NDArray[np.float32]:
    """Cut out the ear about the lobe, (108, 72, 3): see `stops`; colours times `_CHROMA`."""
    found = stops(laid_flat(picture, axes, _REACH, _FINE))
    found[..., 1:] *= _CHROMA
    return found


_CHEEK = between((-2.0, -2.2), (-0.9, 0.3), _REACH, _FINE)
_EAR = between((0.0, -1.1), (0.8, 0.3), _REACH, _FINE)
_SKIN_OF_EAR = between((-0.1, -1.6), (1.2, 1.2), _REACH, _FINE)
_LOBE = between((-0.5, -1.1), (1.1, 1.5), _REACH, _FINE)


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
    known = each_against_the_rest(theirs, _difference)
    spread = max((each[0] for each in known), default=None)
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
