"""Printing: what the darkroom can do, each a call of the engine's own functions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..auditing import audit as measure
from ..choosing import Chosen, choose_among
from ..consent import Consent
from ..develop import finish, prepare
from ..encode import encode_jpeg, encode_png
from ..errors import PhotoError, UnusablePhoto
from ..files import staged_directory, write_atomic
from ..pick import Candidate
from ..preview import places_in
from ..progress import Progress, Stages, silent
from ..recipe import Output, Recipe
from ..render import to_photo
from ..retouching import Retouched
from ..segment import unit
from ..settings import Settings, identity_file, load_settings
from ..sitter import Silhouette, Sitter, sit
from ..summary import describe, describe_picks, write_report
from ..survey import Seen, survey
from .choices import Choices, backdrop_of, tuned
from .darkroom import Kept
from .negatives import Negative, draft, plan_of

__all__ = ["WORKS"]

Photos = list[dict[str, str]]
Given = dict[str, Any]  # a consent as plain data
Answer = tuple[dict[str, Any], bytes]


@dataclass(eq=False)
class _Sitting:
    """A session's photographs as they were looked at."""

    photos: Photos
    seen: dict[int, Seen]
    rejected: list[PhotoError]
    consent: Consent | None = None

    def paths(self) -> list[Path]:
        return [Path(photo["path"]) for photo in self.photos]

    def named(self, data: Any) -> Any:
        """Data with the photographs' own names in place of those on the disk."""
        if isinstance(data, str):
            for photo in self.photos:
                data = data.replace(photo["path"], photo["name"])
                data = data.replace(Path(photo["path"]).name, photo["name"])
            return data
        if isinstance(data, dict):
            return {key: self.named(value) for key, value in data.items()}
        if isinstance(data, list | tuple):
            return [self.named(value) for value in data]
        return data


_SITTINGS: Kept[_Sitting] = Kept(3)
_NEGATIVES: Kept[Negative] = Kept(2)
_BUSY = threading.RLock()  # of the two: what is found once is found by one
_SETTINGS = load_settings()


def _looked_at(told: Progress, session: str, photos: Photos, consent: Given) -> _Sitting:
    """Look at the photographs of a session that were not looked at yet."""
    with _BUSY:
        known, agreed = _SITTINGS.use(session), Consent.from_dict(consent)
        if known is not None and known.photos == photos:
            known.consent = agreed
            return known
        before: dict[str, Seen | PhotoError] = {}
        if known is not None:
            before = {known.photos[i]["id"]: entry for i, entry in known.seen.items()}
            ids = {photo["path"]: photo["id"] for photo in known.photos}
            before |= {ids[str(error.path)]: error for error in known.rejected}
        new = [photo for photo in photos if photo["id"] not in before]
        paths = [Path(photo["path"]) for photo in new]
        fresh, failed = survey(paths, Stages(told), _settings(), agreed)
        before |= {new[index]["id"]: entry for index, entry in fresh.items()}
        ids = {photo["path"]: photo["id"] for photo in new}
        before |= {ids[str(error.path)]: error for error in failed}
        seen: dict[int, Seen] = {}
        rejected: list[PhotoError] = []
        for index, photo in enumerate(photos):
            entry = before[photo["id"]]
            if isinstance(entry, PhotoError):
                rejected.append(entry)
            else:
                seen[index] = _at(entry, index)
        return _SITTINGS.put(session, _Sitting(photos, seen, rejected, agreed))


def _at(entry: Seen, index: int) -> Seen:
    """The same photograph at another place in the session."""
    results = tuple(
        replace(result, index=index) if isinstance(result, Candidate) else result
        for result in entry.results
    )
    return replace(entry, index=index, results=results)


def _settings() -> Settings:
    return _SETTINGS


def _chosen(sitting: _Sitting, choices: Choices, who: str, top: int = 3) -> Chosen:
    look = tuned(choices)
    return choose_among(
        sitting.paths(), sitting.seen, sitting.rejected, Stages(silent), sitting.consent,
        who=who or None, multipliers=look.picking, top=top,
    )  # fmt: skip


