"""Consistency: what of a picture has to be alike in a whole team, measured, and its spread.

Each face is judged against its own skin's target, never against another's skin (see
`series_light`). How light a skin is beside the whites of its eyes is measured too, to show that it
was left alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from .chromaticity import DAYLIGHT, TINT
from .color import delta_e00, lab, to_linear
from .faces import Face
from .head import CROWN, measure_head
from .light_color import read_light
from .lighting import lighting
from .measures.exposure import stops_to_normal
from .measures.key_to_fill import key_to_fill
from .measures.light import key_side
from .quantiles import median
from .series_light import eye_depth
from .skin import FaceView, eye_white_mask, face_view, skin_level, skin_mask

__all__ = ["QUANTITIES", "Quantity", "Spread", "from_own", "measure_picture", "spreads"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """Something that is measured: its name, title, unit, and the most it may spread in a series.

    `most` is the largest deviation from the team's median, or None where people may differ.
    """

    name: str
    title: str
    unit: str
    most: float | None = None


QUANTITIES = (
    Quantity("eye_line", "Eye line", "% of the height", 0.5),
    Quantity("head", "Head size (chin to flat crown)", "% of the height", 0.5),
    Quantity("side", "Light from the right", "stops"),
    Quantity("ratio", "Light ratio (key and fill over fill)", "stops"),
    Quantity("exposure", "Exposure of the face, from its own target", "stops", 0.15),
    Quantity("warmth", "Warmth of the light on the face", "stops"),
    Quantity("tint", "Tint of the light on the face", "stops"),
    Quantity("mired", "Colour temperature of that light, from daylight", "mired"),
    Quantity("depth", "Contrast: whites of the eyes to pupils", "stops"),
    Quantity("backdrop", "Backdrop, colour difference from the median", "ΔE00", 1.0),
    Quantity("backdrop_l", "Backdrop, lightness", "L*"),
    Quantity("own_skin", "Skin beside the whites of the eyes (left alone)", "stops"),
)

# Mired for each stop of log2 R/B along daylight: from D65 to D50 (153.8 and 199.9 mired) white in
# linear sRGB gains 0.705 stops of red over blue (their XYZ in CIE 15:2018, through IEC 61966-2-1).
_MIRED = 46.1 / 0.705


def measure_picture(
    pixels: NDArray[np.uint8] | NDArray[np.uint16],
    face: Face,
    cover: NDArray[np.uint8] | None,
) -> dict[str, Any]:
    """Measure what has to be alike, on a photograph or a finished picture.

    Parameters
    ----------
    pixels : (H, W, 3), sRGB-encoded.
    face : the subject's face in it.
    cover : (H, W) uint8, the person's coverage; None: the backdrop is not measured.

    Returns
    -------
    By name of quantity; None where it could not be measured. "backdrop" is CIE Lab.
    """
    height, width = pixels.shape[:2]
    view = face_view(pixels, face)
    head = measure_head(face.landmarks, face.yaw, (width, height))
    short = stops_to_normal(view)
    light = read_light(view, face.eye_distance)
    found = lighting(view, face)
    ratio = key_to_fill(found)
    behind = None if cover is None else _backdrop(pixels, cover)
    warm = None if light is None else float(light.color @ DAYLIGHT)
    return {
        "eye_line": 100 * float(head.eyes[1]) / height,
        "head": 100 * (1 + CROWN) * head.unit / height,
        "side": key_side(view),
        "ratio": ratio.value if ratio.status == "ok" else None,
        "exposure": None if short is None else -short,
        "warmth": warm,
        "tint": None if light is None else float(light.color @ TINT),
        "mired": None if warm is None else warm * _warm_to_mired(),
        "depth": eye_depth(view),
        "backdrop": behind,
        "backdrop_l": None if behind is None else behind[0],
        "own_skin": _own_skin(view),
        "lit": _lit(view),
    }


def from_own(measured: Mapping[str, Any], own: float) -> dict[str, Any]:
    """Return measures with the exposure counted from a face's own target, in stops off normal."""
    off = measured["exposure"]
    return {**measured, "exposure": None if off is None else off - own}


def _warm_to_mired() -> float:
    """Mired for each stop along the daylight axis, whose log2 R/B is its red less its blue."""
    return _MIRED * float(DAYLIGHT[0] - DAYLIGHT[1])


def _own_skin(view: FaceView) -> float | None:
    """Stops by which forehead and cheeks are lighter than the whites of the eyes."""
    whites = view.luminance[eye_white_mask(view) & ~view.clipped]
    level = skin_level(view)
    if whites.size < 40 or not level > 1e-3:
        return None
    return float(math.log2(level / max(median(whites), 1e-4)))


def _lit(view: FaceView) -> float:
    """Luminance of the lit side of the face: its brightest twentieth, 0..1."""
    return float(np.quantile(view.luminance[skin_mask(view)], 0.95))


def _backdrop(
    pixels: NDArray[np.uint8] | NDArray[np.uint16], cover: NDArray[np.uint8]
) -> list[float] | None:
    """Median colour of what is surely not the person, CIE Lab."""
    step = max(1, min(cover.shape) // 400)
    clear = cover[::step, ::step] == 0
    if clear.sum() < 100:
        return None
    shown = cast("NDArray[np.uint8]", np.ascontiguousarray(pixels[::step, ::step]))
    light = to_linear(shown)[clear]
    return [round(float(v), 3) for v in np.median(lab(light), axis=0)]


@dataclass(frozen=True, slots=True)
class Spread:
    """How far a team lies apart in one quantity.

    Attributes
    ----------
    quantity : which.
    count : people it could be measured of.
    middle : the median; None for the backdrop, whose middle is a colour.
    deviation : standard deviation, in the quantity's unit.
    farthest : largest deviation from the median.
    who : whose that is.
    """

    quantity: Quantity
    count: int
    middle: float | None
    deviation: float
    farthest: float
    who: str

    @property
    def within(self) -> bool | None:
        """Whether all lie as close as a series has to; None where people may differ."""
        return None if self.quantity.most is None else self.farthest <= self.quantity.most


def spreads(measured: Mapping[str, Mapping[str, Any]]) -> dict[str, Spread]:
    """Return the spread of every quantity that could be measured of two people or more.

    Parameters
    ----------
    measured : by name of the person, what `measure_picture` gave.
    """
    found: dict[str, Spread] = {}
    for quantity in QUANTITIES:
        values = {who: row.get(quantity.name) for who, row in measured.items()}
        known = {who: value for who, value in values.items() if value is not None}
        if len(known) < 2:
            continue
        middle: float | None = None
        if quantity.name == "backdrop":
            away = _apart(list(known.values()))
        else:
            numbers = np.array(list(known.values()), np.float64)
            middle = float(np.median(numbers))
            away = numbers - middle
        farthest = int(np.argmax(np.abs(away)))
        found[quantity.name] = Spread(
            quantity,
            len(known),
            middle,
            float(np.sqrt(np.mean(away**2))) if middle is None else float(np.std(away)),
            float(abs(away[farthest])),
            list(known)[farthest],
        )
    return found


def _apart(colors: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    """ΔE00 of each colour from the median colour."""
    values = np.asarray(colors, np.float32)
    middle = np.broadcast_to(np.median(values, axis=0), values.shape).astype(np.float32)
    return np.asarray(delta_e00(values, middle), np.float64)
