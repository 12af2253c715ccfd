"""How far the camera was from the face, in centimetres, with its uncertainty.

Four witnesses are joined as probabilities over the distance:

1. *The face itself.* From near, nose and mouth grow against ears and jaw, and the ears go behind
   the cheeks. `closeness` reads 1 / distance off the frontal landmarks by a regression that was
   fitted to renderings: studio portraits seen anew by a pinhole camera (benchmarks/
   fit_perspective.py). Faces differ as perspective makes them differ (Burgos-Artizzu, Ronchi &
   Perona 2014, "Distance estimation of an unknown person from a portrait", ECCV: some people look
   closer than others), so a single photo of a stranger tells 1 / distance only to ± 0.7 per metre,
   and beyond about a metre hardly more than that it is far. That error is mostly the person's own
   and the same in all their photos, so a session with near and far photos tells all much better.
2. *The lens.* With the focal length in 35 mm terms (Exif FocalLengthIn35mmFilm, by the frame's
   diagonal: CIPA DCG-001), distance = focal length in pixels × 63 mm / pixels between the eyes. A
   cropped file looks as if taken from nearer than it was: the frame's shape and the face decide
   whether it was cropped. Without it, a file in the shape of a camera's frame has a fair chance to
   be a phone's whole picture (24 to 32 mm); any longer lens or crop may be, while lenses wider
   than 20 mm and sensors larger than 24 × 36 mm are improbable, so a small face can't be near.
3. *The focus.* Some cameras write how far away they focused (Exif SubjectDistance). That is the
   face, most often, to a fifth or so.
4. *Habit.* Headshots and selfies are taken from 20 cm to 4 m.

Adults' pupils are 63 ± 3.5 mm apart (Dodgson 2004, "Variation and extrema of human interpupillary
distance", SPIE 5291).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .capture import crop_factor
from .faces import Face
from .head_pose import canonical_face, frontal, head_pose, mirror
from .landmarks import EYE_INNER_LEFT, EYE_INNER_RIGHT, EYE_OUTER_LEFT, EYE_OUTER_RIGHT
from .once import once
from .photo import Photo

__all__ = [
    "Distance",
    "Frame",
    "closeness",
    "distance",
    "distances",
    "evaluate",
    "features",
    "growth",
    "pitch_error",
]

Float64 = NDArray[np.float64]

EYES_CM, _EYES_SPREAD = 6.3, 0.055  # between the pupils, and its spread as a share
# Spread of the distance that a known lens gives: eyes differ, and are found to 3.8 % of their
# distance over faces turned by up to 20 degrees (benchmarks/pick_distance.py: 6.7 % in all).
_LENS_SPREAD = math.hypot(_EYES_SPREAD, 0.038)
# The eyes' corners, whose distance is measured, lie this much farther away than the pupils: without
# it a lens said 5 % too much from 25 cm (benchmarks/pick_distance.py).
_CORNERS_CM = 1.2
_DIAGONAL_MM = math.hypot(24, 36)
_WIDEST_MM, _SENSOR = 20.0, 0.75  # the 44 × 33 mm sensors frame as 0.79 of the focal length
_HABIT_CM, _HABIT_SPREAD = 90.0, 0.75  # median, and spread of the logarithm
# Spread in 1/cm of what `closeness` reads: of one person's mean, and of one photo about it. From
# 41 people, neutral and smiling from one place (Face Research Lab London Set), held out of the fit.
_OF_PERSON, _OF_PHOTO = 0.0058, 0.0038
_OF_DEPTH = 0.08  # and as a share of 1 / distance: faces are not equally deep
_OF_TURN = 0.010  # and at 25° of yaw or pitch, growing with the square
_TURNED = 30.0  # degrees of yaw or pitch beyond which the face is not read
_COUNTING = 9  # photos of a session: more repeat one another's errors
_ASTRAY = 0.03  # share of photos in which the landmarks are far off
# By whether the file has the shape of a camera's frame: the chance that it is whole where Exif has
# the focal length, and that it is a phone's whole picture where nothing does. Our own guesses.
_WHOLE, _PHONE = {True: 0.93, False: 0.1}, {True: 0.25, False: 0.0}
_PHONE_MM, _PHONE_SPREAD = 27.0, 0.13
_SHAPES = (4 / 3, 3 / 2, 16 / 9)
# Share of files known to be cropped that were not made smaller as well; spread of the logarithm of
# the distance focused on, and share of photos focused on something else. Our own guesses.
_AS_CROPPED, _CROP_SPREAD = 0.7, 0.06
_FOCUS_SPREAD, _ELSEWHERE = 0.2, 0.15

_CM = np.geomspace(12.0, 1000.0, 240)
_BIAS = np.linspace(-3.2, 3.2, 33) * _OF_PERSON


class Frame(NamedTuple):
    """What a photo says about its camera, without its pixels.

    Attributes
    ----------
    full_size : (width, height) of the original in pixels.
    scale : pixels of the face's coordinates for each of the original's.
    focal_length_35mm, focal_length_mm : from Exif, None where it does not say.
    taken_size : (width, height) that the camera stored, from Exif.
    focused_cm : distance that the lens was focused on, from Exif.
    """

    full_size: tuple[int, int]
    scale: float = 1.0
    focal_length_35mm: float | None = None
    focal_length_mm: float | None = None
    taken_size: tuple[int, int] | None = None
    focused_cm: float | None = None

    @classmethod
    def of(cls, photo: Photo) -> Frame:
        """Return the frame of a photo."""
        capture = photo.capture
        lens = (capture.focal_length_35mm, capture.focal_length_mm)
        focused = capture.subject_distance_m
        focused_cm = None if focused is None else 100 * focused
        return cls(photo.full_size, photo.scale, *lens, capture.size, focused_cm)

    @property
    def crop_factor(self) -> float:
        """How much narrower the file frames than its camera did; 1 where that isn't known."""
        return crop_factor(self.taken_size, self.full_size) or 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Distance:
    """Distance from the lens to the eyes.

    Attributes
    ----------
    grid : (n,) float64, distances in cm, ascending.
    chance : (n,) float64, probability of each; sums to 1.
    found_by : the best witness, "focal length", "focus" or "perspective".
    """

    grid: Float64
    chance: Float64
    found_by: str

    @property
    def cm(self) -> float:
        """The median: as probably nearer as farther."""
        return self.quantile(0.5)

    @property
    def uncertainty(self) -> float:
        """Half the width of the middle 68 % in cm (one standard deviation of a normal spread)."""
        return (self.quantile(0.84) - self.quantile(0.16)) / 2

    @property
    def closeness(self) -> float:
        """Expected 1 / distance in 1/cm."""
        return float(self.chance @ (1 / self.grid))

    def quantile(self, share: float) -> float:
        """Distance in cm that is not exceeded with this probability (0..1)."""
        return float(np.exp(np.interp(share, np.cumsum(self.chance), np.log(self.grid))))

    def nearer_than(self, cm: float) -> float:
        """Probability (0..1) that the camera was nearer than `cm`."""
        return float(np.interp(np.log(cm), np.log(self.grid), np.cumsum(self.chance)))


