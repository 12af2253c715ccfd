"""Marks on the skin: spots, moles, freckles; where they are, and of what they are made.

Blobs are looked for in the logarithm of light, where a mark takes the same share of the light
whatever the exposure and its colour: differences of Gaussians over several sizes (Lindeberg 1998,
"Feature detection with automatic scale selection"), within plain skin only, and darker than the
skin on all sides, so that no edge, hair or fold is one. What a mark absorbs tells blood from
melanin (Tsumura et al. 2003, "Image-based skin color and texture analysis/synthesis by extracting
hemoglobin and melanin information in the skin"): blood leaves red light alone, melanin does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from .color import to_linear
from .edits.skin_area import LUMA, face_box, logarithm, masked_blur, skin_area
from .face_mesh_normals import triangles
from .faces import Face

__all__ = ["Mark", "SkinView", "find_marks", "seen_again", "skin_view"]

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
_DARK = 0.45  # stops of red light: what takes more is dark to the eye, whatever its colour
_NEAR = 0.05  # eye distances by which landmarks may misplace a mark in another photo
_AGAIN = 0.4  # of its contrast, that it has to have there
_FACING = 0.35  # how far, as a share, a triangle may be foreshortened before it hides its marks


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark.

    Attributes
    ----------
    x, y : its centre in pixels of the photograph.
    radius : in pixels of the photograph.
    absorbed : stops of red, green and blue light that it takes, against the skin about it.
    prominence : its contrast in multiples of the skin's own grain at that size.
    redness : the same for red over green light alone.
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
    peaks = _peaks(view)
    rough = _roughness(view)
    taken: list[Mark] = []
    for x, y, radius, prominence, redness in peaks:
        if any(np.hypot(x - m.x, y - m.y) < 1.5 * max(radius, m.radius) for m in taken):
            continue
        absorbed = _absorbed(view, x, y, radius)
        if absorbed is not None:
            taken.append(
                Mark(x, y, radius, absorbed, prominence, redness, float(rough[int(y), int(x)]))
            )
    x0, y0 = view.origin
    return tuple(
        Mark(
            m.x / view.scale + x0,
            m.y / view.scale + y0,
            m.radius / view.scale,
            m.absorbed,
            m.prominence,
            m.redness,
            m.roughness,
        )
        for m in taken
    )


def _peaks(view: SkinView) -> list[tuple[float, float, float, float, float]]:
    """Places, radii and prominences (of all, of redness) of blobs, the most prominent first."""
    layers: list[NDArray[np.float32]] = []
    responses: list[NDArray[np.float32]] = []
    reds: list[NDArray[np.float32]] = []
    sure = view.skin > 0.6
    image = np.dstack(view.channels)
    for share in _RADII:
        radius = share * view.eye_distance
        inner = masked_blur(image, view.skin, max(0.5, 0.6 * radius))
        response = masked_blur(image, view.skin, 1.7 * radius) - inner
        red, dark = response[..., 0], response[..., 1]
        grains = [1.4826 * float(np.median(np.abs(channel[sure][::3]))) for channel in (red, dark)]
        redder = red / max(grains[0], 1e-4)
        best = np.maximum(redder, dark / max(grains[1], 1e-4)) * sure
        layers.append(best)
        reds.append(redder)
        responses.append(np.where(best > _PROMINENT, np.maximum(red, dark), 0))
    top, redness = np.max(layers, axis=0), np.max(reds, axis=0)
    which = np.argmax(responses, axis=0)  # it answers the most at its own size
    ridge = (top >= cv2.dilate(top, np.ones((3, 3), np.uint8))) & (top > _PROMINENT)
    rows, columns = np.nonzero(ridge)
    found = [
        (
            float(x) + 0.5,
            float(y) + 0.5,
            _RADII[which[y, x]] * view.eye_distance,
            float(top[y, x]),
            float(redness[y, x]),
        )
        for y, x in zip(rows, columns, strict=True)
    ]
    return sorted(found, key=lambda peak: (-peak[3], peak[0], peak[1]))


def _roughness(view: SkinView) -> NDArray[np.float32]:
    """Fine texture about each place over the face's median, (H, W)."""
    light = view.channels[1]
    fine = np.abs(light - cv2.GaussianBlur(light, (0, 0), max(1.0, 0.012 * view.eye_distance)))
    near = masked_blur(np.minimum(fine, 0.3), view.skin, 0.08 * view.eye_distance)
    usual = float(np.median(near[view.skin > 0.6]))
    return np.asarray(near / max(usual, 1e-4), np.float32)


