"""Oracles: brows, eyes and lips darkened by a known amount of light; copies; a normal variable."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from catchlight.color import to_encoded, to_linear
from catchlight.evidence import Case, Facts
from catchlight.evidence.facial_contrast import contrasts, facial_contrast, rarity
from catchlight.landmarks import (
    BROW_LEFT,
    BROW_RIGHT,
    EYE_LEFT,
    EYE_RIGHT,
    LIPS_OUTER,
)

from ..audited import portrait


def _darker(facts: Facts, stops: float) -> Facts:
    """The same face with brows, eyes and lips darker, and nothing else."""
    mask = np.zeros(facts.pixels.shape[:2], np.uint8)
    for outline in (BROW_RIGHT, BROW_LEFT, EYE_RIGHT, EYE_LEFT, LIPS_OUTER):
        points = np.round(facts.face.landmarks[list(outline), :2]).astype(np.int32)
        cv2.fillPoly(mask, [points], 1)
    mask = cv2.dilate(mask, np.ones((9, 9), np.uint8))
    linear = to_linear(facts.pixels) * np.where(mask, 2.0**-stops, 1.0)[..., None]
    return replace(facts, pixels=to_encoded(linear.astype(np.float32), np.uint8))


def test_darker_parts_stand_out_by_as_much() -> None:
    before, after = contrasts(portrait()), contrasts(_darker(portrait(), 0.5))
    assert before is not None
    assert after is not None
    for part in ("brows", "eyes", "lips"):
        assert getattr(before, part) - getattr(after, part) == pytest.approx(0.5, abs=0.12)
    assert after.red == pytest.approx(before.red, abs=0.03)


def test_exposure_and_white_balance_change_nothing() -> None:
    facts = portrait()
    gains = np.array([0.85, 0.7, 0.6], np.float32)
    graded = to_encoded((to_linear(facts.pixels) * gains).astype(np.float32), np.uint8)
    before, after = contrasts(facts), contrasts(replace(facts, pixels=graded))
    assert before is not None
    assert after is not None
    assert after.mean == pytest.approx(before.mean, abs=0.05)


def test_a_single_reference_tells_less_than_several() -> None:
    assert rarity(0.0, 1) == pytest.approx(0.0, abs=0.01)
    assert rarity(0.3 * 2**0.5, 1) == pytest.approx(1.0, abs=0.02)  # a difference of two
    rare = [rarity(0.6, count) for count in (1, 2, 4, 8)]
    assert rare == sorted(rare)


def test_it_asks_for_references_and_leaves_the_original_to_others() -> None:
    found = facial_contrast(Case(portrait(), ()))
    assert found.status == "could_not_assess"
    assert "no reference photos" in found.sentence
    found = facial_contrast(Case(portrait(), (portrait(),)))
    assert found.status == "could_not_assess"
    assert "original" in found.sentence
