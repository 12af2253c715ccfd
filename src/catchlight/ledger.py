"""The ledger: what changed between the photograph and the finished picture, measured.

Everything here looks only at pixels before and after and at the declared crop, never at what an
edit says of itself. Before comparing, the crop is undone (`comparison`).
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from .asymmetry import asymmetry
from .bounds import BOUNDS, Reading
from .color import delta_e00, lab, luminance
from .comparison import Comparison, compare
from .edits.white_balance import scaled
from .eye_color import eyes
from .healing import Decided
from .identity import distance
from .landmarks import FACE_OVAL
from .ledger_marks import changed_spots, face_skin, healed, permanent_marks
from .registration import Blocks, block_moves, block_side
from .skin import SKIN_ZONES

__all__ = [
    "Comparison",
    "compare",
    "geometry",
    "identity",
    "readings",
    "skin_color",
    "skin_texture",
]

_LEAST_EYE_DISTANCE = 60.0  # below, a fifth of a pixel of noise can be more than the bound
_ENOUGH = 5_000  # pixels for a median


def geometry(pair: Comparison, blocks: Blocks | None = None) -> Reading:
    """How far the person's pixels moved, by dense registration, in percent of the eye distance.

    The 95th percentile of the moves of blocks of about a third of an eye distance
    (`registration.block_moves`); `blocks` are those, where they are known already.
    """
    bound = BOUNDS["geometry"]
    side = block_side(pair.eye_distance)
    _, field = blocks or block_moves(pair.before, pair.after, pair.shown, side)
    moves = np.hypot(*field.T)
    if len(moves) < 6:
        return Reading(bound, None, bound.most, "too little of the face has detail to register")
    value = float(np.quantile(moves, 0.95)) / pair.eye_distance * 100
    if value > bound.most and pair.eye_distance < _LEAST_EYE_DISTANCE:
        return Reading(bound, None, bound.most, "the face is too small to measure moves of 0.3 %")
    return Reading(bound, value, bound.most, f"Measured in {len(moves)} places of head and body.")


def _zones(pair: Comparison) -> dict[str, NDArray[np.bool_]]:
    """Skin zones as discs of a twelfth of the eye distance about landmarks, where shown."""
    zones = {}
    for name, centres in SKIN_ZONES.items():
        mask = np.zeros(pair.shown.shape, np.uint8)
        for x, y in pair.points[list(centres)]:
            cv2.circle(
                mask,
                (round(float(x)), round(float(y))),
                max(2, round(pair.eye_distance / 12)),
                1,
                -1,
            )
        zones[name] = mask.astype(bool) & pair.shown
    return zones


def _change_of_light(pair: Comparison, where: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Median factor of each channel from before to after, (3,)."""
    few = (slice(None, None, 2), slice(None, None, 2))  # a median needs but a quarter
    if int(where[few].sum()) >= _ENOUGH:
        before, after = pair.before[few][where[few]], pair.after[few][where[few]]
    else:
        before, after = pair.before[where], pair.after[where]
    ratio = np.ascontiguousarray((after / np.maximum(before, np.float32(1e-4))).T)
    return np.asarray(np.median(ratio, axis=1), np.float32)


def skin_color(pair: Comparison) -> Reading:
    """Mean colour change of the skin against the photograph under the finished picture's light.

    Exposure and white balance belong to the light and act on everything alike: they are estimated
    from the rest of the person (hair, clothes, eyes, lips), one factor a channel, and given to the
    photograph before comparing. What is left is what was done to the skin alone.
    """
    bound = BOUNDS["skin_color"]
    zones = _zones(pair)
    skin = np.logical_or.reduce(list(zones.values()))
    oval = np.zeros(pair.shown.shape, np.uint8)
    outline = np.round(pair.points[list(FACE_OVAL)]).astype(np.int32)
    cv2.fillConvexPoly(oval, outline, 1)
    level = luminance(pair.before)
    brightest = cv2.max(cv2.max(*cv2.split(pair.before)[:2]), pair.before[..., 2])
    usable = pair.shown & (level > 0.01) & (brightest < 0.9)
    rest = usable & ~skin
    if skin.sum() < 50 or rest.sum() < 200:
        return Reading(bound, None, bound.most, "too little skin or surroundings to compare")
    # weight the rest so that its tones are those of the skin: a curve acts on alike tones alike
    low, high = np.quantile(level[skin], (0.02, 0.98))
    alike = rest & (level >= 0.5 * low) & (level <= 1.5 * high)
    if alike.sum() < 200:
        alike = rest
    # Balance acts on burnt-out skin as the edit says it does, exposure on everything alike.
    change = _change_of_light(pair, alike).astype(np.float64)
    exposure = float(np.asarray(luminance(change[None]))[0])
    lit = scaled(pair.before[skin][None], change / exposure)[0] * exposure
    expected = lab(lit.mean(axis=0)[None])
    found = lab(pair.after[skin].mean(axis=0)[None])
    value = float(delta_e00(expected, found)[0])
    return Reading(
        bound, value, bound.most, "Against the same photograph under the corrected light."
    )