def _absorbed(
    view: SkinView, x: float, y: float, radius: float
) -> tuple[float, float, float] | None:
    """What a blob absorbs; None where it is not dark on all sides, or not on plain skin."""
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
    centre = stops[inner].mean(axis=0)
    contrast = np.median(stops[plain], axis=0) - centre
    if contrast[1] < _CONTRAST:
        return None
    sector = ((np.arctan2(v, u) / (2 * np.pi) + 0.5) * _SECTORS).astype(int) % _SECTORS
    sides = [
        float(np.quantile(stops[..., 1][plain & (sector == k)], 0.25) - centre[1])
        for k in range(_SECTORS)
        if (plain & (sector == k)).any()
    ]
    if len(sides) < _SECTORS - 1 or min(sides) < _ALL_ROUND * float(contrast[1]):
        return None
    return float(contrast[0]), float(contrast[1]), float(contrast[2])


def seen_again(mark: Mark, here: SkinView, there: SkinView) -> bool | None:
    """Say whether a mark of one photo is in another of the same person.

    The faces are registered by their landmarks, piecewise affine over the mesh's triangles.

    Returns
    -------
    None where that skin is not to be seen there: turned away, covered or outside.
    """
    x = (mark.x - here.origin[0]) * here.scale
    y = (mark.y - here.origin[1]) * here.scale
    place = _carried(x, y, here.points, there.points)
    if place is None:
        return None
    radius = mark.radius * here.scale / here.eye_distance * there.eye_distance
    reach = int(np.ceil(_NEAR * there.eye_distance + 3 * radius)) + 2
    px, py = (int(v) for v in place)
    height, width = there.skin.shape
    if not (reach <= px < width - reach and reach <= py < height - reach):
        return None
    part = (slice(py - reach, py + reach + 1), slice(px - reach, px + reach + 1))
    skin = there.skin[part]
    if float(skin[reach, reach]) < 0.5:
        return None
    rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    near = np.hypot(columns, rows) <= _NEAR * there.eye_distance
    # a mark that is hardly more than a pixel here would drown in its own blur
    inner, outer = max(0.5, 0.6 * radius), 1.7 * radius + 0.5
    wanted = _response(mark, here, radius / there.eye_distance * here.eye_distance)
    channels = there.channels
    for channel, known in zip(channels, wanted, strict=True):
        response = masked_blur(channel[part], skin, outer) - masked_blur(channel[part], skin, inner)
        found = float(np.max(response[near & (skin > 0.3)], initial=0.0))
        if known > 0.04 and found >= _AGAIN * known:
            return True
    return False


def _response(mark: Mark, view: SkinView, radius: float) -> tuple[float, float]:
    """A mark's own contrast in the two channels, by the same filter as it is looked for with."""
    x = (mark.x - view.origin[0]) * view.scale
    y = (mark.y - view.origin[1]) * view.scale
    reach = int(np.ceil(6 * radius)) + 2
    height, width = view.skin.shape
    x0, x1 = max(0, int(x) - reach), min(width, int(x) + reach + 1)
    y0, y1 = max(0, int(y) - reach), min(height, int(y) + reach + 1)
    part = (slice(y0, y1), slice(x0, x1))
    skin = view.skin[part]
    inner, outer = max(0.5, 0.6 * radius), 1.7 * radius + 0.5
    at = (int(y) - y0, int(x) - x0)
    redness, light = (
        float((masked_blur(c[part], skin, outer) - masked_blur(c[part], skin, inner))[at])
        for c in view.channels
    )
    return redness, light


def _carried(
    x: float, y: float, here: NDArray[np.float32], there: NDArray[np.float32]
) -> tuple[float, float] | None:
    """Where a point of one face lies on another, by its triangle; None if that is turned away."""
    mesh = triangles()
    a, b, c = (here[mesh[:, k], :2].astype(np.float64) for k in range(3))
    area = _cross(b - a, c - a)
    point = np.array([x, y])
    flat = np.where(np.abs(area) < 1e-9, 1.0, area)
    p = _cross(b - point, c - point) / flat
    q = _cross(c - point, a - point) / flat
    r = 1 - p - q
    # in the picture, y down, triangles that face the camera run the other way round
    inside = np.flatnonzero((np.minimum(np.minimum(p, q), r) >= -1e-6) & (area < -1e-9))
    if inside.size == 0:
        return None
    best = int(inside[np.argmax(-area[inside])])
    corners = there[mesh[best], :2].astype(np.float64)
    across = _cross(corners[1] - corners[0], corners[2] - corners[0])
    scale = (np.linalg.norm(there[473, :2] - there[468, :2])
             / np.linalg.norm(here[473, :2] - here[468, :2])) ** 2  # fmt: skip
    if across > _FACING * float(area[best]) * float(scale):  # both are negative
        return None
    u, v = np.array([p[best], q[best], r[best]]) @ corners
    return float(u), float(v)


def _cross(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0], np.float64)
