"""Exposure of the face: how many stops from where a portrait photographer would set this skin."""

from __future__ import annotations

import numpy as np

from ..quantiles import median, quantiles
from ..skin import FaceView, eye_white_mask, skin_level, skin_mask
from .measure import Measure, could_not_assess, graded
from .subject import Subject, once

__all__ = ["exposure", "missing_stops", "stops_to_normal"]

# Luminance of the eyes' whites in a well exposed portrait. 41 studio portraits taken under one
# unchanged light and exposure (Face Research Lab London Set) have 0.35 ± 0.07 for skin from
# 0.07 to 0.53, so the whites tell the exposure and leave the skin its own lightness.
_WHITES = 0.36
_SHADED = 0.9  # whites darker than this share of the skin lie in the shadow of the brow


def stops_to_normal(view: FaceView) -> float | None:
    """Stops of exposure that bring the face to normal; positive where it is too dark.

    The reference is the white of the eyes, which has much the same reflectance in everybody, not
    the skin: dark skin stays dark. Where the whites are darker than the skin they lie in shadow
    (and the skin is light, for it outshines them); then the skin itself, at `_SHADED` of its
    luminance, stands for them. None where neither can be read.
    """
    luminance = view.luminance
    skin = skin_mask(view)
    if view.clipped[skin].mean() > 0.6:
        return -1.0
    level = skin_level(view)
    if level < 1e-3:
        return None
    whites = luminance[eye_white_mask(view)]
    reference = _SHADED * level
    if whites.size >= 40:
        low, high = quantiles(whites, 0.6, 0.95)  # above the lid's shadow, below the glint
        reference = max(reference, median(whites[(whites >= low) & (whites <= high)]))
    return float(np.log2(_WHITES / reference))


@once
def missing_stops(subject: Subject) -> float | None:
    """`stops_to_normal` of a subject."""
    return stops_to_normal(subject.view)


def exposure(subject: Subject) -> Measure:
    """Stops between the face's exposure and normal; negative is under-exposed.

    Covers ISO/IEC 29794-5 UnderExposurePrevention and OverExposurePrevention in one number.
    Verdicts: "good", "dark", "very dark", "bright", "burnt out".
    """
    stops = missing_stops(subject)
    if stops is None:
        return could_not_assess("Exposure", "stop", "the face is black")
    value = -stops
    clipped = float(subject.view.clipped[skin_mask(subject.view)].mean())
    score = graded(
        value, (-4, 0), (-2.5, 20), (-1.5, 55), (-0.8, 90), (-0.4, 100), (0.6, 100), (1.5, 60)
    )
    score *= graded(clipped, (0.02, 1.0), (0.15, 0.6), (0.5, 0.1))
    if clipped > 0.05:
        verdict, reason = "burnt out", f"{clipped:.0%} of the skin is burnt out"
    elif value < -2:
        verdict, reason = "very dark", f"very dark: the face is {-value:.1f} stops under"
    elif value < -0.8:
        verdict, reason = "dark", f"dark: the face is {-value:.1f} stops under"
    elif value > 0.9:
        verdict, reason = "bright", f"bright: the face is {value:.1f} stops over"
    else:
        verdict, reason = "good", "the face is well exposed"
    return Measure("Exposure", value, "stop", score, "ok", reason, verdict)
