"""Oracles: the identity, the response of an ideal reduction, Gibbs' overshoot, noise, crops."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from catchlight.sharpening import Sharpening, blur_of_reducing, sharpen

FULL = Sharpening(floor=0.0005)


def reduced(picture: np.ndarray, times: int) -> np.ndarray:
    size = (picture.shape[1] // times, picture.shape[0] // times)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32)


def grey(plane: np.ndarray) -> np.ndarray:
    return np.repeat(plane[..., None], 3, axis=2).astype(np.float32)


def even(picture: np.ndarray, variance: float = 0.08) -> tuple[np.ndarray, np.ndarray]:
    """Blur alike in all columns and rows."""
    return tuple(np.full(n, variance, np.float32) for n in picture.shape[1::-1])  # type: ignore


def blurs(small: np.ndarray, times: int) -> tuple[np.ndarray, np.ndarray]:
    """What `reduced` did to its columns and rows."""
    return tuple(blur_of_reducing(n * times, n) for n in small.shape[1::-1])  # type: ignore


def noisy(sigma: float, seed: int = 0) -> np.ndarray:
    root = 0.6 + np.random.default_rng(seed).normal(0, sigma, (90, 110))
    return grey(root**2)


@pytest.mark.parametrize("times", [2, 3, 5])
def test_the_blur_of_whole_numbers_is_that_of_a_box(times: int) -> None:
    np.testing.assert_allclose(
        blur_of_reducing(100 * times, 100), (1 - 1 / times**2) / 12, rtol=1e-5
    )


def test_nothing_is_blurred_at_full_size_or_enlarged() -> None:
    assert not blur_of_reducing(100, 100).any()
    assert not blur_of_reducing(100, 140).any()


@pytest.mark.parametrize(
    ("how", "blur"), [(FULL.model_copy(update={"strength": 0.0}), 0.08), (FULL, 0)]
)
def test_nothing_to_do_is_the_identity(how: Sharpening, blur: float) -> None:
    picture = noisy(0.1)
    np.testing.assert_array_equal(sharpen(picture, how, even(picture, blur)), picture)


@pytest.mark.parametrize("times", [2, 4, 8])
@pytest.mark.parametrize("frequency", [0.1, 0.2, 0.3, 0.4])
def test_the_response_is_that_of_an_ideal_reduction(times: int, frequency: float) -> None:
    # a weak wave, for which the root of luminance is as good as linear
    x = (np.arange(400 * times) + 0.5) / times
    wave = 0.4 + 0.004 * np.cos(2 * np.pi * frequency * x)
    small = reduced(grey(np.tile(wave, (8 * times, 1))), times)
    after = sharpen(small, Sharpening(floor=0.00001), blurs(small, times))

    def amplitude(plane: np.ndarray) -> float:
        row = plane[4, 10:-10, 0].astype(float)
        turn = np.exp(-2j * np.pi * frequency * np.arange(len(row)))
        window = np.hanning(len(row))
        return 2 * abs((window * (row - row.mean()) * turn).sum()) / window.sum() / 0.004

    assert amplitude(after) == pytest.approx(1.0, abs=0.08)
    assert abs(amplitude(after) - 1) < abs(amplitude(small) - 1) + 0.01


@pytest.mark.parametrize("amount", [1.0, 2.0, 4.0])
def test_a_step_overshoots_by_no_more_than_a_tenth(amount: float) -> None:
    step = np.full((60, 80), 0.2**2)
    step[:, 41:] = 0.8**2
    small = reduced(grey(step), 2)
    after = sharpen(small, Sharpening(amount=amount, floor=0.001), even(small, 0.0625))
    root = np.sqrt(after)
    assert root.min() >= 0.2 - 0.1 * 0.6 - 1e-5
    assert root.max() <= 0.8 + 0.1 * 0.6 + 1e-5
    assert not np.array_equal(after, small)


def test_noise_is_not_raised() -> None:
    picture = noisy(0.01)
    after = sharpen(picture, Sharpening(floor=0.01), even(picture))
    assert np.sqrt(after).std() <= np.sqrt(picture).std() * 1.005


def test_without_a_floor_it_would_be() -> None:
    picture = noisy(0.01)
    assert np.sqrt(sharpen(picture, FULL, even(picture))).std() > np.sqrt(picture).std() * 1.1


def test_what_is_not_the_person_stays_to_the_bit() -> None:
    picture, alpha = noisy(0.1), np.zeros((90, 110), np.float32)
    alpha[30:60, 20:70] = 1
    after = sharpen(picture, FULL, even(picture), alpha)
    np.testing.assert_array_equal(after[alpha == 0], picture[alpha == 0])
    everywhere = sharpen(picture, FULL, even(picture))
    np.testing.assert_array_equal(after[alpha == 1], everywhere[alpha == 1])


def test_crop_and_sharpening_commute() -> None:
    picture = noisy(0.1)
    part = picture[20:60, 30:80].copy()
    inner = sharpen(part, FULL, even(part))[1:-1, 1:-1]
    np.testing.assert_array_equal(sharpen(picture, FULL, even(picture))[21:59, 31:79], inner)


def test_the_original_stays_and_bytes_repeat() -> None:
    picture = noisy(0.1)
    kept = picture.copy()
    first = sharpen(picture, FULL, even(picture))
    np.testing.assert_array_equal(picture, kept)
    np.testing.assert_array_equal(first, sharpen(picture, FULL, even(picture)))


def test_colour_keeps_its_hue() -> None:
    picture = np.zeros((30, 30, 3), np.float32)
    picture[:] = (0.9, 0.3, 0.2)
    picture[:, 15:] = (0.09, 0.03, 0.02)
    after = sharpen(picture, Sharpening(amount=3, floor=0.0), even(picture))
    assert after.max() <= 1
    np.testing.assert_allclose(after[..., 0] / after[..., 1], 3.0, rtol=1e-5)


def slanted(pixels: int = 64, degrees: float = 5.0, times: int = 4) -> np.ndarray:
    """A sharp edge, slanted as ISO 12233 asks, reduced by areas from `times` as many pixels."""
    fine = 4 * times  # the edge itself is drawn four times finer still
    y, x = (np.mgrid[: pixels * fine, : pixels * fine] + 0.5) / fine - pixels / 2
    step = np.where(x * np.cos(np.radians(degrees)) > y * np.sin(np.radians(degrees)), 0.36, 0.2)
    return reduced(reduced(grey(step), 4), times)


def contrast_of_edge(picture: np.ndarray, frequency: float, degrees: float = 5.0) -> float:
    """Modulation transfer at cycles a pixel, from the edge in bins of a tenth of a pixel."""
    side = len(picture)
    y, x = np.mgrid[:side, :side] + 0.5 - side / 2
    across = x * np.cos(np.radians(degrees)) - y * np.sin(np.radians(degrees))
    bins = np.arange(-10, 10.05, 0.1)
    inside = (np.abs(y) < side / 2 - 2) & (np.abs(x) < side / 2 - 2)  # not the picture's own border
    place, value = across[inside], picture[..., 0][inside].astype(float)
    sums, _ = np.histogram(place, bins, weights=value)
    edge = sums / np.histogram(place, bins)[0]
    spread, middle = np.diff(edge), bins[1:-1]
    waves = np.exp(-2j * np.pi * frequency * middle)
    return float(abs((spread * waves).sum()) / abs(spread.sum()))


@pytest.mark.parametrize("times", [2, 4])
def test_a_slanted_edge_is_as_sharp_as_the_ideal_reduction_leaves_it(times: int) -> None:
    small = slanted(times=times)
    after = sharpen(small, Sharpening(floor=0.0005), blurs(small, times))
    for frequency in (0.1, 0.2, 0.3):
        before, found = contrast_of_edge(small, frequency), contrast_of_edge(after, frequency)
        assert abs(found - 1) < 0.08
        assert found > before
    assert contrast_of_edge(small, 0.3) < 0.9


def test_what_was_copied_is_left_and_what_was_halved_is_sharpened() -> None:
    # 101 pixels to 100: the outermost are copies, the middle ones means of two neighbours
    blur = blur_of_reducing(101, 100)
    assert blur[0] < 0.02
    assert blur[50] == pytest.approx(0.25, abs=0.01)
    wave = 0.4 + 0.004 * np.cos(2 * np.pi * 0.25 * (np.arange(101) + 0.5))
    small = np.asarray(cv2.resize(grey(np.tile(wave, (12, 1))), (100, 12), 0, 0, 0, cv2.INTER_AREA))
    after = sharpen(small, Sharpening(floor=0.00001), (blur, np.zeros(12, np.float32)))
    change = np.abs(after - small)[6, :, 0]
    assert change[46:54].max() > 0.04 * 0.004
    assert change[0] < 0.25 * change[46:54].max()
