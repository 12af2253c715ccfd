"""What the coach reads off one frame of a live camera: plain numbers that can be kept and replayed.

A `Reading` holds no picture. Everything in it is cheap enough for ten frames and more a second on
one core; what judges a still picture in depth is in `measures/`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import face_mesh
from .color import to_linear
from .face_detector import Pyramid, Window, detect
from .face_track import Track, follow
from .faces import Face
from .head import measure_head
from .head_pose import canonical_face
from .landmarks import (
    EYE_INNER_LEFT,
    EYE_INNER_RIGHT,
    EYE_OUTER_LEFT,
    EYE_OUTER_RIGHT,
    IRIS_LEFT,
    IRIS_RIGHT,
    MOUTH_LEFT,
    MOUTH_RIGHT,
)
from .lighting import lighting
from .measures.edges import edge_blur
from .measures.exposure import stops_to_normal
from .measures.gaze import line_of_sight
from .skin import SKIN_ZONES, FaceView, disc_mask, face_view, skin_mask

__all__ = ["EYES_APART_CM", "Camera", "Reading", "from_lines", "prepare", "read_frame", "to_lines"]

EYES_APART_CM = 6.3
"""Distance between the pupils of adults: mean 63 mm, nearly all 52 to 78 (Dodgson 2004, "Variation
and extrema of human interpupillary distance", Proc. SPIE 5291)."""

_LIDS = (
    (EYE_OUTER_RIGHT, EYE_INNER_RIGHT, ((159, 145), (158, 153), (160, 144))),
    (EYE_OUTER_LEFT, EYE_INNER_LEFT, ((386, 374), (385, 380), (387, 373))),
)
_WEIGHTS = np.array([0.2126, 0.7152, 0.0722], np.float32)  # luminance, BT.709
_SHUT = 0.11  # of the eye's width: an eye closed as far shows too little of its iris
_FARTHEST_TURN = 40.0  # degrees of yaw, and shares of the pitch: see `measures/gaze.py`
_OF_PITCH = (0.25, 1.0)
_MISFIT, _UNSURE = 0.33, 14.0  # a beard or glasses: 95 studio portraits have 0.1 to 0.3, 4 to 13
_FLAT, _FROM_BEHIND = 0.6, 110.0  # stops of key to fill, degrees of azimuth
_BLACK = 6.0  # stops: a face too black to be measured counts as this dark
_WHITES = 0.36  # luminance of eye whites in a well exposed portrait (`measures/exposure.py`)


@dataclass(frozen=True, slots=True)
class Camera:
    """What is known of the camera that the frames come from.

    Attributes
    ----------
    diagonal_fov : angle of view across the frame's diagonal in degrees. Laptop cameras and phones'
        front cameras have 70 to 85, a common desktop camera (Logitech C920) 78 by its maker.
    mirrored : whether the frames themselves are mirrored. (A page that only shows its preview
        mirrored and sends the frames as the camera gives them has to leave this at False.)
    still_scale : pixels of the still that is taken per pixel of the frames, in length.
    """

    diagonal_fov: float = 75.0
    mirrored: bool = False
    still_scale: float = 1.0

    def focal_length(self, width: int, height: int) -> float:
        """Focal length in pixels of a frame of this size."""
        return math.hypot(width, height) / 2 / math.tan(math.radians(self.diagonal_fov) / 2)


@dataclass(frozen=True, slots=True)
class Reading:
    """One frame in numbers; None where a number could not be read, or was not looked at.

    The light is looked at in every other frame, the key's direction in every fourth.

    Attributes
    ----------
    time : seconds, of any clock that only goes forward.
    width, height : of the frame in pixels.
    people : faces in the frame that are at least a third as large as the largest one.
    room : mean luminance of the frame as its logarithm to the base of 2; only where nobody is seen.
    eyes : middle between the irises, in shares of the frame's width and height, as in a picture
        that is not mirrored: x grows towards the sitter's left.
    head : box of the head with flat hair (x0, y0, x1, y1), in shares of the frame.
    eye_distance : between the iris centres in pixels of the frame, turn of the head taken off.
    eye_distance_still : the same in pixels of the still that would be taken.
    distance : from the camera in centimetres, by the camera's angle of view: good to about 20 %
        when that angle is only assumed.
    yaw, pitch, roll : head pose in degrees; signs as in `head_pose.Pose`.
    lids : opening of the right and left eye, as a share of the eye's width.
    gaze : angles between the line of sight and the lens in degrees: towards the sitter's left, and
        down; None with closed eyes or the head turned far.
    mouth_gap : between the lips, as a share of the mouth's width.
    mouth_rise : of the lower corner of the mouth above the middle of the lips, in mouth widths.
    lips_pressed : 0..1, blendshapes mouthPress, mean of both sides.
    brow_height : inner ends of the brows above the inner eye corners, in eye distances.
    dark : stops by which the face is darker than a well exposed one; negative is brighter.
    burnt : share of forehead and cheeks that is burnt out.
    side : stops by which the sitter's left cheek is brighter than the right one.
    key_elevation : of the key light above the face's axis in degrees; below 0 it comes from below.
    backlight : stops by which the background outshines the whites of the eyes.
    blur : of the sharper eye's edges, as a standard deviation in percent of the eye distance.
    """

    time: float
    width: int
    height: int
    people: int
    room: float | None = None
    eyes: tuple[float, float] | None = None
    head: tuple[float, float, float, float] | None = None
    eye_distance: float | None = None
    eye_distance_still: float | None = None
    distance: float | None = None
    yaw: float | None = None
    pitch: float | None = None
    roll: float | None = None
    lids: tuple[float, float] | None = None
    gaze: tuple[float, float] | None = None
    mouth_gap: float | None = None
    mouth_rise: float | None = None
    lips_pressed: float | None = None
    brow_height: float | None = None
    dark: float | None = None
    burnt: float | None = None
    side: float | None = None
    key_elevation: float | None = None
    backlight: float | None = None
    blur: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the reading as JSON-ready data, numbers to four digits after the point."""
        return {name: _rounded(value) for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Reading:
        """Return the reading that `as_dict` wrote.

        Raises
        ------
        ValueError : a field is unknown or missing.
        """
        known = {field.name for field in fields(cls)}
        if not {"time", "width", "height", "people"} <= data.keys() <= known:
            odd = sorted(data.keys() - known) or "time, width, height or people missing"
            raise ValueError(f"not a reading of the coach: {odd}")
        values: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in data.items()
        }
        return cls(**values)


def to_lines(readings: Iterable[Reading]) -> str:
    """Return readings as JSON lines."""
    return "".join(json.dumps(r.as_dict(), separators=(",", ":")) + "\n" for r in readings)


def from_lines(text: str) -> Iterator[Reading]:
    """Yield the readings of JSON lines.

    Raises
    ------
    ValueError : a line is not a reading.
    """
    for line in text.splitlines():
        if line.strip():
            yield Reading.from_dict(json.loads(line))


def prepare() -> None:
    """Load models and tables, so that the first frames are not slow; takes up to two seconds.

    Raises
    ------
    ModelError : a model is missing or damaged.
    """
    blank = np.zeros((64, 64, 3), np.uint8)
    pyramid = Pyramid(blank)
    for full_range in (True, False):
        detect(pyramid, Window(32, 32, 64), full_range=full_range, threshold=0.99)
    face_mesh.fit(pyramid, Window(32, 32, 64))
    points = np.zeros((478, 3), np.float32)  # a canonical face, two pixels a centimetre
    points[:468] = canonical_face()[0] * [2, -2, -2] + [32, 32, 0]
    points[468:] = points[[133] * 5 + [362] * 5]
    face = Face(points, face_mesh.blendshapes(points), 0.0, 0.0, 0.0, 1.0, 1.0)
    reading = _read_face(pyramid, face, 1, 0.0, Camera())
    _lit(reading, blank + np.uint8(90), pyramid, face, key=True)


def read_frame(
    pixels: NDArray[np.uint8], time: float, track: Track | None = None, camera: Camera | None = None
) -> tuple[Reading, Track]:
    """Read one frame, following the face that was followed in the frame before.

    Parameters
    ----------
    pixels : (H, W, 3) uint8 RGB, sRGB-encoded.
    time : of the frame in seconds.
    track : what the frame before returned; None at first.
    camera : None for a camera of which nothing is known.

    Raises
    ------
    ModelError : a model is missing or damaged.
    ValueError : `pixels` are of another shape or dtype, or empty.
    """
    camera = camera or Camera()
    if camera.mirrored:
        pixels = np.ascontiguousarray(pixels[:, ::-1])
    pyramid = Pyramid(pixels)
    track = follow(pyramid, track or Track())
    if track.face is None:
        room = math.log2(max(float((to_linear(_whole(pyramid)) @ _WEIGHTS).mean()), 1e-4))
        return Reading(time, pyramid.width, pyramid.height, 0, room), track
    people = 1 + len(track.others)
    reading = _read_face(pyramid, track.face, people, time, camera)
    if track.frames % 2 == 1:  # the watch for others has the frames between
        reading = _lit(reading, pixels, pyramid, track.face, key=track.frames % 4 == 3)
    return reading, track


def _read_face(pyramid: Pyramid, face: Face, people: int, time: float, camera: Camera) -> Reading:
    """Read the numbers of one face in a frame that is not mirrored, without those of the light."""
    width, height = pyramid.width, pyramid.height
    shares = np.array([width, height], np.float64)
    points = face.landmarks[:, :2].astype(np.float64)
    eyes = ((points[IRIS_RIGHT] + points[IRIS_LEFT]) / 2 / shares).tolist()
    outline = measure_head(points, face.yaw, (float(width), float(height))).outline
    x0, y0 = (outline.min(axis=0) / shares).tolist()
    x1, y1 = (outline.max(axis=0) / shares).tolist()
    apart = face.eye_distance / max(math.cos(math.radians(face.yaw)), 0.5)
    lids, (gap, rise) = _lids(points), _mouth(points)
    return Reading(
        time=time,
        width=width,
        height=height,
        people=people,
        eyes=(eyes[0], eyes[1]),
        head=(x0, y0, x1, y1),
        eye_distance=apart,
        eye_distance_still=apart * camera.still_scale,
        distance=camera.focal_length(width, height) * EYES_APART_CM / apart,
        yaw=face.yaw,
        pitch=face.pitch,
        roll=face.roll,
        lids=lids,
        gaze=_gaze(face, lids),
        mouth_gap=gap,
        mouth_rise=rise,
        lips_pressed=(face.blendshape("mouthPressLeft") + face.blendshape("mouthPressRight")) / 2,
        brow_height=_brow(points),
        blur=_blur(pyramid, face),
    )


def _lit(
    reading: Reading, pixels: NDArray[np.uint8], pyramid: Pyramid, face: Face, key: bool
) -> Reading:
    """Add the numbers of the light, which changes slowly; of the key's direction if asked for."""
    view = face_view(pixels, face)
    dark = stops_to_normal(view)
    dark = _BLACK if dark is None else dark
    return replace(
        reading,
        dark=dark,
        burnt=float(view.clipped[skin_mask(view)].mean()),
        side=_side(view),
        key_elevation=_key_elevation(view, face) if key else None,
        backlight=_background(pyramid, face) + dark - math.log2(_WHITES),
    )


def _rounded(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_rounded(part) for part in value]
    return round(value, 4) if isinstance(value, float) else value


def _length(vector: NDArray[np.float64]) -> float:
    return max(float(np.hypot(*vector)), 1e-6)


def _down(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Unit vector down the face, across the line of the eyes."""
    x, y = points[IRIS_LEFT] - points[IRIS_RIGHT]
    return np.array([-y, x]) / max(math.hypot(x, y), 1e-6)


def _lids(points: NDArray[np.float64]) -> tuple[float, float]:
    """Lid opening of the right and left eye (eye aspect ratio, Soukupová & Čech 2016)."""
    openings = []
    for outer, inner, pairs in _LIDS:
        gaps = [_length(points[up] - points[low]) for up, low in pairs]
        openings.append(float(np.mean(gaps)) / _length(points[outer] - points[inner]))
    return openings[0], openings[1]


def _gaze(face: Face, lids: tuple[float, float]) -> tuple[float, float] | None:
    """Line of sight off the lens; of the pitch, which is uncertain, what brings it nearest."""
    if min(lids) < _SHUT or abs(face.yaw) > _FARTHEST_TURN:
        return None
    least, most = (
        line_of_sight(face.landmarks, face.yaw, share * face.pitch, face.roll)
        for share in _OF_PITCH
    )
    down = 0.0 if least.down * most.down <= 0 else min(least.down, most.down, key=abs)
    return least.sideways, down


def _mouth(points: NDArray[np.float64]) -> tuple[float, float]:
    """Gap between the lips and rise of the lower corner, in mouth widths."""
    width = _length(points[MOUTH_LEFT] - points[MOUTH_RIGHT])
    middle = (points[13] + points[14]) / 2  # of the lips' inner edges
    rises = [
        float((middle - points[corner]) @ _down(points)) for corner in (MOUTH_LEFT, MOUTH_RIGHT)
    ]
    return _length(points[13] - points[14]) / width, min(rises) / width


def _brow(points: NDArray[np.float64]) -> float:
    """Height of the brows' inner ends above the inner eye corners, in eye distances."""
    rise = points[EYE_INNER_RIGHT] + points[EYE_INNER_LEFT] - points[55] - points[285]
    return float(rise @ _down(points)) / 2 / _length(points[IRIS_LEFT] - points[IRIS_RIGHT])


def _side(view: FaceView) -> float | None:
    """Stops by which the left cheek is brighter; None where one is burnt out."""
    luminance = view.luminance
    cheeks = []
    for zone in ("right cheek", "left cheek"):
        mask = disc_mask(view, SKIN_ZONES[zone])
        if view.clipped[mask].mean() > 0.5:
            return None
        cheeks.append(max(float(luminance[mask].mean()), 0.002))
    return math.log2(cheeks[1] / cheeks[0])


def _key_elevation(view: FaceView, face: Face) -> float | None:
    """Elevation of the key light; None where there is no clear key, or a beard misleads the fit."""
    found = lighting(view, face)
    if found is None or found.misfit > _MISFIT or found.uncertainty > _UNSURE:
        return None
    directional = found.key_to_fill > _FLAT and abs(found.azimuth) < _FROM_BEHIND
    return found.elevation if directional else None


def _background(pyramid: Pyramid, face: Face) -> float:
    """Luminance of the brighter part of the background, as its logarithm to the base of 2.

    What is not the head and not below the chin within two heads' width is taken for background;
    the upper quartile of it, so that a window counts that fills a quarter.
    """
    x0, y0, x1, y1 = face.box
    side = float(pyramid.longer)
    luminance = to_linear(_whole(pyramid)) @ _WEIGHTS
    grid = (np.arange(64) + 0.5) / 64 * side
    x = grid[None, :] + (pyramid.width - side) / 2
    y = grid[:, None] + (pyramid.height - side) / 2
    inside = (x > 0) & (x < pyramid.width) & (y > 0) & (y < pyramid.height)
    head = (x > x0 - 0.3 * (x1 - x0)) & (x < x1 + 0.3 * (x1 - x0)) & (y > y0 - 0.5 * (y1 - y0))
    body = (x > 1.5 * x0 - 0.5 * x1) & (x < 1.5 * x1 - 0.5 * x0) & (y > y1)
    wall = inside & ~head & ~body
    if wall.sum() < 40:
        return math.log2(_WHITES)
    return math.log2(max(float(np.quantile(luminance[wall], 0.75)), 1e-3))


def _whole(pyramid: Pyramid) -> NDArray[np.uint8]:
    """Return the whole frame in the middle of a square of 64 pixels, black beyond its edges."""
    return pyramid.sample(Window(pyramid.width / 2, pyramid.height / 2, float(pyramid.longer)), 64)


def _blur(pyramid: Pyramid, face: Face) -> float | None:
    """Blur of the sharper eye in percent of the eye distance; None where both are cut off."""
    blurs = []
    side = min(88, max(24, round(0.56 * face.eye_distance)))
    for iris in (face.iris_right, face.iris_left):
        x, y = (float(round(c)) for c in iris.tolist())
        if not (0 < x < pyramid.width and 0 < y < pyramid.height):
            continue
        window = Window(x, y, max(float(side), 0.56 * face.eye_distance))
        gray = to_linear(pyramid.sample(window, side, replicate=True)) @ _WEIGHTS
        blur = edge_blur(np.sqrt(np.maximum(gray, 0)).astype(np.float32))
        if math.isfinite(blur):
            blurs.append(100 * blur * window.side / side / face.eye_distance)
    return min(blurs, default=None)
