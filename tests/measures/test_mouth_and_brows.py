"""Oracles: drawn mouths, cheeks, lids and brows of known place; one person's eight expressions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from catchlight.faces import Face
from catchlight.measures.brows import brow_tension
from catchlight.measures.cheeks import cheek_raise
from catchlight.measures.corners import mouth_corners
from catchlight.measures.evenness import expression_evenness
from catchlight.measures.jaw import jaw_tension
from catchlight.measures.lids import eyes_open
from catchlight.measures.lips import mouth_closed, teeth_showing
from catchlight.measures.measure import Measure
from catchlight.measures.smiling import smile
from catchlight.measures.squinch import squinch
from catchlight.measures.traits import POPULATION, traits
from catchlight.measures.usual import Usual, usual

from .drawn_face import drawn_face, mirrored
from .shared_faces import face_in, faces_in

ALL: tuple[Callable[[Face, Usual], Measure], ...] = (
    eyes_open,
    squinch,
    mouth_corners,
    mouth_closed,
    teeth_showing,
    cheek_raise,
    brow_tension,
    jaw_tension,
    expression_evenness,
)
REST = {name: norm.mean for name, norm in POPULATION.items()}
SESSION = usual([drawn_face() for _ in range(4)])


def smiling(amount: float, *, cheeks: bool = True) -> dict[str, float]:
    """Traits moved as the average posed smile moves them, times `amount`."""
    both = {"corner": 0.062, "cheek": 0.029 if cheeks else 0.0, "lower": -0.0088 if cheeks else 0.0}
    moved = {f"{n}_{side}": amount * by for n, by in both.items() for side in ("right", "left")}
    return moved | {"mouth_width": 0.118 * amount, "mouth_depth": 0.054 * amount}


@pytest.mark.parametrize("amount", [0.0, 0.5, 1.0, 2.0])
def test_the_smile_is_measured_in_average_smiles(amount: float) -> None:
    assert smile(traits(drawn_face(smiling(amount))), REST) == pytest.approx(amount, abs=0.01)


def test_a_gaping_mouth_is_no_smile() -> None:
    moved = {"lip_gap": 0.45, "corner_right": 0.15, "corner_left": 0.15, "mouth_width": 0.18}
    assert smile(traits(drawn_face(moved)), REST) < 0.1


@pytest.mark.parametrize(
    ("moved", "verdict"),
    [
        ({}, "relaxed"),
        (smiling(0.3), "relaxed"),
        (smiling(0.7), "slight smile"),
        (smiling(1.5), "smile"),
        ({"corner_right": -0.06, "corner_left": -0.06}, "corners down"),
    ],
)
def test_corners(moved: dict[str, float], verdict: str) -> None:
    result = mouth_corners(drawn_face(moved), SESSION)
    assert result.verdict == verdict
    assert result.value == pytest.approx(moved.get("corner_right", 0.0), abs=1e-3)
    assert (result.score is not None and result.score < 75) == (verdict == "corners down")


@pytest.mark.parametrize(
    ("gap", "amount", "verdict", "teeth"),
    [
        (0.0, 0.0, "at rest", "no teeth"),
        (0.05, 0.0, "at rest", "no teeth"),
        (0.09, 0.0, "at rest", "teeth"),
        (0.16, 1.2, "open in a smile", "teeth"),
        (0.18, 0.0, "open", "teeth"),
        (0.4, 0.0, "wide open", "teeth"),
    ],
)
def test_lips_and_teeth(gap: float, amount: float, verdict: str, teeth: str) -> None:
    face = drawn_face(smiling(amount) | {"lip_gap": gap - POPULATION["lip_gap"].mean})
    closed, showing = mouth_closed(face, SESSION), teeth_showing(face, SESSION)
    assert (closed.verdict, showing.verdict) == (verdict, teeth)
    assert closed.value == pytest.approx(gap, abs=1e-3)
    assert (closed.score is not None and closed.score < 75) == verdict.endswith("open")


def test_lips_parted_at_rest_are_the_persons_own() -> None:
    face = drawn_face({"lip_gap": 0.1})
    excess = mouth_closed(face, SESSION).score or 0.0
    own = mouth_closed(face, usual([face] * 5)).score or 0.0
    assert own > excess + 3


def test_cheeks_rise_with_the_smile_or_stay() -> None:
    with_it = cheek_raise(drawn_face(smiling(1.2)), SESSION)
    assert with_it.verdict == "with the smile"
    assert with_it.value == pytest.approx(1.0, abs=0.05)
    mouth_alone = cheek_raise(drawn_face(smiling(1.2, cheeks=False)), SESSION)
    assert mouth_alone.verdict == "only the mouth"
    assert mouth_alone.value == pytest.approx(0.0, abs=0.05)
    assert cheek_raise(drawn_face(), SESSION).verdict == "no smile"


def test_without_a_relaxed_photo_cheeks_are_not_assessed() -> None:
    face = drawn_face(smiling(1.5))
    assert not cheek_raise(face, usual([face] * 3)).ok
    assert cheek_raise(face, usual([face, drawn_face()])).ok


def test_squinch_is_the_lower_lids_alone() -> None:
    raised = {"lower_right": -0.025, "lower_left": -0.025}
    result = squinch(drawn_face(raised), SESSION)
    assert result.verdict == "squinch"
    assert result.value == pytest.approx(0.025 / 0.1417, abs=0.005)
    assert squinch(drawn_face(), SESSION).verdict == "none"
    tight = {"lower_right": -0.05, "lower_left": -0.05}
    assert squinch(drawn_face(tight), SESSION).verdict == "tight"
    asleep = raised | {"upper_right": -0.08, "upper_left": -0.08}
    assert squinch(drawn_face(asleep), SESSION).verdict == "none"


@pytest.mark.parametrize(
    ("moved", "verdict"),
    [
        ({}, "at ease"),
        ({"brow_right": -0.05, "brow_left": -0.05, "brow_drawn": 0.25}, "drawn down"),
        ({"brow_slope": -0.05}, "drawn up in the middle"),
        ({"brow_right": 0.08, "brow_left": 0.08}, "raised"),
    ],
)
def test_brows(moved: dict[str, float], verdict: str) -> None:
    face = drawn_face(moved)
    result = brow_tension(face, SESSION)
    assert result.verdict == verdict
    assert (result.score is not None and result.score < 75) == verdict.startswith("drawn")
    assert brow_tension(face, usual([face] * 6)).verdict == "at ease"  # their own brows


@pytest.mark.parametrize(
    ("moved", "verdict"),
    [
        ({}, "at ease"),
        ({"lips_pressed": 0.4, "lips": -0.06}, "lips pressed"),
        ({"lips_pressed": 0.4}, "at ease"),  # not thinner
        ({"chin_raised": 0.6}, "chin pushed up"),
        ({"lips_pressed": 0.4, "lips": -0.06} | smiling(1.0), "at ease"),
    ],
)
def test_jaw(moved: dict[str, float], verdict: str) -> None:
    assert jaw_tension(drawn_face(moved), SESSION).verdict == verdict


def test_unevenness_counts_beyond_the_persons_own() -> None:
    crooked = drawn_face({"corner_right": -0.05, "corner_left": 0.05})
    assert expression_evenness(crooked, SESSION).verdict == "mouth uneven"
    assert expression_evenness(crooked, usual([crooked] * 6)).verdict == "even"
    brow = drawn_face({"brow_right": 0.08})
    assert expression_evenness(brow, SESSION).verdict == "brows uneven"
    assert expression_evenness(drawn_face(smiling(1.0)), SESSION).verdict == "even"


@pytest.mark.parametrize("measure", ALL)
def test_mirrored_and_scaled_faces_get_the_same_verdict(
    measure: Callable[[Face, Usual], Measure],
) -> None:
    for moved in ({}, smiling(1.3), {"corner_left": 0.1}, {"brow_slope": -0.06}):
        face = drawn_face(moved, roll=-7)
        first = measure(face, SESSION)
        for same in (mirrored(face), face.scaled(0.5).moved(30, 9)):
            again = measure(same, SESSION)
            assert again.verdict == first.verdict
            assert again.score == pytest.approx(first.score, abs=9)


@pytest.mark.parametrize("measure", ALL)
def test_profiles_are_not_assessed(measure: Callable[[Face, Usual], Measure]) -> None:
    result = measure(drawn_face(yaw=-65), SESSION)
    assert (result.status, result.score) == ("could_not_assess", None)


@pytest.mark.parametrize("measure", ALL)
def test_a_face_at_rest_has_no_fault(measure: Callable[[Face, Usual], Measure]) -> None:
    for own in (SESSION, usual([drawn_face()]), usual([])):
        result = measure(drawn_face(), own)
        assert result.score is not None
        assert result.score >= 80


@pytest.mark.shared
def test_of_eight_expressions_the_calm_ones_have_no_fault(shared: Path) -> None:
    found = faces_in(shared / "people" / "human_emotions_a")
    own = usual(list(found.values()))

    def worst(face: Face) -> float:
        scores = [measure(face, own).score for measure in ALL]
        return min(score for score in scores if score is not None)

    lowest = [worst(face) for face in found.values()]
    calm, stirred = [lowest[i] for i in (0, 1, 2, 6)], [lowest[i] for i in (3, 4, 5, 7)]
    assert min(calm) > 75
    assert max(stirred) < 65


@pytest.mark.shared
@pytest.mark.parametrize("person", ["022", "063", "094", "107", "129"])
def test_smiling_people_are_seen_to_smile(shared: Path, person: str) -> None:
    neutral = face_in(shared / "studio" / "london_neutral" / f"{person}_03.jpg")
    laughing = face_in(shared / "studio" / "london_smiling" / f"{person}_08.jpg")
    own = usual([neutral, laughing])
    assert mouth_corners(neutral, own).verdict == "relaxed"
    assert mouth_corners(laughing, own).verdict == "smile"
    assert teeth_showing(neutral, own).verdict == "no teeth"
    assert teeth_showing(laughing, own).verdict == "teeth"
    assert cheek_raise(laughing, own).verdict == "with the smile"
    for measure in ALL:
        for face in (neutral, laughing):
            result = measure(face, own)
            assert result.score is None or result.score >= 75, result
