"""Plain wall seen through the hair."""

from __future__ import annotations

import numpy as np
import pytest

from catchlight import keying
from catchlight.keying import keyed

from .painted_person import body, coarse, oval_face, painting

FACE = oval_face(210, 150, 40)
ALPHA = body((420, 420), FACE)
GAP = (slice(132, 165), slice(157, 165))  # beside the forehead, inside the networks' lump
SURE = coarse(painting(ALPHA, (60, 45, 40), (0, 0, 0)), ALPHA, blur=1).probability


def opened(hair: tuple[int, int, int], wall: np.ndarray) -> np.ndarray:
    a = ALPHA.copy()
    a[GAP] = 0
    image = a[:, :, None] * np.array(hair) + (1 - a[:, :, None]) * wall
    seen = coarse(np.round(image).astype(np.uint8), ALPHA)
    return keyed(SURE, seen.image, FACE, seen.grid)


def test_plain_wall_between_strands_is_opened() -> None:
    found = opened((60, 45, 40), np.full((420, 420, 3), (200.0, 205.0, 210.0)))
    assert SURE[GAP].mean() > 0.9
    assert found[136:161, 159:163].mean() < 0.2  # away from the rim, which the pixels share
    assert np.all(found <= SURE + 1e-6)
    assert found[200:250, 195:225].min() > 0.99


def test_a_busy_background_keys_nothing() -> None:
    busy = np.random.default_rng(0).integers(0, 255, (42, 42, 3)).repeat(10, 0).repeat(10, 1)
    found = opened((60, 45, 40), busy.astype(float))
    assert np.abs(found - SURE)[ALPHA > 0.5].max() < 0.05


def test_hair_of_the_walls_colour_is_kept() -> None:
    found = opened((205, 205, 205), np.full((420, 420, 3), (200.0, 205.0, 210.0)))
    assert np.abs(found - SURE).max() < 0.1


def test_clothes_of_the_walls_colour_are_kept() -> None:
    image = painting(ALPHA, (60, 45, 40), (215, 215, 215))
    image[270:] = 215
    seen = coarse(image, ALPHA)
    assert np.abs(keyed(SURE, seen.image, FACE, seen.grid) - SURE)[270:].max() < 0.05


def test_folds_of_white_cloth_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Below the chin cloth is shaded through the wall's colour, darker and lighter beside it."""
    image = painting(ALPHA, (60, 45, 40), (200, 205, 210)).astype(float)
    folds = 30 * np.sin(np.arange(420) / 6.0)[None, :, None] + np.array((204.0, 208.0, 212.0))
    a = ALPHA[230:, :, None]
    image[230:] = a * folds + (1 - a) * np.array((200.0, 205.0, 210.0))
    seen = coarse(np.round(image).astype(np.uint8), ALPHA)
    cloth = (slice(240, 330), slice(None))

    def lost() -> float:
        return float((SURE - keyed(SURE, seen.image, FACE, seen.grid))[cloth].max())

    kept = lost()
    monkeypatch.setattr(keying, "_CLOTH", (2.0, 3.0))
    assert lost() > 0.3  # the fault is there
    assert kept < 0.1


def test_a_dark_wall_keys_nothing() -> None:
    """Dark gaps in hair before a dark wall are as likely its own shade."""
    found = opened((150, 110, 80), np.full((420, 420, 3), 18.0))
    assert np.abs(found - SURE).max() < 0.02
