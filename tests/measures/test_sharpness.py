"""Oracle: edges blurred by a known Gaussian."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from catchlight.measures.sharpness import edge_blur


@pytest.mark.parametrize("sigma", [0.8, 1.2, 2.0, 3.0, 5.0])
@pytest.mark.parametrize("angle", [0, 27])
def test_measures_a_known_blur(sigma: float, angle: float) -> None:
    y, x = np.mgrid[:160, :160].astype(np.float32)
    turned = (x - 80) * np.cos(np.radians(angle)) + (y - 80) * np.sin(np.radians(angle))
    edge = np.clip(turned + 0.5, 0, 1).astype(np.float32)
    blurred = cv2.GaussianBlur(edge, (0, 0), sigma)
    # a pixel averages over its own width: a box of variance 1/12
    assert edge_blur(blurred) == pytest.approx(np.sqrt(sigma**2 + 1 / 12), rel=0.15)


def test_contrast_does_not_count() -> None:
    rng = np.random.default_rng(0)
    image = cv2.GaussianBlur(rng.uniform(0, 1, (120, 120)).astype(np.float32), (0, 0), 1.5)
    assert edge_blur(image * 0.2 + 0.3) == pytest.approx(edge_blur(image), rel=1e-3)


def test_more_blur_is_more() -> None:
    image = np.zeros((120, 120), np.float32)
    cv2.circle(image, (60, 60), 30, 1.0, -1)
    values = [edge_blur(cv2.GaussianBlur(image, (0, 0), s)) for s in (0.6, 1.0, 1.6, 2.5)]
    assert values == sorted(values)