def look_through(
    told: Progress, session: str, photos: Photos, choices: dict[str, Any], consent: Given,
    who: str = "",
) -> Answer:  # fmt: skip
    """Look at every photograph, find the person, rank; the rows of the contact sheet."""
    sitting = _looked_at(told, session, photos, consent)
    wanted = Choices.model_validate(choices)
    found = _chosen(sitting, wanted, who)
    picks = tuple(place for place in found.ranked if place.picked)
    data = sitting.named(describe_picks(found, picks, tuned(wanted), {}))
    rows = []
    for row in data["photos"]:
        index = row["index"]
        kept = {name: row[name] for name in ("status", "rank", "score", "group", "reasons")}
        rows.append({"photo": photos[index]["id"], **kept, **_face(found, index)})
    chosen_by = data["subject"]["chosen_by"]
    return {"photos": rows, "coaching": data["coaching"], "chosen_by": chosen_by}, b""


def _face(found: Chosen, index: int) -> dict[str, Any]:
    """Where the eyes are, in shares of the photograph, for looking at them closely."""
    at = found.faces.get(index)
    if at is None:
        return {"eyes": None}
    entry = found.seen[index]
    face = entry.faces[at]
    x, y = ((face.iris_right + face.iris_left) / 2).tolist()
    width, height = entry.size if entry.quarter_turns % 2 == 0 else entry.size[::-1]
    return {"eyes": [round(x / width, 4), round(y / height, 4)]}


def _negative(
    told: Progress, session: str, photos: Photos, photo: str, who: str, consent: Given
) -> Negative:
    """Find the facts of one photograph: the person, exactly, and where they end."""
    with _BUSY:
        key = f"{session}/{photo}/{who}"
        known = _NEGATIVES.use(key)
        if known is not None:
            return known
        sitting = _looked_at(told, session, photos, consent)
        index = next(i for i, p in enumerate(photos) if p["id"] == photo)
        found = _chosen(sitting, Choices(), who)
        at = found.faces.get(index)
        if at is None:
            raise UnusablePhoto(
                photos[index]["name"], "it can't be developed", "choose another photo"
            )
        stages = Stages(told)
        told("reading the photo", 0, 1)
        sitter = sit(found.seen[index], at, stages, _settings())
        others = found.others(found.seen[index])
        return _NEGATIVES.put(key, Negative(sitter, others, _settings()))


def preview(
    told: Progress, session: str, photos: Photos, photo: str, choices: dict[str, Any], side: int,
    consent: Given, how: str = "exact", output: str = "headshot", who: str = "",
    own_photo: str = "",
) -> Answer:  # fmt: skip
    """Render a preview: "exact", "quick" while a slider moves, or "before", as it was shot.

    `own_photo` is the file of the photograph that the choices take as the backdrop.
    """
    negative = _negative(told, session, photos, photo, who, consent)
    wanted, stages = Choices.model_validate(choices), Stages(told)
    silhouette, previews = negative.cut_out(wanted, stages)
    drafted = draft(negative, wanted, stages, own_photo) if how == "quick" else None
    if drafted is not None:
        base, _ = negative.shown or (wanted, None)
        crops = base.model_copy(update={"head_height": None}) == wanted.model_copy(
            update={"head_height": None}
        )
        moved = crops and base.head_height != wanted.head_height
        pixels = previews.cropped(drafted, side) if moved else previews.quick(drafted, side)
        return {}, encode_jpeg(pixels, quality=86)[0]
    own = () if output == "headshot" else (output,)
    planned, unsure, retouched = plan_of(negative, wanted, stages, own, own_photo=own_photo)
    if how == "before":
        return {}, encode_jpeg(previews.before(planned.recipe, side), quality=90)[0]
    if side > 400 and not own:
        negative.shown = (wanted, planned.recipe)
    pixels = previews.picture(planned.recipe, side, output)
    data = encode_png(pixels) if pixels.shape[2] == 4 else encode_jpeg(pixels, quality=90)[0]
    notes = [*planned.notes, *retouched.notes, *unsure, *planned.output_notes.get(output, ())]
    shown = next(made for made in planned.recipe.outputs if made.name == output)
    facts = _facts(negative.sitter, silhouette, planned.recipe, retouched, notes)
    return facts | {"pixels": [shown.width, shown.height]}, data


