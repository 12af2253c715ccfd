"""Rendering within the likeness bounds: rendered, measured, weakened, or refused."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from . import faces, identity, ledger
from .bounds import Reading
from .color import to_encoded, to_linear
from .consent import NOT_AGREED, Consent
from .edits import AnyEdit, Perspective, Scene
from .errors import BoundRefused, printable
from .faces import Face
from .healing import Decided
from .photo import Photo
from .plan import Plan
from .progress import Stages
from .recipe import Recipe, normal_form
from .render import Canvas, begin_encoding, render, render_output, to_photo
from .survey import ANALYSIS_SIDE, eight_bit
from .thumbnails import fitted

__all__ = ["Rendered", "laid", "measure_bounds", "within_bounds"]

_GREY = 118  # sRGB code of mid grey
_NOT_ASKED = "not asked again, for light, frame and backdrop changed and no network was to run"
_STEPS_BACK = (0.75, 0.5, 0.25, 0.0)  # strengths tried in turn when a bound is broken

_Embedding = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendering that keeps every likeness bound.

    Attributes
    ----------
    recipe : as rendered, its edits weakened where that was needed.
    canvas : the rendered picture.
    files : the encoded outputs by name.
    readings : what each bound measured.
    notes : sentences for the user.
    """

    recipe: Recipe
    canvas: Canvas
    files: dict[str, bytes]
    readings: tuple[Reading, ...]
    notes: tuple[str, ...]


def within_bounds(
    photo: Photo,
    face: Face,
    alpha: NDArray[np.uint8],
    landmarks: NDArray[np.float64],
    plate: NDArray[np.float32] | None,
    planned: Plan,
    marks: Sequence[Decided],
    source: NDArray[np.float64] | None,
    references: Sequence[NDArray[np.float64]],
    stages: Stages,
    threads: int = 2,
    *,
    consent: Consent | None,
    networks: bool = True,
) -> Rendered:
    """Render, measure, and weaken the edits step by step while a bound is broken.

    Files are encoded while the rendering is measured, for most keep their bounds and measuring
    takes one core.

    Parameters
    ----------
    photo, face, landmarks : the photograph, the subject's face in it, its 478 landmarks in pixels.
    alpha : the matte, (height, width) codes 0–255.
    plate : the backdrop in linear sRGB, or None for the photo's own.
    planned : the recipe with every edit at its full strength.
    marks : what retouching decided on each mark found on the skin.
    source, references : embeddings of this face and of the person's other photos; without
        references the face is compared with the photograph itself, and `source` may be None.
    stages : told of progress and given the times.
    threads : threads to work with; the result does not depend on them.
    consent : by which faces are compared. Without one who it is can't be assessed, and a picture
        is made that keeps all the other bounds, which hold every pixel of the face against the
        photograph; it is never signed.
    networks : whether networks may be asked who it is; if not, that bound can't be assessed.

    Raises
    ------
    BoundRefused : a bound is broken even with every edit of the person switched off.
    """
    recipe = normal_form(planned.recipe)
    notes: tuple[str, ...] = ()
    for strength in (1.0, *_STEPS_BACK):
        if strength < 1:
            recipe = normal_form(_weakened(planned.recipe, strength))
        with stages.timed("render"):
            stages.report("rendering", 0, 1)
            canvas = render(photo.pixels, recipe, alpha, plate, landmarks)
        with stages.timed("encode and measure"), ThreadPoolExecutor(threads) as pool:
            stages.report("encoding and measuring", 0, 1)
            measuring = pool.submit(
                measure_bounds,
                photo,
                face,
                alpha,
                canvas,
                recipe,
                marks,
                source,
                references,
                all_of_them=False,
                consent=consent,
                networks=networks,
            )
            encoding = begin_encoding(canvas, recipe, pool)
            try:
                measured = measuring.result()
                broken = [reading for reading in measured if reading.status == "exceeded"]
                if not broken:
                    files = {name: file.result() for name, file in encoding.items()}
                    return Rendered(recipe, canvas, files, measured, notes)
            finally:
                pool.shutdown(cancel_futures=True)
        names = ", ".join(reading.bound.title.lower() for reading in broken)
        notes = (f"Edits were weakened to keep a likeness bound ({names}).",)
    first = broken[0]
    raise BoundRefused(
        f"{printable(photo.path.name)}: refused, for “{first.bound.title}” would be"
        f" {first.value:.2f} {first.bound.unit}; the most allowed is {first.most:.2f}:"
        " use another photo"
    )


def _weakened(recipe: Recipe, strength: float) -> Recipe:
    edits: list[AnyEdit] = [
        edit if edit.name == "backdrop" else edit.weakened(strength) for edit in recipe.edits
    ]
    return recipe.model_copy(update={"edits": tuple(edits)})


