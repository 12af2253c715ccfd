"""The colour of the light on a face, from what has much the same colour in everybody.

Illuminant estimation by witnesses: the skin that the key light falls on, the whites of the eyes,
the teeth where they show, and the greys of the scene, joined in log-chromaticity under a prior for
what the camera's own balance has left (Brainard & Freeman 1997, "Bayesian color constancy", have
the frame). The camera has seen the whole scene and is mostly right, least likely wrong from green
to magenta, where neither daylight nor lamps differ much; so a face alone moves the balance little,
and a face and the greys around it together as far as they agree. Each witness has a trap:

- Skin in shade is redder than skin in light, by light that went from skin to skin and by the
  camera's curve, so only the lit part counts. Contrast and saturation of the camera's rendering
  stretch the colours of skin as a warm light would: what rich colours alone explain is no light.
- Skin of which a channel is burnt out has lost its colour, and does not count; where that is all of
  it, the balance stays as shot.
- Whites that are shaded by lids and lashes are redder by as much as they lack in light. They are
  read as in full light, with a doubt that grows with the shade, and with fewer pixels.
- Of eyes narrowed by a laugh lids are seen, and teeth stand in the shade of lips: what is hardly
  paler than skin is doubted.
- What is around the face may have any colour: see `scene_greys`.

A witness that says something else than all others is doubted more than its spread says (Student's t
instead of a Gaussian, by iterated reweighting; Lange, Little & Taylor 1989, "Robust statistical
modeling using the t distribution").

Colours are (log2 R/G, log2 B/G) of linear sRGB, "stops against green".
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .chromaticity import DAYLIGHT, TINT
from .color import LUMINANCE_WEIGHTS
from .landmarks import LIPS_INNER, NOSE_BRIDGE
from .quantiles import median, quantiles
from .scene_greys import LIGHTS, grey_shares, share_at
from .skin import VIEW_EYE_DISTANCE, FaceView, eye_white_mask, once_a_view, skin_mask

__all__ = [
    "DAYLIGHT",
    "TINT",
    "Light",
    "light_color",
    "lit_skin",
    "read_light",
    "white_of_each_eye",
]

Float64 = NDArray[np.float64]

# Whites of the eyes, then lit skin: 41 people twice, neutral and smiling, in neutral studio light
# (Face Research Lab London Set), skin from light to very dark. Who has warm skin has warm whites
# too, so both together tell the light better than each alone. Skin measured by spectrophotometer
# (Xiao et al. 2017, cheeks and foreheads) has its mean 0.1 stops warmer, and no tint against this.
# Whites vary more in red than 0.0137 as in that set: nobody came to the studio with sore eyes.
_MEAN = np.array([0.232, -0.049, 0.750, -0.389])
_COV = np.array(
    [
        [0.0200, -0.0035, 0.0049, 0.0037],
        [-0.0035, 0.0103, -0.0075, 0.0083],
        [0.0049, -0.0075, 0.0238, -0.0188],
        [0.0037, 0.0083, -0.0188, 0.0346],
    ]
)
# Teeth of the 20 who show them in the same set: nothing of skin or whites tells their colour.
# People at large differ more in yellow (Joiner et al. 2008, "A review of tooth colour and
# whiteness"): by 0.15 stops, 4 of b*, on top of what the 20 do.
_TEETH_MEAN = np.array([0.205, -0.151])
_TEETH_COV = np.array([[0.0304, -0.0030], [-0.0030, 0.0293]])
# What a camera leaves of the light's colour: little, mostly, and hardly a tint; now and then nearly
# all of it, as of a bulb on the daylight setting; rarely a tint as of old tubes, film or a scan.
# (Share, spread in stops along warm to cold, and across.)
_LEFT = ((0.70, 0.20, 0.08), (0.25, 0.80, 0.25), (0.05, 0.80, 0.50))
_RENDERING = 0.2  # spread of what renderings multiply the logarithms of colours by
_CHANCE = 0.03  # share that is near any one colour in a scene without greys

_LIT = 0.5  # of the level of the brightest skin: what is darker lies in shade
_SMALL, _SHADED = 0.15, 0.45  # stops of doubt for whites a few pixels wide; per share they lack
# Stops by which whites redden for the share of the skin's light that they lack: 164 eyes of the
# London set; between the two eyes of a face that are lit differently it is 0.53 and 0.65.
_IN_SHADE = 0.37 * DAYLIGHT + 0.61 * TINT
_FULL_EYES = 150.0  # pixels between the irises from which whites are large enough
_LEAST_SKIN, _LEAST_WHITES, _LEAST_TEETH = 200, 20, 100  # view pixels
_TEETH_GAP = 0.07  # eye distances between the lips from which teeth show (measures.lips)
# Stops of red that whites and teeth have less than skin at the least (London set: 0.52 and 0.55);
# of a laughing eye lids are all that is seen. And stops of doubt for each that they come nearer.
_PALER, _NEARER = 0.3, 3.0
_FREEDOM = 8.0  # degrees of freedom of Student's t
_ROUNDS = 6
_CUT_OFF = 0.955  # linear level of code 250 of 255, from which a channel may be cut off
_GREY = 0.02  # relative spread of the channels below which a picture is black and white

_LIGHTS_RED, _LIGHTS_BLUE = (np.ascontiguousarray(LIGHTS[..., k]) for k in range(2))


def _log_color(rgb: NDArray[np.float32]) -> Float64:
    """Median colour of (n, 3) linear pixels as stops against green."""
    columns = np.ascontiguousarray(rgb.T)
    r, g, b = (max(median(column), 1e-5) for column in columns)
    return np.array([math.log2(r / g), math.log2(b / g)])


@once_a_view
def _whole(view: FaceView) -> NDArray[np.bool_]:
    """Return where no channel is cut off, (440, 400) bool: skin whose red is looks green."""
    red, green, blue = cv2.split(view.linear)
    return np.asarray(~view.clipped & (cv2.max(cv2.max(red, green), blue) < _CUT_OFF))


@once_a_view
def lit_skin(view: FaceView) -> NDArray[np.bool_]:
    """Return the forehead and cheeks that the key light falls on, unclipped, (440, 400) bool."""
    skin = skin_mask(view) & ~view.clipped
    if np.count_nonzero(skin) < _LEAST_SKIN:
        return skin
    (bright,) = quantiles(view.luminance[skin], 0.9)
    return np.asarray(skin & (view.luminance >= _LIT * bright))


@dataclass(frozen=True, slots=True, eq=False)
class Light:
    """The light on a face.

    Attributes
    ----------
    color : (2,) float64, (red, blue) stops against green; zero where too little skin is seen.
    skin : (2,), the colour of the lit skin under it; None where too little is seen.
    grey : share of what is around the face that is grey under this light, 0..1.
    """

    color: Float64
    skin: Float64 | None = None
    grey: float = 0.0


def light_color(view: FaceView, eye_distance: float) -> Float64 | None:
    """Return the colour of `read_light` alone."""
    light = read_light(view, eye_distance)
    return None if light is None else light.color


def read_light(view: FaceView, eye_distance: float) -> Light | None:
    """Read the light's colour on a face: the posterior mean; None in a picture without colour.

    Parameters
    ----------
    view : the face in linear light, before any edit.
    eye_distance : pixels between the irises in the photograph: small whites are trusted less.
    """
    lit = np.flatnonzero(lit_skin(view) & _whole(view))
    if len(lit) < _LEAST_SKIN:
        return Light(np.zeros(2))
    colors, levels = view.linear.reshape(-1, 3)[lit], view.luminance.reshape(-1)[lit]
    red, green, blue = colors[:, 0], colors[:, 1], colors[:, 2]
    spread = np.maximum(np.maximum(red, green), blue) - np.minimum(np.minimum(red, green), blue)
    if median(spread / np.maximum(levels, np.float32(1e-4))) < _GREY:
        return None
    skin, level = _log_color(colors), median(levels)
    seen, mean, cov = skin, _MEAN[2:], _COV[2:, 2:]
    small = _SMALL * max(0.0, 1 - eye_distance / _FULL_EYES)
    whites = _whites(view, median(green))
    if whites is not None:
        color, shade = whites
        doubt = math.hypot(small, _SHADED * shade, _near(color, skin))
        seen, mean, cov = np.concatenate([color, skin]), _MEAN, _COV.copy()
        cov[:2, :2] += doubt**2 * np.eye(2)
    teeth = _teeth(view, level)
    if teeth is not None and teeth[0] < skin[0]:
        size = len(seen)
        joined = np.zeros((size + 2, size + 2))
        joined[:size, :size], joined[size:, size:] = cov, _TEETH_COV
        joined[size:, size:] += (small**2 + _near(teeth, skin) ** 2) * np.eye(2)
        seen, mean, cov = np.append(seen, teeth), np.append(mean, _TEETH_MEAN), joined
    cov = cov + _RENDERING**2 * np.outer(mean, mean)
    shares = grey_shares(view.around)
    color = _with_greys(_joined(seen - mean, cov), shares)
    return Light(color, skin, share_at(shares, color))


def _near(color: Float64, skin: Float64) -> float:
    """Stops of doubt about whites or teeth of this colour that are hardly paler than the skin."""
    return _NEARER * max(0.0, float(color[0] - skin[0]) + _PALER)


_Mixture = tuple[Float64, list[Float64], list[Float64]]  # weights, means, covariances


def _joined(seen: Float64, cov: Float64) -> _Mixture:
    """Join witnesses (2 k,) of one light under the mixture of priors."""
    means: list[Float64] = []
    spreads: list[Float64] = []
    chances: list[float] = []
    pairs = [slice(i, i + 2) for i in range(0, len(seen), 2)]
    total = np.tile(np.eye(2), (len(pairs), 1))
    own = [np.linalg.inv(cov[pair, pair]) for pair in pairs]
    for share, warm, tint in _LEFT:
        spread = warm**2 * np.outer(DAYLIGHT, DAYLIGHT) + tint**2 * np.outer(TINT, TINT)
        prior = np.linalg.inv(spread)
        scale = np.ones(len(seen))
        for _ in range(_ROUNDS):
            doubted = cov * np.outer(scale, scale)
            precision = np.linalg.inv(doubted)
            certainty = total.T @ precision @ total + prior
            light = np.linalg.solve(certainty, total.T @ precision @ seen)
            rest = seen - total @ light
            for pair, inverse in zip(pairs, own, strict=True):
                away = float(rest[pair] @ inverse @ rest[pair])
                scale[pair] = math.sqrt(max(1.0, (_FREEDOM + away) / (_FREEDOM + 2)))
        fit = float(rest @ precision @ rest + light @ prior @ light)
        volume = sum(float(np.linalg.slogdet(m)[1]) for m in (doubted, spread, certainty))
        means.append(np.asarray(light))
        spreads.append(np.asarray(np.linalg.inv(certainty)))
        chances.append(math.log(share) - 0.5 * (fit + volume))  # Laplace's approximation
    weights = np.exp(np.array(chances, np.float64) - max(chances))
    return np.asarray(weights / weights.sum()), means, spreads


def _with_greys(face: _Mixture, shares: Float64) -> Float64:
    """Mean (2,) of what the face says times the likelihood of each light by the scene's greys."""
    parts = []
    for weight, mean, spread in zip(*face, strict=True):
        red, blue = _LIGHTS_RED - mean[0], _LIGHTS_BLUE - mean[1]
        (a, b), (_, c) = np.linalg.inv(spread).tolist()
        level = math.log(max(float(weight), 1e-300)) - 0.5 * float(np.linalg.slogdet(spread)[1])
        parts.append(level - 0.5 * (red * (a * red + 2 * b * blue) + c * blue * blue))
    most = max(float(part.max()) for part in parts)
    chance = (_CHANCE + shares) * sum(np.exp(part - most) for part in parts)
    total = float(chance.sum())
    return (
        np.array([float((chance * lights).sum()) for lights in (_LIGHTS_RED, _LIGHTS_BLUE)]) / total
    )


