"""Oracles: drawn lids of known fall, alone and over a session; photographs labelled by eye."""

from __future__ import annotations

from pathlib import Path

import pytest

from catchlight import faces
from catchlight.faces import Face
from catchlight.measures.lids import eyes_open
from catchlight.measures.usual import usual

from ..rendered_face import render_face
from .drawn_face import drawn_face, mirrored
from .shared_faces import face_in, faces_in

BOTH_NARROW = dict.fromkeys(("upper_right", "upper_left", "lower_right", "lower_left"), -0.015)


def fallen(*sides: str, by: float) -> dict[str, float]:
    """Traits moved as a blink moves them in the mesh: the lower lid rises by a third."""
    return {
        **{f"upper_{side}": -by for side in sides},
        **{f"lower_{side}": -by / 3 for side in sides},
    }


SESSION = usual([drawn_face() for _ in range(4)])


@pytest.mark.parametrize(
    ("by", "verdict"),
    [(0.0, "open"), (0.012, "open"), (0.035, "half closed"), (0.07, "closed"), (0.09, "closed")],
)
def test_lids_that_fall_are_seen(by: float, verdict: str) -> None:
    face = drawn_face(fallen("right", "left", by=by))
    assert eyes_open(face, SESSION).verdict == verdict
    assert eyes_open(face, usual([face] + [drawn_face()] * 3)).verdict == verdict


def test_a_single_photo_is_given_the_benefit_of_the_doubt() -> None:
    for by, seen in ((0.02, False), (0.03, False), (0.05, True), (0.08, True)):
        face = drawn_face(fallen("right", "left", by=by))
        assert ("closed" in eyes_open(face, usual([face])).verdict) == seen


@pytest.mark.parametrize("side", ["right", "left"])
def test_one_eye_is_named(side: str) -> None:
    for by, degree in ((0.04, "half closed"), (0.08, "closed")):
        face = drawn_face(fallen(side, by=by))
        result = eyes_open(face, SESSION)
        assert result.verdict == f"{side} eye {degree}"
        assert result.reason == f"the {side} eye is {degree}"
        other = "left" if side == "right" else "right"
        assert eyes_open(mirrored(face), SESSION).verdict == f"{other} eye {degree}"


def test_the_less_open_eye_has_the_lower_score_the_further_it_falls() -> None:
    scores = [
        eyes_open(drawn_face(fallen("left", "right", by=by)), SESSION).score or 0.0
        for by in (0.0, 0.01, 0.02, 0.03, 0.05, 0.08)
    ]
    assert scores[0] == 100.0
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] < 10


def test_narrow_eyes_are_open_when_they_are_the_persons_own() -> None:
    narrow = drawn_face(BOTH_NARROW)
    assert eyes_open(narrow, usual([narrow])).verdict == "open"
    very = drawn_face({name: 2 * by for name, by in BOTH_NARROW.items()})
    result = eyes_open(very, usual([very] * 5))
    assert result.verdict == "open"
    assert result.score is not None
    assert result.score > 90
    assert eyes_open(very, SESSION).verdict == "narrowed"  # in somebody else


def test_a_smile_that_narrows_the_eyes_from_below_is_no_fault() -> None:
    laughing = dict.fromkeys(("lower_right", "lower_left"), -0.037)
    laughing |= dict.fromkeys(("upper_right", "upper_left"), -0.025)
    result = eyes_open(drawn_face(laughing), SESSION)
    assert result.verdict == "narrowed"
    assert result.score is not None
    assert result.score >= 75


def test_eyes_opened_wide_are_told() -> None:
    staring = dict.fromkeys(("upper_right", "upper_left"), 0.045)
    assert eyes_open(drawn_face(staring), SESSION).verdict == "wide"


def test_the_value_is_the_share_of_the_usual_opening() -> None:
    face = drawn_face({"upper_left": -0.07015})  # half of 0.0947 + 0.0456
    assert eyes_open(face, SESSION).value == pytest.approx(0.5, abs=0.01)
    assert eyes_open(face.scaled(0.3), SESSION).value == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("yaw", [45, -45])
def test_beyond_40_degrees_only_the_near_eye_counts(yaw: float) -> None:
    near, far = ("right", "left") if yaw > 0 else ("left", "right")
    assert eyes_open(drawn_face(fallen(far, by=0.09), yaw=yaw), SESSION).verdict == "open"
    assert eyes_open(drawn_face(fallen(near, by=0.09), yaw=yaw), SESSION).verdict == "closed"


def test_a_profile_is_not_assessed() -> None:
    result = eyes_open(drawn_face(yaw=60), SESSION)
    assert not result.ok
    assert result.verdict == "could not assess"


CLOSED = (
    ("matting/ppm100/image/14429083354_23c8fddff5_o.jpg", 0),
    ("matting/ppm100/image/17876927642_a73799528c_o.jpg", 0),
    ("matting/ppm100/image/2133184216_18d38525a2_o.jpg", 0),
    ("matting/ppm100/image/506937171_b73ff1c24b_o.jpg", 0),
    ("people/groups/obama_and_biden.jpg", 1),
    ("selfies/blemish/attachai_acne5.jpg", 0),
)
NARROW = (
    "ai/pairs/astria_man/example3.png",
    "ai/sd3/f_14.jpg",
    "ai/sd3/m_27.jpg",
    "matting/ppm100/image/7085121445_1165c4a561_o.jpg",
    "people/obama/obama.jpg",
    "studio/london_smiling/013_08.jpg",
)


@pytest.mark.shared
@pytest.mark.parametrize(("path", "place"), CLOSED)
def test_closed_eyes_are_seen_in_a_single_photo(shared: Path, path: str, place: int) -> None:
    face = face_in(shared / path, place)
    result = eyes_open(face, usual([face]))
    assert "closed" in result.verdict
    assert result.score is not None
    assert result.score < 75


@pytest.mark.shared
@pytest.mark.parametrize("path", NARROW)
def test_narrow_open_eyes_are_not_called_closed(shared: Path, path: str) -> None:
    face = face_in(shared / path)
    assert eyes_open(face, usual([face])).verdict in ("open", "narrowed")


@pytest.mark.shared
def test_of_a_burst_the_closed_and_lowered_eyes_are_seen(shared: Path) -> None:
    found = faces_in(shared / "people" / "rootvc_man")
    own = usual(list(found.values()))
    verdicts = [eyes_open(face, own).verdict for face in found.values()]
    assert verdicts == ["half closed", "closed", "open", "open"]


@pytest.mark.slow
def test_lids_of_renderings_are_seen_in_turned_heads() -> None:
    def rendered(lids: float, yaw: float) -> Face:
        return faces.find(render_face(lids=lids, yaw=yaw, pitch=6).pixels)[0]

    opened = [rendered(1.0, yaw) for yaw in (-20, 0, 20)]
    own = usual(opened)
    for face in opened:
        assert eyes_open(face, own).verdict == "open"
    for yaw in (-20, 20):
        assert "closed" in eyes_open(rendered(0.5, yaw), own).verdict
        assert eyes_open(rendered(0.0, yaw), own).verdict == "closed"
