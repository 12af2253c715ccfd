"""Oracles: the geometric mean by hand; an order that must hold whatever the weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from catchlight.measures import Measure, could_not_assess
from catchlight.pick import Candidate, default_weights, near_duplicates, rank, total_score

NAMES = ("EyesOpen", "Gaze", "Sharpness", "Exposure")


def measured(**scores: float | None) -> dict[str, Measure]:
    return {
        name: could_not_assess(name, "1", "hidden")
        if score is None
        else Measure(name, score, "1", score, "ok", f"{name} is {score:.0f}")
        for name, score in scores.items()
    }


def candidate(index: int, seed: int | None = None, **scores: float | None) -> Candidate:
    rng = np.random.default_rng(index if seed is None else seed)
    signature = rng.standard_normal((2, 32, 32)).astype(np.float32)
    signature -= signature.mean(axis=(1, 2), keepdims=True)
    signature /= np.linalg.norm(signature, axis=(1, 2), keepdims=True)
    return Candidate(index, Path(f"{index}.jpg"), measured(**scores), signature)


def good(**changes: float | None) -> dict[str, float | None]:
    return dict.fromkeys(NAMES, 95.0) | changes


def test_score_is_the_weighted_geometric_mean() -> None:
    measures = measured(EyesOpen=50, Gaze=80)
    weights = {"EyesOpen": 3.0, "Gaze": 1.0}
    assert total_score(measures, weights) == pytest.approx((50**3 * 80) ** 0.25)


def test_what_could_not_be_assessed_is_left_out_not_zero() -> None:
    weights = default_weights()
    with_gap = total_score(measured(EyesOpen=90, Gaze=None), weights)
    assert with_gap == pytest.approx(90)


def test_closed_eyes_lose_against_anything_passable() -> None:
    closed = candidate(0, **good(EyesOpen=0))
    dull = candidate(1, **good(Exposure=60, Sharpness=60))
    places = rank([closed, dull])
    assert [p.candidate.index for p in places] == [1, 0]
    assert places[1].reasons[0] == "EyesOpen is 0"


def test_of_near_duplicates_the_best_stays_and_the_others_come_last() -> None:
    best, twin, other = (
        candidate(0, seed=7, **good()),
        candidate(1, seed=7, **good(Gaze=80)),
        candidate(2, seed=8, **good(Gaze=40)),
    )
    places = rank([twin, other, best])
    assert [p.candidate.index for p in places] == [0, 2, 1]
    assert [p.status for p in places] == ["usable", "usable", "duplicate"]
    assert "0.jpg" in places[2].reasons[0]
    assert places[0].group == places[2].group != places[1].group


def test_signatures_of_different_noise_are_not_duplicates() -> None:
    assert not near_duplicates(candidate(0, **good()), candidate(1, **good()))
    assert near_duplicates(candidate(0, seed=1, **good()), candidate(1, seed=1, **good()))


def test_a_look_can_shift_the_weights() -> None:
    soft, averted = candidate(0, **good(Sharpness=45)), candidate(1, **good(Gaze=45))
    by_default = [p.candidate.index for p in rank([soft, averted])]
    forgiving = [p.candidate.index for p in rank([soft, averted], {"Sharpness": 0.1, "Gaze": 3.0})]
    strict = [p.candidate.index for p in rank([soft, averted], {"Sharpness": 3.0, "Gaze": 0.1})]
    assert (forgiving, strict) == ([0, 1], [1, 0])
    assert by_default in ([0, 1], [1, 0])


def test_order_does_not_depend_on_the_order_of_the_files() -> None:
    candidates = [candidate(i, **good(Gaze=40 + 7 * i)) for i in range(6)]
    forwards = [p.candidate.index for p in rank(candidates)]
    backwards = [p.candidate.index for p in rank(candidates[::-1])]
    assert forwards == backwards == [5, 4, 3, 2, 1, 0]


def test_every_weight_has_a_source() -> None:
    import tomllib
    from importlib import resources

    text = resources.files("catchlight").joinpath("data/picking.toml").read_text("utf-8")
    rows = tomllib.loads(text)["weights"]
    assert all(row["source"] and row["weight"] > 0 for row in rows.values())