def distance(face: Face, photo: Photo) -> Distance:
    """Estimate the camera's distance in one photo.

    Parameters
    ----------
    face : in the coordinates of `photo`.
    """
    return _alone(face, Frame.of(photo))


def distances(faces: Sequence[Face], frames: Sequence[Frame]) -> tuple[Distance, ...]:
    """Estimate the camera's distance in several photos of one person together.

    What the person's face adds to `closeness` is unknown and the same in all photos. Photos of one
    frame size and focal length are taken to be from one camera, uncropped, unless they are square
    or Exif tells otherwise: then distances go with 1 / size of the face, which sets near and far
    photos against each other.

    Parameters
    ----------
    faces : the same person's face in each photo, in that photo's coordinates.
    frames : the photos' frames.
    """
    if not faces:
        return ()
    sizes = np.array([_eye_pixels(f) / p.scale for f, p in zip(faces, frames, strict=True)])
    groups: dict[object, list[int]] = {}
    for i, frame in enumerate(frames):
        cropped = frame.full_size[0] == frame.full_size[1] or frame.crop_factor > 1.0
        camera = frame._replace(scale=1.0, focused_cm=None)
        groups.setdefault(i if cropped else camera, []).append(i)
    tables, references = [], []
    for members in groups.values():
        reference = float(np.exp(np.log(sizes[members]).mean()))
        log = _prior(frames[members[0]], reference)[None, :] + np.zeros((len(_BIAS), 1))
        weight = min(1.0, _COUNTING / len(members))
        for i in members:
            cm = _CM * reference / sizes[i]
            log = log + weight * (_evidence(faces[i], cm) + _focus(frames[i].focused_cm, cm))
        tables.append(log)
        references.append(reference)
    # Each group's distances are summed out to tell the other groups about the person.
    told = [np.logaddexp.reduce(table, axis=1) for table in tables]
    person = -0.5 * (_BIAS / _OF_PERSON) ** 2 + np.sum(told, axis=0)
    results: dict[int, Distance] = {}
    for members, table, own, reference in zip(
        groups.values(), tables, told, references, strict=True
    ):
        log = np.logaddexp.reduce(table + (person - own)[:, None], axis=0)
        chance = np.exp(log - log.max())
        chance /= chance.sum()
        for i in members:
            by = "focus" if frames[i].focused_cm else "perspective"
            by = "focal length" if frames[i].focal_length_35mm else by
            results[i] = Distance(_CM * reference / sizes[i], chance, by)
    return tuple(results[i] for i in range(len(faces)))


