"""Chromaticities and white points: colour spaces as matrices, colour temperature, adaptation.

References
----------
.. [1] IEC 61966-2-1:1999, the sRGB colour space; primaries and white of ITU-R BT.709-6, table 1.
.. [2] CIE 15:2018, Colorimetry, section 9.5: correlated colour temperature.
.. [3] Krystek (1985), An algorithm to calculate correlated colour temperature. Color Res. Appl.
   10(1), 38-40: the Planckian locus in CIE 1960 (u, v), 1000 K to 15000 K.
.. [4] Ohno (2014), Practical use and calculation of CCT and Duv. LEUKOS 10(1), 47-55.
.. [5] Lam (1985), Metamerism and colour constancy, PhD thesis, University of Bradford; as in
   ICC.1:2022, annex E.
"""

from __future__ import annotations

import math
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "D65_XY",
    "DAYLIGHT",
    "RGB_TO_XYZ",
    "SRGB_PRIMARIES_XY",
    "TINT",
    "XYZ_TO_RGB",
    "adaptation",
    "correlated_color_temperature",
    "planckian_xy",
    "rgb_to_xyz_matrix",
    "xy",
]

Float64 = NDArray[np.float64]

D65_XY = (0.3127, 0.3290)
SRGB_PRIMARIES_XY = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
KELVIN_RANGE = (1000.0, 15000.0)

DAYLIGHT: Float64 = np.array([0.53, -0.848])
"""Unit vector from cold to warm along the Planckian locus, 4000 K to 9000 K (within 2 degrees), in
(log2 R/G, log2 B/G) of linear sRGB."""
TINT: Float64 = np.array([0.848, 0.53])
"""Unit vector across it, from green to magenta."""


def rgb_to_xyz_matrix(
    primaries: tuple[tuple[float, float], ...], white: tuple[float, float]
) -> Float64:
    """Return the matrix from linear RGB to XYZ of a colour space, white at Y = 1.

    Parameters
    ----------
    primaries : CIE 1931 (x, y) of red, green and blue.
    white : CIE 1931 (x, y) of the white point.

    Returns
    -------
    (3, 3) float64; columns are the XYZ of the primaries.

    Raises
    ------
    ValueError
        The chromaticities span no colour space (a zero y, primaries on one line).
    """
    columns = np.array([_xy_to_xyz(point) for point in primaries], np.float64).T
    if abs(np.linalg.det(columns)) < 1e-9:
        raise ValueError("the primaries lie on one line")
    scale = np.linalg.solve(columns, _xy_to_xyz(white))
    return np.asarray(columns * scale, np.float64)


def _xy_to_xyz(point: ArrayLike) -> Float64:
    """Return XYZ with Y = 1 of a CIE 1931 (x, y)."""
    x, y = (float(value) for value in np.asarray(point, np.float64))
    if not (math.isfinite(x) and math.isfinite(y) and y > 0):
        raise ValueError(f"({x:g}, {y:g}) is not a chromaticity")
    return np.array([x / y, 1.0, (1.0 - x - y) / y])


RGB_TO_XYZ: Float64 = rgb_to_xyz_matrix(SRGB_PRIMARIES_XY, D65_XY)
XYZ_TO_RGB: Float64 = np.asarray(np.linalg.inv(RGB_TO_XYZ), np.float64)
_BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)


def xy(linear: ArrayLike) -> Float64:
    """Return CIE 1931 chromaticity (x, y), (..., 2) float64, of linear sRGB (..., 3).

    Black has no chromaticity; it gets not-a-number.
    """
    values = np.asarray(linear, np.float64) @ RGB_TO_XYZ.T
    total = values.sum(axis=-1, keepdims=True)
    return values[..., :2] / np.where(total > 0, total, np.nan)


def _planckian_uv(kelvin: Float64) -> tuple[Float64, Float64]:
    """Return CIE 1960 (u, v) of a black body, within 9e-5 for 1000 K to 15000 K [3]."""
    t, t2 = kelvin, kelvin * kelvin
    u = (0.860117757 + 1.54118254e-4 * t + 1.28641212e-7 * t2) / (
        1 + 8.42420235e-4 * t + 7.08145163e-7 * t2
    )
    v = (0.317398726 + 4.22806245e-5 * t + 4.20481691e-8 * t2) / (
        1 - 2.89741816e-5 * t + 1.61456053e-7 * t2
    )
    return u, v


