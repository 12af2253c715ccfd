"""Oracles: published values of the interval; order statistics."""

from __future__ import annotations

import pytest

from catchlight.evidence import EVIDENCE
from catchlight.evidence.calibration import Rate, Rates, judged, rates, wilson


def test_intervals_are_wilsons() -> None:
    # Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=2e-4)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=2e-4)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=2e-4)
    assert wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=2e-4)
    assert wilson(0, 0) == (0.0, 1.0)


def test_the_tail_falls_and_is_never_nothing() -> None:
    known = Rates(tuple(float(v) for v in range(11)), 100)
    tails = [known.tail(v) for v in (-1.0, 2.0, 5.0, 9.5, 50.0)]
    assert tails == sorted(tails, reverse=True)
    assert tails[0] == 1.0
    assert tails[-1] == pytest.approx(1 / 101)
    assert Rates().tail(3.0) is None


def test_every_kind_has_been_measured() -> None:
    known = rates()
    for name in {*EVIDENCE, "skin_texture_alone"} - {"file"}:
        assert known[name].cases >= 20, name
        assert known[name].false_alarms.cases >= 10, name
        assert known[name].limit > known[name].quantiles[-1], name
        assert list(known[name].quantiles) == sorted(known[name].quantiles), name


def test_the_promise_of_few_false_alarms_is_kept() -> None:
    for name, known in rates().items():
        alarms = known.false_alarms
        assert alarms.flagged <= 0.05 * alarms.cases, name


def test_another_explanation_excuses() -> None:
    limit = rates()["moved"].limit
    said = {"consistent": "same", "differs": "other"}
    plain = judged("moved", "moves", 9.0, "%", limit + 1, said)
    assert (plain.status, plain.sentence) == ("differs", "other")
    excused = judged("moved", "moves", 9.0, "%", limit + 1, said, excused="it is blurred")
    assert (excused.status, excused.sentence) == ("could_not_assess", "it is blurred")
    below = judged("moved", "moves", 0.0, "%", 0.5 * limit, said, excused="it is blurred")
    assert below.status == "consistent"


def test_rates_have_intervals() -> None:
    assert Rate(5, 10).interval() == wilson(5, 10)
