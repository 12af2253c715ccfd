"""Retouching: how much of it a look or the user wants becomes edits of the person's skin.

none      nothing but light and colour
light     small red spots healed, shine brought down a little
standard  the same, shine a little more, and redness and the shadows under the eyes evened
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .edits import AnyEdit, Evenness, Shine
from .edits.skin_area import LUMA
from .errors import PhotoError, UsageError
from .faces import Face
from .healing import ByHand, Decided, plan_heal
from .looks import RetouchLevel
from .mark_evidence import Sight, sight, together
from .marks import SkinView, find_marks, skin_view
from .measures.white_point import white_balance_stops
from .settings import Settings
from .skin import FaceView
from .survey import Seen, eight_bit, read_within, refine

__all__ = ["Retouched", "Wish", "asked_retouching", "other_skins", "retouch"]

_SHINE = {"light": 0.35, "standard": 0.55}
# Eye distances over which the shine edit sets in. At half of it, the edges of what is taken show to
# a face network: a burst's pick was 0.093 from itself by this edit alone, and is 0.067 so.
_SHINE_SOFT = 0.07
_OTHERS = 3  # photos of the person that are asked whether they show a mark too


@dataclass(frozen=True, slots=True)
class Wish:
    """How much retouching is wanted, and what of it by hand."""

    level: RetouchLevel = "light"
    by_hand: ByHand = field(default_factory=ByHand)


@dataclass(frozen=True, slots=True)
class Retouched:
    """The edits of the skin, what was decided of each mark, and sentences about it."""

    edits: tuple[AnyEdit, ...] = ()
    marks: tuple[Decided, ...] = ()
    notes: tuple[str, ...] = ()


def asked_retouching(level: RetouchLevel, by_hand: ByHand, top: int) -> Wish:
    """Return what was asked for, `top` pictures long.

    Raises
    ------
    UsageError : places that are not in the one photo they are for, or removal without retouching.
    """
    for flag, points in (("--remove", by_hand.remove), ("--keep", by_hand.keep)):
        if points and top != 1:
            raise UsageError(f"{flag} is a place in one photo: use it with --top 1")
        for x, y in points:
            if not (0 <= x <= 1 and 0 <= y <= 1):
                raise UsageError(
                    f"{flag} {x:g},{y:g}: shares of the photo from its upper left corner, 0 to 1"
                )
    if by_hand.remove and level == "none":
        raise UsageError("--remove needs retouching: use --retouch light")
    return Wish(level, by_hand)


def other_skins(entries: Sequence[tuple[Seen, int]], settings: Settings) -> tuple[SkinView, ...]:
    """Read the person's skin in other photos, those with the largest faces.

    Parameters
    ----------
    entries : photographs, and which of the faces in each is the person's.
    """
    order = sorted(entries, key=lambda e: (-e[0].faces[e[1]].eye_distance, e[0].index))
    views = []
    for entry, at in order[:_OTHERS]:
        try:
            photo = read_within(settings, entry.path).turned(entry.quarter_turns)
        except PhotoError:  # it was read before; without it there is less evidence
            continue
        pixels = eight_bit(photo.pixels)
        view = skin_view(pixels, refine(pixels, entry.faces[at]))
        if view is not None:
            views.append(view)
    return tuple(views)


def retouch(
    pixels: NDArray[np.uint8] | NDArray[np.uint16],
    face: Face,
    view: FaceView,
    wish: Wish,
    others: Callable[[], Sequence[SkinView]] = tuple,
) -> Retouched:
    """Plan the edits of the skin.

    Parameters
    ----------
    pixels : (H, W, 3), the photograph at full size.
    face, view : the subject's face in it, and the same upright at normal size.
    others : gives the person's skin in other photos; called only where there is a mark to judge.
    """
    if wish.level == "none":
        return Retouched(notes=("No retouching: the skin is as shot but for light and colour.",))
    edits: list[AnyEdit] = []
    notes: list[str] = []
    marks: tuple[Decided, ...] = ()
    skin = skin_view(pixels, face)
    if skin is None:
        notes.append("The face is too small here to tell spots from moles: none was healed.")
    else:
        found = find_marks(skin)
        again: list[Sight] = ["unsure"] * len(found)
        if found and not wish.by_hand.keep_all:
            elsewhere = others()
            again = [together([sight(mark, skin, o) for o in elsewhere]) for mark in found]
        frame = (pixels.shape[1], pixels.shape[0])
        heal, marks = plan_heal(skin, found, again, frame, wish.by_hand)
        if heal is not None:
            edits.append(heal)
    shine = _shine(view, face.eye_distance, _SHINE[wish.level])
    if shine is not None:
        edits.append(shine)
        if wish.level == "standard":
            edits.append(Evenness())
    return Retouched(tuple(edits), marks, tuple(notes))


def _shine(view: FaceView, eye_distance: float, amount: float) -> Shine | None:
    """The shine edit, with the colours of skin and light; None for black-and-white pictures."""
    balance = white_balance_stops(view, eye_distance)
    colors = view.linear[view.skin]
    if balance is None or len(colors) < 50:
        return None
    levels = colors @ LUMA
    low, high = np.quantile(levels, (0.3, 0.6))
    middle = np.median(colors[(levels >= low) & (levels <= high)], axis=0)
    light = np.exp2(-np.array([balance[0], 0.0, balance[1]]))
    return Shine(amount=amount, skin=_unit(middle), light=_unit(light), soft=_SHINE_SOFT)


def _unit(color: NDArray[np.floating]) -> tuple[float, float, float]:
    """A colour at luminance 1."""
    red, green, blue = (color / max(float(color @ LUMA), 1e-4)).tolist()
    return round(red, 4), round(green, 4), round(blue, 4)
