"""The cut-out: how much of each pixel is the person, at the photo's full size.

Coarse networks say where the person is (`segment`), the face and the other faces correct them
(`anchor`), gaps in hair before a plain wall are keyed (`keying`), loose hair, ponytails and
earrings are added (`strands`, `tufts`, `pendants`), scribbles of the user's go before all of that
(`scribbling`), a band is left open where the edge may be (`trimap`), blurred wall beside sharp hair
is taken out (`defocus`), closed-form matting decides the rest, as far as colour is to be believed
more than the mask (`belief`), coarsely and then finer where the first answer was neither yes nor no
(`closed_form`), what is falsely open is closed (`closing`), the photo's own colours carry the
answer to full size (`guided`), and hair before a plain wall is settled there (`plain_wall`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from .anchor import anchored
from .belief import Belief, believed
from .closed_form import closed_form
from .closing import opaque_where_sure, without_notches
from .defocus import out_of_focus
from .faces import Face
from .grainy_rim import calm_rim
from .grid import Box, Grid
from .guided import upsample
from .keying import keyed
from .pendants import pendants
from .plain_wall import settle_before_plain_wall
from .scribble import Scribble
from .scribbling import keep_scribbles, scribbled
from .segment import Coarse, segment, unit
from .strands import strands
from .trimap import axes, band
from .tufts import tufts

__all__ = ["ENOUGH", "Matte", "Seen", "cut_out", "good_enough"]

_Map = NDArray[np.float32]

COARSE_CELLS = 280_000
COARSE_UNIT = 60  # cells an eye distance at most on the coarse grid: the networks draw no finer
FINE_CELLS = 500_000  # beyond it the guided filter draws strands as well, at a tenth of the cost
# Weights against the matting Laplacian: of a cell whose log-odds are _SURE on the coarse grid, and
# of the coarse matte on finer ones.
_PRIOR, _SURE = 1.5e-2, 2.0
_FINE_PRIOR = 1e-2
_BELIEVED, _FINE_BELIEVED = 100.0, 20.0  # times more where the mask is believed
_SHARPEN = 3.0  # steepness of the prior about one half: a soft mask must not become a soft edge
_WALL = 5.0  # log-odds against what is out of focus beside sharp hair
_WORTH_A_LEVEL = 1.2  # times finer
_SETTLED = 0.02  # a coarse matte this near to 0 or 1 is not asked again
_FLAT_WINDOW = 7  # cells
_FLAT = 3.0  # levels of 255: standard deviation of colour at which an area is taken for flat
_DARK = (12.0, 40.0)  # levels of 255, the brightest channel's mean: black as far as colour tells
_BLOCK = 3.0  # cells over which a line is smoothed there
_HAZE = 0.03  # alpha below is mist that closed-form matting leaves in a wide band, not hair
_DEEP, _SHALLOW = 0.9, 0.96  # alpha from which on a pit is filled, and from which it is wholly
_PIT = 0.03  # eye distances: widest pit
_DECISION = 5.0  # steepness with which alpha is pushed off one half in a flat area
_FIRM = 0.2  # and steeper by so much where no loose hair can be told from its wall
# Head and shoulders, which a headshot shows: eye distances from the face's centre aside, down, up.
_BUST = (3.2, -4.5, 3.0)
_EXPECTED = 0.5  # share of doubt that loose hair before a wall of another colour explains
_DOUBT = 0.177  # doubt at which confidence is 1/e
# Confidence below which a studio backdrop would show the matte's faults. Of 38 portraits looked at,
# the three below it have another person's clothes or the wall's shadow in the matte, or no face.
ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found on the coarse grid before any edge is looked for.

    Attributes
    ----------
    coarse : what the networks saw.
    person : (h, w) float32, 0..1, anchored on the face.
    probability : the same without gaps before a plain wall, with loose hair and earrings.
    """

    coarse: Coarse
    person: _Map
    probability: _Map


@dataclass(frozen=True, slots=True)
class Matte:
    """A cut-out.

    Attributes
    ----------
    alpha : (H, W) float32, 0..1: the person's share of each photo pixel.
    confidence : 0..1; falls as the expected error of alpha rises.
    notes : what a user should know, in plain sentences.
    by_hand : what scribbles changed, a plain sentence; "" without any.
    seen : what it was cut from, and is again with scribbles.
    """

    alpha: _Map
    confidence: float
    notes: tuple[str, ...] = ()
    by_hand: str = ""
    seen: Seen | None = None


