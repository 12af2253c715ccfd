"""Blur read off edges: how wide the point spread is, in every direction."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color import to_linear
from ..quantiles import median

__all__ = ["Edges", "Tensor", "blur_tensor", "edge_blur", "find_edges", "join", "lightness_patch"]

_FINE, _COARSE = 0.7, 1.5  # standard deviations of the two known blurs, px
_PER_PIXEL = 0.4  # of a photo's pixel: the first blur in an enlarged patch, against cubic ripples
_OPERATOR = 0.35  # px², variance of the gradient operator itself
_WIDEST = 60.0  # px², wider edges can't be told from shading
_SHARE = 0.3  # of the strongest gradient: weaker edges are shading and texture
_FAINTEST = 0.003  # per pixel, of white: weaker gradients are quantisation
_GRADIENT_OF_NOISE = 0.25  # standard deviation after the fine blur, of noise of 1
_ENLARGED = 1.5  # times that at most, in a picture enlarged
_CERTAIN = 4.0  # such standard deviations: what is beyond is no noise
_CLEAR = 28.0  # and the strongest edge over it, that noise on a broad edge doesn't make it narrow
_HALVED = 32  # pixels: smaller patches are not reduced further
_LUMINANCE = np.array([[0.2126, 0.7152, 0.0722]], np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Points on edges.

    Attributes
    ----------
    variance : (n,) float32, blur across the edge as the variance of a Gaussian, px².
    normal : (n, 2) float32, unit vectors (x, y) across the edge.
    place : (n, 2) float32, (x, y) in the patch, px.
    reduced : by how much the patch had to be reduced to see edges in its noise; 1 is not at all.
    """

    variance: NDArray[np.float32]
    normal: NDArray[np.float32]
    place: NDArray[np.float32]
    reduced: int = 1

    def __len__(self) -> int:
        return len(self.variance)

    def blur(self) -> float:
        """Median blur as the standard deviation of a Gaussian in pixels; infinite without edges."""
        return math.sqrt(median(self.variance)) if len(self) else float("inf")

    def where(self, mask: NDArray[np.bool_]) -> Edges:
        """Return the edge points for which `mask`, (n,) bool, holds."""
        return Edges(self.variance[mask], self.normal[mask], self.place[mask], self.reduced)


def find_edges(gray: NDArray[np.float32], least: float = 0.0, enlarge: float = 1.0) -> Edges:
    """Find edges and how blurred each is.

    A known blur of σ1 leaves a gradient proportional to (σ² + σ1²)^-½ on the ridge of an edge of
    blur σ, so the ratio R of the gradients after σ1 and after σ2 gives σ² = (σ2² - R² σ1²) /
    (R² - 1) (Zhuo & Sim 2011, "Defocus map estimation from a single image", with σ1 = 0; here the
    first blur quietens noise). On thin lines such as lashes the result is up to √2 too small.
    Gradients within four standard deviations of the noise (Immerkær 1996, "Fast noise variance
    estimation", with the median for the mean) are no edges, and where even the strongest edge is
    not clear of the noise, the patch is looked at by half the size, again and again.

    Parameters
    ----------
    gray : (H, W) float32, 0..1, perceptually even.
    least : gradient per pixel below which nothing is an edge.
    enlarge : factor by which the patch is enlarged first, unless that is 1 or noise hides its
        edges. What lies near an edge and the operator's own width then count no more than in a
        larger picture; the width of the pixels still does. All results, and `least`, are in pixels
        of the enlarged patch.
    """
    curve = cv2.filter2D(gray, cv2.CV_32F, _IMMERKAER)
    noise = _GRADIENT_OF_NOISE * 1.4826 * median(np.abs(curve)) / 6.0
    slopes = _slopes(gray)
    if slopes.strongest < _CLEAR * noise and min(gray.shape) >= _HALVED:
        half = cv2.resize(gray, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        return _magnified(find_edges(half, 2 * enlarge * least), 2 * enlarge, 2)
    if enlarge > 1:
        large = cv2.resize(gray, None, fx=enlarge, fy=enlarge, interpolation=cv2.INTER_CUBIC)
        slopes = _slopes(large, max(_FINE, _PER_PIXEL * enlarge))
        noise *= min(enlarge, _ENLARGED)
    return _ridges(slopes, max(least, _SHARE * slopes.strongest, _CERTAIN * noise, _FAINTEST))


def _magnified(edges: Edges, factor: float, reduced: int) -> Edges:
    variance = np.minimum(factor**2 * edges.variance, _WIDEST).astype(np.float32)
    place = (factor * edges.place).astype(np.float32)
    return Edges(variance, edges.normal, place, reduced * edges.reduced)


@dataclass(frozen=True, slots=True, eq=False)
class _Slopes:
    """A patch after a known blur, its gradients (h, w), and the strongest but for a hundredth."""

    fine: NDArray[np.float32]
    dx: NDArray[np.float32]
    dy: NDArray[np.float32]
    size: NDArray[np.float32]
    strongest: float
    blur: float


def _slopes(gray: NDArray[np.float32], blur: float = _FINE) -> _Slopes:
    fine = cv2.GaussianBlur(gray, (0, 0), blur, borderType=cv2.BORDER_REFLECT)
    dx, dy = (cv2.Scharr(fine, cv2.CV_32F, *way, scale=1 / 32) for way in ((1, 0), (0, 1)))
    size = cv2.magnitude(dx, dy)
    hundredth = size.size // 100 + 1
    strongest = float(np.partition(size, -hundredth, axis=None)[-hundredth])
    return _Slopes(fine, dx, dy, size, strongest, blur)


def _ridges(slopes: _Slopes, least: float) -> Edges:
    """The ridges of the gradient as edges, down to a gradient of `least`, and their blur."""
    first = slopes.size
    # A Gaussian of a Gaussian: the second blur is built upon the first.
    more = float(np.sqrt(_COARSE**2 - _FINE**2))
    known = slopes.blur**2
    coarse = cv2.GaussianBlur(slopes.fine, (0, 0), more, borderType=cv2.BORDER_REFLECT)
    again = cv2.magnitude(
        *(cv2.Scharr(coarse, cv2.CV_32F, *way, scale=1 / 32) for way in ((1, 0), (0, 1)))
    )
    ridge = (first >= 0.98 * cv2.dilate(first, np.ones((3, 3), np.uint8))) & (first >= least)
    ridge[:3], ridge[-3:], ridge[:, :3], ridge[:, -3:] = False, False, False, False
    rows, columns = np.nonzero(ridge)
    strength = first[rows, columns]
    squared = (strength / np.maximum(again[rows, columns], 1e-9)) ** 2
    variance = (known + more**2 - squared * known) / np.maximum(squared - 1, 0.02) - _OPERATOR
    across = np.column_stack([slopes.dx[rows, columns], slopes.dy[rows, columns]])
    normal = across / strength[:, None]
    place = np.column_stack([columns, rows]).astype(np.float32) + 0.5
    return Edges(np.clip(variance, 0, _WIDEST).astype(np.float32), normal, place)


_IMMERKAER = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)


