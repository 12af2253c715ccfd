"""The use cases: the only module that knows the order of the stages.

read → faces, identity → measure → rank → (per pick) matte → plan → render → ledger → write

The part up to the ranking, which all of them share, is in `choosing`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .backdrop_choice import backdrop_choice
from .choosing import choose, given_photos, references, with_stills
from .consent import Consent, in_force
from .consent_book import granted, whose_face
from .destinations import load_destination
from .develop import Finished, develop, preparing
from .errors import (
    BoundRefused,
    NoUsablePhoto,
    PhotoError,
    RecipeError,
    UnusablePhoto,
    UsageError,
    printable,
)
from .files import check_writable, staged_directory
from .handing_over import ballot_target, keep_still, write_ballot, write_picks
from .healing import ByHand
from .looks import RetouchLevel, load_look
from .photo import read
from .pick import Ranked
from .plan import PerspectiveWish
from .plate import plate_of
from .progress import Progress, Stages, silent
from .recipe import Recipe, load_recipe
from .render import encode_outputs, render
from .results import Pick, Picked, Session
from .retouching import asked_retouching
from .scribble import Scribble, check_scribbles
from .settings import Settings, check_model_file, identity_file
from .stored_facts import LANDMARKS_FILE, MATTE_FILE, stored_landmarks, stored_matte
from .summary import describe, describe_picks, write_report

if TYPE_CHECKING:
    from .signer import Signer

__all__ = ["Pick", "Picked", "Session", "make", "pick_photos", "rerender"]


def make(
    photos: Sequence[str | Path] | str | Path,
    out: str | Path,
    *,
    look: str | Path = "corporate",
    backdrop: str | Path | None = None,
    f_number: float | None = None,
    destinations: Sequence[str] | None = None,
    top: int = 1,
    who: str | Path | None = None,
    signer: str | Path | None = None,
    retouch: RetouchLevel | None = None,
    by_hand: ByHand | None = None,
    perspective: PerspectiveWish = "off",
    scribbles: Sequence[Scribble] = (),
    consent: Consent | str | None = None,
    progress: Progress = silent,
    settings: Settings | None = None,
) -> Session:
    """Make finished headshots from a person's own photographs.

    Parameters
    ----------
    photos : files and folders (read recursively), 1 to 200 photographs; a clip that is named gives
        its best stills, and the one used is kept beside its recipe.
    out : folder for the result; made if need be. Files of an earlier result are replaced.
    look : name of a look, or a TOML file.
    backdrop : "keep", "soften", "studio", a paper's colour as `#rrggbb`, or a photograph to stand
        before; None: the look's own.
    f_number : aperture of the portrait lens that blurs a softened background or a photograph;
        None: the look's blur.
    destinations : names of destinations; None: the look's own.
    top : how many different pictures to make.
    who : a photograph of the person, where the photos show several people; or the name of one
        whose face is kept with their consent.
    signer : who signs the Content Credentials, a PEM or TOML file; None: the local identity
        (`catchlight identity create`), or nobody where there is none.
    retouch : "none", "light" or "standard"; None: that of the settings, or else of the look.
    by_hand : marks of the skin to remove or to keep, in shares of the photograph.
    perspective : "on", or "auto" for photographs surely taken nearer than 75 cm: re-project the
        person's own pixels to 1.5 m; it is declared in report and recipe.
    scribbles : strokes on the person or the background, where the cut-out is wrong; they go before
        the networks' word and are declared in report and recipe.
    consent : who agreed that faces are compared, as "NAME, purpose, until YYYY-MM-DD"; recorded
        before anything is compared. None: the one that stands from the command line. Without any,
        the largest, most central face of each photograph is taken, who it is in the finished
        picture is not measured, and nothing is signed.
    progress : called with (stage, done, total).
    settings : threads and limits; None: the defaults, without reading any file.

    Raises
    ------
    UsageError : nothing to read, or an unknown look, backdrop or destination.
    NotConsented : `who` is to be found and nobody agreed that faces are compared.
    NoUsablePhoto : no photograph can be used; the reason of each is in the message.
    BoundRefused : a likeness bound would be broken whatever is done.
    CredentialError : the one who is to sign cannot.
    OutputError : the result cannot be written; nothing is left behind.
    """
    who_signs = _signer(signer)
    style = load_look(look)
    choice = backdrop_choice(backdrop, style, f_number)
    wanted = tuple(load_destination(name) for name in (destinations or style.destinations))
    _check_top(top)
    if perspective not in ("off", "auto", "on"):
        raise UsageError(f"--perspective {printable(perspective)}: neither off, auto nor on")
    target = Path(out)
    settings = settings or Settings()
    check_model_file(settings)
    check_scribbles(scribbles, top)
    wish = asked_retouching(retouch or settings.retouch or style.retouch, by_hand or ByHand(), top)
    paths = given_photos(photos, target)
    check_writable(target)
    agreed = _granted(consent, who)
    stages = Stages(progress)

    with preparing(settings.threads) as loading, with_stills(paths, stages, settings) as given:
        found = choose(
            given.paths,
            stages,
            settings,
            agreed,
            who=who,
            multipliers=style.picking,
            top=top,
            given=given,
        )
        loading.join()
        with staged_directory(target, stale=_earlier_files(target)) as stage:
            made: list[tuple[Ranked, Finished]] = []
            failures: list[PhotoError] = []
            refusal: BoundRefused | None = None
            for place in found.ranked:
                if len(made) == top:
                    break
                if any(place.group == other.group for other, _ in made):
                    continue  # the same moment again; its turn comes only if the better one fails
                entry = found.seen[place.candidate.index]
                others = found.others(entry)
                stages.report("finishing", len(made), top)
                at = found.faces[entry.index]
                if at is None:  # only photographs with the person in them are ranked
                    continue
                try:
                    result = develop(
                        entry,
                        at,
                        references(others),
                        style,
                        choice,
                        wanted,
                        stage / str(len(made) + 1),
                        stages,
                        settings,
                        agreed,
                        who_signs,
                        wish,
                        others,
                        perspective,
                        tuple(scribbles),
                    )
                except PhotoError as error:
                    failures.append(error)
                    continue
                except BoundRefused as error:
                    refusal = refusal or error
                    failures.append(UnusablePhoto(entry.path, "a likeness bound would be broken"))
                    continue
                if entry.path in given.frames:
                    result = keep_still(result, entry.path, stage / str(len(made) + 1))
                made.append((place, result))
            if not made:
                raise refusal or NoUsablePhoto([*found.rejected, *failures])
            stages.report("finishing", len(made), len(made))
            with stages.timed("report"):
                data = describe(found, made, failures, style, choice, given.frames)
                write_report(stage, data, found.seen, made, stages)
    picks = tuple(
        Pick(
            rank=number,
            path=given.kept(place.candidate.path, target / str(number)),
            directory=target / str(number),
            files={o.name: target / str(number) / o.file for o in result.recipe.outputs},
            recipe=result.recipe,
            readings=result.readings,
            notes=result.notes,
        )
        for number, (place, result) in enumerate(made, start=1)
    )
    return Session(target, picks, target / "report.html", target / "proofs.jpg", data)


def pick_photos(
    photos: Sequence[str | Path] | str | Path,
    *,
    top: int = 3,
    look: str | Path = "corporate",
    who: str | Path | None = None,
    out: str | Path | None = None,
    blind: str | Path | None = None,
    on_ballot: int = 6,
    consent: Consent | str | None = None,
    progress: Progress = silent,
    settings: Settings | None = None,
) -> Picked:
    """Pick the best photographs of a session, each different, and say why; nothing is edited.

    Parameters
    ----------
    photos : files and folders (read recursively); a clip (MP4, MOV, WebM) that is named gives its
        best stills.
    top : how many different pictures to pick.
    look : whose taste to pick by: the name of a look, or a TOML file.
    who : a photograph of the person, where the photos show several people; or the name of one
        whose face is kept with their consent.
    out : folder for proofs.jpg, picks.json and the picked stills of clips; None: nothing written.
    blind : a page for colleagues to choose on, an .html file; the ballot for reading their votes is
        written beside it.
    on_ballot : how many pictures are on that page.
    consent : who agreed that faces are compared; as of `make`.
    progress : called with (stage, done, total).
    settings : threads and limits; None: the defaults, without reading any file.

    Raises
    ------
    UsageError : nothing to read, an unknown look, or too few pictures for a ballot.
    NotConsented : `who` is to be found and nobody agreed that faces are compared.
    NoUsablePhoto : no photograph can be used; the reason of each is in the message.
    OutputError : the result cannot be written; nothing is left behind.
    """
    style = load_look(look)
    _check_top(top)
    target = None if out is None else Path(out)
    page = None if blind is None else ballot_target(Path(blind), on_ballot)
    settings = settings or Settings()
    paths = given_photos(photos, target)
    for place in (target, page and page.parent):
        if place is not None:
            check_writable(place)
    agreed = _granted(consent, who)
    stages = Stages(progress)
    with with_stills(paths, stages, settings) as given:
        found = choose(
            given.paths,
            stages,
            settings,
            agreed,
            who=who,
            multipliers=style.picking,
            top=top,
            given=given,
        )
        picks = tuple(place for place in found.ranked if place.picked)
        data = describe_picks(found, picks, style, given.frames)
        files: list[Path] = []
        if page is not None:
            files += write_ballot(page, found, style.picking, on_ballot, settings)
        if target is not None:
            files += write_picks(target, data, found, picks, given.frames)
    return Picked(found.ranked, picks, tuple(data["coaching"]), tuple(files), data)


def _earlier_files(target: Path) -> list[str]:
    """Files of an earlier result in the same folder, so that none of another pick stays behind."""
    try:
        data = json.loads((target / "session.json").read_text("utf-8"))
        folders = [str(row["directory"]) for row in data["picks"]]
        names = [str(file["path"]) for row in data["picks"] for file in row["files"]]
        stills = {row["index"] for row in data["photos"] if "clip_seconds" in row}
        names += [
            f"{row['directory']}/{row['headline']}"
            for row in data["picks"]
            if row["photo"] in stills
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    proofs = ("headshot.jpg.proof.json", "headshot.jpg.proof.svg")
    beside = ("recipe.toml", MATTE_FILE, LANDMARKS_FILE, *proofs)
    return names + [f"{folder}/{name}" for folder in folders for name in beside]


def _signer(wanted: str | Path | None) -> Signer | None:
    if wanted is None and not identity_file().is_file():
        return None
    from .signing import chosen_signer  # cryptography is loaded only where something is signed

    return chosen_signer(wanted)


def _granted(consent: Consent | str | None, who: str | Path | None) -> Consent | None:
    """Return the recorded consent to go by; None is none, unless somebody is to be found."""
    agreed = granted(consent or whose_face(who))
    return agreed if who is None else in_force(agreed)


def _check_top(top: int) -> None:
    """Refuse a number of pictures that no session delivers."""
    if not 1 <= top <= 20:
        raise UsageError(f"--top is {top}; it can be 1 to 20")


def rerender(
    recipe_path: str | Path,
    out: str | Path | None = None,
    *,
    original: str | Path | None = None,
    backdrop: str | Path | None = None,
) -> dict[str, Path]:
    """Make the files of a recipe again from the original; the same bytes.

    Parameters
    ----------
    recipe_path : a recipe.toml, with its matte and landmarks beside it.
    out : folder for the files; None: the recipe's own folder.
    original : the photograph, where it is not where the recipe says.
    backdrop : the user's own backdrop photograph, where it is not where the recipe says.

    Raises
    ------
    RecipeError : the recipe is wrong, or the original, backdrop, matte or landmarks are not those
        it was made with.
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
    landmarks = stored_landmarks(recipe, path.parent)
    plate = plate_of(recipe, Path(backdrop) if backdrop is not None else None)
    canvas = render(photo.pixels, recipe, alpha, plate, landmarks)
    from .signing import keep_signed

    made = encode_outputs(canvas, recipe)
    files = {name: keep_signed(data, target / name) for name, data in made.items()}
    check_writable(target)
    with staged_directory(target) as stage:
        for name, data in files.items():
            (stage / name).write_bytes(data)
    return {output.name: target / output.file for output in recipe.outputs}


def _source(recipe: Recipe, folder: Path) -> Path:
    named = Path(recipe.source.path)
    return named if named.is_absolute() else folder / named
