"""Ears: how far they stand out from the head, each against the same ear of the references.

The landmarks end before the ear, so its outer edge is read from the picture: in a piece upright
about the lobe, skin of the cheek's colour is followed outwards in every row of the ear's height.
Ears are as much one's own as a face (Iannarelli 1989, "Ear Identification"), and generators and
face swaps leave them to chance. What is read is one number for each ear, not its folds.

A head that turns hides the far ear and opens the near one: by 0.05 cm a degree over 15 pairs of
photographs of one person, 5 to 34 degrees apart (own measurement). Hair over an ear, a wall of the
skin's colour and hoods leave nothing to read.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ..head_view import Reach, between, lobe_axes, rectified, stops
from .calibration import judged
from .case import Case
from .facts import Facts, box_region
from .finding import Finding, Region, could_not_assess
from .nearest import each_against_the_rest

__all__ = ["NAME", "ears", "protrusion"]

NAME, TITLE = "ears", "the ears"
_UNIT = "of the nearest reference's"
_SIDES = ("right", "left")
_SMALLEST = 60.0  # pixels between the irises
_MOST_TURNED = 20.0  # degrees: beyond, the far ear is hidden
_APART = 12.0  # degrees between two photographs, beyond which ears are not compared
_OPENED = 0.05  # cm a degree
_FINE = 18.0  # pixels per cm
_REACH: Reach = (2.0, 4.0, 6.5, 1.5)
_CHEEK = between((-2.0, -2.2), (-0.9, 0.3), _REACH, _FINE)
_ROWS = np.arange(-4.7, -1.0, 0.1)  # cm below the lobe: between the ear's top and the lobe
_PLACES = np.round((_ROWS + _REACH[2]) * _FINE).astype(int)
_SKIN = (0.53, 1.3, 1.5)  # stops from the cheek: of colour, darker, brighter
_GAP = 0.3  # cm: folds of the ear that are too dark for skin, and no wider, are skin
_PLAUSIBLE = (0.5, 3.2)  # cm: less is hair over the ear, more a wall or a hood of skin's colour
_STANDS = (0.35, 0.8)  # cm that the edge is out, in this share of the rows
_ROUGH = 0.07  # cm, mean from its own running median: strands and walls fray, ears do not
_ACROSS = 0.2  # cm to each side of the edge,
_STEP = (0.4, 0.8)  # stops between which, in this share of the rows: within a wall there are none
_AT_MOST = 0.8  # the quantile over the rows that is the ear's protrusion


def protrusion(facts: Facts, side: int) -> float | None:
    """Return how far an ear stands out beyond the place of its lobe, in cm; None: it is not seen.

    Turned to the front by what a turn of the head opens. Side 0 is the subject's right, 1 the left.
    """
    away = facts.face.yaw if side else -facts.face.yaw
    if facts.eye_distance < _SMALLEST or abs(away) > _MOST_TURNED:
        return None
    piece = stops(rectified(facts.pixels, lobe_axes(facts.face, side), _REACH, _FINE))
    edge = _edge(_skin(piece))
    near = [np.median(edge[max(0, i - 3) : i + 4]) for i in range(len(edge))]
    value = float(np.quantile(edge, _AT_MOST))
    out, share = _STANDS
    if not _PLAUSIBLE[0] < value < _PLAUSIBLE[1] or float((edge > out).mean()) < share:
        return None
    if float(np.abs(edge - near).mean()) > _ROUGH or not _ends_in_a_step(piece, edge):
        return None
    return max(value + _OPENED * away, 0.3)


def _skin(piece: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Skin that hangs together with the cheek, small dark folds closed."""
    off = piece - np.median(piece[_CHEEK].reshape(-1, 3), axis=0)
    colour, darker, brighter = _SKIN
    skin = np.hypot(off[..., 1], off[..., 2]) < colour
    skin &= (off[..., 0] > -darker) & (off[..., 0] < brighter)
    width = 2 * round(_GAP * _FINE / 2) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    closed = cv2.morphologyEx(skin.astype(np.uint8), cv2.MORPH_CLOSE, disc)
    _, labels = cv2.connectedComponents(closed)
    held = labels[_CHEEK]
    held = held[held > 0]
    if len(held) == 0:
        return np.zeros(skin.shape, np.bool_)
    return np.asarray(labels == np.bincount(held).argmax())


def _edge(skin: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How far out skin is seen in each row of the ear, in cm from the lobe's place."""
    rows = skin[_PLACES]
    last = rows.shape[1] - 1 - rows[:, ::-1].argmax(axis=1)
    return np.where(rows.any(axis=1), last / _FINE - _REACH[0], -_REACH[0])


def _ends_in_a_step(piece: NDArray[np.float32], edge: NDArray[np.float64]) -> bool:
    """Whether brightness or colour steps at the edge of most rows."""
    inside, outside = (
        np.clip(np.round((edge + _REACH[0] + by) * _FINE).astype(int), 0, piece.shape[1] - 1)
        for by in (-_ACROSS, _ACROSS)
    )
    step = np.linalg.norm(piece[_PLACES, outside] - piece[_PLACES, inside], axis=-1)
    stops_apart, share = _STEP
    return float((step > stops_apart).mean()) >= share


_Seen = tuple[float, tuple[float | None, float | None]]
"""The turn of the head in degrees, and the protrusion of the right and the left ear."""
_Told = tuple[float, int] | None
"""The logarithm of the ratio to the nearest reference, and the side."""


def _read(facts: Facts) -> _Seen:
    return facts.face.yaw, (protrusion(facts, 0), protrusion(facts, 1))


def _difference(own: _Seen, theirs: Sequence[_Seen]) -> _Told:
    """The ear that differs most from the nearest reference of its side."""
    told: _Told = None
    for side in (0, 1):
        mine = own[1][side]
        known = [seen[1][side] for seen in theirs if abs(seen[0] - own[0]) <= _APART]
        ratios = [float(np.log(mine / other)) for other in known if mine and other]
        if ratios:
            nearest = min(ratios, key=abs)
            if told is None or abs(nearest) > abs(told[0]):
                told = (nearest, side)
    return told


def ears(case: Case) -> Finding:
    """Protrusion of an ear over the nearest reference's; the statistic is the logarithm's size."""
    if not case.references:
        return could_not_assess(NAME, TITLE, _UNIT, "there are no reference photos")
    theirs = [_read(reference) for reference in case.references]
    told = _difference(_read(case.picture), theirs)
    if told is None:
        reason = "no ear is seen both in the picture and in a reference photo turned alike"
        return could_not_assess(NAME, TITLE, _UNIT, reason)
    value, side = told
    widest = max((abs(off) for off, _ in each_against_the_rest(theirs, _difference)), default=None)
    spread = None if widest is None else float(np.exp(widest))
    ratio = float(np.exp(value))
    return judged(
        NAME,
        TITLE,
        ratio,
        _UNIT,
        abs(value),
        {
            "consistent": "The ears stand out as far as in the references.",
            "differs": f"The {_SIDES[side]} ear stands out {ratio:.2f} times as far as in the"
            " nearest reference (hair over its edge can do that, too).",
        },
        spread=spread,
        regions=(_region(case.picture, side),),
    )


def _region(picture: Facts, side: int) -> Region:
    axes = lobe_axes(picture.face, side)
    x, y = axes.origin + axes.cm(0.8, -2.6)
    return box_region(picture, float(x), float(y), 1.7 * axes.scale, 3.4 * axes.scale, "ear")
