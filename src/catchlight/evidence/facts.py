"""What the kinds of evidence share: one person's face in one photograph, and what is seen of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from .. import identity
from ..consent import Consent
from ..faces import Face
from ..head_pose import frontal
from ..irises import Iris, hidden, irises
from ..lighting import Lighting, lighting
from ..person import person_mask
from ..photo import Photo
from ..skin import FaceView, face_view
from .finding import Region

__all__ = ["Facts", "box_region", "polygon"]

_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)


@dataclass(frozen=True, eq=False)
class Facts:
    """One person's face in one photograph.

    Attributes
    ----------
    name : the file's name.
    data : the file's bytes, for what it says of itself; empty for references.
    photo : the photograph, possibly reduced.
    pixels : (H, W, 3) uint8, sRGB-encoded; those of `photo`.
    face : the person's face, in `pixels`.
    others : other faces.
    consent : by which the face may be compared with others.
    """

    name: str
    data: bytes = field(repr=False)
    photo: Photo = field(repr=False)
    pixels: NDArray[np.uint8] = field(repr=False)
    face: Face = field(repr=False)
    others: tuple[Face, ...] = field(repr=False)
    consent: Consent | None = field(default=None, repr=False)

    @property
    def eye_distance(self) -> float:
        """Pixels between the irises, in `pixels`."""
        return self.face.eye_distance

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of `pixels`."""
        return int(self.pixels.shape[1]), int(self.pixels.shape[0])

    @cached_property
    def embedding(self) -> NDArray[np.float64]:
        """The face's identity, (128,) float64; NotConsented without a consent in force."""
        return identity.embedding(self.pixels, self.face, self.consent)

    @cached_property
    def view(self) -> FaceView:
        """The face upright at normal size, linear; see `skin.face_view`."""
        return face_view(self.pixels, self.face)

    @cached_property
    def shape(self) -> NDArray[np.float64]:
        """(468, 3) float64, landmarks freed of the head's pose, in cm; see `head_pose.frontal`."""
        return frontal(self.face.landmarks)

    @cached_property
    def light(self) -> Lighting | None:
        """The light on the face; None where too little of it is seen."""
        return lighting(self.view, self.face)

    @cached_property
    def irises(self) -> tuple[Iris, Iris]:
        """Right and left iris in `view`."""
        return irises(self.view)

    @cached_property
    def irises_hidden(self) -> str | None:
        """Why the irises can't be read; None when they can."""
        if min(iris.radius for iris in self.irises) / self.view.scale < 5.0:
            return "the eyes are too small in the picture"
        if abs(self.face.yaw) > 35:
            return "the face is turned so far that one eye is hidden"
        return hidden(self.irises)

    @cached_property
    def person(self) -> NDArray[np.float32]:
        """Where people are, (H, W) float32, 0..1, coarse at the edges, 0 beyond head and chest."""
        mask = person_mask(self.pixels, self.face)
        return np.asarray(cv2.resize(mask, self.size, interpolation=cv2.INTER_LINEAR), np.float32)

    @property
    def frontal_enough(self) -> bool:
        """Whether the face is turned so little that its shape can be compared."""
        return abs(self.face.yaw) <= 25 and abs(self.face.pitch) <= 22


def polygon(facts: Facts, landmarks: Sequence[int], label: str = "") -> Region:
    """Return the region between landmarks of the face."""
    points = facts.face.landmarks[list(landmarks), :2] / facts.size
    return Region(tuple((float(x), float(y)) for x, y in np.clip(points, 0, 1)), label)


def box_region(
    facts: Facts, x: float, y: float, half_width: float, half_height: float, label: str = ""
) -> Region:
    """Return a box about (x, y), in pixels of the picture."""
    width, height = facts.size
    x0, x1 = (float(np.clip(v / width, 0, 1)) for v in (x - half_width, x + half_width))
    y0, y1 = (float(np.clip(v / height, 0, 1)) for v in (y - half_height, y + half_height))
    return Region(((x0, y0), (x1, y0), (x1, y1), (x0, y1)), label)
