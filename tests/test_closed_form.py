"""The band solver against PyMatting's Laplacian of the whole picture."""

from __future__ import annotations

import cv2
import numpy as np
import scipy.sparse.linalg

from catchlight.closed_form import closed_form
from catchlight.pymatting_parts import _part

from .painted_person import body, oval_face, painting

FACE = oval_face(60, 60, 18)
TRUTH = body((120, 120), FACE, strands=30)
IMAGE = painting(TRUTH, (90, 50, 40), (150, 160, 180))
INSIDE = cv2.erode((TRUTH > 0.99).astype(np.uint8), np.ones((7, 7))) > 0
OUTSIDE = cv2.erode((TRUTH < 0.01).astype(np.uint8), np.ones((7, 7))) > 0


def start(known: np.ndarray) -> np.ndarray:
    return np.where(known, INSIDE, 0.5).astype(np.float32)


def test_it_solves_what_pymattings_laplacian_poses() -> None:
    known = INSIDE | OUTSIDE
    laplacian = _part("pymatting.laplacian.cf_laplacian").cf_laplacian
    matrix = laplacian(IMAGE / 255.0, epsilon=1e-6, is_known=known)
    unknown = ~known.ravel()
    rows = matrix[unknown]
    right = -rows[:, ~unknown] @ INSIDE.ravel()[~unknown].astype(float)
    expected = scipy.sparse.linalg.spsolve(rows[:, unknown].tocsc(), right)
    ours = closed_form(IMAGE, known, start(known), epsilon=1e-6, tolerance=1e-8)
    assert np.abs(ours.ravel()[unknown] - np.clip(expected, 0, 1)).max() < 1e-2
    assert np.abs(ours.ravel()[unknown] - np.clip(expected, 0, 1)).mean() < 1e-4


def test_a_known_matte_comes_back() -> None:
    ours = closed_form(IMAGE, INSIDE | OUTSIDE, start(INSIDE | OUTSIDE))
    assert ((ours - TRUTH) ** 2).mean() < 2e-4
    assert np.array_equal(ours[INSIDE], np.ones(INSIDE.sum()))
    assert np.array_equal(ours[OUTSIDE], np.zeros(OUTSIDE.sum()))


def test_a_strong_prior_wins() -> None:
    known = INSIDE | OUTSIDE
    prior = np.full(TRUTH.shape, 0.25, np.float32)
    weight = np.full(TRUTH.shape, 1e5, np.float32)
    ours = closed_form(IMAGE, known, start(known), prior=prior, weight=weight)
    assert np.allclose(ours[~known], 0.25, atol=1e-3)


def test_nothing_unknown_and_nothing_known_are_both_solved() -> None:
    everywhere = np.ones(TRUTH.shape, np.bool_)
    assert np.array_equal(closed_form(IMAGE, everywhere, TRUTH), TRUTH)
    alone = closed_form(IMAGE[:20, :20], ~everywhere[:20, :20], np.ones((20, 20), np.float32))
    assert np.allclose(alone, 1, atol=0.05)


def test_a_near_black_picture_does_not_stop_it() -> None:
    black = np.random.default_rng(0).integers(0, 3, (60, 60, 3)).astype(np.uint8)
    known = np.zeros((60, 60), np.bool_)
    known[:, :10] = known[:, -10:] = True
    alpha = np.zeros((60, 60), np.float32)
    alpha[:, :10] = 1
    solved = closed_form(black, known, alpha)
    assert np.isfinite(solved).all()
    assert solved.min() >= 0
    assert solved.max() <= 1
