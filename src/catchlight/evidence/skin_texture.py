"""Skin texture: fine structure of the skin against the references' at one resolution.

Plastic skin has less, some generators paint more. What compression takes is known from encoding the
references with the picture's own JPEG tables; noise reduction and focus remain other explanations,
so the reference that fits best counts. Without references only the range of what unretouched
portraits show can be told, and generated skin often lies inside it.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color import to_linear
from ..landmarks import CHEEK_LEFT, CHEEK_RIGHT, FOREHEAD
from .calibration import judged
from .case import Case
from .facts import Facts, polygon
from .finding import Finding, could_not_assess
from .skin_zones import encoded_like, texture, zones

__all__ = ["ALONE", "NAME", "skin_texture"]

NAME, ALONE, TITLE = "skin_texture", "skin_texture_alone", "the skin's texture"
_EYES = 160.0  # pixels between the irises at most
_FEWEST = 48.0
_MOST_TURNED = 35.0  # degrees: beyond, cheeks are seen edge-on and hair lies over them
_NATURAL, _AT = 0.030, 72.0  # stops of texture at that eye distance, the median of portraits


def skin_texture(case: Case) -> Finding:
    """Texture over that of the best fitting reference; the statistic is its difference in stops."""
    picture = case.picture
    usable = [r for r in case.references if r.eye_distance >= _FEWEST]
    if picture.eye_distance < _FEWEST or (case.references and not usable):
        return could_not_assess(NAME, TITLE, "1", "the face is too small to show skin texture")
    if not usable:
        return _alone(case)
    changes = [c for c in (_change(picture, other) for other in usable) if c is not None]
    if not changes:
        return could_not_assess(NAME, TITLE, "1", "too little plain skin is seen")
    least = min(changes, key=abs)
    value = float(2.0**least)
    spread = None
    if len(usable) > 1:
        own = [
            min(
                (abs(c) for o in usable if o is not r and (c := _change(r, o)) is not None),
                default=0,
            )
            for r in usable
        ]
        spread = float(2.0 ** max(own))
    less = (
        "less: smoothed, out of focus, or cleaned of noise"
        if least < 0
        else ("more: sharpened, noisy, or painted")
    )
    return judged(
        NAME,
        TITLE,
        value,
        "of the references' texture",
        abs(least),
        {
            "consistent": f"The skin has {value:.2f} of the texture of the nearest reference at the"
            " same size, as photos of one person have.",
            "differs": f"The skin has {value:.2f} of the texture of the nearest reference at the"
            f" same size and compression: {less}.",
        },
        spread=spread,
        regions=_regions(picture),
    )  # fmt: skip


def _change(picture: Facts, other: Facts) -> float | None:
    """Median over the zones of log2 of the picture's texture over another's."""
    distance = min(_EYES, picture.eye_distance, other.eye_distance)
    own = _zones(picture, distance)
    native = picture.eye_distance / distance < 1.1
    theirs = _zones(other, distance, picture.data if native else b"")
    both = [
        np.log2(own[name] / theirs[name])
        for name in own.keys() & theirs.keys()
        if min(own[name], theirs[name]) > 1e-5
    ]
    return float(np.median(both)) if len(both) >= 3 else None


def _zones(facts: Facts, distance: float, data: bytes = b"") -> dict[str, float]:
    part, points = _face_at(facts, distance)
    if data:
        part = encoded_like(part, data)
    return texture(to_linear(part), zones(points, part.shape[:2]))


def _face_at(facts: Facts, distance: float) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The face's box, shrunk so that the irises are that far apart, and its landmarks."""
    x0, y0, x1, y1 = facts.face.box
    low = np.maximum(np.floor([x0, y0]), 0).astype(int)
    high = np.minimum(np.ceil([x1, y1]), facts.size).astype(int)
    scale = min(1.0, distance / facts.eye_distance)
    size = np.maximum(np.round((high - low) * scale), 8).astype(int)
    part = facts.pixels[low[1] : high[1], low[0] : high[0]]
    part = np.asarray(cv2.resize(part, size.tolist(), interpolation=cv2.INTER_AREA), np.uint8)
    return part, (facts.face.landmarks[:, :2] - low) * (size / (high - low))


def _alone(case: Case) -> Finding:
    found = _zones(case.picture, _AT)
    if len(found) < 3 or case.picture.eye_distance < _AT:
        return could_not_assess(ALONE, TITLE, "stops", "the face is too small to show skin texture")
    if abs(case.picture.face.yaw) > _MOST_TURNED:
        return could_not_assess(ALONE, TITLE, "stops", "the face is turned too far to see its skin")
    value = float(np.median(list(found.values())))
    statistic = float(np.log2(max(value, 1e-5) / _NATURAL))
    return judged(
        ALONE,
        TITLE,
        value,
        "stops",
        abs(statistic),
        {
            "consistent": "The skin has as much texture as unretouched portraits; generated skin"
            " often has, too.",
            "differs": "The skin has far less texture than unretouched portraits."
            if statistic < 0
            else "The skin has far more fine texture than unretouched portraits.",
        },
        regions=_regions(case.picture),
    )


def _regions(picture: Facts):  # type: ignore[no-untyped-def]
    return tuple(polygon(picture, outline) for outline in (FOREHEAD, CHEEK_RIGHT, CHEEK_LEFT))
