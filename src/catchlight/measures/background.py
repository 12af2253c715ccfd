"""The background: how busy, how bright against the face, and how far behind the person."""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from ..capture import crop_factor
from ..color import luminance, to_linear
from ..grid import Grid
from ..person import looked_at
from ..quantiles import quantiles
from ..segment import unit
from .edges import edge_blur
from .exposure import missing_stops
from .measure import Measure, could_not_assess, graded
from .subject import Subject, once

__all__ = ["background_brightness", "background_clutter", "background_distance", "behind"]

_Map: TypeAlias = NDArray[np.float32]

_CLEAR = 0.3  # eye distances kept from the person: the mask is no finer
_LEAST = 0.06  # of the part looked at; less background than this says nothing

_FINE, _COARSE = 24, 12  # picture pixels an eye distance
_PLAIN, _BUSY = 0.62, 4.0
_GLARING, _DARK = 2.55, -2.55

# Blur is measured on tiles as wide as one eye distance at 64 pixels an eye distance, so that fine
# detail, which small faces lack, does not count.
_TILE = 64.0
_TILES = 5
_CONTRAST = 0.06  # deviation of a tile, encoded: less is a wall, whose soft shadows are no blur
_BLURRED, _SHARP = 1.1, 0.6
_EYES_APART = 63.0  # mm, adults' mean (Dodgson 2004)
_FULL_FRAME = 36.0  # mm, long side
_NEAR = 0.6  # metres
# A cropped picture keeps the camera's data, which then are wrong: whole ones have a camera's shape
# and size.
_ASPECTS, _MEGAPIXELS = (4 / 3, 3 / 2, 16 / 9), 3.0


@once
def behind(subject: Subject, scale: int) -> tuple[NDArray[np.uint8], NDArray[np.bool_]] | None:
    """Return the surroundings of a person, small, and where in them the background is.

    Parameters
    ----------
    subject : with the person's mask; without it nothing can be said.
    scale : picture pixels an eye distance.

    Returns
    -------
    (h, w, 3) uint8, sRGB-encoded, of the part that `person.looked_at` names, and (h, w) bool; None
    without a mask, or where nearly all of it is the person.
    """
    mask, photo = subject.person, subject.photo
    if mask is None:
        return None
    box = looked_at(subject.face, (float(photo.width), float(photo.height)))
    x0, y0, x1, y1 = (int(v) for v in box)
    factor = scale / unit(subject.face)
    size = (max(8, round((x1 - x0) * factor)), max(8, round((y1 - y0) * factor)))
    crop = _eight_bit(photo.pixels[y0:y1, x0:x1])
    if min(crop.shape[:2]) > 2 * max(size):  # by way of twice the size: fast, and little aliasing
        crop = cv2.resize(crop, (2 * size[0], 2 * size[1]), interpolation=cv2.INTER_LINEAR)
    small = np.asarray(cv2.resize(crop, size, interpolation=cv2.INTER_AREA), np.uint8)
    frame = (0.0, 0.0, float(photo.width), float(photo.height))
    person = Grid(box, (size[1], size[0])).paste(mask, frame)
    reach = 2 * round(_CLEAR * scale) + 1
    near = cv2.dilate((person > 0.2).astype(np.uint8), np.ones((reach, reach), np.uint8))
    free = near == 0
    if float(free.mean()) < _LEAST:
        return None
    return small, free


def _eight_bit(pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> NDArray[np.uint8]:
    if pixels.dtype == np.uint16:
        return (pixels >> 8).astype(np.uint8)
    return np.asarray(pixels, np.uint8)


def _gradient(picture: NDArray[np.uint8]) -> _Map:
    """Return the size of the gradient of the encoded luma, 0..1 a pixel."""
    gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32) / np.float32(255 * 8)
    dx = cv2.Sobel(gray, cv2.CV_32F, 1, 0)
    return np.asarray(cv2.magnitude(dx, cv2.Sobel(gray, cv2.CV_32F, 0, 1)), np.float32)


def _unknown(name: str, unit_name: str, subject: Subject) -> Measure:
    if subject.person is None:
        return could_not_assess(name, unit_name, "the outline of the person is not known")
    return could_not_assess(name, unit_name, "there is hardly any background in the photo")


