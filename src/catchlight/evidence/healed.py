"""Healed: with the original at hand, which dark spots of the skin are gone.

Spots that come and go are not what a person is known by: one that another of the references proves
to be absent from the same skin (`mark_evidence`, by which Catchlight heals) does not count.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from ..color import to_encoded, to_linear
from ..mark_evidence import sight, together
from ..marks import Mark, find_marks, skin_view
from .calibration import judged
from .case import Case
from .facts import Facts, box_region
from .finding import Finding, could_not_assess
from .original import Laid
from .skin_zones import encoded_like, skin, spots

__all__ = ["NAME", "Spot", "gone", "healed"]

NAME, TITLE = "healed", "the spots of the skin"
_LEAST = 0.09  # stops: fainter spots are texture
_CROWD = 0.12  # eye distances about a spot: hair and beard are dark spots by the hundred
_MOST_SHOWN = 6
_FAINTER = 0.65  # of a spot's darkness, from which it may count as gone
_FEWEST = 76.0  # pixels between the irises
_SAME, _RADIUS = 0.03, 0.015  # eye distances: to the mark that a spot is, and of one with no mark

Spot = tuple[float, float, float]
"""x, y in pixels of the pair, and how many stops of its darkness were lost."""


def gone(laid: Laid, data: bytes = b"") -> list[Spot] | None:
    """Spots of the original that the picture lacks, most first; None: the skin is too small.

    Parameters
    ----------
    data : the picture's file, for how it is compressed.
    """
    pair = laid.pair
    if pair.eye_distance < _FEWEST:
        return None
    where = skin(pair.points, pair.shown.shape) & pair.shown
    if where.sum() < 400:
        return None
    original = pair.before
    if laid.scale > 0.9:  # what compression takes of a spot is known
        levels = to_encoded(np.clip(original, 0, 1), np.uint8)
        original = to_linear(encoded_like(levels, data))
    before, after = spots(original, pair.eye_distance), spots(pair.after, pair.eye_distance)
    # Where parts were moved, their spots went along.
    side = 2 * max(1, round(0.03 * pair.eye_distance)) + 1
    after = cv2.dilate(after, np.ones((side, side), np.uint8))
    # What light or compression takes, it takes from all spots alike.
    crowd = cv2.GaussianBlur(before * before, (0, 0), _CROWD * pair.eye_distance)
    strong = where & (before > _LEAST) & (before * before > crowd)
    share = 1.0
    if strong.sum() > 30:
        share = float(np.clip(np.median(after[strong] / before[strong]), 0.5, 1.0))
    # Copies weaken spots, healing takes them away: half a spot is none that is gone.
    left = np.maximum(after, 0) / np.maximum(share * before, 1e-6)
    certain = np.clip((_FAINTER - left) / _FAINTER * 2, 0, 1)
    lost = np.where(strong, certain * (before * share - np.maximum(after, 0)), 0)
    found: list[Spot] = []
    reach = max(2, round(0.06 * pair.eye_distance))
    while len(found) < 50:
        y, x = divmod(int(lost.argmax()), lost.shape[1])
        if lost[y, x] < 0.03:
            break
        found.append((float(x), float(y), float(lost[y, x])))
        lost[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1] = 0
    return found


def transient(laid: Laid, spots_gone: Sequence[Spot], others: Sequence[Facts]) -> list[bool]:
    """Return of each spot whether it comes and goes, as other photos of the person prove.

    Parameters
    ----------
    spots_gone : as `gone` returns them.
    others : the other references.
    """
    if not spots_gone or not others:
        return [False] * len(spots_gone)
    here = skin_view(laid.reference.pixels, laid.reference.face)
    if here is None:
        return [False] * len(spots_gone)
    views = [skin_view(other.pixels, other.face) for other in others]
    elsewhere = [view for view in views if view is not None]
    unit = laid.reference.eye_distance
    known = find_marks(here)
    found = []
    for x, y, _ in spots_gone:
        u, v = laid.source(x, y)
        near = [mark for mark in known if np.hypot(mark.x - u, mark.y - v) < _SAME * unit]
        mark = min(near, key=lambda m: np.hypot(m.x - u, m.y - v), default=None)
        asked = mark or Mark(u, v, _RADIUS * unit, (0.0, 0.0, 0.0), 0.0, 0.0)
        found.append(together([sight(asked, here, there) for there in elsewhere]) == "absent")
    return found


def healed(case: Case) -> Finding:
    """Darkness in stops that the most changed spot lost against the original.

    The statistic is the same of spots that are not proved to come and go.
    """
    laid = case.laid
    if laid is None:
        return could_not_assess(
            NAME, TITLE, "stops", "none of the references is the photo it was made from"
        )
    found = gone(laid, case.picture.data)
    if found is None:
        return could_not_assess(NAME, TITLE, "stops", "the skin is too small to see spots")
    others = [other for other in case.references if other is not laid.reference]
    goes = transient(laid, found, others)
    lasting = [spot for spot, passes in zip(found, goes, strict=True) if not passes]
    statistic = lasting[0][2] if lasting else 0.0
    clear = [spot for spot in lasting if spot[2] > 0.6 * statistic][:_MOST_SHOWN]
    side = 0.09 * case.picture.eye_distance
    number = "A spot" if len(clear) == 1 else f"{len(clear)} spots"
    but = f", but for {sum(goes)} that other photos lack, too" if any(goes) else ""
    return judged(
        NAME,
        TITLE,
        found[0][2] if found else 0.0,
        "stops",
        statistic,
        {
            "consistent": f"The spots of the skin are those of {laid.reference.name}{but}.",
            "differs": f"{number} of the skin in {laid.reference.name} can't be seen here any"
            " more: marked.",
        },
        regions=tuple(
            box_region(case.picture, *laid.place(x, y), side, side, "spot gone")
            for x, y, _ in clear
        ),
    )
