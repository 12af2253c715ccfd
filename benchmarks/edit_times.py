"""How long each edit of the person takes on a crop of 12 megapixels, and all of them in one run.

A face of 750 pixels between the eyes (scikit-image's portrait, enlarged), each edit at full
strength, in the order of recipes: alone on a fresh copy, then one after the other on the same
picture, turn about. The least of several turns is printed, of the clock and of the processor's
time over all threads; and what copying the crop takes, which is the least that any edit can that
writes all of it.

    python benchmarks/edit_times.py [--threads 2] [--turns 5]
"""

# ruff: noqa: E402 (threads are pinned before NumPy loads)

from __future__ import annotations

import argparse
import os

_parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
_parser.add_argument("--threads", type=int, default=2)
_parser.add_argument("--turns", type=int, default=5)
_parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
_options = _parser.parse_args()
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[_name] = str(_options.threads)

import json
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
from skimage import data

from catchlight import faces
from catchlight.color import to_linear
from catchlight.edits import (
    Denoise,
    Evenness,
    FillLight,
    Grain,
    Heal,
    MixedLight,
    Perspective,
    Scene,
    Shine,
    Spot,
    Tone,
    WhiteBalance,
)
from catchlight.landmarks import FACE_OVAL
from catchlight.recipe import EDIT_ORDER

_EYES = 750.0  # pixels between the irises
_SIZE = (3000, 4000)  # width, height
_AT = (1500, 1700)  # the eyes' middle
_PLACES = [(0.35 + 0.02 * i, 0.5) for i in range(12)]

EDITS = (
    Denoise(noise=Grain(luma=(0.01,) * 5)),
    Heal(spots=tuple(Spot(center=p, source=(p[0], 0.53), radius=0.03) for p in _PLACES)),
    Shine(amount=0.55, skin=(1.5, 0.9, 0.7), light=(1, 1, 1)),
    Evenness(),
    MixedLight(red_stops=0.3, blue_stops=-0.3),
    WhiteBalance(red_stops=-0.3, blue_stops=0.25),
    FillLight(
        stops=1.5, azimuth=-40, elevation=10, key_azimuth=50, key_elevation=30, ratio_stops=3,
        skin=(0.45, 0.27, 0.2),
    ),
    Tone(exposure_stops=0.4, contrast=1.08, saturation=0.98),
    Perspective(distance_cm=40),
)  # fmt: skip


def scene() -> Scene:
    """The crop: the portrait enlarged, its edge repeated, with a matte of head and shoulders."""
    small = np.ascontiguousarray(data.astronaut())
    face = faces.find(small)[0]
    scale = _EYES / face.eye_distance
    x, y = ((face.iris_left + face.iris_right) / 2 * scale).tolist()
    large = cv2.resize(small, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    pads = (max(0, _AT[1] - int(y)), _SIZE[1], max(0, _AT[0] - int(x)), _SIZE[0])
    large = cv2.copyMakeBorder(large, *pads, cv2.BORDER_REPLICATE)
    left, top = int(x + pads[2]) - _AT[0], int(y + pads[0]) - _AT[1]
    pixels = np.ascontiguousarray(large[top : top + _SIZE[1], left : left + _SIZE[0]])
    points = face.landmarks * np.float32(scale)
    points[:, :2] += np.array([pads[2] - left, pads[0] - top], np.float32)
    person = np.zeros(pixels.shape[:2], np.uint8)
    head = cv2.convexHull(np.round(points[list(FACE_OVAL), :2]).astype(np.int32))
    cv2.fillConvexPoly(person, head, 255)
    person = cv2.dilate(person, np.ones((301, 301), np.uint8))
    cv2.ellipse(person, (_AT[0], _SIZE[1]), (1400, 1100), 0, 180, 360, 255, -1)
    alpha = cv2.GaussianBlur(person, (0, 0), 4).astype(np.float32) / np.float32(255)
    return Scene(to_linear(pixels), alpha, _AT, _EYES, landmarks=points)


def timings(turns: int) -> dict[str, dict[str, float]]:
    """Milliseconds of each edit, of all of them in one run, and of a copy."""
    assert tuple(edit.name for edit in EDITS) == EDIT_ORDER[:-1], (
        "an edit of the person is left out"
    )
    begun = scene()
    assert begun.alpha is not None
    wall: dict[str, list[float]] = defaultdict(list)
    used: dict[str, list[float]] = defaultdict(list)

    def timed(name: str, work: Callable[[Scene], Scene]) -> Scene:
        fresh = replace(begun, linear=begun.linear.copy(), alpha=begun.alpha.copy())
        start, spent = time.perf_counter(), time.process_time()
        done = work(fresh)
        wall[name].append(1e3 * (time.perf_counter() - start))
        used[name].append(1e3 * (time.process_time() - spent))
        return done

    def all_of_them(picture: Scene) -> Scene:
        for edit in EDITS:
            picture = edit.apply(picture, in_place=True)
        return picture

    for _ in range(turns + 1):  # the first compiles
        timed("copy", lambda picture: replace(picture, linear=picture.linear.copy()))
        for edit in EDITS:
            after = timed(edit.name, lambda p, edit=edit: edit.apply(p, in_place=True))
            assert not np.array_equal(after.linear, begun.linear), f"{edit.name} does nothing"
        timed("all in one run", all_of_them)
    return {
        name: {"milliseconds": min(wall[name][1:]), "processor": min(used[name][1:])}
        for name in wall
    }


def main() -> None:
    """Measure and print."""
    cv2.setNumThreads(_options.threads)
    rows = timings(_options.turns)
    if _options.json:
        print(json.dumps(rows))
        return
    print(f"12 megapixels, {_options.threads} threads: milliseconds, of processor time")
    for name, row in rows.items():
        print(f"{name:>16} {row['milliseconds']:6.0f} {row['processor']:6.0f}")


if __name__ == "__main__":
    main()
