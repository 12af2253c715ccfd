"""Sharpness at the eyes, not of the frame."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color import to_linear
from .measure import Measure, could_not_assess, graded
from .subject import Subject

__all__ = ["edge_blur", "eye_sharpness"]

_EYE_DISTANCE = 160.0  # eyes are judged at no more than this: finer detail is lost in delivery
_REBLUR = 1.0  # standard deviation of the known blur, px


def edge_blur(gray: NDArray[np.float32]) -> float:
    """Blur of the strongest edges as the standard deviation of a Gaussian, in pixels.

    Blurring again by a known σ0 lowers the gradient on the ridge of an edge of blur σ by the ratio
    R = sqrt((σ² + σ0²) / σ²), so σ = σ0 / sqrt(R² - 1) (Zhuo & Sim 2011, "Defocus map estimation
    from a single image"). Taken as the median over the ridges with at least 0.4 of the strongest
    gradient; the gradient operator's own blur (a variance of 0.35 px²) is taken off.

    Parameters
    ----------
    gray : (H, W) float32, any linear scale.
    """

    def gradient(image: NDArray[np.float32]) -> NDArray[np.float32]:
        dx = cv2.Scharr(image, cv2.CV_32F, 1, 0)
        dy = cv2.Scharr(image, cv2.CV_32F, 0, 1)
        return np.asarray(cv2.magnitude(dx, dy), np.float32)

    first = gradient(gray)
    again = gradient(cv2.GaussianBlur(gray, (0, 0), _REBLUR, borderType=cv2.BORDER_REFLECT))
    ridge = first >= 0.99 * cv2.dilate(first, np.ones((5, 5), np.uint8))
    ridge &= first >= 0.4 * float(np.quantile(first, 0.995))
    ridge[:2], ridge[-2:], ridge[:, :2], ridge[:, -2:] = False, False, False, False
    if not ridge.any():
        return float("inf")
    ratio = first[ridge] / np.maximum(again[ridge], 1e-9)
    variance = _REBLUR**2 / np.maximum(ratio**2 - 1.0, 1e-3) - 0.35
    return float(np.sqrt(max(float(np.median(variance)), 0.05)))


def eye_sharpness(subject: Subject) -> Measure:
    """Blur at the sharper eye in percent of the eye distance (ISO/IEC 29794-5 Sharpness).

    Lashes and the rim of the iris are thin, so an eye in focus measures the camera's own blur:
    0.2 to 0.5 % in studio portraits (own measurement).
    """
    face, pixels = subject.face, subject.photo.pixels
    scale = min(1.0, _EYE_DISTANCE / face.eye_distance)
    half = 0.28 * face.eye_distance
    blurs = []
    for centre in (face.iris_right, face.iris_left):
        x0, y0 = np.maximum(np.floor(centre - half).astype(int), 0)
        x1, y1 = np.ceil(centre + half).astype(int)
        crop = pixels[y0:y1, x0:x1]
        if min(crop.shape[:2]) < 8:
            continue
        gray = to_linear(crop) @ np.array([0.2126, 0.7152, 0.0722], np.float32)
        if scale < 1:
            gray = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        blurs.append(edge_blur(np.sqrt(np.maximum(gray, 0)).astype(np.float32)))
    if not blurs or not np.isfinite(min(blurs)):
        return could_not_assess("Sharpness", "%", "the eyes are too small or cut off")
    value = min(blurs) / (face.eye_distance * scale) * 100
    score = graded(value, (0.7, 100), (1.0, 85), (1.5, 50), (2.5, 10), (4, 0))
    if value <= 1.15:
        reason = "the eyes are sharp"
    elif value <= 1.8:
        reason = "the eyes are a little soft"
    else:
        reason = "the eyes are blurred"
    return Measure("Sharpness", value, "%", score, "ok", reason)
