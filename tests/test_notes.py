"""Oracles: counts by hand, an order that must hold, and rules of the test's own."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from catchlight.measures import Measure, could_not_assess
from catchlight.notes import Rule, reshoot_notes, rules
from catchlight.pick import Candidate, rank
from catchlight.scoring import table

from .sessions import candidate, good, with_measure

BOOK = (
    Rule("light", "LightPattern", "Raise the light", "{all_are} lit from below", ("from below",)),
    Rule("light", "EyeSockets", "Face the window", "{all_are} lit from above"),
    Rule("distance", "CameraDistance", "Step back", "{in_all} the camera is {value} cm away"),
    Rule("height", "HeadPosePitch", "Lift the camera", "{all_have} it low", below=0.0),
    Rule("eyes", "EyesOpen", "Blink before", "{in_all} an eye is closed"),
    Rule("gaze", "Gaze", "Look here", "{in_all} you look away"),
)


def measure(name: str, score: float = 20.0, value: float = 1.0, verdict: str = "") -> Measure:
    return Measure(name, value, "1", score, "ok", f"{name} is bad", verdict)


def session(*bad: Sequence[Measure], of: int | None = None) -> list[Candidate]:
    """Photographs with these measures each, and good ones up to `of`."""
    photos = [with_measure(candidate(i, **good()), *measures) for i, measures in enumerate(bad)]
    return photos + [candidate(i, **good()) for i in range(len(photos), of or 0)]


def texts(photos: list[Candidate], most: int = 3) -> list[str]:
    return [note.text for note in reshoot_notes(rank(photos), most, BOOK)]


def test_good_photos_get_no_note() -> None:
    assert reshoot_notes(rank(session(of=5))) == ()
    assert reshoot_notes(()) == ()


def test_a_fault_of_all_photos_is_an_action_with_its_count() -> None:
    from_below = measure("LightPattern", verdict="from below")
    assert texts(session(*[[from_below]] * 9)) == [
        "Raise the light: all nine photos are lit from below."
    ]
    assert texts(session([from_below])) == ["Raise the light: the photo is lit from below."]


def test_when_the_best_picture_is_without_fault_nothing_is_asked_for() -> None:
    assert texts(session(*[[measure("EyesOpen")]] * 7, of=9)) == []


def test_a_rare_fault_is_told_only_if_the_best_picture_has_it() -> None:
    slight, closed = measure("CameraDistance", 70, 60.0), measure("EyesOpen", 0)
    one_closed = session([slight], [slight], [slight], [slight, closed])
    assert texts(one_closed) == ["Step back: in all four photos the camera is 60 cm away."]
    half_closed = session([slight], [slight], [slight, closed], [slight, closed])
    assert texts(half_closed) == ["Step back: in all four photos the camera is 60 cm away."]
    most_closed = session([slight], [slight, closed], [slight, closed], [slight, closed])
    assert texts(most_closed)[0] == "Blink before: in 3 of 4 photos an eye is closed."


def test_the_worst_comes_first_and_three_at_most() -> None:
    photos = session(
        *[[measure("Gaze", 60), measure("EyesOpen", 2), measure("CameraDistance", 30, 40.0),
           measure("HeadPosePitch", 70, -9.0)]] * 3
    )  # fmt: skip
    told = [note.theme for note in reshoot_notes(rank(photos), 9, BOOK)]
    assert told == ["eyes", "distance", "gaze", "height"]
    assert [note.theme for note in reshoot_notes(rank(photos), 3, BOOK)] == told[:3]


def test_what_hardly_counts_is_not_worth_a_reshoot() -> None:
    assert texts(session(*[[measure("Gaze", 74.9)]] * 3)) == [
        "Look here: in all three photos you look away."
    ]
    assert texts(session(*[[measure("HeadPosePitch", 74.9, -9.0)]] * 3)) == []


def test_one_note_for_one_theme() -> None:
    both = [measure("LightPattern", 10, verdict="from below"), measure("EyeSockets", 60)]
    assert texts(session(both, both)) == ["Raise the light: both photos are lit from below."]


def test_the_value_is_the_median_of_the_photos_that_have_the_fault() -> None:
    photos = session(*[[measure("CameraDistance", 20, cm)] for cm in (31.0, 40.0, 52.0)])
    assert texts(photos) == ["Step back: in all three photos the camera is 40 cm away."]


@pytest.mark.parametrize(
    "not_a_fault",
    [
        measure("LightPattern", 20, verdict="loop"),
        measure("LightPattern", 80, verdict="from below"),
        could_not_assess("LightPattern", "1", "too dark to tell"),
        measure("HeadPosePitch", 20, +12.0),
        measure("SomethingNew", 0),
    ],
)
def test_what_does_not_fit_a_rule_gives_no_note(not_a_fault: Measure) -> None:
    assert texts(session([not_a_fault])) == []


def test_the_shipped_rules_make_sentences() -> None:
    for rule in rules():
        assert rule.measure in table(), rule.measure
        value = 40.0 if rule.above is not None else -40.0 if rule.below is not None else 12.0
        bad = measure(rule.measure, 5, value, rule.verdicts[0] if rule.verdicts else "")
        for count, of in ((1, 1), (2, 2), (3, 3), (3, 4)):
            (note,) = reshoot_notes(rank(session(*[[bad]] * count, of=None)), 3, [rule])
            assert note.of == count
            assert note.text.endswith(".")
            assert "{" not in note.text
            assert ".." not in note.text
            assert of >= count
        assert note.action[0].isupper()
        assert not note.action.endswith(".")


def test_rules_are_reachable() -> None:
    """A rule without conditions must be the last of its measure."""
    for place, rule in enumerate(rules()):
        if not rule.verdicts and rule.above is None and rule.below is None:
            assert all(later.measure != rule.measure for later in rules()[place + 1 :])


def test_no_note_labels_the_person() -> None:
    words = " ".join(f"{r.do} {r.why}".lower() for r in rules())
    for label in ("sad", "angry", "happy", "old", "young", "beaut", "attract", "ugly", "emotion"):
        assert f" {label}" not in words
