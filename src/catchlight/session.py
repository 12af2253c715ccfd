"""The use cases: the only module that knows the order of the stages.

read → faces, identity → measure → rank → (per pick) matte → plan → render → ledger → write
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from . import faces, identity, pick
from .backdrops import BackdropChoice
from .bounds import Reading
from .color import to_encoded, to_linear
from .destinations import load_destination
from .develop import Finished, develop, plate_of, prepare, stored_matte
from .encode import encode_png
from .errors import (
    BoundRefused,
    NoUsablePhoto,
    PhotoError,
    RecipeError,
    UnusablePhoto,
    UsageError,
    printable,
)
from .files import check_writable, find_photos, sha256, staged_directory, write_atomic
from .foreground import decontaminate
from .looks import Look, load_look
from .photo import read
from .pick import Ranked
from .progress import Progress, Stages, silent
from .recipe import Recipe, load_recipe
from .render import encode_outputs, render
from .settings import Settings
from .summary import describe, write_report
from .survey import (
    ANALYSIS_SIDE,
    candidates,
    choose_person,
    eight_bit,
    example_face,
    refine,
    survey,
)
from .thumbnails import fitted

__all__ = ["Pick", "Session", "make", "rerender", "save_cut_out"]

_MAX_PHOTOS = 200


@dataclass(frozen=True, slots=True)
class Pick:
    """One finished picture.

    Attributes
    ----------
    rank : 1 is the best.
    path : the photograph it was made from.
    directory : where its files are.
    files : every file written, by output name.
    recipe : the recipe it was made by.
    readings : the likeness bounds, measured.
    notes : what the user should know, plain sentences.
    """

    rank: int
    path: Path
    directory: Path
    files: dict[str, Path]
    recipe: Recipe
    readings: tuple[Reading, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Session:
    """The result of `make`.

    Attributes
    ----------
    directory : where everything was written.
    picks : the finished pictures, best first.
    report, proofs : the report page and the contact sheet.
    data : everything machine-readable, as in session.json.
    """

    directory: Path
    picks: tuple[Pick, ...]
    report: Path
    proofs: Path
    data: dict[str, Any]


def make(
    photos: Sequence[str | Path] | str | Path,
    out: str | Path,
    *,
    look: str | Path = "corporate",
    backdrop: str | Path | None = None,
    destinations: Sequence[str] | None = None,
    top: int = 1,
    who: str | Path | None = None,
    progress: Progress = silent,
    settings: Settings | None = None,
) -> Session:
    """Make finished headshots from a person's own photographs.

    Parameters
    ----------
    photos : files and folders (read recursively), 1 to 200 photographs.
    out : folder for the result; made if need be. Files of an earlier result are replaced.
    look : name of a look, or a TOML file.
    backdrop : "keep", "soften", "studio", or a photograph to stand before; None: the look's own.
    destinations : names of destinations; None: the look's own.
    top : how many different pictures to make.
    who : a photograph of the person, where the photos show several people.
    progress : called with (stage, done, total).
    settings : threads and limits; None: the defaults, without reading any file.

    Raises
    ------
    UsageError : nothing to read, or an unknown look, backdrop or destination.
    NoUsablePhoto : no photograph can be used; the reason of each is in the message.
    BoundRefused : a likeness bound would be broken whatever is done.
    OutputError : the result cannot be written; nothing is left behind.
    """
    sources = [photos] if isinstance(photos, str | Path) else list(photos)
    style = load_look(look)
    choice = _choice(backdrop, style)
    wanted = tuple(load_destination(name) for name in (destinations or style.destinations))
    if not 1 <= top <= 20:
        raise UsageError(f"--top is {top}; it can be 1 to 20")
    target = Path(out)
    settings = settings or Settings()
    paths = find_photos(sources, exclude=[target])
    if not paths:
        names = ", ".join(printable(source) for source in sources)
        raise UsageError(
            f"no photos in {names}: give JPEG, HEIC, PNG, WebP, AVIF, TIFF or RAW files"
        )
    if len(paths) > _MAX_PHOTOS:
        raise UsageError(f"{len(paths)} photos; at most {_MAX_PHOTOS} at a time. Choose a folder.")
    check_writable(target)
    stages = Stages(progress)

    loading = threading.Thread(target=prepare, args=(settings.threads,), daemon=True)
    loading.start()
    with stages.timed("read and find faces"):
        seen, rejected = survey(paths, stages, settings)
        loading.join()
    with stages.timed("find the person"):
        chosen, chosen_by = choose_person(seen, who)
        measured, refused = candidates(seen, chosen)
        rejected += refused
    if not measured:
        raise NoUsablePhoto(sorted(rejected, key=lambda e: paths.index(e.path)))
    with stages.timed("rank"):
        ranked = pick.rank(measured, style.picking)

    with staged_directory(target, stale=_earlier_files(target)) as stage:
        made: list[tuple[Ranked, Finished]] = []
        failures: list[PhotoError] = []
        refusal: BoundRefused | None = None
        for place in ranked:
            if len(made) == top:
                break
            if any(place.group == other.group for other, _ in made):
                continue  # the same moment again; its turn comes only if the better one fails
            entry = seen[place.candidate.index]
            references = [
                other.sightings[face].embedding
                for index, face in chosen.items()
                if face is not None and (other := seen[index]) is not entry
            ]
            stages.report("finishing", len(made), top)
            at = chosen[entry.index]
            if at is None:  # only photographs with the person in them are ranked
                continue
            try:
                result = develop(
                    entry,
                    at,
                    references,
                    style,
                    choice,
                    wanted,
                    stage / str(len(made) + 1),
                    stages,
                    settings,
                )
            except PhotoError as error:
                failures.append(error)
                continue
            except BoundRefused as error:
                refusal = refusal or error
                failures.append(UnusablePhoto(entry.path, "a likeness bound would be broken"))
                continue
            made.append((place, result))
        if not made:
            raise refusal or NoUsablePhoto([*rejected, *failures])
        stages.report("finishing", len(made), len(made))
        with stages.timed("report"):
            data = describe(
                seen, chosen, chosen_by, ranked, made, [*rejected, *failures], paths, style, choice
            )
            write_report(stage, data, seen, made, ranked, stages)
    picks = tuple(
        Pick(
            rank=number,
            path=place.candidate.path,
            directory=target / str(number),
            files={o.name: target / str(number) / o.file for o in result.recipe.outputs},
            recipe=result.recipe,
            readings=result.readings,
            notes=result.notes,
        )
        for number, (place, result) in enumerate(made, start=1)
    )
    return Session(target, picks, target / "report.html", target / "proofs.jpg", data)


def _earlier_files(target: Path) -> list[str]:
    """Files of an earlier result in the same folder, so that none of another pick stays behind."""
    try:
        data = json.loads((target / "session.json").read_text("utf-8"))
        folders = [str(row["directory"]) for row in data["picks"]]
        names = [str(file["path"]) for row in data["picks"] for file in row["files"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return names + [
        f"{folder}/{name}" for folder in folders for name in ("recipe.toml", "matte.png")
    ]


def _choice(backdrop: str | Path | None, look: Look) -> BackdropChoice:
    if backdrop is None:
        return BackdropChoice(look.backdrop.kind)
    if str(backdrop) in ("keep", "soften", "studio"):
        return BackdropChoice(str(backdrop))  # type: ignore[arg-type]
    path = Path(backdrop)
    if not path.is_file():
        raise UsageError(
            f"--backdrop {printable(backdrop)}: neither keep, soften or studio nor a photo"
        )
    read(path, max_side=64)  # says now what is wrong with it
    return BackdropChoice("photo", str(path.resolve()), sha256(path))


def rerender(
    recipe_path: str | Path,
    out: str | Path | None = None,
    *,
    original: str | Path | None = None,
) -> dict[str, Path]:
    """Make the files of a recipe again from the original; the same bytes.

    Parameters
    ----------
    recipe_path : a recipe.toml, with its matte beside it.
    out : folder for the files; None: the recipe's own folder.
    original : the photograph, where it is not where the recipe says.

    Raises
    ------
    RecipeError : the recipe is wrong, or the original or the matte is not the one it was made with.
    """
    path = Path(recipe_path)
    recipe = load_recipe(path)
    target = Path(out) if out is not None else path.parent
    source = Path(original) if original is not None else _source(recipe, path.parent)
    photo = read(source).turned(recipe.source.quarter_turns)
    if photo.sha256 != recipe.source.sha256:
        raise RecipeError(
            f"{printable(source)} is not the photo the recipe was made from (its SHA-256 differs):"
            " name the original with --original"
        )
    alpha = stored_matte(recipe, path.parent)
    canvas = render(photo.pixels, recipe, alpha, plate_of(recipe))
    files = encode_outputs(canvas, recipe)
    check_writable(target)
    with staged_directory(target) as stage:
        for name, data in files.items():
            (stage / name).write_bytes(data)
    return {output.name: target / output.file for output in recipe.outputs}


def _source(recipe: Recipe, folder: Path) -> Path:
    named = Path(recipe.source.path)
    return named if named.is_absolute() else folder / named


def save_cut_out(photo: str | Path, out: str | Path, *, who: str | Path | None = None) -> Path:
    """Cut the person out of one photograph: a PNG with alpha and their own colours.

    Raises
    ------
    UnusablePhoto : no face was found.
    UsageError : `out` is not a .png file.
    """
    target = Path(out)
    if target.suffix.lower() != ".png":
        raise UsageError(f"--out {printable(target)}: a cut-out is a .png file")
    whole = read(Path(photo))
    small, factor = fitted(eight_bit(whole.pixels), ANALYSIS_SIDE)
    found = faces.find(small)
    if found and (quarters := round(found[0].roll / 90) % 4):
        whole = whole.turned(quarters)
        small, factor = fitted(eight_bit(whole.pixels), ANALYSIS_SIDE)
        found = faces.find(small)
    pixels = eight_bit(whole.pixels)
    if not found:
        raise UnusablePhoto(whole.path, "no face was found", "use a photo that shows the face")
    at = 0
    if who is not None:
        example = example_face(Path(who))
        near = [identity.distance(identity.embedding(small, f), example) for f in found]
        at = int(np.argmin(near))
    everybody = [refine(pixels, face.scaled(1 / factor)) for face in found]
    face = everybody.pop(at)
    from .matte import cut_out

    result = cut_out(pixels, face, everybody)
    colors = to_encoded(decontaminate(to_linear(whole.pixels), result.alpha), np.uint8)
    coverage = np.round(result.alpha * 255).astype(np.uint8)
    colors[coverage == 0] = 0
    write_atomic(target, encode_png(np.dstack([colors, coverage])))
    return target
