"""Healing: which marks go and which stay, and from which skin each is filled.

"If it will be there three weeks from now, it should probably remain." Evidence decides: a mark that
another photo of the person shows too is permanent; one that another photo plainly lacks is not; by
one photo alone only small marks of blood go, never a dark one. The user's word goes before either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import cv2
import numpy as np

from .edits import Heal, Spot
from .edits.skin_area import LUMA
from .mark_evidence import Sight
from .mark_extent import extent
from .marks import Mark, SkinView

__all__ = ["ByHand", "Decided", "plan_heal"]

MOST_HEALED = 0.011
"""Share of the skin healed at the most, edges and all, below the likeness bound of 1.5 %."""

_EDGE = 1.3  # of a spot's radius, to the end of its soft edge

_LARGEST = 0.065  # eye distances of radius: larger is no spot, and its skin is not to be made up
_FILLED = 0.46  # of its circle: a patch that fills less runs along a fold or a shadow
_STUBBLE = 1.8  # times the face's own texture: hair grows there
_REACH = 0.05  # eye distances within which the user's finger points at a mark
_BY_HAND = 0.022  # radius in eye distances that is healed where no mark was found
_ROUNDS = (2.8, 3.6, 4.6, 6.0)  # radii at which a source is looked for
_ANGLES = 20
_FARTHEST = 0.45  # eye distances to a source: beyond, skin is of another kind

Point = tuple[float, float]
Fate = Literal["healed", "kept"]


@dataclass(frozen=True, slots=True)
class ByHand:
    """What the user decided: marks to remove or to keep, in shares of the photograph, or all."""

    keep_all: bool = False
    remove: tuple[Point, ...] = ()
    keep: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """One mark and what becomes of it.

    Attributes
    ----------
    center : shares of the photograph.
    radius : eye distances.
    fate : "healed" or "kept".
    why : the reason, the end of a sentence.
    permanent : whether another photo shows it too.
    """

    center: Point
    radius: float
    fate: Fate
    why: str
    permanent: bool = False


def plan_heal(
    view: SkinView,
    marks: Sequence[Mark],
    again: Sequence[Sight],
    frame: tuple[int, int],
    by_hand: ByHand | None = None,
) -> tuple[Heal | None, tuple[Decided, ...]]:
    """Decide what is healed.

    Parameters
    ----------
    view : the face's skin.
    marks : what `find_marks` found there.
    again : of each mark, what the person's other photos say of it; "unsure" where there are none.
    frame : (width, height) of the photograph in pixels.
    """
    by_hand = by_hand or ByHand()
    unit = view.eye_distance / view.scale
    skin = float((view.skin > 0.5).sum()) / view.eye_distance**2
    decided: list[Decided] = []
    spots: list[Spot] = []
    left = MOST_HEALED * skin
    wishes = _pointed_at(by_hand.remove, marks, frame, unit)
    discs = [_disc(view, mark) for mark in marks]
    fates: list[tuple[Fate, str]] = []
    for at, mark in enumerate(marks):
        if at in wishes:
            fates.append(("healed", "you named it"))
        elif by_hand.keep_all or _named(by_hand.keep, _share(mark, frame), frame, unit):
            fates.append(("kept", "you wanted it kept"))
        else:
            fates.append(_fate(mark, again[at], discs[at], view.eye_distance))
    covered: list[_Disc] = []
    for at in sorted(range(len(marks)), key=lambda i: (i not in wishes, i)):
        disc, (fate, why) = discs[at], fates[at]
        center = _share(marks[at], frame)
        place = ((disc.x / view.scale + view.origin[0]) / frame[0],
                 (disc.y / view.scale + view.origin[1]) / frame[1])  # fmt: skip
        radius = disc.radius / view.eye_distance
        spot = None
        if fate == "healed" and any(_within(disc, other) for other in covered):
            decided.append(Decided(center, radius, fate, why, again[at] == "seen"))
            continue
        if fate == "healed":
            stays = [d for d, (other, _) in zip(discs, fates, strict=True) if other == "kept"]
            if at not in wishes and any(_touches(disc, other) for other in stays):
                fate, why = "kept", "it can't be told from a mark beside it that stays"
            elif np.pi * (_EDGE * radius) ** 2 > left:
                fate, why = "kept", "more would be healed than the likeness bound allows"
            else:
                spot = _spot(view, place, radius, discs, frame)
                if spot is None:
                    fate, why = "kept", "there is no clean skin beside it to heal it with"
        if spot is not None:
            left -= np.pi * (_EDGE * spot.radius) ** 2
            spots.append(spot)
            covered.append(disc)
        decided.append(Decided(center, radius, fate, why, again[at] == "seen"))
    for point in by_hand.remove:
        if not _pointed_at((point,), marks, frame, unit):
            spot = _spot(view, point, _BY_HAND, discs, frame)
            fate = "kept" if spot is None else "healed"
            why = "you named it" if spot else "that is not on the face's plain skin"
            decided.append(Decided(point, _BY_HAND, fate, why))
            if spot is not None:
                spots.append(spot)
    return (Heal(spots=tuple(spots)) if spots else None), tuple(decided)


def _fate(mark: Mark, again: Sight, disc: _Disc, unit: float) -> tuple[Fate, str]:
    if again == "seen":
        return "kept", "another photo shows it too, so it is part of the face"
    if mark.kind != "red" and again != "absent":
        return "kept", "it is dark rather than red, so it may be a mole or a freckle"
    if mark.roughness > _STUBBLE:
        return "kept", "it lies among stubble"
    if disc.radius > _LARGEST * unit:
        return "kept", "it is too large for a spot"
    if disc.fill < _FILLED:
        return "kept", "where it ends can't be told, and half a spot is worse than a whole one"
    if again == "unsure":
        return "healed", "small and red; no other photo shows this skin as clearly"
    if mark.kind != "red":
        return "healed", "another photo shows that skin plainly without it, so it comes and goes"
    return "healed", "small and red, and another photo shows that skin without it"


def _pointed_at(
    points: Sequence[Point], marks: Sequence[Mark], frame: tuple[int, int], unit: float
) -> set[int]:
    """The marks that are meant: the nearest to each point, within reach."""
    found = set()
    for x, y in points:
        gaps = [np.hypot(m.x - x * frame[0], m.y - y * frame[1]) for m in marks]
        if gaps and min(gaps) <= _REACH * unit:
            found.add(int(np.argmin(gaps)))
    return found


def _named(points: Sequence[Point], center: Point, frame: tuple[int, int], unit: float) -> bool:
    return any(
        np.hypot((x - center[0]) * frame[0], (y - center[1]) * frame[1]) <= _REACH * unit
        for x, y in points
    )


class _Disc(NamedTuple):
    """What would be healed of a mark, and the mark's own place and radius: pixels of the view.

    `fill` is the share of the disc that differs from the skin about it, hollows and all.
    """

    x: float
    y: float
    radius: float
    mark: tuple[float, float, float]
    fill: float = 1.0


def _disc(view: SkinView, mark: Mark) -> _Disc:
    """The disc at whose end a mark has faded into the skin about it."""
    x, y = (np.array([mark.x, mark.y]) - view.origin) * view.scale
    radius = mark.radius * view.scale
    own = (float(x), float(y), radius)
    simple = _Disc(float(x), float(y), _faded(view, *own), own)
    found = extent(view, mark)
    if found is None or found.radius <= simple.radius:
        return simple
    return _Disc(found.x, found.y, found.radius, own, found.fill)


def _within(disc: _Disc, healed: _Disc) -> bool:
    """Whether a mark's middle is well in a disc that is healed already."""
    return bool(np.hypot(disc.mark[0] - healed.x, disc.mark[1] - healed.y) < 0.8 * healed.radius)