def planckian_xy(kelvin: ArrayLike, duv: ArrayLike = 0.0) -> Float64:
    """Return the chromaticity of a colour temperature; inverse of `correlated_color_temperature`.

    Parameters
    ----------
    kelvin : colour temperature in K, 1000 to 15000.
    duv : distance from the Planckian locus in CIE 1960 (u, v), positive to green [4].

    Returns
    -------
    (..., 2) float64 CIE 1931 (x, y).
    """
    t = np.asarray(kelvin, np.float64)
    u, v = _planckian_uv(t)
    ahead, behind = _planckian_uv(t * 1.0005), _planckian_uv(t / 1.0005)
    du, dv = ahead[0] - behind[0], ahead[1] - behind[1]
    length = np.hypot(du, dv)
    distance = np.asarray(duv, np.float64)
    # Along rising temperature u and v fall: the normal on the green side (larger v) is (dv, -du).
    u, v = u + distance * dv / length, v - distance * du / length
    total = 2 * u - 8 * v + 4
    return np.stack([3 * u / total, 2 * v / total], axis=-1)


def correlated_color_temperature(chromaticity: ArrayLike) -> tuple[Float64, Float64]:
    """Return correlated colour temperature and distance from the Planckian locus [2, 4].

    The nearest point of Krystek's locus [3] in CIE 1960 (u, v), found on a grid of 4 mired and
    refined with the parabola through its neighbours, twice. Within 0.3 % of the exact temperature
    from 2000 K to 12000 K.

    Parameters
    ----------
    chromaticity : (..., 2) CIE 1931 (x, y).

    Returns
    -------
    kelvin : (...) float64, clipped to 1000..15000 K; not-a-number where more than 0.05 from the
        locus, where the term has no meaning [2].
    duv : (...) float64, signed distance in CIE 1960 (u, v), positive above the locus (greenish).
    """
    point = np.asarray(chromaticity, np.float64)
    x, y = point[..., 0], point[..., 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        total = -2 * x + 12 * y + 3
        u, v = 4 * x / total, 6 * y / total
    low, high = 1e6 / KELVIN_RANGE[1], 1e6 / KELVIN_RANGE[0]
    grid = np.linspace(low, high, 235)
    gu, gv = _planckian_uv(1e6 / grid)
    best = np.full(u.shape, np.inf)
    mired = np.full(u.shape, low)
    for m, pu, pv in zip(grid, gu, gv, strict=True):  # a picture times 235 would be too large
        distance = (u - pu) ** 2 + (v - pv) ** 2
        nearer = distance < best
        best, mired = np.where(nearer, distance, best), np.where(nearer, m, mired)
    for step in (4.0, 0.25):
        around = [np.clip(mired + k * step, low * 0.9, high * 1.1) for k in (-1, 0, 1)]
        squares = []
        for m in around:
            pu, pv = _planckian_uv(1e6 / m)
            squares.append((u - pu) ** 2 + (v - pv) ** 2)
        bend = squares[0] - 2 * squares[1] + squares[2]
        with np.errstate(divide="ignore", invalid="ignore"):
            shift = 0.5 * step * (squares[0] - squares[2]) / bend
        shift = np.where(bend > 0, np.clip(shift, -step, step), 0.0)
        mired = np.clip(mired + shift, low, high)
    pu, pv = _planckian_uv(1e6 / mired)
    distance = np.hypot(u - pu, v - pv)
    known = distance <= 0.05
    kelvin = np.where(known, 1e6 / mired, np.nan)
    duv = np.where(known, np.copysign(distance, v - pv), np.nan)
    return kelvin, duv


def adaptation(source: ArrayLike, target: ArrayLike) -> Float64:
    """Return the Bradford chromatic adaptation between two whites, for linear sRGB [5].

    A grey thing lit by `source` comes out with the chromaticity of `target`; with `target` D65
    (`D65_XY`) it becomes neutral: that is white balance.

    Parameters
    ----------
    source, target : CIE 1931 (x, y) of the two whites.

    Returns
    -------
    (3, 3) float64, for `apply_matrix`; keeps Y of the source white.

    Raises
    ------
    ValueError
        A white is not a chromaticity, or so far out that a cone response is not positive.
    """
    cones = [_BRADFORD @ _xy_to_xyz(white) for white in (source, target)]
    if min(cones[0].min(), cones[1].min()) <= 0:
        raise ValueError("a white is too far from daylight for chromatic adaptation")
    in_xyz = np.linalg.inv(_BRADFORD) @ np.diag(cones[1] / cones[0]) @ _BRADFORD
    return cast(Float64, XYZ_TO_RGB @ in_xyz @ RGB_TO_XYZ)
