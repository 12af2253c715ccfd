"""Develop: one photograph of the person becomes a finished picture, within the likeness bounds."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from . import face_surface, identity
from .backdrop_choice import BackdropChoice
from .bounds import Reading
from .color import to_linear
from .consent import FLAG, Consent
from .destinations import Destination
from .edits import Perspective
from .errors import BoundRefused
from .healing import Decided
from .looks import Look
from .marks_map import marks_map
from .photo import Photo
from .plan import PERSPECTIVE_CHANGED, PerspectiveWish, Plan
from .plate import plate_of
from .progress import Stages
from .recipe import Output, Recipe, recipe_text
from .render import render, render_output
from .retouching import Retouched, Wish, other_skins, retouch
from .scribble import Scribble
from .settings import Settings
from .sitter import Silhouette, Sitter, cut, plan_print, sit
from .stored_facts import read_landmarks
from .survey import Seen, eight_bit
from .thumbnails import thumbnail
from .within_bounds import measure_bounds, within_bounds

if TYPE_CHECKING:
    from .signer import Signer

__all__ = ["NOT_COMPARED", "Finished", "develop", "finish", "prepare", "preparing"]

NOT_COMPARED = (
    "Faces were not compared, for nobody agreed to it: whether this is still the same person was"
    f" not measured, and it is not signed. To have it measured, agree with {FLAG}."
)
"""What is said of a picture that was made without a consent."""
_SHOWN = 1400  # pixels of the longer side of the report's pictures


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished picture and what is needed to report it."""

    recipe: Recipe
    readings: tuple[Reading, ...]
    notes: tuple[str, ...]
    output_notes: dict[str, tuple[str, ...]]
    files: dict[str, bytes]
    before: NDArray[np.uint8]
    after: NDArray[np.uint8]
    marks: tuple[Decided, ...] = ()
    marks_map: NDArray[np.uint8] | None = None


def develop(
    entry: Seen,
    at: int,
    references: Sequence[NDArray[np.float64]],
    look: Look,
    backdrop: BackdropChoice,
    destinations: Sequence[Destination],
    directory: Path,
    stages: Stages,
    settings: Settings,
    consent: Consent | None,
    signer: Signer | None = None,
    wish: Wish | None = None,
    others: Sequence[tuple[Seen, int]] = (),
    perspective: PerspectiveWish = "off",
    scribbles: tuple[Scribble, ...] = (),
) -> Finished:
    """Make one finished picture and write its files, signed if anyone signs, into `directory`.

    Parameters
    ----------
    entry, at : the photograph, and which of its faces is the person's.
    references : embeddings of the person in other photographs.
    consent : by which faces are compared; None: who it is, is not measured.
    wish : how much retouching; None: as the look has it.
    others : the person's other photographs, to tell spots from moles.
    scribbles : strokes by which the cut-out is corrected.
    """
    wish = wish or Wish(look.retouch)
    sitter = sit(entry, at, stages, settings)
    # The skin is looked at while the person is cut out: neither waits for the other.
    with ThreadPoolExecutor(1) as beside_it:
        skin = beside_it.submit(
            retouch,
            sitter.photo.pixels,
            sitter.face,
            sitter.view,
            wish,
            lambda: other_skins(others, settings),
        )
        silhouette = cut(sitter, stages, settings, scribbles)
        with stages.timed("retouch"):
            retouched = skin.result()
    with stages.timed("plan"):
        planned, unsure = plan_print(
            sitter,
            silhouette,
            retouched,
            look,
            backdrop,
            destinations,
            wish.level,
            perspective,
            own_network=settings.matting_model is not None,
        )
    return finish(
        sitter,
        silhouette,
        retouched,
        planned,
        unsure,
        references,
        directory,
        stages,
        settings,
        consent,
        signer,
    )


