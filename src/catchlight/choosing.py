"""Choosing: the first half of every use case, from files and folders to ranked photographs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import gettempdir

import numpy as np
from numpy.typing import NDArray

from . import identity, pick, video
from .consent import Consent
from .encode import encode_png
from .errors import NoUsablePhoto, PhotoError, UsageError, printable
from .files import find_photos, write_atomic
from .landmarks import CHIN
from .leftovers import clear_leftovers, hidden_folder
from .measures.shoulder_turn import shoulder_turn
from .pick import Ranked
from .progress import Stages
from .segment import unit
from .settings import Settings
from .shoulder_line import shoulder_line
from .survey import Seen, candidates, choose_person, survey

__all__ = [
    "Chosen",
    "Frame",
    "Gathered",
    "choose",
    "choose_among",
    "given_photos",
    "references",
    "with_stills",
]

MAX_PHOTOS = 200
"""Photographs of one session."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a still picture comes from: the clip and the seconds in it."""

    clip: Path
    seconds: float


@dataclass(frozen=True, slots=True)
class Gathered:
    """Photographs and the stills of clips, ready to be looked at.

    Attributes
    ----------
    paths : the photographs, and in the place of each clip its stills.
    failed : why a clip gave none.
    frames : of each still, where it comes from.
    """

    paths: tuple[Path, ...]
    failed: tuple[PhotoError, ...]
    frames: Mapping[Path, Frame]

    def kept(self, path: Path, folder: Path) -> Path:
        """Return where a photograph stays: a still in `folder`, any other where it is."""
        return folder / path.name if path in self.frames else path


@dataclass(frozen=True, slots=True)
class Chosen:
    """A session after picking.

    Attributes
    ----------
    paths : every photograph that was given.
    seen : what was read of each, by its place in `paths`.
    faces : which face of each is the person's; None where they are not in it.
    chosen_by : how the person was told from others, for people to read.
    ranked : the photographs of the person, best first.
    rejected : what can't be used, and why.
    consent : by which faces were compared; None: they were not.
    """

    paths: Sequence[Path]
    seen: dict[int, Seen]
    faces: dict[int, int | None]
    chosen_by: str
    ranked: tuple[Ranked, ...]
    rejected: tuple[PhotoError, ...]
    consent: Consent | None = None

    def others(self, entry: Seen) -> list[tuple[Seen, int]]:
        """Return the person's other photographs, and which face of each is theirs.

        There are none where faces were not compared: what is in them may be somebody else's, and
        must not say which spot of the skin comes and goes.
        """
        if self.consent is None:
            return []
        return [
            (other, face)
            for index, face in self.faces.items()
            if face is not None and (other := self.seen[index]) is not entry
        ]


def references(others: Sequence[tuple[Seen, int]]) -> list[NDArray[np.float64]]:
    """Return the embeddings of a person's other photographs."""
    found = (other.sightings[face].embedding for other, face in others)
    return [vector for vector in found if vector is not None]


def given_photos(photos: Sequence[str | Path] | str | Path, out: Path | None) -> list[Path]:
    """Return the files that are given; results in `out` are not among them.

    Raises
    ------
    UsageError : there is none, or more than a session takes.
    """
    sources = [photos] if isinstance(photos, str | Path) else list(photos)
    # A folder that is named is looked into even when the result goes there too.
    named = out is None or any(Path(source).resolve() == out.resolve() for source in sources)
    paths = find_photos(sources, exclude=[out] if out is not None and not named else [])
    if not paths:
        names = ", ".join(printable(source) for source in sources)
        raise UsageError(
            f"no photos in {names}: give JPEG, HEIC, PNG, WebP, AVIF, TIFF or RAW files"
        )
    _check_number(paths)
    return paths


def _check_number(paths: Sequence[Path]) -> None:
    if len(paths) > MAX_PHOTOS:
        raise UsageError(f"{len(paths)} photos; at most {MAX_PHOTOS} at a time. Choose a folder.")


@contextmanager
def with_stills(paths: Sequence[Path], stages: Stages, settings: Settings) -> Iterator[Gathered]:
    """Put the best stills of every clip in its place, as lossless files that last for the block."""
    with _room() as folder:
        found: list[Path] = []
        failed: list[PhotoError] = []
        frames: dict[Path, Frame] = {}
        for number, path in enumerate(paths):
            if not video.is_clip(path):
                found.append(path)
                continue
            room = folder / str(number)  # two clips may have the same name
            room.mkdir()
            stage = f"watching {printable(path.name)}"
            stages.report(stage, 0, 100)
            try:
                stills = video.best_stills(
                    path,
                    threads=settings.threads,
                    max_pixels=settings.max_pixels,
                    tell=lambda share, stage=stage: stages.report(stage, int(100 * share), 100),  # type: ignore[misc]
                )
            except PhotoError as error:
                failed.append(error)
                continue
            for still in stills:
                file = room / still.name(path)
                write_atomic(file, encode_png(still.pixels))
                frames[file] = Frame(path, still.seconds)
                found.append(file)
        _check_number(found)
        yield Gathered(tuple(found), tuple(failed), frames)


