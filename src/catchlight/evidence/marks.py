"""Marks: moles, scars and freckles that the references show and the picture does not.

Dark spots of the skin are found in each reference and carried over by the face's landmarks. A spot
that two references show in the same place, or one very clear in a single reference, is taken to be
the person's. Pimples come and go, so new spots are told but count for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color import to_linear
from .calibration import judged
from .case import Case
from .facts import Facts, box_region
from .finding import Finding, could_not_assess
from .skin_zones import encoded_like, round_places, skin, spots

__all__ = ["NAME", "marks"]

NAME, TITLE = "marks", "marks of the skin"
_EYES = 120.0  # pixels between the irises at which spots are looked for, at most
_FEWEST = 70.0  # pixels between the irises: below, moles are a pixel
_CLEAR, _SEEN = 0.20, 0.10  # stops: of a spot by itself, and of one that others confirm
_NEAR = 0.07  # eye distances within which a spot is the same
_MOST = 40
_DARKEST = 0.7  # stops: darker are hair and deep shadow
_MARGIN = 0.12  # eye distances from the edge of the face, where hair falls


@dataclass(frozen=True, slots=True, eq=False)
class _Skin:
    dark: NDArray[np.float32]
    round: NDArray[np.bool_]
    where: NDArray[np.bool_]
    points: NDArray[np.float64]
    eye_distance: float

    def peaks(self, least: float) -> list[tuple[float, float, float]]:
        """Places and strengths of spots at least this dark, darkest first."""
        side = 2 * max(1, round(0.05 * self.eye_distance)) + 1
        top = cv2.dilate(self.dark, np.ones((side, side), np.uint8))
        ys, xs = np.nonzero(
            (self.dark >= top)
            & (self.dark > least)
            & (self.dark < _DARKEST)
            & self.where
            & self.round
        )
        found = [(float(x), float(y), float(self.dark[y, x])) for y, x in zip(ys, xs, strict=True)]
        return sorted(found, key=lambda peak: -peak[2])[:_MOST]

    def near(self, x: float, y: float) -> float | None:
        """Darkest spot within reach of a place; None where that skin is not seen."""
        reach = max(2, round(_NEAR * self.eye_distance))
        x0, y0 = round(x) - reach, round(y) - reach
        if x0 < 0 or y0 < 0:
            return None
        part = (slice(y0, y0 + 2 * reach + 1), slice(x0, x0 + 2 * reach + 1))
        seen = self.where[part]
        if seen.size == 0 or seen.mean() < 0.95:
            return None
        return float(self.dark[part].max())


def _seen(facts: Facts, distance: float, data: bytes = b"") -> _Skin:
    """Skin of a face at a given eye distance; with `data`, as that JPEG file would keep it."""
    x0, y0, x1, y1 = facts.face.box
    low = np.maximum(np.floor([x0, y0]), 0).astype(int)
    high = np.minimum(np.ceil([x1, y1]), facts.size).astype(int)
    scale = min(1.0, distance / facts.eye_distance)
    size = np.maximum(np.round((high - low) * scale), 8).astype(int)
    part = facts.pixels[low[1] : high[1], low[0] : high[0]]
    part = np.asarray(cv2.resize(part, size.tolist(), interpolation=cv2.INTER_AREA), np.uint8)
    if data:
        part = encoded_like(part, data)
    points = (facts.face.landmarks[:, :2] - low) * (size / (high - low))
    own = float(np.linalg.norm(points[473] - points[468]))
    linear = to_linear(part)
    where = skin(points, part.shape[:2])
    side = 2 * max(1, round(_MARGIN * own)) + 1
    where = cv2.erode(where.astype(np.uint8), np.ones((side, side), np.uint8)) > 0
    return _Skin(spots(linear, own), round_places(linear, own), where, points, own)


def _carried(source: _Skin, target: _Skin, x: float, y: float) -> tuple[float, float] | None:
    """The place in another face, by the affine map of the nearest landmarks; None: turned away."""
    away = np.hypot(*(source.points[:468] - (x, y)).T)
    near = np.argsort(away)[:9]
    a = np.column_stack([source.points[near], np.ones(9)])
    solution = np.linalg.lstsq(a, target.points[near], rcond=None)[0]
    grown = abs(np.linalg.det(solution[:2])) * (source.eye_distance / target.eye_distance) ** 2
    if not 0.5 < grown < 2.0:
        return None
    place = np.array([x, y, 1.0]) @ solution
    return float(place[0]), float(place[1])


def marks(case: Case) -> Finding:
    """Darkness in stops that the clearest missing mark of the person lacks."""
    picture = case.picture
    if not case.references:
        return could_not_assess(NAME, TITLE, "stops", "there are no reference photos")
    usable = [r for r in case.references if r.eye_distance >= _FEWEST and r.frontal_enough]
    if picture.eye_distance < _FEWEST or not picture.frontal_enough or not usable:
        return could_not_assess(
            NAME, TITLE, "stops", "the face is too small or too far turned to see its marks"
        )
    distance = min([_EYES, picture.eye_distance, *(r.eye_distance for r in usable)])
    own = _seen(picture, distance)
    theirs = [_seen(reference, distance, picture.data) for reference in usable]
    kept: list[tuple[float, float, float, float]] = []  # place here, darkness there and here
    for index, reference in enumerate(theirs):
        for x, y, dark in reference.peaks(_SEEN):
            others = [
                _strength(reference, other, x, y) for k, other in enumerate(theirs) if k != index
            ]
            known = [value for value in others if value is not None]
            if known:
                dark = min(dark, float(np.median(known)))
            if dark < (_SEEN if known else _CLEAR):
                continue
            place = _carried(reference, own, x, y)
            here = None if place is None else own.near(*place)
            if place is None or here is None:
                continue
            kept.append((*place, dark, here))
    if not kept:
        return could_not_assess(
            NAME, TITLE, "stops", "the references show no mark that can be told from texture"
        )
    lacking = sorted(kept, key=lambda row: -(row[2] - max(row[3], 0)))
    value = max(0.0, lacking[0][2] - max(lacking[0][3], 0))
    corner = np.maximum(np.floor(picture.face.box[:2]), 0)
    scale = picture.eye_distance / own.eye_distance
    side = 0.09 * picture.eye_distance
    shown = [row for row in lacking[:4] if row[2] - max(row[3], 0) > 0.6 * value]
    seen = sum(row[3] > 0.5 * row[2] for row in kept)
    return judged(
        NAME,
        TITLE,
        value,
        "stops",
        value,
        {
            "consistent": f"{seen} of {len(kept)} marks that the references show are seen here too,"
            " and none that is clear is missing.",
            "differs": "A mark that the references show is not seen here (marked): removed, or"
            " covered by make-up, hair or light.",
        },
        regions=tuple(
            box_region(
                picture, row[0] * scale + corner[0], row[1] * scale + corner[1], side, side,
                "mark missing",
            )
            for row in shown
        ),
    )  # fmt: skip


def _strength(source: _Skin, other: _Skin, x: float, y: float) -> float | None:
    place = _carried(source, other, x, y)
    return None if place is None else other.near(*place)
