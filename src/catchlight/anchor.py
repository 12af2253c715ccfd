"""What a person's mask must be, whatever the networks say: anchored on the face, in one piece.

A face is never a hole; what hangs together with the face is the person; another person whose face
is known never joins; holes stay open only where both networks saw them, or where one did and what
shows there has the colours of the wall around.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from .colour_vote import ballots
from .faces import Face
from .geodesic import geodesic
from .grid import Grid
from .landmarks import CHIN, FACE_OVAL, FOREHEAD_TOP
from .segment import Coarse, unit

__all__ = ["anchored", "face_area", "upright"]

_Map = NDArray[np.float32]
_Mask = NDArray[np.bool_]

_SMALLEST_HOLE = 0.15  # eye distances across: less is noise, not a gap between arm and body
_BOTH_SEE_IT = 0.4  # mean probability of each network in a hole that is left open
# A hole that one of them sees: the mean of both, and the colours' votes for the person, a share.
_ONE_SEES_IT, _WALL = 0.55, 0.25
_FEW = 2.0  # votes for one half that every hole starts with
# Where hair may leave a gap beside cheek and neck: eye distances from the face's centre, up and
# aside. What is held up to the camera has holes of the wall's colour elsewhere: its screen.
_GAP_UP, _GAP_ASIDE = (-3.5, 0.5), 2.6
_NEARBY = 0.35  # eye distances: loose parts this close may be curls, further away they are others'
_EDGE_COST = 30.0  # how much dearer a step across a full-contrast edge is for the geodesic distance


def upright(face: Face) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return unit vectors (x, y) from the chin to the forehead and across to the image's right."""
    points = face.landmarks[:, :2]
    up = points[FOREHEAD_TOP] - points[CHIN]
    up = up / max(float(np.linalg.norm(up)), 1e-6)
    return up.astype(np.float32), np.array([-up[1], up[0]], np.float32)


def face_area(face: Face, grid: Grid, shrink: float = 0.06) -> _Mask:
    """Return (h, w) bool: inside the face's outline, drawn in by `shrink` eye distances.

    On a turned head the far outline follows cheek and brow only to a few hundredths of the eye
    distance, so the rim is left for the matte to find.
    """
    outline = cv2.convexHull(grid.points(face.landmarks[list(FACE_OVAL), :2]))
    mask = np.zeros(grid.shape, np.uint8)
    # Sixteenths of a cell, and centres at one half.
    cv2.fillConvexPoly(mask, np.round((outline - 0.5) * 16).astype(np.int32), 1, shift=4)
    distance = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    return np.asarray(distance > shrink * unit(face) * grid.scale)


def anchored(coarse: Coarse, face: Face, others: Sequence[Face] = ()) -> _Map:
    """Return the probability of this person, (h, w) float32, 0..1, on the coarse grid.

    Parameters
    ----------
    coarse : what the networks see.
    face : the person's face.
    others : faces of other people, in the frame or not.
    """
    grid = coarse.grid
    cells = unit(face) * grid.scale  # of an eye distance
    probability = coarse.probability.copy()
    strangers = [other for other in others if other is not face]
    if strangers:
        probability[_theirs(coarse, face, strangers)] = 0
    own = face_area(face, grid)
    probability[own] = 1
    probability = _one_piece(probability, own, cells)
    return _closed(probability, coarse, face)


def _one_piece(probability: _Map, own: _Mask, cells: float) -> _Map:
    """Drop what does not hang together with the face, but for loose curls next to it."""
    count, labels = cv2.connectedComponents((probability > 0.5).astype(np.uint8))
    votes = np.bincount(labels[own], minlength=count) if own.any() else np.zeros(count)
    votes[0] = 0
    if count < 2 or votes.max() == 0:
        return probability
    main = labels == int(np.argmax(votes))
    away = cv2.distanceTransform((~main).astype(np.uint8), cv2.DIST_L2, 5)
    kept = probability.copy()
    loose = (labels > 0) & ~main
    near = np.bincount(labels[loose & (away < _NEARBY * cells)], minlength=count) > 0
    areas = np.bincount(labels.ravel(), minlength=count)
    near &= areas < 0.5 * cells**2
    kept[loose & ~near[labels]] = 0
    kept[away > 2.5 * _NEARBY * cells] = 0
    return kept


