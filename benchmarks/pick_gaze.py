"""Gaze and catchlights against renderings with known truth, and the geometry alone without pixels.

A section of pick.py: `rows()`. The renderer's eyes sit in their lids a little otherwise than
people's (the constants of the measure are people's), so its constant offset, read from the face
that looks into the lens, is told as a row of its own and taken off the others. Its lids do not
follow the eyes, as people's do.
"""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np

Row = dict[str, Any]


def _seen(**scene: Any) -> Any:
    """Render a scene, find the face, and return it with its view, or None."""
    from catchlight import faces
    from catchlight.skin import face_view
    from tests.rendered_face import render_face

    picture = render_face(eye_distance_px=150, size=(600, 720), **scene)
    found = faces.find(picture.pixels)
    if not found:
        return None
    return SimpleNamespace(face=found[0], view=face_view(picture.pixels, found[0]))


def _line(scene: Any) -> tuple[float, float]:
    from catchlight.measures.gaze import line_of_sight

    face = scene.face
    line = line_of_sight(face.landmarks, face.yaw, face.pitch, face.roll)
    return line.sideways, line.down


def _summary(name: str, errors: list[float], unit: str) -> Row:
    return {
        "measure": name,
        "pictures": len(errors),
        "median_error": round(float(np.median(np.abs(errors))), 2),
        "p90_error": round(float(np.quantile(np.abs(errors), 0.9)), 2),
        "unit": unit,
    }


def _geometry() -> list[float]:
    """Angles between found and true lines of sight of modelled eyes, in degrees."""
    from catchlight.measures.gaze import line_of_sight
    from tests.modelled_eyes import modelled_eyes, seen_along_the_face

    errors = []
    for yaw in (-35, -20, 0, 20, 35):
        for pitch in (-20, 0, 20):
            for roll in (-15, 0, 25):
                for gaze in ((0, 0), (-20, 0), (12, 0), (0, 15), (0, -10), (15, 10)):
                    line = line_of_sight(modelled_eyes(yaw, pitch, roll, gaze), yaw, pitch, roll)
                    true = seen_along_the_face(gaze, roll)
                    errors.append(math.hypot(line.sideways - true[0], line.down - true[1]))
    return errors


def rows() -> list[Row]:
    """Measure angles and catchlights on renderings."""
    from catchlight.irises import clock, main_highlights
    from catchlight.irises import irises as look

    table = [_summary("line of sight, modelled eyes (no pixels)", _geometry(), "degree")]

    rest = np.array(_line(_seen()))
    table.append(
        {
            "measure": "offset of the renderer's eyes, sideways and down",
            "pictures": 1,
            "value": [round(float(v), 1) for v in rest],
            "unit": "degree",
        }
    )
    frontal, turned, nodded = [], [], []
    for gaze in (-20, -15, -10, -5, 5, 10, 15, 20):
        scene = _seen(gaze=(gaze, 0))
        frontal += [] if scene is None else [float((np.array(_line(scene)) - rest)[0]) - gaze]
    for yaw in (-25, -15, -8, 8, 15, 25):
        scene = _seen(yaw=yaw)
        turned += [] if scene is None else [float((np.array(_line(scene)) - rest)[0])]
    for pitch in (-15, -8, 8, 15):
        scene = _seen(pitch=pitch)
        nodded += [] if scene is None else [float((np.array(_line(scene)) - rest)[1])]
    table.append(_summary("eyes turned up to 20°, head to the lens", frontal, "degree"))
    table.append(_summary("eyes on the lens, head turned up to 25°", turned, "degree"))
    table.append(_summary("eyes on the lens, head nodding up to 15°", nodded, "degree"))

    places, hours, pictures = [], 0, 0
    for azimuth in (-50, -25, 25, 50):
        for elevation in (10, 30, 50):
            scene = _seen(key_azimuth=azimuth, key_elevation=elevation, key_size_deg=12)
            pictures += 1
            pair = (None, None) if scene is None else main_highlights(look(scene.view))
            a, e = math.radians(azimuth), math.radians(elevation)
            light = np.array([math.sin(a) * math.cos(e), math.sin(e), math.cos(a) * math.cos(e)])
            half = light + np.array([0, 0, 1])
            half = half / np.linalg.norm(half) * 0.72 / 0.585  # cornea's radius over the iris's
            for found in pair:
                if found is not None:
                    places.append(math.hypot(found.x - half[0], found.y + half[1]))
                    hour = clock(found.x, found.y) or 0
                    true = math.degrees(math.atan2(half[0], half[1])) / 30 % 12
                    hours += abs((hour - true + 6) % 12 - 6) <= 1
    table.append(
        {
            **_summary("place of the catchlight", places, "iris radius"),
            "found_pct": round(100 * len(places) / (2 * pictures), 1),
            "hour_right_pct": round(100 * hours / max(len(places), 1), 1),
        }
    )
    return table


if __name__ == "__main__":
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parent.parent))
    for row in rows():
        print(row)
