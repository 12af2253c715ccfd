"""Oracles: spots of known area replaced, moles of known place painted over, and honest light."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from catchlight.edits import Evenness, Scene, Shine, Tone
from catchlight.edits.skin_area import skin_area
from catchlight.healing import Decided
from catchlight.ledger import Comparison, skin_texture
from catchlight.ledger_marks import changed_spots, face_skin, healed, permanent_marks

from .painted_skin import EYES, HEIGHT, MOLE, WIDTH, at, landmarks, pores, skin

PLACES = (at(50), at(280), at(151, 0.1))
RADIUS = 0.04
FRAME = (WIDTH, HEIGHT)


def moles() -> np.ndarray:
    return skin([(place, 0.02, MOLE) for place in PLACES])


def pair(before: np.ndarray, after: np.ndarray) -> Comparison:
    shown = np.ones((HEIGHT, WIDTH), bool)
    points = landmarks()[:, :2]
    return Comparison(before, after.astype(np.float32), shown, points, EYES, False)


def replaced(linear: np.ndarray, clean: np.ndarray) -> np.ndarray:
    """Other skin, in discs."""
    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    discs = np.any([np.hypot(x - p[0], y - p[1]) < RADIUS * EYES for p in PLACES], axis=0)
    return np.where(discs[..., None], clean, linear)


def marks() -> tuple[Decided, ...]:
    return tuple(
        Decided((p[0] / WIDTH, p[1] / HEIGHT), 0.025, "kept", "it may be a mole") for p in PLACES
    )


def test_measures_how_much_of_the_skin_was_replaced() -> None:
    both = pair(moles(), replaced(moles(), skin(seed=7)))
    area = float((skin_area(moles(), landmarks(), EYES) > 0.5).sum()) / EYES**2
    # the moles at least; other texture beside them may count or not
    wanted = 100 * len(PLACES) * np.pi * (0.02) ** 2 / area
    most = 100 * len(PLACES) * np.pi * (1.4 * RADIUS) ** 2 / area
    reading = healed(both, face_skin(both), changed_spots(both, face_skin(both)))
    assert reading.value is not None
    assert wanted < reading.value < most
    assert reading.status == "ok"


def test_too_much_is_over_the_bound() -> None:
    rng = np.random.default_rng(0)
    spots = [(at(50, dx, dy), 0.04, (0.1, 0.7, 0.5)) for dx, dy in rng.uniform(-0.2, 0.2, (30, 2))]
    both = pair(skin(spots), skin())
    assert healed(both, face_skin(both), changed_spots(both, face_skin(both))).status == "exceeded"


def edited(linear: np.ndarray) -> np.ndarray:
    scene = Scene(linear, None, (0, 0), EYES, landmarks=landmarks())
    for edit in (
        Shine(amount=0.55, skin=(1.5, 0.9, 0.7), light=(1.0, 1.0, 1.0)),
        Evenness(),
        Tone(exposure_stops=0.4, contrast=1.08, pivot=0.2),
    ):
        scene = edit.apply(scene)
    return scene.linear


def test_smooth_edits_and_light_do_not_count() -> None:
    both = pair(moles(), edited(moles()))
    assert not changed_spots(both, face_skin(both)).any()
    assert permanent_marks(both, marks(), FRAME).value == 0


def test_noise_does_not_count() -> None:
    noise = np.exp2(0.3 * pores(9))[..., None]
    both = pair(moles(), moles() * noise)
    assert changed_spots(both, face_skin(both)).mean() < 0.001


def test_counts_the_moles_that_are_gone() -> None:
    reading = permanent_marks(pair(moles(), replaced(moles(), skin(seed=7))), marks(), FRAME)
    assert reading.value == 3
    assert reading.status == "exceeded"
    kept = permanent_marks(pair(moles(), moles()), marks(), FRAME)
    assert (kept.value, kept.status) == (0, "ok")
    assert "Of 3 marks" in kept.sentence


def test_what_was_healed_on_purpose_is_not_missed() -> None:
    gone = pair(moles(), replaced(moles(), skin(seed=7)))
    wanted = tuple(Decided(m.center, m.radius, "healed", "you named it") for m in marks())
    assert permanent_marks(gone, wanted, FRAME).value == 0


def test_texture_is_measured_with_healed_spots_apart() -> None:
    after = replaced(moles(), skin(seed=7))
    both = pair(moles(), after)
    apart, together = skin_texture(both, changed_spots(both, face_skin(both))), skin_texture(both)
    assert apart.value is not None
    assert together.value is not None
    assert abs(apart.value - 1) <= abs(together.value - 1)
    assert apart.value == pytest.approx(1, abs=0.02)


def test_another_background_behind_the_outline_is_no_healing() -> None:
    """Where the matte ends, the picture differs by far; the skin beside it does not."""
    both = pair(skin(), skin())
    shown = both.shown.copy()
    middle = int(both.points[1, 0] + 0.5 * both.eye_distance)
    shown[:, middle:] = False
    after = both.after.copy()
    after[:, middle:] = 0.8
    cut = replace(both, shown=shown, after=after)
    assert not changed_spots(cut, face_skin(cut)).any()
