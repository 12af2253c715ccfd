"""The errors Catchlight raises, as one tree.

    CatchlightError                    exit code
    ├── UsageError                     2   the request itself is wrong
    │   └── NotConsented                   faces would be compared, and nobody agreed to that
    ├── PhotoError                     3   one photograph cannot be used
    │   ├── UnreadablePhoto                not an image, damaged, vanished, no permission
    │   ├── UnsupportedPhoto               a format or mode that is not read
    │   ├── PhotoTooLarge                  more pixels or bytes than the limit
    │   └── UnusablePhoto                  read well, but no headshot can come from it
    ├── NoUsablePhoto                  3   none of the photographs can be used
    ├── BoundRefused                   4   a likeness bound would be broken
    ├── ModelError                     1   a model file is missing or not the one expected
    ├── RecipeError                    2   a recipe, look or destination file is wrong
    ├── CredentialError                1   a picture cannot be signed, or a key not be used
    └── OutputError                    1   the result could not be written

A message names the file, the number that failed and the next step, so that it can be shown to a
user as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

__all__ = [
    "BoundRefused",
    "CatchlightError",
    "CredentialError",
    "ModelError",
    "NoUsablePhoto",
    "NotConsented",
    "OutputError",
    "PhotoError",
    "PhotoTooLarge",
    "RecipeError",
    "UnreadablePhoto",
    "UnsupportedPhoto",
    "UnusablePhoto",
    "UsageError",
    "printable",
]


def printable(name: object) -> str:
    r"""Return a file name safe to print on one line: control characters are escaped.

    >>> printable("a\nb.jpg")
    'a\\nb.jpg'
    """
    text = str(name)
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


class CatchlightError(Exception):
    """Any error that Catchlight raises on purpose; its text is fit for a user to read."""

    exit_code = 1


class UsageError(CatchlightError):
    """The request is wrong: an unknown look, a folder without photos, contradictory options."""

    exit_code = 2


class NotConsented(UsageError):
    """Faces would be compared without a consent in force; the message says how to give one."""


class PhotoError(CatchlightError):
    """One photograph cannot be used.

    Parameters
    ----------
    path : file name of the photograph.
    reason : what is wrong, with the number that failed, without a final full stop.
    hint : what the user can do about it; empty when there is nothing to do.
    """

    exit_code = 3

    def __init__(self, path: str | Path, reason: str, hint: str = "") -> None:
        self.path = Path(path)
        self.reason = reason
        self.hint = hint
        tail = f": {hint}" if hint else ""
        super().__init__(f"{printable(self.path.name)}: {reason}{tail}")

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by what it was made of, so that a worker process can hand it back."""
        return type(self), (self.path, self.reason, self.hint)


class UnreadablePhoto(PhotoError):
    """The file is not an image, is damaged or truncated, has vanished or may not be read."""


class UnsupportedPhoto(PhotoError):
    """The file is an image of a kind that is not read."""


class PhotoTooLarge(PhotoError):
    """The file has more bytes or pixels than the limits allow."""


class UnusablePhoto(PhotoError):
    """It was read, but no headshot can come from it (no face, too small, somebody else)."""


class NoUsablePhoto(CatchlightError):
    """None of the photographs can be used; `reasons` has the error of each."""

    exit_code = 3

    def __init__(self, reasons: Sequence[PhotoError]) -> None:
        self.reasons = tuple(reasons)
        lines = "\n".join(f"  {reason}" for reason in self.reasons)
        one = "The photo" if len(self.reasons) == 1 else f"None of the {len(self.reasons)} photos"
        verb = "cannot be used" if len(self.reasons) == 1 else "can be used"
        super().__init__(f"{one} {verb}:\n{lines}")

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by what it was made of."""
        return type(self), (self.reasons,)


class BoundRefused(CatchlightError):
    """A likeness bound would be broken and backing off did not help."""

    exit_code = 4


class ModelError(CatchlightError):
    """A model file is missing, damaged or not the one the manifest names."""


class RecipeError(CatchlightError):
    """A recipe, look or destination file is wrong; the message names the file and the key."""

    exit_code = 2


class CredentialError(CatchlightError):
    """A picture cannot be signed, or a key or certificate is missing, damaged or not fit for it."""


class OutputError(CatchlightError):
    """The result could not be written (disk full, no permission); nothing partial is left."""