@lru_cache(maxsize=4)  # distance, pitch and chin of one photo ask one after the other
def _alone(face: Face, frame: Frame) -> Distance:
    return distances([face], [frame])[0]


def growth(cm: float, *, nearer: float = 8.0, against: float = 150.0) -> float:
    """Growth of a feature that is `nearer` cm nearer than the face, against the view from afar.

    By the pinhole camera, as a share: 0.2 is 20 % wider. Ward et al. 2018 (JAMA Facial Plastic
    Surgery 20(4), 333-335) have 30 % for the base of the nose at 30 cm against 1.5 m.

    >>> round(growth(30), 2), round(growth(60), 2)
    (0.29, 0.09)
    """
    cm = max(cm, nearer + 2.0)
    return cm / (cm - nearer) * (against - nearer) / against - 1


def pitch_error(found: Distance) -> float:
    """Degrees by which `Face.pitch` is too large, because perspective makes a near head nod.

    From below the eyes' line of sight a near face shows more of the forehead's slope and less of
    the chin; measured on renderings as 185° cm × (1 / distance - 1 / 185 cm), within 0.3° from
    20 cm to 2 m (benchmarks/fit_perspective.py).
    """
    return 185.0 * max(0.0, found.closeness - 1 / 185)


def closeness(landmarks: NDArray[np.floating]) -> float:
    """Read 1 / distance in 1/cm off the perspective of landmarks (478, 3); may be negative.

    Raises
    ------
    ModelError : the canonical face is missing or damaged.
    """
    return evaluate(features(landmarks), _model())


def features(landmarks: NDArray[np.floating]) -> Float64:
    """Return what the regression looks at: frontal landmarks, both halves as one, and the pose.

    Returns
    -------
    (k,) float64: x, y, z in cm of the left half's vertices, then pitch, yaw² and pitch² (units of
    10°). Mirroring the landmarks does not change it.
    """
    shape = frontal(landmarks)
    shape = (shape + shape[mirror()[: len(shape)]] * [-1.0, 1.0, 1.0]) / 2
    half = canonical_face()[0][:, 0] >= -1e-6
    yaw, pitch, _ = head_pose(landmarks)
    pose = [pitch / 10, (yaw / 10) ** 2, (pitch / 10) ** 2]
    return np.concatenate([shape[half].ravel(), pose])


def evaluate(x: Float64, model: Mapping[str, NDArray[np.floating]]) -> float:
    """Return 1 / distance in 1/cm that a fitted model reads off features (k,)."""
    plain = x[:-3] - model["mean"]
    z = model["basis"] @ plain
    rows, columns = np.triu_indices(len(z))
    squares = model["squares"] @ (z[rows] * z[columns])
    return float(plain @ model["linear"] + squares + x[-3:] @ model["pose"] + model["constant"])


