"""Where a camera further away would have seen each place of a person.

A pinhole camera at a distance D shows a place that is z nearer than the eyes at p from the eyes'
middle; from D' away, zoomed in until the eyes are as far apart as before, it shows it at

    p' = p (1 - z / D) / (1 - z / D')

so noses shrink and ears come out again: Fried, Shechtman, Goldman & Finkelstein 2016,
"Perspective-aware manipulation of portrait photos" (ACM Transactions on Graphics 35(4), 128),
whose head is fitted too and whose warp is smooth. Depth is that of the landmarks on the face and
falls to a head's middle behind it, above the face as a dome does whose rim is the head's outline.
Heads come out as a camera goes away, so they hide more of the wall, which stays as it is beside
them. Shoulders go down and show what they hid: there the wall above is drawn down with them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..compiled import compiled
from ..face_mesh_normals import paint
from ..landmarks import EYE_INNER_LEFT, EYE_INNER_RIGHT, EYE_OUTER_LEFT, EYE_OUTER_RIGHT
from ..strips import in_strips
from .scene import Scene

__all__ = ["Reprojection", "reprojection"]

Float32 = NDArray[np.float32]

_CELLS = 32  # to an eye distance
_SIDES, _ABOVE, _BELOW = 5.0, 4.0, 7.0  # eye distances from the eyes' middle that are mapped
_EYES_CM = 6.3  # between the pupils (Dodgson 2004)
_DEEP = 1.0  # of the depth that the landmark model says, from rendered faces of several depths
# Degrees × cm by which near landmarks nod in depth: a little more than the head's pitch does
# (`perspective.pitch_error`), by the vertices of rendered faces (benchmarks/perspective.py).
_NODS, _NO_MORE_CM = 215.0, 185.0
_HEAD_CM = -6.3  # nearness of ears, hair, neck and shoulders, against the eyes
_ROUND = 0.6  # eye distances from the face's outline to where that depth is reached
# The same for the rim of the dome that forehead and hair are; where it begins and is all, and how
# far its rim may be from the face, in eye distances.
_CROWN_CM = -7.5
_DOME, _RIM = (0.3, 0.9), 1.4
_STIFF = 2.6  # eye distances beyond which the move does not grow any more
_HELD = 0.2  # eye distances about the person that move as the person does
_HARDLY = 0.004  # of a cell, that is no person: a strand is a hundredth
_OFF = 0.06  # eye distances from them, where nobody is any more
_DRAWN = 0.9  # eye distances from what the person shows in which the wall is drawn
_FADES = 1.1  # eye distances further out in which the move fades out
_SPREADS = (8.0, 4.0)  # cells, standard deviations with which outlines are put right
_SOFT = 1.2  # cells, standard deviation of the first smoothing
_LEAST = 0.25  # of the area that a place keeps at the least; else the move is smoothed more
_ROUNDS = 60
_EXACT = 1e-4  # cells: a step that ends the search


@dataclass(frozen=True, slots=True, eq=False)
class Reprojection:
    """A move of places on a grid about the eyes.

    Attributes
    ----------
    moves : (h, w, 2) float32, where a place goes, in cells, from where it is in the photograph.
    sources : (h, w, 2) float32, where a place of the person in the result comes from, likewise
        relative.
    taken : (h, w) float32, how much of a place of the result is taken from there at the least: 1 on
        what was person, 0 beside them, where the matte decides, and -1 off them.
    drawn : (h, w) float32, from how far below a place of the wall comes, in cells.
    cell : pixels of the scene to a cell.
    corner : (x, y) of the grid's corner in continuous pixels of the scene.
    area : least area that a place keeps, as a share; above 0 nothing folds.
    """

    moves: Float32
    sources: Float32
    taken: Float32
    drawn: Float32
    cell: float
    corner: tuple[float, float]
    area: float

    def moved(self, points: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return where points (N, 2 or more) of the scene go; what follows x and y stays."""
        cells = (points[:, :2] - np.asarray(self.corner)) / self.cell - 0.5
        places = cells[:, None].astype(np.float32)
        shift = cv2.remap(self.moves, places, None, cv2.INTER_LINEAR, borderMode=_NOTHING)
        out = np.array(points, np.float32)
        out[:, :2] += shift.reshape(-1, 2) * np.float32(self.cell)
        return out