_White = tuple[Float64, float]


@once_a_view
def white_of_each_eye(view: FaceView) -> tuple[_White | None, _White | None]:
    """Return colour and luminance of the white of the picture's left and of its right eye.

    The colour as stops against green, (2,) float64; None where too little of it is seen.
    """
    places = np.flatnonzero(eye_white_mask(view) & _whole(view))
    left = places % view.clipped.shape[1] + 0.5 < float(view.points[NOSE_BRIDGE, 0])
    return _white(view, places[left]), _white(view, places[~left])


def _white(view: FaceView, eye: NDArray[np.intp]) -> _White | None:
    if len(eye) < _LEAST_WHITES:
        return None
    light = view.luminance.reshape(-1)[eye]
    low, high = quantiles(light, 0.6, 0.95)  # above the lid's shadow, below the glint
    bright = (light >= low) & (light <= high)
    return _log_color(view.linear.reshape(-1, 3)[eye[bright]]), median(light[bright])


def _whites(view: FaceView, green: float) -> _White | None:
    """Colour of the whites as in full light, and their shade; the better lit eye counts for more.

    Shade is the share that they lack of the green light of the skin, `green`, 0..0.9; green, for
    the light's colour does not change what one has of the other in a single channel.
    """
    found = [white for white in white_of_each_eye(view) if white is not None]
    if not found:
        return None
    colors, levels = np.array([c for c, _ in found]), np.array([level for _, level in found])
    of_green = np.exp2(np.insert(colors, 1, 0.0, axis=1)) @ LUMINANCE_WEIGHTS
    shades = np.maximum(0.0, 0.9 - levels / of_green / max(green, 1e-4))
    colors = colors - np.outer(shades, _IN_SHADE)
    weights = np.maximum(levels, 1e-4) ** 2
    weights = weights / weights.sum()
    return np.asarray(weights @ colors), float(weights @ shades)


def _teeth(view: FaceView, level: float) -> Float64 | None:
    """Colour of the teeth; None where they do not show. The palest of what is bright is no gum."""
    gap = float(np.linalg.norm(view.points[13] - view.points[14])) / VIEW_EYE_DISTANCE
    if gap < _TEETH_GAP:
        return None
    mouth = np.zeros(view.clipped.shape, np.uint8)
    outline = np.round((view.points[list(LIPS_INNER)] - 0.5) * 16).astype(np.int32)
    cv2.fillPoly(mouth, [outline], 1, shift=4)
    inside = cv2.erode(mouth, np.ones((3, 3), np.uint8)).astype(bool) & _whole(view)
    if inside.sum() < _LEAST_TEETH:
        return None
    light = view.luminance[inside]
    low, high = quantiles(light, 0.4, 0.97)
    bright = (light >= low) & (light <= high)
    if median(light[bright]) < _LIT * level:
        return None
    colors = view.linear[inside][bright]
    redness = colors[:, 0] / np.maximum(colors[:, 1], 1e-4)
    return _log_color(colors[redness <= quantiles(redness, 0.4)[0]])
