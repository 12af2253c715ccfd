"""The series: what is settled once for a team, so that all pictures, late ones too, are alike.

A photograph that ends just below the chin can't be framed with shoulders. A photographer who hangs
a row of portraits crops them all to the tightest, within reason; so the size of the head is settled
from the photographs there are, within what the brand kit allows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from .brand import MASTER, Brand, SeriesNumbers
from .crop import Wish
from .crop_search import Problem
from .framing import rotations, wish
from .looks import BackdropKind
from .team_facts import Facts, Outline

__all__ = ["fits", "least_head", "needed_heads", "own_depth", "own_target", "settle", "wished"]

_STEP = 1.0005  # ratio of head sizes that is told apart
_AIR = 1.002  # of spare size, so that rounding to whole pixels changes nothing
_MOST_SHORT = 0.5  # stops: a face that stays darker than that is no measure for the others
# What 41 people spread in one unchanged light and exposure (Face Research Lab London Set, neutral):
# whites of the eyes, and whites to pupils, standard deviations in stops.
_WHITES, _PUPILS = 0.30, 0.35
# What photographs of mixed origin spread, which a team of few is taken to do: two mixtures of the
# development photographs had 0.37 and 0.44, and 0.6 and 1.05 stops.
_USUAL_OFF, _USUAL_DEPTH = 0.45, 0.9
_FEW = 4
_LIGHT_SKIN = -0.2  # stops from the whites above which skin is a witness of the exposure
_LIT = 0.48  # luminance under which the lit side of light skin is not taken down
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


def own_target(before: Mapping[str, Any], series: SeriesNumbers) -> float:
    """Return the stops off normal at which a face's own whites lie when its exposure is right.

    The whites tell the exposure to 0.30 stops (see `_WHITES`), so of what a face lies off the
    others only a share is its photograph's; the rest belongs to its eyes and the light in them and
    stays. And whites that a light before the face made bright don't darken skin that was not too
    bright: where skin is light beside the whites it is a witness too.

    Parameters
    ----------
    before : measures of the photograph as shot, see `consistency`.
    """
    off = before.get("exposure")
    if off is None:
        return 0.0
    own = float(np.clip((1 - series.trust) * (off - series.usual), -_WHITES, _WHITES))
    skin, lit = before.get("own_skin"), before.get("lit")
    if skin is not None and lit and skin > _LIGHT_SKIN:
        least = off + min(0.0, math.log2(_LIT / lit)) - series.exposure
        own = max(own, least) if off > 0 else own
    return round(float(np.clip(own, -1.0, 1.0)), 3)


def own_depth(before: Mapping[str, Any], series: SeriesNumbers) -> float | None:
    """Return the stops from whites to pupils to draw a face's contrast towards; None: leave it."""
    depth = before.get("depth")
    if depth is None or series.depth is None:
        return None
    own = depth + series.depth_trust * (series.depth - depth)
    return round(float(np.clip(own, 0.5, 9.0)), 3)


def _trusted(values: Sequence[float], noise: float, usual: float) -> float:
    """Return the share of a spread that is not the measure's own noise, 0..1.

    The empirical Bayes estimate with normal priors (Efron & Morris 1973, "Stein's estimation rule
    and its competitors", JASA 68): one less noise over all variance. Few people are helped by the
    `usual` variance, as if it had been seen in `_FEW` of them.
    """
    middle = np.median(values) if len(values) else 0.0
    seen = np.clip(np.asarray(values) - middle, -1.5, 1.5)
    variance = (float(np.sum(seen**2)) + _FEW * usual**2) / (len(values) + _FEW)
    return round(max(0.0, 1 - noise**2 / max(variance, 1e-9)), 3)


def settle(brand: Brand, people: Iterable[Facts]) -> SeriesNumbers:
    """Settle the numbers of a series from the facts of the people who are there.

    Heads are as small as the brand asks, or as large as the closest photograph within its limit
    needs. Exposure is normal, or as much lower as nine in ten can reach. Contrast is the median.
    """
    frames = brand.framings()
    heads = {name: least for name, (_, least, _) in frames.items()}
    shorts: list[float] = []
    offs: list[float] = []
    depths: list[float] = []
    for facts in people:
        if facts.short <= _MOST_SHORT:
            shorts.append(facts.short)
        if (off := facts.before.get("exposure")) is not None:
            offs.append(off)
        if (seen := facts.before.get("depth")) is not None:
            depths.append(seen)
        needed = needed_heads(facts, brand)
        for name, (_, _, most) in frames.items():
            if needed[name] * _AIR <= most:
                heads[name] = max(heads[name], needed[name] * _AIR)
    shift = float(np.clip(np.quantile(shorts, 0.9), 0.0, _MOST_SHIFT)) if shorts else 0.0
    return SeriesNumbers(
        heads={name: round(head, 5) for name, head in heads.items()},
        exposure=-round(shift, 3) + 0.0,
        usual=round(float(np.clip(np.median(offs), -1.5, 1.5)), 3) if offs else 0.0,
        trust=_trusted(offs, _WHITES, _USUAL_OFF),
        depth=round(float(np.median(depths)), 3) if len(depths) >= 3 else None,
        depth_trust=_trusted(depths, _PUPILS, _USUAL_DEPTH),
    )
