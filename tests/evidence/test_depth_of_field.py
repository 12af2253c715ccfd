"""Oracles: a background of known texture, blurred by known amounts beside and beyond."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pytest

from catchlight.evidence import Case, Facts
from catchlight.evidence.depth_of_field import depth_of_field, rim_sharpness

from ..audited import painted, portrait


@cache
def _before(beside: float, beyond: float) -> Facts:
    """The portrait before a checkered wall, blurred by so many pixels beside it and beyond."""
    facts = portrait()
    width, height = facts.size
    away = cv2.distanceTransform((facts.person < 0.2).astype(np.uint8), cv2.DIST_L2, 5)
    rows, columns = np.mgrid[:height, :width]
    checks = ((rows // 51 + columns // 57) % 2 * 90 + 80).astype(np.float32)
    near, far = (cv2.GaussianBlur(checks, (0, 0), width) for width in (beside, beyond))
    weight = np.clip((away / facts.eye_distance - 0.38) / 0.06, 0, 1)
    wall = near * (1 - weight) + far * weight
    cover = np.clip(facts.person / 0.2, 0, 1)[..., None]
    drawn = facts.pixels * cover + wall[..., None] * (1 - cover)
    return painted(np.round(drawn).astype(np.uint8))


@pytest.mark.parametrize(("beside", "beyond"), [(2.0, 2.0), (4.0, 4.0)])
def test_one_lens_blurs_alike(beside: float, beyond: float) -> None:
    finding = depth_of_field(Case(_before(beside, beyond), ()))
    assert finding.status == "consistent"
    assert finding.value == pytest.approx(0.0, abs=0.3)


@pytest.mark.parametrize(("beside", "beyond"), [(2.0, 6.0), (1.5, 4.0)])
def test_a_sharp_rim_is_told(beside: float, beyond: float) -> None:
    finding = depth_of_field(Case(_before(beside, beyond), ()))
    assert finding.status == "differs"
    # what the measure itself smooths is in both widths
    smoothed = np.hypot(beside, 1.0), np.hypot(beyond, 1.0)
    assert finding.value == pytest.approx(np.log2(smoothed[1] / smoothed[0]), abs=0.35)
    assert "times as sharp" in finding.sentence


def test_sharper_beyond_is_no_rim() -> None:
    value = rim_sharpness(_before(6.0, 2.0))
    assert value is not None
    assert value < -0.6


def test_a_plain_wall_tells_nothing() -> None:
    facts = portrait()
    plain = facts.pixels.copy()
    plain[facts.person < 0.2] = 180
    finding = depth_of_field(Case(painted(plain), ()))
    assert finding.status == "could_not_assess"
    assert "too few edges" in finding.sentence
