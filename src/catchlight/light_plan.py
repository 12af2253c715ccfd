"""Planning the light: colour, exposure, a second lamp and a reflector, from what the face shows."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .edits import AnyEdit, FillLight, MixedLight, Tone, WhiteBalance
from .edits.grain import LEVELS
from .faces import Face
from .filling import plan_fill, under_balance
from .looks import Look
from .measures.exposure import stops_to_normal
from .measures.noise import shade_noise
from .measures.subject import Subject
from .measures.white_point import white_balance_stops
from .noise import grain_as_shot
from .photo import Photo
from .series_light import exact_tone
from .side_light import side_light
from .skin import FaceView, skin_mask

__all__ = ["plan_light", "plan_mixed_light", "plan_reflector", "too_dark", "with_fill"]

_MOST_LIFT = 1.4  # stops: more makes noise and a false day out of a night
_MOST_DROP = 0.8
_BRIGHTEST_SKIN = 0.78  # luminance that raising the exposure brings lit skin to, at the most
_BURNT = 0.02  # share of the face already burnt out above which it is not raised at all
_LEAST_RAISE = 0.1  # stops: what is not worth telling
_LEFT_MIXED = 0.25  # stops of R/B from cheek to cheek that are left of mixed light, as if of one
_TURNED = 25.0  # degrees of yaw beyond which the cheeks can't be compared
_LEFT_SHORT = 0.3  # stops short of a series' exposure that are told
_FREE = 0.7  # stops of fill that no grain forbids
_GRAINY = 2.5 / 255  # encoded deviation of the grain, at 100 %, that shade is raised to
_GAMMA = 2.4  # of sRGB
# JPEG keeps the colour of blocks of 16 pixels, and of dark ones only roughly. Where those are wide
# against a face, a raised shade shows them as patches and fringes: stops at eye distances (pixels).
_BLOCKS = ((60.0, 160.0), (_FREE, 2.8))
_LEFT_DARK, _LEFT_BRIGHT = 0.4, 0.9  # stops from normal that are left as the photographer's choice


def plan_light(
    view: FaceView, eye_distance: float, look: Look
) -> tuple[tuple[AnyEdit, ...], tuple[str, ...]]:
    """White balance and tone from the face, bounded; notes where the bound was reached.

    Parameters
    ----------
    view : the subject's face in the survey's frame, linear light.
    eye_distance : pixels between the irises in that frame.
    look : the look whose exposure, contrast and saturation are asked for.

    Returns
    -------
    The edits in the order in which they are applied, and sentences for the user.
    """
    notes: list[str] = []
    edits: list[AnyEdit] = []
    balance = white_balance_stops(view, eye_distance, whole=look.tone.exact)
    if balance is None:
        notes.append("A black-and-white picture: its colours are left as they are.")
    else:
        red, blue = (float(np.clip(v, -1.2, 1.2)) for v in balance)
        edits.append(WhiteBalance(red_stops=round(red, 3), blue_stops=round(blue, 3)))
    if look.tone.exact:
        balanced = next((edit for edit in edits if isinstance(edit, WhiteBalance)), None)
        tone, short = exact_tone(view, balanced, look)
        if short > _LEFT_SHORT:
            notes.append(
                too_dark(
                    short,
                    max(tone.exposure_stops, 0.0),
                    by_highlights=tone.exposure_stops < _MOST_LIFT - 0.01,
                )
            )
        return (*edits, tone), tuple(notes)
    stops = stops_to_normal(view)
    exposure = 0.0
    if stops is not None:
        wanted = max(0.0, stops - _LEFT_DARK) + min(0.0, stops + _LEFT_BRIGHT)
        exposure = float(np.clip(wanted, -_MOST_DROP, _MOST_LIFT))
        # The lit side of the face stays below the highlights, or its texture would flatten there.
        room = _room(view)
        exposure = min(exposure, room)
        if wanted > exposure + 0.3:
            notes.append(too_dark(stops, exposure, by_highlights=room < _MOST_LIFT))
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


def too_dark(stops: float, raised: float, *, by_highlights: bool) -> str:
    """Say what was done for a face that stays darker than it should be.

    Parameters
    ----------
    stops : how far the face lies below where its skin belongs.
    raised : stops by which it was raised.
    by_highlights : whether the face's bright side, not the bound, was what held it back.
    """
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


def plan_mixed_light(view: FaceView, face: Face, rotation: float) -> tuple[MixedLight, ...]:
    """Plan to bring two lights on the sides of a face together; nothing where there are not two.

    Parameters
    ----------
    view, face : the subject's face; one turned by more than 25 degrees is left alone, for its
        cheeks don't see the same lights.
    rotation : degrees by which the photo will be turned upright, added to the edit's axis.
    """
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


def plan_reflector(
    photo: Photo,
    face: Face,
    view: FaceView,
    look: Look,
    alpha: NDArray[np.uint8] | None = None,
) -> FillLight | None:
    """Plan the reflector that the look asks for, bounded by the noise in the shade.

    Parameters
    ----------
    alpha : (H, W) uint8, the person's coverage, to read the grain by; None: it is not read.

    Returns
    -------
    None where the shaded side is already as light as the look's key-to-fill ratio (stops) asks.
    """
    noise = shade_noise(Subject(photo, face, (), view))
    fill = plan_fill(view, face, look.key_to_fill_stops, noise)
    if fill is None or fill.stops < _FREE:
        return fill
    most = float(np.interp(face.eye_distance, *_BLOCKS))
    fill = fill.model_copy(update={"stops": round(min(fill.stops, most), 2)})
    if alpha is None:
        return fill
    grain = grain_as_shot(photo, face, view, alpha).luma[LEVELS.index(0.25)]
    most = max(_FREE, _GAMMA * math.log2(_GRAINY / max(grain, 1e-5)))
    return fill.model_copy(update={"stops": round(min(fill.stops, most), 2)})


def with_fill(light: tuple[AnyEdit, ...], fill: FillLight | None) -> tuple[AnyEdit, ...]:
    """Put a reflector between white balance and tone, its colour as the balance will leave it."""
    if fill is None:
        return light
    for edit in light:
        if isinstance(edit, WhiteBalance):
            fill = under_balance(fill, edit.gains())
    at = [edit.name for edit in light].index("tone")
    return (*light[:at], fill, *light[at:])
