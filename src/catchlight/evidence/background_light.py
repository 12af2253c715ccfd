"""Background light: whether what is behind the person is lit from the original's side.

With the original at hand, the picture's background is compared with the original's and with its
mirror image. A replaced backdrop fits neither, and can't be judged so.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color import to_linear
from .calibration import judged
from .case import Case
from .facts import Facts
from .finding import Finding, Region, could_not_assess
from .skin_zones import stops

__all__ = ["NAME", "background_light"]

NAME, TITLE = "background_light", "the light on the background"
_CELLS = 12  # of the grid, an eye distance: beside a head that fills the frame is little wall
_REACH = (4.0, 2.4)  # eye distances to each side, and above and below the eyes
_LEAST = 60  # cells that both show
_PLAIN = 0.12  # stops: a background that varies less has no side
_SURE = 0.02


def background_light(case: Case) -> Finding:
    """How much better the background fits the mirrored original than the original, in stops."""
    laid = case.laid
    if laid is None:
        return could_not_assess(
            NAME, TITLE, "stops", "none of the references is the photo it was made from"
        )
    if laid.mirrored:
        return could_not_assess(NAME, TITLE, "stops", "the whole picture is mirrored")
    own, theirs = _grid(case.picture), _grid(laid.reference)
    straight = _misfit(own, theirs)
    # the mirror may stand anywhere: shift the mirrored original across
    flipped = [
        found
        for shift in range(-2 * _CELLS, 2 * _CELLS + 1)
        if (found := _misfit(own, _shifted(theirs[:, ::-1], shift))) is not None
    ]
    if straight is None or not flipped:
        return could_not_assess(NAME, TITLE, "stops", "too little of the background is seen")
    best = min(flipped)
    varies = float(np.nanstd(own))
    if varies < _PLAIN:
        return could_not_assess(NAME, TITLE, "stops", "the background is too plain to have a side")
    if min(straight, best) > 0.5 * varies:
        return could_not_assess(
            NAME, TITLE, "stops", "the background is not that of the original: it was replaced"
        )
    value = straight - best
    left = max(case.picture.face.box[0] / case.picture.size[0] - 0.05, 0.02)
    return judged(
        NAME,
        TITLE,
        value,
        "stops",
        float(np.log2((straight + _SURE) / (best + _SURE))),
        {
            "consistent": f"The background is lit from the same side as in {laid.reference.name}.",
            "differs": f"The background is that of {laid.reference.name} flipped left to right: its"
            " light comes from the other side than the face's.",
        },
        regions=(Region(((0, 0), (left, 0), (left, 1), (0, 1))),),
    )


def _grid(facts: Facts) -> NDArray[np.float64]:
    """Lightness of the background in stops on a grid about the eyes; nan where it isn't seen."""
    middle = (facts.face.iris_right + facts.face.iris_left).astype(float) / 2
    step = facts.eye_distance / _CELLS
    columns, rows = (2 * round(reach * _CELLS) for reach in _REACH)
    scale = 1 / step
    matrix = np.array(
        [
            [scale, 0, columns / 2 - middle[0] * scale],
            [0, scale, rows / 2 - middle[1] * scale],
        ]
    )
    small = max(1, int(step / 2))
    pixels = cv2.blur(facts.pixels, (2 * small + 1, 2 * small + 1))
    size = (columns, rows)
    light = stops(to_linear(np.asarray(cv2.warpAffine(pixels, matrix, size), np.uint8)))
    person = cv2.warpAffine(facts.person, matrix, size, borderValue=1.0)
    inside = cv2.warpAffine(
        np.ones(facts.person.shape, np.float32), matrix, size, flags=cv2.INTER_NEAREST
    )
    near = cv2.dilate(person, np.ones((5, 5), np.uint8))
    found = np.where((near < 0.1) & (inside > 0), light, np.nan).astype(np.float64)
    return np.asarray(found)


def _shifted(grid: NDArray[np.float64], shift: int) -> NDArray[np.float64]:
    moved = np.full_like(grid, np.nan)
    if shift >= 0:
        moved[:, shift:] = grid[:, : grid.shape[1] - shift]
    else:
        moved[:, :shift] = grid[:, -shift:]
    return moved


def _misfit(own: NDArray[np.float64], other: NDArray[np.float64]) -> float | None:
    """Spread of two grids' difference in stops, after exposure; None: too little in common."""
    rest = (own - other)[np.isfinite(own) & np.isfinite(other)]
    if rest.size < _LEAST:
        return None
    return float(np.mean(np.abs(rest - np.median(rest))))
