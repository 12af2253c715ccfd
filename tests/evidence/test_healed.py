"""Oracles: a spot painted on one photograph of a face, on both, or on none."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pytest

from catchlight.evidence import Case, Facts
from catchlight.evidence.healed import gone, healed, transient
from catchlight.retouch_scale import retouching

from ..audited import cropped, portrait, seen

_CHEEK, _CHIN = 205, 199


@cache
def _large() -> Facts:
    """The portrait with its eyes some 120 pixels apart: below 90 no mark is looked for."""
    pixels = cv2.resize(portrait().pixels, None, fx=1.4, fy=1.4, interpolation=cv2.INTER_CUBIC)
    grain = np.random.default_rng(5).normal(0, 2.0, pixels.shape)
    return seen(np.clip(pixels + grain, 0, 255).astype(np.uint8), "large.png")


@cache
def _photo(*spots: int, another: bool = False) -> Facts:
    """The portrait with dark spots at some landmarks; `another`: grain of its own, shifted."""
    facts = _large()
    rows, columns = np.mgrid[: facts.size[1], : facts.size[0]] + 0.5
    drawn = facts.pixels / 255.0
    for landmark in spots:
        x, y = facts.face.landmarks[landmark, :2]
        away = np.hypot(columns - x, rows - y) / (0.02 * facts.eye_distance)
        cover = 0.45 / (1 + np.exp(np.minimum(6 * (away - 1), 50)))
        drawn = drawn * (1 - cover[..., None] * [0.6, 1.0, 1.0])
    if another:
        drawn = np.roll(drawn, (9, -14), axis=(0, 1))
        drawn = drawn + np.random.default_rng(8).normal(0, 0.004, drawn.shape)
    levels = np.round(np.clip(drawn, 0, 1) * 255).astype(np.uint8)
    return seen(levels, f"{'another' if another else 'photo'}{''.join(map(str, spots))}.png")


def test_a_spot_that_another_photo_lacks_comes_and_goes() -> None:
    original, picture = _photo(_CHEEK), seen(cropped(_large().pixels))
    alone = healed(Case(picture, (original,)))
    assert alone.status == "differs"
    finding = healed(Case(picture, (original, _photo(another=True))))
    assert finding.status == "consistent"
    assert "but for 1 that other photos lack, too" in finding.sentence
    assert finding.value == pytest.approx(alone.value)
    assert finding.statistic == 0


def test_what_came_and_went_is_retouching_all_the_same() -> None:
    case = Case(seen(cropped(_large().pixels)), (_photo(_CHEEK), _photo(another=True)))
    assert case.laid is not None
    found = retouching(case.laid, {"healed": healed(case)})
    assert found.level == 3
    assert found.reasons[0] == "spots gone"


def test_a_spot_that_another_photo_has_is_missed() -> None:
    original, picture = _photo(_CHEEK), seen(cropped(_large().pixels))
    finding = healed(Case(picture, (original, _photo(_CHEEK, another=True))))
    assert finding.status == "differs"
    assert len(finding.regions) == 1


def test_one_that_stays_is_told_beside_one_that_goes() -> None:
    original, picture = _photo(_CHEEK, _CHIN), seen(cropped(_large().pixels))
    case = Case(picture, (original, _photo(_CHIN, another=True)))
    finding = healed(case)
    assert finding.status == "differs"
    assert case.laid is not None
    spots = gone(case.laid, picture.data)
    assert spots is not None
    others = [_photo(_CHIN, another=True)]
    places = [case.laid.source(x, y) for x, y, _ in spots[:2]]
    went = transient(case.laid, spots[:2], others)
    for (x, y), went_by in zip(places, went, strict=True):
        at = original.face.landmarks[_CHEEK if went_by else _CHIN, :2]
        assert np.hypot(x - at[0], y - at[1]) < 0.05 * original.eye_distance
    assert sorted(went) == [False, True]


def test_a_place_of_the_pair_is_found_in_the_original() -> None:
    original = _photo(_CHEEK)
    laid = Case(seen(cropped(original.pixels)), (original,)).laid
    assert laid is not None
    for landmark in (_CHEEK, _CHIN, 4):
        x, y = laid.pair.points[landmark, :2]
        place = original.face.landmarks[landmark, :2]
        assert laid.source(float(x), float(y)) == pytest.approx(place, abs=2.0)


def test_a_place_of_a_mirrored_picture_is_found_in_the_original() -> None:
    original = _photo(_CHEEK)
    laid = Case(seen(np.ascontiguousarray(cropped(original.pixels)[:, ::-1])), (original,)).laid
    assert laid is not None
    assert laid.mirrored
    right, left = (original.face.landmarks[i, :2] for i in (468, 473))
    x, y = laid.pair.points[468, :2]
    assert laid.source(float(x), float(y)) == pytest.approx(left, abs=2.5)
    assert np.hypot(*(right - left)) > 50