def _touches(disc: _Disc, stays: _Disc) -> bool:
    """Whether healing a disc would take part of a mark that stays."""
    x, y, radius = stays.mark
    gap = np.hypot(x - disc.x, y - disc.y)
    return bool(gap < _EDGE * disc.radius + radius)


def _faded(view: SkinView, x: float, y: float, radius: float) -> float:
    """Radius in view pixels at which a mark is a fifth of its depth, all round."""
    reach = int(np.ceil(4 * radius)) + 2
    part = _square(view, x, y, reach)
    if part is None:
        return 1.6 * radius
    v, u = np.mgrid[part] + 0.5 - np.array([y, x])[:, None, None]
    away = np.hypot(u, v)
    green = view.stops[..., 1][part]
    around = float(np.median(green[(away > 2.4 * radius) & (away <= 4 * radius)]))
    depth = around - float(green[away <= max(0.75 * radius, 0.8)].mean())
    steps = np.arange(1.2, 2.6, 0.2)
    for step in steps:
        ring = (away > (step - 0.2) * radius) & (away <= step * radius + 0.3)
        if ring.any() and around - float(green[ring].mean()) < 0.2 * depth:
            return float(step * radius + 0.004 * view.eye_distance)
    return float(steps[-1] * radius)


def _share(mark: Mark, frame: tuple[int, int]) -> Point:
    return mark.x / frame[0], mark.y / frame[1]


