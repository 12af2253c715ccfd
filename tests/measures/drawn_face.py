"""A drawn face of known traits: the canonical face with lids, mouth and brows put in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from catchlight.faces import BLENDSHAPE_NAMES, Face
from catchlight.head_pose import canonical_face, mirror
from catchlight.measures.traits import POPULATION

__all__ = ["drawn_face", "mirrored"]

_SIDES = {
    "right": {"corners": (33, 133), "upper": (159, 158, 160), "lower": (145, 153, 144)},
    "left": {"corners": (263, 362), "upper": (386, 385, 387), "lower": (374, 380, 373)},
}
_CHEEK = {"right": [50, 117, 205, 101], "left": [280, 346, 425, 330]}
_BROW = {"right": ([55, 65, 107], [52, 105]), "left": ([285, 295, 336], [282, 334])}
_BLENDSHAPES = {
    "brow_drawn": ("browDownLeft", "browDownRight"),
    "lips_pressed": ("mouthPressLeft", "mouthPressRight"),
    "chin_raised": ("mouthShrugLower",),
}


def drawn_face(
    moved: Mapping[str, float] | None = None,
    *,
    yaw: float = 0.0,
    pitch: float = 0.0,
    roll: float = 0.0,
    scale: float = 120.0,
    shift: tuple[float, float] = (640.0, 480.0),
) -> Face:
    """Draw a face with the population's traits, some of them `moved` by so much."""
    want = {name: norm.mean for name, norm in POPULATION.items()}
    for name, by in (moved or {}).items():
        want[name] += by
    p = np.vstack([canonical_face()[0], np.zeros((10, 3))])
    eyes = [(p[a] + p[b]) / 2 for a, b in ((33, 133), (263, 362))]
    p = (p - (eyes[0] + eyes[1]) / 2) / np.linalg.norm(eyes[1] - eyes[0])
    for side, iris in (("right", 468), ("left", 473)):
        outer, inner = _SIDES[side]["corners"]
        p[iris : iris + 5] = (p[outer] + p[inner]) / 2
        p[iris + 1 : iris + 5, :2] += 0.09 * np.array([[1, 0], [0, 1], [-1, 0], [0, -1]])
        for lid, sign in (("upper", 1.0), ("lower", -1.0)):
            for i in _SIDES[side][lid]:
                t = (p[i, 0] - p[outer, 0]) / (p[inner, 0] - p[outer, 0])
                line = p[outer, 1] + t * (p[inner, 1] - p[outer, 1])
                p[i, 1] = line + sign * want[f"{lid}_{side}"]
        p[_CHEEK[side], 1] += want[f"cheek_{side}"] - p[_CHEEK[side], 1].mean()
    _put_mouth(p, want)
    _put_brows(p, want)
    y, x, z = np.radians([yaw, pitch, roll])
    turn = (
        np.array([[np.cos(z), -np.sin(z), 0], [np.sin(z), np.cos(z), 0], [0, 0, 1]])
        @ np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
        @ np.array([[1, 0, 0], [0, np.cos(x), -np.sin(x)], [0, np.sin(x), np.cos(x)]])
    )
    p = p @ turn.T * scale * [1.0, -1.0, -1.0] + [*shift, 0.0]
    blendshapes = np.zeros(len(BLENDSHAPE_NAMES), np.float32)
    for trait, names in _BLENDSHAPES.items():
        for name in names:
            blendshapes[BLENDSHAPE_NAMES.index(name)] = want[trait]
    return Face(p.astype(np.float32), blendshapes, yaw, pitch, roll, 1.0, 1.0)


def mirrored(face: Face, width: float = 1280.0) -> Face:
    """Return the face as it lies in the mirrored picture."""
    points = face.landmarks[mirror()].copy()
    points[:, 0] = width - points[:, 0]
    names = [
        name.replace("Right", "LEFT").replace("Left", "Right").replace("LEFT", "Left")
        for name in BLENDSHAPE_NAMES
    ]
    blendshapes = face.blendshapes[[BLENDSHAPE_NAMES.index(name) for name in names]]
    return replace(face, landmarks=points, blendshapes=blendshapes, yaw=-face.yaw, roll=-face.roll)


def _put_mouth(p: np.ndarray, want: Mapping[str, float]) -> None:
    middle = (p[13, 1] + p[14, 1]) / 2
    for up, low, above, below in ((13, 14, 0, 17), (82, 87, 37, 84), (312, 317, 267, 314)):
        p[low, [0, 2]] = p[above, [0, 2]] = p[below, [0, 2]] = p[up, [0, 2]]
        p[up, 1], p[low, 1] = middle + want["lip_gap"] / 2, middle - want["lip_gap"] / 2
        p[above, 1] = p[up, 1] + want["lips"] / 2
        p[below, 1] = p[low, 1] - want["lips"] / 2
    across = want["corner_left"] - want["corner_right"]
    half = (want["mouth_width"] ** 2 - across**2) ** 0.5 / 2
    for corner, side, sign in ((61, "right", -1), (291, "left", 1)):
        p[corner] = (sign * half, middle + want[f"corner_{side}"], p[13, 2] - want["mouth_depth"])


def _put_brows(p: np.ndarray, want: Mapping[str, float]) -> None:
    rises = []
    for side in ("right", "left"):
        near, centre = _BROW[side]
        base = p[_SIDES[side]["corners"][1], 1]
        rise = p[near, 1].mean() - base
        now = (rise + p[centre, 1].mean()) / 2
        p[[*near, *centre], 1] += want[f"brow_{side}"] - now
        rises.append(p[near, 1].mean() - base)
    ends = [46, 53, 70, 276, 283, 300]
    p[ends, 1] += want["brow_slope"] + float(np.mean(rises)) - p[ends, 1].mean()
