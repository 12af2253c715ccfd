"""Earrings: whether they are on in the picture and in no reference, or in all of them and not here.

The landmarks end before the ear, so the lobes are looked for where they sit on a head: a little
below and behind the landmark before the ear, turned with the head. An earring there is a small spot
of another colour or brighter than all that is around it, next to the skin of the ear. Glints, curls
and what shows between hairs are such spots, too, so one photograph alone does not tell who wears
earrings; but these are the person's own, and the spots of the references say how strong they get
without. What is beneath the lobe alone, as a thin ring, is not seen so. Where the original is among
the references, the two are laid over each other and nothing else is asked (`lobe_change`).

Earrings are put on and taken off, and may be worn on one side, so a difference is told and means
little by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..head_view import lobe_axes
from .calibration import judged
from .case import Case
from .facts import Facts, box_region
from .finding import Finding, Region, could_not_assess
from .lobe_change import changed_at_lobes
from .lobes import EAR, FINE, LOBE, SKIN_OF_EAR, lobe_patch, lobe_skin, turned_away
from .nearest import each_against_the_rest

__all__ = ["NAME", "earrings"]

NAME, TITLE = "earrings", "the earrings"
_UNIT = "stops"
_SIDES = ("right", "left")
_DARKER = 0.3  # weight of being darker: gaps and shadows are the commonest dark spots
_RADII = (0.09, 0.13, 0.18, 0.26, 0.36)  # cm, of spots
_DIRECTIONS = 16
_SEEN = (0.3, 0.2)  # share of skin where the lobe is: of a reference, of the picture
_NEAR = 0.35  # cm from the skin of the ear


@dataclass(frozen=True, slots=True)
class _Lobe:
    """What is seen of one lobe: the share of skin, and the strongest spot in stops."""

    skin: float
    spot: float


def _lobes(facts: Facts) -> tuple[_Lobe | None, _Lobe | None]:
    """Right and left lobe; None where it is too small or turned away."""
    found: list[_Lobe | None] = []
    for side in (0, 1):
        if turned_away(facts.face, side):
            found.append(None)
            continue
        patch = lobe_patch(facts.pixels, lobe_axes(facts.face, side))
        skin = lobe_skin(patch)
        near = np.zeros(skin.shape, np.uint8)
        near[SKIN_OF_EAR] = skin[SKIN_OF_EAR]
        reach = 2 * round(_NEAR * FINE) + 1
        near = cv2.dilate(near, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
        spots = _spots(patch) * near
        found.append(_Lobe(float(skin[EAR].mean()), float(spots[LOBE].max())))
    return found[0], found[1]


def _spots(patch: NDArray[np.float32]) -> NDArray[np.float32]:
    """How far each place is from all that is around it, in stops; the most over all sizes."""
    height, width = patch.shape[:2]
    best = np.zeros((height, width), np.float32)
    for radius in _RADII:
        middle = cv2.GaussianBlur(patch, (0, 0), 0.5 * radius * FINE)
        around = cv2.GaussianBlur(patch, (0, 0), 0.4 * radius * FINE)
        ring = 2.1 * radius * FINE
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
    """Stops by which something at a lobe differs from the references; the side where it is most.

    With the original, what was put on or taken off there; else by how much a spot stands out more
    than in any reference in which that lobe is seen, or less than in all.
    """
    if not case.references:
        return could_not_assess(NAME, TITLE, _UNIT, "there are no reference photos")
    laid = case.laid
    if laid is not None and not laid.mirrored:
        changed = changed_at_lobes(laid, case.picture.face)
        if changed is not None:
            return _finding(case, changed, laid.reference.name)
    theirs = [_lobes(reference) for reference in case.references]
    told = _difference(_lobes(case.picture), theirs)
    if told is None:
        reason = "no ear lobe is seen both in the picture and in the reference photos"
        return could_not_assess(NAME, TITLE, _UNIT, reason)
    known = each_against_the_rest(theirs, _difference)
    return _finding(case, told, spread=max((each[0] for each in known), default=None))


def _finding(
    case: Case, told: tuple[float, int, bool], original: str = "", spread: float | None = None
) -> Finding:
    """Say what differs at which lobe; `original`: the photo that it was laid over, if it was."""
    value, side, more = told
    where = f"At the {_SIDES[side]} ear lobe something"
    if original:
        same = f"At the ear lobes nothing was put on or taken off that {original} shows otherwise."
        what = (
            f"{where} was {'put on' if more else 'taken off'}, or the ear was moved:"
            f" {original} shows it otherwise."
        )
    else:
        same = (
            "At the ear lobes nothing stands out more, or less, than in the references: no large"
            " stud was put on or taken off."
        )
        what = (
            f"{where} small stands out, and in no reference: an earring was put on, unless a glint"
            " or a curl shows there."
            if more
            else f"{where} small stands out in every reference, and not here: an earring was taken"
            " off."
        )
    return judged(
        NAME,
        TITLE,
        value,
        _UNIT,
        value,
        {"consistent": same, "differs": what},
        spread=spread,
        regions=(_region(case.picture, side),),
    )


def _region(picture: Facts, side: int) -> Region:
    axes = lobe_axes(picture.face, side)
    x, y = axes.origin + axes.cm(0.3, 0.2)
    return box_region(picture, float(x), float(y), 1.1 * axes.scale, 1.6 * axes.scale, "ear lobe")
