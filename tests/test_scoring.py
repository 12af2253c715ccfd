"""Oracles: the total by hand; a total that must fall whatever the weights."""

from __future__ import annotations

import math
import tomllib
from importlib import resources

import numpy as np
import pytest

from catchlight.scoring import default_weights, table, total_score

from .sessions import measured

# ---------------------------------------------------------------- the total


def test_total_by_hand() -> None:
    weights = {"EyesOpen": 3.0, "Gaze": 1.0}
    squares = (3 * math.log(0.5) ** 2 + math.log(0.8) ** 2) / 4
    expected = 100 * math.exp(-math.sqrt(squares))
    assert total_score(measured(EyesOpen=50, Gaze=80), weights) == pytest.approx(expected)


@pytest.mark.parametrize("score", [5.0, 40.0, 90.0, 100.0])
def test_where_all_agree_the_total_is_their_score(score: float) -> None:
    scores = dict.fromkeys(default_weights(), score)
    assert total_score(measured(**scores), default_weights()) == pytest.approx(score)


def test_what_could_not_be_assessed_is_left_out_not_zero() -> None:
    assert total_score(measured(EyesOpen=90, Gaze=None), default_weights()) == pytest.approx(90)
    assert total_score(measured(Gaze=None), default_weights()) == 0.0


def test_a_worse_score_never_raises_the_total() -> None:
    rng = np.random.default_rng(0)
    names = list(default_weights())
    for _ in range(200):
        scores = dict(zip(names, rng.uniform(0, 100, len(names)), strict=True))
        worse = scores | {(name := rng.choice(names)): scores[name] * rng.uniform(0, 1)}
        before, after = (total_score(measured(**s), default_weights()) for s in (scores, worse))
        assert after <= before + 1e-9


def test_one_fatal_fault_is_not_hidden_by_thirty_good_measures() -> None:
    fine = dict.fromkeys(default_weights(), 100.0)
    closed = total_score(measured(**fine | {"EyesOpen": 0.0}), default_weights())
    dull = total_score(measured(**dict.fromkeys(default_weights(), 70.0)), default_weights())
    assert closed < dull


# ---------------------------------------------------------------- the data


def test_every_weight_has_a_source_and_words() -> None:
    text = resources.files("catchlight").joinpath("data/picking.toml").read_text("utf-8")
    assert set(tomllib.loads(text)["weights"]) == set(table())
    for row in table().values():
        assert row.source
        assert row.better
        assert not row.better.endswith(".")
        assert 0 < row.weight <= 3
        assert 0 <= row.spoils_below < 50