def _closed(probability: _Map, coarse: Coarse, face: Face) -> _Map:
    """Fill the holes that are not gaps: too small, or seen by one network only.

    A hole between braids and neck is often seen by the saliency network alone; the ground behind
    shows in it, so those are asked about their colours.
    """
    cells = unit(face) * coarse.grid.scale
    empty = (probability <= 0.5).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(empty, connectivity=4)
    height, width = empty.shape
    filled = probability.copy()
    doubtful = np.zeros(count, np.bool_)
    for label in range(1, count):
        x, y, w, h, area = (int(v) for v in stats[label])
        if x == 0 or y == 0 or x + w == width or y + h == height:
            continue
        part = (slice(y, y + h), slice(x, x + w))
        hole = labels[part] == label
        person = float(coarse.selfie[part][hole].mean())
        salient = float(coarse.saliency[part][hole].mean())
        large = area > (_SMALLEST_HOLE * cells) ** 2
        if large and (coarse.given or person < _BOTH_SEE_IT) and salient < _BOTH_SEE_IT:
            continue
        doubted = large and not coarse.given and person + salient < 2 * _ONE_SEES_IT
        doubtful[label] = doubted and _beside_neck((x + w / 2, y + h / 2), coarse.grid, face)
        filled[part][hole] = 1
    if doubtful.any():
        _opened(filled, probability, labels, doubtful, coarse.image, cells)
    return filled


def _beside_neck(cell: tuple[float, float], grid: Grid, face: Face) -> bool:
    """Return whether a place (x, y) on the grid is where hair hangs beside cheek and neck."""
    centre = grid.points(face.landmarks[:, :2].mean(axis=0)[None])[0]
    place = (np.array(cell) - centre) / (unit(face) * grid.scale)
    up, across = upright(face)
    low, high = _GAP_UP
    return bool(low < place @ up < high and abs(place @ across) < _GAP_ASIDE)


def _opened(
    filled: _Map,
    probability: _Map,
    labels: NDArray[np.int32],
    doubtful: _Mask,
    image: NDArray[np.uint8],
    cells: float,
) -> None:
    """Open those doubtful holes again, in place, that have the colours of the wall near by.

    They are as sure then as their colours are.
    """
    silent = cv2.dilate(doubtful[labels].astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    settled = np.where(silent, np.float32(0.5), probability)  # a hole has no vote about itself
    votes, total = ballots(settled, image, cells)
    size = len(doubtful)
    where = labels.ravel()
    person = np.bincount(where, votes.ravel(), size) + _FEW / 2
    share = person / (np.bincount(where, total.ravel(), size) + _FEW)
    hole = (doubtful & (share < _WALL))[labels]
    filled[hole] = np.minimum(probability, share[labels].astype(np.float32))[hole]


def _seeds(face: Face, grid: Grid, person: _Mask) -> _Mask:
    """Return the cells that are most surely this person's: the face and the trunk below it."""
    mask = face_area(face, grid)
    distance = unit(face)
    chin = face.landmarks[CHIN, :2]
    up, across = upright(face)
    # Shoulders stay level when a head tilts: go down half-way between the face's axis and gravity.
    down = np.array([0, 1], np.float32) - up
    down /= max(float(np.linalg.norm(down)), 1e-6)
    corners = np.stack(
        [
            chin - 0.5 * across * distance,
            chin + 0.5 * across * distance,
            chin + (0.9 * across + 2.0 * down) * distance,
            chin + (0.9 * across + 6.0 * down) * distance,
            chin + (-0.9 * across + 6.0 * down) * distance,
            chin + (-0.9 * across + 2.0 * down) * distance,
        ]
    ).astype(np.float32)
    trunk = np.zeros(grid.shape, np.uint8)
    cv2.fillConvexPoly(trunk, np.round(grid.points(corners) - 0.5).astype(np.int32), 1)
    return np.asarray(mask | ((trunk > 0) & person))


def _theirs(coarse: Coarse, face: Face, strangers: Sequence[Face]) -> _Mask:
    """Return where strangers are: nearer to their faces and trunks, along the bodies, than to ours.

    Nearness is geodesic: a step costs its length, more across an edge of colour, most outside
    people.
    """
    grid = coarse.grid
    person = coarse.selfie > 0.5
    ours = _seeds(face, grid, person)
    seeds = np.zeros(grid.shape, np.bool_)
    for other in strangers:
        spot = face_area(other, grid)
        # A face on a poster, or no face at all: the person network sees nobody there.
        if spot.any() and float(coarse.selfie[spot].mean()) > 0.5:
            seeds |= _seeds(other, grid, person)
    if not seeds.any():
        return seeds
    # Where the trunks overlap one stands before the other: neither is sure.
    contested = seeds & ours
    own = face_area(face, grid)
    seeds &= ~contested & ~own
    ours = (ours & ~contested) | own
    smooth = cv2.GaussianBlur(coarse.image, (0, 0), 1.0).astype(np.float32) / 255
    toll = np.where(person, 1.0, 8.0).astype(np.float32)
    mine = geodesic(smooth, toll, ours, _EDGE_COST)
    others = geodesic(smooth, toll, seeds, _EDGE_COST)
    return np.asarray(others < mine)
