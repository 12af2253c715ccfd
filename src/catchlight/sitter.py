"""The sitter: the facts of one photograph that a finished picture is planned from.

They are found once. However often the plan changes, as in the studio, they stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from .backdrop_choice import BackdropChoice
from .destinations import Destination
from .edits import AnyEdit
from .errors import UnreadablePhoto
from .faces import Face
from .looks import Look, RetouchLevel
from .photo import Photo
from .plan import PerspectiveWish, Plan, plan
from .progress import Stages
from .retouching import Retouched
from .scribble import Scribble
from .settings import Settings
from .skin import FaceView, face_view
from .stored_facts import StoredFile, landmarks_file, matte_file
from .survey import Seen, eight_bit, read_within, refine

if TYPE_CHECKING:  # matting is loaded only where it is done
    from .matte import Matte

__all__ = ["Silhouette", "Sitter", "cut", "matte_of", "plan_print", "silhouette_of", "sit"]


@dataclass(frozen=True, slots=True, eq=False)
class Sitter:
    """A photograph at full size and the person in it.

    Attributes
    ----------
    photo : the photograph, upright.
    pixels : (H, W, 3) uint8, the same with 8 bits, as models take it.
    face, strangers : the person's face, and those of others.
    view : the person's face upright at normal size.
    embedding : (128,) float64, in memory only; None where faces were not compared.
    """

    photo: Photo
    pixels: NDArray[np.uint8]
    face: Face
    strangers: tuple[Face, ...]
    view: FaceView
    embedding: NDArray[np.float64] | None


@dataclass(frozen=True, slots=True, eq=False)
class Silhouette:
    """Where the person ends.

    Attributes
    ----------
    alpha : (H, W) uint8, the person's coverage.
    sure : whether it is good enough for another backdrop.
    confidence : 0..1, how far the networks agree.
    notes : what may need a look.
    matte, landmarks : the files that will lie beside the recipe.
    scribbles : strokes by which it was corrected by hand.
    by_hand : what they changed, a plain sentence; "" without any.
    """

    alpha: NDArray[np.uint8]
    sure: bool
    confidence: float
    notes: tuple[str, ...]
    matte: StoredFile
    landmarks: StoredFile
    scribbles: tuple[Scribble, ...] = ()
    by_hand: str = ""


def sit(entry: Seen, at: int, stages: Stages, settings: Settings) -> Sitter:
    """Read a photograph at full size and find the person in it exactly.

    Parameters
    ----------
    entry, at : the photograph, and which of its faces is the person's.

    Raises
    ------
    UnreadablePhoto : it is not the file that was looked at before.
    """
    with stages.timed("decode"):
        photo = read_within(settings, entry.path).turned(entry.quarter_turns)
        if photo.sha256 != entry.sha256:
            raise UnreadablePhoto(entry.path, "changed while it was being worked on", "run again")
        pixels = eight_bit(photo.pixels)
        face = refine(pixels, entry.faces[at])
        strangers = tuple(other for i, other in enumerate(entry.faces) if i != at)
    view = face_view(photo.pixels, face)
    return Sitter(photo, pixels, face, strangers, view, entry.sightings[at].embedding)


def cut(
    sitter: Sitter, stages: Stages, settings: Settings, scribbles: tuple[Scribble, ...] = ()
) -> Silhouette:
    """Cut the person out, as corrected by scribbles."""
    return silhouette_of(sitter, matte_of(sitter, stages, settings, scribbles), scribbles)


def matte_of(
    sitter: Sitter,
    stages: Stages,
    settings: Settings,
    scribbles: tuple[Scribble, ...] = (),
    plain: Matte | None = None,
) -> Matte:
    """Find how much of each pixel is the person; `plain` is the same without scribbles, if known.

    It is far larger than a silhouette, and only kept where it will be corrected.
    """
    with stages.timed("cut out"):
        stages.report("cutting out", 0, 1)
        from .matte import cut_out

        return cut_out(
            sitter.pixels,
            sitter.face,
            sitter.strangers,
            threads=settings.threads,
            model=settings.matting_model,
            scribbles=scribbles,
            plain=plain,
        )


def silhouette_of(sitter: Sitter, matte: Matte, scribbles: tuple[Scribble, ...]) -> Silhouette:
    """Return what is kept and written of a matte that was made with these scribbles."""
    from .matte import good_enough

    alpha = np.asarray(cv2.convertScaleAbs(matte.alpha, alpha=255), np.uint8)
    frame = (sitter.photo.width, sitter.photo.height)
    return Silhouette(
        alpha,
        good_enough(matte),
        matte.confidence,
        tuple(matte.notes),
        matte_file(alpha),
        landmarks_file(sitter.face.landmarks, frame),
        scribbles,
        matte.by_hand,
    )


def plan_print(
    sitter: Sitter,
    silhouette: Silhouette,
    retouched: Retouched,
    look: Look,
    backdrop: BackdropChoice,
    destinations: Sequence[Destination],
    level: RetouchLevel,
    perspective: PerspectiveWish = "off",
    *,
    own_network: bool = False,
    behind: Sequence[AnyEdit] | None = None,
) -> tuple[Plan, tuple[str, ...]]:
    """Plan one finished picture from the facts.

    Parameters
    ----------
    own_network : whether the cut-out is by a network of the user's own, which is used as they
        asked even where it is doubted.
    behind : the backdrop's edit of an earlier plan, to keep in a draft; None: plan it.

    Returns
    -------
    The plan, and what to say of the cut-out.
    """
    asked = own_network or bool(silhouette.scribbles)
    standing, unsure = _standing(backdrop, silhouette, asked=asked)
    planned = plan(
        sitter.photo,
        sitter.face,
        sitter.view,
        silhouette.alpha,
        sitter.strangers,
        look,
        standing,
        destinations,
        silhouette.matte,
        silhouette.landmarks,
        retouched.edits,
        level,
        perspective,
        doubted=not silhouette.sure,
        behind=behind,
        scribbles=silhouette.scribbles,
    )
    return planned, (*unsure, *([silhouette.by_hand] if silhouette.by_hand else []))


def _standing(
    backdrop: BackdropChoice, silhouette: Silhouette, *, asked: bool
) -> tuple[BackdropChoice, tuple[str, ...]]:
    """Return the backdrop that a matte is good enough for, and what to say of it.

    What they `asked` for by a network of their own, or by correcting it, is used as it is; they
    are only told.
    """
    from .matte import ENOUGH

    if silhouette.sure:
        return backdrop, ()
    if backdrop.kind in ("studio", "photo") and not asked:
        return BackdropChoice("soften", f_number=backdrop.f_number), (
            "The networks do not agree about where the person ends"
            f" ({silhouette.confidence:.2f};"
            f" {ENOUGH:.2f} is needed for another backdrop), so the real background is softened:"
            " take a photo before a plainer wall, correct the cut-out by hand (--scribble, or in"
            " the studio), or give a network of your own with --matting-model.",
        )
    return backdrop, tuple(f"The cut-out may need a look: {note}." for note in silhouette.notes)
