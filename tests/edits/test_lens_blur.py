"""Oracles: thin-lens arithmetic by hand, direct convolution, the same room without the person."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from pydantic import ValidationError

from catchlight.edits.lens_blur import EYES_MM, Lens, aperture, defocus, defocus_behind, filled


def room(seed: int = 0, size: tuple[int, int] = (300, 360)) -> np.ndarray:
    """A room of soft and sharp things, linear light."""
    rng = np.random.default_rng(seed)
    small = rng.uniform(0, 0.8, (size[0] // 12, size[1] // 12, 3)).astype(np.float32)
    picture = cv2.resize(small, size[::-1], interpolation=cv2.INTER_CUBIC)
    picture[60:64, 250:254] = 0.95
    picture[:, 120:124] = 0.02
    return np.clip(picture, 0, 0.97)


@pytest.mark.parametrize(
    ("focal", "number", "subject", "background"),
    [(85.0, 2.0, 1.5, 4.5), (50.0, 1.4, 0.8, 30.0), (5.6, 1.8, 0.5, 2.0)],
)
def test_the_disc_is_that_of_a_thin_lens(
    focal: float, number: float, subject: float, background: float
) -> None:
    lens = Lens(focal_mm=focal, f_number=number, subject_m=subject, background_m=background)
    # image distances of both by the lens equation, and the cone between aperture and sensor
    sensor = 1 / (1 / focal - 1 / (1000 * subject))
    sharp = 1 / (1 / focal - 1 / (1000 * background))
    circle = focal / number * (sensor - sharp) / sharp
    magnification = sensor / (1000 * subject)
    assert lens.disc == pytest.approx(circle / magnification / EYES_MM, rel=1e-9)


def test_what_is_as_far_as_the_person_is_sharp() -> None:
    assert Lens(subject_m=2.0, background_m=2.0).disc == 0


@pytest.mark.parametrize("values", [{"subject_m": 3.0, "background_m": 2.0}, {"blades": 2}])
def test_an_impossible_lens_is_refused(values: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        Lens.model_validate(values)


@pytest.mark.parametrize("blades", [0, 5, 6, 9])
def test_every_iris_of_a_diameter_has_the_same_area(blades: int) -> None:
    kernel = aperture(24, blades, 7)
    assert kernel.sum() == pytest.approx(1, abs=1e-5)
    assert kernel.sum() / kernel.max() == pytest.approx(math.pi * 12**2, rel=0.01)


def test_blades_make_corners_where_they_are_turned_to() -> None:
    kernel = aperture(40, 6, 0)
    y, x = np.nonzero(kernel > 0.5 * kernel.max())
    middle = (kernel.shape[0] - 1) / 2
    wide, high = np.ptp(x), np.ptp(y)
    assert wide / high == pytest.approx(2 / math.sqrt(3), abs=0.06)  # a corner to the right
    turned = aperture(40, 6, 90)
    assert np.ptp(np.nonzero(turned > 0.5 * turned.max())[0]) == wide
    assert x.mean() == pytest.approx(middle, abs=0.05)


@pytest.mark.parametrize("blades", [0, 5])
@pytest.mark.parametrize("diameter", [5.0, 9.0, 15.0, 33.0, 60.0])
def test_close_to_direct_convolution(diameter: float, blades: int) -> None:
    picture = room()
    kernel = np.ascontiguousarray(aperture(diameter, blades, 10)[::-1, ::-1])
    direct = cv2.filter2D(picture, -1, kernel, borderType=cv2.BORDER_REFLECT)
    found = defocus(picture, diameter, blades, 10)
    assert np.sqrt(((found - direct) ** 2).mean()) < 0.012 * direct.mean()
    assert found.sum() == pytest.approx(direct.sum(), rel=2e-3)


def test_a_point_becomes_an_even_disc_and_keeps_its_light() -> None:
    point = np.zeros((120, 120, 3), np.float32)
    point[60, 60] = 50.0
    out = defocus(point, 20)
    assert out.sum() == pytest.approx(150, rel=1e-3)
    y, x = np.nonzero(out[..., 0] > 0.5 * out.max())
    assert np.hypot(x - 60, y - 60).max() == pytest.approx(10, abs=1.5)
    assert len(x) == pytest.approx(math.pi * 100, rel=0.06)


def test_an_odd_iris_is_not_turned_over() -> None:
    point = np.zeros((61, 61, 3), np.float32)
    point[30, 30] = 1
    kernel = aperture(8, 3, 0)
    reach = kernel.shape[0] // 2
    part = defocus(point, 8, 3, 0)[30 - reach : 31 + reach, 30 - reach : 31 + reach, 0]
    np.testing.assert_allclose(part, kernel, atol=1e-6)


def test_a_flat_picture_is_flat_after_any_blur() -> None:
    flat = np.full((91, 127, 3), 0.37, np.float32)
    np.testing.assert_allclose(defocus(flat, 55, 7), 0.37, rtol=1e-4)


def test_a_lamp_shows_its_disc_and_a_window_stays_a_window() -> None:
    night = np.full((200, 240, 3), 0.02, np.float32)
    night[100:104, 60:64] = 1.0
    night[60:160, 140:220] = 1.0
    plain, lit = defocus(night, 40), defocus(night, 40, lamps=True)
    assert lit[102, 62, 0] > 1.5 * plain[102, 62, 0]
    np.testing.assert_allclose(lit[:, 170:], plain[:, 170:], atol=0.03)


def test_filling_keeps_what_is_sure_and_leaves_no_hole() -> None:
    picture = room()
    sure = np.ones(picture.shape[:2], np.float32)
    sure[80:300, 100:220] = 0
    dirty = picture.copy()
    dirty[sure == 0] = (9.0, 0.0, 0.0)
    out = filled(dirty, sure)
    np.testing.assert_allclose(out[sure == 1], picture[sure == 1], atol=1e-5)
    assert out.min() >= 0
    assert out.max() <= picture.max() + 1e-5


@pytest.mark.parametrize("diameter", [1.5, 6.0, 24.0, 90.0])
def test_no_person_leaks_into_the_background(diameter: float) -> None:
    linear = np.full((200, 200, 3), 0.2, np.float32)
    alpha = np.zeros((200, 200), np.float32)
    alpha[80:, 70:130] = 1
    alpha[80:, 66:70] = 0.3
    linear[alpha > 0] = (1.0, 0.0, 0.0)
    np.testing.assert_allclose(defocus_behind(linear, alpha, diameter), 0.2, atol=1e-3)


def test_a_person_who_fills_the_picture_is_no_error() -> None:
    linear = np.full((40, 40, 3), 0.3, np.float32)
    out = defocus_behind(linear, np.ones((40, 40), np.float32), 12)
    assert np.isfinite(out).all()


def test_a_light_beside_the_person_has_the_disc_it_would_have_alone() -> None:
    empty = np.full((240, 240, 3), 0.05, np.float32)
    empty[118:122, 88:92] = 0.9
    alpha = np.zeros((240, 240), np.float32)
    alpha[60:, 100:200] = 1  # its edge cuts the disc of 40 pixels
    taken = empty.copy()
    taken[alpha == 1] = 0.5
    alone = defocus_behind(empty, np.zeros_like(alpha), 40)
    beside = defocus_behind(taken, alpha, 40)
    np.testing.assert_allclose(beside[:, :97], alone[:, :97], atol=0.004)


def test_gains_scale_the_background() -> None:
    picture, alpha = room(), np.zeros((300, 360), np.float32)
    gains = np.array([0.5, 1.0, 2.0], np.float32)
    plain = defocus_behind(picture, alpha, 20)
    np.testing.assert_allclose(
        defocus_behind(picture, alpha, 20, gains=gains), plain * gains, atol=1e-5
    )
