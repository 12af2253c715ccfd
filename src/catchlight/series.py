"""The series: what is settled once for a team, so that all pictures, late ones too, are alike.

A photograph that ends just below the chin can't be framed with shoulders. A photographer who hangs
a row of portraits crops them all to the tightest, within reason; so the size of the head is settled
from the photographs there are, within what the brand kit allows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from .brand import MASTER, Brand, SeriesNumbers
from .crop import Wish
from .crop_search import Problem
from .framing import rotations, wish
from .looks import BackdropKind
from .team_facts import Facts, Outline

__all__ = ["fits", "least_head", "settle", "wished"]

_STEP = 1.0005  # ratio of head sizes that is told apart
_AIR = 1.002  # of spare size, so that rounding to whole pixels changes nothing
_MOST_SHORT = 0.5  # stops: a face that stays darker than that is no measure for the others
_MOST_SHIFT = 0.25  # stops by which all are made darker for those who can't be as bright


def wished(brand: Brand, name: str, series: SeriesNumbers | None = None) -> Wish:
    """Return the framing of an output: the brand's own, or that of a destination."""
    series = series or SeriesNumbers(heads={n: f[1] for n, f in brand.framings().items()})
    framing = brand.styled(series).framing
    if name == MASTER:
        return wish(framing)
    return wish(framing, next(place for place in brand.places(series) if place.name == name))


def least_head(outline: Outline, asked: Wish, kind: BackdropKind, rotation: float) -> float:
    """Return the least head height, as a share, that a photograph can be framed exactly with.

    Infinite where no size allows it, as where the eyes are too near to an edge that cuts the hair.

    Parameters
    ----------
    outline : of the photograph.
    asked : the framing; its head height does not count.
    kind : of the backdrop.
    rotation : of the picture, in degrees.
    """
    problem = Problem(outline.frame, outline.head, asked, kind, outline.cut, (), rotation)
    low, high = 0.1, 0.85
    if problem.placed(high) is None:
        return math.inf
    if problem.placed(low) is not None:
        return low
    while high / low > _STEP:  # a tighter crop lies within every wider one about the same eyes
        middle = math.sqrt(low * high)
        if problem.placed(middle) is None:
            low = middle
        else:
            high = middle
    return high


def needed_heads(facts: Facts, brand: Brand) -> dict[str, float]:
    """Return the least head height of every output that a person's photograph allows."""
    kind = brand.backdrop.kind if facts.sure or brand.backdrop.kind != "studio" else "soften"
    master = wished(brand, MASTER)
    most = brand.framings()[MASTER][2]
    best: dict[str, float] = {}
    for rotation in rotations(facts.outline.head, master):
        found = {
            name: least_head(facts.outline, wished(brand, name), kind, rotation)
            for name in brand.framings()
        }
        if found[MASTER] * _AIR <= most:
            return found  # the rotation that planning takes as well
        if not best or found[MASTER] < best[MASTER]:
            best = found
    return best


def fits(facts: Facts, brand: Brand) -> bool:
    """Whether a person's photograph can be framed within what the brand kit allows."""
    most = brand.framings()[MASTER][2]
    return needed_heads(facts, brand)[MASTER] * _AIR <= most


def settle(brand: Brand, people: Iterable[Facts]) -> SeriesNumbers:
    """Settle the numbers of a series from the facts of the people who are there.

    Heads are as small as the brand asks, or as large as the closest photograph within its limit
    needs. Exposure is normal, or as much lower as nine in ten can reach. Contrast is the median.
    """
    frames = brand.framings()
    heads = {name: least for name, (_, least, _) in frames.items()}
    shorts: list[float] = []
    depths: list[float] = []
    for facts in people:
        if facts.short <= _MOST_SHORT:
            shorts.append(facts.short)
        if (seen := facts.before.get("depth")) is not None:
            depths.append(seen)
        needed = needed_heads(facts, brand)
        for name, (_, _, most) in frames.items():
            if needed[name] * _AIR <= most:
                heads[name] = max(heads[name], needed[name] * _AIR)
    shift = float(np.clip(np.quantile(shorts, 0.9), 0.0, _MOST_SHIFT)) if shorts else 0.0
    contrast = 1.0 + brand.styled(SeriesNumbers(heads=heads)).tone.contrast
    depth = float(np.median(depths)) if len(depths) >= 3 else None
    return SeriesNumbers(
        heads={name: round(head, 5) for name, head in heads.items()},
        exposure=-round(shift, 3) + 0.0,
        depth=None if depth is None else round(float(np.clip(depth, 0.5, 8.0 / contrast)), 3),
    )
