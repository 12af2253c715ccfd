"""The search for the allowed crop that is nearest to a wish.

"Nearest" is a sum of squares in units of what an eye forgives. The search is exhaustive over scale
and place at one rotation, then twice refined, and involves no chance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .crop import Box, Crop, Wish
from .head import CROWN, CutEdge, Head
from .looks import BackdropKind

__all__ = ["Plan", "Problem"]

Floats = NDArray[np.float64]

# What an eye forgives: a deviation of this much costs 1. In shares of the frame's height or width.
_TOLERANCE_SIZE = 0.22  # natural logarithm of the size
_TOLERANCE_EYES = 0.05
_TOLERANCE_SIDE = 0.05
_TOLERANCE_LITTLE_AIR = 0.025
_TOLERANCE_MUCH_AIR = 0.06
_TOLERANCE_SHOULDERS = 0.05
_TOLERANCE_TILT = 4.0  # degrees
_TOLERANCE_FACE = 0.01

# Head and shoulders beat a face alone (Photofeeler, 60,000 ratings): room below the chin.
_SHOULDER_ROOM = 0.16
# Rather into the hair than close under the chin, where a picture is too tight for both.
_CHIN_ROOM, _TOLERANCE_CHIN = 0.07, 0.02
_SIDE_AIR = 0.04
# A face cut off is no headshot; it is only ever planned when the photo itself cuts it.
_FACE_CUT = 10_000.0
_OUT_OF_CIRCLE = 25.0


@dataclass(frozen=True, slots=True)
class Plan:
    """A rectangle in a problem's coordinates, what it costs, and the problem."""

    cost: float
    x: float
    y: float
    height: float
    problem: Problem


