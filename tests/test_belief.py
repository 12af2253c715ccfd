"""How far the networks' mask is believed against colour: paintings with known mattes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from catchlight import closing, matte
from catchlight.belief import Belief, believed
from catchlight.matte import cut_out
from catchlight.trimap import band

from .painted_person import body, coarse, oval_face, painting

SHAPE = (560, 560)
FACE = oval_face(280, 180, 60)
TRUTH = body(SHAPE, FACE)
HAIR, SKIN, BLACK = (70, 55, 45), (190, 150, 130), (12, 11, 11)


def belief(image: NDArray[np.uint8]) -> Belief:
    seen = coarse(image, TRUTH, blur=3, cells=1e6)
    unknown = band(seen.probability, FACE, seen.grid)
    return believed(seen.probability, seen.image, unknown, FACE, seen.grid)


def beside_the_head() -> NDArray[np.bool_]:
    """A quarter of an eye distance outside the hair's edge."""
    away = cv2.distanceTransform((TRUTH < 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    rows = np.arange(SHAPE[0])[:, None]
    return (away > 12) & (away < 18) & (rows < 220)


def test_hair_that_stands_out_from_a_plain_wall_is_left_to_colour() -> None:
    found = belief(painting(TRUTH, HAIR, (215, 218, 222)))
    assert found.support[beside_the_head()].max() < 0.1
    assert found.solid[beside_the_head()].max() < 0.1


def test_before_a_wall_of_the_hairs_own_colour_the_mask_is_believed() -> None:
    found = belief(painting(TRUTH, HAIR, (78, 62, 52)))
    assert np.median(found.support[beside_the_head()]) > 0.5
    assert np.median(found.solid[beside_the_head()]) > 0.95


def test_a_leaf_of_the_hairs_colour_does_not_contradict_the_mask() -> None:
    """Grey hair, and a wall of all greys: the very colour of hair beside it tells nothing."""
    random = np.random.default_rng(4)
    spots = cv2.GaussianBlur(random.normal(0, 1, SHAPE), (0, 0), 9)
    greys = np.clip(100 + 45 * spots / spots.std(), 0, 255)
    locks = np.clip(80 + random.normal(0, 30, SHAPE), 0, 255)
    image = np.where(TRUTH > 0.5, locks, greys)[..., None].repeat(3, axis=2).astype(np.uint8)
    leaf = beside_the_head() & (np.abs(greys - 80) < 15)
    assert np.percentile(belief(image).support[leaf], 5) > 0.8


def test_the_masks_own_edge_is_not_believed() -> None:
    found = belief(painting(TRUTH, HAIR, (78, 62, 52)))
    edge = (TRUTH > 0.4) & (TRUTH < 0.6)
    assert found.support[edge].max() < 0.2


def test_both_are_shares() -> None:
    random = np.random.default_rng(5)
    found = belief(random.integers(0, 256, (*SHAPE, 3), dtype=np.uint8))
    for values in (found.support, found.solid):
        assert values.dtype == np.float32
        assert values.shape == SHAPE
        assert 0 <= values.min() <= values.max() <= 1


def test_the_wall_does_not_come_in_through_a_strap_of_its_colour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A black strap runs over the shoulder to a dark wall; both its sides are bright skin."""
    strap = np.zeros(SHAPE, np.uint8)
    cv2.line(strap, (350, 300), (330, 520), 255, 9)
    inside = ((strap > 0) & (TRUTH == 1))[..., None]
    noise = np.random.default_rng(2).normal(0, 8, (*SHAPE, 3))
    grain = cv2.GaussianBlur(noise, (0, 0), 0.8)
    wood = np.clip(painting(TRUTH, SKIN, (25, 18, 14)) + grain, 0, 255).astype(np.uint8)
    image = np.where(inside, np.clip(BLACK + grain, 0, 255).astype(np.uint8), wood)
    answer = coarse(image, TRUTH, blur=6, cells=1e5)
    monkeypatch.setattr(matte, "segment", lambda *_args, **_options: answer)
    alpha = cut_out(image, FACE).alpha
    depth = cv2.distanceTransform((TRUTH > 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    well_in = inside[..., 0] & (depth > 0.2 * FACE.eye_distance)
    assert alpha[well_in].min() > 0.95
    near = inside[..., 0] & (depth > 0.06 * FACE.eye_distance)
    assert alpha[near].min() > 0.95  # up to where the door begins
    monkeypatch.setattr(closing, "_STRAP", 0.0)  # notches stay
    assert cut_out(image, FACE).alpha[near].min() < 0.9
    monkeypatch.setattr(matte, "_BELIEVED", 0.0)
    monkeypatch.setattr(matte, "_FINE_BELIEVED", 0.0)
    assert cut_out(image, FACE).alpha[well_in].min() < 0.9  # what colour alone says
