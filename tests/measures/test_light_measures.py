"""Oracle: faces rendered under a known light, and lights made by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from catchlight.lighting import Lighting
from catchlight.measures.key_to_fill import key_to_fill
from catchlight.measures.light_direction import light_direction
from catchlight.measures.light_hardness import light_hardness
from catchlight.measures.light_measures import light_measures
from catchlight.measures.light_pattern import light_pattern, pattern_name
from catchlight.measures.mixed_light import mired_between, mixed_light
from catchlight.side_light import SideLight

from ..lit_face import lit
from ..rendered_face import light_direction as unit


def light(azimuth: float, elevation: float, stops: float = 1.5, **changes: float) -> Lighting:
    """A light as the fit would tell it."""
    grey = np.array([0.3, 0.2, 0.15])
    made = Lighting(
        azimuth=azimuth,
        elevation=elevation,
        uncertainty=6.0,
        direction=unit(azimuth, elevation),
        key=grey * (2**stops - 1),
        ambient=grey,
        color_uncertainty=0.05,
        key_to_fill=stops,
        stops_uncertainty=0.2,
        size=20.0,
        size_uncertainty=0.5,
        shaded=0.1,
        misfit=0.1,
        seen=0.9,
    )
    return replace(made, **changes)


@pytest.mark.parametrize(
    ("azimuth", "elevation", "name"),
    [
        (0, 45, "butterfly"),
        (30, 40, "loop"),
        (-30, 40, "loop"),
        (52, 40, "Rembrandt"),
        (90, 5, "split"),
        (0, 5, "flat"),
        (5, -40, "from below"),
        (150, 20, "from behind"),
    ],
)
def test_patterns_have_the_names_photographers_give(
    azimuth: float, elevation: float, name: str
) -> None:
    assert pattern_name(azimuth, elevation, 1.5) == name
    assert light_pattern(light(azimuth, elevation)).verdict == name


@pytest.mark.parametrize(
    ("azimuth", "elevation", "name"),
    [(0, 45, "butterfly"), (30, 35, "loop"), (-53, 35, "Rembrandt"), (85, 10, "split")],
)
def test_patterns_are_read_from_pictures(azimuth: float, elevation: float, name: str) -> None:
    measures = light_measures(
        lit(key_azimuth=azimuth, key_elevation=elevation, key_to_fill_stops=2.0)
    )
    found = {measure.name: measure for measure in measures}
    assert list(found) == [
        "LightDirection",
        "LightPattern",
        "KeyToFill",
        "LightHardness",
        "MixedLight",
    ]
    assert found["LightPattern"].verdict == name
    assert found["LightPattern"].value == pytest.approx(azimuth, abs=10)


def test_faults_are_split_light_and_light_from_below() -> None:
    for good in ((0, 45), (0, 0), (30, 40), (52, 40)):
        for measure in (light_pattern, light_direction):
            assert (measure(light(*good)).score or 0) >= 75
    for bad in ((90, 10), (0, -45), (150, 20)):
        assert (light_pattern(light(*bad, 2.5)).score or 0) < 60
        assert (light_direction(light(*bad, 2.5)).score or 0) < 75
    assert (light_pattern(light(85, 10, 0.6)).score or 0) >= 75  # plenty of fill


def test_sides_are_the_pictures() -> None:
    assert light_direction(light(50, 10)).verdict == "right"
    assert light_direction(light(-50, 10)).verdict == "left"
    assert light_direction(light(0, 50)).verdict == "above"
    assert light_direction(light(0, -40)).verdict == "below"
    assert light_direction(light(3, 5)).verdict == "front"
    assert "left" in light_pattern(light(-30, 40)).reason


def test_what_is_unsure_is_not_told() -> None:
    unsure = light(40, 30, uncertainty=40.0)
    for measure in (light_direction, light_pattern, light_hardness):
        assert measure(unsure).status == "could_not_assess"
    assert key_to_fill(light(0, 10, shaded=0.0)).status == "could_not_assess"
    assert mixed_light(light(0, 10, shaded=0.0)).status == "could_not_assess"
    for measure in (light_direction, light_pattern, key_to_fill, light_hardness, mixed_light):
        assert measure(None).status == "could_not_assess"


@pytest.mark.parametrize(
    ("stops", "verdict"), [(0.3, "flat"), (1.0, "corporate"), (2.0, "character"), (3.5, "harsh")]
)
def test_ratios_have_names(stops: float, verdict: str) -> None:
    found = key_to_fill(light(40, 30, stops))
    assert found.verdict == verdict
    assert ((found.score or 0) < 75) == (verdict == "harsh")


def test_hardness_follows_the_size() -> None:
    words = [light_hardness(light(40, 30, size=size)).verdict for size in (8.0, 22.0, 45.0)]
    assert words == ["hard", "medium", "soft"]


def test_mixed_light_is_measured_in_mired() -> None:
    # A lamp of 2900 K and a window of 5500 K, to the skin and then to the camera: ratios of the
    # Planckian locus's linear sRGB.
    from catchlight.color import XYZ_TO_RGB, planckian_xy

    def rgb(kelvin: float) -> np.ndarray:
        x, y = planckian_xy(kelvin)
        return np.asarray(XYZ_TO_RGB @ np.array([x / y, 1, (1 - x - y) / y]))

    between = mired_between(rgb(4500), rgb(7000))
    assert between == pytest.approx(1e6 / 4500 - 1e6 / 7000, rel=0.08)
    made = light(50, 30)
    mixed = replace(made, key=made.ambient * rgb(4000), ambient=made.ambient * rgb(7500))
    assert mixed_light(made).verdict == "one colour"
    found = mixed_light(mixed)
    assert found.verdict == "mixed"
    assert (found.score or 100) < 75
    assert "warm on the lit side" in found.reason


def side(across: float, *, whites: float | None = 0.0) -> SideLight:
    """Light whose log2 R/B runs by `across` from the picture's left cheek to its right."""
    slope = across / 1.5
    return SideLight(0.4 * slope, -0.6 * slope, 0.03, 0.0, 0.1, whites)


