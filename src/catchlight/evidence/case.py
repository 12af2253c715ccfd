"""What every kind of evidence is given: the picture, the references, and the original if known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from .facts import Facts
from .original import Laid, laid_together

__all__ = ["Case"]


@dataclass(frozen=True, eq=False)
class Case:
    """A picture to audit.

    Attributes
    ----------
    picture : the audited picture.
    references : the person's own photographs; may be empty.
    """

    picture: Facts
    references: tuple[Facts, ...]

    @cached_property
    def laid(self) -> Laid | None:
        """The picture with the reference it was made from laid under it; None where none is it."""
        for reference in self.references:
            found = laid_together(self.picture, reference)
            if found is not None:
                return found
        return None

    @cached_property
    def facing(self) -> tuple[Facts, ...]:
        """The references whose face is turned little enough to compare its shape."""
        return tuple(reference for reference in self.references if reference.frontal_enough)
