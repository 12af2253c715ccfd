"""The white point of backdrops under black-body light; a section of `backdrop.py`, which see."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from backdrop_scene import paper_behind, photographs


def kelvin(stops: np.ndarray) -> float:
    """Correlated colour temperature of a grey under (log2 R/G, log2 B/G)."""
    from catchlight.color import RGB_TO_XYZ, correlated_color_temperature

    x, y, z = RGB_TO_XYZ @ np.exp2([stops[0], 0.0, stops[1]])
    total = x + y + z
    return float(correlated_color_temperature((x / total, y / total))[0])


def tint(temperature: float) -> np.ndarray:
    """(log2 R/G, log2 B/G) of black-body light against that of 6504 K."""
    from catchlight.color import XYZ_TO_RGB, planckian_xy

    def rgb(k: float) -> np.ndarray:
        x, y = planckian_xy(k)
        return XYZ_TO_RGB @ np.array([x / y, 1.0, (1 - x - y) / y])

    r, g, b = np.maximum(rgb(temperature), 1e-3) / rgb(6504)
    return np.array([math.log2(r / g), math.log2(b / g)])


TEMPERATURES = (3200, 4000, 4300, 5000, 5600, 5800, 6504, 7200, 7500)
WALLS = ((120, 122, 126), (122, 122, 122), (128, 123, 116), (60, 61, 60))  # sRGB codes


def whites(few: bool) -> list[dict[str, Any]]:
    """Light portraits by black bodies, balance them as a recipe does, and compare what is left."""
    from catchlight import faces
    from catchlight.chromaticity import DAYLIGHT
    from catchlight.color import to_encoded, to_linear
    from catchlight.edits import WhiteBalance
    from catchlight.light_plan import plan_light
    from catchlight.looks import load_look
    from catchlight.skin import face_view
    from tests.rendered_face import render_face

    portraits = photographs(6 if few else 41)[1:]
    rendered = [
        render_face(skin=skin, key_azimuth=a, seed=i, background=WALLS[(i + i // 4) % 4]).pixels
        for i, (skin, a) in enumerate(
            (s, a)
            for s in ((205, 158, 134), (150, 105, 82), (92, 62, 48), (225, 180, 160))
            for a in ((-40, 50) if few else (-60, -30, 30, 60))
        )
    ]
    look = load_look("corporate")
    rows = []
    for kind, pictures in (("portrait", portraits), ("rendering", rendered)):
        for pixels in pictures:
            face = faces.find(pixels)[0]
            for temperature in TEMPERATURES:
                stops = tint(temperature)
                gains = np.exp2([stops[0], 0, stops[1]])
                gains = gains / (gains @ [0.2126, 0.7152, 0.0722]) * 0.8
                cast = to_encoded(to_linear(pixels) * gains.astype(np.float32), np.uint8)
                light, _ = plan_light(face_view(cast, face), face.eye_distance, look)
                edit, _ = paper_behind(cast, face, light)
                left = stops.copy()
                for step in light:
                    if isinstance(step, WhiteBalance):
                        own = np.log2(step.gains())
                        left += (own - own[1])[[0, 2]]
                paper = np.array([edit.match.red_stops, edit.match.blue_stops])
                rows.append(
                    {
                        "kind": kind,
                        "light": temperature,
                        "left": kelvin(left),
                        "paper": kelvin(paper),
                        "error": abs(kelvin(paper) - kelvin(left)),
                        "neutral": abs(6504 - kelvin(left)),
                        "stops": float(np.hypot(*(paper - left))),
                        "along": float((paper - left) @ DAYLIGHT),
                        "neutral_stops": float(np.hypot(*left)),
                    }
                )
    return rows
