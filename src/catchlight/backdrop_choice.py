"""What the user asks to stand behind them, read from one word."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

from .edits import Lens
from .errors import UsageError, printable
from .files import sha256
from .looks import Look
from .photo import read

__all__ = ["BackdropChoice", "backdrop_choice"]

_Kind = Literal["keep", "soften", "studio", "photo"]
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_APERTURES = (0.7, 64.0)


@dataclass(frozen=True, slots=True)
class BackdropChoice:
    """What the user asked to stand behind them.

    Attributes
    ----------
    kind : "keep", "soften", "studio" or "photo".
    path, sha256 : of the photograph for "photo".
    color : sRGB as `#rrggbb`, for "studio" before a paper of any colour; empty: the look's papers.
    lens : for "soften" and "photo"; None: a portrait lens with the look's blur.
    f_number : of that portrait lens, in place of the look's blur; None: the look's.
    """

    kind: _Kind
    path: str = ""
    sha256: str = ""
    color: str = ""
    lens: Lens | None = None
    f_number: float | None = None


def backdrop_choice(
    asked: str | Path | None, look: Look, f_number: float | None = None
) -> BackdropChoice:
    """Return the choice that a word stands for.

    Parameters
    ----------
    asked : "keep", "soften", "studio", a paper's colour as `#rrggbb`, or a photograph to stand
        before; None: the look's own.
    look : the look.
    f_number : aperture of the portrait lens that blurs a softened background or a photograph.

    Raises
    ------
    UsageError : neither a word, a colour nor a photograph; or no aperture that a lens has.
    PhotoError : the photograph cannot be read.
    """
    least, most = _APERTURES
    if f_number is not None and not least <= f_number <= most:
        raise UsageError(f"--f-number is {f_number:g}; it can be {least:g} to {most:g}")
    return replace(_named(asked, look), f_number=f_number)


def _named(asked: str | Path | None, look: Look) -> BackdropChoice:
    if asked is None:
        return BackdropChoice(look.backdrop.kind)
    word = str(asked)
    for kind in get_args(_Kind)[:3]:
        if word == kind:
            return BackdropChoice(kind)
    if _COLOR.fullmatch(word):
        return BackdropChoice("studio", color=word.lower())
    path = Path(asked)
    if not path.is_file():
        raise UsageError(
            f"--backdrop {printable(asked)}: neither keep, soften or studio, nor a colour like"
            " #8090a0, nor a photo"
        )
    read(path, max_side=64)  # says now what is wrong with it
    return BackdropChoice("photo", str(path.resolve()), sha256(path))
