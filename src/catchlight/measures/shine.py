"""Shine: mirror-like spots on forehead, nose and cheeks."""

from __future__ import annotations

import cv2
import numpy as np

from ..quantiles import column_medians, median, quantiles
from .exposure import missing_stops
from .face_skin import face_skin
from .measure import Measure, could_not_assess, graded
from .subject import Subject

__all__ = ["shine"]

_SHRINK = 4  # view pixels a pixel: shine is an area, not a pore's glint
_NEAR = 7.0  # pixels at that size, about a quarter of the eye distance: what is local
_MIRRORED = 0.13  # light added to the skin's own, where diffuse white is 1 in normal exposure
_OVER_OWN = 0.25  # and as a share of the skin's own light
_OVER_NEAR = 1.25  # brightness over the surroundings
_SHINY = 0.12  # share of the skin


def shine(subject: Subject) -> Measure:
    """Share of the face's skin, 0..1, that shines: brighter and whiter than the skin about it.

    Verdicts: "matt" (under 8 %), "some" (to 12 %), "shiny".

    The dichromatic model (Shafer 1985, "Using color to separate reflection components"): a pixel is
    so much of the skin's own colour, that of its middle tones, and so much of the light's. In 82
    studio portraits in soft light the median is 2 %, the most 10 %.
    """
    view = subject.view
    height, width = view.clipped.shape
    size = (width // _SHRINK, height // _SHRINK)
    small = cv2.resize(view.linear, size, interpolation=cv2.INTER_AREA)
    skin = face_skin(view, _SHRINK)
    if skin.sum() < 200:
        return could_not_assess("Shine", "1", "the face is cut by the frame")
    light = small @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    colors, levels = small[skin], light[skin]
    low, high = quantiles(levels, 0.3, 0.6)
    middle = colors[(levels > low) & (levels < high)]
    normal = missing_stops(subject)
    if normal is None or low < 2e-3 or middle.size == 0:
        return could_not_assess("Shine", "1", "the face is too dark to see shine")
    own = np.array(column_medians(middle / np.maximum(middle[:, 1:2], 1e-4)))
    basis = np.column_stack([own, np.ones(3)])
    if abs(float(own.max() - own.min())) < 0.1:
        return could_not_assess("Shine", "1", "a black-and-white picture")
    parts = colors @ np.linalg.pinv(basis).T.astype(np.float32)
    diffuse = max(median(parts[:, 0]), 1e-3)
    white = parts[:, 1]
    kept = skin.astype(np.float32)
    around = cv2.GaussianBlur(light * kept, (0, 0), _NEAR)
    around /= np.maximum(cv2.GaussianBlur(kept, (0, 0), _NEAR), 1e-3)
    shiny = (white > _OVER_OWN * diffuse) & (white * 2.0**normal > _MIRRORED)
    shiny &= levels > _OVER_NEAR * around[skin]
    share = float(shiny.mean())
    score = graded(share, (0.08, 100), (_SHINY, 82), (0.2, 60), (0.4, 25))
    if share < 0.08:
        verdict, reason = "matt", "the skin does not shine"
    elif share < _SHINY:
        verdict, reason = "some", f"{share:.0%} of the skin shines a little"
    else:
        verdict = "shiny"
        reason = f"{share:.0%} of the skin shines: dab it with a tissue or move the light aside"
    return Measure("Shine", share, "1", score, "ok", reason, verdict)