@pytest.mark.parametrize("made", [None, light(0, 10, shaded=0.0), light(0, 10, uncertainty=60.0)])
def test_without_shade_the_cheeks_tell_one_colour(made: Lighting | None) -> None:
    found = mixed_light(made, side(0.2))
    assert found.verdict == "one colour"
    assert found.value == pytest.approx(0.2 * np.log(2) / 0.0098)
    assert mixed_light(made, side(0.7)).status == "could_not_assess"  # the eyes' whites disagree
    assert mixed_light(made, side(0.7, whites=-0.3)).verdict == "mixed"
    assert mixed_light(made, None).status == "could_not_assess"


@pytest.mark.parametrize(
    ("share", "verdict"),
    [(0.1, "one colour"), (0.2, "could not assess"), (0.4, "could not assess"), (0.5, "mixed")],
)
def test_whites_that_hardly_agree_leave_it_open(share: float, verdict: str) -> None:
    """So that a save at a lower quality, which moves the whites, turns no fault into none."""
    found = mixed_light(light(0, 10, 1.2), side(0.7, whites=share * -0.6 * 0.7 / 1.5))
    assert found.verdict == verdict


@pytest.mark.parametrize("shaded", [0.019, 0.021])
@pytest.mark.parametrize("stops", [0.59, 0.61, 2.19, 2.21])
def test_what_little_shade_is_seen_does_not_change_the_verdict(shaded: float, stops: float) -> None:
    assert mixed_light(light(40, 30, stops, shaded=shaded), side(0.1)).verdict == "one colour"


def test_deep_shade_proves_no_mixed_light() -> None:
    warm = np.array([1.5, 1.0, 0.4])
    for stops, verdict in ((1.5, "mixed"), (3.0, "could not assess")):
        made = light(40, 30, stops)
        assert mixed_light(replace(made, key=made.key * warm), side(0.1)).verdict == verdict
