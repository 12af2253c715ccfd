"""Who is who: a 128-dimensional embedding of a face, distances, and the subject of a session.

Model: dlib's face recognition network (King 2017, "High Quality Face Recognition with Deep Metric
Learning", blog.dlib.net; weights CC0), a metric embedding trained so that two photos of one person
lie within 0.6. An embedding is biometric data: it is computed here and nowhere else, after a
recorded consent, and lives in memory; it is written only where somebody asks that their own is kept
(`consent_book.keep_face`). Without a consent faces are only ranked by size and place
(`most_prominent`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from . import models
from .consent import Consent, in_force
from .dlib_network import CHIP, to_onnx
from .errors import NotConsented
from .face_detector import Pyramid, Window
from .faces import Face
from .landmarks import (
    EYE_INNER_LEFT,
    EYE_INNER_RIGHT,
    EYE_OUTER_LEFT,
    EYE_OUTER_RIGHT,
    NOSE_BASE,
)
from .once import once

__all__ = [
    "SAME_PERSON",
    "Sighting",
    "Spread",
    "Subject",
    "distance",
    "embedding",
    "load",
    "most_prominent",
    "sighting",
    "spread",
    "subject",
]

# dlib's own operating point: 99.38 % right on Labeled Faces in the Wild (dlib,
# dnn_face_recognition_ex.cpp). In our sets: 1 of 77 pairs of one person lies above it, 8 of 1,408
# pairs of two people below. Not one for all: judge a likeness by the person's own `spread`.
SAME_PERSON = 0.6
# Mean distance up to which groups are joined: the least (in steps of 0.05) at which each person of
# our sets stays whole, whose own photos lie up to 0.63 apart.
_LINKED = 0.55

# How far the chip reaches beyond the mean shape on each side, as the network was trained (dlib,
# get_face_chip_details).
_PADDING = 0.25
# dlib's five points in its order, as our landmarks and where they stand in its mean face (0..1;
# dlib, image_transforms/interpolation.h), ...
_POINTS = (EYE_OUTER_LEFT, EYE_INNER_LEFT, EYE_OUTER_RIGHT, EYE_INNER_RIGHT, NOSE_BASE)
_MEAN_FACE = np.array(
    [
        (0.8595674595992, 0.2134981538014),
        (0.6460604764104, 0.2289674387677),
        (0.1205750620789, 0.2137274526848),
        (0.3340850613712, 0.2290642403242),
        (0.4901123135679, 0.6277975316475),
    ]
)
# ... less how far dlib's own landmark model puts them from ours (mean over 57 portraits): with this
# the embedding of one face by both ways differs by 0.07 in the median, the noise of a 1.5 % shift.
_OFFSET = np.array(
    [(0.003, 0.009), (0.018, -0.001), (0.001, 0.008), (-0.017, 0.0), (-0.002, 0.014)]
)


def embedding(
    pixels: NDArray[np.uint8] | Pyramid, face: Face, consent: Consent | None
) -> NDArray[np.float64]:
    """Return the identity embedding of one face.

    Parameters
    ----------
    pixels : (H, W, 3) uint8 RGB, sRGB-encoded (the network was trained on encoded values), or the
        pyramid of it.
    face : a face of this photo, in its pixel coordinates.
    consent : by which faces are compared.

    Returns
    -------
    (128,) float64; compare with `distance`.

    Raises
    ------
    NotConsented : there is no consent, or its day is past; nothing was computed.
    ModelError : the model is missing or damaged.
    """
    in_force(consent)
    chip = face_chip(pixels, face)
    planes = chip.transpose(2, 0, 1)[None].astype(np.float32)
    return np.asarray(_network()(planes)[0][0], np.float64)


def distance(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Return the Euclidean distance of two embeddings: 0 the same picture, 0.6 dlib's threshold."""
    return float(np.linalg.norm(a - b))


