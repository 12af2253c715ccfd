"""Key light: from which side the face is lit, and by how much."""

from __future__ import annotations

import numpy as np

from ..skin import SKIN_ZONES, FaceView, disc_mask
from .measure import Measure, could_not_assess, graded
from .subject import Subject

__all__ = ["illumination_uniformity", "key_side"]


def key_side(view: FaceView) -> float | None:
    """Stops by which the image's right side of the face is brighter than its left.

    Positive: the key light comes from the image's right. Cheek against cheek, mean luminance of
    the discs; None where a side is clipped, black or out of the view, so that the ratio would be
    wrong.
    """
    luminance = view.luminance
    sides = []
    for zone in ("right cheek", "left cheek"):  # the subject's right cheek is at the image's left
        mask = disc_mask(view, SKIN_ZONES[zone])
        if not mask.any():  # turned out of the view
            return None
        if view.clipped[mask].mean() > 0.5 or float(luminance[mask].mean()) < 0.002:
            return None
        sides.append(float(luminance[mask].mean()))
    return float(np.log2(sides[1] / sides[0]))


def illumination_uniformity(subject: Subject) -> Measure:
    """Brightness of one cheek against the other in stops (after ISO/IEC 29794-5).

    Verdicts: "even" (under a third of a stop), "one side", "half dark" (over 2 stops).

    Corporate light is about 1 stop, character light 2 (FIELD: 2:1 and 4:1); flat light is not a
    fault here, a face half in the dark is.
    """
    stops = key_side(subject.view)
    if stops is None:
        return could_not_assess(
            "IlluminationUniformity", "stop", "one side of the face is burnt out or black"
        )
    score = graded(abs(stops), (1.2, 100), (2.0, 75), (3.0, 35), (4.5, 0))
    side = "right" if stops > 0 else "left"
    if abs(stops) < 0.35:
        verdict, reason = "even", "even light on both sides of the face"
    elif abs(stops) <= 2:
        verdict, reason = "one side", f"light from the picture's {side}, {abs(stops):.1f} stops"
    else:
        verdict = "half dark"
        reason = f"half the face is dark: {abs(stops):.1f} stops of light from the picture's {side}"
    return Measure("IlluminationUniformity", stops, "stop", score, "ok", reason, verdict)
