"""Planning: a look and the facts of one photograph become a recipe."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from .color import delta_e00, lab, to_linear
from .crop import Crop
from .destinations import Destination
from .edits import AnyEdit, PhotoBackdrop, SoftenBackdrop, StudioBackdrop, Tone, WhiteBalance
from .errors import UnusablePhoto
from .faces import Face
from .framing import NoCrop, plan_crop, wish
from .head import CutEdge, Head, cut_edges, measure_head
from .looks import Look, Paper
from .measures.exposure import stops_to_normal
from .measures.light import key_side
from .measures.white_point import white_balance_stops
from .photo import Photo
from .recipe import CropBox, Facts, Output, Recipe, Source
from .render import turn, turned_box
from .skin import FaceView, skin_mask

__all__ = ["BackdropChoice", "Plan", "plan"]

_MOST_LIFT = 1.4  # stops: more makes noise and a false day out of a night
_MOST_DROP = 0.8
_BRIGHTEST_SKIN = 0.6  # luminance that raising the exposure brings skin to, at the most
_LEFT_DARK, _LEFT_BRIGHT = 0.4, 0.9  # stops from normal that are left as the photographer's choice
_STAND_OUT = 16.0  # ΔE00 between hair or shoulders and paper, for the outline to read
_ALIKE = 9.0  # ΔE00 between outline and old background below which the edge is a guess
_EVEN = 0.12  # stops between the cheeks below which the light has no side


@dataclass(frozen=True, slots=True)
class BackdropChoice:
    """What the user asked to stand behind them.

    Attributes
    ----------
    kind : "keep", "soften", "studio" or "photo".
    path, sha256 : of the photograph for "photo".
    """

    kind: Literal["keep", "soften", "studio", "photo"]
    path: str = ""
    sha256: str = ""


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
    matte_file: str,
    matte_sha256: str,
) -> Plan:
    """Plan one finished picture.

    Parameters
    ----------
    photo : at full resolution.
    face, view : the subject's face in it, and the same upright at normal size.
    alpha : (H, W) uint8, the person's coverage.
    others : faces of other people in the photograph.
    matte_file, matte_sha256 : name and digest of the matte that will lie beside the recipe.

    Raises
    ------
    UnusablePhoto : no crop is possible without another person's face.
    """
    frame = (float(photo.width), float(photo.height))
    coverage = (alpha / np.float32(255)).astype(np.float32)
    head = measure_head(face.landmarks, face.yaw, frame, coverage)
    cut = cut_edges(coverage, frame)
    avoid = [other.box for other in others]
    light, notes = _light(view, face.eye_distance, look)
    behind = _backdrop(photo, face, view, alpha, look, backdrop, light)

    geometry_kind = "studio" if backdrop.kind == "photo" else backdrop.kind
    try:
        master = plan_crop(frame, head, wish(look.framing), geometry_kind, cut, avoid)
        crops = {
            d.name: _crop_for(d, frame, head, look, geometry_kind, cut, avoid, master)
            for d in destinations
        }
    except NoCrop as reason:
        raise UnusablePhoto(
            photo.path, str(reason), "use --backdrop studio or another photo"
        ) from None
    outputs, output_notes = _outputs(master, crops, destinations, frame)
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
            matte=matte_file,
            matte_sha256=matte_sha256,
        ),
        rotation=master.rotation,
        edits=(*light, *behind),
        outputs=outputs,
    )
    return Plan(recipe, (*_sentences(master.notes), *notes), output_notes)


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
        bright = float(np.quantile(view.luminance[skin_mask(view)], 0.95))
        exposure = min(exposure, max(0.0, math.log2(_BRIGHTEST_SKIN / max(bright, 1e-3))))
        if wanted > exposure + 0.3:
            notes.append(
                f"This photo is {stops:.1f} stops too dark. It was raised by {exposure:.1f}; more"
                " would look false. A photo by a window in daylight will be better."
            )
    exposure = float(np.clip(exposure + look.tone.exposure, -1.5, 1.5))
    skin = skin_mask(view)
    level = float(np.median(view.luminance[skin])) * 2.0**exposure
    edits.append(
        Tone(
            exposure_stops=round(exposure, 3),
            contrast=1.0 + look.tone.contrast,
            pivot=round(float(np.clip(level, 0.05, 0.6)), 3),
            saturation=look.tone.saturation,
        )
    )
    return tuple(edits), tuple(notes)


def _backdrop(
    photo: Photo,
    face: Face,
    view: FaceView,
    alpha: NDArray[np.uint8],
    look: Look,
    choice: BackdropChoice,
    light: Sequence[AnyEdit],
) -> tuple[AnyEdit, ...]:
    style = look.backdrop
    if choice.kind == "keep":
        return ()
    if choice.kind == "soften":
        return (SoftenBackdrop(blur=style.blur or 0.45, dim=style.dim),)
    noise = _noise(photo, face, alpha)
    if choice.kind == "photo":
        return (PhotoBackdrop(path=choice.path, sha256=choice.sha256, grain=noise),)
    side = key_side(view)
    key = 0.0 if side is None or abs(side) < _EVEN else float(np.clip(side / 0.8, -1, 1))
    paper = _paper(photo, face, alpha, style.papers, light)
    return (
        StudioBackdrop(
            paper=paper.name,
            color=paper.color,
            gradient=style.gradient,
            key=round(key, 2),
            falloff=style.falloff,
            mottle=style.mottle,
            grain=noise,
        ),
    )


def _paper(
    photo: Photo,
    face: Face,
    alpha: NDArray[np.uint8],
    papers: Sequence[Paper],
    light: Sequence[AnyEdit],
) -> Paper:
    """Choose the paper behind this outline.

    The first that hair and shoulders stand out from, or the one that does most. Where the old
    background has much the colour of the outline (dark hair before black), no cut-out can be sure
    of the edge: then the paper nearest to the old background, before which it belongs.

    The outline's colours are taken from bands inside and outside the matte's edge, about head and
    shoulders, under the light that the recipe will give them.
    """
    middle = (face.iris_right + face.iris_left) / 2
    reach = np.array([2.4, 3.0]) * face.eye_distance
    x0, y0 = np.maximum(np.floor(middle - reach), 0).astype(int)
    x1, y1 = np.minimum(np.ceil(middle + reach), (photo.width, photo.height)).astype(int)
    scale = min(1.0, 40 / face.eye_distance)
    size = (max(8, round((x1 - x0) * scale)), max(8, round((y1 - y0) * scale)))
    covered = cv2.resize(alpha[y0:y1, x0:x1], size, interpolation=cv2.INTER_AREA)
    solid = covered > 240
    inner = cv2.erode(solid.astype(np.uint8), np.ones((9, 9), np.uint8), borderValue=1) > 0
    band = solid & ~inner
    if band.sum() < 30:
        return papers[0]
    picture = cv2.resize(
        to_linear(photo.pixels[y0:y1, x0:x1]),
        size,
        interpolation=cv2.INTER_AREA,
    )
    gains = np.ones(3)
    for edit in light:
        if isinstance(edit, WhiteBalance):
            gains = gains * edit.gains()
        elif isinstance(edit, Tone):
            gains = gains * 2.0**edit.exposure_stops
    colors = lab(np.clip(picture * gains, 0, 1).astype(np.float32))
    edge = colors[band]
    outside = (cv2.dilate(solid.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0) & (covered == 0)
    if _camouflaged(colors, band, outside):
        behind = np.median(colors[outside], axis=0)
        return min(papers, key=lambda paper: _apart(paper, behind[None]))
    best, most = papers[0], -1.0
    for paper in papers:
        contrast = _apart(paper, edge)
        if contrast >= _STAND_OUT:
            return paper
        if contrast > most:
            best, most = paper, contrast
    return best


def _apart(paper: Paper, colors: NDArray[np.float32]) -> float:
    """ΔE00 between a paper and the quarter of some colours (N, 3) that stands out least."""
    color = lab(to_linear(np.array([paper.rgb], np.uint8)))
    apart = delta_e00(colors, np.broadcast_to(color, colors.shape))
    return float(np.quantile(apart, 0.25))


def _camouflaged(
    colors: NDArray[np.float32], inside: NDArray[np.bool_], outside: NDArray[np.bool_]
) -> bool:
    """Whether more than a third of the outline has much the colour of what is behind it."""
    if outside.sum() < 30:
        return False
    size = (25, 25)
    weight = cv2.blur(outside.astype(np.float32), size)
    behind = cv2.blur(colors * outside[..., None].astype(np.float32), size)
    near = inside & (weight > 0.02)
    if near.sum() < 30:
        return False
    apart = delta_e00(colors[near], behind[near] / weight[near][:, None])
    return float((apart < _ALIKE).mean()) > 1 / 3


def _noise(photo: Photo, face: Face, alpha: NDArray[np.uint8]) -> float:
    """Relative noise of the person's smoothest parts, for grain on the backdrop.

    Immerkær 1996 ("Fast noise variance estimation"): the Laplacian-difference mask lets noise
    through and no slope; the tenth percentile over blocks is taken, where texture is least.
    """
    middle = (face.iris_right + face.iris_left) / 2
    reach = 1.2 * face.eye_distance
    x0, y0 = np.maximum(np.floor(middle - reach), 0).astype(int)
    x1, y1 = np.minimum(np.ceil(middle + reach), (photo.width, photo.height)).astype(int)
    luma = to_linear(photo.pixels[y0:y1, x0:x1]) @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    light = np.log(np.maximum(luma, 1e-3)).astype(np.float32)
    mask = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    residual = np.abs(cv2.filter2D(light, -1, mask)) * math.sqrt(math.pi / 2) / 6
    solid = alpha[y0:y1, x0:x1] == 255
    side = max(8, round(0.12 * face.eye_distance))
    values = [
        float(residual[y : y + side, x : x + side].mean())
        for y in range(0, residual.shape[0] - side, side)
        for x in range(0, residual.shape[1] - side, side)
        if solid[y : y + side, x : x + side].all()
    ]
    noise = float(np.quantile(values, 0.1)) if values else 0.008
    return round(float(np.clip(noise, 0.003, 0.05)), 4)


def _crop_for(
    destination: Destination,
    frame: tuple[float, float],
    head: Head,
    look: Look,
    kind: Literal["keep", "soften", "studio"],
    cut: Sequence[CutEdge],
    avoid: Sequence[tuple[float, float, float, float]],
    master: Crop,
) -> Crop:
    asked = wish(look.framing, destination)
    return plan_crop(frame, head, asked, kind, cut, avoid, rotation=master.rotation)


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
