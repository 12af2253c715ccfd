"""Oracles: what the rule says of marks whose kind and evidence are known; sources on clean skin."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from catchlight.edits import Heal, Scene
from catchlight.healing import MOST_HEALED, ByHand, Decided, plan_heal
from catchlight.mark_evidence import Sight
from catchlight.marks import find_marks, skin_view

from .painted_skin import EYES, HEIGHT, MOLE, SPOT, WIDTH, at, face, photo, skin

RED, DARK = at(50), at(280)
FRAME = (WIDTH, HEIGHT)


def planned(
    again: Sight = "unsure", by_hand: ByHand | None = None, painted: list | None = None
) -> tuple[Heal | None, tuple[Decided, ...]]:
    view = skin_view(photo(skin(painted or [(RED, 0.025, SPOT), (DARK, 0.025, MOLE)])), face())
    assert view is not None
    found = find_marks(view)
    return plan_heal(view, found, [again] * len(found), FRAME, by_hand)


def of(decided: tuple[Decided, ...], place: tuple[float, float]) -> Decided:
    return min(decided, key=lambda d: np.hypot(d.center[0] * WIDTH - place[0],
                                               d.center[1] * HEIGHT - place[1]))  # fmt: skip


def test_by_one_photo_a_red_spot_goes_and_a_dark_one_stays() -> None:
    heal, decided = planned()
    assert heal is not None
    assert len(heal.spots) == 1
    assert of(decided, RED).fate == "healed"
    assert of(decided, DARK).fate == "kept"
    assert "mole" in of(decided, DARK).why


def test_what_another_photo_plainly_lacks_goes_dark_or_not() -> None:
    heal, decided = planned("absent")
    assert heal is not None
    assert len(heal.spots) == 2
    assert "without it" in of(decided, DARK).why
    assert not of(decided, DARK).permanent


def test_a_spot_that_runs_into_a_mark_that_stays_is_left() -> None:
    painted = [(RED, 0.03, SPOT), ((RED[0] + 0.05 * EYES, RED[1]), 0.012, MOLE)]
    heal, decided = planned("unsure", None, painted)
    for spot in heal.spots if heal else ():
        gap = np.hypot(spot.center[0] * WIDTH - painted[1][0][0],
                       spot.center[1] * HEIGHT - painted[1][0][1])  # fmt: skip
        assert gap > (1.3 * spot.radius + 0.008) * EYES
    assert of(decided, painted[1][0]).fate == "kept"


def test_what_another_photo_shows_stays() -> None:
    heal, decided = planned("seen")
    assert heal is None
    assert {d.fate for d in decided} == {"kept"}
    assert of(decided, RED).permanent
    assert "another photo" in of(decided, RED).why


def test_a_spot_beside_the_views_end_is_healed_from_the_skin_that_is_there() -> None:
    view = skin_view(photo(skin([(RED, 0.025, SPOT)])), face())
    assert view is not None
    marks = find_marks(view)
    cut = int((RED[0] - view.origin[0]) * view.scale) - 6
    end = replace(
        view,
        stops=view.stops[:, cut:],
        skin=view.skin[:, cut:],
        points=view.points - np.float32([cut, 0]),
        origin=(view.origin[0] + round(cut / view.scale), view.origin[1]),
    )
    heal, (decided,) = plan_heal(end, marks, ["unsure"], FRAME)
    assert decided.fate == "healed"
    assert heal is not None
    assert heal.spots[0].source[0] * WIDTH > end.origin[0]


def test_the_users_word_goes_first() -> None:
    red, dark = ((p[0] / WIDTH, p[1] / HEIGHT) for p in (RED, DARK))
    assert planned("unsure", ByHand(keep_all=True))[0] is None
    assert planned("unsure", ByHand(keep=(red,)))[0] is None
    heal, decided = planned("seen", ByHand(remove=(dark,)))
    assert heal is not None
    assert of(decided, DARK).fate == "healed"
    assert of(decided, DARK).why == "you named it"
    heal, decided = planned("seen", ByHand(keep_all=True, remove=(dark,)))
    assert heal is not None
    assert len(heal.spots) == 1


def test_a_place_without_a_mark_is_healed_when_named_but_only_on_skin() -> None:
    plain = tuple((np.array(at(425)) / FRAME).tolist())
    heal, decided = planned("seen", ByHand(remove=(plain,)))
    assert heal is not None
    assert decided[-1].fate == "healed"
    heal, decided = planned("seen", ByHand(remove=((0.02, 0.02),)))
    assert heal is None
    assert "not on the face's plain skin" in decided[-1].why


def test_fills_from_clean_skin_so_that_the_spot_is_gone() -> None:
    painted = [(RED, 0.025, SPOT), ((RED[0] + 0.12 * EYES, RED[1]), 0.02, MOLE)]
    heal, decided = planned("unsure", None, painted)
    assert heal is not None
    spot = heal.spots[0]
    assert spot.radius >= 0.025
    gap = np.hypot(spot.source[0] * WIDTH - painted[1][0][0],
                   spot.source[1] * HEIGHT - painted[1][0][1])  # fmt: skip
    assert gap > 1.3 * spot.radius * EYES
    linear = skin(painted)
    out = heal.apply(Scene(linear, None, (0, 0), EYES)).linear
    x, y = (int(v) for v in RED)
    disc = (slice(y - 6, y + 7), slice(x - 6, x + 7))
    left = np.log2(out[disc] / skin()[disc]).mean(axis=(0, 1))
    assert np.ptp(left) < 0.01  # nothing of its colour, and of light what pores there differ by
    assert abs(left.mean()) < 0.15
    assert of(decided, painted[1][0]).fate == "kept"


def test_more_than_the_bound_is_not_healed() -> None:
    rng = np.random.default_rng(3)
    places = [at(50, dx, dy) for dx, dy in rng.uniform(-0.22, 0.22, (14, 2))]
    places += [at(280, dx, dy) for dx, dy in rng.uniform(-0.22, 0.22, (14, 2))]
    heal, decided = planned("unsure", None, [(p, 0.03, SPOT) for p in places])
    assert heal is not None
    view = skin_view(photo(skin()), face())
    assert view is not None
    share = sum(np.pi * (1.3 * s.radius) ** 2 for s in heal.spots)
    assert share <= MOST_HEALED * float((view.skin > 0.5).sum()) / view.eye_distance**2
    assert any(d.fate == "kept" for d in decided)
