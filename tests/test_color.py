"""Colour against colour-science, published pairs and exact arithmetic."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchlight import color

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it says on import what optional packages it misses
    import colour

# Sharma, Wu & Dalal (2005), table 1: L1 a1 b1 L2 a2 b2 and the difference.
SHARMA = np.array([
    [50.0000, 2.6772, -79.7751, 50.0000, 0.0000, -82.7485, 2.0425],
    [50.0000, 3.1571, -77.2803, 50.0000, 0.0000, -82.7485, 2.8615],
    [50.0000, 2.8361, -74.0200, 50.0000, 0.0000, -82.7485, 3.4412],
    [50.0000, -1.3802, -84.2814, 50.0000, 0.0000, -82.7485, 1.0000],
    [50.0000, -1.1848, -84.8006, 50.0000, 0.0000, -82.7485, 1.0000],
    [50.0000, -0.9009, -85.5211, 50.0000, 0.0000, -82.7485, 1.0000],
    [50.0000, 0.0000, 0.0000, 50.0000, -1.0000, 2.0000, 2.3669],
    [50.0000, -1.0000, 2.0000, 50.0000, 0.0000, 0.0000, 2.3669],
    [50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0009, 7.1792],
    [50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0010, 7.1792],
    [50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0011, 7.2195],
    [50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0012, 7.2195],
    [50.0000, -0.0010, 2.4900, 50.0000, 0.0009, -2.4900, 4.8045],
    [50.0000, -0.0010, 2.4900, 50.0000, 0.0010, -2.4900, 4.8045],
    [50.0000, -0.0010, 2.4900, 50.0000, 0.0011, -2.4900, 4.7461],
    [50.0000, 2.5000, 0.0000, 50.0000, 0.0000, -2.5000, 4.3065],
    [50.0000, 2.5000, 0.0000, 73.0000, 25.0000, -18.0000, 27.1492],
    [50.0000, 2.5000, 0.0000, 61.0000, -5.0000, 29.0000, 22.8977],
    [50.0000, 2.5000, 0.0000, 56.0000, -27.0000, -3.0000, 31.9030],
    [50.0000, 2.5000, 0.0000, 58.0000, 24.0000, 15.0000, 19.4535],
    [50.0000, 2.5000, 0.0000, 50.0000, 3.1736, 0.5854, 1.0000],
    [50.0000, 2.5000, 0.0000, 50.0000, 3.2972, 0.0000, 1.0000],
    [50.0000, 2.5000, 0.0000, 50.0000, 1.8634, 0.5757, 1.0000],
    [50.0000, 2.5000, 0.0000, 50.0000, 3.2592, 0.3350, 1.0000],
    [60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644],
    [63.0109, -31.0961, -5.8663, 62.8187, -29.7946, -4.0864, 1.2630],
    [61.2901, 3.7196, -5.3901, 61.4292, 2.2480, -4.9620, 1.8731],
    [35.0831, -44.1164, 3.7933, 35.0232, -40.0716, 1.5901, 1.8645],
    [22.7233, 20.0904, -46.6940, 23.0331, 14.9730, -42.5619, 2.0373],
    [36.4612, 47.8580, 18.3852, 36.2715, 50.5065, 21.2231, 1.4146],
    [90.8027, -2.0831, 1.4410, 91.1528, -1.6435, 0.0447, 1.4441],
    [90.9257, -0.5406, -0.9208, 88.6381, -0.8985, -0.7239, 1.5381],
    [6.7747, -0.2908, -2.4247, 5.8714, -0.0985, -2.2286, 0.6377],
    [2.0776, 0.0795, -1.1350, 0.9033, -0.0636, -0.5514, 0.9082],
])  # fmt: skip

RANDOM = np.random.default_rng(2).random((400, 3))
D65 = np.array(color.D65_XY)


@pytest.mark.parametrize(("dtype", "top"), [(np.uint8, 255), (np.uint16, 65535)])
def test_decoding_agrees_with_colour_science(dtype: type, top: int) -> None:
    codes = np.arange(top + 1, dtype=dtype)
    linear = color.to_linear(codes)
    assert linear.dtype == np.float32
    np.testing.assert_allclose(linear, colour.models.eotf_sRGB(codes / top), atol=1e-7)


@pytest.mark.parametrize(("dtype", "top"), [(np.uint8, 255), (np.uint16, 65535)])
def test_every_code_survives_the_round_trip(dtype: type, top: int) -> None:
    codes = np.arange(top + 1, dtype=dtype)
    np.testing.assert_array_equal(color.to_encoded(color.to_linear(codes), dtype), codes)


@pytest.mark.parametrize(("dtype", "top"), [(np.uint8, 255), (np.uint16, 65535)])
def test_encoding_rounds_exactly(dtype: type, top: int) -> None:
    # Around every boundary between two codes, at the float32 values next to it.
    edges = color.decode_srgb((np.arange(1, top + 1) - 0.5) / top).astype(np.float32)
    values = np.concatenate(
        [edges, np.nextafter(edges, np.float32(2)), np.nextafter(edges, np.float32(-1))]
    )
    values = np.concatenate([values, np.random.default_rng(3).random(200_000, np.float32)])
    exact = color.encode_srgb(values.astype(np.float64)) * top
    # Where float64 itself cannot tell which side of a boundary a value is on, both are right.
    clear = np.abs(exact - np.floor(exact) - 0.5) > 1e-9
    got = color.to_encoded(values, dtype)
    np.testing.assert_array_equal(got[clear], np.floor(exact + 0.5)[clear])
    assert np.abs(got - exact).max() <= 0.5 + 1e-9


def test_encoding_clips_and_survives_what_is_no_number() -> None:
    values = np.array([-1, -0.0, 0, 1, 1.5, np.inf, -np.inf, np.nan, 1e-30], np.float32)
    assert color.to_encoded(values).tolist() == [0, 0, 0, 255, 255, 255, 0, 0, 0]
    assert color.to_encoded(values, np.uint16)[3:6].tolist() == [65535] * 3


def test_shapes_and_strides_are_kept() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (6, 8, 3), np.uint8)
    view = picture[::2, ::-1]
    assert color.to_linear(view).shape == view.shape
    np.testing.assert_array_equal(color.to_encoded(color.to_linear(view)), view)
    assert color.to_linear(picture[:0]).shape == (0, 8, 3)
    assert color.lab(color.to_linear(picture[:0])).shape == (0, 8, 3)
    assert color.luminance(color.to_linear(picture[:0])).shape == (0, 8)


def test_only_pixels_are_decoded() -> None:
    with pytest.raises(TypeError, match="float32"):
        color.to_linear(np.zeros(3, np.float32))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="int32"):
        color.to_encoded(np.zeros(3, np.float32), np.int32)


def test_xyz_luminance_and_lab_agree_with_colour_science() -> None:
    linear = RANDOM.astype(np.float32)
    reference = colour.RGB_to_XYZ(linear.astype(np.float64), "sRGB")
    np.testing.assert_allclose(color.xyz(linear), reference, atol=2e-4)  # IEC rounds its matrix
    np.testing.assert_allclose(color.luminance(linear), reference[:, 1], atol=2e-4)
    exact = linear.astype(np.float64) @ color.RGB_TO_XYZ.T
    np.testing.assert_allclose(color.lab(linear), colour.XYZ_to_Lab(exact, D65), atol=2e-3)
    np.testing.assert_allclose(color.from_lab(color.lab(linear)), linear, atol=1e-5)


def test_lab_of_near_black_and_of_negative_light() -> None:
    linear = np.array([[0, 0, 0], [1e-4, 2e-4, 1e-5], [0.008, 0.009, 0.0088], [-0.01, 0.1, 0.2]])
    exact = colour.XYZ_to_Lab(linear @ color.RGB_TO_XYZ.T, D65)
    np.testing.assert_allclose(color.lab(linear), exact, atol=2e-3)
    np.testing.assert_allclose(color.from_lab(color.lab(linear)), linear, atol=1e-5)


def test_grey_is_neutral() -> None:
    grey = np.repeat(np.linspace(0, 1, 65, dtype=np.float32)[:, None], 3, axis=1)
    assert np.abs(color.lab(grey)[:, 1:]).max() < 1e-3


def test_delta_e00_gives_the_published_differences() -> None:
    found = color.delta_e00(SHARMA[:, :3], SHARMA[:, 3:6])
    np.testing.assert_allclose(found, SHARMA[:, 6], atol=5.1e-5)
    back = color.delta_e00(SHARMA[:, 3:6], SHARMA[:, :3])
    np.testing.assert_allclose(back, found, atol=1e-12)


def test_delta_e00_agrees_with_colour_science_and_broadcasts() -> None:
    rng = np.random.default_rng(5)
    one = rng.uniform((0, -100, -100), (100, 100, 100), (60, 3))
    two = rng.uniform((0, -100, -100), (100, 100, 100), (60, 3))
    np.testing.assert_allclose(color.delta_e00(one, two), colour.delta_E(one, two), atol=1e-8)
    np.testing.assert_allclose(
        color.delta_e00(one, two[0]), colour.delta_E(one, np.tile(two[0], (60, 1))), atol=1e-8
    )
    table = color.delta_e00(one[:, None], two[None, :])
    assert table.shape == (60, 60)
    np.testing.assert_allclose(np.diagonal(table), color.delta_e00(one, two))
    narrow = color.delta_e00(one.astype(np.float32), two.astype(np.float32))
    assert narrow.dtype == np.float32
    np.testing.assert_allclose(narrow, colour.delta_E(one, two), rtol=1e-4)
    assert color.delta_e00(one[:0], two[:0]).shape == (0,)


@given(st.lists(st.floats(-128, 128), min_size=3, max_size=3))
def test_a_colour_does_not_differ_from_itself(values: list[float]) -> None:
    assert float(color.delta_e00(values, values)) == 0.0


def test_white_has_the_temperature_of_daylight() -> None:
    # CIE 15: D65 has a correlated colour temperature of 6504 K; its Duv is 0.0032 (Ohno 2014).
    kelvin, duv = color.correlated_color_temperature(color.xy(np.ones(3)))
    assert float(kelvin) == pytest.approx(6504, rel=0.001)
    assert float(duv) == pytest.approx(0.0032, abs=2e-4)


def test_temperature_agrees_with_ohno_2013_of_colour_science() -> None:
    for kelvin in (2000, 2856, 3200, 4200, 5000, 6500, 9000, 12000):
        for duv in (-0.015, 0.0, 0.015):
            uv = colour.temperature.CCT_to_uv_Ohno2013(np.array([kelvin, duv]))
            chromaticity = colour.UCS_uv_to_xy(uv)
            found, offset = color.correlated_color_temperature(chromaticity)
            assert float(found) == pytest.approx(kelvin, rel=0.006)
            assert float(offset) == pytest.approx(duv, abs=2e-4)


def test_planckian_xy_is_the_inverse() -> None:
    kelvin = np.geomspace(1500, 14000, 30)
    for duv in (-0.01, 0.0, 0.01):
        back, offset = color.correlated_color_temperature(color.planckian_xy(kelvin, duv))
        np.testing.assert_allclose(back, kelvin, rtol=2e-4)
        np.testing.assert_allclose(offset, duv, atol=1e-6)


def test_far_from_the_locus_there_is_no_temperature() -> None:
    greens = np.array([[0.3, 0.6], [0.3127, 0.3290]])
    kelvin, duv = color.correlated_color_temperature(greens)
    assert np.isnan(kelvin).tolist() == np.isnan(duv).tolist() == [True, False]
    assert np.isnan(color.xy(np.zeros(3))).all()


def test_adaptation_turns_the_light_white() -> None:
    for kelvin in (2856, 4000, 7500):
        light = color.planckian_xy(kelvin)
        target = color.planckian_xy(5500)
        xyz = np.array([light[0] / light[1], 1.0, (1 - light.sum()) / light[1]])
        grey = color.XYZ_TO_RGB @ xyz
        np.testing.assert_allclose(
            color.xy(color.adaptation(light, color.D65_XY) @ grey), color.D65_XY, atol=1e-9
        )
        reference = colour.adaptation.matrix_chromatic_adaptation_VonKries(
            xyz, colour.xy_to_XYZ(target), "Bradford"
        )
        mine = color.RGB_TO_XYZ @ color.adaptation(light, target) @ color.XYZ_TO_RGB
        np.testing.assert_allclose(mine, reference, atol=2e-4)
    np.testing.assert_allclose(color.adaptation(D65, D65), np.eye(3), atol=1e-12)


@pytest.mark.parametrize("white", [(0.3, 0.0), (np.nan, 0.3), (0.9, 0.01)])
def test_adaptation_refuses_what_is_no_white(white: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match=r"chromati"):
        color.adaptation(white, D65)


def test_typology_angle_of_known_colours() -> None:
    # Chardon et al. 1991: atan((L - 50) / b) in degrees.
    skins = np.array([[70, 10, 20], [50, 10, 15], [35, 12, 15], [50 + 20 * 3**0.5, 8, 20]])
    np.testing.assert_allclose(color.typology_angle(skins), [45, 0, -45, 60], atol=1e-9)
    assert color.typology_angle(skins.astype(np.float32)).dtype == np.float32


def test_matrix_of_a_colour_space_agrees_with_colour_science() -> None:
    space = colour.RGB_COLOURSPACES["Display P3"]
    primaries = tuple((float(x), float(y)) for x, y in space.primaries)
    mine = color.rgb_to_xyz_matrix(primaries, (0.3127, 0.3290))
    np.testing.assert_allclose(mine, space.matrix_RGB_to_XYZ, atol=1e-4)
    with pytest.raises(ValueError, match="one line"):
        color.rgb_to_xyz_matrix(((0.1, 0.2), (0.2, 0.2), (0.3, 0.2)), (0.3127, 0.3290))
