"""Fine detail: known coders, filters, enlargements and blurs against the verdict, by size of face.

A section of pick.py: `rows()`. The 36 sharp portraits of pick_focus.py, reduced to 76, 110 and 160
pixels between the eyes and then degraded. The first two kinds ought to be called kept; blur and
movement ought never to be called smoothed away, whatever else is said of them.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
from photographs import DATA
from pick_focus import Pixels, Row, changed, sharp_portraits
from PIL import Image

from catchlight.measures.fine_detail import fine_detail
from tests.degraded import gaussian, line, saved, spread_by


def rows() -> list[Row]:
    """Verdicts of fine detail where a coder, a filter, an enlargement or blur took it, by size."""
    if not DATA.is_dir():
        return []
    table = []
    known: list[tuple[str, Callable[[Pixels, float], Pixels]]] = [
        ("as it is", lambda p, d: p),
        ("JPEG quality 80", lambda p, d: saved(p, 80)),
        ("JPEG quality 35", lambda p, d: saved(p, 35)),
        ("WebP quality 80", lambda p, d: _encoded(p, "WEBP", 80)),
        ("WebP quality 40", lambda p, d: _encoded(p, "WEBP", 40)),
        ("AVIF quality 60", lambda p, d: _encoded(p, "AVIF", 60)),
        ("AVIF quality 20", lambda p, d: _encoded(p, "AVIF", 20)),
        ("enlarged 1.8 from WebP 75", lambda p, d: _enlarged(p, 1.8)),
        ("non-local means", lambda p, d: _quiet(p)),
        ("blurred by 1.5 %", lambda p, d: gaussian(p, 0.015 * d)),
        ("moved by 8 %", lambda p, d: spread_by(p, line(0.08 * d, 30.0))),
    ]
    for what, change in known:
        for distance in (76, 110, 160):
            row: Row = {"what": f"{what}, {distance} px between the eyes"}
            for subject in sharp_portraits():
                scale = distance / subject.face.eye_distance
                if scale > 1:
                    continue
                pixels = cv2.resize(
                    subject.photo.pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA
                )
                seen = changed(replace(subject, face=subject.face.scaled(scale)), pixels)
                verdict = fine_detail(changed(seen, change(pixels, distance))).verdict
                row[verdict] = row.get(verdict, 0) + 1
            table.append(row)
    return table


def _encoded(pixels: Pixels, kind: str, quality: int) -> Pixels:
    """The picture as it is after saving with another encoder."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, quality=quality)
    return np.array(Image.open(file).convert("RGB"))


def _enlarged(pixels: Pixels, factor: float) -> Pixels:
    """A picture of the same size that was small, coded, and enlarged."""
    small = cv2.resize(pixels, None, fx=1 / factor, fy=1 / factor, interpolation=cv2.INTER_AREA)
    size = (pixels.shape[1], pixels.shape[0])
    coded = _encoded(small.astype(np.uint8), "WEBP", 75)
    return cv2.resize(coded, size, interpolation=cv2.INTER_CUBIC).astype(np.uint8)


def _quiet(pixels: Pixels) -> Pixels:
    """The picture after strong noise reduction, as of a phone in dim light."""
    return cv2.fastNlMeansDenoisingColored(pixels, None, 6, 6, 5, 11).astype(np.uint8)


if __name__ == "__main__":
    for row in rows():
        print(row)
