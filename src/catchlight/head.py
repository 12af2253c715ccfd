"""Where a head is and where the photograph cuts the person: the facts that a crop is planned on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .landmarks import CHIN, FACE_OVAL, IRIS_LEFT, IRIS_RIGHT

__all__ = ["CROWN", "CutEdge", "Head", "cut_edges", "measure_head"]

Side = Literal["top", "left", "right", "bottom"]
Points = NDArray[np.float64]

# Top of the hair above the eyes, in distances from the eyes to the chin, where no matte tells: see
# `looks.EYES_IN_HEAD` for where the number comes from.
CROWN = 1.15

_STRAND = 0.0015  # of a side: less of the border covered in all, and nowhere by half, is a strand
# Where the top of the hair is looked for: this far to each side of the face's axis, and this high.
_HALF_WIDTH, _HIGHEST, _STEP = 0.75, 2.4, 0.0125

# A head bowed or raised shortens the way from eyes to chin in the picture, never the way between
# the eyes; 1.6 eye distances is the least that was seen in 18 portraits of PPM-100 (median 1.9).
_LEAST_UNIT = 1.6


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """The geometry of one head, in photo pixels.

    Attributes
    ----------
    eyes : (2,) the middle between the irises.
    unit : distance from the eyes to the chin along the face, the measure of the head's size.
    roll : of the eye line, in degrees; above 0 the eye on the image's right is the lower one.
    turn : of the face to the side, in degrees; above 0 it looks towards the image's right.
    face : (N, 2) outline of the face, from forehead to chin.
    outline : (M, 2) outline of face and hair.
    crown_cut : whether the top of the head lies outside the photograph.
    """

    eyes: Points
    unit: float
    roll: float
    turn: float
    face: Points
    outline: Points
    crown_cut: bool = False


@dataclass(frozen=True, slots=True)
class CutEdge:
    """A stretch of the photograph's border where it cuts the person.

    Attributes
    ----------
    side : of the photograph.
    start, end : its end points, in photo pixels.
    """

    side: Side
    start: tuple[float, float]
    end: tuple[float, float]


def measure_head(
    landmarks: ArrayLike,
    yaw: float,
    frame: tuple[float, float],
    alpha: NDArray[np.float32] | None = None,
    *,
    doubted: bool = False,
) -> Head:
    """Measure a head from its landmarks and, for the top of the hair, from the matte.

    Parameters
    ----------
    landmarks : (478, 2 or 3) in photo pixels.
    yaw : turn of the head in degrees; above 0 it looks towards the image's right.
    frame : width and height of the photograph in pixels.
    alpha : (h, w) float32 matte, 0..1, of the whole photograph at any size; None: not known.
    doubted : whether the matte may have wall in it: then hair is not followed above most people's.

    Notes
    -----
    The hair is followed upwards from the forehead along the face's own axis, row by row as long as
    the matte is above one half, so that a raised hand or another person further up is not hair.
    """
    points = np.asarray(landmarks, np.float64)[:, :2]
    right, left, chin = points[IRIS_RIGHT], points[IRIS_LEFT], points[CHIN]
    eyes = (right + left) / 2
    across = left - right
    eye_distance = float(np.hypot(*across))
    if not (math.isfinite(eye_distance) and eye_distance > 0):
        raise ValueError("the eyes have to be apart")
    across = across / eye_distance
    down = np.array([-across[1], across[0]])
    unit = max(float((chin - eyes) @ down), _LEAST_UNIT * eye_distance)
    face = points[list(FACE_OVAL)]
    hair, cut = _hair(eyes, across, down, unit, frame, alpha)
    if doubted and alpha is not None:
        above = (eyes - hair) @ down
        hair = hair + np.outer(np.maximum(above - CROWN * unit, 0), down)
    return Head(
        eyes=eyes,
        unit=unit,
        roll=math.degrees(math.atan2(across[1], across[0])),
        turn=yaw,
        face=face,
        outline=np.concatenate([face, hair]),
        crown_cut=cut,
    )


def _hair(
    eyes: Points,
    across: Points,
    down: Points,
    unit: float,
    frame: tuple[float, float],
    alpha: NDArray[np.float32] | None,
) -> tuple[Points, bool]:
    """Return points (N, 2) on the top of the hair, and whether the frame cuts it."""
    if alpha is None:
        crown = eyes - CROWN * unit * down
        arc = np.radians([-50.0, -25.0, 0.0, 25.0, 50.0])
        # A round skull, as wide as it is high above the eyes' line: good enough for air round it.
        rise = np.outer(1 - np.cos(arc), down) + np.outer(np.sin(arc), across)
        points = crown + 0.75 * unit * rise
        slack = 0.1 * unit
        outside = (crown < -slack).any() or (crown > np.array(frame) + slack).any()
        return points, bool(outside)

    columns = np.linspace(-_HALF_WIDTH, _HALF_WIDTH, 31)
    rows = np.arange(0.35, _HIGHEST, _STEP)
    grid = eyes + unit * (columns[None, :, None] * across - rows[:, None, None] * down)
    inside = ((grid >= 0) & (grid < frame)).all(axis=2)
    height, width = alpha.shape
    column = np.clip(grid[..., 0] * (width / frame[0]), 0, width - 1).astype(np.intp)
    row = np.clip(grid[..., 1] * (height / frame[1]), 0, height - 1).astype(np.intp)
    solid = inside & (alpha[row, column] > 0.5)

    filled = solid.any(axis=1)
    # A wisp of background between two rows of hair is still hair: three rows make an end.
    gap = ~(filled[:-2] | filled[1:-1] | filled[2:])
    top = int(np.argmax(gap)) if gap.any() else len(rows) - 1
    solid = solid[: max(top, 1)]
    found = solid.any(axis=0)
    if not found.any():  # the matte does not know this head
        return _hair(eyes, across, down, unit, frame, None)
    last = len(solid) - 1 - np.argmax(solid[::-1], axis=0)
    points = grid[last[found], np.flatnonzero(found)]
    # The first row without hair lies outside: what was followed to there was cut, not ended.
    after = grid[min(top, len(rows) - 1), found]
    cut = ((after < 0) | (after >= frame)).any(axis=1).mean() > 0.5
    return points, bool(cut)


def cut_edges(
    alpha: NDArray[np.float32], frame: tuple[float, float], threshold: float = 0.08
) -> tuple[CutEdge, ...]:
    """Return where the photograph's border cuts the person.

    Parameters
    ----------
    alpha : (h, w) float32 matte, 0..1, of the whole photograph at any size.
    frame : width and height of the photograph in pixels.
    threshold : coverage from which on a border pixel belongs to the person. Hair that fades into
        the border is covered too little to be seen below 0.05 to 0.1.

    Notes
    -----
    Stretches closer together than 1 % of a side are joined: background between two fingers at the
    border is no reason to crop there. A single strand that leaves the photograph is none either.
    """
    w, h = frame
    found: list[CutEdge] = []
    lines: tuple[tuple[Side, NDArray[np.float32]], ...] = (
        ("top", alpha[0]),
        ("left", alpha[:, 0]),
        ("right", alpha[:, -1]),
        ("bottom", alpha[-1]),
    )
    for side, line in lines:
        horizontal = side in ("top", "bottom")
        scale = (w if horizontal else h) / len(line)
        for first, last in _runs(line > threshold, join=len(line) // 100):
            if line[first:last].sum() < _STRAND * len(line) and line[first:last].max() < 0.5:
                continue
            a, b = first * scale, last * scale
            if horizontal:
                y = 0.0 if side == "top" else h
                found.append(CutEdge(side, (a, y), (b, y)))
            else:
                x = 0.0 if side == "left" else w
                found.append(CutEdge(side, (x, a), (x, b)))
    return tuple(found)


def _runs(mask: NDArray[np.bool_], join: int) -> list[tuple[int, int]]:
    """Return the half-open runs of True, those at most `join` apart made one."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    runs: list[tuple[int, int]] = []
    for first, last in edges.reshape(-1, 2).tolist():
        if runs and first - runs[-1][1] <= join:
            runs[-1] = (runs[-1][0], last)
        else:
            runs.append((first, last))
    return runs
