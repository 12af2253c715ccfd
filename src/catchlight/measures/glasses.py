"""Glare on glasses: a bright reflection before an eye."""

from __future__ import annotations

import cv2
import numpy as np

from ..landmarks import (
    EYE_LEFT,
    EYE_RIGHT,
    IRIS_LEFT,
    IRIS_RIGHT,
    IRIS_RING_LEFT,
    IRIS_RING_RIGHT,
)
from ..skin import FaceView
from .exposure import missing_stops
from .eyes_visible import DARK, dark_glasses
from .measure import Measure, could_not_assess, graded
from .subject import Subject

__all__ = ["glasses_glare", "iris_covered"]

_WHITES = 0.36  # luminance of the whites of the eyes at normal exposure: see `exposure`
_BRIGHT = 0.7  # of the whites
_GLARE = 0.25  # of the iris
_OPEN = 0.3  # share of the iris between the lids, below which too little of it is seen
_COARSEST = 4.2  # view pixels per photo pixel
_MOST_TURNED = 45.0  # degrees


def iris_covered(view: FaceView, whites: float) -> tuple[float | None, float | None]:
    """Return the share of each visible iris that is nearly as bright as the eyes' whites.

    Right eye first; None where too little of the iris is seen. An iris reflects a tenth of what
    the white does, so it is dark even in full sun; catchlights cover up to 0.16 of it (182
    portraits, own measurement). More can only be a reflection from something before the eye.

    Parameters
    ----------
    view : the face.
    whites : luminance of the whites of the eyes, on the view's scale.
    """
    shares: list[float | None] = []
    for contour, iris, ring in (
        (EYE_RIGHT, IRIS_RIGHT, IRIS_RING_RIGHT),
        (EYE_LEFT, IRIS_LEFT, IRIS_RING_LEFT),
    ):
        centre = view.points[iris]
        radius = 0.85 * float(np.linalg.norm(view.points[list(ring)] - centre, axis=1).mean())
        corner = np.maximum(np.floor(centre - radius).astype(int) - 1, 0)
        side = int(2 * radius) + 4
        part = (slice(corner[1], corner[1] + side), slice(corner[0], corner[0] + side))
        luminance = view.luminance[part]
        eye = np.zeros(luminance.shape, np.uint8)
        outline = np.round((view.points[list(contour)] - corner - 0.5) * 16).astype(np.int32)
        cv2.fillPoly(eye, [outline], 1, shift=4)
        y, x = np.mgrid[: luminance.shape[0], : luminance.shape[1]] + 0.5
        disc = np.hypot(x + corner[0] - centre[0], y + corner[1] - centre[1]) < radius
        seen = luminance[disc & (eye > 0)]
        enough = seen.size >= _OPEN * max(int(disc.sum()), 1)
        shares.append(float((seen > _BRIGHT * whites).mean()) if enough else None)
    return shares[0], shares[1]


def glasses_glare(subject: Subject) -> Measure:
    """Largest share of an iris that a bright reflection covers, 0..1.

    Verdicts: "clear", "glare" (a quarter and more). Only reflections over the irises are judged,
    as only there reflection and sunlit skin can be told apart; reflections at the lenses' edges
    harm less. Whether somebody wears glasses at all is not claimed: thin or no rims, wrinkles and
    frowns look too much alike.
    """
    name, view = "GlassesGlare", subject.view
    if view.scale > _COARSEST:
        return could_not_assess(name, "1", "the face is too small to see reflections")
    if abs(subject.face.yaw) > _MOST_TURNED:
        return could_not_assess(name, "1", "the face is turned so far that one eye is hidden")
    stops = missing_stops(subject)
    if stops is None:
        return could_not_assess(name, "1", "the face is black")
    if dark_glasses(view) < DARK:
        return could_not_assess(name, "1", "the eyes are behind dark glasses")
    shares = iris_covered(view, _WHITES / 2**stops)
    known = [share for share in shares if share is not None]
    if not known:
        return could_not_assess(name, "1", "the eyes are closed")
    value = max(known)
    score = graded(value, (0.18, 100), (0.24, 80), (0.25, 70), (0.6, 40), (1.0, 25))
    if value < _GLARE:
        return Measure(name, value, "1", score, "ok", "no reflections over the eyes", "clear")
    both = len(known) == 2 and min(known) >= _GLARE
    which = "both eyes" if both else f"the {'right' if shares[0] == value else 'left'} eye"
    reason = f"a reflection lies over {which}: tip the glasses down or raise the light"
    return Measure(name, value, "1", score, "ok", reason, "glare")