_NOTHING = cv2.BORDER_CONSTANT


def reprojection(scene: Scene, distance_cm: float, to_cm: float, share: float) -> Reprojection:
    """Find the move from one distance to another.

    Parameters
    ----------
    distance_cm, to_cm : from the lens to the eyes, as shot and as shown.
    share : of the move, 0..1.

    Raises
    ------
    ValueError : the scene has no landmarks.
    """
    if scene.landmarks is None:
        raise ValueError("the scene has no landmarks")
    cell = scene.eye_distance / _CELLS
    corner = (
        scene.eyes[0] - _SIDES * scene.eye_distance,
        scene.eyes[1] - _ABOVE * scene.eye_distance,
    )
    shape = (round((_ABOVE + _BELOW) * _CELLS), round(2 * _SIDES * _CELLS))
    person = _person(scene, cell, corner, shape)
    near, vertices = _nearness(scene, distance_cm, cell, corner, person)
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float32) + np.float32(0.5)
    held = _held(person)
    moves = _moves(np.stack([columns, rows], axis=-1), near, distance_cm, to_cm)
    # Cheeks hide skin behind them, which is to come out: outlines are moved to where they belong.
    wanted = _moves(vertices[:, :2], vertices[:, 2], distance_cm, to_cm)
    for spread in _SPREADS:
        moves = moves + _put_right(moves, vertices[:, :2], wanted, spread)
    moves = np.asarray(share * moves * held[..., None], np.float32)
    soft = _SOFT
    while True:
        smooth = cv2.GaussianBlur(moves, (0, 0), soft)
        area = _area(smooth)
        if area > _LEAST or soft > _CELLS:
            back = _inverse(smooth)
            return Reprojection(smooth, back, *_beside(person, back), cell, corner, area)
        soft *= 1.4


def _moves(places: Float32, near: Float32, distance_cm: float, to_cm: float) -> Float32:
    """Return the moves (..., 2) in cells of places (..., 2) that are so much nearer, in cm."""
    growth = (1 - near / distance_cm) / (1 - near / to_cm) - 1
    from_eyes = places - np.array([_SIDES, _ABOVE], np.float32) * _CELLS
    away = np.sqrt((from_eyes**2).sum(axis=-1)) / _CELLS
    stiff = np.minimum(1, _STIFF / np.maximum(away, 1e-6))
    return np.asarray(from_eyes * (growth * stiff)[..., None], np.float32)


def _put_right(moves: Float32, points: Float32, wanted: Float32, spread: float) -> Float32:
    """Return what brings a field nearer to the moves (N, 2) wanted at points (N, 2), smoothly."""
    height, width = moves.shape[:2]
    places = (points - np.float32(0.5))[:, None]
    rest = wanted - cv2.remap(moves, places, None, cv2.INTER_LINEAR).reshape(-1, 2)
    x, y = np.round(points - 0.5).astype(int).T
    inside = (x >= 0) & (y >= 0) & (x < width) & (y < height)
    sums = np.zeros((height, width, 3), np.float32)
    np.add.at(sums, (y[inside], x[inside]), np.column_stack([rest, np.ones(len(rest))])[inside])
    sums = cv2.GaussianBlur(sums, (0, 0), spread)
    few = 0.05 / (2 * np.pi * spread**2)  # a twentieth of one point: far off nothing is put right
    return np.asarray(sums[..., :2] / (sums[..., 2:] + few), np.float32)


