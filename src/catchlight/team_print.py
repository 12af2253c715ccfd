"""The delivery of one person of a team: from their facts and the series' numbers, without networks.

What a worker anywhere runs. The bounds are measured on every picture; who it is, is asked of the
network only where `networks` says so, as when the person is new.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from .backdrop_choice import BackdropChoice
from .brand import MASTER, Brand, SeriesNumbers
from .consent import Consent
from .consistency import from_own, measure_picture
from .develop import Finished, finish
from .encode import encode_jpeg
from .errors import RecipeError, UnreadablePhoto
from .handing_over import keep_still
from .photo import Photo
from .progress import Stages, silent
from .recipe import recipe_text
from .render import to_photo
from .report import render_report
from .series import own_depth, own_target
from .settings import Settings
from .sitter import Silhouette, Sitter, plan_print
from .skin import face_view
from .stored_facts import LANDMARKS_FILE, MATTE_FILE, StoredFile
from .summary import describe_finished, finished_pictures
from .survey import eight_bit, read_within
from .team_facts import Facts
from .team_photos import fetched, is_address
from .thumbnails import thumbnail
from .within_bounds import laid

if TYPE_CHECKING:
    from .signer import Signer

__all__ = ["Delivery", "Printing", "print_person"]

_CARD = 480  # pixels of the longer side of a card's picture


@dataclass(frozen=True, slots=True)
class Printing:
    """A person to be finished.

    Attributes
    ----------
    facts : the file of facts.
    brand, series : how all pictures are to look.
    settings : threads and limits.
    networks : whether the identity network may run.
    consent : by which faces are compared; without one that network does not run.
    sign : whether the local identity of the worker signs, where there is one.
    """

    facts: bytes
    brand: Brand
    series: SeriesNumbers
    settings: Settings
    consent: Consent | None
    networks: bool = True
    sign: bool = True


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was made of a person.

    Attributes
    ----------
    files : the files of their folder, by path in it, as `session.make` writes them.
    card : a small JPEG of the finished headshot.
    after : measures of the finished picture; see `consistency`.
    notes : what the user should know.
    asked : whether the networks were asked who it is.
    """

    files: dict[str, bytes]
    card: bytes
    after: dict[str, Any]
    notes: tuple[str, ...]
    asked: bool


def print_person(printing: Printing) -> Delivery:
    """Make a person's delivery from their facts.

    Raises
    ------
    BoundRefused : a likeness bound would be broken whatever is done.
    PhotoError : the photograph is not the one that was looked at, or leaves no crop.
    """
    facts = Facts.from_bytes(printing.facts)
    brand, series, settings = printing.brand, printing.series, printing.settings
    own = own_target(facts.before, series)
    look = brand.styled(series, own, own_depth(facts.before, series))
    stages = Stages(silent)
    signer = _signer() if printing.sign else None
    networks = printing.networks or signer is not None  # what is signed has to be measured
    with _original(facts) as path, TemporaryDirectory(prefix="catchlight-") as folder:
        photo = read_within(settings, path).turned(facts.quarter_turns)
        if photo.sha256 != facts.sha256:
            raise UnreadablePhoto(path, "is another photograph than before", "run the team again")
        sitter = Sitter(
            photo,
            eight_bit(photo.pixels),
            facts.face,
            facts.strangers,
            face_view(photo.pixels, facts.face),
            None,  # the network compares the finished picture with the photograph itself
        )
        silhouette = _silhouette(facts)
        retouched = facts.retouched[brand.level]
        planned, unsure = plan_print(
            sitter,
            silhouette,
            retouched,
            look,
            BackdropChoice(brand.backdrop.kind),
            brand.places(series),
            brand.level,
            own_network=settings.matting_model is not None,
        )
        made = Path(folder) / "1"
        result = finish(
            sitter,
            silhouette,
            retouched,
            planned,
            unsure,
            (),
            made,
            stages,
            settings,
            printing.consent,
            signer,
            networks=networks,
        )
        if facts.source in facts.files:
            result = keep_still(result, path, made)
        elif is_address(facts.source):
            result = _named(result, facts.source, made)
        after = from_own(_measured(photo, facts, silhouette.alpha, result), own)
        data, pictures = _described(facts, brand, result)
        files = {f"1/{file.name}": file.read_bytes() for file in sorted(made.iterdir())}
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    files |= {
        "proofs.jpg": facts.files["proofs"],
        "session.json": text.encode("utf-8"),
        "report.html": render_report(data, pictures).encode("utf-8"),
    }
    card = encode_jpeg(thumbnail(result.after, _CARD), quality=85)[0]
    asked = networks and printing.consent is not None
    return Delivery(files, card, after, result.notes, asked)


