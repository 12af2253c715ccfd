"""How retouched a picture is against its original, from 1 (as shot) to 5 (reshaped).

Built from our own likeness bounds (`bounds.BOUNDS`) and nothing else: what moved, how much of the
skin's texture is left, which spots are gone and how the skin was coloured, each held against its
bound and against what mere copying does to it. The worst of them gives the number:

1  as shot: nothing beyond copying, and the light as it was
2  light and colour: within every likeness bound
3  retouched: spots healed, texture outside its bound, or skin, eyes or teeth coloured a little by
   themselves
4  strongly retouched: half of the texture gone, the skin recoloured, or parts moved a little
5  reshaped: parts of the person moved by a percent of the eye distance or more, or mirrored
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from .bounds import BOUNDS
from .color import delta_e00, lab
from .evidence.calibration import Rates, rates
from .evidence.finding import Finding
from .evidence.healed import NAME
from .evidence.original import Laid

__all__ = ["SCALE", "Retouching", "retouching"]

SCALE = {
    1: "as shot",
    2: "light and colour",
    3: "retouched",
    4: "strongly retouched",
    5: "reshaped",
}

_GRADED = 2.0  # ΔE00 over the whole head from which the light is another
_MOVED = 1.0  # % of the eye distance
_GONE = 0.6  # of the texture


@dataclass(frozen=True, slots=True)
class Retouching:
    """How retouched a picture is.

    Attributes
    ----------
    level : 1 to 5.
    original : name of the reference it was made from.
    reasons : what gave the level, a few words each.
    """

    level: int
    original: str
    reasons: tuple[str, ...]

    @property
    def title(self) -> str:
        """The level in words."""
        return SCALE[self.level]

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON-ready data."""
        return {
            "level": self.level,
            "of": 5,
            "title": self.title,
            "original": self.original,
            "reasons": list(self.reasons),
        }


def retouching(laid: Laid, findings: Mapping[str, Finding]) -> Retouching:
    """Grade a picture that was laid over its original.

    Parameters
    ----------
    findings : at least "moved", "smoothed", "healed", "recoloured" and "eyes_and_teeth", by name.
    """
    found: list[tuple[int, str]] = []

    def value(name: str) -> float | None:
        finding = findings.get(name)
        return None if finding is None or finding.status != "differs" else finding.value

    if laid.mirrored:
        found.append((5, "mirrored left to right"))
    if (moved := value("moved")) is not None:
        found.append((5 if moved >= _MOVED else 4, f"parts moved by {moved:.1f} % of the eyes"))
    if (kept := value("smoothed")) is not None:
        found.append((4 if kept < _GONE else 3, f"{kept:.2f} of the skin's texture"))
    if _spots_gone(findings.get("healed")):
        found.append((3, "spots gone"))
    if (colour := value("recoloured")) is not None:
        strong = colour > BOUNDS["skin_color"].most
        found.append((4 if strong else 3, f"skin coloured by ΔE00 {colour:.1f}"))
    if (painted := value("eyes_and_teeth")) is not None:
        found.append((3, f"eyes or teeth coloured by ΔE00 {painted:.1f}"))
    change = _graded(laid)
    if change > _GRADED:
        found.append((2, f"light and colour changed by ΔE00 {change:.1f}"))
    level = max((number for number, _ in found), default=1)
    reasons = tuple(reason for number, reason in sorted(found, reverse=True))
    return Retouching(level, laid.reference.name, reasons)


def _spots_gone(finding: Finding | None) -> bool:
    """Whether spots are gone, those that come and go among them."""
    known = rates().get(NAME, Rates())
    return finding is not None and finding.value is not None and finding.value >= known.limit


def _graded(laid: Laid) -> float:
    """Median ΔE00 of head and shoulders, coarsely, between original and picture."""
    pair = laid.pair
    size = (max(1, pair.after.shape[1] // 8), max(1, pair.after.shape[0] // 8))
    small = [
        np.clip(cv2.resize(part, size, interpolation=cv2.INTER_AREA), 0, 1)
        for part in (pair.before, pair.after)
    ]
    oval = np.zeros(pair.shown.shape, np.uint8)
    cv2.fillConvexPoly(oval, cv2.convexHull(np.round(pair.points).astype(np.int32)), 1)
    inside = cv2.resize(oval, size, interpolation=cv2.INTER_AREA) > 0
    if not inside.any():
        return 0.0
    return float(np.median(delta_e00(lab(small[0][inside]), lab(small[1][inside]))))
