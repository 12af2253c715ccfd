"""Hairline: how high above the brows the hair begins, against the nearest reference.

Up the middle of the forehead the skin ends with a step in brightness or colour. It is looked for in
three strips side by side, of which two have to agree; where hair falls over the forehead, a hat
covers it or there is no hair, nothing is read. Hair is cut and falls as it likes, so a difference
means little by itself; generators and retouchers draw hairlines anew, lower and denser. Against the
original a copy reads the same to 6 %, so there much less is told.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..head_view import Reach, axes_at, between, rectified, stops, within_frame
from .calibration import judged
from .case import Case
from .facts import Facts, box_region
from .finding import Finding, could_not_assess

__all__ = ["NAME", "forehead_height", "hairline", "hairline_moved"]

NAME, TITLE = "hairline", "the height of the hairline"
_UNIT = "of the nearest reference's"
_BETWEEN_BROWS = 9
_SMALLEST = 40.0  # pixels between the irises
_TURNED, _NODDED = 25.0, 20.0  # degrees
_APART = 12.0  # degrees of nodding between two photographs: the forehead is foreshortened
_FINE = 10.0  # pixels per cm
_REACH: Reach = (3.0, 3.0, 11.0, 1.0)
_STRIPS = (-1.5, -0.5, 0.5)  # cm: where each of 1 cm begins
_LOW, _HIGH = 1.6, 8.0  # cm above the brows
_STEP = 0.9  # stops between what is above and what is below
_WINDOW = 6  # rows on each side of a step
_BRIGHTER = 0.6  # weight of being brighter: gleams on the skin are, hair mostly is not
_AGREE = 0.5  # cm between two strips


def forehead_height(facts: Facts) -> float | None:
    """Return how far above the point between the brows the hair begins, in cm; None: not seen."""
    face = facts.face
    if facts.eye_distance < _SMALLEST or abs(face.yaw) > _TURNED or abs(face.pitch) > _NODDED:
        return None
    axes = axes_at(face, _BETWEEN_BROWS)
    piece = stops(rectified(facts.pixels, axes, _REACH, _FINE))
    shown = within_frame(facts.size, axes, _REACH, _FINE)
    heights = []
    for left in _STRIPS:
        strip = between((left, -_REACH[2]), (left + 1.0, _REACH[3]), _REACH, _FINE)
        whole = np.asarray(shown[strip].all(axis=1), np.bool_)
        row = _first_step(np.median(piece[strip], axis=1), whole)
        if row is not None:
            heights.append(_REACH[2] - (row + 0.5) / _FINE)
    heights.sort()
    pairs = [(high - low, (low + high) / 2) for low, high in itertools.pairwise(heights)]
    if not pairs or min(pairs)[0] > _AGREE:
        return None
    return min(pairs)[1]


def _first_step(rows: NDArray[np.float32], shown: NDArray[np.bool_]) -> int | None:
    """The lowest row of a strip across which brightness or colour steps; rows (n, 3) in stops."""
    n = _WINDOW
    total = np.vstack([np.zeros((1, 3)), np.cumsum(rows, axis=0, dtype=np.float64)])
    at = np.arange(n, len(rows) - n - 1)
    above = (total[at] - total[at - n]) / n
    below = (total[at + n + 1] - total[at + 1]) / n
    off = above - below
    off[:, 0] *= np.where(off[:, 0] > 0, _BRIGHTER, 1.0)
    step = np.zeros(len(rows))
    step[at] = np.linalg.norm(off, axis=1)
    lowest, highest = (round((_REACH[2] - v) * _FINE) for v in (_LOW, _HIGH))
    for row in range(lowest, highest, -1):
        if not shown[row - n]:
            return None
        if step[row] > _STEP and step[row] >= step[max(0, row - 5) : row + 6].max():
            return row
    return None


def hairline(case: Case) -> Finding:
    """Height of the forehead over the nearest reference's; the statistic: its logarithm's size."""
    if not case.references:
        return could_not_assess(NAME, TITLE, _UNIT, "there are no reference photos")
    nod = case.picture.face.pitch
    alike = [r for r in case.references if abs(r.face.pitch - nod) <= _APART]
    return _against(
        case.picture,
        alike,
        (NAME, TITLE, _UNIT),
        "The hair begins as high above the brows as in a reference.",
        "the nearest reference: combed or cut otherwise, or not theirs",
    )


def hairline_moved(case: Case) -> Finding:
    """The same against the original alone, where combing and light are no excuse."""
    names = ("hairline_moved", "where the hair begins", "of the original's")
    if case.laid is None:
        return could_not_assess(*names, "none of the references is the photo it was made from")
    original = case.laid.reference
    return _against(
        case.picture,
        [original],
        names,
        f"The hair begins where it does in {original.name}.",
        f"{original.name}: hair was added, taken away or moved",
    )


def _against(
    picture: Facts,
    references: Sequence[Facts],
    names: tuple[str, str, str],
    consistent: str,
    differs: str,
) -> Finding:
    """Judge the height against the nearest of some photos; `differs`: from which, and why."""
    own = forehead_height(picture)
    theirs = [h for h in map(forehead_height, references) if h is not None]
    if own is None or not theirs:
        reason = "no hairline is seen both in the picture and in a reference photo"
        return could_not_assess(*names, reason)
    value = float(min((own / other for other in theirs), key=lambda ratio: abs(np.log(ratio))))
    name, title, unit = names
    axes = axes_at(picture.face, _BETWEEN_BROWS)
    x, y = axes.origin + axes.cm(0.0, -own)
    return judged(
        name,
        title,
        value,
        unit,
        abs(float(np.log(value))),
        {
            "consistent": consistent,
            "differs": f"The hair begins {value:.2f} times as high above the brows as in"
            f" {differs}.",
        },
        spread=max(theirs) / min(theirs) if len(theirs) > 1 else None,
        regions=(box_region(picture, float(x), float(y), 3 * axes.scale, axes.scale, "hairline"),),
    )
