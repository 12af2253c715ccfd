"""A ponytail painted beside the neck: found before a plain wall, and nothing else is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from catchlight.grid import Grid
from catchlight.tufts import tufts

from .painted_person import Alpha, body, oval_face, painting

HAIR, WALL = (70, 50, 42), (190, 175, 185)


class Scene:
    """Somebody at `unit` pixels between the eyes, and what the networks saw of them."""

    def __init__(self, unit: int) -> None:
        self.shape = (10 * unit, 12 * unit)
        self.unit = unit
        self.face = oval_face(6 * unit, 3.5 * unit, unit)
        self.seen = body(self.shape, self.face)
        self.grid = Grid((0.0, 0.0, float(self.shape[1]), float(self.shape[0])), self.shape)
        self.picture = painting(self.seen, HAIR, WALL)

    def thing(self, x: float, y: float, width: float, height: float) -> np.ndarray:
        """Where an ellipse is outside the person, eye distances from the face's centre."""
        mask = np.zeros(self.shape, np.uint8)
        at = (round((6 + x) * self.unit), round((3.5 + y) * self.unit))
        axes = (round(width * self.unit / 2), round(height * self.unit / 2))
        cv2.ellipse(mask, at, axes, 0, 0, 360, 1, -1)
        return (mask > 0) & (self.seen < 0.5)

    def found(self, thing: np.ndarray, colour: tuple[int, int, int], grain: float = 2.0) -> Alpha:
        image = self.picture.astype(np.float32)
        image[thing] = colour
        image += np.random.default_rng(4).normal(0, grain, image.shape)
        image = np.clip(image, 0, 255).astype(np.uint8)
        return tufts(self.seen, image, self.face, self.grid)


SMALL = Scene(30)
PONYTAIL = (0.9, 1.7, 0.7, 1.2)  # beside the neck, behind it


@pytest.mark.parametrize("unit", [30, 60])
def test_a_ponytail_is_found(unit: int) -> None:
    scene = Scene(unit)
    hair = scene.thing(*PONYTAIL)
    found = scene.found(hair, HAIR)
    assert (found[hair] > 0.5).mean() > 0.85
    about = cv2.dilate(hair.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    assert found[(scene.seen < 0.5) & ~about].max() == 0


@pytest.mark.parametrize(
    ("thing", "colour"),
    [
        (PONYTAIL, (130, 112, 114)),  # a shadow: half the way from the wall to hair
        (PONYTAIL, (200, 40, 40)),  # a red scarf on a hook
        ((1.9, 1.2, 0.4, 0.6), HAIR),  # a lamp that does not hang together with anybody
        ((1.9, 1.9, 2.4, 2.6), HAIR),  # a chair, wider than a tuft
        ((2.75, 2.2, 0.7, 0.9), HAIR),  # somebody's hand on the shoulder
        ((0.75, 1.7, 0.6, 0.0), HAIR),  # a strand: `strands` knows those
    ],
)
def test_nothing_else_is(
    thing: tuple[float, float, float, float], colour: tuple[int, int, int]
) -> None:
    assert not SMALL.found(SMALL.thing(*thing), colour).any()


def test_before_a_wall_that_is_not_plain_nothing_is_told() -> None:
    assert not SMALL.found(SMALL.thing(*PONYTAIL), HAIR, grain=25.0).any()


def test_without_a_wall_in_sight_nothing_is_told() -> None:
    everywhere = np.ones(SMALL.shape, np.float32)
    assert not tufts(everywhere, SMALL.picture, SMALL.face, SMALL.grid).any()
