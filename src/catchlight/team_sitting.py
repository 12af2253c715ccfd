"""One person of a team before the camera: their photographs become facts, with the networks.

What a worker anywhere runs; it writes nothing but into a temporary folder, so that doing it twice,
after a worker was lost, does no harm.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .brand import Brand, SeriesNumbers
from .choosing import Chosen, Gathered, choose, with_stills
from .consent import Consent
from .consistency import measure_picture
from .edits import WhiteBalance
from .errors import NoUsablePhoto, PhotoError, UsageError, printable
from .filling import relit
from .head import cut_edges, measure_head
from .light_plan import plan_reflector
from .looks import Look, RetouchLevel
from .marks import SkinView
from .measures.white_point import white_balance_stops
from .pick import Ranked
from .plan import small_outline
from .progress import Stages, silent
from .retouching import Retouched, Wish, other_skins, retouch
from .series import fits
from .series_light import exact_tone
from .settings import Settings
from .sitter import Silhouette, Sitter, cut, sit
from .summary import describe_choice, describe_session, photo_pictures, proof_sheet
from .team_facts import Facts, Outline
from .team_photos import fetched

__all__ = ["Sitting", "look_at"]

_TRIED = 3  # different pictures that are cut out before the best is taken though it does not fit
_LEVELS: tuple[RetouchLevel, ...] = ("light", "standard")


@dataclass(frozen=True, slots=True)
class Sitting:
    """A person to be looked at: their photographs by path or address, the brand, the settings.

    `consent` is by which faces are compared; None: the most prominent of each photograph is taken.
    """

    photos: tuple[str, ...]
    brand: Brand
    settings: Settings
    consent: Consent | None


def look_at(sitting: Sitting) -> bytes:
    """Find the facts of a person: pick a photograph, cut them out, look at their skin.

    Of the pictures ranked best, the first is taken that can be framed as the brand kit asks and
    whose outline is sure; the very best where there is none.

    Returns
    -------
    The file of facts, see `team_facts`.

    Raises
    ------
    NoUsablePhoto : no photograph can be used; the reason of each is in the message.
    """
    brand, settings = sitting.brand, sitting.settings
    stages = Stages(silent)
    heads = {name: least for name, (_, least, _) in brand.framings().items()}
    look = brand.styled(SeriesNumbers(heads=heads))
    with (
        _visible(sitting.photos) as places,
        with_stills(list(places), stages, settings) as given,
    ):
        found = choose(
            given.paths,
            stages,
            settings,
            sitting.consent,
            multipliers=look.picking,
            top=_TRIED,
            given=given,
        )
        best: Facts | None = None
        failures: list[PhotoError] = []
        groups: set[int] = set()
        for place in found.ranked:
            if len(groups) == _TRIED:
                break
            if place.group in groups:
                continue
            try:
                facts = _facts(found, place, given, places, look, settings, stages)
            except PhotoError as error:
                failures.append(error)
                continue
            groups.add(place.group)
            if facts.sure and fits(facts, brand):
                return facts.to_bytes()
            best = best or facts
        if best is None:
            raise NoUsablePhoto([*found.rejected, *failures])
        return best.to_bytes()


@contextmanager
def _visible(photos: Sequence[str]) -> Iterator[dict[Path, str]]:
    """Give files of the photographs, which a worker on another machine may not see."""
    with fetched(photos) as places:
        for path in places:
            if not path.is_file():
                raise UsageError(
                    f"{printable(path)} is not on the worker {platform.node()}: put photos into a"
                    " folder that all workers share, or name them by address (s3://, gs://)"
                )
        yield places


def _facts(
    found: Chosen,
    place: Ranked,
    given: Gathered,
    places: Mapping[Path, str],
    look: Look,
    settings: Settings,
    stages: Stages,
) -> Facts:
    """Return the facts of one photograph of the person."""
    entry = found.seen[place.candidate.index]
    at = found.faces[entry.index]
    if at is None:  # only photographs with the person in them are ranked
        raise UsageError(f"{entry.path.name}: the person is not in it")
    sitter = sit(entry, at, stages, settings)
    silhouette = cut(sitter, stages, settings)
    others = other_skins(found.others(entry), settings)
    files = {job: draw() for job, draw in photo_pictures(found.seen).items()}
    still = entry.path in given.frames
    if still:
        files[entry.path.name] = entry.path.read_bytes()
    session = describe_session(found, [place], (), look, given.frames)
    files["proofs"] = proof_sheet(session, found.seen)
    for row in session["photos"]:
        row["path"] = places.get(Path(row["path"]), row["path"])
    files |= {file.name: file.data for file in (silhouette.matte, silhouette.landmarks)}
    return Facts(
        source=entry.path.name if still else places[entry.path],
        sha256=sitter.photo.sha256,
        quarter_turns=sitter.photo.quarter_turns,
        face=sitter.face,
        strangers=sitter.strangers,
        outline=_outline(sitter, silhouette),
        sure=silhouette.sure,
        confidence=float(silhouette.confidence),
        notes=silhouette.notes,
        retouched=_retouched(sitter, lambda: others),
        before=measure_picture(sitter.photo.pixels, sitter.face, silhouette.alpha),
        short=_short(sitter, look),
        session=session,
        choice=describe_choice(found, place),
        files=files,
    )


def _outline(sitter: Sitter, silhouette: Silhouette) -> Outline:
    frame = (float(sitter.photo.width), float(sitter.photo.height))
    coverage = small_outline(silhouette.alpha)
    head = measure_head(
        sitter.face.landmarks, sitter.face.yaw, frame, coverage, doubted=not silhouette.sure
    )
    return Outline(frame, head, cut_edges(coverage, frame))


def _retouched(
    sitter: Sitter, others: Callable[[], Sequence[SkinView]]
) -> dict[RetouchLevel, Retouched]:
    """What would be done to the skin at every level, so that the level can change afterwards."""
    done: dict[RetouchLevel, Retouched] = {"none": Retouched()}
    for level in _LEVELS:
        done[level] = retouch(sitter.photo.pixels, sitter.face, sitter.view, Wish(level), others)
    return done


def _short(sitter: Sitter, look: Look) -> float:
    """Stops by which the face can't be brought to where its own skin belongs."""
    fill = plan_reflector(sitter.photo, sitter.face, sitter.view, look)
    view = sitter.view if fill is None else relit(sitter.view, sitter.face, fill)
    stops = white_balance_stops(view, sitter.face.eye_distance, whole=True)
    balance = None
    if stops is not None:
        red, blue = np.clip(stops, -1.2, 1.2).tolist()
        balance = WhiteBalance(red_stops=red, blue_stops=blue)
    normal = look.model_copy(
        update={"tone": look.tone.model_copy(update={"exposure": 0.0, "depth": None})}
    )
    return exact_tone(view, balance, normal)[1]
