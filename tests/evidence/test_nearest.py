"""The nearest reference, and the references' own spread."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import cKDTree

from catchlight.evidence.nearest import each_against_the_rest, nearest


def test_one_reference_gives_a_distance_and_no_spread() -> None:
    assert nearest(np.array([3.0, 4.0]), [np.zeros(2)]) == (5.0, None)


@pytest.mark.parametrize("count", [2, 7])
def test_it_agrees_with_a_search_tree(count: int) -> None:
    points = np.random.default_rng(count).normal(size=(count + 1, 3))
    own, theirs = points[0], list(points[1:])
    tree = cKDTree(points[1:])
    distance, spread = nearest(own, theirs)
    assert distance == pytest.approx(tree.query(own)[0])
    assert spread == pytest.approx(tree.query(points[1:], k=2)[0][:, 1].max())


def test_two_alike_references_have_no_spread() -> None:
    same = np.ones(3)
    assert nearest(same, [same.copy(), same.copy()])[1] == 0.0


def test_one_alone_has_no_rest_and_the_unknown_are_left_out() -> None:
    assert each_against_the_rest([5], lambda one, rest: (one, list(rest))) == []
    found = each_against_the_rest("abc", lambda one, rest: None if one == "b" else (one, *rest))
    assert found == [("a", "b", "c"), ("c", "a", "b")]
