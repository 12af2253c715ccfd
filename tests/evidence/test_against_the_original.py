"""Oracles: changes of known size planted in a copy; honest copies, in which nothing differs."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from catchlight.evidence import Case, Finding
from catchlight.evidence.asymmetry import asymmetry
from catchlight.evidence.background_light import background_light
from catchlight.evidence.healed import gone, healed
from catchlight.evidence.moved import eye_growth, moved
from catchlight.evidence.recoloured import recoloured
from catchlight.evidence.smoothed import smoothed
from catchlight.landmarks import CHEEK_CENTRE_RIGHT
from catchlight.retouch_scale import retouching

from ..audited import against_original, cropped, grown_eyes, portrait, seen, slimmed

ALL = (moved, smoothed, healed, recoloured)


def _retouched(case: Case) -> int:
    assert case.laid is not None
    return retouching(case.laid, {kind.__name__: kind(case) for kind in ALL}).level


@pytest.mark.parametrize("quality", [95, 80])
def test_nothing_differs_in_a_copy(quality: int) -> None:
    case = against_original(cropped(portrait().pixels), quality=quality)
    found: list[Finding] = [kind(case) for kind in (*ALL, asymmetry)]
    assert [f.name for f in found if f.status == "differs"] == []
    assert _retouched(case) == 1


def test_light_and_colour_are_no_retouching() -> None:
    unit = portrait().pixels / 255.0
    graded = (np.clip(0.95 * unit**0.85 * [1.05, 1.0, 0.92], 0, 1) * 255).round().astype(np.uint8)
    case = against_original(graded)
    assert [kind(case).name for kind in ALL if kind(case).status == "differs"] == []
    assert _retouched(case) == 2


@pytest.mark.parametrize("share", [0.04, 0.08])
def test_the_growth_of_the_eyes_is_measured(share: float) -> None:
    case = against_original(grown_eyes(portrait(), share))
    assert case.laid is not None
    assert eye_growth(case.laid) == pytest.approx((share, share), abs=0.3 * share)
    finding = moved(case)
    assert finding.status == "differs"
    assert "eyes" in finding.sentence
    assert len(finding.regions) == 2


def test_the_growth_of_untouched_eyes_is_nothing() -> None:
    case = against_original(cropped(portrait().pixels), quality=85)
    assert case.laid is not None
    assert eye_growth(case.laid) == pytest.approx((0, 0), abs=0.006)


def test_slimming_is_measured() -> None:
    # the fade makes the most of dx * fade 0.607 eye distances, at one eye distance from the nose
    case = against_original(slimmed(portrait(), 0.04))
    finding = moved(case)
    assert finding.status == "differs"
    assert finding.value == pytest.approx(100 * 0.04 * 0.607, rel=0.35)
    assert _retouched(case) == 5


def test_smoothing_is_measured() -> None:
    pixels = cv2.GaussianBlur(portrait().pixels, (0, 0), 2.0)
    finding = smoothed(against_original(pixels, quality=95))
    assert finding.status == "differs"
    assert finding.value is not None
    assert 0.3 < finding.value < 0.6


def test_a_healed_spot_is_marked_where_it_was() -> None:
    pixels = portrait().pixels.copy()
    x, y = portrait().face.landmarks[CHEEK_CENTRE_RIGHT, :2]
    spot = np.zeros(pixels.shape[:2], np.float32)
    cv2.circle(spot, (round(float(x)), round(float(y))), 3, 1.0, -1)
    spot = cv2.GaussianBlur(spot, (0, 0), 1.2)[..., None]
    original = seen((pixels * (1 - 0.6 * spot)).astype(np.uint8), "original.png")
    case = against_original(pixels, original)
    finding = healed(case)
    assert finding.status == "differs"
    assert finding.regions
    corners = np.array(finding.regions[0].points) * case.picture.size
    assert np.hypot(*(corners.mean(axis=0) - (x, y))) < 0.06 * portrait().eye_distance
    assert healed(against_original(original.pixels, original)).status == "consistent"


def test_a_faint_spot_in_a_beard_is_a_hair() -> None:
    facts = portrait()
    x, y = (round(float(v)) for v in facts.face.landmarks[CHEEK_CENTRE_RIGHT, :2])
    cover, spot = np.zeros((2, *facts.pixels.shape[:2]), np.float32)
    rng = np.random.default_rng(2)
    for angle, away in zip(rng.uniform(0, 2 * np.pi, 90), rng.uniform(0.09, 0.25, 90), strict=True):
        place = away * facts.eye_distance * np.array([np.sin(angle), np.cos(angle)])
        cover[y + round(place[0]), x + round(place[1])] = 1.2
    spot[y, x] = 0.5  # alone on the skin, it would count
    beard, gap = (
        np.exp2(-8 * cv2.GaussianBlur(part, (0, 0), 1.2))[..., None] for part in (cover, spot)
    )
    pixels = facts.pixels * beard
    original = seen(np.round(pixels * gap).astype(np.uint8), "original.png")
    case = against_original(np.round(pixels).astype(np.uint8), original, quality=95)
    assert case.laid is not None
    assert gone(case.laid) == []


def test_coloured_skin_is_measured_and_the_light_is_not() -> None:
    from catchlight.evidence.skin_zones import skin

    where = skin(portrait().face.landmarks, portrait().pixels.shape[:2])[..., None]
    soft = cv2.GaussianBlur(where.astype(np.float32), (0, 0), 4)[..., None]
    unit = portrait().pixels / 255.0
    pale = unit * (1 - soft) + np.clip(unit * [1.1, 1.15, 1.2], 0, 1) * soft
    finding = recoloured(against_original((pale * 255).astype(np.uint8)))
    assert finding.status == "differs"


def test_a_mirrored_picture_is_told() -> None:
    finding = asymmetry(against_original(portrait().pixels[:, ::-1]))
    assert finding.status == "differs"
    assert "mirrored" in finding.sentence


def test_a_flipped_background_is_told() -> None:
    facts = portrait()
    person = facts.person[..., None] > 0.5
    width = facts.size[0]
    ramp = np.linspace(0.25, 0.9, width)[None, :, None]
    behind = np.broadcast_to(ramp * 255, facts.pixels.shape)
    original = seen(np.where(person, facts.pixels, behind).astype(np.uint8), "original.png")
    same = np.where(person, facts.pixels, behind)
    flipped = np.where(person, facts.pixels, behind[:, ::-1])
    assert background_light(against_original(same.astype(np.uint8), original)).status == (
        "consistent"
    )
    finding = background_light(against_original(flipped.astype(np.uint8), original))
    assert finding.status == "differs"
    replaced = np.where(person, facts.pixels, np.uint8(90))
    assert background_light(against_original(replaced, original)).status == "could_not_assess"


def test_little_wall_beside_a_large_head_is_enough() -> None:
    facts = portrait()
    person = facts.person[..., None] > 0.5
    xs = np.flatnonzero(person[: round(float(facts.face.iris_right[1])), :, 0].any(axis=0))
    side = round(0.45 * facts.eye_distance)
    part = slice(max(0, xs[0] - side), xs[-1] + side)
    ramp = np.linspace(0.25, 0.9, facts.pixels[:, part].shape[1])[None, :, None] * 255
    cut, inside = facts.pixels[:, part], person[:, part]
    original = seen(np.where(inside, cut, ramp).astype(np.uint8), "original.png")
    flipped = np.where(inside, cut, ramp[:, ::-1]).astype(np.uint8)
    assert background_light(against_original(flipped, original)).status == "differs"
    same = against_original(original.pixels, original)
    assert background_light(same).status == "consistent"


def test_without_the_original_nothing_is_claimed() -> None:
    case = Case(portrait(), ())
    for kind in (*ALL, background_light):
        assert kind(case).status == "could_not_assess"
