"""Pictures degraded as known: blur by a point spread in linear light, noise, compression."""

from __future__ import annotations

import cv2
import numpy as np

from catchlight.color import to_encoded, to_linear

__all__ = ["disc", "gaussian", "line", "noised", "saved", "spread_by"]


def spread_by(pixels: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """The picture, (h, w, 3) uint8, blurred in linear light by a point spread."""
    blurred = cv2.filter2D(to_linear(pixels), -1, kernel, borderType=cv2.BORDER_REFLECT)
    return np.asarray(to_encoded(blurred))


def gaussian(pixels: np.ndarray, sigma: float) -> np.ndarray:
    """The picture blurred in linear light by a Gaussian; `sigma` in pixels."""
    return np.asarray(to_encoded(cv2.GaussianBlur(to_linear(pixels), (0, 0), sigma)))


def line(length: float, degrees: float) -> np.ndarray:
    """Point spread of a straight movement, in pixels; 0 degrees is level, 90 downwards."""
    side = int(np.ceil(length)) // 2 * 2 + 3
    fine = np.zeros((side * 8, side * 8), np.float32)
    way = np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))]) * length * 4
    ends = [tuple(np.round(side * 4 + s * way).astype(int).tolist()) for s in (-1, 1)]
    cv2.line(fine, ends[0], ends[1], 1.0, 8)
    kernel = cv2.resize(fine, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(kernel / kernel.sum())


def disc(diameter: float) -> np.ndarray:
    """Point spread of a lens out of focus, in pixels."""
    side = int(np.ceil(diameter)) // 2 * 2 + 3
    fine = np.zeros((side * 8, side * 8), np.float32)
    cv2.circle(fine, (side * 4, side * 4), round(diameter * 4), 1.0, -1)
    kernel = cv2.resize(fine, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(kernel / kernel.sum())


def saved(pixels: np.ndarray, quality: int) -> np.ndarray:
    """The picture as it is after saving as JPEG."""
    code = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.ascontiguousarray(cv2.imdecode(code, cv2.IMREAD_COLOR)[..., ::-1])


def noised(pixels: np.ndarray, levels: float, *, coloured: bool = False) -> np.ndarray:
    """The picture with white noise of a standard deviation of `levels` of 255."""
    shape = pixels.shape if coloured else (*pixels.shape[:2], 1)
    grain = np.random.default_rng(0).normal(0, levels, shape)
    return np.clip(pixels + grain, 0, 255).round().astype(np.uint8)