def face_chip(pixels: NDArray[np.uint8] | Pyramid, face: Face) -> NDArray[np.uint8]:
    """Return the face as the network wants it: (150, 150, 3) uint8, upright, eyes in place."""
    window = _chip_window(face)
    if isinstance(pixels, Pyramid):
        return pixels.sample(window, CHIP)
    # Only the part around the face is needed, so that a large photo is not halved as a whole.
    reach = window.side * 0.75
    height, width = pixels.shape[:2]
    x0 = min(max(math.floor(window.x - reach), 0), width - 1)
    y0 = min(max(math.floor(window.y - reach), 0), height - 1)
    x1 = max(math.ceil(window.x + reach), x0 + 1)
    y1 = max(math.ceil(window.y + reach), y0 + 1)
    part = pixels[y0:y1, x0:x1]
    moved = Window(window.x - x0, window.y - y0, window.side, window.angle)
    return Pyramid(part).sample(moved, CHIP)


@dataclass(frozen=True, slots=True)
class Spread:
    """How far a person's own photos lie apart.

    Attributes
    ----------
    pairs : number of pairs of photos; 0 when there are fewer than two.
    median, largest : of the distances of all pairs; 0.0 when there are none.
    """

    pairs: int
    median: float
    largest: float


def spread(embeddings: Sequence[NDArray[np.float64]]) -> Spread:
    """Return how far embeddings of one person lie apart.

    >>> one = np.zeros(128)
    >>> spread([one, one + [0.25, *[0.0] * 127]])
    Spread(pairs=1, median=0.25, largest=0.25)
    """
    if len(embeddings) < 2:
        return Spread(0, 0.0, 0.0)
    all_pairs = _distances(np.stack(embeddings))
    pairs = all_pairs[np.triu_indices(len(embeddings), 1)]
    return Spread(len(pairs), float(np.median(pairs)), float(pairs.max()))


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """One face in one photo, as far as choosing the subject needs it.

    Attributes
    ----------
    embedding : (128,) float64; None where nobody agreed that faces are compared.
    size : longer side of the face over the frame's shorter side.
    offset : distance of the face's centre from the frame's, over half the frame's diagonal.
    """

    embedding: NDArray[np.float64] | None
    size: float
    offset: float


def sighting(pixels: NDArray[np.uint8] | Pyramid, face: Face, consent: Consent | None) -> Sighting:
    """Return the sighting of `face` in a photo ((H, W, 3) uint8 RGB, sRGB) or its pyramid.

    Without a consent it has no embedding; one whose day is past raises NotConsented.
    """
    if isinstance(pixels, Pyramid):
        height, width = pixels.height, pixels.width
    else:
        height, width = pixels.shape[:2]
    x0, y0, x1, y1 = face.box
    away = math.hypot((x0 + x1 - width) / 2, (y0 + y1 - height) / 2)
    return Sighting(
        None if consent is None else embedding(pixels, face, consent),
        size=face.size / min(width, height),
        offset=away / (math.hypot(width, height) / 2),
    )


@dataclass(frozen=True, slots=True)
class Subject:
    """The person whose session this is.

    Attributes
    ----------
    faces : for each photo the index of the subject's face, None where the subject is not in it.
    distances : for each photo the mean distance of that face to the subject's other sightings (to
        the example when there are no others); None where the subject is not in it.
    rivals : how many others were seen in as many photos, so that size and place had to decide.
    """

    faces: tuple[int | None, ...]
    distances: tuple[float | None, ...]
    rivals: int

    @property
    def photos(self) -> int:
        """Number of photos the subject is in."""
        return sum(face is not None for face in self.faces)


def subject(
    photos: Sequence[Sequence[Sighting]], example: NDArray[np.float64] | None = None
) -> Subject:
    """Choose the subject: the person in most photos, or the one of the example.

    Faces are grouped by average linkage; two faces of one photo are never one person. Between
    people in equally many photos the larger faces win, then the more central, then the earlier
    photo. The result depends on nothing but the arguments.

    Parameters
    ----------
    photos : the faces of each photo, all with their embeddings.
    example : embedding of a photo of the wanted person, when the user named one; the subject is
        then in no photo if no group lies within SAME_PERSON of it in the mean.

    Raises
    ------
    NotConsented : a face has no embedding.
    """
    flat = [(p, f, s) for p, faces in enumerate(photos) for f, s in enumerate(faces)]
    nobody = Subject((None,) * len(photos), (None,) * len(photos), 0)
    if not flat:
        return nobody
    vectors = np.stack([_known(s) for _, _, s in flat])
    apart = _distances(vectors)
    groups = _group(apart, [p for p, _, _ in flat])
    to_example = np.zeros(len(flat))
    rivals = 0
    if example is not None:
        to_example = np.linalg.norm(vectors - example, axis=1)
        group = min(groups, key=lambda g: (float(to_example[g].mean()), g))
        if to_example[group].mean() > SAME_PERSON:
            return nobody
    else:

        def merit(g: list[int]) -> tuple[float, ...]:
            seen = [flat[i][2] for i in g]
            return (-len(g), -sum(s.size for s in seen), sum(s.offset for s in seen), min(g))

        group = min(groups, key=merit)
        rivals = sum(len(g) == len(group) for g in groups) - 1
    faces: list[int | None] = [None] * len(photos)
    distances: list[float | None] = [None] * len(photos)
    for i in group:
        others = [j for j in group if j != i]
        faces[flat[i][0]] = flat[i][1]
        distances[flat[i][0]] = float(apart[i, others].mean() if others else to_example[i])
    return Subject(tuple(faces), tuple(distances), rivals)


