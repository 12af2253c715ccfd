"""Oracles: invariants of the shape under mirroring and turning; a person against themselves."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from catchlight.evidence import Case, face_shape
from catchlight.evidence.geometry import geometry, ratios
from catchlight.evidence.identity import identity
from catchlight.evidence.marks import marks
from catchlight.evidence.skin_texture import skin_texture
from catchlight.head_pose import frontal, mirror

from ..audited import portrait, seen


def _shaped(landmarks: np.ndarray) -> SimpleNamespace:
    return SimpleNamespace(shape=frontal(landmarks))


def _turned(landmarks: np.ndarray, degrees: float) -> np.ndarray:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return landmarks @ np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def test_turning_does_not_change_the_shape() -> None:
    landmarks = portrait().face.landmarks.astype(float)
    for which in ("shared", "signed"):
        still = face_shape.half(_shaped(landmarks), which)
        turned = face_shape.half(_shaped(_turned(landmarks, 14.0)), which)
        assert turned == pytest.approx(still, abs=1e-6)


def test_mirroring_flips_the_signed_half_alone() -> None:
    landmarks = portrait().face.landmarks.astype(float)
    flipped = landmarks[mirror()] * [-1.0, 1.0, 1.0]
    # the weights of the pose are all but even on both sides
    for which, sign in (("shared", 1.0), ("signed", -1.0)):
        one = face_shape.half(_shaped(landmarks), which)
        two = face_shape.half(_shaped(flipped), which)
        assert two == pytest.approx(sign * one, abs=0.02)


def test_distances_grow_with_the_change_and_shrink_with_photos() -> None:
    usual = face_shape.half(portrait(), "shared")
    steps = [face_shape.away(usual + k * 0.1, usual, 3, "shared") for k in range(4)]
    assert steps[0] == 0.0
    assert steps[2] == pytest.approx(2 * steps[1])
    assert face_shape.away(usual + 0.1, usual, 1, "shared") < steps[1]


def test_proportions_follow_the_face() -> None:
    facts = portrait()
    wide = SimpleNamespace(shape=facts.shape * [1.0, 0.9, 1.0])
    grown = ratios(wide)["face width to height"] / ratios(facts)["face width to height"]
    assert grown == pytest.approx(1 / 0.9, rel=0.02)


def test_a_photo_is_consistent_with_itself() -> None:
    case = Case(seen(portrait().pixels, quality=88), (portrait(),))
    for kind in (identity, geometry, skin_texture):
        found = kind(case)
        assert found.status == "consistent", found
        assert found.tail is not None
        assert found.tail > 0.1
    assert marks(case).status in ("consistent", "could_not_assess")


def test_what_was_learnt_is_a_covariance() -> None:
    rng = np.random.default_rng(1)
    truth = np.diag(np.linspace(0.2, 2.0, 46)) ** 2
    people = [rng.multivariate_normal(np.zeros(46), truth, 40) for _ in range(30)]
    learnt = face_shape.fitted([list(rows) for rows in people], "signed")
    found = np.linalg.inv(learnt["signed_inverse"])
    # drawn by a seventh towards an even one
    even = np.eye(46) * np.trace(truth) / 46
    assert np.diag(found) == pytest.approx(np.diag(0.85 * truth + 0.15 * even), rel=0.12)
