"""Marks on the skin: spots, moles, freckles; where they are, and of what they are made.

Blobs are looked for in the logarithm of light, where a mark takes the same share of the light
whatever the exposure and its colour: differences of Gaussians over several sizes (Lindeberg 1998,
"Feature detection with automatic scale selection"), within plain skin only, and darker than the
skin on all sides, so that no edge, hair or fold is one. What a mark absorbs tells blood from
melanin (Tsumura et al. 2003, "Image-based skin color and texture analysis/synthesis by extracting
hemoglobin and melanin information in the skin"): blood leaves red light alone, melanin does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from .color import to_linear
from .edits.skin_area import LUMA, face_box, logarithm, masked_blur, skin_area
from .faces import Face

__all__ = ["Mark", "SkinView", "find_marks", "skin_view"]

VIEW_EYE_DISTANCE = 240.0
"""Pixels between the irises at which marks are looked for, at the most."""

LEAST_EYE_DISTANCE = 90.0
"""Pixels between the irises below which a spot is a pixel or two, and nothing is looked for."""

_RADII = tuple(0.008 * 1.28**step for step in range(9))  # eye distances, to 0.058
_SECTORS = 8
_ALL_ROUND = 0.4  # of its mean contrast, that a mark has against the darker part of each side
_PROMINENT = 6.0  # times the skin's own grain at that size
_CONTRAST = 0.16  # least stops of green light that a mark takes
# Red light that a mark takes, as a share of the green, plus _BLUE times the same of blue: blood
# lies below _BLOOD, freckles and moles at 0.9 and above.
_BLUE, _BLOOD = 0.4, 0.78
_RED = 0.2  # least stops of redness that anybody sees
_PLAINLY_RED = 10.0  # times the skin's own grain in redness, for a mark that is not dark all round
_FULL = 0.6  # share of its middle that has at least half of its contrast
_SMALL = 0.013  # eye distances of radius, above which such a mark has to be redder
_CLIPPED = -0.05  # stops of a channel, from which it may be clipped
_BAND, _MOST = (0.008, 0.03), 6.0  # of the detail: sizes in eye distances, and multiples of grain
_DARK = 0.45  # stops of red light: what takes more is dark to the eye, whatever its colour


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark.

    Attributes
    ----------
    x, y : its centre in pixels of the photograph.
    radius : in pixels of the photograph.
    absorbed : stops of red, green and blue light that it takes, against the skin about it.
    prominence : its contrast in multiples of the skin's own grain at that size.
    redness : the same for red over green light alone; 0 where light is clipped.
    roughness : texture of the skin about it, against the face's median: stubble is 2 and more.
    kind : "red" (blood: a spot, a cut), "dark" (melanin: a mole, a freckle, and what is too dark
        to tell).
    """

    x: float
    y: float
    radius: float
    absorbed: tuple[float, float, float]
    prominence: float
    redness: float
    roughness: float = 1.0

    @property
    def kind(self) -> str:
        """Whether it is of blood or, for all that can be told, of melanin."""
        red, green, blue = self.absorbed
        bloody = red + _BLUE * blue <= _BLOOD * green and red <= _DARK
        bloody = bloody and green - red >= _RED
        return "red" if bloody and self.redness >= _PROMINENT else "dark"


