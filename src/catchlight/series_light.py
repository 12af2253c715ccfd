"""The light of a series: every face brought to one exposure, white point and contrast.

People photographed years apart, each with their own telephone, are to look as if one hand had taken
them all. PPR10K (Liang et al. 2021, "PPR10K: A Large-Scale Portrait Photo Retouching Dataset with
Human-Region Mask and Group-Level Consistency", CVPR) asks for that as group-level consistency, and
measures it on photographs of one group by the spread of their people's colours. There a group is
one sitting; in a team the people differ, and bringing their skins together would be wrong. So each
face is judged by what is alike in everybody: the whites of the eyes tell exposure (see
`measures.exposure`), whites and surroundings the colour of the light (`light_color`), and the
pupils, black in everybody, how far down the picture's shadows reach. All that is done scales the
whole picture; the skin keeps its own relation to the whites.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .edits import Scene, Tone, WhiteBalance
from .landmarks import IRIS_LEFT, IRIS_RIGHT, IRIS_RING_LEFT, IRIS_RING_RIGHT
from .looks import Look
from .measures.exposure import stops_to_normal
from .quantiles import median
from .skin import FaceView, disc_mask, eye_white_mask, skin_level, skin_mask

__all__ = ["exact_tone", "eye_depth", "toned"]

_ROUNDS = 4  # the curve about the skin moves the whites a little: measured again, and put right
_MOST_RAISE, _MOST_DROP = 1.4, 1.2  # stops: as for one picture, but a bright face comes down too
_LEAST_CONTRAST, _MOST_CONTRAST = 0.95, 1.08  # more shows in the skin's texture (`bounds`)
_KNEE = (0.55, 0.78)


def eye_depth(view: FaceView) -> float | None:
    """Stops from the whites of the eyes down to the pupils; None where they can't be seen.

    Pupils reflect next to nothing in everybody, so what they show is haze, flare and the curve of
    the camera. The darkest quarter of a disc of 40 % of the iris is taken, to keep off catchlights.
    """
    white = view.luminance[eye_white_mask(view) & ~view.clipped]
    if white.size < 40 or view.scale > 1.5:  # eyes under 80 pixels apart have no pupils to measure
        return None
    depths = []
    for iris, ring in ((IRIS_RIGHT, IRIS_RING_RIGHT), (IRIS_LEFT, IRIS_RING_LEFT)):
        across = float(np.linalg.norm(view.points[list(ring)] - view.points[iris], axis=1).mean())
        pupil = view.luminance[disc_mask(view, (iris,), max(2.0, 0.4 * across))]
        if pupil.size:
            depths.append(float(np.quantile(pupil, 0.25)))
    dark = max(min(depths), 1e-4) if depths else 1e-4
    return float(np.log2(max(median(white), 1e-4) / dark))


def toned(view: FaceView, balance: WhiteBalance | None, tone: Tone) -> FaceView:
    """Return a face's view as it looks with a white balance and a tone."""
    scene = Scene(view.linear, None, (0.0, 0.0), 1.0)
    if balance is not None:
        scene = balance.apply(scene)
    return replace(view, linear=np.minimum(tone.apply(scene).linear, np.float32(1)))


def exact_tone(view: FaceView, balance: WhiteBalance | None, look: Look) -> tuple[Tone, float]:
    """Plan the tone that brings a face to exactly where its own skin belongs.

    Parameters
    ----------
    view : the subject's face as shot, with a reflector where one is planned.
    balance : the white balance that comes before; None in a black-and-white picture.
    look : whose exposure, contrast, depth and saturation are asked for.

    Returns
    -------
    tone : the edit.
    short : stops by which the face stays darker (positive) or brighter than asked for, where its
        lit side has no more room or the raise would be more than 1.4 stops.
    """
    contrast = 1.0 + look.tone.contrast
    depth = eye_depth(view)
    if look.tone.depth is not None and depth is not None:
        drawn = contrast * look.tone.depth / max(depth, 0.1)
        contrast = float(np.clip(drawn, _LEAST_CONTRAST, _MOST_CONTRAST))
    stops, short = 0.0, 0.0
    tone = _tone(view, stops, contrast, look)
    for _ in range(_ROUNDS):
        after = stops_to_normal(toned(view, balance, tone))
        if after is None:
            break
        short = after + look.tone.exposure + look.tone.own
        wanted = stops + short
        most = min(_MOST_RAISE, max(_room(view), min(stops, 0.0)))
        stops = float(np.clip(wanted, -_MOST_DROP, most))
        tone = _tone(view, stops, contrast, look)
        if abs(wanted - stops) > 1e-3 or abs(short) < 0.005:
            short = wanted - stops
            break
    return tone, short


def _room(view: FaceView) -> float:
    """Stops by which a face can be raised before its lit side is as bright as it may be."""
    skin = skin_mask(view)
    if float(view.clipped[skin].mean()) > 0.02:
        return 0.0
    bright = float(np.quantile(view.luminance[skin], 0.95))
    return float(np.log2(_KNEE[1] / max(bright, 1e-3)))


def _tone(view: FaceView, stops: float, contrast: float, look: Look) -> Tone:
    skin = skin_mask(view)
    level = skin_level(view) * 2.0**stops
    bright = float(np.quantile(view.luminance[skin], 0.95)) * 2.0**stops
    return Tone(
        exposure_stops=round(stops, 3),
        contrast=round(contrast, 3),
        pivot=round(float(np.clip(level, 0.05, 0.6)), 3),
        saturation=look.tone.saturation,
        knee=round(float(np.clip(bright, *_KNEE)), 3),
    )
