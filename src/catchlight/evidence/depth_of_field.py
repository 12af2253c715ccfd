"""Depth of field: whether what is behind the person is as blurred beside them as further away.

A lens blurs a wall alike wherever it stands at one distance. Blur that was put on around a mask
keeps off the person, or fades towards them, and leaves a rim in which the wall is still sharp; the
eye reads it as cut out. How wide edges are is told by how much a known blur lowers them (Zhuo & Sim
2011, "Defocus map estimation from a single image", Pattern Recognition 44(9), 1852-1858): the
gradient of an edge of width s falls to s / sqrt(s^2 + s0^2) of itself.

Plain walls have no edges to read. Things that really stand nearer, as a chair's back, are sharper;
shops and trees behind a shoulder differ both ways.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..landmarks import CHIN
from .calibration import judged
from .case import Case
from .facts import Facts, box_region
from .finding import Finding, could_not_assess

__all__ = ["NAME", "depth_of_field", "rim_sharpness"]

NAME, TITLE = "depth_of_field", "the blur of the background"
_UNIT = "halvings"
_EYES = 100.0  # pixels between the irises at which it is read
_BESIDE, _AWAY = (0.15, 0.35), (0.5, 1.5)  # eye distances from the person
_PERSON = 0.2  # from which the coarse mask counts as person
_SMOOTHED, _BLURRED = 1.0, 1.5  # pixels: against noise, and the known blur
_FAINTEST = 0.6  # grey levels a pixel: fainter edges are noise
_FEWEST, _SHARE = 40, 0.012  # places on edges, and the share of a ring they are: noise has some
_SHARPEST = 0.25  # quantile of the widths: the sharp quarter of the edges


def rim_sharpness(facts: Facts) -> float | None:
    """Return how many times narrower edges are beside the person than further away, log2.

    None where too few edges are seen. Above the chin alone: chairs and desks are below.
    """
    scale = min(1.0, _EYES / facts.eye_distance)
    grey = cv2.cvtColor(facts.pixels, cv2.COLOR_RGB2GRAY)
    size = [max(2, round(side * scale)) for side in facts.size]
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    mask = cv2.resize(facts.person, size, interpolation=cv2.INTER_AREA)
    outside = (mask < _PERSON).astype(np.uint8)
    away = cv2.distanceTransform(outside, cv2.DIST_L2, 5) / (facts.eye_distance * scale)
    width, strength = _edge_widths(small)
    above_chin = np.arange(size[1])[:, None] < float(facts.face.landmarks[CHIN, 1]) * scale
    edges = strength > _FAINTEST
    found = []
    for low, high in (_BESIDE, _AWAY):
        ring = above_chin & (away > low) & (away < high)
        here = edges & ring
        if int(here.sum()) < max(_FEWEST, _SHARE * int(ring.sum())):
            return None
        found.append(float(np.log2(np.quantile(width[here], _SHARPEST))))
    return found[1] - found[0]


def _edge_widths(
    grey: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Width of the edge at each pixel, as a standard deviation in pixels, and its strength.

    The strength is 0 beside the crest of an edge.
    """
    smooth = cv2.GaussianBlur(grey, (0, 0), _SMOOTHED)
    once, twice = _gradient(smooth), _gradient(cv2.GaussianBlur(smooth, (0, 0), _BLURRED))
    ratio = np.clip(once / np.maximum(twice, 1e-6), 1.001, 20.0)
    width = np.sqrt(_BLURRED**2 / (ratio**2 - 1))
    crest = once >= 0.98 * cv2.dilate(once, np.ones((3, 3), np.uint8))
    return np.asarray(width, np.float32), np.where(crest, once, np.float32(0))


def _gradient(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Size of the gradient, levels a pixel (Scharr's filters add up to 32)."""
    along, down = (cv2.Scharr(grey, cv2.CV_32F, dx, 1 - dx) for dx in (1, 0))
    return np.asarray(np.hypot(along, down) / 32, np.float32)


def depth_of_field(case: Case) -> Finding:
    """Halvings by which edges of the background are sharper beside the person."""
    value = rim_sharpness(case.picture)
    if value is None:
        reason = "the background has too few edges to tell how blurred it is"
        return could_not_assess(NAME, TITLE, _UNIT, reason)
    x, y = (float(v) for v in case.picture.face.landmarks[10, :2])
    distance = case.picture.eye_distance
    return judged(
        NAME,
        TITLE,
        value,
        _UNIT,
        value,
        {
            "consistent": "Beside the person the background is blurred as it is further away.",
            "differs": f"Beside the person the background is {2**value:.1f} times as sharp as"
            " further away, as blur put on around a mask leaves it.",
        },
        regions=(box_region(case.picture, x, y, 2.0 * distance, 1.4 * distance, "background"),),
    )
