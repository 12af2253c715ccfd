"""Neck light: whether face and neck are lit from the same side.

One lamp that makes one cheek brighter than the other does the same to the two sides of the neck,
which are turned much as the cheeks are. A face that was swapped in, relit or generated need not
follow (Johnson & Farid 2005, "Exposing digital forgeries by detecting inconsistencies in
lighting"). The two are compared in stops, so neither skin colour nor exposure matters. Collars,
beards and hair over the neck leave nothing to read; the chin's own shadow does a little.
"""

from __future__ import annotations

import numpy as np

from ..head_view import Reach, axes_at, between, rectified, stops, within_frame
from ..landmarks import CHIN
from .calibration import judged
from .case import Case
from .facts import Facts, box_region
from .finding import Finding, could_not_assess

__all__ = ["NAME", "left_over_right", "neck_light"]

NAME, TITLE = "neck_light", "the light on face and neck"
_UNIT = "stops"
_TURNED = 15.0  # degrees, of yaw and roll
_FINE = 10.0  # pixels per cm
_REACH: Reach = (7.0, 7.0, 9.0, 7.0)  # about the chin
_CHEEK = ((2.2, -6.0), (5.2, -2.5))  # cm outward and below the chin, on the subject's left
_NECK = ((1.2, 2.0), (4.0, 4.5))
_SKIN = (0.5, 2.0, 1.2)  # stops from the cheeks: of colour, darker, brighter
_SEEN = 0.6  # share of each side of the neck that has to be bare skin


def left_over_right(facts: Facts) -> tuple[float, float] | None:
    """Return by how many stops the left side is brighter: of the face, and of the neck.

    None where the head is turned or the neck is not bare on both sides.
    """
    if abs(facts.face.yaw) > _TURNED or abs(facts.face.roll) > _TURNED:
        return None
    axes = axes_at(facts.face, CHIN)
    piece = stops(rectified(facts.pixels, axes, _REACH, _FINE))
    shown = within_frame(facts.size, axes, _REACH, _FINE)
    cheeks, necks = (
        [between(*_mirrored(*zone, side), _REACH, _FINE) for side in (-1, 1)]
        for zone in (_CHEEK, _NECK)
    )
    usual = np.median(np.concatenate([piece[c][shown[c]] for c in cheeks]), axis=0)
    colour, darker, brighter = _SKIN
    off = piece - usual
    bare = (np.hypot(off[..., 1], off[..., 2]) < colour) & shown
    bare &= (off[..., 0] > -darker) & (off[..., 0] < brighter)
    if min(float(bare[neck].mean()) for neck in necks) < _SEEN:
        return None
    face = [float(np.median(piece[c][..., 0][shown[c]])) for c in cheeks]
    neck = [float(np.median(piece[n][..., 0][bare[n]])) for n in necks]
    return face[1] - face[0], neck[1] - neck[0]


def _mirrored(
    low: tuple[float, float], high: tuple[float, float], side: int
) -> tuple[tuple[float, float], tuple[float, float]]:
    """A zone on the subject's right (-1) or left (1)."""
    if side > 0:
        return low, high
    return (-high[0], low[1]), (-low[0], high[1])


def neck_light(case: Case) -> Finding:
    """Stops by which the neck's brighter side is another, or brighter by more, than the face's."""
    found = left_over_right(case.picture)
    if found is None:
        reason = "the neck is covered, cut off by the frame, or the head is turned"
        return could_not_assess(NAME, TITLE, _UNIT, reason)
    face, neck = found
    value = abs(neck - face)
    chin = case.picture.face.landmarks[CHIN]
    distance = case.picture.eye_distance
    return judged(
        NAME,
        TITLE,
        value,
        _UNIT,
        value,
        {
            "consistent": "Face and neck are lit from the same side, as one light does it.",
            "differs": f"The {_side(face)} side of the face is brighter by {abs(face):.1f} stops,"
            f" the {_side(neck)} side of the neck by {abs(neck):.1f}: one light does not do that,"
            " unless something shades the neck.",
        },
        regions=(
            box_region(case.picture, float(chin[0]), float(chin[1]) + 0.5 * distance,
                       0.75 * distance, 0.4 * distance, "neck"),
        ),
    )  # fmt: skip


def _side(stops_left: float) -> str:
    return "left" if stops_left > 0 else "right"
