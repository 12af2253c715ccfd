"""Eyes and teeth: with the original at hand, whether they were coloured or whitened by themselves.

What exposure, white balance and tone curve do they do to everything of the same lightness; whiter
teeth, whiter whites and another colour of the irises beyond that were painted on.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color import delta_e00, lab
from ..landmarks import (
    EYE_LEFT,
    EYE_RIGHT,
    IRIS_LEFT,
    IRIS_RIGHT,
    IRIS_RING_LEFT,
    IRIS_RING_RIGHT,
    LIPS_INNER,
    LIPS_OUTER,
)
from ..ledger import Comparison
from .calibration import judged
from .case import Case
from .facts import polygon
from .finding import Finding, could_not_assess
from .recoloured import as_toned
from .skin_zones import stops

__all__ = ["NAME", "eyes_and_teeth", "part_changes"]

NAME, TITLE = "eyes_and_teeth", "the colour of eyes and teeth"
_SMALLEST = 70.0  # pixels between the irises: below, the white of an eye is four pixels wide
_FEWEST = 40  # pixels of a part
_DARK = 0.002  # linear, 7 of 255 levels: brown irises in shade are little lighter
_LEFT = 0.6  # of a part have to be neither black nor burnt out
_SIDES = ((EYE_RIGHT, IRIS_RIGHT, IRIS_RING_RIGHT), (EYE_LEFT, IRIS_LEFT, IRIS_RING_LEFT))
_REGIONS = {
    "teeth": (LIPS_INNER,),
    "whites": (EYE_RIGHT, EYE_LEFT),
    "irises": (EYE_RIGHT, EYE_LEFT),
}
_SAID = {"teeth": "the teeth", "whites": "the whites of the eyes", "irises": "the irises"}


def _parts(pair: Comparison) -> dict[str, NDArray[np.bool_]]:
    """Teeth, whites and irises of the original, each (H, W) bool."""
    points, shape = pair.points, pair.shown.shape
    height, width = shape
    y, x = np.mgrid[:height, :width] + 0.5

    def inside(outline: tuple[int, ...]) -> NDArray[np.bool_]:
        mask = np.zeros(shape, np.uint8)
        place = np.round((points[list(outline), :2] - 0.5) * 16).astype(np.int32)
        cv2.fillPoly(mask, [place], 1, shift=4)
        return mask > 0

    whites, irises = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
    for outline, iris, ring in _SIDES:
        radius = float(np.linalg.norm(points[list(ring), :2] - points[iris, :2], axis=1).mean())
        away = np.hypot(x - points[iris, 0], y - points[iris, 1]) / radius
        eye = inside(outline)
        whites |= eye & (away > 1.15)
        irises |= eye & (away > 0.4) & (away < 0.9)
    level = stops(pair.before)
    mouth = inside(LIPS_INNER)
    found = {"whites": whites, "irises": irises}
    if mouth.sum() > _FEWEST:
        lips = inside(LIPS_OUTER) & ~mouth
        pale = _red(pair.before) < np.median(_red(pair.before)[lips]) - 0.25
        found["teeth"] = mouth & pale & (level > np.quantile(level[mouth], 0.4))
    if whites.sum() > _FEWEST:
        found["whites"] = whites & (level > np.quantile(level[whites], 0.4))
    return {name: mask & pair.shown for name, mask in found.items()}


def _red(linear: NDArray[np.float32]) -> NDArray[np.float32]:
    ratio = np.maximum(linear[..., 0], 1e-3) / np.maximum(linear[..., 1], 1e-3)
    return np.asarray(np.log2(ratio), np.float32)


def part_changes(pair: Comparison) -> dict[str, float]:
    """ΔE00 of each part that is seen from the original's in the picture's tones."""
    found = {}
    parts = _parts(pair)
    apart = np.logical_or.reduce(list(parts.values()))
    for name, mask in parts.items():
        least = max(_FEWEST, int(_LEFT * np.count_nonzero(mask)))
        toned = as_toned(pair, mask, ~apart, least=least, dark=_DARK)
        if toned is not None:
            wanted, given = (part.mean(axis=0)[None].astype(np.float32) for part in toned)
            found[name] = float(delta_e00(lab(wanted), lab(given))[0])
    return found


def eyes_and_teeth(case: Case) -> Finding:
    """ΔE00 of irises, whites or teeth, whichever changed most, beyond exposure and tones."""
    laid = case.laid
    if laid is None:
        return could_not_assess(
            NAME, TITLE, "ΔE00", "none of the references is the photo it was made from"
        )
    if laid.pair.eye_distance < _SMALLEST or case.picture.irises_hidden is not None:
        return could_not_assess(NAME, TITLE, "ΔE00", "the eyes are too small or hidden")
    changes = part_changes(laid.pair)
    if not changes:
        return could_not_assess(NAME, TITLE, "ΔE00", "too little of eyes and teeth is seen")
    most = max(changes, key=lambda name: changes[name])
    value = changes[most]
    return judged(
        NAME,
        TITLE,
        value,
        "ΔE00",
        value,
        {
            "consistent": f"Exposure and white balance apart, {_listed(changes)} are as in"
            f" {laid.reference.name}.",
            "differs": f"Exposure and white balance apart, {_SAID[most]} are ΔE00 {value:.1f} from"
            f" {laid.reference.name}: whitened or coloured by themselves.",
        },
        regions=tuple(polygon(case.picture, outline) for outline in _REGIONS[most]),
    )


def _listed(changes: dict[str, float]) -> str:
    names = [_SAID[name] for name in ("irises", "whites", "teeth") if name in changes]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
