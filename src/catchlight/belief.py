"""How far the mask is to be believed where colours are asked about the edge.

Closed-form matting follows colour. Before a plain wall of another colour than the hair it is right
to, and draws strands that no network sees. Where the wall has all colours, or the hair's own, it
runs along them instead: tufts of curtain grow out of short hair, and the wall comes in through a
black strap before dark wood. So the networks' mask is given weight where colour does not contradict
it: as far as the cell's colour, among the settled cells near by, is not the other side's. It is
left to colour where that is a mixture, which no settled cell has, close to the mask's own edge,
which is coarse, and in hair that stands out from its wall (robust matting, Wang & Cohen 2007, too
weighs sampled colours by how well they explain a pixel). Where the sides' colours are not told
apart at all, colour cannot contradict either: a grey leaf is not grey hair for being grey.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .anchor import face_area
from .colour_vote import ballots
from .faces import Face
from .grid import Grid
from .keying import carried
from .segment import unit
from .trimap import axes, hair

__all__ = ["Belief", "believed"]

_Map = NDArray[np.float32]
_Mask = NDArray[np.bool_]

# Lengths in eye distances.
_CLEAR_OUT, _CLEAR_IN = 0.2, 0.25  # from the mask's edge: settled wall and settled person
_SPREAD = 0.5  # how far their colours are carried
_EDGE = 0.1  # the mask's own edge is believed less up to here: networks draw no finer
# From the face: to here the networks looked closely, from there on they did not.
_CLOSE, _FAR = 3.5, 5.0
_FEW = 3.0  # votes of settled cells at which a colour counts as half known
_AGAINST = (-0.5, 0.0)  # vote, -1..1 for the mask, at which it is contradicted, and not at all
_NOISE = 36.0  # variance in levels of 255 that all cells have
_MOST = 60.0**2  # variance that one cell may bring in
_APART = (2.0, 6.0)  # Fisher's ratio of hair against wall: not told apart by colour, and well


@dataclass(frozen=True, slots=True)
class Belief:
    """Two maps over the coarse grid.

    Attributes
    ----------
    support : (h, w) float32, 0..1: how far a cell's mask is believed against the matte's colours.
    solid : (h, w) float32, 0..1: how little of loose hair can be told from its wall here, so that
        a half-transparent patch is the matte's doubt rather than hair.
    """

    support: _Map
    solid: _Map


def believed(
    probability: _Map, image: NDArray[np.uint8], unknown: _Mask, face: Face, grid: Grid
) -> Belief:
    """Return how far to believe a mask.

    Parameters
    ----------
    probability : (h, w) float32, 0..1, of the person: the mask.
    image : (h, w, 3) uint8, sRGB-encoded.
    unknown : (h, w) bool, the cells that matting is to decide; the others are settled.
    face : the person's face.
    grid : of all three.
    """
    cells = unit(face) * grid.scale
    person = (probability > 0.5).astype(np.uint8)
    inside = cv2.distanceTransform(person, cv2.DIST_L2, 5)
    outside = cv2.distanceTransform(1 - person, cv2.DIST_L2, 5)
    height, aside = axes(face, grid)
    near = np.clip((_FAR - np.hypot(height, aside)) / (_FAR - _CLOSE), 0, 1)
    wall = (outside > _CLEAR_OUT * cells) & (probability < 0.1)
    own = (inside > _CLEAR_IN * cells) & ~face_area(face, grid)
    solid = (1 - hair(face, grid) * _told_apart(image, wall, own, cells)) * near

    settled = np.where(unknown, np.float32(0.5), probability)
    person_votes, votes = ballots(settled, image, cells)
    known = votes / (votes + _FEW)
    vote = (2 * person_votes - votes) / np.maximum(votes, 1e-6)
    against, neutral = _AGAINST
    agreed = np.clip((vote * np.sign(probability - 0.5) - against) / (neutral - against), 0, 1)
    agreed += (1 - agreed) * solid  # colours that do not tell the sides apart say nothing against
    beyond = np.minimum(np.maximum(inside, outside) / (_EDGE * cells), 1) ** 2
    support = known * agreed * beyond * solid
    return Belief(support.astype(np.float32), solid.astype(np.float32))


def _told_apart(image: NDArray[np.uint8], wall: _Mask, own: _Mask, cells: float) -> _Map:
    """Return how well colour tells the person from the wall near by, (h, w) float32, 0..1.

    By Fisher's ratio: the square of the distance of the means over the sum of the variances.
    """
    colours = image.astype(np.float32)
    means, variance = [], np.full(wall.shape, _NOISE, np.float32)
    for where in (wall, own):
        weight = where.astype(np.float32)
        mean = carried(colours, weight, _SPREAD * cells)
        deviation = np.minimum(((colours - mean) ** 2).mean(axis=2), _MOST)
        variance += carried(deviation, weight, _SPREAD * cells)
        means.append(mean)
    ratio = ((means[0] - means[1]) ** 2).mean(axis=2) / variance
    low, high = np.log2(_APART)
    told = np.clip((np.log2(ratio + 1e-6) - low) / (high - low), 0, 1)
    return np.asarray(told, np.float32)