def background_clutter(subject: Subject) -> Measure:
    """Mean gradient of the background in percent of the encoded range per 1/24 eye distance.

    After ISO/IEC 29794-5 BackgroundUniformity, which also averages the gradient over a segmented
    background. Seen at 24 pixels an eye distance, as in a small avatar, so that what is out of
    focus counts less. Verdicts: "plain" (below 0.62: studio paper measures 0.1 to 0.3, walls below
    0.55), "quiet", "busy" (above 4: streets, leaves, furniture, all in focus).
    """
    seen = behind(subject, _FINE)
    if seen is None:
        return _unknown("BackgroundClutter", "%", subject)
    picture, free = seen
    value = 100 * float(_gradient(picture)[free].mean())
    score = graded(value, (0.6, 100), (2.0, 92), (4.0, 76), (6.5, 60), (10, 45))
    if value < _PLAIN:
        verdict, reason = "plain", "a plain background"
    elif value < _BUSY:
        verdict, reason = "quiet", "a quiet background"
    else:
        verdict, reason = "busy", "a busy background: look for a plain wall, or blur it"
        score = min(score, 74.0)
    return Measure("BackgroundClutter", value, "%", score, "ok", reason, verdict)


def background_brightness(subject: Subject) -> Measure:
    """Stops by which the background outshines the face; negative where it is darker.

    The upper quartile of the background against what the whites of the eyes show to be normal for
    the face (`exposure.stops_to_normal`), so that dark skin before white paper is no fault: white
    paper in the face's own light measures +0.5 to +2. Verdicts: "dark" (below -2.55, no fault),
    "even", "glaring" (above 2.55: a window or a lamp behind a face in shadow).
    """
    seen = behind(subject, _COARSE)
    if seen is None:
        return _unknown("BackgroundBrightness", "stop", subject)
    stops = missing_stops(subject)
    if stops is None:
        return could_not_assess("BackgroundBrightness", "stop", "the face is black")
    picture, free = seen
    (level,) = quantiles(luminance(to_linear(picture[free][None])), 0.75)
    value = float(np.log2(max(level, 1e-3) / 0.36)) + stops
    score = graded(value, (0.6, 100), (2.0, 86), (2.55, 76), (2.6, 72), (3.5, 50), (5, 30))
    if value > _GLARING:
        verdict = "glaring"
        reason = f"the background is {value:.1f} stops brighter than the face: turn round"
    elif value > _DARK:
        verdict = "even"
        how = "brighter than" if value > 1 else "darker than" if value < -1 else "as bright as"
        reason = f"the background is {how} the face, and not too much"
    else:
        verdict, reason = "dark", "the background is darker than the face"
    return Measure("BackgroundBrightness", value, "stop", score, "ok", reason, verdict)


def background_distance(subject: Subject) -> Measure:
    """Blur of the background beyond the eyes' own, a standard deviation in % of the eye distance.

    Verdicts: "well behind" (more than 1.1 %: clearly out of focus), "right behind" (where the
    camera's data tell that something half a metre behind would have been out of focus, and it is
    not). Else it could not be assessed: no texture, or a lens that draws everything sharply.

    A disc of blur of diameter b in the plane of the face, from a lens of aperture A = f/N focused
    at distance s, lies at s / (1 - b/A); its standard deviation along an axis is b/4. Where the
    camera tells f, N and the equivalent focal length, the reason names the distance.
    """
    name, percent = "BackgroundDistance", "%"
    seen = behind(subject, _COARSE)
    if seen is None:
        return _unknown(name, percent, subject)
    blurs = _background_blurs(subject, *seen)
    if len(blurs) < 3:
        reason = "the background is too plain to tell how far behind it is"
        return could_not_assess(name, percent, reason)
    eyes = _eye_blur(subject)
    if not np.isfinite(eyes):
        return could_not_assess(name, percent, "the eyes are too small or cut off")
    # The nearer part of the background decides: leaves far off do not excuse the bench in focus.
    nearer = float(np.quantile(blurs, 0.3))
    value = float(np.sqrt(max(nearer**2 - eyes**2, 0.0)))
    spread = float(np.std(blurs))
    if value >= _BLURRED:
        room = _room_behind(subject, value)
        far = "well behind"
        if room is not None and np.isfinite(room):
            far = f"about {room:.1f} m behind"
        reason = f"the background is out of focus, {far}"
        return Measure(name, value, percent, 100.0, "ok", reason, "well behind", spread)
    most = _room_behind(subject, max(value, _SHARP))
    if most is not None and most < _NEAR:
        reason = "the background is right behind: step a metre or more away from it"
        return Measure(name, value, percent, 74.0, "ok", reason, "right behind", spread)
    reason = "everything is in focus, so how far behind the background is can't be told"
    return could_not_assess(name, percent, reason)


