"""Where two pictures differ: by blocks, so that compression alone is not taken for a change.

A block of 8 × 8 pixels is changed where its mean colour differs by more than a just noticeable
difference, or its texture by more than compression takes. With no recipe at hand, the original is
first laid under the picture (SIFT, Lowe 2004; a similarity by RANSAC) and given its tones.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .color import delta_e00, lab, to_linear
from .thumbnails import fitted

__all__ = ["JUST_NOTICEABLE", "Difference", "Region", "compare", "laid_under"]

JUST_NOTICEABLE = 2.3
"""ΔE00 between two patches that most people just see (Mahy et al. 1994, for ΔE*ab)."""

_BLOCK = 8
_TEXTURE = 3.0  # of 255: change of the standard deviation of lightness in a block
_SIDE = 1600  # pixels of the longer side at which pictures are laid over each other
_LEVELS = 4.0  # of 255, in the channel that differs the most
_LEAST_MATCHES = 25
_SHOWN = 900


@dataclass(frozen=True, slots=True)
class Region:
    """A patch that differs: its box in shares of the picture, and how much."""

    left: float
    top: float
    right: float
    bottom: float
    share: float
    most: float

    def where(self) -> str:
        """Say where in the picture it is.

        >>> Region(0.4, 0.1, 0.6, 0.2, 0.02, 9.0).where()
        'above, in the middle'
        """
        x, y = (self.left + self.right) / 2, (self.top + self.bottom) / 2
        height = "above" if y < 0.4 else "below" if y > 0.6 else "half-way down"
        side = "at the left" if x < 0.4 else "at the right" if x > 0.6 else "in the middle"
        return f"{height}, {side}"


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """What differs between a picture and what it should be.

    Attributes
    ----------
    share : of the compared pixels, 0..1, that lie in changed blocks.
    most : ΔE00 of the block that differs the most.
    regions : connected patches, the largest first, at most twelve.
    shown : (h, w, 3) uint8, the picture with what differs framed.
    compared : of the picture's pixels, 0..1, how many could be compared.
    """

    share: float
    most: float
    regions: tuple[Region, ...]
    shown: NDArray[np.uint8]
    compared: float

    def describe(self) -> str:
        """Say what differs in plain words."""
        if not self.regions:
            return "Nothing differs beyond what compression does."
        places = list(dict.fromkeys(region.where() for region in self.regions))[:3]
        return (
            f"{self.share:.1%} of the pixels differ, by up to ΔE00 {self.most:.1f}:"
            f" {'; '.join(places)}."
        )


def compare(
    picture: NDArray[np.uint8],
    expected: NDArray[np.uint8],
    where: NDArray[np.bool_] | None = None,
    *,
    tolerance: float = JUST_NOTICEABLE,
    texture: float = _TEXTURE,
) -> Difference:
    """Compare two pictures of the same size.

    Parameters
    ----------
    picture, expected : (H, W, 3) uint8, sRGB-encoded.
    where : (H, W) bool, which pixels to compare; None: all.
    tolerance : ΔE00 between means of blocks.
    texture : of 255, between standard deviations of lightness in blocks.
    """
    height, width = picture.shape[:2]
    rows, columns = max(1, height // _BLOCK), max(1, width // _BLOCK)
    size = (columns * _BLOCK, rows * _BLOCK)
    if size != (width, height):
        area = cv2.INTER_AREA
        picture = np.asarray(cv2.resize(picture, size, interpolation=area), np.uint8)
        expected = np.asarray(cv2.resize(expected, size, interpolation=area), np.uint8)
        if where is not None:
            scaled = cv2.resize(where.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
            where = scaled.astype(bool)
    colour = delta_e00(lab(_means(to_linear(picture))), lab(_means(to_linear(expected))))
    rough = np.abs(_roughness(picture) - _roughness(expected))
    usable = np.ones((rows, columns), bool)
    if where is not None:
        usable = _means(where[..., None].astype(np.float32))[..., 0] > 0.99
    # in near black a compression's smallest steps are large colour differences, which nobody sees
    levels = np.abs(_means(picture.astype(np.float32)) - _means(expected.astype(np.float32)))
    seen = (colour > tolerance) & (levels.max(axis=2) > _LEVELS)
    changed = (seen | (rough > texture)) & usable
    # one block alone is an edge that compression moved
    solid = cv2.morphologyEx(changed.astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(solid, connectivity=8)
    regions = [
        Region(
            float(x / columns),
            float(y / rows),
            float((x + w) / columns),
            float((y + h) / rows),
            float(area / max(1, usable.sum())),
            float(colour[labels == number].max()),
        )
        for number, (x, y, w, h, area) in enumerate(boxes.tolist())
        if number > 0
    ]
    regions.sort(key=lambda region: -region.share)
    return Difference(
        float(solid.sum() / max(1, usable.sum())),
        float(colour[solid > 0].max()) if count > 1 else 0.0,
        tuple(regions[:12]),
        _framed(picture, regions[:12]),
        float(usable.mean()),
    )


def _means(image: NDArray[np.float32]) -> NDArray[np.float32]:
    rows, columns = image.shape[0] // _BLOCK, image.shape[1] // _BLOCK
    small = cv2.resize(image, (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(small.reshape(rows, columns, -1), np.float32)


def _roughness(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)[..., None]
    mean, square = _means(grey), _means(grey * grey)
    return np.asarray(np.sqrt(np.maximum(square - mean * mean, 0))[..., 0], np.float32)


def _framed(picture: NDArray[np.uint8], regions: list[Region]) -> NDArray[np.uint8]:
    """The picture, dimmed but for what differs, with a frame round each patch."""
    small, _ = fitted(picture, _SHOWN)
    height, width = small.shape[:2]
    drawn = (small * 0.45).astype(np.uint8)
    for region in regions:
        box = (region.left * width, region.top * height)
        x0, y0 = (max(0, int(v) - 2) for v in box)
        x1, y1 = int(region.right * width) + 2, int(region.bottom * height) + 2
        drawn[y0:y1, x0:x1] = small[y0:y1, x0:x1]
        cv2.rectangle(drawn, (x0, y0), (x1, y1), (242, 184, 75), 2)
    return drawn


def laid_under(
    picture: NDArray[np.uint8], original: NDArray[np.uint8]
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]] | None:
    """Lay an original under a picture made from it, turned, scaled and in the picture's tones.

    Parameters
    ----------
    picture, original : (H, W, 3) uint8, sRGB-encoded, of any sizes.

    Returns
    -------
    The original in the picture's place, (H, W, 3) uint8, and where it covers it, (H, W) bool; None
    where too little of the two agrees to find the place.
    """
    small, factor = fitted(picture, _SIDE)
    source, shrink = fitted(original, 2 * _SIDE)
    sift = cv2.SIFT.create(nfeatures=6000)
    keys_a, found_a = sift.detectAndCompute(cv2.cvtColor(source, cv2.COLOR_RGB2GRAY), None)
    keys_b, found_b = sift.detectAndCompute(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), None)
    if found_a is None or found_b is None or min(len(keys_a), len(keys_b)) < _LEAST_MATCHES:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(found_b, found_a, k=2)
    good = [m for m, n in (p for p in pairs if len(p) == 2) if m.distance < 0.75 * n.distance]
    if len(good) < _LEAST_MATCHES:
        return None
    into = np.array([keys_b[m.queryIdx].pt for m in good], np.float32)
    out_of = np.array([keys_a[m.trainIdx].pt for m in good], np.float32)
    cv2.setRNGSeed(1)  # RANSAC draws; the same answer every time
    matrix, inside = cv2.estimateAffinePartial2D(out_of, into, ransacReprojThreshold=2.0)
    if matrix is None or int(inside.sum()) < _LEAST_MATCHES:
        return None
    # continuous coordinates of the whole pictures: to the small ones, through, and back
    whole = np.array(matrix, np.float64)
    whole[:, 2] += 0.5 - whole[:, :2] @ np.array([0.5, 0.5])
    whole[:, :2] *= shrink / factor
    whole[:, 2] /= factor
    scale = float(np.sqrt(abs(np.linalg.det(whole[:, :2]))))
    if scale < 1:  # shrink by areas first, or it would alias
        height, width = original.shape[:2]
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        original = np.asarray(cv2.resize(original, size, interpolation=cv2.INTER_AREA), np.uint8)
        whole[:, :2] /= size[0] / width
    whole[:, 2] += whole[:, :2] @ np.array([0.5, 0.5]) - 0.5
    frame = (picture.shape[1], picture.shape[0])
    laid = cv2.warpAffine(original, whole, frame, flags=cv2.INTER_CUBIC)
    ones = np.ones(original.shape[:2], np.uint8)
    covered = cv2.warpAffine(ones, whole, frame, flags=cv2.INTER_NEAREST).astype(bool)
    return _in_tones_of(picture, np.asarray(laid, np.uint8), covered), covered


def _in_tones_of(
    picture: NDArray[np.uint8], laid: NDArray[np.uint8], covered: NDArray[np.bool_]
) -> NDArray[np.uint8]:
    """Fit the picture's tones by a cubic of each channel and its neighbours; twice, robustly."""
    size = (max(1, picture.shape[1] // _BLOCK), max(1, picture.shape[0] // _BLOCK))
    area = cv2.INTER_AREA
    seen = cv2.resize(covered.astype(np.float32), size, interpolation=area).ravel() > 0.99
    source = cv2.resize(laid, size, interpolation=area).reshape(-1, 3)[seen] / 255
    wanted = cv2.resize(picture, size, interpolation=area).reshape(-1, 3)[seen] / 255
    if len(source) < 50:
        return laid

    def terms(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack([values, values**2, values**3, np.ones(len(values))])

    keep = np.ones(len(source), bool)
    for _ in range(4):  # what was replaced, such as a background, drops out
        solution = np.linalg.lstsq(terms(source[keep]), wanted[keep], rcond=None)[0]
        error = np.abs(terms(source) @ solution - wanted).max(axis=1)
        keep = error <= max(0.02, float(np.quantile(error, 0.5)))
    fitted_tones = terms(laid.reshape(-1, 3) / 255) @ solution
    toned = np.round(np.clip(fitted_tones, 0, 1) * 255).astype(np.uint8)
    return np.asarray(toned.reshape(laid.shape), np.uint8)
