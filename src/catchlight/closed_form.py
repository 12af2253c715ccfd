"""Closed-form matting on a band: the alpha that neighbouring colours allow, at the band's own cost.

Levin, Lischinski & Weiss, "A closed-form solution to natural image matting" (PAMI 2008). Within a
3 × 3 window alpha is taken to be an affine function of colour; eliminating the functions leaves the
matting Laplacian L, and alpha minimises

    αᵀLα + Σ wᵢ (αᵢ − pᵢ)²     with α given on the known pixels,

where p is a prior (the segmentation) and w how far it is trusted. PyMatting's `cf_laplacian` builds
L for the whole picture, 25 numbers a pixel; here only the rows of unknown pixels are built, so time
and memory follow the band. Its incomplete Cholesky factor is the preconditioner.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse
import scipy.sparse.linalg
from numpy.typing import NDArray

from .compiled import compiled
from .covariance import inverse
from .pymatting_parts import ichol

__all__ = ["closed_form"]

EPSILON = 1e-6  # variance of colour (encoded, 0..1) below which a window counts as flat
# In near-black parts of a picture the code values are the compression's, not the scene's.
_DARK = 0.10  # mean code value (0..1) below which that begins
_DARK_NOISE = 9 * (0.6 / 255) ** 2  # nine times its variance in full black: 0.6 of 255 levels
# Entries of the factor that are left out, against the diagonal. The weights make the system well
# conditioned: half the time of factoring costs five more steps, of a thirtieth of it each.
_DISCARDED = 3e-3
_LARGEST_FACTOR = 200  # numbers of the Cholesky factor an unknown pixel


@compiled
def _laplacian_rows(
    image: NDArray[np.float32],
    known: NDArray[np.bool_],
    index: NDArray[np.int32],
    epsilon: float,
    rows: NDArray[np.float64],
) -> None:
    """Add up the rows of the matting Laplacian that belong to unknown pixels.

    `rows` is (n, 25): the entries of unknown pixel n towards its 5 × 5 neighbours.
    """
    height, width = known.shape
    colour = np.empty((9, 3))
    scaled = np.empty((9, 3))
    for y in range(1, height - 1):
        for x in range(1, width - 1):
            all_known = True
            for k in range(9):
                if not known[y + k // 3 - 1, x + k % 3 - 1]:
                    all_known = False
                    break
            if all_known:
                continue
            mean_r = mean_g = mean_b = 0.0
            for k in range(9):
                for channel in range(3):
                    colour[k, channel] = image[y + k // 3 - 1, x + k % 3 - 1, channel]
                mean_r += colour[k, 0]
                mean_g += colour[k, 1]
                mean_b += colour[k, 2]
            # Nine times the covariance; the window's 1/9 cancels against it further down.
            level = (mean_r + mean_g + mean_b) / 27
            darkness = max(0.0, 1.0 - level / _DARK)
            rr = gg = bb = epsilon + darkness * _DARK_NOISE
            rg = rb = gb = 0.0
            for k in range(9):
                colour[k, 0] -= mean_r / 9
                colour[k, 1] -= mean_g / 9
                colour[k, 2] -= mean_b / 9
                r, g, b = colour[k, 0], colour[k, 1], colour[k, 2]
                rr += r * r
                gg += g * g
                bb += b * b
                rg += r * g
                rb += r * b
                gb += g * b
            irr, irg, irb, igg, igb, ibb = inverse(rr, rg, rb, gg, gb, bb)
            for k in range(9):
                r, g, b = colour[k, 0], colour[k, 1], colour[k, 2]
                scaled[k, 0] = irr * r + irg * g + irb * b
                scaled[k, 1] = irg * r + igg * g + igb * b
                scaled[k, 2] = irb * r + igb * g + ibb * b
            for k in range(9):
                row = index[y + k // 3 - 1, x + k % 3 - 1]
                if row < 0:
                    continue
                for m in range(9):
                    value = (
                        -1.0 / 9
                        - scaled[k, 0] * colour[m, 0]
                        - scaled[k, 1] * colour[m, 1]
                        - scaled[k, 2] * colour[m, 2]
                    )
                    if k == m:
                        value += 1.0
                    rows[row, (m // 3 - k // 3 + 2) * 5 + m % 3 - k % 3 + 2] += value


@compiled
def _compress(
    rows: NDArray[np.float64],
    ys: NDArray[np.int64],
    xs: NDArray[np.int64],
    index: NDArray[np.int32],
    alpha: NDArray[np.float32],
    weight: NDArray[np.float32],
    prior: NDArray[np.float32],
    data: NDArray[np.float64],
    columns: NDArray[np.int32],
    starts: NDArray[np.int32],
    right: NDArray[np.float64],
) -> int:
    """Split the rows into a sparse matrix over unknown pixels and the right-hand side."""
    height, width = index.shape
    filled = 0
    for row in range(len(ys)):
        y, x = ys[row], xs[row]
        right[row] = weight[y, x] * prior[y, x]
        for k in range(25):
            value = rows[row, k]
            yy, xx = y + k // 5 - 2, x + k % 5 - 2
            if yy < 0 or yy >= height or xx < 0 or xx >= width:
                continue
            column = index[yy, xx]
            if column < 0:
                right[row] -= value * alpha[yy, xx]
                continue
            if k == 12:
                value += weight[y, x]
            data[filled] = value
            columns[filled] = column
            filled += 1
        starts[row + 1] = filled
    return filled


def closed_form(
    image: NDArray[np.uint8],
    known: NDArray[np.bool_],
    alpha: NDArray[np.float32],
    *,
    prior: NDArray[np.float32] | None = None,
    weight: NDArray[np.float32] | None = None,
    epsilon: float = EPSILON,
    tolerance: float = 1e-4,
    most_steps: int = 300,
) -> NDArray[np.float32]:
    """Return `alpha` with its unknown pixels solved by closed-form matting.

    Parameters
    ----------
    image : (h, w, 3) uint8, sRGB-encoded.
    known : (h, w) bool, where `alpha` is to be kept.
    alpha : (h, w) float32, 0..1; its values at unknown pixels are where the solver starts.
    prior : (h, w) float32, 0..1, what unknown pixels are drawn to; None: nothing.
    weight : (h, w) float32, at least 0, how strongly; needed with `prior`.
    epsilon : regularisation of the colour variance; larger is smoother.
    tolerance : relative residual at which the solver stops.
    most_steps : conjugate-gradient steps at most; the best found by then is returned.

    Returns
    -------
    (h, w) float32, 0..1.
    """
    ys, xs = np.nonzero(~known)
    count = len(ys)
    if count == 0:
        return alpha.astype(np.float32, copy=True)
    index = np.full(known.shape, -1, np.int32)
    index[ys, xs] = np.arange(count, dtype=np.int32)
    rows = np.zeros((count, 25))
    _laplacian_rows(image.astype(np.float32) / np.float32(255), known, index, epsilon, rows)
    # A trace of weight keeps a patch that touches nothing known from being singular.
    start = alpha.astype(np.float32)
    weights = np.full(known.shape, 1e-7, np.float32) if weight is None else weight + 1e-7
    data = np.empty(count * 25)
    columns = np.empty(count * 25, np.int32)
    starts = np.zeros(count + 1, np.int32)
    right = np.empty(count)
    towards = start if prior is None else prior
    filled = _compress(rows, ys, xs, index, start, weights, towards, data, columns, starts, right)
    matrix = scipy.sparse.csr_matrix((data[:filled], columns[:filled], starts), (count, count))
    room = max(count * _LARGEST_FACTOR, 1_000_000)
    factor = ichol(matrix.T, discard_threshold=_DISCARDED, max_nnz=room)
    solution, _ = scipy.sparse.linalg.cg(
        matrix,
        right,
        x0=start[ys, xs].astype(np.float64),
        rtol=tolerance,
        maxiter=most_steps,
        M=scipy.sparse.linalg.LinearOperator((count, count), matvec=factor, dtype=np.float64),
    )
    solved = start.copy()
    solved[ys, xs] = np.clip(solution, 0, 1)
    return solved