def skin_texture(pair: Comparison, spots: NDArray[np.bool_] | None = None) -> Reading:
    """Energy of the skin's fine texture after over before, in the zone that changed the most.

    `spots`, (H, W) bool, are healed and measured apart: a spot is texture that was to go.

    The band is 2 to 8 cycles per tenth of an eye distance, as a difference of Gaussians of log
    luminance, so that light does not count.
    """
    bound = BOUNDS["skin_texture"]
    if pair.eye_distance < 160 or pair.enlarged or not pair.shown.any():
        return Reading(bound, None, bound.most, "the photo is too small to show skin texture")
    # A Gaussian of σ px passes half the amplitude at 0.187/σ cycles a pixel.
    tenth = pair.eye_distance / 10
    fine, coarse = 0.187 * tenth / 8, 0.187 * tenth / 2

    def band(linear: NDArray[np.float32]) -> NDArray[np.float32]:
        light = np.log2(np.maximum(luminance(linear), np.float32(1e-4)))
        return np.asarray(
            cv2.GaussianBlur(light, (0, 0), fine) - cv2.GaussianBlur(light, (0, 0), coarse),
            np.float32,
        )

    # White balance weighs the channels of luminance anew: give it to the photo before comparing.
    lit = pair.before * _change_of_light(pair, pair.shown)
    # What is not shown is filled in, or its edge would be taken for texture beside it.
    before, after = band(lit), band(np.where(pair.shown[..., None], pair.after, lit))
    zones = _zones(pair)
    if spots is not None:
        zones = {name: mask & ~spots for name, mask in zones.items()}
    ratios = {
        name: float(np.sqrt((after[mask] ** 2).mean() / max((before[mask] ** 2).mean(), 1e-12)))
        for name, mask in zones.items()
        if mask.sum() > 100
    }
    if not ratios:
        return Reading(bound, None, bound.most, "no skin zone is shown whole")
    zone, value = max(ratios.items(), key=lambda item: abs(np.log(max(item[1], 1e-6))))
    return Reading(bound, value, bound.most, f"Most changed on the {zone}; 1.00 is untouched.")


def identity(
    finished: NDArray[np.float64],
    source: NDArray[np.float64],
    references: Sequence[NDArray[np.float64]],
) -> Reading:
    """Distance of the finished face to the person's own photos, against their own spread.

    Parameters
    ----------
    finished, source : (128,) embeddings of the finished picture and of its photograph.
    references : embeddings of the person's other photographs, `source` not among them.
    """
    bound = BOUNDS["identity"]
    if not references:
        value = distance(finished, source)
        return Reading(bound, value, bound.most, "Distance to the one photograph there is.")
    photos = [source, *references]
    # each photograph's mean distance to the person's other photographs; the most is the own spread
    spread = max(
        float(np.mean([distance(photo, other) for other in photos if other is not photo]))
        for photo in photos
    )
    value = float(np.mean([distance(finished, photo) for photo in photos]))
    return Reading(
        bound,
        value,
        max(spread, bound.most),
        f"Mean distance to {len(photos)} photos of the person, who differ among themselves by"
        f" {spread:.2f}.",
    )


def readings(
    pair: Comparison,
    finished: NDArray[np.float64] | None,
    source: NDArray[np.float64] | None,
    references: Sequence[NDArray[np.float64]],
    marks: Sequence[Decided] = (),
    frame: tuple[int, int] = (1, 1),
) -> tuple[Reading, ...]:
    """Every bound measured on one finished picture.

    Parameters
    ----------
    marks, frame : what was decided of the skin's marks, and the photograph's (width, height).
    """
    if finished is None or source is None:
        bound = BOUNDS["identity"]
        same = Reading(bound, None, bound.most, "no face was found in the finished picture")
    else:
        same = identity(finished, source, references)
    skin = face_skin(pair)
    spots = changed_spots(pair, skin)
    side = block_side(pair.eye_distance)
    blocks = block_moves(pair.before, pair.after, pair.shown, side)
    return (
        same,
        geometry(pair, blocks),
        *asymmetry(pair, blocks),
        skin_color(pair),
        skin_texture(pair, spots),
        eyes(pair),
        healed(pair, skin, spots),
        permanent_marks(pair, marks, frame),
    )
