"""Loose hair before a plain wall."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from catchlight.strands import strands

from .painted_person import body, coarse, oval_face, painting

SHAPE = (420, 420)
FACE = oval_face(210, 150, 60)
PLAIN = body(SHAPE, FACE)
HAIR, WALL = (40, 30, 25), (205, 205, 210)


def with_curl(from_x: int = 210) -> np.ndarray:
    """The person with one curl, 2 cells wide, that leaves the head for an eye distance."""
    mask = (PLAIN * 255).astype(np.uint8)
    points = np.array([[from_x, 60], [from_x + 20, 20], [from_x + 45, 10], [from_x + 60, 20]])
    cv2.polylines(mask, [points.astype(np.int32)], False, 255, 2, cv2.LINE_AA)
    return mask.astype(np.float32) / 255


@pytest.mark.parametrize("blur", [1, 3])
def test_a_curl_is_found_where_the_networks_saw_none(blur: int) -> None:
    truth = with_curl()
    image = painting(truth, HAIR, WALL)
    seen = coarse(image, PLAIN, blur=blur)
    found = strands(seen.probability, image, FACE, seen.grid)
    curl = (truth > 0.6) & (PLAIN == 0) & (cv2.dilate(PLAIN, np.ones((9, 9))) == 0)
    assert curl.sum() > 60
    assert (found[curl] > 0.4).mean() > 0.9
    assert found[cv2.dilate(truth, np.ones((5, 5))) == 0].max() == 0


def test_a_line_on_the_wall_is_no_hair() -> None:
    """It does not hang together with the head."""
    image = painting(PLAIN, HAIR, WALL)
    cv2.line(image, (300, 60), (330, 140), HAIR, 2)
    seen = coarse(image, PLAIN, blur=2)
    assert strands(seen.probability, image, FACE, seen.grid)[55:145, 295:335].max() == 0


def test_nothing_is_found_before_a_wall_like_the_hair_or_a_rough_one() -> None:
    truth = with_curl()
    for image in (
        painting(truth, HAIR, (50, 40, 35)),
        painting(truth, HAIR, WALL) // 2
        + np.random.default_rng(0).integers(0, 120, (*SHAPE, 3), np.uint8),
    ):
        seen = coarse(image, PLAIN, blur=2)
        assert strands(seen.probability, image, FACE, seen.grid).max() == 0


def test_no_person_no_hair() -> None:
    image = painting(PLAIN, HAIR, WALL)
    seen = coarse(image, PLAIN)
    nobody = np.zeros(SHAPE, np.float32)
    assert not strands(nobody, image, FACE, seen.grid).any()
