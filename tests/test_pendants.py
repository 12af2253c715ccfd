"""Oracle: an earring painted below a lobe before an uneven wall, seen by saliency alone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from catchlight.grid import Grid
from catchlight.head_view import lobe_axes
from catchlight.pendants import pendants

from .audited import portrait

BLUE, WHITE = (40, 60, 220), (245, 245, 240)


@pytest.fixture(scope="module")
def scene() -> tuple[np.ndarray, np.ndarray, object, Grid, tuple[int, int]]:
    """A head cut out by an ellipse, before an uneven wall; where its left earring would hang."""
    face = portrait().face
    centre = face.landmarks[:, :2].mean(axis=0)
    size = face.eye_distance
    half = 3.2 * size
    box = (centre[0] - half, centre[1] - half, centre[0] + half, centre[1] + half)
    side = round(2 * half / size * 60)
    grid = Grid(tuple(float(v) for v in box), (side, side))
    rows, columns = np.mgrid[:side, :side].astype(np.float32)
    wall = 90 + 50 * np.sin(columns / 40) + 30 * np.cos(rows / 30)
    image = np.repeat(wall[:, :, None], 3, axis=2)
    middle = grid.points(centre[None].astype(np.float32))[0]
    lobe = grid.points(lobe_axes(face, 1).origin[None].astype(np.float32))[0]
    mask = np.zeros((side, side), np.float32)
    width = round(float(lobe[0] - middle[0]) + 2)
    spot = (round(float(middle[0])), round(float(middle[1])))
    cv2.ellipse(mask, spot, (width, 110), 0, 0, 360, 1.0, -1)
    image += mask[:, :, None] * (np.array([200, 160, 140]) - image)
    at = (round(float(lobe[0])) + 5, round(float(lobe[1])) + 22)
    return image.clip(0, 255).astype(np.uint8), mask, face, grid, at


def hung(
    scene: tuple, size: tuple[int, int], *, salient: float = 0.7, blur: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Return what is found of a jewel of that size, and where it is."""
    image, mask, face, grid, at = scene
    jewel = np.zeros(mask.shape, np.uint8)
    cv2.ellipse(jewel, at, size, 0, 0, 360, 255, -1)
    where = jewel > 0
    painted = image.copy()
    painted[where] = BLUE
    painted[where & (np.indices(mask.shape).sum(axis=0) % 6 < 2)] = WHITE
    if blur:
        share = cv2.GaussianBlur(jewel, (0, 0), blur)[:, :, None] / 255
        painted = (image + share * (np.array(BLUE) - image)).astype(np.uint8)
    saliency = np.maximum(mask, salient * where).astype(np.float32)
    return pendants(mask, saliency, painted, face, grid), where & (mask < 0.5)


def test_an_earring_is_found(scene: tuple) -> None:
    found, there = hung(scene, (6, 14))
    assert (found[there] > 0.5).mean() > 0.9
    assert (found[~there] > 0.5).sum() < 1.2 * there.sum()


def test_the_thin_hook_that_it_hangs_from_is_found_too(scene: tuple) -> None:
    image, mask, face, grid, (x, y) = scene
    wired = image.copy()
    cv2.line(wired, (x, y - 22), (x, y - 12), (230, 200, 150), 1)
    found, _ = hung((wired, mask, face, grid, (x, y + 4)), (6, 12))
    free = mask[y - 20 : y - 8, x] < 0.5
    assert free.any()
    assert (found[y - 20 : y - 8, x][free] > 0.5).all()


def test_what_does_not_stand_out_is_wall(scene: tuple) -> None:
    assert not hung(scene, (6, 14), salient=0.1)[0].any()


def test_what_is_out_of_focus_is_wall(scene: tuple) -> None:
    assert not hung(scene, (6, 14), blur=8)[0].any()


def test_what_is_wider_than_jewellery_is_something_else(scene: tuple) -> None:
    assert not hung(scene, (30, 14))[0].any()


def test_nothing_is_added_where_nothing_hangs(scene: tuple) -> None:
    image, mask, face, grid, _ = scene
    assert not pendants(mask, mask, image, face, grid).any()