class Problem:
    """One crop to plan at one rotation.

    All lengths are in units of the head, all points relative to the eyes and turned so that the
    crop's sides are level: so the plan is the same for every size of the same photo.
    """

    def __init__(
        self,
        frame: tuple[float, float],
        head: Head,
        asked: Wish,
        kind: BackdropKind,
        cut: Sequence[CutEdge],
        avoid: Sequence[Box],
        rotation: float,
    ) -> None:
        self.frame, self.head, self.asked, self.rotation = frame, head, asked, rotation
        self.kind, self.cut = kind, tuple(cut)
        # A rectangle of one unit about the eyes: the map into the crop's directions.
        self._eyes = Crop(head.eyes[0], head.eyes[1], 0.0, 0.0, rotation, frame, 0.0)
        self.corners = self._map([(0, 0), (frame[0], 0), frame, (0, frame[1])])
        self.edges = self._map([p for e in self.cut for p in (e.start, e.end)]).reshape(-1, 2, 2)
        boxes = [] if kind == "studio" else [b for b in avoid if b[2] > b[0] and b[3] > b[1]]
        self.boxes = self._map(
            [p for a, b, c, d in boxes for p in ((a, b), (c, b), (c, d), (a, d))]
        ).reshape(-1, 4, 2)
        self.axes = self._map(head.eyes + head.unit * np.eye(2))  # the photo's own directions
        face, outline = self._map(head.face), self._map(head.outline)
        # The point farthest from any place is a corner of the convex hull.
        self.hull = cv2.convexHull(outline.astype(np.float32))[:, 0].astype(np.float64)
        self.face_low, self.face_high = face.min(axis=0), face.max(axis=0)
        # Half the eyes', half the head's middle: a turned face looks off centre by either alone.
        self.middle = float(face[:, 0].min() + face[:, 0].max()) / 4
        self.crown = float(outline[:, 1].min())
        self.hair = float(outline[:, 0].min()), float(outline[:, 0].max())
        self.asked_height = (1 + CROWN) / asked.head_height
        turned = max(-1.0, min(1.0, head.turn / 30.0)) if math.isfinite(head.turn) else 0.0
        self.side = 0.5 - asked.lead_room * turned
        least = max(asked.residual_tilt, abs(head.roll) - asked.max_straighten)
        tilt = max(0.0, abs(head.roll + rotation) - least)
        self.fixed_cost = (tilt / _TOLERANCE_TILT) ** 2

    def _map(self, points: object) -> Floats:
        """Map photo points into the problem's coordinates."""
        return self._eyes.to_crop(np.asarray(points, np.float64)) / self.head.unit

    def solve(self, bound: float) -> Plan | None:
        """Return the best rectangle that costs less than `bound`, or None."""
        # From a third more than asked down to half of a rectangle that just holds the face.
        asked, aspect = self.asked_height, self.asked.aspect
        span = (self.face_high - self.face_low) / (aspect, 1.0)
        room = (self.corners.max(axis=0) - self.corners.min(axis=0)) / (aspect, 1.0)
        smallest = 0.5 * min(asked, float(span.max()), float(room.min()))
        heights = np.geomspace(smallest, 1.35 * asked, 36)
        step = heights[1] / heights[0]
        eyes, sides = np.linspace(0.2, 0.62, 15), np.linspace(0.2, 0.8, 13)
        plan = self._search(heights, eyes, sides, bound)
        for _ in range(2):
            if plan is None:
                return None
            eye, side = -plan.y / plan.height, -plan.x / (plan.height * aspect)
            heights = plan.height * step ** np.linspace(-1, 1, 9)
            eyes = eye + (eyes[1] - eyes[0]) * np.linspace(-1, 1, 9)
            sides = side + (sides[1] - sides[0]) * np.linspace(-1, 1, 9)
            step **= 0.25
            plan = self._search(heights, eyes, sides, plan.cost) or plan
        return plan

    def placed(self, head_height: float) -> Plan | None:
        """Return the rectangle with the eyes exactly where they are wished; None if not allowed.

        Parameters
        ----------
        head_height : chin to crown as a share of the height, in place of the wish's own.
        """
        height = (1 + CROWN) / head_height
        width = height * self.asked.aspect
        x, y = self.middle - self.side * width, -self.asked.eye_line * height
        if not self._allowed(np.array([[x, y, width, height]]))[0]:
            return None
        return Plan(0.0, x, y, height, self)

    def _search(self, heights: Floats, eyes: Floats, sides: Floats, bound: float) -> Plan | None:
        """Return the best rectangle on a grid that costs less than `bound`, or None.

        Beside the grid, places are tried at which an edge of the crop meets an edge of the photo,
        of a cut or of the face: there the best crops lie when something is in the way.
        """
        aspect = self.asked.aspect
        heights = np.concatenate([heights, self._exact_heights(heights.min(), heights.max())])
        widths = heights * aspect
        low, high = self.corners.min(axis=0), self.corners.max(axis=0)
        ends = self.edges.reshape(-1, 2)
        marks = np.concatenate([[low, high], ends])
        tops = np.concatenate([marks[:, 1], [self.crown, self.face_low[1]]])
        lefts = np.concatenate([marks[:, 0], [self.face_low[0]]])
        bottoms = np.concatenate([marks[:, 1], [self.face_high[1]]])
        rights = np.concatenate([marks[:, 0], [self.face_high[0]]])
        y = _places(-eyes * heights[:, None], tops, bottoms - heights[:, None])
        x = _places(-sides * widths[:, None], lefts, rights - widths[:, None])
        cost = (
            self.fixed_cost
            + self._size_cost(heights)[:, None, None]
            + self._height_cost(y, heights[:, None])[:, :, None]
            + self._side_cost(x, widths[:, None])[:, None, :]
        ).ravel()
        order = np.flatnonzero(cost < bound)
        order = order[np.argsort(cost[order], kind="stable")]
        best: Plan | None = None
        for start in range(0, len(order), 1024):
            block = order[start : start + 1024]
            if best is not None and cost[block[0]] >= best.cost:
                break
            i, j, k = np.unravel_index(block, (len(heights), y.shape[1], x.shape[1]))
            rects = np.stack([x[i, k], y[i, j], widths[i], heights[i]], axis=1)
            allowed = self._allowed(rects)
            if not allowed.any():
                continue
            total = cost[block[allowed]]
            rects = rects[allowed]
            if self.asked.circle:
                total = total + self._circle_cost(rects)
            first = int(np.argmin(total))
            if total[first] < (bound if best is None else best.cost):
                left, top, _, tall = rects[first].tolist()
                best = Plan(float(total[first]), left, top, tall, self)
        return best

    def _exact_heights(self, least: float, most: float) -> Floats:
        """Return the heights in a range at which the crop just fits something."""
        size = self.corners.max(axis=0) - self.corners.min(axis=0)
        face = self.face_high - self.face_low
        aspect = self.asked.aspect
        exact = np.array([size[1], size[0] / aspect, face[1], face[0] / aspect])
        return exact[(exact >= least) & (exact <= most)]

    def _size_cost(self, heights: Floats) -> Floats:
        cost: Floats = (np.log(heights / self.asked_height) / _TOLERANCE_SIZE) ** 2
        return cost

    def _height_cost(self, y: Floats, heights: Floats) -> Floats:
        """Cost of tops `y` of crops of some heights: eye line, air, shoulders, the face whole."""
        asked = self.asked
        air = (self.crown - y) / heights
        least = 0.0 if self.head.crown_cut else asked.headroom_min
        below = (y + heights - self.face_high[1]) / heights
        cost: Floats = (
            ((-y / heights - asked.eye_line) / _TOLERANCE_EYES) ** 2
            + (np.maximum(0, least - air) / _TOLERANCE_LITTLE_AIR) ** 2
            + (np.maximum(0, air - asked.headroom_max) / _TOLERANCE_MUCH_AIR) ** 2
            + (np.maximum(0, _SHOULDER_ROOM - below) / _TOLERANCE_SHOULDERS) ** 2
            + (np.maximum(0, _CHIN_ROOM - below) / _TOLERANCE_CHIN) ** 2
            + _cut_cost((y - self.face_low[1]) / heights)
            + _cut_cost(-below)
        )
        return cost

    def _side_cost(self, x: Floats, widths: Floats) -> Floats:
        """Cost of left edges `x` of crops of some widths: centred, air, the face whole."""
        place = (self.middle - x) / widths
        left, right = (self.hair[0] - x) / widths, 1 - (self.hair[1] - x) / widths
        cost: Floats = (
            ((place - self.side) / _TOLERANCE_SIDE) ** 2
            + (np.maximum(0, _SIDE_AIR - left) / _TOLERANCE_LITTLE_AIR) ** 2
            + (np.maximum(0, _SIDE_AIR - right) / _TOLERANCE_LITTLE_AIR) ** 2
            + _cut_cost((x - self.face_low[0]) / widths)
            + _cut_cost((self.face_high[0] - x) / widths - 1)
        )
        return cost

    def _circle_cost(self, rects: Floats) -> Floats:
        """Cost of the head not being inside the circle."""
        centre = rects[:, :2] + rects[:, 2:] / 2
        across = self.hull[:, 0] - centre[:, :1]
        down = self.hull[:, 1] - centre[:, 1:]
        away = np.sqrt((across * across + down * down).max(axis=1))
        excess = np.maximum(0, away / rects[:, 3] - (0.5 - self.asked.circle_margin))
        cost: Floats = np.where(excess > 0, _OUT_OF_CIRCLE, 0) + (excess / _TOLERANCE_FACE) ** 2
        return cost

    def _allowed(self, rects: Floats) -> NDArray[np.bool_]:
        """Return which rectangles (N, 4) of x, y, width, height break none of the hard rules.

        Convex shapes are apart if and only if a line along one of their sides parts them
        (separating axis theorem; Ericson, Real-Time Collision Detection, 2005, 5.2.1).
        """
        half = rects[:, 2:] / 2
        centre = rects[:, :2] + half
        half = half - 1e-9  # touching is allowed
        good = np.ones(len(rects), bool)
        for start, end in self.edges:
            low, high = np.minimum(start, end), np.maximum(start, end)
            apart = ((low >= centre + half) | (high <= centre - half)).any(axis=1)
            normal = np.array([end[1] - start[1], start[0] - end[0]])
            apart |= np.abs((centre - start) @ normal) >= half @ np.abs(normal)
            good &= apart
        if self.kind == "studio":
            return good
        for box in self.boxes:
            apart = ((box.min(axis=0) >= centre + half) | (box.max(axis=0) <= centre - half)).any(
                axis=1
            )
            for axis in self.axes:
                there, here, reach = box @ axis, centre @ axis, half @ np.abs(axis)
                apart |= (there.min() >= here + reach) | (there.max() <= here - reach)
            good &= apart
        for axis in self.axes:
            there, here, reach = self.corners @ axis, centre @ axis, half @ np.abs(axis)
            good &= (here + reach <= there.max()) & (here - reach >= there.min())
        return good

    def crop(self, plan: Plan) -> Crop:
        """Return a plan in photo pixels."""
        unit, aspect = self.head.unit, self.asked.aspect
        middle = np.array([plan.x + plan.height * aspect / 2, plan.y + plan.height / 2])
        x, y = self._eyes.to_photo(middle * unit)[0].tolist()
        return Crop(
            x=x,
            y=y,
            width=plan.height * aspect * unit,
            height=plan.height * unit,
            rotation=self.rotation,
            frame=self.frame,
            asked_height=self.asked_height * unit,
        )


def _places(grid: Floats, starts: Floats, ends: Floats) -> Floats:
    """Return grid places (N, A), fixed starts (B,) and ends per height (N, C), side by side."""
    return np.concatenate([grid, np.broadcast_to(starts, (len(grid), len(starts))), ends], axis=1)


def _cut_cost(excess: Floats) -> Floats:
    """Cost of a face that reaches over an edge of the crop by some share of it."""
    cost: Floats = np.where(
        excess > 1e-9, _FACE_CUT + (np.maximum(0, excess) / _TOLERANCE_FACE) ** 2, 0.0
    )
    return cost
