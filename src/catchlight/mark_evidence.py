"""Evidence of another photo about a mark: is it there too, is it plainly absent, or can't one tell?

What is seen in two photos is part of the face. What one photo shows plainly, and another of the
same skin plainly does not, comes and goes. Absence has to be proved: the skin must be in view, and
the other photo must be able to show the mark. Whether it is, the skin's own texture and the eyes
and brows tell, at the mark's own size: what is blurred, compressed, smoothed or too small has less
of it than this photo has.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from .edits.skin_area import masked_blur
from .landmarks import BROW_LEFT, BROW_RIGHT, EYE_LEFT, EYE_RIGHT
from .mark_registration import BY_MESH, place_of
from .marks import Mark, SkinView

__all__ = ["Sight", "sight", "together"]

Float32 = NDArray[np.float32]

Sight = Literal["seen", "absent", "unsure"]
"""What a photo says of a mark of another photo of the same face."""

_AGAIN = 0.5  # of its contrast, that it has to have there to be seen,
_NONE = 0.45  # and up to which there is none,
_NOT_WHOLE = 0.65  # and up to which there is none farther off than skin that was recognised tells
_MISSED = 5.0  # where it would be worth so many multiples of the grain there
_MATTERS = 0.6  # of the multiples in the better channel: a channel with less says nothing
_AS_SHARP = 0.8  # of this photo's detail that the other has to have to prove anything
_AROUND = 0.25  # eye distances of skin about a place in which its grain is measured


def sight(mark: Mark, here: SkinView, there: SkinView) -> Sight:
    """Say whether a mark of one photo is in another of the same person.

    The mark is looked for about the place that landmarks and skin tell (`place_of`) by the filter
    that finds it here.
    """
    x, y = (np.array([mark.x, mark.y]) - here.origin) * here.scale
    place = place_of(mark, here, there)
    if place is None:
        return "unsure"
    share = mark.radius * here.scale / here.eye_distance
    # a mark that is hardly more than a pixel would drown in its own blur: alike in both
    pixel = 0.5 / min(here.eye_distance, there.eye_distance)
    sizes = max(pixel, 0.6 * share), 1.7 * share + pixel
    ours = _answers(here, (float(x), float(y)), sizes)
    theirs = _answers(there, (place.x, place.y), sizes)
    if ours is None or theirs is None:
        return "unsure"
    known, (found, away, plain) = ours[0][:, ours[1] < 0.5 / here.eye_distance].mean(axis=1), theirs
    usable = plain > 0.3
    grain = np.maximum(1.4826 * np.median(np.abs(found[:, usable]), axis=1), 1e-4)
    worth = known / grain
    near = np.array([np.max(f[usable & (away <= place.near)], initial=0.0) for f in found])
    speaks = worth >= _MATTERS * worth.max()
    if bool((speaks & (near >= _AGAIN * known)).any()):
        return "seen"
    # Light is what every photo keeps best: colour alone may have gone in compression. A mark has
    # both in one place; where one of them is whole, the mean of both is above what counts as none.
    asked = worth >= _MISSED
    if not asked[1] or float(plain[away <= place.near].min()) < 0.5:
        return "unsure"
    alike = np.clip(found[asked] / known[asked, None, None], 0, 1).mean(axis=0)
    # Skin may be taken for other skin: what is alike without a doubt is looked for as far as ever.
    for reach, most in ((place.farthest, _NONE), (BY_MESH[1], _NOT_WHOLE)):
        if float(np.max(alike[usable & (away <= reach)], initial=0.0)) > most:
            return "unsure"
    if _texture(theirs, share) < _AS_SHARP * _texture(ours, share):
        return "unsure"
    if _features(there, sizes) < _AS_SHARP * _features(here, sizes):
        return "unsure"
    return "absent"


def together(sights: Sequence[Sight]) -> Sight:
    """Join what several photos say: one that shows a mark decides, then one that proves absence.

    >>> together(["absent", "unsure", "seen"]), together(["unsure", "absent"]), together([])
    ('seen', 'absent', 'unsure')
    """
    return next((said for said in ("seen", "absent") if said in sights), "unsure")


def _answers(
    view: SkinView, place: tuple[float, float], sizes: tuple[float, float]
) -> tuple[Float32, Float32, Float32] | None:
    """Difference of Gaussians of redness and light about a place, (2, n, n); how far each pixel is
    from it, in eye distances, (n, n); and skin, (n, n). None where that is not in the picture.
    """
    unit = view.eye_distance
    reach = int(np.ceil((_AROUND + 2 * sizes[1]) * unit))
    px, py = (int(v) for v in place)
    height, width = view.skin.shape
    if not (0 <= px < width and 0 <= py < height) or view.skin[py, px] < 0.5:
        return None
    x0, y0, x1, y1 = max(0, px - reach), max(0, py - reach), px + reach + 1, py + reach + 1
    part = (slice(y0, min(y1, height)), slice(x0, min(x1, width)))
    skin = view.skin[part]
    rows, columns = np.mgrid[part]
    away = np.hypot(columns - px, rows - py) / unit
    inner, outer = (size * unit for size in sizes)
    found = [masked_blur(c[part], skin, outer) - masked_blur(c[part], skin, inner)
             for c in view.channels]  # fmt: skip
    return np.stack(found), away.astype(np.float32), np.where(away <= _AROUND, skin, 0)


def _texture(answers: tuple[Float32, Float32, Float32], share: float) -> float:
    """Stops of the skin's texture about a mark, noise apart, the mark itself left out.

    Noise that is as much in each channel and independent is in light with 0.28 of the variance that
    it has in redness; skin has texture of light and hardly any of colour.
    """
    found, away, skin = answers
    about = (skin > 0.3) & (away > 3 * share)
    if not about.any():
        return 0.0
    red, light = np.median(np.abs(found[:, about]), axis=1)
    return float(np.sqrt(max(light**2 - 0.28 * red**2, 0.0)))


def _features(view: SkinView, sizes: tuple[float, float]) -> float:
    """Detail of a size in eyes and brows, which is more than any camera's noise: in stops."""
    light = np.ascontiguousarray(view.channels[1])
    inner, outer = (size * view.eye_distance for size in sizes)
    band = cv2.GaussianBlur(light, (0, 0), outer) - cv2.GaussianBlur(light, (0, 0), inner)
    where = np.zeros(light.shape, np.uint8)
    for ring in (EYE_LEFT, EYE_RIGHT, BROW_LEFT, BROW_RIGHT):
        cv2.fillConvexPoly(where, cv2.convexHull(np.round(view.points[list(ring)]).astype(int)), 1)
    return float(band[where > 0].std()) if where.any() else 0.0
