"""Backdrops: what to put behind this person in this photograph, matched to the light on them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from .backdrop_choice import BackdropChoice
from .color import LUMINANCE_WEIGHTS, delta_e00, lab, to_encoded, to_linear
from .edits import (
    AnyEdit,
    Lens,
    Match,
    PhotoBackdrop,
    SoftenBackdrop,
    StudioBackdrop,
    Tone,
    WhiteBalance,
)
from .edits.lens_blur import EYES_MM
from .faces import Face
from .looks import Look, Paper
from .noise import resampled
from .photo import Photo
from .plate import hang, look_at, read_plate
from .scene_match import match_scene
from .skin import FaceView

__all__ = ["choose_backdrop", "edge_blur", "portrait_lens"]

_STAND_OUT = 16.0  # ΔE00 between hair or shoulders and paper, for the outline to read
_ALIKE = 9.0  # ΔE00 between outline and old background below which the edge is a guess
_DIMMEST = -2.7  # stops
# Fortieths of an eye distance of half-covered breadth from which hair is loose (cropped hair has
# 0.9 to 1.2, curls 1.8 to 3.4, of 50 portraits); CIELAB lightness of a wall that is dark, and by
# how much hair is lighter.
_LOOSE, _DARK_WALL, _LIGHTER = 1.8, 30.0, 20.0
_NECK = 1.5  # eye distances below the eyes, where hair ends
_FOCAL_MM, _BLADES = 85.0, 9  # the portrait lens that stands for every blur
_ROOM_M, _USUAL_M = 3.0, 1.5  # behind the person; from the lens to them
_CANVAS_BLUR = 0.1  # eye distances: a canvas a step behind, at f/5.6
_SHARP = 0.08  # eye distances: a background with edges as sharp is not blurred yet
_EDGE_EYES = 120.0  # pixels between the eyes at which edges are looked at
_EDGE = 0.012  # gradient of an edge, encoded 0..1 a pixel
_OWN = 0.6  # share of a room's colour cast that is its light's, not its walls'


def choose_backdrop(
    photo: Photo,
    face: Face,
    view: FaceView,
    alpha: NDArray[np.uint8],
    look: Look,
    choice: BackdropChoice,
    light: Sequence[AnyEdit],
    reach: tuple[float, float, float, float] = (5.0, 4.0, 5.0, 7.0),
    *,
    turned: bool = False,
) -> tuple[AnyEdit, ...]:
    """Turn a choice into an edit for this photograph; an empty tuple keeps the real background.

    Parameters
    ----------
    photo, face, view : the photograph, the subject's face in it, and the same at normal size.
    alpha : (H, W) uint8, the person's coverage.
    look : whose papers, gradient, falloff, blur are taken.
    choice : what the user asked for.
    light : the colour edits that the person gets before.
    reach : eye distances from the eyes to the left, top, right and bottom edge of what is cut out.
    turned : whether the photograph is turned upright by the recipe, which softens its noise.
    """
    style = look.backdrop
    if choice.kind == "keep":
        return ()
    scene = match_scene(photo, face, view, alpha, light)
    grain = resampled(scene.grain) if turned else scene.grain
    soft = edge_blur(photo.pixels, alpha == 255, face) or 0.0
    lens = choice.lens or _lens(choice, style.blur or 0.45, _subject_m(photo, face))
    if choice.kind == "soften":
        around = np.asarray(cv2.erode((alpha == 0).astype(np.uint8), np.ones((5, 5), np.uint8)))
        present = edge_blur(photo.pixels, around > 0, face) or 0.0
        return (
            SoftenBackdrop(
                lens=lens,
                present=round(present, 3) if present > _SHARP else 0.0,
                dim=style.dim,
                match=Match(grain=grain),
            ),
        )
    red, blue = scene.red_stops, scene.blue_stops
    if choice.kind == "photo":
        plate = look_at(read_plate(Path(choice.path)))
        hung = hang(plate, reach, lens.subject_m, scene.key)
        lacking = abs(scene.key) * style.gradient - hung.side * float(np.sign(scene.key))
        match = Match(
            level=round(scene.level + hung.level, 3),
            red_stops=round(red - _OWN * plate.red_stops, 3),
            blue_stops=round(blue - _OWN * plate.blue_stops, 3),
            veil=scene.veil,
            grain=grain,
        )
        return (
            PhotoBackdrop(
                path=choice.path,
                sha256=choice.sha256,
                lens=lens,
                height=round(hung.height, 3),
                horizon=round(plate.horizon, 3),
                across=round(hung.across, 3),
                key=float(np.sign(scene.key)),
                gradient=round(float(np.clip(lacking, 0, style.gradient)), 3),
                match=match,
            ),
        )
    match = Match(level=scene.level, red_stops=red, blue_stops=blue, veil=scene.veil, grain=grain)
    papers = style.papers
    if not style.matched:
        return (
            StudioBackdrop(
                paper=papers[0].name,
                color=_grey(papers[0]) if scene.monochrome else papers[0].color,
                gradient=style.gradient,
                key=scene.key,
                falloff=style.falloff,
                mottle=style.mottle,
                blur=_CANVAS_BLUR,
                match=Match(grain=grain),
            ),
        )
    if choice.color:
        papers = (Paper(name=f"paper {choice.color}", color=choice.color),)
    paper, dimmer = _paper(photo, face, alpha, papers, light, match.gains)
    if dimmer < 0 and not choice.color:
        match = match.model_copy(update={"level": round(max(match.level + dimmer, -4.0), 3)})
    return (
        StudioBackdrop(
            paper=paper.name,
            color=_grey(paper) if scene.monochrome else paper.color,
            gradient=style.gradient,
            key=scene.key,
            falloff=round(style.falloff * _fall(scene.contrast), 3),
            rise=round(float(np.clip((scene.elevation - 20) / 100, -0.3, 0.3)), 2),
            mottle=style.mottle,
            blur=round(min(math.hypot(_CANVAS_BLUR, soft), 1.0), 3),
            match=match,
        ),
    )


def _fall(contrast: float) -> float:
    """How much faster than a look says light falls off on the paper, as it does on the person.

    >>> _fall(1.0), _fall(0.2), _fall(3.0)
    (1.0, 0.8, 1.5)
    """
    return float(np.clip(0.75 + 0.25 * contrast, 0.75, 1.5))


def _lens(choice: BackdropChoice, disc: float, subject_m: float) -> Lens:
    lens = portrait_lens(disc, subject_m)
    if choice.f_number is None:
        return lens
    return lens.model_copy(update={"f_number": choice.f_number})


def portrait_lens(disc: float, subject_m: float) -> Lens:
    """Return the portrait lens, 85 mm, that blurs what is 3 m behind the person by this much.

    Parameters
    ----------
    disc : diameter of the blur disc, eye distances.
    subject_m : from the lens to the person, metres.
    """
    behind = subject_m + _ROOM_M
    number = _FOCAL_MM * (_ROOM_M / behind) / (EYES_MM * disc)
    return Lens(
        focal_mm=_FOCAL_MM,
        f_number=round(float(np.clip(number, 0.7, 64)), 2),
        subject_m=round(subject_m, 2),
        background_m=round(behind, 2),
        blades=_BLADES,
        turn=12.0,
    )


def _subject_m(photo: Photo, face: Face) -> float:
    """From the lens to the person by the focal length in the file; 1.5 m where it has none."""
    focal = photo.capture.framed_focal_length(photo.full_size)
    if focal is None:
        return _USUAL_M
    pixels = focal / math.hypot(24, 36) * math.hypot(photo.width, photo.height)
    return float(np.clip(pixels * EYES_MM / 1000 / face.eye_distance, 0.4, 6.0))


def _grey(paper: Paper) -> str:
    """The paper's colour as a black-and-white picture shows it."""
    light = to_linear(np.array([paper.rgb], np.uint8)) @ LUMINANCE_WEIGHTS
    code = int(to_encoded(light.astype(np.float32), np.uint8)[0])
    return f"#{code:02x}{code:02x}{code:02x}"