def most_prominent(photos: Sequence[Sequence[Sighting]]) -> tuple[int | None, ...]:
    """Return the largest, most central face of each photo, where faces are not compared.

    A face counts by its size, less by how far it is from the middle, down to nothing in a corner
    (own choice). Nothing says that two photos' faces are of one person.

    >>> passer_by, sitter = Sighting(None, 0.30, 0.7), Sighting(None, 0.25, 0.1)
    >>> most_prominent([[passer_by, sitter], [], [sitter]])
    (1, None, 0)
    """

    def merit(faces: Sequence[Sighting], at: int) -> tuple[float, int]:
        return faces[at].size * max(1.0 - faces[at].offset, 0.0), -at

    return tuple(
        max(range(len(faces)), key=partial(merit, faces)) if faces else None for faces in photos
    )


def _known(seen: Sighting) -> NDArray[np.float64]:
    if seen.embedding is None:
        raise NotConsented("faces that nobody agreed to compare have no embedding")
    return seen.embedding


def _group(apart: NDArray[np.float64], photos: Sequence[int]) -> list[list[int]]:
    """Group by average linkage (Sokal & Michener 1958) up to _LINKED, never within one photo."""
    links = apart.copy()
    photo = np.asarray(photos)
    links[photo[:, None] == photo[None, :]] = np.inf
    groups: dict[int, list[int]] = {i: [i] for i in range(len(photo))}
    while len(groups) > 1:
        a, b = divmod(int(links.argmin()), len(photo))
        if links[a, b] > _LINKED:
            break
        m, n = len(groups[a]), len(groups[b])
        # The mean over all pairs; infinite where any two of them share a photo.
        links[a] = links[:, a] = (m * links[a] + n * links[b]) / (m + n)
        links[a, a] = np.inf
        links[b] = links[:, b] = np.inf
        groups[a] = sorted(groups[a] + groups.pop(b))
    return sorted(groups.values())


def _distances(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the (N, N) distances between the rows of (N, 128)."""
    return np.stack([np.linalg.norm(vectors - row, axis=1) for row in vectors])


def _chip_window(face: Face) -> Window:
    """Return the window of the photo that shows the face as dlib's chip does.

    The similarity that carries the mean face onto the landmarks with least square error (Umeyama
    1991); in complex numbers, where one factor holds turn and scale.
    """
    mean = (_MEAN_FACE - _OFFSET + _PADDING) / (1 + 2 * _PADDING)
    chip = mean[:, 0] + 1j * mean[:, 1]
    points = face.landmarks[list(_POINTS), :2].astype(np.float64)
    photo = points[:, 0] + 1j * points[:, 1]
    centred = chip - chip.mean()
    factor = np.vdot(centred, photo - photo.mean()) / np.vdot(centred, centred)
    centre = photo.mean() + factor * (0.5 + 0.5j - chip.mean())
    angle = math.degrees(np.angle(factor))
    return Window(float(centre.real), float(centre.imag), float(abs(factor)), angle)


def load() -> None:
    """Load the network ahead of its first use.

    Raises
    ------
    ModelError : its file is missing or damaged.
    """
    _network()


@once
def _network() -> models.Onnx:
    file = models.path("dlib_face_recognition_resnet_model_v1.dat")
    return models.Onnx(file, model=to_onnx(file.read_bytes()))