def _square(view: SkinView, x: float, y: float, reach: int) -> tuple[slice, slice] | None:
    top, left = int(y) - reach, int(x) - reach
    height, width = view.skin.shape
    if top < 0 or left < 0 or top + 2 * reach + 1 > height or left + 2 * reach + 1 > width:
        return None
    return slice(top, top + 2 * reach + 1), slice(left, left + 2 * reach + 1)


def _spot(
    view: SkinView,
    center: Point,
    radius: float,
    discs: Sequence[_Disc],
    frame: tuple[int, int],
) -> Spot | None:
    """Choose the clean skin that a spot is filled from: near, in like light, of like texture."""
    at = (np.array(center) * frame - view.origin) * view.scale
    size = radius * view.eye_distance
    reach = int(np.ceil(1.8 * size)) + 1
    x, y = int(at[0]), int(at[1])
    height, width = view.skin.shape
    if not (0 <= x < width and 0 <= y < height) or view.skin[y, x] < 0.3:
        return None
    v, u = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    away = np.hypot(u, v)
    ring, disc = (away > 1.15 * size) & (away <= 1.8 * size + 1), away <= 1.4 * size + 1
    # the view may end beside the spot, at the hair or the neck
    target = (slice(max(0, y - reach), y + reach + 1), slice(max(0, x - reach), x + reach + 1))
    ring = ring[max(0, reach - y) :, max(0, reach - x) :]
    ring = ring[: height - target[0].start, : width - target[1].start] & (view.skin[target] > 0.5)
    if ring.sum() < 12:
        return None
    grain = view.stops @ LUMA
    grain = grain - cv2.GaussianBlur(grain, (0, 0), max(1.0, 0.012 * view.eye_distance))
    shade = np.median(view.stops[target][ring], axis=0)
    rough = float(grain[target][ring].std())
    places = np.array([d.mark[:2] for d in discs]).reshape(-1, 2)
    sizes = np.array([d.mark[2] for d in discs])
    best, chosen = np.inf, None
    for step in _ROUNDS:
        distance = max(step * size, 0.03 * view.eye_distance)
        if distance > _FARTHEST * view.eye_distance:
            break
        for angle in np.arange(_ANGLES) * (2 * np.pi / _ANGLES):
            place = at + distance * np.array([np.cos(angle), np.sin(angle)])
            if (np.hypot(*(places - place).T) < 1.4 * size + 2.2 * sizes).any():
                continue
            part = _square(view, float(place[0]), float(place[1]), reach)
            if part is None or float(view.skin[part][disc].min()) < 0.7:
                continue
            there = view.stops[part][disc]
            cost = float(np.abs(np.median(there, axis=0) - shade).mean())
            cost += abs(float(np.log2(grain[part][disc].std() / max(rough, 1e-6))))
            cost += float(there.std(axis=0).mean())  # plain skin, without a fold or an edge
            cost += 0.2 * distance / view.eye_distance
            if cost < best:
                best, chosen = cost, place
    if chosen is None:
        return None
    source = (chosen / view.scale + view.origin) / frame
    return Spot(
        center=(round(center[0], 6), round(center[1], 6)),
        source=(round(float(source[0]), 6), round(float(source[1]), 6)),
        radius=round(radius, 5),
    )
