"""Oracles: patches of known size and place, painted on skin."""

from __future__ import annotations

import numpy as np
import pytest

from catchlight.mark_extent import extent
from catchlight.marks import Mark, skin_view

from .painted_skin import EYES, SPOT, at, face, photo, skin

PLACE = at(50)


@pytest.mark.parametrize("radius", [0.02, 0.04])
def test_reaches_as_far_as_the_patch_whichever_lump_stands_out(radius: float) -> None:
    seen = skin_view(photo(skin([(PLACE, radius, SPOT)])), face())
    assert seen is not None
    off = 0.5 * radius * EYES  # the lump that was found lies half-way to the edge
    lump = Mark(PLACE[0] + off, PLACE[1], 0.01 * EYES, SPOT, 20.0, 20.0)
    found = extent(seen, lump)
    assert found is not None
    x, y = (np.array(PLACE) - seen.origin) * seen.scale
    assert np.hypot(found.x - x, found.y - y) < 0.35 * radius * seen.eye_distance
    assert 0.8 * radius < found.radius / seen.eye_distance < 2 * radius
    assert found.fill > 0.4


def test_a_long_streak_fills_little_of_its_circle() -> None:
    streak = [((PLACE[0], PLACE[1] + step * 0.01 * EYES), 0.008, SPOT) for step in range(-6, 7)]
    seen = skin_view(photo(skin(streak)), face())
    assert seen is not None
    found = extent(seen, Mark(*PLACE, 0.008 * EYES, SPOT, 20.0, 20.0))
    assert found is not None
    assert found.fill < 0.4


def test_a_spot_with_a_pale_middle_fills_its_circle() -> None:
    turns = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    rim = [(PLACE[0] + 0.03 * EYES * np.cos(t), PLACE[1] + 0.03 * EYES * np.sin(t)) for t in turns]
    seen = skin_view(photo(skin([(place, 0.01, SPOT) for place in rim])), face())
    assert seen is not None
    found = extent(seen, Mark(*rim[0], 0.008 * EYES, SPOT, 20.0, 20.0))
    assert found is not None
    assert found.fill > 0.7
    assert found.radius > 0.035 * seen.eye_distance