def edge_blur(gray: NDArray[np.float32]) -> float:
    """Blur of the edges as the standard deviation of a Gaussian in pixels; infinite without edges.

    Parameters
    ----------
    gray : (H, W) float32, 0..1.
    """
    return find_edges(gray).blur()


def join(parts: list[Edges]) -> Edges:
    """Return the edge points of several patches together."""
    return Edges(
        np.concatenate([p.variance for p in parts]),
        np.concatenate([p.normal for p in parts]),
        np.concatenate([p.place for p in parts]),
        max(p.reduced for p in parts),
    )


def lightness_patch(
    pixels: NDArray[np.uint8] | NDArray[np.uint16],
    centre: NDArray[np.float32],
    half: tuple[float, float],
    scale: float,
) -> NDArray[np.float32] | None:
    """Cut a patch out of a photo as the square root of luminance, 0..1, reduced by areas.

    Parameters
    ----------
    pixels : (H, W, 3), sRGB-encoded.
    centre : (x, y) in photo pixels.
    half : half the patch's width and height in photo pixels.
    scale : patch pixels per photo pixel; above 1 is as 1.

    Returns
    -------
    The part of the patch that lies in the photo, or None when that is narrower than 8 pixels.
    """
    height, width = pixels.shape[:2]
    x0, y0 = np.clip(np.floor(centre - half), 0, (width, height)).astype(int)
    x1, y1 = np.clip(np.ceil(centre + half), 0, (width, height)).astype(int)
    if min(x1 - x0, y1 - y0) * min(scale, 1.0) < 8:
        return None
    luminance = cv2.transform(to_linear(pixels[y0:y1, x0:x1]), _LUMINANCE)
    if scale < 1:
        luminance = cv2.resize(luminance, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.sqrt(np.maximum(luminance, 0)), np.float32)


@dataclass(frozen=True, slots=True)
class Tensor:
    """The point spread's widths along its two axes.

    Attributes
    ----------
    wide, narrow : standard deviations along the longer and the shorter axis, px.
    angle : direction of the longer axis in degrees, -90..90: 0 is level, positive is clockwise on
        the screen.
    """

    wide: float
    narrow: float
    angle: float

    @property
    def streak(self) -> float:
        """Length in pixels of the line that makes this of a round spread: its variance is L²/12."""
        return float(np.sqrt(12 * max(self.wide**2 - self.narrow**2, 0.0)))


def blur_tensor(edges: Edges, level: float = 0.35) -> Tensor | None:
    """Fit one point spread to edges of all directions; None where directions are missing.

    Blur across an edge of normal n has the variance nᵀ S n, where S is the spread's covariance:
    round out of focus, long where something moved. S is fitted to the sharper edges of every
    direction by quantile regression (Koenker & Bassett 1978) at `level`, for no edge is sharper
    than the spread and many are softer by themselves; each direction has the same say.
    """
    if len(edges) < 30:
        return None
    nx, ny = edges.normal[:, 0].astype(np.float64), edges.normal[:, 1].astype(np.float64)
    sector = (np.arctan2(ny, nx) / np.pi * 8).astype(int) % 8
    counts = np.bincount(sector, minlength=8)
    if (counts >= 3).sum() < 5:
        return None
    say = 1.0 / np.maximum(counts, len(edges) / 24)[sector]
    terms = np.column_stack([nx * nx, 2 * nx * ny, ny * ny])
    target = edges.variance.astype(np.float64)
    fit = np.array([1.0, 0.0, 1.0]) * median(target)
    for _ in range(8):
        rest = target - terms @ fit
        weight = say * np.where(rest > 0, level, 1 - level) / np.maximum(np.abs(rest), 0.1)
        weighted = terms * weight[:, None]
        fit = np.linalg.solve(terms.T @ weighted + 1e-9 * np.eye(3), weighted.T @ target)
    values, axes = np.linalg.eigh(np.array([[fit[0], fit[1]], [fit[1], fit[2]]]))
    narrow, wide = np.sqrt(np.maximum(values, 0.0)).tolist()
    angle = float(np.degrees(np.arctan2(axes[1, 1], axes[0, 1])))
    return Tensor(wide, narrow, (angle + 90) % 180 - 90)
