"""Edge halo: a rim of other light round the person, as cutting out or local sharpening leaves.

Across the outline of head and shoulders the background is followed to the edge. In a photograph it
goes on as it was; a bad cut-out leaves a line of the old background, and sharpening overshoots.
"""

from __future__ import annotations

import cv2
import numpy as np

from ..color import to_linear
from .calibration import judged
from .case import Case
from .facts import box_region
from .finding import Finding, could_not_assess
from .skin_zones import stops

__all__ = ["NAME", "edge_halo"]

NAME, TITLE = "edge_halo", "the edge between person and background"
_REACH = 24  # pixels to each side of the outline that are looked at
_STEP = 0.8  # stops across the edge, at least: a fainter one can't be found
_FEWEST = 40
_AT = 110.0  # pixels between the irises


def edge_halo(case: Case) -> Finding:
    """Median overshoot of the background at the person's outline, as a share of the step there."""
    picture = case.picture
    scale = min(1.0, _AT / picture.eye_distance)
    size = (round(picture.size[0] * scale), round(picture.size[1] * scale))
    small = cv2.resize(picture.pixels, size, interpolation=cv2.INTER_AREA)
    light = stops(to_linear(np.asarray(small, np.uint8)))
    mask = cv2.resize(picture.person, size, interpolation=cv2.INTER_LINEAR)
    smooth = cv2.GaussianBlur(mask, (0, 0), 3)
    outlines, _ = cv2.findContours(
        (smooth > 0.5).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    gx, gy = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    found, places = [], []
    along = np.arange(-_REACH, _REACH + 1)
    for outline in outlines:
        for x, y in outline[::4, 0].tolist():
            normal = -np.array([gx[y, x], gy[y, x]], float)
            length = float(np.hypot(*normal))
            margin = _REACH + 2
            inside = margin < x < size[0] - margin and margin < y < size[1] - margin
            if length < 1e-3 or not inside:
                continue
            normal /= length
            px = (x + along * normal[0]).astype(np.float32)[None]
            py = (y + along * normal[1]).astype(np.float32)[None]
            profile = cv2.remap(light, px, py, cv2.INTER_LINEAR)[0]
            over = _overshoot(profile)
            if over is not None:
                found.append(over)
                places.append((x, y))
    if len(found) < _FEWEST:
        return could_not_assess(
            NAME, TITLE, "of the step", "too little of the outline stands out from the background"
        )
    value = float(np.median(found))
    worst = places[int(np.argmax(found))]
    side = 0.3 * picture.eye_distance
    return judged(
        NAME,
        TITLE,
        value,
        "of the step",
        abs(value),
        {
            "consistent": "The background goes on unchanged up to the person's outline.",
            "differs": f"Along the person's outline the background overshoots by {value:.0%} of the"
            " step: a halo, as cutting out or local sharpening leaves.",
        },
        regions=(box_region(picture, worst[0] / scale, worst[1] / scale, side, side, "halo"),),
    )


def _overshoot(profile: np.ndarray) -> float | None:
    """Overshoot of the outer side at the steepest place of a profile from person to background."""
    steep = np.abs(profile[4:] - profile[:-4])
    middle = slice(8, len(steep) - 12)
    at = int(steep[middle].argmax()) + 8 + 2
    outside = profile[at + 2 :]
    if len(outside) < 13:
        return None
    far, close = outside[6:13], outside[1:4]
    if float(far.std()) > 0.12:  # not plain
        return None
    step = float(np.median(far) - np.median(profile[max(0, at - 8) : at - 2]))
    if abs(step) < _STEP:
        return None
    return float((np.mean(close) - np.median(far)) / step)
