"""Oracles: irises and teeth coloured by a known amount; copies and regrading, which are nothing."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pytest

from catchlight.color import delta_e00, lab, to_encoded, to_linear
from catchlight.evidence import Case, Facts
from catchlight.evidence.eyes_and_teeth import eyes_and_teeth, part_changes
from catchlight.landmarks import LIPS_INNER

from ..audited import against_original, cropped, portrait, seen

_GAINS = np.array([1.2, 1.25, 1.45], np.float32)


@cache
def _dim() -> Facts:
    """The portrait darker by a stop: whitened teeth are not burnt out then."""
    linear = (to_linear(portrait().pixels) * 0.5).astype(np.float32)
    return seen(to_encoded(linear, np.uint8), "original.png")


def _whitened(facts: Facts) -> np.ndarray:
    """Between the lips lighter and less yellow."""
    mask = np.zeros(facts.pixels.shape[:2], np.uint8)
    points = np.round(facts.face.landmarks[list(LIPS_INNER), :2]).astype(np.int32)
    cv2.fillPoly(mask, [points], 1)
    linear = to_linear(facts.pixels)
    changed = np.where(mask[..., None] > 0, linear * _GAINS, linear)
    return to_encoded(np.clip(changed, 0, 1).astype(np.float32), np.uint8)


@pytest.mark.parametrize("quality", [75, 95])
def test_copies_and_light_change_nothing(quality: int) -> None:
    assert eyes_and_teeth(against_original(cropped(portrait().pixels), quality=quality)).value < 2
    unit = portrait().pixels / 255.0
    warm = np.clip(1.1 * unit**0.9 * [1.05, 1.0, 0.92], 0, 1)
    graded = np.round(warm * 255).astype(np.uint8)
    assert eyes_and_teeth(against_original(graded, quality=quality)).value < 2.5


def test_whiter_teeth_are_measured() -> None:
    case = against_original(_whitened(_dim()), _dim())
    found = eyes_and_teeth(case)
    teeth = np.array([[0.42, 0.35, 0.30]], np.float32)
    planted = float(delta_e00(lab(teeth), lab(teeth * _GAINS))[0])
    assert found.value == pytest.approx(planted, rel=0.3)
    assert eyes_and_teeth(against_original(_dim().pixels, _dim())).value < 0.2 * planted
    assert case.laid is not None
    changes = part_changes(case.laid.pair)
    assert max(changes, key=lambda name: changes[name]) == "teeth"


def test_irises_near_black_are_measured() -> None:
    facts = portrait()
    mask = np.zeros(facts.pixels.shape[:2], np.uint8)
    for iris in (facts.face.iris_right, facts.face.iris_left):
        x, y = (round(float(v)) for v in iris)
        cv2.circle(mask, (x, y), round(0.12 * facts.eye_distance), 1, -1)
    # two stops darker than the portrait's: half of an iris is below a hundredth of white
    linear = to_linear(facts.pixels) * np.where(mask, 0.25, 1.0)[..., None]
    original = seen(to_encoded(linear.astype(np.float32), np.uint8), "original.png")
    blue = linear * np.where(mask[..., None] > 0, np.exp2([-0.6, 0.0, 0.6]), 1.0)
    changed = against_original(to_encoded(blue.astype(np.float32), np.uint8), original)
    untouched = against_original(original.pixels, original)
    assert changed.laid is not None
    assert untouched.laid is not None
    assert part_changes(changed.laid.pair)["irises"] > 3
    assert part_changes(untouched.laid.pair)["irises"] < 1


def test_without_the_original_nothing_is_claimed() -> None:
    found = eyes_and_teeth(Case(seen(cropped(portrait().pixels)), ()))
    assert found.status == "could_not_assess"
