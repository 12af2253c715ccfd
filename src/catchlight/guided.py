"""Joint upsampling of a matte: the edges of the full-size photo, at the cost of one pass.

He & Sun, "Fast guided filter" (arXiv:1505.00996): alpha is written as an affine function of colour
in small windows at the size it was solved at; the functions' coefficients, not alpha itself, are
enlarged and applied to the photo's own pixels, so a hair finer than the small picture's pixels is
drawn by its colour.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .bilinear import between
from .compiled import compiled
from .covariance import inverse
from .strips import in_strips

__all__ = ["upsample"]


@compiled
def _coefficients(
    image: NDArray[np.float32], alpha: NDArray[np.float32], radius: int, epsilon: float
) -> NDArray[np.float32]:
    """Return (h, w, 4): alpha ≈ a·colour + b in the window round each pixel.

    Windows in which alpha does not vary are left at a = 0, b = alpha.
    """
    height, width = alpha.shape
    out = np.zeros((height, width, 4), np.float32)
    for y in range(height):
        y0 = max(0, y - radius)
        y1 = min(height, y + radius + 1)
        for x in range(width):
            x0 = max(0, x - radius)
            x1 = min(width, x + radius + 1)
            low = np.float32(2)
            high = np.float32(-1)
            for j in range(y0, y1):
                for i in range(x0, x1):
                    low = min(low, alpha[j, i])
                    high = max(high, alpha[j, i])
            if high - low < 1e-3:
                out[y, x, 3] = alpha[y, x]
                continue
            n = 0.0
            mr = mg = mb = ma = 0.0
            rr = rg = rb = gg = gb = bb = 0.0
            ra = ga = ba = 0.0
            for j in range(y0, y1):
                for i in range(x0, x1):
                    r = float(image[j, i, 0])
                    g = float(image[j, i, 1])
                    b = float(image[j, i, 2])
                    a = float(alpha[j, i])
                    n += 1.0
                    mr += r
                    mg += g
                    mb += b
                    ma += a
                    rr += r * r
                    rg += r * g
                    rb += r * b
                    gg += g * g
                    gb += g * b
                    bb += b * b
                    ra += r * a
                    ga += g * a
                    ba += b * a
            mr /= n
            mg /= n
            mb /= n
            ma /= n
            rr = rr / n - mr * mr + epsilon
            gg = gg / n - mg * mg + epsilon
            bb = bb / n - mb * mb + epsilon
            rg = rg / n - mr * mg
            rb = rb / n - mr * mb
            gb = gb / n - mg * mb
            ra = ra / n - mr * ma
            ga = ga / n - mg * ma
            ba = ba / n - mb * ma
            irr, irg, irb, igg, igb, ibb = inverse(rr, rg, rb, gg, gb, bb)
            cr = irr * ra + irg * ga + irb * ba
            cg = irg * ra + igg * ga + igb * ba
            cb = irb * ra + igb * ga + ibb * ba
            out[y, x, 0] = cr
            out[y, x, 1] = cg
            out[y, x, 2] = cb
            out[y, x, 3] = ma - cr * mr - cg * mg - cb * mb
    return out


@compiled
def _apply(
    photo: NDArray[np.uint8],
    coefficients: NDArray[np.float32],
    alpha: NDArray[np.float32],
    flat: NDArray[np.bool_],
    first: int,
    last: int,
    out: NDArray[np.float32],
) -> None:
    """Write alpha for the pixels of some rows; `flat`: cells whose neighbours are all alike."""
    height, width = out.shape
    rows, columns = alpha.shape
    for y in range(first, last):
        j0, j1, fv = between(y, height, rows)
        for x in range(width):
            i0, i1, fu = between(x, width, columns)
            if flat[j0, i0] and flat[j1, i1] and flat[j0, i1] and flat[j1, i0]:
                out[y, x] = alpha[j0, i0]
                continue
            w00 = (1 - fv) * (1 - fu)
            w01 = (1 - fv) * fu
            w10 = fv * (1 - fu)
            w11 = fv * fu
            value = np.float32(0)
            for c in range(4):
                k = (
                    w00 * coefficients[j0, i0, c]
                    + w01 * coefficients[j0, i1, c]
                    + w10 * coefficients[j1, i0, c]
                    + w11 * coefficients[j1, i1, c]
                )
                if c < 3:
                    value += k * np.float32(photo[y, x, c]) / np.float32(255)
                else:
                    value += k
            out[y, x] = min(max(value, np.float32(0)), np.float32(1))


def upsample(
    photo: NDArray[np.uint8],
    image: NDArray[np.uint8],
    alpha: NDArray[np.float32],
    *,
    radius: int = 2,
    epsilon: float = 1e-4,
    out: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """Return the matte of `photo`, whose small copy `image` has the matte `alpha`.

    Parameters
    ----------
    photo : (H, W, 3) uint8, sRGB-encoded.
    image : (h, w, 3) uint8, the same picture made small by area averaging.
    alpha : (h, w) float32, 0..1.
    radius : of the windows, in small pixels.
    epsilon : regularisation of the colour variance (encoded, 0..1).
    out : (H, W) float32 to write to; None: a new array.

    Returns
    -------
    (H, W) float32, 0..1.
    """
    if out is None:
        out = np.empty(photo.shape[:2], np.float32)
    colours = image.astype(np.float32) / np.float32(255)
    local = _coefficients(colours, alpha, radius, epsilon)
    size = (2 * radius + 1, 2 * radius + 1)
    smooth = cv2.blur(local, size, borderType=cv2.BORDER_REPLICATE)
    kernel = np.ones((4 * radius + 3, 4 * radius + 3), np.uint8)
    flat = cv2.dilate(alpha, kernel) - cv2.erode(alpha, kernel) < 1e-3
    smooth = np.ascontiguousarray(smooth)

    def apply(first: int, last: int) -> None:
        _apply(photo, smooth, alpha, flat, first, last, out)

    in_strips(photo.shape[0], apply)
    return out