@once
def _model() -> Mapping[str, NDArray[np.float64]]:
    """The coefficients from `data/perspective.npz`.

    Statistics of renderings made from the Face Research Lab London Set and webmorphR.stim (DeBruine
    & Jones, CC-BY 4.0); no picture is in them.
    """
    with (
        resources.files("catchlight").joinpath("data/perspective.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as data,
    ):
        return {name: np.asarray(data[name], np.float64) for name in data.files}


def _eye_pixels(face: Face) -> float:
    """Pixels between the middles of the eyes' corners, in depth too: turning does not change it."""
    points = face.landmarks.astype(np.float64)
    right = (points[EYE_OUTER_RIGHT] + points[EYE_INNER_RIGHT]) / 2
    left = (points[EYE_OUTER_LEFT] + points[EYE_INNER_LEFT]) / 2
    return max(float(np.linalg.norm(left - right)), 1e-6)


def _evidence(face: Face, cm: Float64) -> Float64:
    """Log-likelihood of the face for each bias of the person (rows) and distance (columns)."""
    if max(abs(face.yaw), abs(face.pitch)) > _TURNED:
        return np.zeros((len(_BIAS), len(cm)))
    near = 1 / cm
    turned = _OF_TURN * (face.yaw**2 + face.pitch**2) / 25.0**2
    spread = np.sqrt(_OF_PHOTO**2 + (_OF_DEPTH * near) ** 2 + turned**2)
    off = (closeness(face.landmarks) - near[None, :] - _BIAS[:, None]) / spread
    right = (1 - _ASTRAY) * np.exp(-0.5 * off**2) / spread
    astray = _ASTRAY / 4 * np.exp(-0.5 * (off / 4) ** 2) / spread
    return np.log(right + astray + 1e-300)


def _prior(frame: Frame, eye_pixels: float) -> Float64:
    """Log-probability of each distance from the lens and from habit."""
    log = -0.5 * (np.log(_CM / _HABIT_CM) / _HABIT_SPREAD) ** 2
    width, height = frame.full_size
    # The focal length, in 35 mm terms of the file as it is, that each distance would take.
    needed = (_CM + _CORNERS_CM) * eye_pixels / EYES_CM / math.hypot(width, height) * _DIAGONAL_MM
    shape = max(width, height) / min(width, height)
    framed = any(abs(shape / known - 1) < 0.01 for known in _SHAPES)
    factor = frame.crop_factor
    if frame.focal_length_35mm and factor > 1.0:
        # Cropped for certain: as little as its shape allows, or as much as it has fewer pixels.
        over = np.log(needed / frame.focal_length_35mm)
        least = math.log(factor * max(_shares(frame.full_size, frame.taken_size)))
        cropped = np.exp(-np.maximum(over - least, 0)) * _step((over - least) / _EYES_SPREAD)
        spread = math.hypot(_LENS_SPREAD, _CROP_SPREAD)
        whole = _bell((over - math.log(factor)) / spread) / spread
        share = _AS_CROPPED
    elif frame.focal_length_35mm:
        over = np.log(needed / frame.focal_length_35mm)  # of the crop, if it was cropped
        cropped = np.exp(-np.maximum(over, 0)) * _step(over / _EYES_SPREAD)
        whole = _bell(over / _LENS_SPREAD) / _LENS_SPREAD
        share = _WHOLE[framed]
    else:
        least = max(_WIDEST_MM, _SENSOR * (frame.focal_length_mm or 0.0))
        cropped = _step(np.log(needed / least) / 0.08) / math.log(400 / 20)
        whole = _bell(np.log(needed / _PHONE_MM) / _PHONE_SPREAD) / _PHONE_SPREAD
        share = _PHONE[framed and not frame.focal_length_mm]
    return np.asarray(log + np.log(share * whole + (1 - share) * cropped + 1e-30))


def _shares(size: tuple[int, int], taken: tuple[int, int] | None) -> tuple[float, float]:
    """Return the shares of the camera's shorter and longer side that a crop has kept."""
    short, long = sorted(size)
    whole = sorted(taken or size)
    return short / whole[0], long / whole[1]


def _focus(focused_cm: float | None, cm: Float64) -> Float64:
    """Log-likelihood of each distance where the camera says what it was focused on."""
    if focused_cm is None:
        return np.zeros_like(cm)
    right = _bell(np.log(cm / focused_cm) / _FOCUS_SPREAD) / _FOCUS_SPREAD
    return np.asarray(np.log((1 - _ELSEWHERE) * right + _ELSEWHERE / 4.0))


def _bell(z: Float64) -> Float64:
    """The density of the standard normal distribution."""
    return np.asarray(np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi))


def _step(z: Float64) -> Float64:
    """A smooth step from 0 to 1 about 0, close to the normal distribution function."""
    return np.asarray(1 / (1 + np.exp(-np.clip(1.702 * z, -60, 60))))
