"""Why a person should send another photo: one line each, as the coach would say it, ready to send.

It speaks of the picture and of what to do, never of the person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .brand import MASTER, Brand, SeriesNumbers
from .consistency import QUANTITIES
from .errors import BoundRefused, CatchlightError, NoUsablePhoto, PhotoError
from .team_facts import Facts

__all__ = ["letter", "outside", "refused"]

_MOST = {quantity.name: quantity.most for quantity in QUANTITIES if quantity.most is not None}
_FARTHER = (
    "Please take one from a step further back, upright, so that both shoulders and some wall above"
    " the hair are in it: this one ends too close for the team's frame."
)
_WALL = (
    "Please take one before a plain wall that differs from hair and clothes: in this one it can't"
    " be told surely where hair or clothes end."
)
_LIGHT = (
    "Please take one facing a window, the lamps off: in this one the face is {stops:.1f} stops"
    " darker than it can be made."
)
_BRIGHT = (
    "Please take one out of the direct sun or lamp: in this one the face is {stops:.1f} stops"
    " brighter than it can be made."
)
_OTHER = "Please take another photo: from this one no picture can be made that stays {what}."


def outside(
    facts: Facts, after: Mapping[str, Any], brand: Brand, series: SeriesNumbers
) -> tuple[str, ...]:
    """Return why a finished picture does not belong in its series; empty where it does.

    Parameters
    ----------
    after : measures of the finished picture, see `consistency`.
    """
    reasons: list[str] = []
    if not facts.sure and brand.backdrop.kind == "studio":
        reasons.append(_WALL)
    asked = {"eye_line": 100 * brand.frame.eye_line, "head": 100 * series.heads[MASTER]}
    if any(abs(after[name] - value) > _MOST[name] / 2 for name, value in asked.items()):
        reasons.append(_FARTHER)
    exposure = after.get("exposure")
    if exposure is not None:
        away = exposure - brand.styled(series).tone.exposure
        if abs(away) > _MOST["exposure"]:
            reasons.append((_LIGHT if away < 0 else _BRIGHT).format(stops=abs(away)))
    return tuple(reasons)


def refused(error: CatchlightError) -> str:
    """Return what to ask of somebody from whose photographs no picture could be made."""
    if isinstance(error, NoUsablePhoto) and error.reasons:
        return _reason(error.reasons[0])
    if isinstance(error, PhotoError):
        return _reason(error)
    if isinstance(error, BoundRefused):
        return _OTHER.format(what="a true likeness")
    return f"Please send other photos: {error}"


def _reason(error: PhotoError) -> str:
    hint = f": please {error.hint}" if error.hint else ": please send another one"
    return f"In this photo, {error.path.name}, {error.reason}{hint}."


def letter(name: str, reasons: Sequence[str]) -> str:
    """Return the line to send.

    >>> letter("Ada Example", ["Please take one facing a window.", "And so on."])
    'Ada Example, your photo needs another try. Please take one facing a window.'
    """
    return f"{name}, your photo needs another try. {reasons[0] if reasons else ''}".strip()
