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
from .destinations import Destination
from .edits import AnyEdit, FillLight, MixedLight, Perspective, Scene, Tone, WhiteBalance
from .errors import UnusablePhoto
from .faces import Face
from .filling import plan_fill, relit, under_balance
from .framing import NoCrop, plan_crop, wish
from .head import CutEdge, Head, cut_edges, measure_head
from .looks import Look, RetouchLevel
from .measures.exposure import stops_to_normal
from .measures.noise import shade_noise
from .measures.subject import Subject
from .measures.white_point import white_balance_stops
from .perspective import distance
from .photo import Photo
from .recipe import CropBox, Facts, Output, Recipe, Source
from .render import turn, turned_box
from .side_light import side_light
from .skin import FaceView, skin_mask
from .stored_facts import StoredFile

__all__ = ["PERSPECTIVE_CHANGED", "PerspectiveWish", "Plan", "plan"]

PerspectiveWish = Literal["off", "auto", "on"]

PERSPECTIVE_CHANGED = (
    "The perspective was changed, as asked for: the person's own pixels were moved. That nothing"
    " else moved is measured against this move."
)
"""What is said of a picture whose perspective was changed; no longer true at strength 0."""

_OUTLINE_SIDE = 1200  # pixels at which the matte's outline is exact enough to crop by
_MOST_LIFT = 1.4  # stops: more makes noise and a false day out of a night
_MOST_DROP = 0.8
_BRIGHTEST_SKIN = 0.78  # luminance that raising the exposure brings lit skin to, at the most
_BURNT = 0.02  # share of the face already burnt out above which it is not raised at all
_LEAST_RAISE = 0.1  # stops: what is not worth telling
_LEFT_MIXED = 0.25  # stops of R/B from cheek to cheek that are left of mixed light, as if of one
_TURNED = 25.0  # degrees of yaw beyond which the cheeks can't be compared
_NEAR, _SURELY = 75.0, 0.78  # cm, and the probability from which a photo is taken for as near
_FAR = 110.0  # cm from which there is nothing to put right
_NEAREST = 22.0  # cm: what a nearer camera could not see, no move brings back
_LEFT_DARK, _LEFT_BRIGHT = 0.4, 0.9  # stops from normal that are left as the photographer's choice


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
    perspective : "on" or, where the camera was surely too near, "auto": re-project the person.

    Raises
    ------
    UnusablePhoto : no crop is possible without another person's face.
    """
    frame = (float(photo.width), float(photo.height))
    shrink = max(1, max(alpha.shape) // _OUTLINE_SIDE)
    size = (alpha.shape[1] // shrink, alpha.shape[0] // shrink)
    outline = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA) if shrink > 1 else alpha
    coverage = np.asarray(outline, np.float32) / np.float32(255)
    cut = cut_edges(coverage, frame)  # as shot: a weaker move must not bare where the photo ends
    moved, declared = _perspective(photo, face, perspective)
    points = face.landmarks
    if moved is not None:
        coverage, points = _seen_from_afar(moved, coverage, face, frame)
    head = measure_head(points, face.yaw, frame, coverage)
    fill = _fill(photo, face, view, look)
    seen = relit(view, face, fill) if fill is not None else view
    light, notes = _light(seen, face.eye_distance, look)
    light = _with_fill(light, fill)

    kind = "studio" if backdrop.kind == "photo" else backdrop.kind
    try:
        master, crops = _crops(frame, head, look, kind, cut, others, destinations)
    except NoCrop as reason:
        raise UnusablePhoto(
            photo.path, str(reason), "use --backdrop studio or another photo"
        ) from None
    outputs, output_notes = _outputs(master, crops, destinations, frame)
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
        ),
        rotation=master.rotation,
        retouch=level,
        edits=(
            *retouched,
            *_mixed(view, face, master.rotation),
            *light,
            *([moved] if moved is not None else []),
            *behind,
        ),
        outputs=outputs,
    )
    return Plan(recipe, (*_sentences(master.notes), *notes, *declared), output_notes)


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


def _light(
    view: FaceView, eye_distance: float, look: Look
) -> tuple[tuple[AnyEdit, ...], tuple[str, ...]]:
    """White balance and tone from the face, bounded; notes where the bound was reached."""
    notes: list[str] = []
    edits: list[AnyEdit] = []
    balance = white_balance_stops(view, eye_distance)
    if balance is None:
        notes.append("A black-and-white picture: its colours are left as they are.")
    else:
        red, blue = (float(np.clip(v, -1.2, 1.2)) for v in balance)
        edits.append(WhiteBalance(red_stops=round(red, 3), blue_stops=round(blue, 3)))
    stops = stops_to_normal(view)
    exposure = 0.0
    if stops is not None:
        wanted = max(0.0, stops - _LEFT_DARK) + min(0.0, stops + _LEFT_BRIGHT)
        exposure = float(np.clip(wanted, -_MOST_DROP, _MOST_LIFT))
        # The lit side of the face stays below the highlights, or its texture would flatten there.
        room = _room(view)
        exposure = min(exposure, room)
        if wanted > exposure + 0.3:
            notes.append(_too_dark(stops, exposure, by_highlights=room < _MOST_LIFT))
    exposure = float(np.clip(exposure + look.tone.exposure, -1.5, 1.5))
    skin = skin_mask(view)
    level = float(np.median(view.luminance[skin])) * 2.0**exposure
    brightest = float(np.quantile(view.luminance[skin], 0.95)) * 2.0**exposure
    edits.append(
        Tone(
            exposure_stops=round(exposure, 3),
            contrast=1.0 + look.tone.contrast,
            pivot=round(float(np.clip(level, 0.05, 0.6)), 3),
            saturation=look.tone.saturation,
            knee=round(float(np.clip(brightest, 0.55, _BRIGHTEST_SKIN)), 3),
        )
    )
    return tuple(edits), tuple(notes)


def _room(view: FaceView) -> float:
    """Stops by which the exposure can be raised before the lit skin is as bright as it may be."""
    skin = skin_mask(view)
    bright = float(np.quantile(view.luminance[skin], 0.95))
    if float(view.clipped[skin].mean()) > _BURNT:
        return 0.0
    return float(np.clip(math.log2(_BRIGHTEST_SKIN / max(bright, 1e-3)), 0.0, _MOST_LIFT))


def _too_dark(stops: float, raised: float, *, by_highlights: bool) -> str:
    """Say what was done for a face that stays darker than it should be."""
    if by_highlights:
        done = (
            f"raised by {raised:.1f}, for more would burn out its bright side"
            if raised >= _LEAST_RAISE
            else "left as it is, for its bright side is as bright as it may be"
        )
        return (
            f"Much of this face lies {stops:.1f} stops too dark. It was {done}. Turn the face to"
            " the light, or hold something white on its dark side."
        )
    return (
        f"This photo is {stops:.1f} stops too dark. It was raised by {raised:.1f}; more would look"
        " false. A photo by a window in daylight will be better."
    )


def _mixed(view: FaceView, face: Face, rotation: float) -> tuple[MixedLight, ...]:
    """Plan to bring two lights on the sides of a face together; nothing where there are not two."""
    sides = side_light(view)
    if sides is None or not sides.mixed or abs(face.yaw) > _TURNED:
        return ()
    share = 1 - _LEFT_MIXED / abs(sides.across)
    x, y = (face.iris_left - face.iris_right).tolist()
    return (
        MixedLight(
            red_stops=round(float(np.clip(-share * sides.red, -0.8, 0.8)), 3),
            blue_stops=round(float(np.clip(-share * sides.blue, -0.8, 0.8)), 3),
            axis=round(math.degrees(math.atan2(y, x)) + rotation, 1),
            pivot=round(sides.pivot, 2),
        ),
    )


def _fill(photo: Photo, face: Face, view: FaceView, look: Look) -> FillLight | None:
    """Plan the reflector that the look asks for."""
    noise = shade_noise(Subject(photo, face, (), view))
    return plan_fill(view, face, look.key_to_fill_stops, noise)


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


def _with_fill(light: tuple[AnyEdit, ...], fill: FillLight | None) -> tuple[AnyEdit, ...]:
    """Put a reflector between white balance and tone."""
    if fill is None:
        return light
    for edit in light:
        if isinstance(edit, WhiteBalance):
            fill = under_balance(fill, edit.gains())
    at = [edit.name for edit in light].index("tone")
    return (*light[:at], fill, *light[at:])


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
