"""Oracle: edges blurred by a known Gaussian or a known line."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from catchlight.measures.edges import blur_tensor, edge_blur, find_edges, lightness_patch


def edge(angle: float, sigma: float) -> np.ndarray:
    y, x = np.mgrid[:160, :160].astype(np.float32)
    turned = (x - 80) * np.cos(np.radians(angle)) + (y - 80) * np.sin(np.radians(angle))
    return cv2.GaussianBlur(np.clip(turned + 0.5, 0, 1).astype(np.float32), (0, 0), sigma)


def circle(sigma_x: float, sigma_y: float) -> np.ndarray:
    image = np.zeros((160, 160), np.float32)
    cv2.circle(image, (80, 80), 45, 1.0, -1)
    return cv2.GaussianBlur(image, (0, 0), sigmaX=sigma_x, sigmaY=sigma_y)


@pytest.mark.parametrize("sigma", [0.8, 1.2, 2.0, 3.0, 5.0])
@pytest.mark.parametrize("angle", [0, 27])
def test_measures_a_known_blur(sigma: float, angle: float) -> None:
    # a pixel averages over its own width: a box of variance 1/12
    assert edge_blur(edge(angle, sigma)) == pytest.approx(np.sqrt(sigma**2 + 1 / 12), rel=0.15)


@pytest.mark.parametrize("sigma", [1.5, 2.5, 4.0])
@pytest.mark.parametrize("enlarge", [1.5, 3.0])
def test_enlarged_blur_is_told_in_enlarged_pixels(sigma: float, enlarge: float) -> None:
    edges = find_edges(edge(27, sigma / enlarge), enlarge=enlarge)
    own = enlarge**2 / 12  # the pixel's width, enlarged
    assert edges.blur() == pytest.approx(np.sqrt(sigma**2 + own), rel=0.15)
    assert np.abs(edges.place[:, 0].mean() - 80 * enlarge) < 40


@pytest.mark.parametrize("sigma", [1.5, 3.0])
def test_grain_is_not_enlarged(sigma: float) -> None:
    grain = np.random.default_rng(0).normal(0, 0.02, (160, 160)).astype(np.float32)
    edges = find_edges(edge(27, sigma) + grain, enlarge=2)
    assert edges.blur() == pytest.approx(2 * sigma, rel=0.3)
    assert (edges.reduced > 1) == (sigma == 3.0)


def test_contrast_does_not_count() -> None:
    rng = np.random.default_rng(0)
    image = cv2.GaussianBlur(rng.uniform(0, 1, (120, 120)).astype(np.float32), (0, 0), 1.5)
    assert edge_blur(image * 0.5 + 0.3) == pytest.approx(edge_blur(image), rel=1e-3)


def test_more_blur_is_more() -> None:
    values = [edge_blur(circle(s, s)) for s in (0.6, 1.0, 1.6, 2.5)]
    assert values == sorted(values)


@pytest.mark.parametrize("sigma", [1.5, 3.0])
def test_noise_is_not_taken_for_sharp_edges(sigma: float) -> None:
    grain = np.random.default_rng(0).normal(0, 0.02, (160, 160)).astype(np.float32)
    assert edge_blur(edge(27, sigma) + grain) == pytest.approx(sigma, rel=0.3)


def test_an_even_area_has_no_edges() -> None:
    assert len(find_edges(np.full((60, 60), 0.5, np.float32))) == 0
    assert edge_blur(np.full((60, 60), 0.5, np.float32)) == float("inf")


@pytest.mark.parametrize(("wide", "narrow"), [(3.0, 1.0), (2.0, 2.0)])
def test_fits_a_known_point_spread(wide: float, narrow: float) -> None:
    spread = blur_tensor(find_edges(circle(wide, narrow)))
    assert spread is not None
    assert spread.wide == pytest.approx(wide, rel=0.2)
    assert spread.narrow == pytest.approx(narrow, rel=0.25)
    if wide > narrow:
        assert spread.angle == pytest.approx(0, abs=3)


def test_an_upright_spread_is_found_upright() -> None:
    spread = blur_tensor(find_edges(circle(1.0, 3.0)))
    assert spread is not None
    assert abs(spread.angle) == pytest.approx(90, abs=3)


def test_one_direction_of_edges_gives_no_point_spread() -> None:
    assert blur_tensor(find_edges(edge(0, 2.0))) is None


def test_a_patch_outside_the_photo_is_none() -> None:
    pixels = np.zeros((40, 40, 3), np.uint8)
    assert lightness_patch(pixels, np.array([100, 100], np.float32), (10, 10), 1.0) is None
    assert lightness_patch(pixels, np.array([-3, 20], np.float32), (10, 10), 1.0) is None
    whole = lightness_patch(pixels, np.array([20, 20], np.float32), (10, 10), 0.5)
    assert whole is not None
    assert whole.shape == (10, 10)


def test_sixteen_bits_read_the_same() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (40, 40, 3)).astype(np.uint8)
    at = np.array([20, 20], np.float32)
    eight = lightness_patch(pixels, at, (12, 12), 1.0)
    sixteen = lightness_patch(pixels.astype(np.uint16) * 257, at, (12, 12), 1.0)
    assert eight is not None
    assert sixteen is not None
    np.testing.assert_allclose(eight, sixteen, atol=1e-4)
