"""Perspective: near renderings and a near photograph against the same face from afar; its time.

Renderings: a face from 30 to 60 cm is re-projected to 1.5 m; landmarks found in the result against
those found at 1.5 m, after the best similarity, in % of the eyes' outer corners' distance; the
head's outline above the mouth (hair and ears) against the rendered one's, in square eye distances
that lie on the wrong side; and the least area that a place keeps. Photographs:
`people/lisa/zoom_15cm.jpg` to 60 cm against `zoom_60cm.jpg` (the source calls the distances very
approximate), for several distances that it may have been taken from, and for the two that her six
photos together tell. She nods a little from the one to the other, which is no perspective: errors
are told also for the turn of the head, the same for before and after, that explains the result
best. Time: one crop of 12 megapixels, and how many times longer than copying it.

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


def turned(points: Any, degrees: tuple[int, int]) -> Any:
    """Landmarks (N, 3) of a head that has nodded and turned by so many degrees."""
    nod, turn = np.radians(degrees)
    x, y, z = (points[:468].astype(float) - points[:468].mean(axis=0)).T
    y, z = y * np.cos(nod) - z * np.sin(nod), y * np.sin(nod) + z * np.cos(nod)
    return np.column_stack([x * np.cos(turn) + z * np.sin(turn), y])


def outline_error(alpha: Any, points: Any, far: Any, truth: Any, eyes: Any, unit: float) -> float:
    """Area between a head's outline and the true one, in square eye distances.

    Parameters
    ----------
    alpha, points : the person's mask, and where the mesh's vertices are in it.
    far, truth : the same of the true picture, laid over by the vertices.
    eyes, unit : the eyes' middle in the first, and their distance.
    """
    import cv2

    pair = (v.astype(np.float32) for v in (truth, points))
    over, _ = cv2.estimateAffinePartial2D(*pair, method=cv2.LMEDS)
    expected = cv2.warpAffine(far.astype(np.float32), over, alpha.shape[::-1])
    top, bottom = max(0, int(eyes[1] - 2.2 * unit)), int(eyes[1] + 1.2 * unit)
    return float(np.abs(alpha - expected)[top:bottom].sum() / unit**2)


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
        far = render_face(distance_cm=150, **settings)
        truth = found(far.pixels).landmarks
        for distance in (30, 40, 60):
            near = render_face(distance_cm=distance, **settings)
            face = found(near.pixels)
            person, behind = (np.abs(p.pixels.astype(int) - ground).max(axis=2) > 3
                              for p in (near, far))  # fmt: skip
            scene = scene_of(near.pixels, face, person)
            edit = Perspective(distance_cm=distance)
            done = edit.apply(scene)
            after = to_encoded(np.clip(done.linear, 0, 1), np.uint8)
            vertices = near.landmarks_true
            places = (behind, far.landmarks_true, scene.eyes, scene.eye_distance)
            moved = edit.reprojection(scene).moved(vertices)
            rows.append(
                {
                    "distance": distance,
                    "yaw": yaw,
                    "pitch": pitch,
                    "before": misfit(face.landmarks, truth),
                    "after": misfit(found(after).landmarks, truth),
                    "outline_before": outline_error(person, vertices, *places),
                    "outline_after": outline_error(done.alpha, moved, *places),
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
    shots = [photo.read(path) for path in sorted(folder.glob("*.jpg"))]
    found = [faces.find(shot.pixels)[0] for shot in shots]
    told = perspective.distances(found, [perspective.Frame((s.width, s.height)) for s in shots])
    near, (face, truth) = shots[-2], found[-2:]
    scene = scene_of(near.pixels, face, cut_out(near.pixels, face, []).alpha)
    rows = []
    said = [(cm, 60.0) for cm in (15.0, 20.0, 22.0, 25.0, 30.0)]
    turns = [(nod, turn) for nod in range(-8, 9) for turn in range(-4, 5)]
    for distance, to in (*said, (told[-2].cm, told[-1].cm)):
        edit = Perspective(distance_cm=distance, to_cm=to)
        after = to_encoded(np.clip(edit.apply(scene).linear, 0, 1), np.uint8)
        there = faces.find(after)[0].landmarks
        turn = min(turns, key=lambda by: misfit(turned(there, by), truth.landmarks))
        rows.append(
            {
                "distance": distance,
                "to": to,
                "before": misfit(face.landmarks, truth.landmarks),
                "after": misfit(there, truth.landmarks),
                "turn": turn,
                "turned_before": misfit(turned(face.landmarks, turn), truth.landmarks),
                "turned_after": misfit(turned(there, turn), truth.landmarks),
                "area": edit.reprojection(scene).area,
            }
        )
    return rows


def timed(threads: int) -> tuple[float, float]:
    """Milliseconds for one crop of 12 megapixels, and for a copy of it."""
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
    spent, copied = [], []
    for _ in range(15):
        start = time.perf_counter()
        edit.apply(scene)
        between = time.perf_counter()
        scene.linear.copy()
        spent.append(1e3 * (between - start))
        copied.append(1e3 * (time.perf_counter() - between))
    return min(spent), min(copied)


def main() -> None:
    """Print tables and write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path, default=ROOT / "build" / "perspective.json")
    options = parser.parse_args()
    rendered, photographed = renderings(), photographs()
    print("cm    error before   after   less by   outline before   after   less by   least area")
    for distance in (30, 40, 60):
        some = [row for row in rendered if row["distance"] == distance]
        names = ("before", "after", "outline_before", "outline_after")
        a, b, c, d = (float(np.mean([r[k] for r in some])) for k in names)
        area = min(row["area"] for row in some)
        print(
            f"{distance:3} {a:14.2f} {b:7.2f} {1 - b / a:9.1%} {c:16.2f} {d:7.2f}"
            f" {1 - d / c:9.0%} {area:12.2f}"
        )
    if photographed:
        print("\nzoom_15cm.jpg taken for   error before   after   less by"
              "   with a turn: before   after   less by   least area")  # fmt: skip
    for row in photographed:
        after, still = row["after"], row["turned_after"]
        less, turned_less = 1 - after / row["before"], 1 - still / row["turned_before"]
        print(
            f"{row['distance']:10.0f} as {row['to']:.0f} cm {row['before']:18.2f} {after:7.2f}"
            f" {less:9.0%} {row['turned_before']:22.2f} {still:7.2f} {turned_less:9.0%}"
            f" {row['area']:12.2f}   nod, turn {row['turn']}"
        )
    spent, copied = timed(options.threads)
    print(
        f"\n12 megapixels, {options.threads} threads: {spent:.0f} ms, {spent / copied:.1f} copies"
    )
    options.json.parent.mkdir(parents=True, exist_ok=True)
    result = {"renderings": rendered, "photographs": photographed, "milliseconds": spent}
    result["copy_milliseconds"] = copied
    options.json.write_text(json.dumps(result, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