@dataclass(frozen=True, eq=False)
class SkinView:
    """A face's skin at the size in which marks are looked for.

    Attributes
    ----------
    stops : (H, W, 3) float32, log2 of linear sRGB.
    skin : (H, W) float32, 0..1, plain skin.
    points : (478, 2) float32, landmarks in pixels here.
    eye_distance : pixels here.
    origin : (x, y) of the corner in pixels of the photograph.
    scale : pixels here for each of the photograph's.
    """

    stops: NDArray[np.float32]
    skin: NDArray[np.float32]
    points: NDArray[np.float32]
    eye_distance: float
    origin: tuple[int, int]
    scale: float

    @cached_property
    def channels(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Redness, the light of green against red, and lightness; both fall where a mark is."""
        return self.stops[..., 1] - self.stops[..., 0], self.stops @ LUMA

    @cached_property
    def detail(self) -> NDArray[np.float32]:
        """Channels of the sizes that skin is recognised by, (H, W, 2); 0 where no skin is.

        In multiples of their own grain, cut off where one thing would outweigh the rest.
        """
        image = np.dstack(self.channels)
        fine, coarse = (
            masked_blur(image, self.skin, max(0.5, size * self.eye_distance)) for size in _BAND
        )
        sure = self.skin > 0.6
        grain = 1.4826 * np.median(np.abs(fine - coarse)[sure], axis=0) if sure.any() else 1.0
        detail = np.clip((fine - coarse) / np.maximum(grain, 1e-4), -_MOST, _MOST)
        return np.asarray(detail * (self.skin > 0.3)[..., None], np.float32)


def skin_view(pixels: NDArray[np.uint8] | NDArray[np.uint16], face: Face) -> SkinView | None:
    """Cut out the face's skin; None where it is too small for marks.

    Parameters
    ----------
    pixels : (H, W, 3), sRGB-encoded, the photograph at full size.
    """
    box = face_box(face.landmarks, face.eye_distance, pixels.shape)
    if box is None or face.eye_distance < LEAST_EYE_DISTANCE:
        return None
    x0, y0, x1, y1 = box
    linear = to_linear(pixels[y0:y1, x0:x1])
    wanted = min(1.0, VIEW_EYE_DISTANCE / face.eye_distance)
    size = (round((x1 - x0) * wanted), round((y1 - y0) * wanted))
    if wanted < 1:
        linear = cv2.resize(linear, size, interpolation=cv2.INTER_AREA)
    scale = size[0] / (x1 - x0)
    points = ((face.landmarks[:, :2] - (x0, y0)) * scale).astype(np.float32)
    distance = face.eye_distance * scale
    skin = skin_area(linear, points, distance)
    return SkinView(logarithm(linear), skin, points, distance, (x0, y0), scale)


def find_marks(view: SkinView) -> tuple[Mark, ...]:
    """Return the marks of a face, the most prominent first."""
    if int((view.skin > 0.5).sum()) < 500:
        return ()
    taken: list[Mark] = []
    for x, y, radius, prominence, redness in _peaks(view):
        # a blob that answers less is a part of the mark, or the mark with what is about it
        if any(np.hypot(x - m.x, y - m.y) < 1.5 * max(radius, m.radius) for m in taken):
            continue
        if _clipped(view, x, y, radius):
            redness = 0.0
        absorbed = _absorbed(view, x, y, radius, redness)
        if absorbed is not None:
            taken.append(Mark(x, y, radius, absorbed, prominence, redness))
    rough = _roughness(view, taken)
    x0, y0 = view.origin
    return tuple(
        Mark(
            m.x / view.scale + x0,
            m.y / view.scale + y0,
            m.radius / view.scale,
            m.absorbed,
            m.prominence,
            m.redness,
            float(rough[int(m.y), int(m.x)]),
        )
        for m in sorted(taken, key=lambda m: (-m.prominence, m.x, m.y))
    )


def _peaks(view: SkinView) -> list[tuple[float, float, float, float, float]]:
    """Places, radii and prominences (of all, of redness) of blobs, those that answer most first.

    A spot of many lumps has a peak at the size of each lump and one at its own.
    """
    found = []
    sure = view.skin > 0.6
    image = np.dstack(view.channels)
    for share in _RADII:
        radius = share * view.eye_distance
        inner = masked_blur(image, view.skin, max(0.5, 0.6 * radius))
        response = masked_blur(image, view.skin, 1.7 * radius) - inner
        red, dark = response[..., 0], response[..., 1]
        grains = [1.4826 * float(np.median(np.abs(channel[sure][::3]))) for channel in (red, dark)]
        redder = red / max(grains[0], 1e-4)
        top = np.maximum(redder, dark / max(grains[1], 1e-4)) * sure
        answer = np.maximum(red, dark)
        ridge = (top >= cv2.dilate(top, np.ones((3, 3), np.uint8))) & (top > _PROMINENT)
        for y, x in zip(*np.nonzero(ridge), strict=True):
            place = (float(x) + 0.5, float(y) + 0.5, radius)
            found.append((float(answer[y, x]), *place, float(top[y, x]), float(redder[y, x])))
    return [peak[1:] for peak in sorted(found, key=lambda peak: (-peak[0], *peak[1:4]))]


def _roughness(view: SkinView, marks: Sequence[Mark]) -> NDArray[np.float32]:
    """Fine texture about each place over the face's median, the marks' own left out, (H, W)."""
    light = view.channels[1]
    fine = np.abs(light - cv2.GaussianBlur(light, (0, 0), max(1.0, 0.012 * view.eye_distance)))
    plain = view.skin.copy()
    for mark in marks:
        place = (round(16 * (mark.x - 0.5)), round(16 * (mark.y - 0.5)))
        cv2.circle(plain, place, round(16 * 2.2 * mark.radius), 0.0, -1, cv2.LINE_8, 4)
    near = masked_blur(np.minimum(fine, 0.3), plain, 0.08 * view.eye_distance)
    usual = float(np.median(near[view.skin > 0.6]))
    return np.asarray(near / max(usual, 1e-4), np.float32)


def _clipped(view: SkinView, x: float, y: float, radius: float) -> bool:
    """Whether a channel is clipped about a place, so that colour tells nothing there."""
    reach = int(np.ceil(2.7 * radius)) + 1
    top, left = max(0, int(y) - reach), max(0, int(x) - reach)
    part = view.stops[top : int(y) + reach + 1, left : int(x) + reach + 1]
    return float((part.max(axis=2) > _CLIPPED).mean()) > 0.1


def _absorbed(
    view: SkinView, x: float, y: float, radius: float, redness: float
) -> tuple[float, float, float] | None:
    """What a blob absorbs; None where it is neither dark nor red on all sides, or not on plain
    skin.
    """
    reach = int(np.ceil(2.7 * radius)) + 2
    left, top = int(x) - reach, int(y) - reach
    right, bottom = left + 2 * reach + 1, top + 2 * reach + 1
    height, width = view.skin.shape
    if left < 0 or top < 0 or right > width or bottom > height:
        return None
    part = (slice(top, bottom), slice(left, right))
    v, u = np.mgrid[top:bottom, left:right] + 0.5 - np.array([y, x])[:, None, None]
    away = np.hypot(u, v)
    inner = away <= max(0.75 * radius, 0.8)
    ring = (away > 1.7 * radius + 0.5) & (away <= 2.6 * radius + 1.5)
    plain = ring & (view.skin[part] > 0.5)
    if plain.sum() < 0.8 * ring.sum():
        return None
    stops = view.stops[part]
    contrast = np.median(stops[plain], axis=0) - stops[inner].mean(axis=0)
    channels = [(stops[..., 1], _CONTRAST)]
    if redness >= _PLAINLY_RED:
        # redness is even where light is not: about a faint spot on a fold, a swollen one lit from
        # the side. The wider it is, the more it has to be, for so are cheeks and noses.
        wide = max(1.0, radius / (_SMALL * view.eye_distance))
        channels.append((view.channels[0][part], _RED * wide))
    for channel, least in channels:
        centre = float(channel[inner].mean())
        mean = float(np.median(channel[plain])) - centre
        if mean < least or float((channel[inner] < centre + 0.5 * mean).mean()) < _FULL:
            continue  # faint, a line across, or a few dots
        sides = _sides(u, v, plain)
        if sides is None:
            return None
        round_about = min(float(np.quantile(channel[side], 0.25)) for side in sides) - centre
        if round_about >= _ALL_ROUND * mean:
            return float(contrast[0]), float(contrast[1]), float(contrast[2])
    return None


def _sides(
    u: NDArray[np.float64], v: NDArray[np.float64], plain: NDArray[np.bool_]
) -> list[NDArray[np.bool_]] | None:
    """The skin on each side of a blob; None where more than one side has none.

    By sectors that overlap by half, so that no line leaves between two of them.
    """
    turn = (np.arctan2(v, u) / (2 * np.pi) + 0.5) * _SECTORS
    sides = [
        where
        for k in range(2 * _SECTORS)
        if (where := plain & ((turn - k / 2) % _SECTORS < 1)).any()
    ]
    return sides if len(sides) >= 2 * _SECTORS - 2 else None