def _nearness(
    scene: Scene,
    distance_cm: float,
    cell: float,
    corner: tuple[float, float],
    person: Float32,
) -> tuple[Float32, Float32]:
    """Return how much nearer than the eyes each cell is, in cm, and the face's vertices.

    (h, w) float32; and (468, 3) float32: x, y in cells, and nearness in cm. `person` is (h, w).
    """
    assert scene.landmarks is not None
    points = scene.landmarks[:468].astype(np.float64)
    right = (points[EYE_OUTER_RIGHT] + points[EYE_INNER_RIGHT]) / 2
    left = (points[EYE_OUTER_LEFT] + points[EYE_INNER_LEFT]) / 2
    apart = max(float(np.linalg.norm(left - right)), 1e-6)  # in depth too, when the head is turned
    depth = _DEEP * ((right[2] + left[2]) / 2 - points[:, 2])
    # From near a level head looks nodding, to the landmark model as well (`perspective`).
    across = (left - right)[:2] / max(float(np.hypot(*(left - right)[:2])), 1e-6)
    eyes, downwards = (left + right)[:2] / 2, np.array([-across[1], across[0]])
    down = (points[:, :2] - eyes) @ downwards
    depth += math.tan(math.radians(max(0.0, _NODS * (1 / distance_cm - 1 / _NO_MORE_CM)))) * down
    plane = (points[:, :2] - corner) / cell
    layer, skin = paint(plane, depth, depth[:, None] * _EYES_CM / apart, person.shape)
    painted = layer[..., 0]
    # Where no skin is painted (eyes, mouth, beyond the outline) the nearest skin's depth goes on.
    gap, label = cv2.distanceTransformWithLabels(
        1 - skin.astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    known = np.zeros(int(label.max()) + 1, np.float32)
    known[label[skin]] = painted[skin]
    face = known[label]
    gap = np.where(_closed(skin) > 0, 0, gap) / _CELLS
    behind = _smooth(gap / _ROUND)
    near = face + behind * (np.minimum(_HEAD_CM, face) - face)
    rim = _away(person <= 0.5)
    share = np.clip(gap / np.clip(gap + rim, 0.05, _RIM), 0, 1)
    dome = face + (1 - np.sqrt(1 - share**2)) * (np.minimum(_CROWN_CM, face) - face)
    places = np.moveaxis(np.indices(person.shape)[::-1], 0, -1) - (eyes - corner) / cell
    above = _smooth((-(places @ downwards) / _CELLS - _DOME[0]) / (_DOME[1] - _DOME[0]))
    vertices = np.column_stack([plane, depth * _EYES_CM / apart]).astype(np.float32)
    return np.asarray(near + above * (dome - near), np.float32), vertices


def _smooth(share: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return a step from 0 to 1 without a corner."""
    share = np.clip(share, 0, 1)
    return np.asarray(share * share * (3 - 2 * share))


def _closed(skin: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Fill eyes and mouth, (h, w) uint8 of 0 and 1."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _CELLS // 5 + 1,) * 2)
    return np.asarray(cv2.morphologyEx(skin.astype(np.uint8), cv2.MORPH_CLOSE, kernel), np.uint8)


def _person(
    scene: Scene, cell: float, corner: tuple[float, float], shape: tuple[int, int]
) -> Float32:
    """Return how much of each cell is person, 0..1; all of it where there is no matte."""
    if scene.alpha is None:
        return np.ones(shape, np.float32)
    # Smaller by areas first, so that thin parts are not lost between the cells; eight rows to a
    # cell tell as much as all of them.
    shrink = max(1, int(cell))
    size = (-(-scene.alpha.shape[1] // shrink), -(-scene.alpha.shape[0] // shrink))
    small = cv2.resize(scene.alpha[:: max(1, shrink // 8)], size, interpolation=cv2.INTER_AREA)
    per = np.array([size[0] / scene.alpha.shape[1], size[1] / scene.alpha.shape[0]])
    scale = cell * per
    shift = (np.array([0.5, 0.5]) * cell + corner) * per - 0.5
    person = cv2.warpAffine(
        small,
        np.array([[scale[0], 0, shift[0]], [0, scale[1], shift[1]]]),
        shape[::-1],
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(person, np.float32)


def _held(person: Float32) -> Float32:
    """Return how much of the move each cell makes: all on the person, none far off, 0..1."""
    height, width = person.shape
    rows, columns = np.indices(person.shape)
    rim = np.minimum(np.minimum(rows, height - 1 - rows), np.minimum(columns, width - 1 - columns))
    off = _away(person >= 0.2)
    return np.asarray(_smooth(rim / (0.8 * _CELLS)) * (1 - _smooth((off - _HELD) / _FADES)),
                      np.float32)  # fmt: skip


def _beside(person: Float32, back: Float32) -> tuple[Float32, Float32]:
    """Return how much of the result moves with the person, and how far the wall is drawn down."""
    columns, rows = np.moveaxis(back, -1, 0)
    rows = rows + np.arange(len(back), dtype=np.float32)[:, None]
    columns = columns + np.arange(back.shape[1], dtype=np.float32)
    after = cv2.remap(person, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    shown = ((person > 0.5) & (after < 0.5)).astype(np.uint8)
    shown = cv2.morphologyEx(shown, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    share = 1 - _smooth(_away(shown > 0) / _DRAWN) if shown.any() else np.zeros_like(person)
    taken = np.where(person > _HARDLY, 1 - share, 0.0)
    taken[_away(np.maximum(person, after) > _HARDLY) > _OFF] = -1
    drawn = share * (back[..., 1] - _OFF * _CELLS)  # from off the person, not from their edge
    drawn[_away(after < 0.9) > _OFF] = 0
    return np.asarray(taken, np.float32), np.asarray(drawn, np.float32)


def _away(where: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return how far each cell is from those, in eye distances."""
    return np.asarray(cv2.distanceTransform((~where).astype(np.uint8), cv2.DIST_L2, 5) / _CELLS)


def _area(moves: Float32) -> float:
    """Return the least area of a cell after the move: the determinant of its Jacobian."""
    across, down = np.gradient(moves, axis=1), np.gradient(moves, axis=0)
    areas = (1 + across[..., 0]) * (1 + down[..., 1]) - across[..., 1] * down[..., 0]
    return float(areas.min())


def _inverse(moves: Float32) -> Float32:
    """Return where each cell comes from, relative to it."""
    back = np.empty_like(moves)
    in_strips(len(moves), lambda first, last: _solve(moves, first, last, back))
    return back


@compiled
def _solve(moves: Any, first: int, last: int, back: Any) -> None:  # pragma: no cover - compiled
    # Fixed-point iteration; the left neighbour's answer is the first guess. Outside the grid
    # nothing moves.
    height, width = moves.shape[:2]
    step, enough = np.float32(0.7), np.float32(_EXACT)
    for y in range(first, last):
        bx, by = np.float32(0), np.float32(0)
        for x in range(width):
            for _ in range(_ROUNDS):
                sx, sy = np.float32(x) + bx, np.float32(y) + by
                i, j = int(np.floor(sx)), int(np.floor(sy))
                mx, my = np.float32(0), np.float32(0)
                if i >= 0 and j >= 0 and i < width - 1 and j < height - 1:
                    u, v = sx - np.float32(i), sy - np.float32(j)
                    for k in range(2):
                        p, q = moves[j, i, k], moves[j + 1, i, k]
                        upper = p + u * (moves[j, i + 1, k] - p)
                        lower = q + u * (moves[j + 1, i + 1, k] - q)
                        if k == 0:
                            mx = upper + v * (lower - upper)
                        else:
                            my = upper + v * (lower - upper)
                dx, dy = step * (-mx - bx), step * (-my - by)
                bx += dx
                by += dy
                if abs(dx) < enough and abs(dy) < enough:
                    break
            back[y, x, 0], back[y, x, 1] = bx, by
