"""The map of marks in the report: the face as it was shot, what was healed and what stayed."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from .edits.skin_area import face_box
from .faces import Face
from .healing import Decided
from .thumbnails import fitted

__all__ = ["in_order", "marks_map"]

_SIDE = 900  # pixels of the longer side
_SHOWN = 40  # marks; a face full of freckles would be nothing but rings
_DARK = (20, 20, 20)
_COLORS = {"healed": (242, 184, 75), "kept": (235, 240, 245)}


def in_order(marks: Sequence[Decided]) -> tuple[Decided, ...]:
    """Marks as they are numbered: what was healed first; the same again where they are listed."""
    return tuple(sorted(marks, key=lambda mark: mark.fate != "healed"))[:_SHOWN]


def marks_map(
    pixels: NDArray[np.uint8], face: Face, marks: Sequence[Decided]
) -> NDArray[np.uint8] | None:
    """Draw the numbered marks on the face, (h, w, 3) uint8; None where there are none.

    Parameters
    ----------
    pixels : (H, W, 3) uint8, the photograph at full size.
    """
    box = face_box(face.landmarks, face.eye_distance, pixels.shape, margin=0.35)
    if box is None or not marks:
        return None
    x0, y0, x1, y1 = box
    part = pixels[y0:y1, x0:x1]
    grow = _SIDE / max(part.shape[:2])
    if grow > 1:
        size = (round(part.shape[1] * grow), round(part.shape[0] * grow))
        drawn = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    else:
        drawn = fitted(part, _SIDE)[0].copy()
    scale = drawn.shape[1] / part.shape[1]
    frame = (pixels.shape[1], pixels.shape[0])
    for number, mark in enumerate(in_order(marks), start=1):
        x, y = ((c * f - o) * scale for c, f, o in zip(mark.center, frame, (x0, y0), strict=True))
        reach = max(7, round(1.5 * mark.radius * face.eye_distance * scale))
        at, words = (round(x), round(y)), (round(x) + reach + 2, round(y) - 2)
        wide = 2 if mark.fate == "healed" else 1
        cv2.circle(drawn, at, reach + wide, _DARK, 1, cv2.LINE_AA)
        cv2.circle(drawn, at, reach, _COLORS[mark.fate], wide, cv2.LINE_AA)
        for color, thick in ((_DARK, 3), (_COLORS[mark.fate], 1)):
            font = cv2.FONT_HERSHEY_SIMPLEX
            cv2.putText(drawn, str(number), words, font, 0.5, color, thick, cv2.LINE_AA)
    return drawn
