"""Hair before a plain wall, against renderings whose coverage is known as light mixes."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from catchlight import plain_wall
from catchlight.anchor import face_area
from catchlight.color import to_encoded, to_linear
from catchlight.foreground import decontaminate
from catchlight.grid import Grid
from catchlight.plain_wall import settle_before_plain_wall
from catchlight.trimap import axes

from .painted_person import body, oval_face

Alpha = NDArray[np.float32]

FACE = oval_face(210, 170, 40)
SHAPE = (420, 420)
TRUTH = body(SHAPE, FACE, strands=80)
GRID = Grid((0.0, 0.0, 420.0, 420.0), SHAPE)
PARTLY = (TRUTH > 0.05) & (TRUTH < 0.95) & (axes(FACE, GRID)[0] > -2.0)
HAIR = (0.03, 0.02, 0.015)
WALL = (0.75, 0.72, 0.78)


def photo(hair: tuple[float, ...], wall: object, seed: int = 0) -> NDArray[np.uint8]:
    """Mixed in linear light, some texture on both."""
    random = np.random.default_rng(seed)
    front = np.array(hair) * random.normal(1, 0.15, (*SHAPE, 1))
    back = np.asarray(wall) * random.normal(1, 0.01, (*SHAPE, 1))
    a = TRUTH[:, :, None]
    mixed = a * np.maximum(front, 0) + (1 - a) * back
    return to_encoded(np.clip(mixed, 0, 1).astype(np.float32), np.uint8)


def encoded_share(hair: tuple[float, ...] = HAIR, wall: tuple[float, ...] = WALL) -> Alpha:
    """What matting on encoded colours finds, and cannot know better."""
    front, back = (to_encoded(np.array([c], np.float32), np.uint8)[0] / 255.0 for c in (hair, wall))
    a = TRUTH[:, :, None]
    clean = np.array(hair) * a + np.array(wall) * (1 - a)
    seen = to_encoded(clean.astype(np.float32), np.uint8) / 255.0
    way = front - back
    return np.clip(((seen - back) @ way) / (way @ way), 0, 1).astype(np.float32)


def settled(alpha: Alpha, picture: NDArray[np.uint8]) -> Alpha:
    out = alpha.copy()
    settle_before_plain_wall(out, picture, FACE, GRID)
    return out


def test_the_share_of_dark_strands_is_theirs_in_linear_light() -> None:
    before = encoded_share()
    after = settled(before, photo(HAIR, WALL))
    assert (before - TRUTH)[PARTLY].mean() < -0.12  # the fault is there
    assert abs((after - TRUTH)[PARTLY].mean()) < 0.05
    assert np.abs(after - TRUTH)[PARTLY].mean() < 0.5 * np.abs(before - TRUTH)[PARTLY].mean()


def test_on_another_paper_it_looks_as_if_photographed_there() -> None:
    picture, before = photo(HAIR, WALL), encoded_share()
    paper = 0.3
    there = np.array(HAIR) * TRUTH[:, :, None] + paper * (1 - TRUTH[:, :, None])
    missed = []
    for alpha in (before, settled(before, picture)):
        a = alpha[:, :, None]
        shown = decontaminate(to_linear(picture), alpha) * a + paper * (1 - a)
        missed.append(np.abs(shown - there)[PARTLY].mean())
    assert missed[1] < 0.6 * missed[0]


def test_wall_between_strands_is_opened() -> None:
    """A gap that the matte takes for hair in part, next to open wall."""
    truth = TRUTH.copy()
    height, aside = axes(FACE, GRID)
    edge = (TRUTH > 0.5) & (aside > 0.9) & (height > -0.5) & ~face_area(FACE, GRID)
    columns = np.flatnonzero(edge.any(axis=0))
    gap = (slice(150, 190), slice(int(columns.min()) + 4, int(columns.min()) + 12))
    truth[gap] = 0
    random = np.random.default_rng(1)
    mixed = truth[:, :, None] * np.array(HAIR) + (1 - truth[:, :, None]) * np.array(WALL)
    mixed *= random.normal(1, 0.01, (*SHAPE, 1))
    picture = to_encoded(np.clip(mixed, 0, 1).astype(np.float32), np.uint8)
    before = truth.copy()
    before[gap] = 0.7
    after = settled(before, picture)
    assert after[gap].mean() < 0.1


def test_wall_that_shimmers_through_deep_in_hair_is_weighed() -> None:
    """Far from open wall the matte is put right where it is in doubt, and only there."""
    picture = photo(HAIR, WALL)
    thin = (slice(104, 110), slice(196, 224))
    mixed = 0.35 * np.array(HAIR) + 0.65 * np.array(WALL)
    picture[thin] = to_encoded(mixed.astype(np.float32), np.uint8)
    before = TRUTH.copy()
    before[thin] = 0.6
    assert abs(settled(before, picture)[thin].mean() - 0.35) < 0.08


def test_opaque_hair_stays_opaque_with_a_shine_in_it() -> None:
    picture = photo(HAIR, WALL)
    shine = to_encoded(np.array([0.45, 0.43, 0.47], np.float32), np.uint8)
    crown = (slice(116, 119), slice(195, 225))
    picture[crown] = shine
    assert TRUTH[106:130, 195:225].min() == 1
    after = settled(TRUTH, picture)
    assert after[crown].min() > 0.99
    assert after[face_area(FACE, GRID)].min() == 1


def test_hair_of_the_walls_colour_stays_as_it_is() -> None:
    before = encoded_share()
    after = settled(before, photo((0.73, 0.70, 0.76), WALL))
    assert np.array_equal(after, before)


def test_a_dark_wall_tells_nothing() -> None:
    """Black between strands before a black wall is as likely the hair's own shade."""
    before = encoded_share()
    assert np.array_equal(settled(before, photo((0.15, 0.1, 0.06), (0.01, 0.01, 0.01))), before)


def test_the_rim_of_a_glint_is_no_gap() -> None:
    """On its way from metal to white it passes the wall's colour."""
    picture = photo(HAIR, WALL)
    spot = (slice(146, 160), slice(158, 164))
    assert TRUTH[spot].min() == 1
    picture[spot] = to_encoded(np.array(WALL, np.float32), np.uint8)
    picture[148:158, 160:162] = 255
    assert settled(TRUTH, picture)[spot].min() > 0.9


def test_a_busy_wall_tells_nothing() -> None:
    busy = np.random.default_rng(3).uniform(0, 1, (42, 42, 3)).repeat(10, 0).repeat(10, 1)
    before = encoded_share()
    assert np.abs(settled(before, photo(HAIR, busy)) - before).mean() < 0.002


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_all_or_nothing(value: float) -> None:
    alpha = np.full(SHAPE, value, np.float32)
    assert np.array_equal(settled(alpha, photo(HAIR, WALL)), alpha)


def test_strips_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before, picture = encoded_share(), photo(HAIR, WALL)
    after = settled(before, picture)
    monkeypatch.setattr(plain_wall, "in_strips", lambda height, work: work(0, height))
    assert np.array_equal(settled(before, picture), after)