def good_enough(matte: Matte) -> bool:
    """Return whether a matte may stand before a new backdrop; if not, keep or soften the old one.

    >>> good_enough(Matte(np.ones((2, 2), np.float32), 0.9))
    True
    """
    return matte.confidence >= ENOUGH


def cut_out(
    pixels: NDArray[np.uint8],
    face: Face,
    others: Sequence[Face] = (),
    *,
    region: Box | None = None,
    threads: int = 2,
    model: Path | None = None,
    scribbles: Sequence[Scribble] = (),
    plain: Matte | None = None,
) -> Matte:
    """Cut the person with this face out of a photo.

    Parameters
    ----------
    pixels : (H, W, 3) uint8, sRGB-encoded, upright.
    face : the person's face, in pixels of this photo.
    others : other people's faces in it; their bodies never join.
    region : box (x0, y0, x1, y1) in pixels beyond which alpha is not needed; it is 0 there.
        None: the whole person.
    threads : threads for the networks.
    model : an ONNX file of the user's, a segmentation or matting network, to be asked in place of
        the coarse networks; `matting_model` says what it must look like.
    scribbles : what somebody marked as the person or the background; it goes before the networks'
        word, but takes nothing away that all of them see.
    plain : the cut-out of the same without scribbles, where there is one: it saves the time.

    Returns
    -------
    Matte

    Raises
    ------
    ModelError : a network's file is missing, damaged, or not one that can be used here.
    """
    if plain is None:
        coarse = segment(
            pixels,
            face,
            region=region,
            cells=COARSE_CELLS,
            finest=COARSE_UNIT,
            threads=threads,
            model=model,
        )
        plain = _cut_out(pixels, _found(coarse, face, others), face)
    if not scribbles or plain.seen is None:
        return plain
    return _cut_out(pixels, plain.seen, face, scribbles, plain.alpha)


def _found(coarse: Coarse, face: Face, others: Sequence[Face]) -> Seen:
    """Correct what the networks saw by the face, the other faces and colours."""
    image, grid = coarse.image, coarse.grid
    person = anchored(coarse, face, others)
    probability = keyed(person, image, face, grid)
    probability = np.maximum(probability, strands(probability, image, face, grid))
    probability = np.maximum(probability, tufts(probability, image, face, grid))
    probability = np.maximum(probability, pendants(probability, coarse.saliency, image, face, grid))
    return Seen(coarse, person, probability)


def _cut_out(
    pixels: NDArray[np.uint8],
    seen: Seen,
    face: Face,
    scribbles: Sequence[Scribble] = (),
    plain: _Map | None = None,
) -> Matte:
    """Cut out what was seen; with scribbles as far as they reach, and elsewhere as `plain`."""
    coarse, probability = seen.coarse, seen.probability
    image, grid = coarse.image, coarse.grid
    part = _part(pixels, grid.box)
    frame = (pixels.shape[1], pixels.shape[0])
    corrected = None
    if scribbles:
        corrected = scribbled(probability, scribbles, coarse, face, frame)
        probability = corrected.probability
    unknown = band(probability, face, grid)
    if corrected is not None:
        unknown &= ~(corrected.person | corrected.background)
    belief = believed(probability, image, unknown, face, grid)
    blurred = out_of_focus(probability, image, face, grid) * belief.solid
    probability = _lowered(probability, blurred)
    belief = Belief(np.maximum(belief.support, blurred), belief.solid)
    steep = 1.0 if coarse.given else _SHARPEN
    matte = _coarse_matte(image, probability, unknown, belief, steep)
    matte = _decided(matte, image, belief)
    told = bool(blurred.any())
    for shape in _levels(grid, Grid.of(grid.box, FINE_CELLS)):
        image = _shrunk(part, shape)
        if told:  # what was too near to sharp hair to be seen coarsely
            matte = _without_wall(matte, image, belief, face, Grid(grid.box, shape))
        matte = _decided(_fine_matte(image, matte, belief), image, belief)
    finest = Grid(grid.box, image.shape[:2])
    matte = without_notches(matte, image, face, finest)
    matte = opaque_where_sure(matte, probability, unit(face) * finest.scale)
    alpha = np.zeros(pixels.shape[:2], np.float32)
    x0, y0, x1, y1 = (round(v) for v in grid.box)
    if image.shape == part.shape:
        alpha[y0:y1, x0:x1] = matte
    else:
        upsample(part, image, matte, out=alpha[y0:y1, x0:x1])
    _settle(alpha[y0:y1, x0:x1], face)
    calm_rim(alpha[y0:y1, x0:x1], part, belief.solid, face, Grid(grid.box, part.shape[:2]))
    confidence = _confidence(coarse, seen.person, alpha[y0:y1, x0:x1], belief, face)
    whole = Grid(grid.box, part.shape[:2])
    settle_before_plain_wall(alpha[y0:y1, x0:x1], part, face, whole)
    if corrected is not None and plain is not None:
        before = plain[y0:y1, x0:x1]
        keep_scribbles(alpha[y0:y1, x0:x1], before, corrected, scribbles, face, frame, whole)
    notes = (
        ("the networks do not agree about where the person ends",) if confidence < ENOUGH else ()
    )
    by_hand = "" if corrected is None else corrected.note
    return Matte(alpha, confidence, notes, by_hand, seen)


