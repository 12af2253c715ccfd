"""Perspective: near renderings and a near photograph against the same face from afar; its time.

Renderings: a face from 30 to 60 cm is re-projected to 1.5 m; landmarks found in the result against
those found at 1.5 m, after the best similarity, in % of the eyes' outer corners' distance, and the
least area that a place keeps. Photographs: `people/lisa/zoom_15cm.jpg` to 60 cm against
`zoom_60cm.jpg` (the source calls the distances very approximate), for several distances that it may
have been taken from and for the one that is measured. Time: one crop of 12 megapixels.

    python benchmarks/perspective.py [--threads 2] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from photographs import DATA

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

Row = dict[str, Any]


def misfit(points: Any, truth: Any) -> float:
    """Root mean square distance in % of the eyes' distance after the best similarity."""
    a, b = (p[:468, 0].astype(float) + 1j * p[:468, 1].astype(float) for p in (points, truth))
    a, b = a - a.mean(), b - b.mean()
    rest = np.vdot(a, b) / np.vdot(a, a) * a - b
    return float(100 * np.sqrt((np.abs(rest) ** 2).mean()) / abs(b[33] - b[263]))


def renderings() -> list[Row]:
    """Re-project rendered faces."""
    from catchlight.color import to_encoded
    from catchlight.edits import Perspective
    from tests.filled_face import found, scene_of
    from tests.rendered_face import render_face

    ground = (120, 160, 120)
    rows = []
    for yaw, pitch in ((0, 0), (15, 0), (-20, 5), (0, 8), (0, -8)):
        settings: Row = {"yaw": yaw, "pitch": pitch, "size": (500, 620), "background": ground}
        settings |= {"eye_distance_px": 110, "noise": 0.0}
        truth = found(render_face(distance_cm=150, **settings).pixels).landmarks
        for distance in (30, 40, 60):
            near = render_face(distance_cm=distance, **settings).pixels
            face = found(near)
            person = np.abs(near.astype(int) - ground).max(axis=2) > 3
            scene = scene_of(near, face, person)
            edit = Perspective(distance_cm=distance)
            after = to_encoded(np.clip(edit.apply(scene).linear, 0, 1), np.uint8)
            rows.append(
                {
                    "distance": distance,
                    "yaw": yaw,
                    "pitch": pitch,
                    "before": misfit(face.landmarks, truth),
                    "after": misfit(found(after).landmarks, truth),
                    "area": edit.reprojection(scene).area,
                }
            )
    return rows


def photographs() -> list[Row]:
    """Re-project the near photograph of one woman to the distance of the other."""
    from catchlight import faces, perspective, photo
    from catchlight.color import to_encoded
    from catchlight.edits import Perspective
    from catchlight.matte import cut_out
    from tests.filled_face import scene_of

    folder = DATA / "people" / "lisa"
    if not folder.is_dir():
        return []
    near, far = photo.read(folder / "zoom_15cm.jpg"), photo.read(folder / "zoom_60cm.jpg")
    face, truth = faces.find(near.pixels)[0], faces.find(far.pixels)[0]
    scene = scene_of(near.pixels, face, cut_out(near.pixels, face, []).alpha)
    rows = []
    measured = perspective.distance(face, near).cm
    for distance in (15.0, 20.0, 22.0, 25.0, 30.0, measured):
        edit = Perspective(distance_cm=distance, to_cm=60)
        after = to_encoded(np.clip(edit.apply(scene).linear, 0, 1), np.uint8)
        rows.append(
            {
                "distance": distance,
                "before": misfit(face.landmarks, truth.landmarks),
                "after": misfit(faces.find(after)[0].landmarks, truth.landmarks),
                "area": edit.reprojection(scene).area,
            }
        )
    return rows


def timed(threads: int) -> float:
    """Milliseconds for one crop of 12 megapixels."""
    import cv2

    from catchlight.edits import Perspective
    from tests.filled_face import lit, scene_of

    cv2.setNumThreads(threads)
    pictures, face = lit()
    factor = 7.8
    big = cv2.resize(pictures.before, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    person = cv2.resize(pictures.person.astype(np.float32), None, fx=factor, fy=factor)
    scene = scene_of(np.asarray(big, np.uint8), face.scaled(factor), np.asarray(person))
    edit = Perspective(distance_cm=40)
    spent = []
    for _ in range(7):
        start = time.perf_counter()
        edit.apply(scene)
        spent.append(1e3 * (time.perf_counter() - start))
    return min(spent)


def main() -> None:
    """Print tables and write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path, default=ROOT / "build" / "perspective.json")
    options = parser.parse_args()
    rendered, photographed = renderings(), photographs()
    print("cm    error before   after   less by   least area")
    for distance in (30, 40, 60):
        some = [row for row in rendered if row["distance"] == distance]
        before, after = (float(np.mean([r[k] for r in some])) for k in ("before", "after"))
        area = min(row["area"] for row in some)
        print(f"{distance:3} {before:14.2f} {after:7.2f} {1 - after / before:9.0%} {area:12.2f}")
    if photographed:
        print("\nzoom_15cm.jpg taken for   error before   after   less by   least area")
    for row in photographed:
        less = 1 - row["after"] / row["before"]
        print(
            f"{row['distance']:19.0f} cm {row['before']:16.2f} {row['after']:7.2f} {less:9.0%}"
            f" {row['area']:12.2f}"
        )
    spent = timed(options.threads)
    print(f"\n12 megapixels, {options.threads} threads: {spent:.0f} ms")
    options.json.parent.mkdir(parents=True, exist_ok=True)
    result = {"renderings": rendered, "photographs": photographed, "milliseconds": spent}
    options.json.write_text(json.dumps(result, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