def _facts(
    sitter: Sitter,
    silhouette: Silhouette,
    recipe: Recipe,
    retouched: Retouched,
    notes: Sequence[str],
) -> dict[str, Any]:
    """What the page shows beside and over a preview; places in shares of the headshot."""
    headshot = next(output for output in recipe.outputs if output.name == "headshot")
    frame = (sitter.photo.width, sitter.photo.height)
    eyes = places_in(
        recipe, headshot, np.array([recipe.facts.eye_right, recipe.facts.eye_left]), frame
    )
    marks = []
    if retouched.marks:
        at = places_in(recipe, headshot, np.array([m.center for m in retouched.marks]), frame)
        unit = sitter.face.eye_distance / (headshot.crop.width * frame[0])
        for mark, (x, y) in zip(retouched.marks, at.tolist(), strict=True):
            if 0 < x < 1 and 0 < y < 1:
                marks.append(
                    {"x": round(x, 4), "y": round(y, 4), "radius": round(mark.radius * unit, 4),
                     "fate": mark.fate, "why": mark.why, "center": list(mark.center)}
                )  # fmt: skip
    return {
        "width": headshot.width,
        "height": headshot.height,
        "eyes": [[round(v, 4) for v in eye] for eye in eyes.tolist()],
        "marks": marks,
        "notes": list(dict.fromkeys(notes)),
        "edits": [edit.describe() for edit in recipe.edits],
        "sure": silhouette.sure or bool(silhouette.scribbles),
        "brush": _brush(sitter, recipe, headshot, frame),
    }


def _brush(
    sitter: Sitter, recipe: Recipe, headshot: Output, frame: tuple[int, int]
) -> dict[str, Any] | None:
    """What a stroke on a preview needs to become one on the photograph; None where none can.

    `unit` is an eye distance in shares of the preview's width; `to_photo` maps shares of the
    preview to shares of the photograph, [[a, b, c], [d, e, f]].
    """
    if any(edit.name == "perspective" and edit.strength > 0 for edit in recipe.edits):
        return None
    mapping = to_photo(recipe, headshot, frame) / np.array(frame)[:, None]
    mapping[:, :2] *= (headshot.width, headshot.height)
    wide = headshot.crop.width * frame[0]
    return {"unit": unit(sitter.face) / wide, "to_photo": mapping.round(7).tolist()}


def deliver(
    told: Progress, session: str, photos: Photos, photo: str, choices: dict[str, Any],
    destinations: list[str], folder: str, consent: Given, who: str = "", own_photo: str = "",
) -> Answer:  # fmt: skip
    """Render at full size within the likeness bounds, and write files, report and recipe."""
    negative = _negative(told, session, photos, photo, who, consent)
    wanted = Choices.model_validate(choices)
    sitting = _looked_at(told, session, photos, consent)
    found = _chosen(sitting, wanted, who)
    index = next(i for i, p in enumerate(photos) if p["id"] == photo)
    place = next(place for place in found.ranked if place.candidate.index == index)
    told("planning", 0, 1)
    stages = Stages(told)
    planned, unsure, retouched = plan_of(
        negative, wanted, stages, destinations, own_photo=own_photo
    )
    signer = None
    if identity_file().is_file():
        from ..signing import chosen_signer

        signer = chosen_signer(None)
    look = tuned(wanted)
    with staged_directory(folder) as stage:
        result = finish(
            negative.sitter, negative.cut_out(wanted, stages).silhouette, retouched, planned,
            unsure,
            negative.references, stage / "1", stages, _settings(), found.consent, signer,
        )  # fmt: skip
        told("writing the report", 0, 1)
        made = [(place, result)]
        behind = backdrop_of(wanted, look, own_photo)
        data = sitting.named(describe(found, made, (), look, behind, {}))
        write_report(stage, data, found.seen, made, stages)
    return {"pick": data["picks"][0], "created": data["created"]}, b""


def audit(
    told: Progress, session: str, photos: Photos, image: str, out: str, name: str, consent: Given
) -> Answer:
    """Measure whether a picture is still the person of some photographs; writes the page."""
    against = [photo["path"] for photo in photos]
    found = measure(
        image, against, out=out, consent=Consent.from_dict(consent), progress=told,
        settings=_settings(),
    )  # fmt: skip
    names = _Sitting(photos, {}, [])
    page = Path(out)
    write_atomic(page, names.named(page.read_text("utf-8")).encode())
    return {"audit": names.named(found.as_dict()) | {"picture": name}}, b""


def warm(told: Progress) -> Answer:
    """Load what will be needed while somebody fills in the brief."""
    prepare(_settings().threads)
    return {}, b""


def leave(told: Progress, session: str) -> Answer:
    """Drop everything that is kept of a session."""
    with _BUSY:
        _SITTINGS.pop(session, None)
        for key in [key for key in _NEGATIVES if key.startswith(f"{session}/")]:
            del _NEGATIVES[key]
    return {}, b""


WORKS: dict[str, Callable[..., Answer]] = {
    "survey": look_through,
    "preview": preview,
    "deliver": deliver,
    "audit": audit,
    "warm": warm,
    "leave": leave,
}
