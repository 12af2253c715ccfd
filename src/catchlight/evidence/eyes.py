"""Eyes: the lights they mirror, where they look, and the colour of the irises.

One lamp stands in the same place of both corneas (Hu, Li & Lyu 2021, "Exposing GAN-generated faces
using inconsistent corneal specular highlights"), and both eyes look at one thing. Generators and
retouchers sometimes break that; lashes, glasses and lights near the face do, too.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color import lab
from ..irises import main_highlights, offset
from ..landmarks import (
    EYE_LEFT,
    EYE_RIGHT,
    IRIS_LEFT,
    IRIS_RIGHT,
    IRIS_RING_LEFT,
    IRIS_RING_RIGHT,
)
from ..measures.gaze import seen_line_of_sight
from .calibration import judged
from .case import Case
from .facts import Facts, polygon
from .finding import Finding, Region, could_not_assess
from .nearest import nearest

__all__ = ["catchlights", "eye_directions", "iris_colour"]

_SIDES = ((EYE_RIGHT, IRIS_RIGHT, IRIS_RING_RIGHT), (EYE_LEFT, IRIS_LEFT, IRIS_RING_LEFT))
_FEWEST = 30  # view pixels of an iris
_WHITES = 40


def _regions(facts: Facts) -> tuple[Region, ...]:
    return (polygon(facts, EYE_RIGHT), polygon(facts, EYE_LEFT))


def catchlights(case: Case) -> Finding:
    """How far apart the main highlight stands in the two eyes, in iris radii."""
    name, title, unit = "catchlights", "the lights in the two eyes", "iris radii"
    picture = case.picture
    if picture.irises_hidden is not None:
        return could_not_assess(name, title, unit, picture.irises_hidden)
    right, left = main_highlights(picture.irises)
    if right is None or left is None:
        return could_not_assess(name, title, unit, "not both eyes mirror a light clearly")
    value = math.hypot(*offset(right, left))
    return judged(
        name,
        title,
        value,
        unit,
        value,
        {
            "consistent": "Both eyes mirror the light in the same place.",
            "differs": "The two eyes mirror lights in different places, as one room's light does"
            " not.",
        },
        regions=_regions(picture),
    )


def eye_directions(case: Case) -> Finding:
    """How far the two lines of sight lie from meeting, degrees, beyond the references' own."""
    name, title, unit = "eye_directions", "where the two eyes look", "degree"
    picture = case.picture
    if picture.irises_hidden is not None or abs(picture.face.yaw) > 20:
        reason = picture.irises_hidden or "the face is turned too far to compare the eyes"
        return could_not_assess(name, title, unit, reason)
    own = _apart(picture)
    theirs = [
        _apart(r) for r in case.references if r.irises_hidden is None and abs(r.face.yaw) <= 20
    ]
    usual = np.mean(theirs, axis=0) if theirs else np.zeros(2)
    value = float(np.hypot(*(own - usual)))
    spread = None
    if len(theirs) > 1:
        spread = max(float(np.hypot(*(one - usual))) for one in theirs)
    return judged(
        name,
        title,
        value,
        unit,
        value,
        {
            "consistent": "Both eyes look the same way, as far as people's do.",
            "differs": f"The two eyes look {value:.0f}° apart"
            + (" from how they do in the references." if theirs else "."),
        },
        spread=spread,
        regions=_regions(picture),
    )


def _apart(facts: Facts) -> NDArray[np.float64]:
    line = seen_line_of_sight(facts.face)
    return np.array([line.crossed, line.higher])


def iris_colour(case: Case) -> Finding:
    """Colour of the irises against the nearest reference, ΔE*ab of a* and b* alone.

    Each is balanced so that the whites of the eyes are neutral.
    """
    name, title, unit = "iris_colour", "the colour of the irises", "Δab"
    picture = case.picture
    if not case.references:
        return could_not_assess(name, title, unit, "there are no reference photos")
    own = _colour(picture)
    theirs = [c for c in (_colour(r) for r in case.references) if c is not None]
    if own is None or not theirs:
        return could_not_assess(
            name, title, unit, picture.irises_hidden or "the irises are too small or too dark"
        )
    value, spread = nearest(own, theirs)
    return judged(
        name,
        title,
        value,
        unit,
        value,
        {
            "consistent": "The irises have the colour they have in the references.",
            "differs": "The irises have another colour than in any reference (coloured light can do"
            " that, too).",
        },
        spread=spread,
        regions=_regions(picture),
    )


def _colour(facts: Facts) -> NDArray[np.float64] | None:
    """(a*, b*) of the irises' ring between pupil and rim, less bright spots; None: not seen."""
    if facts.irises_hidden is not None:
        return None
    view = facts.view
    white = view.whites & ~view.clipped
    if white.sum() < _WHITES:
        return None
    level = np.median(view.linear[white], axis=0)
    height, width = view.linear.shape[:2]
    y, x = np.mgrid[:height, :width] + 0.5
    ring = np.zeros((height, width), np.bool_)
    for contour, iris, rim in _SIDES:
        centre = view.points[iris]
        radius = float(np.linalg.norm(view.points[list(rim)] - centre, axis=1).mean())
        away = np.hypot(x - centre[0], y - centre[1]) / radius
        eye = np.zeros((height, width), np.uint8)
        cv2.fillPoly(eye, [np.round(view.points[list(contour)] - 0.5).astype(np.int32)], 1)
        ring |= (away > 0.45) & (away < 0.88) & (eye > 0)
    if ring.sum() < _FEWEST:
        return None
    seen = view.linear[ring]
    luma = seen.sum(axis=1)
    kept = seen[(luma >= np.quantile(luma, 0.2)) & (luma <= np.quantile(luma, 0.7))]
    balanced = np.clip(np.median(kept, axis=0) / np.maximum(level, 1e-4) * 0.7, 0, 1)
    return np.asarray(lab(balanced[None].astype(np.float32))[0, 1:], np.float64)
