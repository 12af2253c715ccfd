"""Pockets of plain wall, painted: between a curl and a neck, and cloth that looks like one."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from catchlight.color import to_encoded
from catchlight.grid import Grid
from catchlight.pockets import open_pockets

from .painted_person import oval_face

FACE = oval_face(210, 170, 40)
SHAPE = (420, 420)
GRID = Grid((0.0, 0.0, 420.0, 420.0), SHAPE)
WALL, SKIN, HAIR, SHIRT = (0.6, 0.6, 0.62), (0.5, 0.3, 0.22), (0.04, 0.03, 0.02), (0.95, 0.95, 1.0)
# Left of the neck and below the ear, framed by curl, jaw and shirt.
POCKET = np.array([(146, 236), (158, 240), (166, 254), (166, 272), (142, 276), (138, 254)])

Alpha = NDArray[np.float32]
Photo = NDArray[np.uint8]


def painted(pocket: tuple[float, ...] = WALL, *, noise: float = 0.01) -> tuple[Alpha, Photo, Alpha]:
    """Return the matte as networks see it, the photo, and where the pocket is."""
    linear = np.empty((*SHAPE, 3), np.float32)
    linear[:] = WALL
    alpha = np.zeros(SHAPE, np.float32)
    body = np.array([(60, 420), (90, 300), (330, 300), (360, 420)])
    curl = cv2.convexHull(POCKET + np.sign(POCKET - POCKET.mean(axis=0)).astype(int) * 8)
    for shape, colour in ((body, SHIRT), (curl, HAIR)):
        cv2.fillPoly(linear, [shape], colour)
        cv2.fillPoly(alpha, [shape], 1.0)
    cv2.rectangle(linear, (172, 200), (250, 300), SKIN, -1)
    cv2.rectangle(alpha, (172, 200), (250, 300), 1.0, -1)
    for image, hair, face in ((linear, HAIR, SKIN), (alpha, 1.0, 1.0)):
        cv2.ellipse(image, (210, 160), (80, 95), 0, 0, 360, hair, -1)
        cv2.ellipse(image, (210, 170), (55, 75), 0, 0, 360, face, -1)
    inside = np.zeros(SHAPE, np.float32)
    cv2.fillPoly(inside, [POCKET], 1.0)
    linear[inside > 0] = pocket
    random = np.random.default_rng(0)
    linear *= random.normal(1, noise, (*SHAPE, 1))
    return alpha, to_encoded(np.clip(linear, 0, 1), np.uint8), inside


def opened(alpha: Alpha, photo: Photo) -> Alpha:
    out = alpha.copy()
    open_pockets(out, photo, FACE, GRID)
    return alpha - out


def test_wall_between_a_curl_and_the_neck_is_opened_and_nothing_else() -> None:
    alpha, photo, inside = painted()
    taken = opened(alpha, photo)
    core = cv2.erode(inside, np.ones((5, 5))) > 0
    assert taken[core].mean() > 0.97
    assert taken[inside == 0].max() < 0.05


def test_what_is_brighter_or_darker_than_the_wall_stays() -> None:
    for light in (0.75, 1.3):
        alpha, photo, _ = painted(tuple(light * c for c in WALL))
        assert not opened(alpha, photo).any()


def test_cloth_that_passes_through_the_colour_of_the_wall_stays() -> None:
    alpha, photo, inside = painted()
    shade = np.linspace(0.75, 1.25, 40)[:, None, None] * np.array(WALL)
    photo[310:350, 150:270] = to_encoded(shade.astype(np.float32), np.uint8)
    taken = opened(alpha, photo)
    assert taken[300:360, 140:280].max() == 0
    assert taken[inside > 0].mean() > 0.8


def test_a_pocket_that_the_wall_runs_into_is_left_to_the_matte() -> None:
    alpha, photo, _ = painted()
    photo[252:262, 60:142] = to_encoded(np.array([[WALL]], np.float32), np.uint8)
    assert not opened(alpha, photo).any()


def test_a_wall_that_is_not_plain_tells_nothing() -> None:
    alpha, photo, _ = painted(noise=0.15)
    assert not opened(alpha, photo).any()