def measure_bounds(
    photo: Photo,
    face: Face,
    alpha: NDArray[np.uint8] | None,
    canvas: Canvas,
    recipe: Recipe,
    marks: Sequence[Decided],
    source: NDArray[np.float64] | None,
    references: Sequence[NDArray[np.float64]],
    *,
    consent: Consent | None,
    all_of_them: bool = True,
    networks: bool = True,
) -> tuple[Reading, ...]:
    """Measure every likeness bound on the finished headshot; parameters as in `within_bounds`.

    Without `networks`, or a consent, it is not asked who it is, and all else is measured.

    With `all_of_them` off, identity alone is returned where it is exceeded: nothing else matters
    then, and it is the quickest to be measured.

    Without a matte, as where a stranger's render is checked again, a change of perspective can't be
    undone, and what it moved counts as moved.
    """
    headshot = next(output for output in recipe.outputs if output.name == "headshot")
    finished = render_output(canvas, headshot)
    frame = (photo.width, photo.height)
    mapping = to_photo(recipe, headshot, frame)
    pixels, shown, cover, marks = _reprojected(photo, face, alpha, recipe, marks)
    after: _Embedding | None = None
    before: _Embedding | None = None
    if networks and consent is not None:
        after, before = _embedded(
            photo, face, shown, alpha, finished, mapping, consent, alone=not references
        )
    if before is not None:
        source = before
    if not all_of_them and after is not None and source is not None:
        same = ledger.identity(after, source, references)
        if same.status == "exceeded":
            return (same,)
    pair = ledger.compare(pixels, shown, cover, finished, mapping)
    measured = ledger.readings(pair, after, source, references, marks, frame)
    if networks and consent is not None:
        return measured
    why = NOT_AGREED if consent is None else _NOT_ASKED
    return tuple(replace(r, sentence=why) if r.bound.name == "identity" else r for r in measured)


def _reprojected(
    photo: Photo,
    face: Face,
    alpha: NDArray[np.uint8] | None,
    recipe: Recipe,
    marks: Sequence[Decided],
) -> tuple[
    NDArray[np.uint8] | NDArray[np.uint16], Face, NDArray[np.uint8] | None, Sequence[Decided]
]:
    """The photograph, the face in it, its matte and its marks after a declared change of
    perspective.

    That change is what the finished picture's pixels are then held against; who it is, is still
    asked of the photograph itself.
    """
    for edit in recipe.edits:
        if isinstance(edit, Perspective) and edit.strength > 0 and alpha is not None:
            x, y = ((face.iris_right + face.iris_left) / 2).tolist()
            before = Scene(
                to_linear(photo.pixels),
                alpha.astype(np.float32) / np.float32(255),
                (x, y),
                face.eye_distance,
                landmarks=face.landmarks.astype(np.float32),
            )
            scene = edit.apply(before)
            if scene.alpha is None or scene.landmarks is None:
                break
            cover = np.round(scene.alpha * 255).astype(np.uint8)
            moved = replace(face, landmarks=scene.landmarks)
            along = marks
            if marks and edit.to_cm > edit.distance_cm:
                frame = np.array([photo.width, photo.height])
                places = np.array([mark.center for mark in marks]) * frame
                places = edit.reprojection(before).moved(places) / frame
                along = [
                    replace(mark, center=(float(u), float(v)))
                    for mark, (u, v) in zip(marks, places, strict=True)
                ]
            return to_encoded(scene.linear, np.uint16), moved, cover, along
    return photo.pixels, face, alpha, marks


def _embedded(
    photo: Photo,
    face: Face,
    shown: Face,
    alpha: NDArray[np.uint8] | None,
    finished: NDArray[np.uint8],
    mapping: NDArray[np.float64],
    consent: Consent,
    *,
    alone: bool,
) -> tuple[_Embedding | None, _Embedding | None]:
    """Embed the finished face; with `alone`, without background, and the photo's face so too.

    `face` is the face in the photograph, `shown` after a change of perspective.

    Where there is but the one photo to compare with, it is laid into the finished picture's place,
    and in both what is not the person is grey, for the network also looks at what is around a face.
    """
    small, factor = fitted(finished, ANALYSIS_SIDE)
    into = np.linalg.inv(np.vstack([mapping, [0, 0, 1]]))[:2] * factor
    moved, unmoved = laid(shown, into), laid(face, into)
    found = faces.find_again(small, moved)
    if found is None:
        return None, None
    if not alone:
        return identity.embedding(small, found, consent), None
    matrix = into.copy()
    matrix[:, 2] += into[:, :2] @ np.array([0.5, 0.5]) - 0.5
    size = (small.shape[1], small.shape[0])
    before = cv2.warpAffine(eight_bit(photo.pixels), matrix, size, flags=cv2.INTER_AREA)
    cover = np.full(photo.pixels.shape[:2], 255, np.uint8) if alpha is None else alpha
    nobody = cv2.warpAffine(cover, matrix, size, flags=cv2.INTER_LINEAR)[..., None] < 128
    return (
        identity.embedding(np.where(nobody, _GREY, small).astype(np.uint8), moved, consent),
        identity.embedding(np.where(nobody, _GREY, before).astype(np.uint8), unmoved, consent),
    )


def laid(face: Face, into: NDArray[np.float64]) -> Face:
    """A face of the photograph in the coordinates of a finished picture, by a (2, 3) map."""
    place = face.landmarks.copy()
    place[:, :2] = face.landmarks[:, :2] @ into[:, :2].T + into[:, 2]
    place[:, 2] *= float(np.sqrt(abs(np.linalg.det(into[:, :2]))))
    return replace(face, landmarks=place)
