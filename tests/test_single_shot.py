"""Anchors counted and placed by hand; scores against SciPy's logistic function."""

from __future__ import annotations

import numpy as np
import scipy.special

from catchlight.single_shot import anchors, probabilities


def test_anchors_by_hand() -> None:
    expected = [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75], [0.5, 0.5], [0.5, 0.5]]
    assert anchors(((2, 1), (1, 2))).tolist() == expected


def test_as_many_as_the_models_have_outputs() -> None:
    assert len(anchors(((48, 1),))) == 2304
    assert len(anchors(((16, 2), (8, 6)))) == 896
    assert len(anchors(((24, 2), (12, 6)))) == 2016


def test_probabilities_are_logistic_and_never_overflow() -> None:
    logits = np.array([-3e38, -120, -5, 0, 0.3, 7, 120, 3e38], np.float32)
    with np.errstate(all="raise"):
        found = probabilities(logits)
    np.testing.assert_allclose(found, scipy.special.expit(logits.astype(float)), atol=1e-12)
