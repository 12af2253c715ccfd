"""Backdrops: what to put behind this person in this photograph, matched to the light on them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from .color import delta_e00, lab, to_linear
from .edits import AnyEdit, PhotoBackdrop, SoftenBackdrop, StudioBackdrop, Tone, WhiteBalance
from .faces import Face
from .looks import Look, Paper
from .measures.light import key_side
from .photo import Photo
from .skin import FaceView

__all__ = ["BackdropChoice", "choose_backdrop"]

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


def choose_backdrop(
    photo: Photo,
    face: Face,
    view: FaceView,
    alpha: NDArray[np.uint8],
    look: Look,
    choice: BackdropChoice,
    light: Sequence[AnyEdit],
) -> tuple[AnyEdit, ...]:
    """Turn a choice into an edit for this photograph; an empty tuple keeps the real background.

    Parameters
    ----------
    photo, face, view : the photograph, the subject's face in it, and the same at normal size.
    alpha : (H, W) uint8, the person's coverage.
    look : whose papers, gradient, falloff, blur are taken.
    choice : what the user asked for.
    light : the colour edits that the person gets before.
    """
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
