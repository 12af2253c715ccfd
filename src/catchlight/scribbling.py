"""Scribbles at work: somebody's strokes go before the networks' word, with what looks like them.

A stroke decides what it touches, and beside it, as far as its brush is wide, what is nearer to it
than to the other side along the picture (Bai & Sapiro 2007, "A Geodesic Framework for Fast
Interactive Image and Video Segmentation and Matting"); closed-form matting finds the edge in
between. So one dot on a piece of wall takes all of the piece, and the hair beside it stays.

A person can't be made slimmer with it: where every network sees the person, and the colours are not
those of what is around, and in the face, a stroke of background takes nothing away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .anchor import face_area
from .colour_vote import colour_vote
from .faces import Face
from .geodesic import geodesic
from .grid import Grid
from .scribble import Scribble
from .segment import Coarse, unit

__all__ = ["Scribbled", "keep_scribbles", "scribbled"]

_Map = NDArray[np.float32]
_Mask = NDArray[np.bool_]

# How far a stroke reaches beyond itself, of its brush's width. What is missing is thin more often
# than what is too much: a hoop before a chair of its colour.
_REACH = {"background": 1.0, "person": 0.5}
_MARGIN = 0.1  # eye distances about that, in which the other side begins
_BESIDE = 0.3  # eye distances about what was taken away, in which the rest of its edge may go
_SURE = 0.95  # each network's answer from which it is sure of the person
_WALL = 0.25  # share of votes for the person below which a colour is that of what is around
_FAR = 2.0  # times further than the networks' own vote that colours are asked about
_EDGE_COST = 60.0  # how much dearer a step across a full-contrast edge is
_SMOOTH = 0.8  # cells over which colours are averaged
# Of 8-bit CIELAB: side of the boxes that colours under a stroke are gathered in, the least share of
# them that a box must hold, and how far a colour is from all of these to be another.
_BOX, _RARE, _UNLIKE = 16.0, 0.12, 32.0
_STEEP = 3.0  # exponent of the distances' ratio
_SURELY = 0.99  # of what a stroke touches
_EDGE = 0.7  # pixels: softness of a stroke's own edge
_FADE = 0.03  # eye distances over which a stroke's reach ends
_CODES = {"person": 1, "background": 2}
_STAYED = 0.1  # share of the strokes of background that has to stay to be told


@dataclass(frozen=True, slots=True, eq=False)
class Scribbled:
    """What scribbles made of a mask.

    Attributes
    ----------
    probability : (h, w) float32, 0..1, of the person, on the coarse grid.
    reach : (h, w) float32, 0..1: 1 where it may differ, falling to 0 where it does not.
    beside : the same where it may only be less: what hung on what was taken away goes, too.
    person, background : (h, w) bool, what the strokes touch and decide.
    note : what was done by hand, with numbers, a plain sentence.
    """

    probability: _Map
    reach: _Map
    beside: _Map
    person: _Mask
    background: _Mask
    note: str


def scribbled(
    probability: _Map, scribbles: Sequence[Scribble], coarse: Coarse, face: Face,
    frame: tuple[int, int],
) -> Scribbled:  # fmt: skip
    """Return a mask as corrected by hand.

    Parameters
    ----------
    probability : (h, w) float32, 0..1, of the person, on the grid of `coarse`.
    scribbles : in the order in which they were drawn; a later one goes over an earlier one.
    coarse : what the networks see.
    face : the person's.
    frame : (width, height) of the photo in pixels.
    """
    grid = coarse.grid
    cells = unit(face) * grid.scale
    painted = _painted(scribbles, face, frame, grid)
    reached = {of: _reached(scribbles, of, face, frame, grid) for of in _CODES}
    own = face_area(face, grid, 0)
    stays = own | _seen_by_all(coarse, probability, reached["background"], cells)
    person = painted == _CODES["person"]
    asked = painted == _CODES["background"]
    background = asked & ~stays
    smooth = cv2.GaussianBlur(coarse.image, (0, 0), _SMOOTH)
    lab = cv2.cvtColor(smooth, cv2.COLOR_RGB2Lab).astype(np.float32)
    changed = probability.copy()
    if background.any():
        reach, here = reached["background"], probability > 0.5
        rest = (here & (~reach | _unlike(lab, background))) | stays | person
        near = _nearer(smooth, background, rest & ~background, reach, cells)
        changed = np.minimum(changed, 1 - near)
    if person.any():
        reach, here = reached["person"], probability <= 0.5
        rest = (here & (~reach | _unlike(lab, person))) | background
        near = _nearer(smooth, person, rest & ~person, reach, cells)
        changed = np.maximum(changed, near)
    changed[stays] = np.maximum(changed, probability)[stays]
    changed[background] = 1 - _SURELY
    changed[person] = _SURELY
    where = reached["background"] | reached["person"]
    loose = _cut_off(changed, probability, where, stays | person, own)
    changed[loose] = 1 - _SURELY
    less = (reached["background"] | loose).astype(np.uint8)
    beside = cv2.distanceTransform(1 - less, cv2.DIST_L2, 5) < _BESIDE * cells
    left = asked & stays & (probability > 0.5)
    note = _note(probability, changed, len(scribbles), bool(left.sum() > _STAYED * asked.sum()))
    return Scribbled(
        changed, _faded(where | loose, cells), _faded(beside, cells), person, background, note
    )


def _faded(mask: _Mask, cells: float) -> _Map:
    """Return 1 inside a mask, falling to 0 at its edge."""
    inside = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(np.minimum(inside / max(_FADE * cells, 1.0), 1), np.float32)


def _cut_off(after: _Map, before: _Map, reached: _Mask, kept: _Mask, own: _Mask) -> _Mask:
    """Return what hung together with the face before strokes and no longer does, beside them.

    What was loose before was left to be hair; `kept` is never cut off.
    """
    count, labels = cv2.connectedComponents((after > 0.5).astype(np.uint8))
    _, earlier = cv2.connectedComponents((before > 0.5).astype(np.uint8))
    main = np.bincount(earlier[own], minlength=2)
    main[0] = 0
    if not main.any():
        return np.zeros(after.shape, np.bool_)
    hung = earlier == int(np.argmax(main))
    stays = np.bincount(labels[own | kept], minlength=count) > 0
    beside = cv2.dilate(reached.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    loose = (np.bincount(labels[beside & hung], minlength=count) > 0) & ~stays
    loose[0] = False
    return np.asarray(loose[labels])


def _painted(
    scribbles: Sequence[Scribble], face: Face, frame: tuple[int, int], grid: Grid, wider: float = 1
) -> NDArray[np.uint8]:
    """Return (h, w) uint8: 0, or the code of the last stroke that covers a cell.

    `wider` : times the brushes' own width.
    """
    painted = np.zeros(grid.shape, np.uint8)
    for scribble in scribbles:
        points = np.array(scribble.points, np.float32) * np.array(frame, np.float32)
        radius = max(scribble.width * wider * unit(face) * grid.scale / 2, 0.75)
        _paint(painted, grid.points(points), radius, _CODES[scribble.of])
    return painted


def _reached(
    scribbles: Sequence[Scribble], of: str, face: Face, frame: tuple[int, int], grid: Grid
) -> _Mask:
    """Return how far the strokes of one kind reach, (h, w) bool."""
    its = [scribble for scribble in scribbles if scribble.of == of]
    return _painted(its, face, frame, grid, 1 + 2 * _REACH[of]) > 0


def _paint(painted: NDArray[np.uint8], points: _Map, radius: float, code: int) -> None:
    """Draw one stroke with a round brush, in place; `points` in continuous coordinates."""
    low = np.floor(points.min(axis=0) - radius - 2).astype(int)
    high = np.ceil(points.max(axis=0) + radius + 2).astype(int)
    left, top = (int(v) for v in np.maximum(low, 0))
    part = painted[top : max(int(high[1]), 0), left : max(int(high[0]), 0)]
    if not part.size:
        return
    # OpenCV's thick lines are up to two cells too wide; its thin ones are exact to half a cell.
    way = np.round((points - 0.5 - (left, top)) * 16).astype(np.int32)
    way = np.concatenate([way, way[-1:]])  # a dot is a line of no length
    away = np.ones(part.shape, np.uint8)
    cv2.polylines(away, [way.reshape(-1, 1, 2)], False, 0, 1, shift=4)
    part[cv2.distanceTransform(away, cv2.DIST_L2, 5) < radius] = code


def _seen_by_all(coarse: Coarse, probability: _Map, reached: _Mask, cells: float) -> _Mask:
    """Return what all networks and its colours call the person; `cells` are of an eye distance.

    Colours are read by what they are where no stroke reaches; one that is nowhere else is not the
    background's, or a brush as wide as an arm could take it.
    """
    least = np.minimum(coarse.selfie, coarse.saliency)
    if coarse.body is not None and coarse.trust is not None:
        least = np.minimum(least, np.maximum(coarse.body, 1 - coarse.trust))
    silent = np.where(reached, np.float32(0.5), probability)
    share = colour_vote(silent, coarse.image, _FAR * cells)
    return np.asarray((least >= _SURE) & (share >= _WALL))


def _unlike(lab: _Map, stroke: _Mask) -> _Mask:
    """Return the cells that have none of the colours under a stroke, in 8-bit CIELAB.

    So a thin braid between the stroke and the edge of its reach stays.
    """
    under = lab[stroke]
    _, where, count = np.unique(
        np.floor(under / _BOX), axis=0, return_inverse=True, return_counts=True
    )
    apart = np.full(stroke.shape, np.inf, np.float32)
    for box in np.flatnonzero(count >= _RARE * len(under)):
        middle = under[where.reshape(-1) == box].mean(axis=0)
        np.minimum(apart, np.sqrt(((lab - middle) ** 2).sum(axis=2)), out=apart)
    return np.asarray(apart > _UNLIKE)


def _nearer(
    smooth: NDArray[np.uint8], stroke: _Mask, rest: _Mask, reached: _Mask, cells: float
) -> _Map:
    """Return how much nearer to a stroke than to the rest each cell is, 0..1; 0 out of reach."""
    margin = max(round(_MARGIN * cells), 2)
    rows, columns = np.flatnonzero(reached.any(axis=1)), np.flatnonzero(reached.any(axis=0))
    part = (
        slice(max(rows[0] - margin, 0), rows[-1] + 1 + margin),
        slice(max(columns[0] - margin, 0), columns[-1] + 1 + margin),
    )
    colours = np.asarray(smooth[part] / np.float32(255), np.float32)
    toll = np.ones(colours.shape[:2], np.float32)
    near = geodesic(colours, toll, np.ascontiguousarray(stroke[part]), _EDGE_COST)
    far = geodesic(colours, toll, np.ascontiguousarray(rest[part]), _EDGE_COST)
    share = np.zeros(reached.shape, np.float32)
    ratio = (near + 1e-3) / (far + 1e-3)
    share[part] = np.where(reached[part], 1 / (1 + ratio**_STEEP), 0)
    return share


def _note(before: _Map, after: _Map, strokes: int, stayed: bool) -> str:
    """Say what was done by hand, as measured between two masks."""
    person = max(float((before > 0.5).sum()), 1.0)
    taken = 100 * float(((before > 0.5) & (after <= 0.5)).sum()) / person
    given = 100 * float(((before <= 0.5) & (after > 0.5)).sum()) / person
    times = "one stroke" if strokes == 1 else f"{strokes} strokes"
    note = (
        f"The cut-out was corrected by hand, with {times}: {taken:.1f} % of what the networks took"
        f" for the person became background, {given:.1f} % was added."
    )
    if stayed:
        note += (
            " Some of what was marked as background stayed: all networks see the person there,"
            " and nothing of them is taken away."
        )
    return note


def keep_scribbles(
    alpha: _Map, plain: _Map, found: Scribbled, scribbles: Sequence[Scribble], face: Face,
    frame: tuple[int, int], grid: Grid,
) -> None:  # fmt: skip
    """Make a finished matte keep to the strokes, in place.

    What they touch is decided, and out of their reach it is as it was without them.

    Parameters
    ----------
    alpha, plain : (rows, columns) float32, 0..1, on `grid`, with strokes and without.
    found : what the strokes made of the coarse mask; what stayed the person's stays.
    """
    painted = _painted(scribbles, face, frame, grid)
    size = np.array(grid.shape[::-1])
    steps = np.array(found.reach.shape[::-1]) / size
    somewhere = np.maximum(found.reach, found.beside) > 0
    x, y, width, height = cv2.boundingRect(somewhere.astype(np.uint8))
    low = np.maximum(np.floor((np.array([x, y]) - 1) / steps), 0).astype(int)
    high = np.minimum(np.ceil((np.array([x + width, y + height]) + 1) / steps), size).astype(int)
    part = (slice(low[1], high[1]), slice(low[0], high[0]))
    # From cells of this grid to those of the coarse one, whose centres lie at one half.
    matrix = np.column_stack([np.diag(steps), (low + 0.5) * steps - 0.5])

    def finer(values: NDArray[np.generic]) -> _Map:
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        coarse = values.astype(np.float32)
        return np.asarray(cv2.warpAffine(coarse, matrix, tuple((high - low).tolist()), flags=flags))

    before, after = plain[part], alpha[part]
    changed = before + finer(found.beside) * np.minimum(after - before, 0)
    changed += finer(found.reach) * (after - changed)
    for of, decided in (("person", found.person), ("background", found.background)):
        kept = ((painted[part] == _CODES[of]) & (finer(decided) > 0.5)).astype(np.float32)
        share = cv2.GaussianBlur(kept, (0, 0), _EDGE)
        changed += share * (np.float32(of == "person") - changed)
    np.copyto(alpha, plain)
    alpha[part] = changed
