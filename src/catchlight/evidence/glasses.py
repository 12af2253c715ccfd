"""Glasses: whether they are on in the picture and in no reference, or in all of them and not here.

A frame draws a line across the bridge of the nose and one below each eye. Wrinkles, frowns and
hard light do so, too, so one photograph alone does not tell who wears glasses; but these are the
person's own, and the lines of the references say how strong they get without a frame. Only whether
lines are there is compared, not the frame's shape; glasses may be put on and taken off, so a
difference is told and means little by itself.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..landmarks import EYE_LEFT, EYE_RIGHT, IRIS_LEFT, IRIS_RIGHT
from ..skin import FaceView
from .calibration import judged
from .case import Case
from .facts import Facts, polygon
from .finding import Finding, could_not_assess

__all__ = ["NAME", "glasses", "lines"]

NAME, TITLE = "glasses", "the glasses"
_UNIT = "octaves"
_SMALLEST = 55.0  # pixels between the irises: below, a thin rim is half a pixel wide
_MOST_TURNED = 25.0  # degrees
_BLACK = 3e-3
# Between the brows and below the bridge, and the part of the way from one to the other in which a
# frame lies.
_BRIDGE, _PART = (9, 5), (0.2, 0.85)
_BESIDE = 0.09  # eye distances to each side of the nose's middle
_ACROSS = 0.3  # quantile across: a line goes all the way, a wrinkle not
_BELOW = np.radians(np.arange(35, 146, 3))  # directions from the iris, 90 is down
_RIM = (0.16, 0.55)  # eye distances from the iris
_ALONG = 0.35  # quantile along the rim
_LINE, _AROUND = 1.4, 5.5  # view pixels: a line and what it stands out from
_FAINTEST = 0.02  # stops


def lines(view: FaceView) -> float:
    """Return how strong the lines are where a frame would be: log2 of stops.

    The logarithm of the geometric mean of the contrast, in stops, of the strongest line across the
    bridge of the nose and of the strongest lines below the eyes.
    """
    light = np.log2(np.maximum(view.luminance, _BLACK)).astype(np.float32)
    distance = float(np.linalg.norm(view.points[IRIS_LEFT] - view.points[IRIS_RIGHT]))
    rims = [_rim(light, view.points[iris], distance) for iris in (IRIS_RIGHT, IRIS_LEFT)]
    strength = max(_bridge(light, view.points, distance), _FAINTEST)
    return 0.5 * float(np.log2(strength * max(float(np.mean(rims)), _FAINTEST)))


def _bridge(light: NDArray[np.float32], points: NDArray[np.floating], distance: float) -> float:
    """Contrast in stops of the strongest line across the bridge, dark or bright."""
    top, low = (points[index].astype(float) for index in _BRIDGE)
    length = float(np.linalg.norm(low - top))
    down = (low - top) / max(length, 1e-6)
    across = np.array([-down[1], down[0]])
    along = np.arange(0, length, 1.0)[:, None, None] * down
    beside = np.linspace(-_BESIDE, _BESIDE, 21)[None, :, None] * distance * across
    part = _contrast(_sampled(light, top + along + beside), 0.1)
    sign = np.sign(np.median(part, axis=1))[:, None]
    rows = np.quantile(sign * part, _ACROSS, axis=1)
    first, last = (int(share * length) for share in _PART)
    return float(rows[first:last].max()) if last > first else 0.0


def _rim(light: NDArray[np.float32], iris: NDArray[np.floating], distance: float) -> float:
    """Contrast in stops of the lines that go round below an eye, dark or bright."""
    away = np.arange(_RIM[0] * distance, _RIM[1] * distance, 1.0)[:, None]
    place = np.stack([away * np.cos(_BELOW), away * np.sin(_BELOW)], axis=-1)
    part = _contrast(_sampled(light, iris.astype(float) + place), 1.0)
    return float(np.quantile(np.abs(part).max(axis=0), _ALONG))


def _sampled(light: NDArray[np.float32], places: NDArray[np.float64]) -> NDArray[np.float32]:
    x, y = (places[..., axis].astype(np.float32) - 0.5 for axis in (0, 1))
    found = cv2.remap(light, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float32)


def _contrast(part: NDArray[np.float32], along: float) -> NDArray[np.float32]:
    """What stands out from its surroundings down the rows, smoothed along them."""
    fine, coarse = (
        cv2.GaussianBlur(part, (0, 0), along, None, across) for across in (_LINE, _AROUND)
    )
    return np.asarray(fine - coarse, np.float32)


def glasses(case: Case) -> Finding:
    """Octaves by which lines where a frame would be are stronger than in any reference, or weaker.

    Built on `lines`: the picture's less the strongest reference's, or the weakest reference's less
    the picture's, whichever is more.
    """
    picture = case.picture
    if not case.references:
        return could_not_assess(NAME, TITLE, _UNIT, "there are no reference photos")
    usable = [reference for reference in case.references if _seen(reference)]
    if not _seen(picture) or not usable:
        return could_not_assess(NAME, TITLE, _UNIT, "the eyes are too small or turned away")
    own, theirs = lines(picture.view), [lines(reference.view) for reference in usable]
    more, less = own - max(theirs), min(theirs) - own
    value = max(more, less)
    what = (
        "Lines cross the bridge of the nose and run below the eyes as rims do, and in no reference:"
        " glasses were put on, unless hard light drew them."
        if more > less
        else "Lines cross the bridge of the nose and run below the eyes as rims do in every"
        " reference, and not here: glasses were taken off, unless hard light drew them."
    )
    spread = None
    if len(theirs) > 1:
        rest = [[other for j, other in enumerate(theirs) if j != i] for i in range(len(theirs))]
        pairs = zip(theirs, rest, strict=True)
        spread = max(max(one - max(others), min(others) - one) for one, others in pairs)
    return judged(
        NAME,
        TITLE,
        value,
        _UNIT,
        value,
        {
            "consistent": "On the bridge of the nose and below the eyes there are lines as in the"
            " references: no glasses were put on or taken off, unless their rims are thin.",
            "differs": what,
        },
        spread=spread,
        regions=tuple(polygon(picture, outline) for outline in (EYE_RIGHT, EYE_LEFT)),
    )


def _seen(facts: Facts) -> bool:
    return facts.eye_distance >= _SMALLEST and abs(facts.face.yaw) <= _MOST_TURNED