def _levels(coarse: Grid, fine: Grid) -> list[tuple[int, int]]:
    """Return the shapes between two grids over the same box, each at most twice the one before.

    >>> box = (0.0, 0.0, 800.0, 600.0)
    >>> _levels(Grid(box, (150, 200)), Grid(box, (600, 800)))
    [(300, 400), (600, 800)]
    """
    ratio = fine.shape[0] / coarse.shape[0]
    if ratio < _WORTH_A_LEVEL:
        return []
    count = max(1, math.ceil(math.log2(ratio) - 0.1))
    sizes = [ratio ** ((k + 1) / count) for k in range(count)]
    shapes = [(round(coarse.shape[0] * s), round(coarse.shape[1] * s)) for s in sizes]
    return [*shapes[:-1], fine.shape]


def _confidence(coarse: Coarse, person: _Map, alpha: _Map, belief: Belief, face: Face) -> float:
    """Return 0..1 from signs of doubt about head and shoulders, each as a share of their area.

    How far the matte went away from what the networks had said together, and from the person
    network and the body network alone; and how much they left undecided. All of it counts half in
    hair that colour tells from its wall, where matting is to part from the networks: loose curls
    before a studio's wall are no reason for alarm. That costs rank among good mattes, which differ
    by their hair (on 22 PPM-100 portraits a Spearman correlation with the error of 0.35, not 0.48);
    but what a stranger's arm, a dress or a dark wall adds to a matte stands further out. What all
    networks take for the person, a gap between arm and chest say, no such sign can show.
    """
    height, aside = axes(face, coarse.grid)
    low, high = _BUST[1], _BUST[2]
    bust = (aside < _BUST[0]) & (height > low) & (height < high)
    area = max(float(person[bust].sum()), 1.0)
    size = person.shape[::-1]
    small = np.asarray(cv2.resize(alpha, size, interpolation=cv2.INTER_AREA), np.float32)
    doubt = 2 * person * (1 - person)
    doubt += np.abs((coarse.probability > 0.5) - small)
    doubt += np.abs(coarse.selfie - small)
    if coarse.body is not None and coarse.trust is not None:
        doubt += coarse.trust * np.abs(coarse.body - small) / 2
    doubt *= 1 - _EXPECTED * (1 - belief.solid)
    return float(np.exp(-((float(doubt[bust].sum()) / area / _DOUBT) ** 2)))


