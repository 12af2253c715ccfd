"""Survey: read every photograph of a session, find the faces, and say which one is the person."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from . import faces, identity, pick
from .consent import FLAG, Consent, in_force
from .consent_book import face_of, whose_face
from .errors import PhotoError, UnusablePhoto, UsageError, printable
from .face_detector import Pyramid
from .faces import Face
from .measures import Subject
from .person import person_mask
from .photo import Photo, read
from .pick import Candidate
from .progress import Stages
from .settings import Settings
from .skin import face_view
from .thumbnails import fitted

__all__ = [
    "ANALYSIS_SIDE",
    "Seen",
    "candidates",
    "choose_person",
    "eight_bit",
    "example_face",
    "read_within",
    "refine",
    "survey",
]

ANALYSIS_SIDE = 1600  # pixels: photographs are judged at about this size, and only picks read whole
_THUMB = 480  # pixels: longer side of what is kept of a photograph that was looked at
_NEARLY = 0.75  # of a halving's side
_NOT_COMPARED = (
    "the largest, most central face of each photo, for faces were not compared: nobody agreed to it"
    f" with {FLAG}"
)
_SMALL_FACE = 90.0  # pixels between the eyes at that size below which the whole photo is looked at


@dataclass(frozen=True, slots=True)
class Seen:
    """One photograph after reading: its faces and who they might be; pixels only as a thumbnail."""

    index: int
    path: Path
    sha256: str
    size: tuple[int, int]
    quarter_turns: int
    capture: dict[str, Any]
    thumb: NDArray[np.uint8]
    faces: tuple[Face, ...]
    sightings: tuple[identity.Sighting, ...]
    results: tuple[Candidate | PhotoError, ...]


def eight_bit(pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> NDArray[np.uint8]:
    """Return sRGB-encoded pixels with 8 bits, as the models take them."""
    if pixels.dtype == np.uint16:
        return (pixels >> 8).astype(np.uint8)
    return np.asarray(pixels, np.uint8)


def read_within(settings: Settings, path: Path, *, max_side: int | None = None) -> Photo:
    """Read a photograph within the user's limits on pixels and bytes."""
    return read(
        path, max_side=max_side, max_pixels=settings.max_pixels, max_bytes=settings.max_bytes
    )


def survey(
    paths: Sequence[Path], stages: Stages, settings: Settings, consent: Consent | None
) -> tuple[dict[int, Seen], list[PhotoError]]:
    """Read every photograph and measure the faces in it; what can't be used is told, not fatal.

    Parameters
    ----------
    consent : by which faces are compared; None: no embedding is computed.
    """
    seen: dict[int, Seen] = {}
    rejected: list[PhotoError] = []

    def look(place: tuple[int, Path]) -> Seen | PhotoError:
        try:
            return _look_at_one(*place, settings, consent)
        except PhotoError as error:
            return error

    stages.report("looking at the photos", 0, len(paths))
    # Decoders and networks let go of the interpreter lock, so threads share the work.
    with ThreadPoolExecutor(max_workers=settings.threads) as pool:
        for index, result in enumerate(pool.map(look, enumerate(paths))):
            if isinstance(result, PhotoError):
                rejected.append(result)
            else:
                seen[index] = result
            stages.report("looking at the photos", index + 1, len(paths))
    return seen, rejected


def _look_at_one(index: int, path: Path, settings: Settings, consent: Consent | None) -> Seen:
    photo = read_within(settings, path, max_side=ANALYSIS_SIDE)
    pyramid = Pyramid(eight_bit(photo.pixels))
    found = faces.find(pyramid)
    if not found:
        raise UnusablePhoto(
            path, "no face was found", "use a photo that shows the face from the front"
        )
    quarters = round(found[0].roll / 90) % 4
    if quarters:  # the people lie on their side: the camera recorded no orientation
        photo = photo.turned(quarters)
        pyramid = Pyramid(eight_bit(photo.pixels))
        found = faces.find(pyramid) or found
    if photo.scale < 0.9 and found[0].eye_distance < _SMALL_FACE:
        photo, found = _closer(path, found, photo, settings)
        pyramid = Pyramid(eight_bit(photo.pixels))
    pixels = eight_bit(photo.pixels)
    thumb = _thumb(pyramid)
    # People in the far background are nobody's headshot.
    large = [face for face in found if face.eye_distance >= 0.3 * found[0].eye_distance]
    results: list[Candidate | PhotoError] = []
    for face in large:
        others = tuple(other for other in found if other is not face)
        view = face_view(photo.pixels, face)
        subject = Subject(photo, face, others, view, person_mask(pixels, face))
        try:
            results.append(pick.assess(index, subject, thumb))
        except PhotoError as error:
            results.append(error)
    return Seen(
        index=index,
        path=path,
        sha256=photo.sha256,
        size=photo.full_size,
        quarter_turns=photo.quarter_turns,
        capture=photo.capture.as_dict(),
        thumb=thumb,
        faces=tuple(face.scaled(1 / photo.scale) for face in large),
        sightings=tuple(identity.sighting(pyramid, face, consent) for face in large),
        results=tuple(results),
    )


