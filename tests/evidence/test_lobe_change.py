"""Oracles: pieces of known size and place drawn at the lobes of a portrait, and a new wall."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from catchlight.evidence import Case, Facts
from catchlight.evidence.lobe_change import changed_at_lobes
from catchlight.head_view import lobe_axes

from ..audited import cropped, portrait, seen


@cache
def _face(side: int) -> Facts:
    """The portrait, in the mirror for the left side: one of her ears is under her hair."""
    pixels = portrait().pixels
    return seen(np.ascontiguousarray(pixels[:, ::-1] if side else pixels), "face.png")


def _drawn(side: int, out: float, down: float, radius: float, colour: tuple[int, ...]) -> Facts:
    """The portrait with a disc of so many cm at a place by the lobe."""
    u, v = _places(side)
    pixels = _face(side).pixels.copy()
    pixels[np.hypot(u - out, v - down) < radius] = colour
    return seen(pixels, "drawn.png")


def _places(side: int) -> tuple[np.ndarray, np.ndarray]:
    """(outward, down) of every pixel in cm from the lobe's place."""
    facts = _face(side)
    axes = lobe_axes(facts.face, side)
    rows, columns = np.mgrid[: facts.size[1], : facts.size[0]] + 0.5
    dx, dy = columns - axes.origin[0], rows - axes.origin[1]
    u = (dx * axes.out[0] + dy * axes.out[1]) / axes.scale
    return u, (dx * axes.down[0] + dy * axes.down[1]) / axes.scale


def _told(picture: Facts, original: Facts) -> tuple[float, int, bool]:
    case = Case(picture, (original,))
    assert case.laid is not None
    told = changed_at_lobes(case.laid, picture.face)
    assert told is not None
    return told


@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("colour", [(240, 240, 245), (10, 10, 12), (30, 60, 200)])
def test_a_small_piece_on_the_lobe_is_told_both_ways(side: int, colour: tuple[int, ...]) -> None:
    on, off = _drawn(side, 0.15, -0.3, 0.25, colour), _face(side)
    value, where, put_on = _told(on, off)
    assert (where, put_on) == (side, True)
    assert value > 1.0
    value, where, put_on = _told(off, on)
    assert (where, put_on) == (side, False)
    assert value > 1.0


def test_a_copy_in_other_light_changes_nothing() -> None:
    unit = cropped(portrait().pixels) / 255.0
    graded = np.round(np.clip(1.15 * unit**0.85 * [1.06, 1.0, 0.9], 0, 1) * 255).astype(np.uint8)
    assert _told(seen(graded, quality=70), portrait())[0] == 0


def test_what_is_large_or_off_the_skin_is_no_earring() -> None:
    large = Case(_drawn(0, 0.9, 0.2, 0.75, (30, 60, 200)), (_face(0),))
    assert large.laid is not None
    assert changed_at_lobes(large.laid, large.picture.face) in (None, (0.0, 0, True))
    assert _told(_drawn(0, 1.6, 2.6, 0.2, (240, 240, 245)), _face(0))[0] == 0


def test_a_new_wall_beside_the_ear_is_no_earring() -> None:
    u, _ = _places(0)
    pixels = _face(0).pixels.copy()
    pixels[u > 0.9] = (235, 236, 240)
    assert _told(seen(pixels, "wall.png"), _face(0))[0] == 0


def test_a_covered_ear_is_not_judged() -> None:
    u, v = _places(0)
    pixels = _face(0).pixels.copy()
    pixels[(u > -0.4) & (u < 2.5) & (np.abs(v) < 3)] = (40, 60, 120)
    case = Case(seen(pixels, "veiled.png"), (_face(0),))
    assert case.laid is not None
    told = changed_at_lobes(case.laid, case.picture.face)
    assert told is None or told[1] == 1
