"""Oracles: an order and reasons that must hold whatever the weights."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from catchlight import pick
from catchlight.measures import Measure
from catchlight.pick import rank
from catchlight.scoring import table

from .sessions import appearance, candidate, good, with_measure


def order(*photos, **options) -> list[int]:  # type: ignore[no-untyped-def]
    return [place.candidate.index for place in rank(photos, **options)]


# ---------------------------------------------------------------- the order


def test_closed_eyes_lose_against_anything_passable() -> None:
    places = rank(
        [
            candidate(0, **good(EyesOpen=0)),
            candidate(1, **good(Exposure=40, Sharpness=40, Gaze=30)),
        ]
    )
    assert [p.candidate.index for p in places] == [1, 0]
    assert places[1].reasons[0] == "EyesOpen is 0"
    assert places[1].status == "weak"


def test_order_does_not_depend_on_the_order_of_the_files() -> None:
    photos = [candidate(i, **good(Gaze=40 + 7 * i)) for i in range(6)]
    for top in (1, 3, 6):
        assert order(*photos, top=top) == order(*photos[::-1], top=top) == [5, 4, 3, 2, 1, 0]


def test_a_look_can_shift_the_weights() -> None:
    soft, averted = candidate(0, **good(Sharpness=45)), candidate(1, **good(Gaze=45))
    assert order(soft, averted, multipliers={"Sharpness": 0.1, "Gaze": 3.0}) == [0, 1]
    assert order(soft, averted, multipliers={"Sharpness": 3.0, "Gaze": 0.1}) == [1, 0]


def test_when_nothing_is_good_the_least_bad_is_picked_and_called_weak() -> None:
    places = rank([candidate(i, **good(EyesOpen=i, Gaze=20)) for i in range(3)], top=3)
    assert [p.status for p in places] == ["weak"] * 3
    assert [p.picked for p in places] == [True, False, False]


# ---------------------------------------------------------------- near-duplicates


def test_of_near_duplicates_the_best_stays_and_the_measure_that_decides_is_told() -> None:
    best = candidate(0, appearance(7), name="IMG_3.jpg", **good())
    twin = candidate(1, appearance(7), **good(EyesOpen=60))
    other = candidate(2, appearance(8), **good(Gaze=40))
    places = rank([twin, other, best])
    assert [p.candidate.index for p in places] == [0, 2, 1]
    assert [p.status for p in places] == ["usable", "usable", "duplicate"]
    assert places[0].group == places[2].group != places[1].group
    assert places[2].reasons == (
        "nearly the same as IMG_3.jpg, whose eyes are wider open",
        "EyesOpen is 60",
    )


def test_a_difference_too_small_to_name_is_not_named() -> None:
    places = rank([candidate(0, appearance(7), **good()), candidate(1, appearance(7), **good())])
    assert places[1].reasons == ("nearly the same as 0.jpg, which is hardly better",)


def test_a_duplicate_is_never_among_the_picks() -> None:
    photos = [candidate(i, appearance(7), **good(Gaze=95 - i)) for i in range(4)]
    places = rank([*photos, candidate(9, appearance(8), **good(Gaze=60))], top=3)
    assert [p.candidate.index for p in places if p.picked] == [0, 9]


# ---------------------------------------------------------------- diversity


def test_three_pictures_are_three_different_ones() -> None:
    same_day = [candidate(i, appearance(1, yaw=3.0 * i), **good(Gaze=95 - i)) for i in range(4)]
    smiling = candidate(4, appearance(1, smile=0.9), **good(Gaze=82))
    outside = candidate(5, appearance(2), **good(Gaze=82))
    places = rank([*same_day, smiling, outside], top=3)
    assert {p.candidate.index for p in places if p.picked} == {0, 4, 5}
    assert [p.picked for p in places] == [True] * 3 + [False] * 3
    words = [p.place for p in places[:3]]
    assert words[0] == ""
    assert sorted(word.split(" than in ")[0] for word in words[1:]) == [
        "another expression",
        "another setting",
    ]


def test_a_bad_picture_is_never_picked_for_being_different() -> None:
    alike = [candidate(i, appearance(1, yaw=4.0 * i), **good()) for i in range(3)]
    for fault in (0.0, 20.0, 40.0):
        other = candidate(9, appearance(2, smile=1.0), **good(EyesOpen=fault))
        assert {p.candidate.index for p in rank([*alike, other], top=3) if p.picked} == {0, 1, 2}


def test_the_best_is_always_picked_and_picks_are_in_the_order_of_score() -> None:
    rng = np.random.default_rng(5)
    for top in (1, 2, 4):
        photos = [
            candidate(
                i,
                appearance(i % 3, yaw=rng.uniform(-30, 30), smile=rng.uniform(0, 1)),
                **good(Gaze=rng.uniform(60, 100), Sharpness=rng.uniform(60, 100)),
            )
            for i in range(12)
        ]
        places = rank(photos, top=top)
        assert places[0].score == max(p.score for p in places)
        picks = [p.score for p in places if p.picked]
        rest = [p.score for p in places if not p.picked and p.status == "usable"]
        assert len(picks) == top
        assert picks == sorted(picks, reverse=True)
        assert rest == sorted(rest, reverse=True)


def test_more_wanted_than_there_are() -> None:
    assert sum(p.picked for p in rank([candidate(0, **good())], top=5)) == 1
    assert rank([]) == ()


# ---------------------------------------------------------------- reasons


def test_every_photo_has_a_reason() -> None:
    rng = np.random.default_rng(1)
    photos = [
        candidate(i, appearance(i % 4, yaw=float(rng.uniform(-20, 20))), **good(Gaze=s, EyesOpen=e))
        for i, (s, e) in enumerate(itertools.product((20.0, 80.0, 100.0), (10.0, 85.0, 100.0)))
    ]
    for place in rank(photos, top=3):
        assert place.reasons
        assert all(reason and "None" not in reason for reason in place.reasons)


def test_faults_are_told_worst_first_and_a_pick_with_what_is_good() -> None:
    photo = candidate(0, **good(EyesOpen=60, Sharpness=30, Exposure=74))
    place = rank([photo])[0]
    assert place.faults == ("Sharpness is 30", "EyesOpen is 60", "Exposure is 74")
    assert place.praise == ("Gaze is 95",)
    assert place.reasons == (*place.praise, *place.faults)


def test_a_good_picture_that_is_not_picked_says_what_is_behind() -> None:
    places = rank([candidate(0, **good()), candidate(1, **good(Sharpness=78))])
    assert places[1].reasons == ("good, but 0.jpg is ahead, whose eyes are sharper",)
    places = rank([candidate(0, **good()), candidate(1, **good())])
    assert places[1].reasons == ("as good as 0.jpg",)


def test_names_with_odd_letters_stay_on_one_line() -> None:
    places = rank(
        [
            candidate(0, appearance(1), name="a\nb.jpg", **good()),
            candidate(1, appearance(1), **good(Gaze=60)),
        ]
    )
    assert "a\\nb.jpg" in places[1].reasons[0]


# ---------------------------------------------------------------- the second pass


def test_each_face_is_held_against_the_usual_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def usual(faces):  # type: ignore[no-untyped-def]
        seen.append(len(faces))
        return "usual"

    def own(face, against):  # type: ignore[no-untyped-def]
        assert against == "usual"
        return {"EyesOpen": Measure("EyesOpen", 1.0, "1", 42.0, "ok", "against the usual")}

    monkeypatch.setattr(pick, "usual", usual)
    monkeypatch.setattr(pick, "measure_against", own)
    photos = pick.against_usual([candidate(0, **good()), candidate(1, **good())])
    assert seen == [2]
    assert [p.measures["EyesOpen"].score for p in photos] == [42.0, 42.0]
    assert photos[0].measures["Gaze"].score == 95.0


def test_a_session_without_the_person_has_nothing_to_hold_against() -> None:
    assert pick.against_usual([]) == []


def test_lids_behind_dark_glasses_are_not_judged() -> None:
    hidden = candidate(0, **good())
    glasses = Measure("EyesVisible", 0.1, "stop", 15.0, "ok", "dark glasses", "dark glasses")
    measures = {**hidden.measures, "EyesVisible": glasses}
    (seen,) = pick.against_usual([replace(hidden, measures=measures)])
    assert not seen.measures["EyesOpen"].ok
    assert not seen.measures["Squinch"].ok


def test_a_moved_picture_is_not_praised_as_sharp() -> None:
    still = candidate(0, **good())
    moved = Measure("MotionBlur", 2.0, "%", 30.0, "ok", "the camera or the head moved", "moved")
    (seen,) = pick.against_usual([replace(still, measures={**still.measures, "MotionBlur": moved})])
    assert not seen.measures["Sharpness"].ok


# ---------------------------------------------------------------- weights and words


def test_what_is_spoilt_is_weak_however_good_the_rest() -> None:
    for name, row in table().items():
        if row.spoils_below:
            fine = dict.fromkeys(table(), 100.0)
            places = rank([candidate(0, **fine | {name: row.spoils_below - 1})])
            assert places[0].status == "weak", name
            places = rank([candidate(0, **fine | {name: row.spoils_below + 1})])
            assert places[0].status == "usable", name


def test_a_measure_without_a_weight_is_told_but_does_not_count() -> None:
    odd = Measure("Novelty", 1.0, "1", 10.0, "ok", "something new")
    plain = candidate(0, **good())
    place = rank([with_measure(plain, odd)])[0]
    assert place.score == rank([plain])[0].score
    assert place.faults == ("something new",)


def test_words_follow_the_side_on_which_a_picture_is_worse() -> None:
    def opening(index: int, share: float, score: float):  # type: ignore[no-untyped-def]
        eyes = Measure("EyesOpen", share, "1", score, "ok", f"open by {share}")
        return with_measure(candidate(index, appearance(7), **good()), eyes)

    narrow = rank([opening(0, 1.0, 100), opening(1, 0.6, 50)])[1]
    assert narrow.reasons[0].endswith("whose eyes are wider open")
    staring = rank([opening(0, 1.0, 100), opening(1, 1.6, 50)])[1]
    assert staring.reasons[0].endswith("whose lids are more at ease")