def _thumb(pyramid: Pyramid) -> NDArray[np.uint8]:
    """Return the photo with `_THUMB` pixels on its longer side, or all of a smaller one."""
    nearest = pyramid.reduced(_THUMB)
    height, width = nearest.shape[:2]
    factor = _THUMB / max(height, width)
    if not _NEARLY < factor < 1:
        return fitted(nearest, _THUMB)[0].copy()
    # So little smaller that straight lines do not alias; averaging by areas takes ten times longer.
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(cv2.resize(nearest, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _closer(
    path: Path, found: Sequence[Face], seen: Photo, settings: Settings
) -> tuple[Photo, tuple[Face, ...]]:
    """Read a photo with small faces whole, and find each face again at its best size."""
    photo = read_within(settings, path).turned(seen.quarter_turns)
    pixels = eight_bit(photo.pixels)
    return photo, tuple(refine(pixels, face.scaled(1 / seen.scale)) for face in found)


def refine(pixels: NDArray[np.uint8], face: Face) -> Face:
    """Fit a face that was found on a reduced photo anew on the whole one, for exact landmarks."""
    return faces.find_again(pixels, face) or face


def choose_person(
    seen: dict[int, Seen], who: str | Path | None, consent: Consent | None
) -> tuple[dict[int, int | None], str]:
    """Say which face of each photograph is the person's, and how they were chosen.

    Parameters
    ----------
    who : a photograph of the person, or the name of one whose face is kept.
    consent : by which faces were compared in the survey; None: they were not.

    Raises
    ------
    NotConsented : `who` is to be found, and nobody agreed that faces are compared.
    """
    if consent is None and who is None:
        prominent = identity.most_prominent([entry.sightings for entry in seen.values()])
        return dict(zip(seen, prominent, strict=True)), _NOT_COMPARED
    example = None if who is None else example_face(who, consent)
    found = identity.subject([entry.sightings for entry in seen.values()], example)
    if who is not None and whose_face(who):
        chosen_by = f"{printable(str(who))}, by the face that is kept with their consent"
    elif who is not None:
        chosen_by = f"the person in {printable(Path(who).name)}"
    elif found.rivals:
        chosen_by = (
            "the largest face, for several people are in equally many photos; name the person with"
            " --who PHOTO if this is the wrong one"
        )
    else:
        chosen_by = "the person in most of the photos"
    return dict(zip(seen, found.faces, strict=True)), chosen_by


def example_face(
    who: str | Path, consent: Consent | None, *, alone: bool = False
) -> NDArray[np.float64]:
    """Return the embedding of the largest face of a photograph, or the one kept of a person.

    Parameters
    ----------
    alone : refuse a photograph of several people.

    Raises
    ------
    UsageError : there is no face in it, several, or neither a file nor a face of that name.
    NotConsented : nobody agreed that faces are compared.
    """
    in_force(consent)
    path = Path(who)
    if not path.exists():
        kept = face_of(str(who))
        if kept is None:
            raise UsageError(
                f"--who {printable(str(who))}: there is no such file, and no face is kept under"
                " that name: give a photo of the person, or see catchlight consent keep"
            )
        return kept[1]
    photo = read(path, max_side=ANALYSIS_SIDE)
    pixels = eight_bit(photo.pixels)
    found = faces.find(pixels)
    if not found:
        raise UsageError(f"--who {printable(path.name)}: no face was found in it")
    if alone and len(found) > 1:
        raise UsageError(
            f"{printable(path.name)}: {len(found)} faces were found in it, and whose is kept has to"
            " be sure: give a photo of the person alone"
        )
    return identity.embedding(pixels, found[0], consent)


def candidates(
    seen: dict[int, Seen], chosen: dict[int, int | None]
) -> tuple[list[Candidate], list[PhotoError]]:
    """Return the person's face of each photograph, measured; and why the others are not used.

    Here the second pass happens: with all photographs of the person known, each face is measured
    against the person's own usual one.
    """
    candidates: list[Candidate] = []
    refused: list[PhotoError] = []
    for entry in seen.values():
        at = chosen[entry.index]
        if at is None:
            refused.append(
                UnusablePhoto(entry.path, "shows somebody else", "name the person with --who PHOTO")
            )
            continue
        result = entry.results[at]
        if isinstance(result, PhotoError):
            refused.append(result)
        else:
            candidates.append(result)
    return pick.against_usual(candidates), refused
