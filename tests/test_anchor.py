"""What a mask must be whatever the networks say."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from catchlight.anchor import anchored, face_area

from .painted_person import body, coarse, oval_face, painting

SHAPE = (300, 420)
FACE = oval_face(130, 90, 30)
OTHER = oval_face(290, 95, 30)
ALPHA = body(SHAPE, FACE)
PAIR = np.maximum(ALPHA, body(SHAPE, OTHER))


def seen(alpha: np.ndarray, front: tuple[int, int, int] = (120, 80, 60)) -> object:
    return coarse(painting(alpha, front, (200, 210, 220)), alpha)


def test_a_face_is_never_a_hole() -> None:
    broken = ALPHA.copy()
    cv2.circle(broken, (130, 85), 28, 0, -1)
    found = anchored(seen(broken), FACE)
    assert found[face_area(FACE, seen(broken).grid)].min() == 1


def test_what_does_not_hang_together_with_the_face_is_dropped() -> None:
    chair = ALPHA.copy()
    cv2.rectangle(chair, (330, 60), (400, 250), 1, -1)
    found = anchored(seen(chair), FACE)
    assert found[60:250, 335:400].max() < 0.5
    assert np.abs(found - seen(ALPHA).probability)[:, :320].mean() < 0.01


def test_a_stranger_never_joins() -> None:
    """Shoulders overlap, and the networks see one mass of people."""
    both = seen(PAIR)
    assert anchored(both, FACE)[face_area(OTHER, both.grid)].min() > 0.9
    found = anchored(both, FACE, [OTHER])
    assert found[face_area(OTHER, both.grid)].max() == 0
    assert found[face_area(FACE, both.grid)].min() == 1
    assert found[250, 110] > 0.9
    assert found[250, 310] < 0.1


def test_the_partition_does_not_depend_on_who_is_asked_about() -> None:
    both = seen(PAIR)
    first, second = anchored(both, FACE, [OTHER]), anchored(both, OTHER, [FACE])
    assert np.minimum(first, second).max() < 0.5
    assert (np.maximum(first, second) > 0.5).sum() > 0.95 * (both.probability > 0.5).sum()


def test_a_face_on_a_poster_takes_nothing_away() -> None:
    alone = seen(ALPHA)
    assert np.array_equal(anchored(alone, FACE, [OTHER]), anchored(alone, FACE))


def test_gaps_that_both_networks_see_stay_open() -> None:
    gap = ALPHA.copy()
    cv2.circle(gap, (130, 240), 14, 0, -1)
    both = seen(gap)
    assert anchored(both, FACE)[240, 130] < 0.1
    whole = seen(ALPHA).selfie
    assert anchored(replace(both, selfie=whole), FACE)[240, 130] == 1


def half_seen(at: tuple[int, int], colour: tuple[int, int, int]) -> object:
    """A hole that saliency alone sees, with a colour of its own shown in it."""
    hole = ALPHA.copy()
    cv2.circle(hole, at, 7, 0, -1)
    both = seen(hole)
    both.image[hole < ALPHA] = colour
    return replace(both, selfie=(0.7 * seen(ALPHA).selfie).astype(np.float32))


def test_a_gap_that_one_network_sees_stays_open_where_it_has_the_walls_colour() -> None:
    beside_neck = (130, 155)  # below the chin
    assert anchored(half_seen(beside_neck, (200, 210, 220)), FACE)[155, 130] < 0.1
    assert anchored(half_seen(beside_neck, (120, 80, 60)), FACE)[155, 130] == 1


def test_a_screen_held_up_that_shows_the_walls_colour_is_no_gap() -> None:
    assert anchored(half_seen((130, 240), (200, 210, 220)), FACE)[240, 130] == 1


def test_pinholes_are_closed() -> None:
    pinhole = seen(ALPHA)
    pinhole.probability[200:202, 130:132] = 0
    pinhole.selfie[200:202, 130:132] = 0
    pinhole.saliency[200:202, 130:132] = 0
    assert anchored(pinhole, FACE)[200:202, 130:132].min() == 1
