"""A face for tests of what looks at faces: the public-domain astronaut, real or painted."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from catchlight import faces
from catchlight.faces import Face
from catchlight.landmarks import EYE_LEFT, EYE_RIGHT, IRIS_LEFT, IRIS_RIGHT
from catchlight.skin import FaceView, face_view


@cache
def astronaut() -> tuple[np.ndarray, Face]:
    """scikit-image's portrait of Eileen Collins, (512, 512, 3) uint8, and its face."""
    from skimage import data

    pixels = np.ascontiguousarray(data.astronaut())
    return pixels, faces.find(pixels)[0]


def painted_view(
    skin: tuple[float, float, float],
    whites: tuple[float, float, float],
    *,
    light: tuple[float, float, float] = (1.0, 1.0, 1.0),
    stops_across: float = 0.0,
) -> FaceView:
    """A face view of two flat colours under a light, with a ramp of brightness across.

    Parameters
    ----------
    skin, whites : linear sRGB reflected under neutral light.
    light : linear factors of the light's colour.
    stops_across : brightness of the image's right cheek over the left's.
    """
    pixels, face = astronaut()
    view = face_view(pixels, face)
    linear = np.empty_like(view.linear)
    linear[:] = skin
    for contour, iris in ((EYE_RIGHT, IRIS_RIGHT), (EYE_LEFT, IRIS_LEFT)):
        mask = np.zeros(linear.shape[:2], np.uint8)
        outline = np.round(view.points[list(contour)]).astype(np.int32)
        cv2.fillPoly(mask, [outline], 1)
        linear[mask > 0] = whites
        x, y = view.points[iris]
        dark = np.zeros_like(mask)
        cv2.circle(dark, (round(float(x)), round(float(y))), 10, 1, -1)
        linear[(dark > 0) & (mask > 0)] = (0.02, 0.015, 0.01)
    ramp = np.linspace(-0.5, 0.5, linear.shape[1]) * stops_across * 400 / 150
    linear = linear * np.asarray(light) * np.exp2(ramp)[None, :, None]
    rng = np.random.default_rng(0)
    linear = np.clip(linear * rng.normal(1, 0.01, linear.shape), 0, 1).astype(np.float32)
    return FaceView(linear, view.points, (linear[..., 1] > 0.98), view.scale)