def _signer() -> Signer | None:
    """Return the local identity of this machine, None where there is none."""
    from .settings import identity_file

    if not identity_file().exists():
        return None
    from .signing import chosen_signer  # cryptography, only where something is signed

    return chosen_signer(None)


@contextmanager
def _original(facts: Facts) -> Iterator[Path]:
    """Give the photograph as a file: where it is, fetched, or the still of a clip."""
    if facts.source in facts.files:
        with TemporaryDirectory(prefix="catchlight-") as folder:
            path = Path(folder) / facts.source
            path.write_bytes(facts.files[facts.source])
            yield path
    else:
        with fetched([facts.source]) as files:
            yield next(iter(files))


def _silhouette(facts: Facts) -> Silhouette:
    alpha = cv2.imdecode(np.frombuffer(facts.matte, np.uint8), cv2.IMREAD_GRAYSCALE)
    if alpha is None:
        raise RecipeError("the facts of a person are damaged (their matte): delete them")
    return Silhouette(
        np.asarray(alpha, np.uint8),
        facts.sure,
        facts.confidence,
        facts.notes,
        StoredFile(MATTE_FILE, facts.matte),
        StoredFile(LANDMARKS_FILE, facts.landmarks),
    )


def _named(result: Finished, source: str, folder: Path) -> Finished:
    """Have the recipe name the photograph's address instead of the file fetched from there."""
    changed = result.recipe.source.model_copy(update={"path": source})
    recipe = result.recipe.model_copy(update={"source": changed})
    (folder / "recipe.toml").write_text(recipe_text(recipe), "utf-8")
    return replace(result, recipe=recipe)


def _measured(
    photo: Photo, facts: Facts, alpha: NDArray[np.uint8], result: Finished
) -> dict[str, Any]:
    """Measure the delivered file of the brand's own size, as anybody could who opens it."""
    output = next(o for o in result.recipe.outputs if o.name == MASTER)
    coded = cv2.imdecode(np.frombuffer(result.files[output.file], np.uint8), cv2.IMREAD_COLOR)
    finished = np.asarray(cv2.cvtColor(coded, cv2.COLOR_BGR2RGB), np.uint8)
    mapping = to_photo(result.recipe, output, (photo.width, photo.height))
    into = np.linalg.inv(np.vstack([mapping, [0, 0, 1]]))[:2]
    face = laid(facts.face, into)
    into[:, 2] += into[:, :2] @ np.array([0.5, 0.5]) - 0.5
    cover = cv2.warpAffine(alpha, into, (output.width, output.height), flags=cv2.INTER_LINEAR)
    return measure_picture(finished, face, np.asarray(cover, np.uint8))


def _described(
    facts: Facts, brand: Brand, result: Finished
) -> tuple[dict[str, Any], Mapping[str, bytes]]:
    """Return what session.json holds, and the report's pictures."""
    row = facts.choice | describe_finished(1, result, {MASTER: brand.title})
    data = facts.session | {"backdrop": brand.backdrop.kind, "picks": [row]}
    pictures = {name: draw() for name, draw in finished_pictures(1, result).items()}
    pictures |= {name: file for name, file in facts.files.items() if name.startswith("photo/")}
    return data, pictures
