"""Plans a crop: where a headshot photographer would have put the frame, within what the photo has.

Pure geometry. What may not be broken is checked, never weighed:

- an edge of the photograph that cuts the person may touch the crop's edge and never lie within it:
  nothing of a person is invented, so where the photo ends, the crop ends;
- a backdrop that is the real background (`keep`, `soften`) keeps the crop within the photograph,
  and away from other people's faces.

Among the crops that are left, the one nearest to the wished framing is taken (`crop_search`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .crop import Box, Crop, Wish, circle_excess
from .crop_search import Plan, Problem
from .destinations import Destination
from .head import CROWN, CutEdge, Head
from .looks import EYES_IN_HEAD, BackdropKind, Framing

__all__ = ["NoCrop", "Wish", "plan_crop", "rotations", "wish"]

# Smaller corrections are not worth the resampling.
_LEAST_ROTATION = 1.0


class NoCrop(Exception):
    """No crop is possible; the text says why, as a phrase without a final full stop."""


def wish(framing: Framing, destination: Destination | None = None) -> Wish:
    """Return the framing of a look for its master headshot, or for a destination."""
    asked = Wish(
        aspect=framing.ratio,
        eye_line=framing.eye_line,
        head_height=framing.head_height,
        headroom_min=framing.headroom_min,
        headroom_max=framing.headroom_max,
        lead_room=framing.lead_room,
        max_straighten=framing.max_straighten,
        residual_tilt=framing.residual_tilt,
        exact=framing.exact,
    )
    if destination is None:
        return asked
    asked = replace(
        asked,
        aspect=destination.aspect,
        circle=destination.shape == "circle",
        circle_margin=destination.circle_margin,
    )
    if destination.eye_line is None and destination.head_height is None:
        return asked
    eye_line = destination.eye_line or framing.eye_line
    head_height = destination.head_height or framing.head_height
    crown = eye_line - EYES_IN_HEAD * head_height
    # A round picture has its middle in the middle: no lead room.
    return replace(
        asked,
        eye_line=eye_line,
        head_height=head_height,
        headroom_min=max(0.0, crown - 0.05),
        headroom_max=max(0.0, crown + 0.05),
        lead_room=0.0 if asked.circle else asked.lead_room,
    )


def plan_crop(
    frame: tuple[float, float],
    head: Head,
    asked: Wish,
    kind: BackdropKind,
    cut: Sequence[CutEdge] = (),
    avoid: Sequence[Box] = (),
    rotation: float | None = None,
) -> Crop:
    """Plan the crop of one photograph.

    Parameters
    ----------
    frame : width and height of the photograph in pixels.
    head : of the person, as `head.measure_head` gives it.
    asked : the framing.
    kind : of the backdrop. Only `studio` may reach beyond the photograph, where only background is.
    cut : where the border cuts the person, as `head.cut_edges` gives it.
    avoid : boxes (x0, y0, x1, y1) of other people's faces in photo pixels; a `keep` or `soften`
        crop has no part of them. A studio backdrop replaces them.
    rotation : to use, in degrees; None plans it. For a destination, that of the master headshot.

    Raises
    ------
    NoCrop
        The eyes lie outside the photograph, another face is in the way of every crop, or the photo
        is too small for a crop of that shape and rotation.
    """
    width, height = frame
    if not (0 < head.eyes[0] < width and 0 < head.eyes[1] < height):
        raise NoCrop("the eyes lie outside the photo")
    best: Plan | None = None
    angles = rotations(head, asked) if rotation is None else [rotation]
    for angle in angles if asked.exact else []:
        best = Problem(frame, head, asked, kind, cut, avoid, angle).placed(asked.head_height)
        if best is not None:
            crop = best.problem.crop(best)
            return replace(crop, notes=tuple(_notes(crop, best, head, asked, kind)))
    for angle in angles:
        problem = Problem(frame, head, asked, kind, cut, avoid, angle)
        bound = math.inf if best is None else best.cost
        plan = problem.solve(bound)
        if plan is not None and plan.cost < bound:
            best = plan
    if best is None:
        if kind != "studio" and len(avoid):
            raise NoCrop("another person's face is too close for a crop without it")
        raise NoCrop("the photo has no room for a crop of the shape asked for")
    crop = best.problem.crop(best)
    return replace(crop, notes=tuple(_notes(crop, best, head, asked, kind)))


def rotations(head: Head, asked: Wish) -> list[float]:
    """Return the rotations to try, in degrees, the one asked for first."""
    wanted = max(0.0, abs(head.roll) - asked.residual_tilt)
    wanted = -math.copysign(min(wanted, asked.max_straighten), head.roll)
    if abs(wanted) < _LEAST_ROTATION:
        return [0.0]
    return [wanted, 0.75 * wanted, 0.5 * wanted, 0.25 * wanted, 0.0]


def _notes(crop: Crop, plan: Plan, head: Head, asked: Wish, kind: BackdropKind) -> list[str]:
    """Say what a user should know about a crop."""
    notes: list[str] = []
    if head.crown_cut:
        notes.append("the photo cuts the top of the head, so the crop starts there")
    ended = _ended_by(crop, plan, head, kind)
    share = (1 + CROWN) * head.unit / crop.height
    if crop.tightness > 1.08:
        notes.append(
            f"a tighter crop than the look asks (the head takes {share:.0%} of the height instead"
            f" of {asked.head_height:.0%}): {ended}"
        )
    elif crop.tightness < 1 / 1.12:
        notes.append(
            f"a wider crop than the look asks (the head takes {share:.0%} of the height instead of"
            f" {asked.head_height:.0%}), for air round the hair"
        )
    inner = crop.to_crop(head.face) / (crop.width, crop.height)
    if inner.min() < -1e-6 or inner.max() > 1 + 1e-6:
        notes.append(f"the face does not fit into the crop: {ended}")
    air = float(crop.to_crop(head.outline)[:, 1].min()) / crop.height
    if not head.crown_cut and air < asked.headroom_min - 0.03:
        notes.append(f"little air above the hair ({max(air, 0):.0%} of the height): {ended}")
    if asked.circle and circle_excess(crop, head.outline, asked.circle_margin) > 0.002:
        notes.append("the head reaches over the circle that round avatars show")
    left = abs(head.roll + crop.rotation)
    if crop.rotation:
        notes.append(f"straightened by {abs(crop.rotation):.1f} degrees")
    if left > asked.residual_tilt + 1.5:
        notes.append(f"the head stays tilted by {left:.0f} degrees")
    return notes


def _ended_by(crop: Crop, plan: Plan, head: Head, kind: BackdropKind) -> str:
    """Say what keeps a crop from being wider."""
    near = 0.02 * plan.height
    low = np.array([plan.x - near, plan.y - near])
    high = np.array([plan.x + plan.height * plan.problem.asked.aspect, plan.y + plan.height]) + near
    where: list[str] = []
    for edge, (start, end) in zip(plan.problem.cut, plan.problem.edges, strict=True):
        steps = start + np.linspace(0, 1, 65)[:, None] * (end - start)
        if not ((steps > low) & (steps < high)).all(axis=1).any():
            continue
        if edge.side == "bottom":
            below = (plan.problem.frame[1] - head.eyes[1]) / head.unit - 1
            place = "just below the chin" if below < 0.7 else "at the shoulders"
            place = "below the shoulders" if below > 1.8 else place
        elif edge.side == "top":
            place = "at the hair"
        else:
            place = f"at the body on the {edge.side} of the picture"
        if place not in where:
            where.append(place)
    if where:
        return f"the photo ends {' and '.join(where)}"
    if len(plan.problem.boxes):
        return "another person stands close"
    if kind != "studio":
        return "the photo ends there, and its own background is kept"
    return "the photo leaves no room"