def finish(
    sitter: Sitter,
    silhouette: Silhouette,
    retouched: Retouched,
    planned: Plan,
    unsure: Sequence[str],
    references: Sequence[NDArray[np.float64]],
    directory: Path,
    stages: Stages,
    settings: Settings,
    consent: Consent | None,
    signer: Signer | None = None,
    *,
    networks: bool = True,
) -> Finished:
    """Render a plan at full size within the likeness bounds, and write its files.

    Parameters
    ----------
    sitter, silhouette, retouched : the facts of the photograph.
    planned, unsure : what to make of it, and what is to be said of the cut-out.
    references : embeddings of the person in other photographs.
    directory : folder for the files; made here.
    consent : by which faces are compared; without one nothing is signed.
    networks : whether networks may be asked who it is; if not, nothing is signed.

    Raises
    ------
    BoundRefused : a likeness bound would be broken whatever is done.
    """
    photo, pixels, face, alpha = sitter.photo, sitter.pixels, sitter.face, silhouette.alpha
    beside = (silhouette.matte, silhouette.landmarks)
    rendered = within_bounds(
        photo,
        face,
        alpha,
        read_landmarks(beside[1].data),
        plate_of(planned.recipe),
        planned,
        retouched.marks,
        sitter.embedding,
        references,
        stages,
        settings.threads,
        consent=consent,
        networks=networks,
    )
    recipe, canvas, readings = rendered.recipe, rendered.canvas, rendered.readings
    files = rendered.files
    not_signed: tuple[str, ...] = ()
    if signer is not None and consent is not None:  # who signs vouches for who it is
        from .signing import signed_files  # cryptography, only where it is needed

        with stages.timed("sign"):
            try:
                files = signed_files(
                    files,
                    recipe,
                    readings,
                    original=photo.path,
                    signer=signer,
                    when=datetime.now(UTC),
                    matte=beside[0].data,
                    landmarks=beside[1].data,
                    remeasure=lambda again, cover, made: measure_bounds(
                        again,
                        face,
                        cover,
                        made,
                        recipe,
                        retouched.marks,
                        sitter.embedding,
                        references,
                        consent=consent,
                    ),
                    threads=settings.threads,
                )
            except BoundRefused as error:  # what could not be measured is not vouched for
                not_signed = (f"Not signed: {error}",)
    directory.mkdir(parents=True)
    for name, data in (*files.items(), *((file.name, file.data) for file in beside)):
        (directory / name).write_bytes(data)
    (directory / "recipe.toml").write_text(recipe_text(recipe), "utf-8")
    headshot = next(output for output in recipe.outputs if output.name == "headshot")
    with stages.timed("report"):
        after = thumbnail(render_output(canvas, headshot), _SHOWN)
        before = _unedited(photo, recipe, headshot, after)
        drawn = marks_map(pixels, face, retouched.marks)
    moved = any(isinstance(edit, Perspective) and edit.strength > 0 for edit in recipe.edits)
    told = tuple(note for note in planned.notes if moved or note != PERSPECTIVE_CHANGED)
    not_compared = (NOT_COMPARED,) if consent is None else ()
    notes = (*told, *retouched.notes, *unsure, *rendered.notes, *not_compared, *not_signed)
    return Finished(
        recipe,
        readings,
        notes,
        planned.output_notes,
        files,
        before,
        after,
        retouched.marks,
        drawn,
    )


def _unedited(
    photo: Photo, recipe: Recipe, headshot: Output, like: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """The headshot's crop of the photograph as it was taken, in the size of `like`."""
    pixels = eight_bit(photo.pixels)
    shrink = max(1, max(headshot.width, headshot.height) // _SHOWN)
    size = (photo.width // shrink, photo.height // shrink)
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA) if shrink > 1 else pixels
    changes = {"width": headshot.width // shrink, "height": headshot.height // shrink}
    output = headshot.model_copy(update=changes)
    plain = recipe.model_copy(update={"edits": (), "outputs": (output,)})
    shown = thumbnail(render_output(render(np.asarray(small, np.uint8), plain), output), _SHOWN)
    return np.asarray(cv2.resize(shown, like.shape[1::-1]), np.uint8)


def prepare(threads: int) -> None:
    """Load what will be needed, libraries, tables and networks, while photos are being read.

    What the photos' measures wait for comes first. Nothing depends on it: what fails here fails
    again, and is told, where it is needed.
    """
    with contextlib.suppress(Exception):
        identity.load()
        face_surface.probe()
        from . import body_mask, closed_form, colour_vote, guided, models, plain_wall, segment
        from .foreground import decontaminate

        models.litert(segment.SELFIE)
        models.onnx(segment.SALIENCY, threads)
        models.litert(body_mask.POSE)
        # A few pixels through each compiled loop load it.
        ramp = np.tile(np.linspace(0, 1, 48, dtype=np.float32), (48, 1))
        picture = np.repeat(np.round(ramp * 255)[..., None], 3, axis=2).astype(np.uint8)
        known = np.abs(ramp - 0.5) > 0.2
        closed_form.closed_form(picture, known, ramp, prior=ramp, weight=ramp * np.float32(1e-3))
        colour_vote.colour_vote(ramp, picture, 10.0)
        guided.upsample(picture.repeat(2, axis=0).repeat(2, axis=1), picture, ramp)
        decontaminate(to_linear(picture), ramp)
        plain_wall.probe()


@contextlib.contextmanager
def preparing(threads: int) -> Iterator[threading.Thread]:
    """Load what will be needed in a thread that never outlives this.

    A process that ends while a network is being loaded is aborted by the network's runtime.
    """
    loading = threading.Thread(target=prepare, args=(threads,), daemon=True)
    loading.start()
    try:
        yield loading
    finally:
        loading.join()