@contextmanager
def _room() -> Iterator[Path]:
    """A folder for the block; of one that a crash left the next session takes the stills away."""
    place = Path(gettempdir())
    clear_leftovers(place)
    folder, handle = hidden_folder(place, 0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def choose(
    paths: Sequence[Path],
    stages: Stages,
    settings: Settings,
    consent: Consent | None,
    *,
    who: str | Path | None = None,
    multipliers: Mapping[str, float] | None = None,
    top: int = 1,
    given: Gathered | None = None,
) -> Chosen:
    """Read the photographs, find the person in them, measure and rank.

    Parameters
    ----------
    paths : the photographs.
    consent : by which faces are compared; None: the most prominent of each photograph is taken.
    who : a photograph of the person, where several people are in them.
    multipliers : a look's factors on the weights of the measures.
    top : how many different pictures are wanted.
    given : where stills among the photographs come from, and what gave none.

    Raises
    ------
    NoUsablePhoto : no photograph can be used; the reason of each is in the message.
    NotConsented : `who` is to be found without a consent.
    """
    with stages.timed("read and find faces"):
        seen, rejected = survey(paths, stages, settings, consent)
    return choose_among(
        paths,
        seen,
        rejected,
        stages,
        consent,
        who=who,
        multipliers=multipliers,
        top=top,
        given=given,
    )


def choose_among(
    paths: Sequence[Path],
    seen: dict[int, Seen],
    rejected: Sequence[PhotoError],
    stages: Stages,
    consent: Consent | None,
    *,
    who: str | Path | None = None,
    multipliers: Mapping[str, float] | None = None,
    top: int = 1,
    given: Gathered | None = None,
) -> Chosen:
    """Find the person in photographs that were read, measure and rank; else as `choose`.

    Parameters
    ----------
    seen, rejected : as `survey` returns them; looks change nothing of them.
    consent : the one they were looked at with.
    """
    with stages.timed("find the person"):
        chosen, chosen_by = choose_person(seen, who, consent)
        if given is not None and consent is not None:
            chosen = _followed(seen, chosen, given.frames)
        measured, refused = candidates(seen, chosen)
    failed = () if given is None else given.failed
    everything = [*paths, *(error.path for error in failed)]
    rejected = sorted([*rejected, *refused, *failed], key=lambda e: everything.index(e.path))
    if not measured:
        raise NoUsablePhoto(rejected)
    with stages.timed("rank"):
        ranked = pick.rank(measured, multipliers, top=top)
        ranked = tuple(_with_shoulders(p, seen, chosen) if p.picked else p for p in ranked)
    return Chosen(everything, seen, chosen, chosen_by, ranked, tuple(rejected), consent)


def _with_shoulders(
    place: Ranked, seen: Mapping[int, Seen], chosen: Mapping[int, int | None]
) -> Ranked:
    """Add how the shoulders stand, which takes too long to be asked of every photograph."""
    candidate = place.candidate
    entry = seen[candidate.index]
    face = entry.faces[chosen[candidate.index] or 0]
    room = (entry.size[1] - float(face.landmarks[CHIN, 1])) / unit(face)
    line = shoulder_line(entry.thumb, face.scaled(entry.thumb.shape[1] / entry.size[0]))
    turn = shoulder_turn(line, room)
    measures = {**candidate.measures, turn.name: turn}
    return replace(place, candidate=replace(candidate, measures=measures))


def _followed(
    seen: Mapping[int, Seen], chosen: Mapping[int, int | None], frames: Mapping[Path, Frame]
) -> dict[int, int | None]:
    """Take the one face in a still for the person when it is near theirs in the same clip.

    Faces pulled in conversation lie as far apart for the identity network as two people do, so that
    it splits one person's clip in two. Within a clip a single face is taken to be the person when
    it lies within the network's own threshold of any still of them.
    """
    faces = dict(chosen)
    clips: dict[Path, list[Seen]] = {}
    for entry in seen.values():
        if entry.path in frames:
            clips.setdefault(frames[entry.path].clip, []).append(entry)
    for stills in clips.values():
        known = [entry for entry in stills if faces[entry.index] is not None]
        unsure = [e for e in stills if faces[e.index] is None and len(e.sightings) == 1]
        for person in known:  # grows while it is gone through
            face = person.sightings[faces[person.index] or 0].embedding
            for other in [e for e in unsure if faces[e.index] is None]:
                again = other.sightings[0].embedding
                if face is None or again is None:
                    continue
                if identity.distance(face, again) <= identity.SAME_PERSON:
                    faces[other.index] = 0
                    known.append(other)
    return faces
