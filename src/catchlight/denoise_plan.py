"""Planning the noise reduction: only where grain shows, and no more than the skin bears."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from .color import to_encoded, to_linear
from .edits import (
    AnyEdit,
    Denoise,
    FillLight,
    Grain,
    PhotoBackdrop,
    Scene,
    SoftenBackdrop,
    StudioBackdrop,
    Tone,
)
from .edits.denoise import band_shares
from .edits.grain import FREQUENCIES, LEVELS
from .faces import Face
from .ledger import compare, skin_texture
from .noise import grain_as_shot, resampled
from .photo import Photo
from .skin import SKIN_ZONES, FaceView

__all__ = ["plan_denoise", "quieter"]

_MOST = 0.6  # half of the variance of white noise goes by it
# Standard deviation in the finest band, encoded, from which grain shows at 100 %.
_SHOWS = 0.85 / 255
# Amplitude at 0.5 cycles a pixel against the largest: skin, beard and cloth fall off faster than
# that in small sharp pictures, where they are all that there is.
_FLAT, _FLAT_AT = 0.18, FREQUENCIES.index(0.5)
_SHADE = LEVELS.index(0.25)
_GAMMA = 2.4  # of sRGB: so much more is encoded noise of light that was raised
_LEAST_EYES = 60.0  # pixels: of a smaller face the finest band is lashes and lips, not grain
_WORTH = 0.2  # an amount below which there is nothing to be seen
_TEXTURE = 0.93  # of the skin's texture stays; its bound is 0.90, and other edits take some too
# Eye distances, in pixels, over which the next band comes to lie above the skin's texture.
_COARSE_FROM, _COARSE_ALL = 600.0, 1000.0
_COARSE_SHOWS = 0.7 / 255
_AROUND = 0.2  # eye distances about the places where skin is read: their discs, and taps
_STILL = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def plan_denoise(
    photo: Photo,
    face: Face,
    view: FaceView,
    alpha: NDArray[np.uint8],
    light: Sequence[AnyEdit] = (),
    *,
    turned: bool = False,
) -> Denoise | None:
    """Return the noise reduction for a photograph; None where no grain shows or skin would suffer.

    Parameters
    ----------
    alpha : (H, W) uint8, the person's coverage.
    light : the edits of the light: what is raised shows its noise.
    turned : whether the recipe turns the photograph, which softens its noise.
    """
    stops = max(sum(e.strength * e.exposure_stops for e in light if isinstance(e, Tone)), 0.0)
    filled = stops + sum(e.strength * e.stops for e in light if isinstance(e, FillLight))
    raised = (2 ** (stops / _GAMMA), 2 ** (filled / _GAMMA))
    key = (plan_denoise, turned, round(raised[0], 2), round(raised[1], 2))
    if key not in view.found:  # drafts ask again and again
        grain = grain_as_shot(photo, face, view, alpha)
        view.found[key] = _planned(photo, face, grain, raised, turned=turned)
    return cast("Denoise | None", view.found[key])


def _planned(
    photo: Photo, face: Face, grain: Grain, raised: tuple[float, float], *, turned: bool
) -> Denoise | None:
    """Plan for encoded noise that is raised by factors, everywhere and in the shade."""
    if face.eye_distance < _LEAST_EYES:
        return None
    shown = resampled(grain) if turned else grain
    strongest = max(raised[0] * _strongest(shown), raised[1] * shown.luma[_SHADE])
    fine, coarse = (strongest * math.sqrt(share) for share in band_shares(shown))
    if fine < _SHOWS or grain.luma_spectrum[_FLAT_AT] < _FLAT * max(grain.luma_spectrum):
        return None
    above = (face.eye_distance - _COARSE_FROM) / (_COARSE_ALL - _COARSE_FROM)
    next_one = _MOST / 2 * min(max(above, 0.0), 1.0) if coarse >= _COARSE_SHOWS else 0.0
    edit = Denoise(fine=_MOST, coarse=round(next_one, 3), noise=grain)
    part = _bearable(photo, face, edit)
    if part * _MOST < _WORTH:
        return None
    return Denoise(fine=round(part * _MOST, 3), coarse=round(part * next_one, 3), noise=shown)


def _strongest(grain: Grain) -> float:
    """Noise of the middle levels, where it is looked at: encoded standard deviation."""
    return float(np.median(grain.luma[1:4]))


def _bearable(photo: Photo, face: Face, edit: Denoise) -> float:
    """Share of an edit that leaves the skin's texture as it is, by the ledger's own measure.

    A face too small to show that texture, as the ledger has it, has none to lose.
    """
    read = face.landmarks[[i for centres in SKIN_ZONES.values() for i in centres], :2]
    around = _AROUND * face.eye_distance
    x0, y0 = np.maximum(np.floor(read.min(axis=0) - around), 0).astype(int)
    x1, y1 = np.ceil(read.max(axis=0) + around).astype(int)
    pixels = photo.pixels[y0:y1, x0:x1]
    points = face.landmarks - np.array([x0, y0, 0], np.float32)
    scene = Scene(to_linear(pixels), None, (0.0, 0.0), face.eye_distance)
    after = to_encoded(edit.apply(scene, in_place=True).linear, np.uint8)
    pair = compare(pixels, replace(face, landmarks=points), None, after, _STILL)
    kept = skin_texture(pair).value
    if kept is None or kept >= _TEXTURE:
        return 1.0
    return (1 - _TEXTURE) / (1 - kept)


def quieter(edits: Sequence[AnyEdit], denoise: Denoise) -> tuple[AnyEdit, ...]:
    """Return backdrops with their grain taken down as the photograph's is."""
    return tuple(
        edit.model_copy(
            update={
                "match": edit.match.model_copy(update={"grain": denoise.left(edit.match.grain)})
            }
        )
        if isinstance(edit, StudioBackdrop | PhotoBackdrop | SoftenBackdrop)
        and edit.match.grain is not None
        else edit
        for edit in edits
    )
