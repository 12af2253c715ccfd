"""Colour: sRGB and linear light, luminance, XYZ, CIELAB.

Every picture in Catchlight is sRGB-encoded (uint8 or uint16) or linear sRGB (float32, 0..1, 1 is
diffuse white, D65). Blur, composite and resample in linear light. Arrays have their channels last
and any shape before: (..., 3). CIELAB here is relative to the D65 white of sRGB, not to the D50 of
ICC profiles, so that grey pixels have a* = b* = 0.

White points and chromatic adaptation are in `chromaticity`, ΔE00 in `color_difference`; both can
be had from here too.

References
----------
.. [1] IEC 61966-2-1:1999, the sRGB colour space; primaries and white of ITU-R BT.709-6, table 1.
.. [2] CIE 15:2018, Colorimetry, section 8.2.1: CIELAB.
.. [3] Chardon, Cretois, Hourseau (1991), Skin colour typology and suntanning pathways. Int. J.
   Cosmetic Sci. 13(4), 191-208: the individual typology angle.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from .chromaticity import (
    D65_XY,
    RGB_TO_XYZ,
    XYZ_TO_RGB,
    adaptation,
    correlated_color_temperature,
    planckian_xy,
    rgb_to_xyz_matrix,
    xy,
)
from .color_difference import delta_e00
from .compiled import compiled

__all__ = [
    "D65_XY",
    "LUMINANCE_WEIGHTS",
    "RGB_TO_XYZ",
    "XYZ_TO_RGB",
    "adaptation",
    "apply_matrix",
    "correlated_color_temperature",
    "decode_srgb",
    "decoding_table",
    "delta_e00",
    "encode_srgb",
    "from_lab",
    "lab",
    "luminance",
    "planckian_xy",
    "rgb_to_xyz_matrix",
    "to_encoded",
    "to_linear",
    "typology_angle",
    "xy",
    "xyz",
]

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]
Encoded = NDArray[np.uint8] | NDArray[np.uint16]

LUMINANCE_WEIGHTS: Float64 = RGB_TO_XYZ[1]
_WHITE_XYZ: Float64 = RGB_TO_XYZ.sum(axis=1)


# ---------------------------------------------------------------- sRGB and linear light


def decode_srgb(encoded: ArrayLike) -> Float64:
    """Return linear light of sRGB-encoded values 0..1, in float64 [1]; see `to_linear` for pixels.

    >>> float(decode_srgb(0.5).round(4))
    0.214
    """
    value = np.asarray(encoded, np.float64)
    power = ((np.maximum(value, 0.0) + 0.055) / 1.055) ** 2.4
    return np.where(value <= 0.04045, value / 12.92, power)


def encode_srgb(linear: ArrayLike) -> Float64:
    """Return sRGB-encoded values of linear light 0..1, in float64 [1]; see `to_encoded` for pixels.

    >>> float(encode_srgb(0.18).round(4))
    0.4614
    """
    value = np.asarray(linear, np.float64)
    power = 1.055 * np.maximum(value, 0.0031308) ** (1 / 2.4) - 0.055
    return np.where(value <= 0.0031308, value * 12.92, power)


def _thresholds(levels: int) -> Float32:
    """Return the least float32 linear value of each code 0..levels, then infinity."""
    exact = decode_srgb((np.arange(1, levels + 1) - 0.5) / levels)
    rounded = exact.astype(np.float32)
    rounded = np.where(rounded < exact, np.nextafter(rounded, np.float32(2)), rounded)
    return np.concatenate([[-np.inf], rounded, [np.inf]]).astype(np.float32)


def _codes(thresholds: Float32, bins: int, dtype: type[Any]) -> NDArray[Any]:
    """Return the code at the lower edge of each of `bins` equal bins of linear 0..1.

    The bins are narrower than any code, so that at most one threshold falls into each.
    """
    # the first bin whose lower edge has reached each threshold; exact, for bins are a power of two
    first = np.ceil(thresholds[1:-1].astype(np.float64) * bins).astype(np.intp)
    return np.cumsum(np.bincount(first[first < bins], minlength=bins)).astype(dtype)


_LINEAR_8: Float32 = decode_srgb(np.arange(256) / 255).astype(np.float32)
_LINEAR_16: Float32 = decode_srgb(np.arange(65536) / 65535).astype(np.float32)
_BINS_8, _BINS_16 = 4096, 1 << 20
_THRESHOLDS_8, _THRESHOLDS_16 = _thresholds(255), _thresholds(65535)
_CODES_8 = _codes(_THRESHOLDS_8, _BINS_8, np.uint8)
_CODES_16 = _codes(_THRESHOLDS_16, _BINS_16, np.uint16)


@compiled
def _decode_kernel(
    encoded: NDArray[Any], table: Float32, out: Float32
) -> None:  # pragma: no cover - compiled
    for i in range(encoded.size):
        out[i] = table[encoded[i]]


@compiled
def _encode_kernel(
    linear: Float32, codes: NDArray[Any], thresholds: Float32, out: NDArray[Any]
) -> None:  # pragma: no cover - compiled
    bins = np.float32(codes.size)
    top = thresholds.size - 2
    for i in range(linear.size):
        value = linear[i]
        if value >= 1.0:
            out[i] = top
        elif value > 0.0:
            code = int(codes[int(value * bins)])
            out[i] = code + int(value >= thresholds[code + 1])
        else:  # black, negative and not a number
            out[i] = 0


def decoding_table(dtype: np.dtype[Any]) -> Float32:
    """Return linear light, float32 0..1, for each code of sRGB pixels of 8 or of 16 bits.

    Raises
    ------
    TypeError
        The dtype is neither uint8 nor uint16.
    """
    if dtype == np.uint8:
        return _LINEAR_8
    if dtype == np.uint16:
        return _LINEAR_16
    raise TypeError(f"sRGB pixels are uint8 or uint16, not {dtype}")


def to_linear(encoded: Encoded) -> Float32:
    """Decode sRGB pixels into linear light.

    Parameters
    ----------
    encoded : uint8 or uint16 array of any shape, sRGB-encoded; the top code is 1.

    Returns
    -------
    float32, same shape, linear sRGB 0..1.

    Raises
    ------
    TypeError
        The array is neither uint8 nor uint16.
    """
    table = decoding_table(encoded.dtype)
    flat = np.ascontiguousarray(encoded).reshape(-1)
    out = np.empty(flat.size, np.float32)
    _decode_kernel(flat, table, out)
    return out.reshape(encoded.shape)


def to_encoded(linear: NDArray[np.floating[Any]], dtype: type[Any] = np.uint8) -> NDArray[Any]:
    """Encode linear light as sRGB pixels, each value rounded to the nearest code.

    Exact: the result is that of float64 arithmetic on the float32 values, at every value.

    Parameters
    ----------
    linear : float32 array of any shape, linear sRGB; clipped to 0..1, not-a-number becomes 0.
    dtype : np.uint8 or np.uint16, the type of the result.

    Returns
    -------
    uint8 or uint16, same shape, sRGB-encoded.

    Raises
    ------
    TypeError
        `dtype` is another type.
    """
    kind = np.dtype(dtype)
    if kind not in (np.uint8, np.uint16):
        raise TypeError(f"sRGB pixels are uint8 or uint16, not {kind}")
    flat = np.ascontiguousarray(linear, np.float32).reshape(-1)
    out = np.empty(flat.size, kind)
    if kind == np.uint8:
        _encode_kernel(flat, _CODES_8, _THRESHOLDS_8, out)
    else:
        _encode_kernel(flat, _CODES_16, _THRESHOLDS_16, out)
    return out.reshape(np.shape(linear))


# ---------------------------------------------------------------- XYZ and CIELAB


def apply_matrix(colors: NDArray[np.floating[Any]], matrix: ArrayLike) -> Float32:
    """Multiply every colour by a matrix.

    Parameters
    ----------
    colors : (..., 3) float array.
    matrix : (3, 3) or (1, 3); a colour is a column vector.

    Returns
    -------
    (..., 3) or (...) float32.
    """
    rows = np.atleast_2d(np.asarray(matrix, np.float64))
    flat = np.ascontiguousarray(colors, np.float32).reshape(-1, 1, 3)
    shape = np.shape(colors)[:-1] + ((len(rows),) if len(rows) > 1 else ())
    if flat.size == 0:
        return np.empty(shape, np.float32)
    return np.asarray(cv2.transform(flat, rows), np.float32).reshape(shape)


def luminance(linear: NDArray[np.floating[Any]]) -> Float32:
    """Return relative luminance Y, 0..1, (...) float32, of linear sRGB (..., 3) [1].

    >>> luminance(np.ones((1, 3), np.float32)).round(6).tolist()
    [1.0]
    """
    return apply_matrix(linear, LUMINANCE_WEIGHTS)


def xyz(linear: NDArray[np.floating[Any]]) -> Float32:
    """Return CIE 1931 XYZ, (..., 3) float32, D65, white at Y = 1, of linear sRGB (..., 3) [1]."""
    return apply_matrix(linear, RGB_TO_XYZ)


_DELTA = 6.0 / 29.0


@compiled
def _lab_kernel(linear: Any, matrix: Any, out: Any) -> None:  # pragma: no cover - compiled
    # `matrix` gives XYZ relative to white. The cube root is a bit-level guess within 3.5 % and two
    # steps of Halley's method, which triple the digits each: float32 precision for a third of the
    # time of a power.
    guess = np.empty(3, np.float32)
    bits = guess.view(np.int32)
    value = np.empty(3, np.float32)
    third, slope, offset = np.float32(1 / 3), np.float32(841 / 108), np.float32(4 / 29)
    two, knee = np.float32(2), np.float32(216 / 24389)
    for i in range(linear.shape[0]):
        red, green, blue = linear[i, 0], linear[i, 1], linear[i, 2]
        for k in range(3):
            value[k] = matrix[k, 0] * red + matrix[k, 1] * green + matrix[k, 2] * blue
        for k in range(3):
            guess[k] = value[k]
            bits[k] = np.int32(np.float32(bits[k]) * third) + np.int32(709952852)
        for k in range(3):
            t = value[k]
            if t > knee:
                root = guess[k]
                for _ in range(2):
                    cube = root * root * root
                    root = root * (cube + two * t) / (two * cube + t)
                value[k] = root
            else:
                value[k] = slope * t + offset
        out[i, 0] = np.float32(116) * value[1] - np.float32(16)
        out[i, 1] = np.float32(500) * (value[0] - value[1])
        out[i, 2] = np.float32(200) * (value[1] - value[2])


def lab(linear: NDArray[np.floating[Any]]) -> Float32:
    """Return CIELAB of linear sRGB, relative to D65 [2].

    Parameters
    ----------
    linear : (..., 3) float array, linear sRGB; values outside 0..1 are allowed.

    Returns
    -------
    (..., 3) float32: L* 0..100, a*, b*.
    """
    flat = np.ascontiguousarray(linear, np.float32).reshape(-1, 3)
    out = np.empty_like(flat)
    _lab_kernel(flat, (RGB_TO_XYZ / _WHITE_XYZ[:, None]).astype(np.float32), out)
    return out.reshape(np.shape(linear))


def from_lab(values: NDArray[np.floating[Any]]) -> Float32:
    """Return linear sRGB, (..., 3) float32, of CIELAB relative to D65; not clipped to 0..1 [2]."""
    lightness, a, b = np.moveaxis(np.asarray(values, np.float32), -1, 0)
    y = (lightness + np.float32(16)) / np.float32(116)
    roots = np.stack([y + a / np.float32(500), y, y - b / np.float32(200)], axis=-1)
    linear_part = np.float32(3 * _DELTA**2) * (roots - np.float32(4 / 29))
    relative = np.where(roots > np.float32(_DELTA), roots**3, linear_part)
    return apply_matrix(relative, XYZ_TO_RGB * _WHITE_XYZ)


def typology_angle(values: ArrayLike) -> NDArray[Any]:
    """Return the individual typology angle of skin, a measure of its depth of colour [3].

    The angle of (b*, L* - 50) in degrees: about 90 and above for the lightest, below -30 for the
    deepest skin. Made for skin, where b* > 0; a mean over skin is taken in CIELAB first. The
    literature uses both D65 and D50 and both observers, so compare only angles from this function.

    Parameters
    ----------
    values : (..., 3) CIELAB.

    Returns
    -------
    (...) degrees, in the type of `values` (float64 for integers).

    >>> float(typology_angle([70.0, 10.0, 20.0]).round(2))
    45.0
    """
    data = np.asarray(values)
    kind = data.dtype if np.issubdtype(data.dtype, np.floating) else np.dtype(np.float64)
    lightness, b = data[..., 0].astype(kind), data[..., 2].astype(kind)
    return np.asarray(np.degrees(np.arctan2(lightness - kind.type(50), b)), kind)