def _background_blurs(
    subject: Subject, picture: NDArray[np.uint8], free: NDArray[np.bool_]
) -> list[float]:
    """Return the blur of the background's strongest tiles in percent of the eye distance."""
    x0, y0, x1, _ = looked_at(
        subject.face, (float(subject.photo.width), float(subject.photo.height))
    )
    step = (x1 - x0) / picture.shape[1]
    side = _COARSE  # a tile: one eye distance
    share = free.astype(np.float32)
    inside = cv2.boxFilter(share, -1, (side, side), borderType=cv2.BORDER_CONSTANT)
    energy = cv2.boxFilter(_gradient(picture) * share, -1, (side, side))
    energy[inside < 0.9] = 0
    blurs = []
    for _ in range(_TILES):
        row, column = np.unravel_index(int(energy.argmax()), energy.shape)
        if energy[row, column] <= 0.004:
            break
        rows = slice(max(0, int(row) - side), int(row) + side)
        energy[rows, max(0, int(column) - side) : int(column) + side] = 0
        centre = (x0 + (float(column) + 0.5) * step, y0 + (float(row) + 0.5) * step)
        tile, pixels = _tile(subject, centre, 0.5)
        if min(tile.shape) < 16 or float(tile.std()) < _CONTRAST:
            continue
        blur = edge_blur(tile) / pixels * 100
        if np.isfinite(blur):
            blurs.append(blur)
    return blurs


@once
def _eye_blur(subject: Subject) -> float:
    """Return the blur at the sharper eye in percent of the eye distance; inf where unknown."""
    blurs = [float("inf")]
    for iris in (subject.face.iris_right, subject.face.iris_left):
        tile, pixels = _tile(subject, (float(iris[0]), float(iris[1])), 0.35)
        if min(tile.shape) >= 12:
            blurs.append(edge_blur(tile) / pixels * 100)
    return min(blurs)


def _tile(subject: Subject, centre: tuple[float, float], half: float) -> tuple[_Map, float]:
    """Return luma (h, w) of a square round `centre`, `half` an eye distance to each side.

    Also the eye distance in its pixels, 64 at most.
    """
    distance = unit(subject.face)
    reach = half * distance
    x0, y0 = (max(0, int(v - reach)) for v in centre)
    x1, y1 = (max(0, int(v + reach)) for v in centre)
    crop = _eight_bit(subject.photo.pixels[y0:y1, x0:x1])
    if min(crop.shape[:2]) < 4:
        return np.zeros((0, 0), np.float32), distance
    gray = cv2.cvtColor(np.ascontiguousarray(crop), cv2.COLOR_RGB2GRAY)
    while distance >= 2 * _TILE and min(gray.shape) >= 4:  # halving is much the fastest
        width, height = gray.shape[1] // 2, gray.shape[0] // 2
        even = gray[: 2 * height, : 2 * width]
        gray = cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA)
        distance /= 2
    scale = min(1.0, _TILE / distance)
    if scale < 1:
        gray = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(gray, np.float32) / np.float32(255), distance * scale


def _room_behind(subject: Subject, blur: float) -> float | None:
    """Return metres between the face and what is blurred by `blur` %; None without camera data."""
    capture = subject.photo.capture
    if not (capture.focal_length_mm and capture.focal_length_35mm and capture.f_number):
        return None
    shorter, longer = sorted(subject.photo.full_size)
    uncropped = min(abs(longer / shorter / aspect - 1) for aspect in _ASPECTS) < 0.02
    uncropped &= crop_factor(capture.size, subject.photo.full_size) in (None, 1.0)
    if not uncropped or shorter * longer < _MEGAPIXELS * 1e6:
        return None
    aperture = capture.focal_length_mm / capture.f_number
    longest = max(subject.photo.width, subject.photo.height)
    eyes_on_film = unit(subject.face) / longest * _FULL_FRAME
    distance = capture.focal_length_35mm * _EYES_APART / eyes_on_film / 1000
    disc = 4 * blur / 100 * _EYES_APART
    ratio = disc / aperture
    return float("inf") if ratio >= 1 else distance * ratio / (1 - ratio)
