"""Oracles: frames drawn on a portrait; the same portrait in other light, which has none."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pytest

from catchlight.evidence import Case, Facts
from catchlight.evidence.glasses import glasses, lines

from ..audited import cropped, portrait, seen


@cache
def _wearing(level: int) -> Facts:
    """The portrait with a frame: a ring about each eye and a bridge, of one grey level."""
    facts = portrait()
    distance = facts.eye_distance
    rims = np.zeros(facts.pixels.shape[:2], np.uint8)
    thick = max(2, round(0.035 * distance))
    inner: list[list[int]] = []
    for iris, side in ((facts.face.iris_right, 1), (facts.face.iris_left, -1)):
        x, y = (float(v) for v in iris / distance)
        middle, axes = _pixels(distance, x, y + 0.05), _pixels(distance, 0.4, 0.33)
        cv2.ellipse(rims, middle, axes, 0, 0, 360, 255, thick, cv2.LINE_AA)
        inner.append(_pixels(distance, x + side * 0.4, y - 0.03))
    cv2.line(rims, *inner, 255, thick, cv2.LINE_AA)
    cover = rims[..., None] / 255.0
    return seen(np.round(facts.pixels * (1 - cover) + level * cover).astype(np.uint8), "worn.png")


def _pixels(distance: float, *places: float) -> list[int]:
    return [round(distance * place) for place in places]


@pytest.mark.parametrize("level", [20, 235], ids=["dark", "bright"])
def test_a_frame_draws_lines(level: int) -> None:
    assert lines(_wearing(level).view) > lines(portrait().view) + 1.2


def test_a_dark_frame_is_told_put_on_and_taken_off() -> None:
    on, off = _wearing(20), portrait()
    put_on, taken_off = glasses(Case(on, (off,))), glasses(Case(off, (on,)))
    assert put_on.status == taken_off.status == "differs"
    assert "put on" in put_on.sentence
    assert "taken off" in taken_off.sentence
    assert len(put_on.regions) == 2


def test_light_and_copying_draw_no_frame() -> None:
    unit = cropped(portrait().pixels) / 255.0
    # a gamma of 0.9 takes log2(1/0.9), 0.15 octaves, from every line
    graded = np.round(np.clip(1.1 * unit**0.9 * [1.05, 1.0, 0.9], 0, 1) * 255).astype(np.uint8)
    finding = glasses(Case(seen(graded, quality=75), (portrait(),)))
    assert finding.status == "consistent"
    assert finding.value is not None
    assert finding.value < 0.5 * (lines(_wearing(235).view) - lines(portrait().view))


def test_who_wears_glasses_in_one_reference_may_wear_them_or_not() -> None:
    on, off = _wearing(20), portrait()
    for picture in (on, off):
        assert glasses(Case(picture, (on, off))).value == pytest.approx(0, abs=1e-6)


def test_without_references_nothing_is_claimed() -> None:
    assert glasses(Case(portrait(), ())).status == "could_not_assess"
