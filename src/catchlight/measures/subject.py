"""What the measures look at: one face in one photograph."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..faces import Face
from ..photo import Photo
from ..skin import FaceView

__all__ = ["Subject", "once"]

_P = ParamSpec("_P")
_R = TypeVar("_R")


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """The person whose headshot is made, as seen in one photograph.

    Attributes
    ----------
    photo : the photograph, often read at reduced size.
    face : the person's face, in pixels of `photo`.
    others : faces of other people in the same photograph.
    view : the face upright at normal size, in linear light.
    person : (h, w) float32, 0..1, where a person is, coarsely, over the whole frame of `photo` at
        reduced size (any); None where it was not asked for.
    found : facts that several measures share, kept by `once`; a changed copy starts without any.
    """

    photo: Photo
    face: Face
    others: tuple[Face, ...]
    view: FaceView
    person: NDArray[np.float32] | None = None
    found: dict[Any, Any] = field(default_factory=dict, repr=False, init=False)

    @property
    def eye_distance(self) -> float:
        """Distance between the iris centres in pixels of the full-resolution photograph."""
        return self.face.eye_distance / self.photo.scale


def once(
    fact: Callable[Concatenate[Subject, _P], _R],
) -> Callable[Concatenate[Subject, _P], _R]:
    """Find out a fact of a subject once: asked again, it is known (positional arguments only)."""

    def known(subject: Subject, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        key = (fact, *args)
        if key not in subject.found:
            subject.found[key] = fact(subject, *args, **kwargs)
        found: _R = subject.found[key]
        return found

    update_wrapper(known, fact)
    return known
