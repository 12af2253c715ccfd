"""What the measures look at: one face in one photograph."""

from __future__ import annotations

from dataclasses import dataclass

from ..faces import Face
from ..photo import Photo
from ..skin import FaceView

__all__ = ["Subject"]


@dataclass(frozen=True, slots=True)
class Subject:
    """The person whose headshot is made, as seen in one photograph.

    Attributes
    ----------
    photo : the photograph, often read at reduced size.
    face : the person's face, in pixels of `photo`.
    others : faces of other people in the same photograph.
    view : the face upright at normal size, in linear light.
    """

    photo: Photo
    face: Face
    others: tuple[Face, ...]
    view: FaceView

    @property
    def eye_distance(self) -> float:
        """Distance between the iris centres in pixels of the full-resolution photograph."""
        return self.face.eye_distance / self.photo.scale
