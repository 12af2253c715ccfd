"""CIEDE2000, the difference between two colours as people see it.

References
----------
.. [1] Sharma, Wu, Dalal (2005), The CIEDE2000 color-difference formula: implementation notes,
   supplementary test data, and mathematical observations. Color Res. Appl. 30(1), 21-30. The
   equation numbers in the code are theirs.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .compiled import compiled

__all__ = ["delta_e00"]


@compiled
def _delta_e00(
    l1: float, a1: float, b1: float, l2: float, a2: float, b2: float
) -> float:  # pragma: no cover - compiled
    mean_c = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2  # (2), (3)
    c7 = mean_c**7
    g = 0.5 * (1 - math.sqrt(c7 / (c7 + 25.0**7)))  # (4)
    a1, a2 = (1 + g) * a1, (1 + g) * a2  # (5)
    c1, c2 = math.hypot(a1, b1), math.hypot(a2, b2)  # (6)
    h1 = math.degrees(math.atan2(b1, a1)) % 360.0 if c1 > 0 else 0.0  # (7)
    h2 = math.degrees(math.atan2(b2, a2)) % 360.0 if c2 > 0 else 0.0
    colored = c1 * c2 != 0
    dh = h2 - h1 if colored else 0.0  # (10)
    if dh > 180:
        dh -= 360
    elif dh < -180:
        dh += 360
    big_dh = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(dh / 2))  # (11)
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2  # (12), (13)
    if not colored:  # (14)
        mean_h = h1 + h2
    elif abs(h1 - h2) <= 180:
        mean_h = (h1 + h2) / 2
    elif h1 + h2 < 360:
        mean_h = (h1 + h2 + 360) / 2
    else:
        mean_h = (h1 + h2 - 360) / 2
    t = (  # (15)
        1
        - 0.17 * math.cos(math.radians(mean_h - 30))
        + 0.24 * math.cos(math.radians(2 * mean_h))
        + 0.32 * math.cos(math.radians(3 * mean_h + 6))
        - 0.20 * math.cos(math.radians(4 * mean_h - 63))
    )
    c7 = mean_c**7
    rc = 2 * math.sqrt(c7 / (c7 + 25.0**7))  # (17)
    fifty = (mean_l - 50) ** 2
    sl = 1 + 0.015 * fifty / math.sqrt(20 + fifty)  # (18)
    sc = 1 + 0.045 * mean_c  # (19)
    sh = 1 + 0.015 * mean_c * t  # (20)
    theta = 30 * math.exp(-(((mean_h - 275) / 25) ** 2))  # (16)
    rt = -math.sin(math.radians(2 * theta)) * rc  # (21)
    lightness, chroma, hue = (l2 - l1) / sl, (c2 - c1) / sc, big_dh / sh
    return math.sqrt(max(lightness**2 + chroma**2 + hue**2 + rt * chroma * hue, 0.0))  # (22)


@compiled
def _delta_e00_kernel(one: Any, two: Any, out: Any) -> None:  # pragma: no cover - compiled
    for i in range(out.size):
        j = i if one.shape[0] > 1 else 0
        k = i if two.shape[0] > 1 else 0
        out[i] = _delta_e00(
            float(one[j, 0]), float(one[j, 1]), float(one[j, 2]),
            float(two[k, 0]), float(two[k, 1]), float(two[k, 2]),
        )  # fmt: skip


def delta_e00(lab1: ArrayLike, lab2: ArrayLike) -> NDArray[Any]:
    """Return the CIEDE2000 colour difference, kL = kC = kH = 1 [1].

    Parameters
    ----------
    lab1, lab2 : (..., 3) CIELAB; shapes broadcast against each other.

    Returns
    -------
    (...) float64, or float32 when both are float32; 1 is about a just noticeable difference.

    >>> float(delta_e00([50, 2.6772, -79.7751], [50, 0, -82.7485]).round(4))
    2.0425
    """
    one, two = np.asarray(lab1), np.asarray(lab2)
    narrow = one.dtype == np.float32 and two.dtype == np.float32
    dtype = np.float32 if narrow else np.float64
    shape = np.broadcast_shapes(one.shape, two.shape)
    # A single colour against a picture is not blown up to the picture's size.
    flat = [
        np.ascontiguousarray(v if v.size == 3 else np.broadcast_to(v, shape), dtype).reshape(-1, 3)
        for v in (one, two)
    ]
    out = np.empty(math.prod(shape[:-1]), dtype)
    _delta_e00_kernel(flat[0], flat[1], out)
    return out.reshape(shape[:-1])
