"""The light on a face: where the key comes from, how strong and hard it is, how much fill.

Skin is close to Lambertian where it does not shine, and the irradiance of a convex Lambertian
surface has but nine numbers worth keeping (Ramamoorthi & Hanrahan 2001, "An efficient
representation for irradiance environment maps"; Basri & Jacobs 2003, IEEE TPAMI 25(2), 218-233),
too few to tell a small light from a broad one. A face is not convex: the shadows that nose and
brows cast say most about where its light is, which is how photographers read it. So the skin of
the photograph is compared with the canonical face under lights from all directions and of four
sizes, cast shadows included (`face_surface.probe`), each joined with an even ambient light: the
infinite key and ambient term of Johnson & Farid 2005 ("Exposing digital forgeries by detecting
inconsistencies in lighting") on a whole face as in Kee & Farid 2010 ("Exposing digital forgeries
from 3-D lighting environments"). As the mesh carries the landmarks, directions are relative to the
face without any detour over its pose.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from .color import LUMINANCE_WEIGHTS
from .compiled import compiled
from .face_surface import LIGHT_SIZES, probe
from .faces import Face
from .mirrored_light import mirrored_light, turn_of
from .quantiles import median
from .shade import WITNESSES, read_fill
from .skin import FaceView

__all__ = ["Lighting", "lighting"]

_SHRINK = 4  # view pixels to a sample's pixel: pores and stubble average out
_SPREAD = 0.5  # relative deviation of skin from the model beyond which it is taken for no skin
_ROUGH = 3.0  # times the usual contrast within a sample: hair, stubble, the edge of a shadow
_FRINGE, _BEARD = 4.8, -3.0  # cm on the canonical face: above and below, skin may lie under hair
_FRINGE_DARK = 0.4
_LEAST = 0.02  # loss below which nothing fits better
_STRETCH = (1.04, 1.08)  # azimuth, elevation: the mean of neighbours lies too near the face's axis
_FLOOR = 3.0  # degrees of uncertainty from the mesh itself
_EVERY = 3  # of the samples: all of them change nothing
_LIKELY = 5.0  # nats of doubt beyond the least, from which a direction is looked at no further
_NEGLIGIBLE = 1e-5  # chance of a light that does not show in the mean
_NEIGHBOURS = 16.0  # degrees about a likely direction that are looked at closely
_ROUNDS = 2  # of reweighting: more change nothing
_SUPPOSED, _SUPPOSING = 0.3, 0.001
_GOOD_FIT = 0.25  # misfit above which the directions' scatter is too good to be true
_MOST = 6.0  # stops of key over fill: beyond, black is noise


@dataclass(frozen=True, slots=True, eq=False)
class Lighting:
    """The light on a face: one key light of some size and an even ambient light (fill).

    Attributes
    ----------
    azimuth : degrees from the face's axis to the key, positive to the subject's left (the picture's
        right), 180 behind.
    elevation : degrees of the key above (positive) or below the level of the face's axis.
    uncertainty : degrees, standard deviation of the key's direction.
    direction : (3,) float64, unit vector to the key; x to the subject's left, y up, z out of the
        face.
    key : (3,) float64, linear sRGB of this skin where it faces the key, from the key alone.
    ambient : (3,) float64, linear sRGB of this skin from the ambient light alone.
    color_uncertainty : standard deviation of the difference in ln(R / B) of `key` and `ambient`.
    key_to_fill : stops, log2((key + ambient) / ambient) of luminance: 0 is flat, 1 a ratio of 2:1.
    stops_uncertainty : stops, standard deviation of `key_to_fill`.
    size : degrees, apparent diameter of the key; a lamp has few, a large window near by 60.
    size_uncertainty : log2 of a factor, standard deviation of `size`.
    shaded : share of the skin seen that gets less than a fifth of the key's light, 0..1.
    misfit : relative deviation of the skin from the model, rms without outliers.
    seen : share of the sampled skin that the camera sees and that counted, 0..1.
    """

    azimuth: float
    elevation: float
    uncertainty: float
    direction: NDArray[np.float64]
    key: NDArray[np.float64]
    ambient: NDArray[np.float64]
    color_uncertainty: float
    key_to_fill: float
    stops_uncertainty: float
    size: float
    size_uncertainty: float
    shaded: float
    misfit: float
    seen: float


@compiled
def _fit(
    light: Any, trust: Any, openness: Any, irradiance: Any, spread: float, rounds: int, out: Any
) -> None:  # pragma: no cover - compiled
    # For each row of `irradiance`: ambient A and key K (not negative) of A openness + K irradiance
    # that explain `light` best, and what is left unexplained, 0..1 (loss of Geman & McClure 1987).
    # The residual 2 (light - model) / (light + model) is nearly the difference of logarithms.
    count = light.shape[0]
    level, sure = 0.0, 0.0
    for n in range(count):
        level += trust[n] * light[n]
        sure += trust[n]
    level /= sure
    for h in range(irradiance.shape[0]):
        ambient, key = -1.0, 0.0
        for _turn in range(rounds):
            oo, oe, ee, ol, el = 0.0, 0.0, 0.0, 0.0, 0.0
            for n in range(count):
                o, e, value = openness[n], irradiance[h, n], light[n]
                model = value if ambient < 0 else ambient * o + key * e
                total = value + model + 1e-9
                rest = 2 * (value - model) / total
                doubt = 1 + (rest / spread) ** 2
                weight = trust[n] / (doubt * doubt * total * total)
                oo += weight * o * o
                oe += weight * o * e
                ee += weight * e * e
                ol += weight * o * value
                el += weight * e * value
            # Where no skin lies in shadow, the ambient light is unknown: it is then supposed to be
            # this share of the face's level.
            guess = _SUPPOSED * level
            supposed = _SUPPOSING * sure / (4 * guess * guess)
            oo += supposed
            ol += supposed * guess
            det = oo * ee - oe * oe
            if det > 1e-12 * oo * ee:
                ambient, key = (ol * ee - el * oe) / det, (el * oo - ol * oe) / det
            else:
                ambient, key = ol / oo, 0.0
            if key < 0:
                ambient, key = ol / oo, 0.0
            elif ambient < 0:
                ambient, key = 0.0, el / (ee + 1e-12)
            ambient = max(ambient, 0.01 * key)
        left = 0.0
        for n in range(count):
            model = ambient * openness[n] + key * irradiance[h, n]
            rest = 2 * (light[n] - model) / (light[n] + model + 1e-9)
            left += trust[n] * rest * rest / (spread * spread + rest * rest)
        out[h, 0], out[h, 1], out[h, 2] = ambient, key, left / sure


def lighting(view: FaceView, face: Face, *, eyes: bool = True) -> Lighting | None:
    """Find the light on a face.

    Parameters
    ----------
    view : the face upright at normal size, in linear light.
    face : the same face; its pose says which of its skin the camera sees.
    eyes : whether what the eyes mirror counts too.

    Returns
    -------
    The light, or None when too little of the face is seen, or it is black or burnt out.
    """
    surface = probe()
    colors, clipped, contrast = _sampled(view)
    light = colors @ LUMINANCE_WEIGHTS.astype(np.float32)
    trust = _trust(face, colors, light, clipped, contrast)
    seen = float(trust.sum() / surface.weights.sum())
    if seen < 0.2:
        return None

    witnesses = WITNESSES * min(1.0, seen / 0.8)
    unusual = surface.unusual
    if eyes:
        unusual = unusual - mirrored_light(view, face, surface.directions)
    spread = _SPREAD
    few, tables = _samples_fitted()
    sample = light[few], trust[few], surface.openness[few]
    rough = np.empty((len(surface.coarse), 3))
    _fit(*sample, tables[1, surface.coarse], spread, _ROUNDS, rough)
    doubt = _doubt(rough[:, 2], unusual[surface.coarse], witnesses)
    # Every direction that may be the light's: to look about the likeliest alone would let a tie
    # between two of them decide.
    likely = surface.directions[surface.coarse[doubt < doubt.min() + _LIKELY]]
    cosines = (surface.directions @ likely.T).max(axis=1)
    near = np.flatnonzero(cosines > math.cos(math.radians(_NEIGHBOURS)))
    fine = np.empty((len(LIGHT_SIZES) * len(near), 3))
    _fit(*sample, tables[:, near].reshape(len(fine), -1), spread, _ROUNDS, fine)

    doubt = _doubt(fine[:, 2], np.tile(unusual[near], len(LIGHT_SIZES)), witnesses)
    chance = np.exp(doubt.min() - doubt)
    chance /= chance.sum()
    directions = np.tile(surface.directions[near].astype(np.float64), (len(LIGHT_SIZES), 1))
    mean = chance @ directions
    mean /= np.linalg.norm(mean)
    angles = np.degrees(np.arccos(np.clip(directions @ mean, -1, 1)))
    azimuth = min(_STRETCH[0] * abs(math.atan2(mean[0], mean[2])), math.pi)
    azimuth = math.copysign(azimuth, mean[0])
    elevation = _STRETCH[1] * math.asin(float(np.clip(mean[1], -1, 1)))
    elevation = max(-math.pi / 2, min(math.pi / 2, elevation))
    sizes = np.repeat(np.log2(LIGHT_SIZES), len(near))
    size = float(chance @ sizes)
    winner = int(doubt.argmin())
    expected = np.zeros(len(light), np.float32)
    for layer, share in zip(surface.irradiance, chance.reshape(len(LIGHT_SIZES), -1), strict=True):
        some = share > _NEGLIGIBLE
        expected += share[some].astype(np.float32) @ layer[near[some]]
    read = read_fill(light, trust, surface.openness, expected)
    ambient_level, key_level = read.levels or (float(fine[winner, 0]), float(fine[winner, 1]))
    from_key = key_level * expected.astype(np.float64)
    from_ambient = ambient_level * surface.openness.astype(np.float64)
    explained = from_key + from_ambient
    rest = 2 * (light - explained) / (light + explained + 1e-9)
    inlier = (trust / (1 + (rest / spread) ** 2) ** 2).astype(np.float32)
    key, ambient, color_error = _colored(colors, inlier, from_key, from_ambient)
    misfit = math.sqrt(float((inlier * rest**2).sum() / inlier.sum()))
    scatter = math.sqrt(float(chance @ angles**2)) * max(1.0, misfit / _GOOD_FIT)
    return Lighting(
        azimuth=math.degrees(azimuth),
        elevation=math.degrees(elevation),
        uncertainty=math.hypot(_FLOOR, scatter),
        direction=np.array(
            [
                math.sin(azimuth) * math.cos(elevation),
                math.sin(elevation),
                math.cos(azimuth) * math.cos(elevation),
            ]
        ),
        key=key * key_level,
        ambient=ambient * ambient_level,
        color_uncertainty=color_error,
        key_to_fill=min(math.log2((ambient_level + key_level) / ambient_level), _MOST),
        stops_uncertainty=read.stops_uncertainty,
        size=2.0**size,
        size_uncertainty=math.sqrt(float(chance @ (sizes - size) ** 2)),
        shaded=read.shaded,
        misfit=misfit,
        seen=seen,
    )


@cache
def _samples_fitted() -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return the indices (n,) of the samples that lights are fitted to, and their irradiance.

    The same in every picture: were those that are not trusted left out first, one of them more or
    less would exchange all the others. Each has its mirror image beside it.
    """
    surface = probe()
    few = np.flatnonzero((np.arange(len(surface.weights)) // 2) % _EVERY == 0)
    return few, np.ascontiguousarray(surface.irradiance[:, :, few])


def _doubt(
    loss: NDArray[np.float64], unusual: NDArray[np.float32], witnesses: float
) -> NDArray[np.float64]:
    """Return minus the logarithm of the chance of lights with these losses, up to a constant."""
    least = max(float(loss.min()), _LEAST)
    return np.asarray(0.5 * witnesses * loss / least + unusual, np.float64)


def _sampled(
    view: FaceView,
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Return the skin at the probe's points.

    Colour (N, 3), share that is burnt out (N,), and relative contrast within a pixel (N,).
    """
    surface = probe()
    height, width = view.clipped.shape
    size = (width // _SHRINK, height // _SHRINK)
    burnt = cv2.resize(view.clipped.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    places = np.einsum("nk,nkc->nc", surface.shares, view.points[surface.corners])
    places = (places / np.float32(_SHRINK) - np.float32(0.5)).astype(np.float32)
    half = cv2.resize(view.linear, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    small = cv2.resize(half, size, interpolation=cv2.INTER_AREA)
    light = half @ LUMINANCE_WEIGHTS.astype(np.float32)
    mean = cv2.resize(light, size, interpolation=cv2.INTER_AREA)
    square = cv2.resize(light * light, size, interpolation=cv2.INTER_AREA)
    contrast = np.sqrt(np.maximum(square - mean * mean, 0)) / (mean + 1e-4)
    contrast = cv2.blur(contrast, (3, 3))
    flags, border = cv2.INTER_LINEAR, cv2.BORDER_REPLICATE
    colors = cv2.remap(small, places[:, None], None, flags, borderMode=border)
    spots = cv2.remap(burnt, places[:, None], None, flags, borderMode=border)
    rough = cv2.remap(contrast, places[:, None], None, flags, borderMode=border)
    return colors[:, 0], spots[:, 0], rough[:, 0]


def _trust(
    face: Face,
    colors: NDArray[np.float32],
    light: NDArray[np.float32],
    clipped: NDArray[np.float32],
    contrast: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Return how much each sample counts: plain skin, seen by the camera, neither burnt nor hair.

    Hair, glasses and hands have another hue than most of the skin.
    """
    surface = probe()
    facing = surface.normals @ turn_of(face)[2].astype(np.float32)
    trust = surface.weights * np.clip((facing - 0.2) / 0.3, 0, 1)
    hue = np.log(np.maximum(colors[:, 0], 1e-4) / np.maximum(colors[:, 1], 1e-4))
    usual = median(hue[trust > 0.5]) if (trust > 0.5).any() else 0.0
    trust = trust / (1 + ((hue - usual) / 0.3) ** 2) ** 2
    smooth = median(contrast[trust > 0.5]) if (trust > 0.5).any() else 0.1
    hairy = (surface.places[:, 1] > _FRINGE) | (surface.places[:, 1] < _BEARD)
    trust = trust / (1 + hairy * (contrast / (_ROUGH * max(smooth, 0.01))) ** 4)
    # A fringe is dark beside the cheek on its own side, which light from any side is not.
    level = np.full(len(light), 1.0, np.float32)
    for own in (surface.places[:, 0] <= 0, surface.places[:, 0] > 0):
        cheek = own & surface.cheeks & (trust > 0.3)
        level[own] = median(light[cheek]) if cheek.sum() > 5 else 0.0
    trust = trust * ((light > _FRINGE_DARK * level) | (surface.places[:, 1] < _FRINGE))
    trust = trust * (1 - 0.8 * clipped) * (light > 5e-4)
    return np.asarray(trust, np.float32)


def _colored(
    colors: NDArray[np.float32],
    trust: NDArray[np.float32],
    key: NDArray[np.float64],
    ambient: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Return the colours (3,) of skin in the key and in the ambient light, of luminance 1.

    Straight lines, without outliers, of log(R / G) and log(B / G) over the key's share of a
    sample's light; and the standard deviation of how much ln(R / B) differs between their ends.
    """
    share = key / (key + ambient)
    logs = np.log(np.maximum(colors.astype(np.float64), 1e-4))
    weights = trust * np.clip(colors.min(axis=1) / 0.004, 0, 1)  # noise colours the darkest
    ends, error = np.zeros((2, 3)), 0.0
    for channel in (0, 2):
        tone = logs[:, channel] - logs[:, 1]
        robust = weights.astype(np.float64)
        for _ in range(4):
            total = float(robust.sum()) + 1e-9
            middle, level = float(robust @ share) / total, float(robust @ tone) / total
            spread = float(robust @ (share - middle) ** 2) / total + 1e-6
            slope = float(robust @ ((share - middle) * (tone - level))) / total / spread
            rest = tone - level - slope * (share - middle)
            robust = weights / (1 + (rest / 0.08) ** 2) ** 2
        ends[:, channel] = level + slope * (1 - middle), level - slope * middle
        error += float(robust @ rest**2) / total / spread / (WITNESSES * float(trust.mean()))
    tints = np.exp(np.clip(ends, -3, 3))
    tints /= (tints @ LUMINANCE_WEIGHTS)[:, None]
    return tints[0], tints[1], math.sqrt(error)