def _paper(
    photo: Photo,
    face: Face,
    alpha: NDArray[np.uint8],
    papers: Sequence[Paper],
    light: Sequence[AnyEdit],
    lit: NDArray[np.float32],
) -> tuple[Paper, float]:
    """Choose the paper behind this outline, and how many stops dimmer it is lit than the person.

    The first that hair and shoulders stand out from, or the one that does most. Where the old
    background has much the colour of the outline (dark hair before black), no cut-out can be sure
    of the edge: then the paper nearest to the old background, before which it belongs, and so far
    behind the person that it gets as little light as that had, up to _DIMMEST. And before a light
    paper the dark between light, loose hairs, which no matte takes out wholly, reads as dirt: such
    hair stays before the paper nearest to its dark wall.

    The outline's colours are taken from bands inside and outside the matte's edge, about head and
    shoulders, under the light that the recipe will give them; the papers' under `lit`, gains on
    linear red, green and blue.
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
        return papers[0], 0.0
    patch = cv2.resize(photo.pixels[y0:y1, x0:x1], size, interpolation=cv2.INTER_AREA)
    picture = to_linear(cast("NDArray[np.uint8]", patch))
    gains = np.ones(3)
    for edit in light:
        if isinstance(edit, WhiteBalance):
            gains = gains * edit.gains()
        elif isinstance(edit, Tone):
            gains = gains * 2.0**edit.exposure_stops
    colors = lab(np.clip(picture * gains, 0, 1).astype(np.float32))
    edge = colors[band]
    outside = (cv2.dilate(solid.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0) & (covered == 0)
    # How sure the edge is, the photograph as taken decides, not how it is developed.
    if _camouflaged(lab(picture), band, outside):
        behind = np.median(colors[outside], axis=0)
        nearest = min(papers, key=lambda paper: _apart(paper, lit, behind[None]))
        old = np.median((picture * gains)[outside] @ LUMINANCE_WEIGHTS)
        new = to_linear(np.array([nearest.rgb], np.uint8)) * lit @ LUMINANCE_WEIGHTS
        dimmer = math.log2(max(float(old), 1e-5) / max(float(new[0]), 1e-5))
        return nearest, float(np.clip(dimmer, _DIMMEST, 0.0))
    above = np.arange(size[1]) < (middle[1] - y0 + _NECK * face.eye_distance) * scale
    wall = (cv2.dilate((covered > 0).astype(np.uint8), np.ones((9, 9))) > 0) & (covered == 0)
    if _shot_through(covered * above[:, None], colors[..., 0], band, wall):
        behind = np.median(colors[wall], axis=0)
        return min(papers, key=lambda paper: _apart(paper, lit, behind[None])), 0.0
    best, most = papers[0], -1.0
    for paper in papers:
        contrast = _apart(paper, lit, edge)
        if contrast >= _STAND_OUT:
            return paper, 0.0
        if contrast > most:
            best, most = paper, contrast
    return best, 0.0


def _apart(paper: Paper, lit: NDArray[np.float32], colors: NDArray[np.float32]) -> float:
    """ΔE00 between a paper as lit and the quarter of some colours (N, 3) that stands out least."""
    color = lab(np.minimum(to_linear(np.array([paper.rgb], np.uint8)) * lit, 1))
    apart = delta_e00(colors, np.broadcast_to(color, colors.shape))
    return float(np.quantile(apart, 0.25))


def _shot_through(
    covered: NDArray[np.floating],
    lightness: NDArray[np.float32],
    inside: NDArray[np.bool_],
    outside: NDArray[np.bool_],
) -> bool:
    """Whether loose hair is much lighter than a dark wall that shows through it.

    How loose it is, the area that is half covered tells: its breadth along the outline, in cells of
    a fortieth of an eye distance.
    """
    share = np.asarray(covered, np.float32) / 255
    solid = (share > 0.5).astype(np.uint8)
    outline = cv2.morphologyEx(solid, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)).sum() / 2
    if outline < 30 or outside.sum() < 30:
        return False
    loose = float((4 * share * (1 - share)).sum()) / float(outline)
    wall, hair = (float(np.median(lightness[where])) for where in (outside, inside))
    return loose > _LOOSE and wall < _DARK_WALL and hair > wall + _LIGHTER


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


def edge_blur(
    pixels: NDArray[np.uint8] | NDArray[np.uint16], where: NDArray[np.bool_], face: Face
) -> float | None:
    """Return the blur of the sharpest edges as a disc's diameter in eye distances.

    An edge that is blurred once more loses the less of its gradient the softer it was: with
    Gaussians, by (1 + b²/a²)^½ (Zhuo & Sim 2011, "Defocus map estimation from a single image"). A
    disc's diameter is four of its standard deviations. None where there are no edges.

    Parameters
    ----------
    pixels : (H, W, 3), sRGB-encoded.
    where : (H, W) bool, where to look.
    """
    x, y = (face.iris_right + face.iris_left) / 2
    reach = 4.0 * face.eye_distance
    x0, y0 = max(0, int(x - reach)), max(0, int(y - reach))
    x1, y1 = min(where.shape[1], int(x + reach)), min(where.shape[0], int(y + reach))
    by = min(1.0, _EDGE_EYES / face.eye_distance)
    size = (max(16, round((x1 - x0) * by)), max(16, round((y1 - y0) * by)))
    part = cv2.resize(pixels[y0:y1, x0:x1], size, interpolation=cv2.INTER_AREA)
    top = float(np.iinfo(pixels.dtype).max)
    grey = np.asarray(cv2.cvtColor(part, cv2.COLOR_RGB2GRAY), np.float32) / np.float32(top)
    mask = cv2.resize(where[y0:y1, x0:x1].astype(np.uint8), size, interpolation=cv2.INTER_AREA)
    inside = cv2.erode(mask, np.ones((9, 9), np.uint8), borderValue=0) > 0
    first, second = (cv2.GaussianBlur(grey, (0, 0), s) for s in (1.0, 1.0 * math.sqrt(2)))
    slopes = [np.hypot(cv2.Sobel(g, -1, 1, 0), cv2.Sobel(g, -1, 0, 1)) / 8 for g in (first, second)]
    edges = inside & (slopes[0] > _EDGE)
    if edges.sum() < 30:
        return None
    ratio = np.maximum(slopes[0][edges] / np.maximum(slopes[1][edges], 1e-6), 1.0001)
    # `first` has variance a² + 1 and `second` a² + 2, so ratio² = (a² + 2) / (a² + 1).
    variance = np.maximum(1 / (ratio**2 - 1) - 1, 0)
    sharpest = math.sqrt(float(np.quantile(variance, 0.1)))
    return 4 * sharpest / (by * face.eye_distance)
