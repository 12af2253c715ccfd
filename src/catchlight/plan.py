"""Planning: a look and the facts of one photograph become a recipe."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from .backdrop_choice import BackdropChoice
from .backdrops import choose_backdrop
from .crop import Crop
from .denoise_plan import plan_denoise, quieter
from .destinations import Destination, OutputSize
from .edits import AnyEdit, Denoise, Perspective, Scene
from .errors import UnusablePhoto
from .faces import Face
from .filling import relit
from .framing import NoCrop, plan_crop, wish
from .head import CutEdge, Head, cut_edges, measure_head
from .light_plan import plan_light, plan_mixed_light, plan_reflector, with_fill
from .looks import Look, RetouchLevel
from .perspective import distance
from .photo import Photo
from .recipe import CropBox, Facts, Output, Recipe, Source
from .render import turn, turned_box
from .scribble import Scribble
from .sharpening_plan import plan_sharpening
from .skin import FaceView
from .stored_facts import StoredFile

__all__ = ["PERSPECTIVE_CHANGED", "PerspectiveWish", "Plan", "plan", "small_outline"]

PerspectiveWish = Literal["off", "auto", "on"]

PERSPECTIVE_CHANGED = (
    "The perspective was changed, as asked for: the person's own pixels were moved. That nothing"
    " else moved is measured against this move."
)
"""What is said of a picture whose perspective was changed; no longer true at strength 0."""

_OUTLINE_SIDE = 1200  # pixels at which the matte's outline is exact enough to crop by
_NEAR, _SURELY = 75.0, 0.78  # cm, and the probability from which a photo is taken for as near
_FAR = 110.0  # cm from which there is nothing to put right
_NEAREST = 22.0  # cm: what a nearer camera could not see, no move brings back


@dataclass(frozen=True, slots=True)
class Plan:
    """A recipe and what the user should know about it.

    Attributes
    ----------
    recipe : the edits and the files to write.
    notes : about the whole picture, plain sentences.
    output_notes : by output name.
    """

    recipe: Recipe
    notes: tuple[str, ...]
    output_notes: dict[str, tuple[str, ...]]


def plan(
    photo: Photo,
    face: Face,
    view: FaceView,
    alpha: NDArray[np.uint8],
    others: Sequence[Face],
    look: Look,
    backdrop: BackdropChoice,
    destinations: Sequence[Destination],
    matte: StoredFile,
    landmarks: StoredFile,
    retouched: Sequence[AnyEdit] = (),
    level: RetouchLevel = "none",
    perspective: PerspectiveWish = "off",
    *,
    doubted: bool = False,
    behind: Sequence[AnyEdit] | None = None,
    scribbles: tuple[Scribble, ...] = (),
) -> Plan:
    """Plan one finished picture.

    Parameters
    ----------
    photo : at full resolution.
    face, view : the subject's face in it, and the same upright at normal size.
    alpha : (H, W) uint8, the person's coverage.
    others : faces of other people in the photograph.
    matte, landmarks : the files that will lie beside the recipe.
    retouched, level : the edits of the skin, and how much of it was asked for.
    doubted : whether the matte may be wrong; hair is then followed no higher than most people's.
    behind : the backdrop's edit of an earlier plan, to keep in a draft; None: plan it.
    scribbles : strokes by which the matte was corrected by hand.
    perspective : "on" or, where the camera was surely too near, "auto": re-project the person.

    Raises
    ------
    UnusablePhoto : no crop is possible without another person's face.
    """
    frame = (float(photo.width), float(photo.height))
    coverage = small_outline(alpha)
    cut = cut_edges(coverage, frame)  # as shot: a weaker move must not bare where the photo ends
    moved, declared = _perspective(photo, face, perspective)
    points = face.landmarks
    if moved is not None:
        coverage, points = _seen_from_afar(moved, coverage, face, frame)
    head = measure_head(points, face.yaw, frame, coverage, doubted=doubted)
    fill = plan_reflector(photo, face, view, look, alpha)
    seen = relit(view, face, fill) if fill is not None else view
    light, notes = plan_light(seen, face.eye_distance, look)
    light = with_fill(light, fill)

    kind = "studio" if backdrop.kind == "photo" else backdrop.kind
    try:
        master, crops = _crops(frame, head, look, kind, cut, others, destinations)
    except NoCrop as reason:
        raise UnusablePhoto(
            photo.path, str(reason), "use --backdrop studio or another photo"
        ) from None
    outputs, output_notes = _outputs(master, crops, destinations, frame)
    denoise: Denoise | None = None
    if level != "none":
        outputs = plan_sharpening(outputs, destinations, photo, face, view)
        denoise = plan_denoise(photo, face, view, alpha, light, turned=master.rotation != 0)
    if behind is None:
        behind = choose_backdrop(
            photo,
            face,
            seen,
            alpha,
            look,
            backdrop,
            light,
            _reach(outputs, face, (photo.width, photo.height), master.rotation),
            turned=master.rotation != 0,
        )
        behind = quieter(behind, denoise) if denoise is not None else behind
    recipe = Recipe(
        look=look.name,
        source=Source(
            path=str(photo.path.resolve()),
            sha256=photo.sha256,
            width=photo.width,
            height=photo.height,
            quarter_turns=photo.quarter_turns,
        ),
        facts=Facts(
            eye_right=_share(face.iris_right, frame),
            eye_left=_share(face.iris_left, frame),
            matte=matte.name,
            matte_sha256=matte.sha256,
            landmarks=landmarks.name,
            landmarks_sha256=landmarks.sha256,
            scribbles=scribbles or None,
        ),
        rotation=master.rotation,
        retouch=level,
        edits=(
            *([denoise] if denoise is not None else []),
            *retouched,
            *plan_mixed_light(view, face, master.rotation),
            *light,
            *([moved] if moved is not None else []),
            *behind,
        ),
        outputs=outputs,
    )
    return Plan(recipe, (*_sentences(master.notes), *notes, *declared), output_notes)


def small_outline(alpha: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return a matte, (H, W) uint8, at the size that crops are planned on, (h, w) float32, 0..1."""
    shrink = max(1, max(alpha.shape) // _OUTLINE_SIDE)
    size = (alpha.shape[1] // shrink, alpha.shape[0] // shrink)
    outline = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA) if shrink > 1 else alpha
    return np.asarray(outline, np.float32) / np.float32(255)


def _reach(
    outputs: Sequence[Output], face: Face, frame: tuple[int, int], rotation: float
) -> tuple[float, float, float, float]:
    """Eye distances from the eyes to the left, top, right and bottom edge of all outputs."""
    boxes = np.array([turned_box(output.crop, frame, rotation) for output in outputs])
    middle = np.asarray((face.iris_right + face.iris_left) / 2, np.float64)[None]
    x, y = turn(middle, frame, rotation)[0]
    x0, y0 = boxes[:, :2].min(axis=0)
    x1, y1 = boxes[:, 2:].max(axis=0)
    unit = face.eye_distance
    return (
        float((x - x0) / unit),
        float((y - y0) / unit),
        float((x1 - x) / unit),
        float((y1 - y) / unit),
    )


def _share(point: NDArray[np.float32], frame: tuple[float, float]) -> tuple[float, float]:
    return float(point[0]) / frame[0], float(point[1]) / frame[1]


def _sentences(phrases: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{phrase[0].upper()}{phrase[1:]}." for phrase in phrases if phrase)


def _perspective(
    photo: Photo, face: Face, wish: PerspectiveWish
) -> tuple[Perspective | None, tuple[str, ...]]:
    """Plan the move to a portrait's distance, if it is asked for, and say so."""
    if wish == "off":
        return None, ()
    found = distance(face, photo)
    if wish == "auto" and found.nearer_than(_NEAR) < _SURELY:
        return None, ()
    if found.cm >= _FAR:
        return None, (
            f"Perspective left as shot: the photo was taken from about {found.cm:.0f} cm.",
        )
    edit = Perspective(distance_cm=round(max(found.cm, _NEAREST), 1))
    return edit, (PERSPECTIVE_CHANGED,)


def _seen_from_afar(
    edit: Perspective, coverage: NDArray[np.float32], face: Face, frame: tuple[float, float]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return coverage and landmarks, in pixels of the photo, as they are after the move."""
    scale = np.array([coverage.shape[1] / frame[0], coverage.shape[0] / frame[1], 1.0])
    scale[2] = scale[0]
    eyes = ((face.iris_right + face.iris_left) / 2 * scale[:2]).tolist()
    scene = Scene(
        np.zeros((*coverage.shape, 3), np.float32),
        coverage,
        (eyes[0], eyes[1]),
        face.eye_distance * float(scale[0]),
        landmarks=(face.landmarks * scale).astype(np.float32),
    )
    after = edit.apply(scene)
    if after.alpha is None or after.landmarks is None:
        return coverage, face.landmarks
    return after.alpha, (after.landmarks / scale).astype(np.float32)


def _crops(
    frame: tuple[float, float],
    head: Head,
    look: Look,
    kind: Literal["keep", "soften", "studio"],
    cut: Sequence[CutEdge],
    others: Sequence[Face],
    destinations: Sequence[Destination],
) -> tuple[Crop, dict[str, Crop]]:
    """Plan the master crop and, at its rotation, that of each destination.

    Other people's heads, hair and all, stay out of a real background; where that leaves no crop,
    at least their faces do.

    Raises
    ------
    NoCrop : another person's face is in the way of every crop.
    """
    reaches = (1.0, 0.0) if others and kind != "studio" else (0.0,)
    for reach in reaches:
        avoid = [_with_hair(other, reach) for other in others]
        try:
            master = plan_crop(frame, head, wish(look.framing), kind, cut, avoid)
            return master, {
                d.name: plan_crop(
                    frame, head, wish(look.framing, d), kind, cut, avoid, rotation=master.rotation
                )
                for d in destinations
            }
        except NoCrop:
            if reach == reaches[-1]:
                raise
    raise NoCrop("another person's face is in the way")


def _with_hair(other: Face, reach: float) -> tuple[float, float, float, float]:
    """Box of a face, grown to hair, ears and shoulders by `reach` times what they usually take."""
    x0, y0, x1, y1 = other.box
    width, height = x1 - x0, y1 - y0
    return (
        x0 - 0.5 * reach * width,
        y0 - 0.6 * reach * height,
        x1 + 0.5 * reach * width,
        y1 + 0.6 * reach * height,
    )


def _box(crop: Crop) -> CropBox:
    width, height = crop.frame
    return CropBox(
        center=(crop.x / width, crop.y / height),
        width=crop.width / width,
        height=crop.height / height,
    )


def _snapped(crop: Crop) -> Crop:
    """Move a crop's sides inwards to whole pixels of the (turned) photograph.

    An upright crop then needs no resampling at all, a turned one only a single.
    """
    frame = (round(crop.frame[0]), round(crop.frame[1]))
    left, top, right, bottom = turned_box(_box(crop), frame, crop.rotation)
    x0, y0 = math.ceil(left - 1e-6), math.ceil(top - 1e-6)
    x1, y1 = math.floor(right + 1e-6), math.floor(bottom + 1e-6)
    middle = np.array([[(x0 + x1) / 2, (y0 + y1) / 2]])
    x, y = turn(middle, frame, -crop.rotation)[0]
    return replace(crop, x=float(x), y=float(y), width=float(x1 - x0), height=float(y1 - y0))


def _copied(crop: Crop, destination: Destination) -> tuple[Crop, OutputSize] | None:
    """Shrink a crop by a pixel or two, so that its file is copied: resampling would soften it.

    None where the file would be smaller than the destination takes.
    """
    whole = _snapped(crop)
    size = destination.output_size(min(whole.width, whole.height * destination.aspect))
    if size.width > whole.width or size.height > whole.height:
        return None
    spare = (whole.width - size.width) % 2, (whole.height - size.height) % 2
    # the middle moves by half a pixel where an odd number of them goes
    frame = (round(crop.frame[0]), round(crop.frame[1]))
    middle = np.array([[whole.x, whole.y]])
    moved = turn(
        turn(middle, frame, whole.rotation) - np.array([spare]) / 2, frame, -whole.rotation
    )
    x, y = moved[0]
    return (
        replace(whole, x=float(x), y=float(y), width=float(size.width), height=float(size.height)),
        size,
    )


def _outputs(
    master: Crop,
    crops: dict[str, Crop],
    destinations: Sequence[Destination],
    frame: tuple[float, float],
) -> tuple[tuple[Output, ...], dict[str, tuple[str, ...]]]:
    whole = _snapped(master)
    headshot = Output(
        name="headshot",
        file="headshot.jpg",
        crop=_box(whole),
        width=round(whole.width),
        height=round(whole.height),
        quality=95,
        dpi=300,
    )
    cut_out = {"name": "cutout", "file": "cutout.png", "format": "png", "mask": "person"}
    outputs = [headshot, headshot.model_copy(update=cut_out)]
    notes: dict[str, tuple[str, ...]] = {}
    for destination in destinations:
        crop = crops[destination.name]
        size = destination.output_size(crop.width)
        if size.width == math.floor(crop.width + 1e-6):
            crop, size = _copied(crop, destination) or (crop, size)
        remarks = [note for note in crop.notes if note not in master.notes]
        if size.upscale > 1.005:
            remarks.append(
                f"enlarged {size.upscale:.2f} times, for the photo has only {crop.width:.0f} pixels"
                " across here: it will look soft"
            )
        suffix = "png" if destination.format == "png" else "jpg"
        outputs.append(
            Output(
                name=destination.name,
                file=f"{destination.name}.{suffix}",
                crop=_box(crop),
                width=size.width,
                height=size.height,
                format=destination.format,
                quality=destination.quality,
                max_bytes=destination.max_bytes,
                dpi=size.dpi,
                mask="circle" if destination.mask else "none",
            )
        )
        notes[destination.name] = _sentences(remarks)
    return tuple(outputs), notes