def _part(pixels: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    x0, y0, x1, y1 = (round(v) for v in box)
    return np.ascontiguousarray(pixels[y0:y1, x0:x1])


def _shrunk(image: NDArray[np.uint8], shape: tuple[int, int]) -> NDArray[np.uint8]:
    if image.shape[:2] == shape:
        return image
    return np.asarray(cv2.resize(image, shape[::-1], interpolation=cv2.INTER_AREA), np.uint8)


def _lowered(probability: _Map, share: _Map) -> _Map:
    """Return a probability whose log-odds are lowered by a share of _WALL."""
    odds = np.log((probability + 1e-3) / (1 - probability + 1e-3))
    lowered = 1 / (1 + np.exp(_WALL * share - odds))
    return np.asarray(np.minimum(lowered, probability), np.float32)


def _without_wall(
    matte: _Map, image: NDArray[np.uint8], belief: Belief, face: Face, grid: Grid
) -> _Map:
    """Return a matte, brought to a finer picture, less what is out of focus there."""
    size = grid.shape[::-1]
    matte = np.asarray(cv2.resize(matte, size, interpolation=cv2.INTER_LINEAR), np.float32)
    solid = cv2.resize(belief.solid, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(matte * (1 - out_of_focus(matte, image, face, grid) * solid), np.float32)


def _coarse_matte(
    image: NDArray[np.uint8],
    probability: _Map,
    unknown: NDArray[np.bool_],
    belief: Belief,
    steep: float,
) -> _Map:
    """Solve the band on the coarse grid, drawn to the networks as far as they are sure.

    Near the edge colour decides; a wide uncertain patch has no edge to find, there the mask does,
    made `steep` times steeper (a matting network's is an alpha already).
    """
    start = np.where(unknown, probability, probability > 0.5).astype(np.float32)
    odds = np.log((probability + 1e-3) / (1 - probability + 1e-3))
    weight = _PRIOR * (odds / _SURE) ** 2 * (1 + _BELIEVED * belief.support)
    sharp = np.clip((probability - 0.5) * steep + 0.5, 0, 1)
    return closed_form(image, ~unknown, start, prior=sharp, weight=weight.astype(np.float32))


def _fine_matte(image: NDArray[np.uint8], coarse: _Map, belief: Belief) -> _Map:
    """Solve again on a finer grid, only where the coarse matte is neither 0 nor 1."""
    shape = image.shape[:2]
    # Cells next to open ones are open too: an edge may lie anywhere in the cell it was found in.
    kernel = np.ones((3, 3), np.uint8)
    high = cv2.dilate(coarse, kernel)
    low = cv2.erode(coarse, kernel)
    undecided = ((high > _SETTLED) & (low < 1 - _SETTLED)).astype(np.uint8)
    size = shape[::-1]
    unknown = cv2.resize(undecided, size, interpolation=cv2.INTER_NEAREST) > 0
    start = cv2.resize(coarse, size, interpolation=cv2.INTER_LINEAR)
    alpha = np.where(unknown, start, start > 0.5).astype(np.float32)
    support = cv2.resize(belief.support, size, interpolation=cv2.INTER_LINEAR)
    weight = (_FINE_PRIOR * (1 + _FINE_BELIEVED * support)).astype(np.float32)
    return closed_form(image, ~unknown, alpha, prior=alpha, weight=weight)


def _decided(alpha: _Map, image: NDArray[np.uint8], belief: Belief) -> _Map:
    """Return a matte that takes sides where the picture gives no reason to be in between.

    Where all colours are alike, or next to black, person and background look the same, so
    closed-form matting spreads some value in between. On the old background that cannot be seen; on
    a new one it is a veil. So is, less surely, what lies in between where no loose hair shows.
    """
    colours = image.astype(np.float32)
    size = (_FLAT_WINDOW, _FLAT_WINDOW)
    mean = cv2.blur(colours, size)
    variance = np.maximum(cv2.blur(colours * colours, size) - mean * mean, 0).sum(axis=2)
    flat = np.exp(-variance / (3 * _FLAT**2)).astype(np.float32)
    black, seen = _DARK
    dark = np.clip((seen - mean.max(axis=2)) / (seen - black), 0, 1)
    # The edges seen in black are those of JPEG's blocks: a smooth line is nearer the truth.
    alpha = alpha + dark * (cv2.GaussianBlur(alpha, (0, 0), _BLOCK) - alpha)
    decided = np.clip((alpha - 0.5) * _DECISION + 0.5, 0, 1)
    alpha = np.asarray(alpha + np.maximum(flat, dark) * (decided - alpha), np.float32)
    solid = cv2.resize(belief.solid, alpha.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.clip((alpha - 0.5) * (1 + _FIRM * solid) + 0.5, 0, 1), np.float32)


def _settle(alpha: _Map, face: Face) -> None:
    """Clear the mist and fill the pinholes of a matte in place: its ends are stretched to 0 and 1.

    Noise leaves shallow pits beside an edge; through black cloth a hundredth of light paper is a
    white speck.
    """
    width = 2 * max(round(_PIT * unit(face) / 2), 1) + 1
    levels = cv2.convertScaleAbs(alpha, alpha=255)
    filled = cv2.morphologyEx(levels, cv2.MORPH_CLOSE, np.ones((width, width), np.uint8))
    pits = cv2.findNonZero(((filled > levels) & (levels >= 255 * _DEEP)).view(np.uint8))
    if pits is not None:
        x, y = pits.reshape(-1, 2).T
        share = np.clip((alpha[y, x] - _DEEP) / (_SHALLOW - _DEEP), 0, 1)
        alpha[y, x] += share * (filled[y, x] / np.float32(255) - alpha[y, x])
    np.subtract(alpha, np.float32(_HAZE), out=alpha)
    np.multiply(alpha, np.float32(1 / (1 - 2 * _HAZE)), out=alpha)
    np.clip(alpha, 0, 1, out=alpha)
