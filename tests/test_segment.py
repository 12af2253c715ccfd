"""The networks, on a real photograph, and how they are fused."""

from __future__ import annotations

import numpy as np
import pytest

from catchlight import segment as module
from catchlight.faces import Face
from catchlight.segment import bust_box, saliency, segment, selfie, unit

from .faces_of_data import astronaut


@pytest.fixture(scope="module")
def seen() -> module.Coarse:
    pixels, face = astronaut()
    return segment(pixels, face, cells=60_000)


def test_both_networks_find_her(seen: module.Coarse) -> None:
    _, face = astronaut()
    x, y = seen.grid.points(face.landmarks[:, :2]).mean(axis=0)
    for found in (seen.selfie, seen.probability):
        assert found[int(y), int(x)] > 0.95
        assert found[5, 5] < 0.1
    assert 0 < seen.agreement <= 1
    assert 0.8 < seen.steadiness <= 1


def test_networks_answer_in_their_own_size() -> None:
    picture = np.zeros((256, 256, 3), np.uint8)
    assert selfie(picture).shape == (256, 256)
    assert saliency(np.zeros((320, 320, 3), np.uint8)).shape == (320, 320)


def test_a_saliency_that_means_something_else_is_not_heard(
    monkeypatch: pytest.MonkeyPatch, seen: module.Coarse
) -> None:
    pixels, face = astronaut()

    def elsewhere(image: np.ndarray, threads: int = 1) -> np.ndarray:
        answer = np.zeros((320, 320), np.float32)
        answer[:, 240:] = 1
        return answer

    monkeypatch.setattr(module, "saliency", elsewhere)
    misled = segment(pixels, face, cells=60_000)
    assert np.abs((misled.probability > 0.5) ^ (seen.selfie > 0.5)).mean() < 0.03


def test_a_region_limits_the_grid() -> None:
    pixels, face = astronaut()
    box = (150.0, 20.0, 350.0, 300.0)
    assert segment(pixels, face, region=box, cells=20_000).grid.box == box


def test_a_turned_head_keeps_its_size() -> None:
    _, face = astronaut()
    landmarks = face.landmarks.copy()
    middle = landmarks[:, 0].mean()
    landmarks[:, 0] = middle + (landmarks[:, 0] - middle) * 0.3
    turned = Face(landmarks, face.blendshapes, 60.0, 0.0, 0.0, 1.0, 1.0)
    assert turned.eye_distance < 0.4 * face.eye_distance
    assert 0.75 * unit(face) < unit(turned) < 1.25 * unit(face)
    x0, _, x1, _ = bust_box(face)
    assert x1 - x0 == pytest.approx(10 * unit(face), rel=1e-5)


def test_the_pose_network_takes_away_a_bystander_and_adds_a_limb() -> None:
    """Squares of a tenth of the picture; it is heard about areas, and where it is trusted."""
    shape = (100, 100)
    fused = np.full(shape, 0.02, np.float32)
    fused[10:100, 32:72] = 0.99
    fused[60:80, 76:96] = 0.95  # somebody behind, taken for the person
    body = np.full(shape, 0.01, np.float32)
    body[10:100, 32:72] = 0.99
    body[80:100, 10:30] = 0.98  # a leg
    votes = np.log(fused / (1 - fused)).astype(np.float32)
    trust = np.ones(shape, np.float32)
    limbs = np.zeros(shape, np.float32)
    limbs[80:100, 10:30] = 1

    near = np.where(fused > 0.9, 0.4, 0.1).astype(np.float32)
    sure = fused

    def person(trust: np.ndarray, limbs: np.ndarray, near: np.ndarray = near) -> np.ndarray:
        return 1 / (1 + np.exp(-module._with_body(votes, near, body, trust, limbs, 10.0)))

    heard = person(trust, limbs)
    assert heard[65:75, 81:91].max() < 0.5
    assert heard[85:95, 15:25].min() > 0.5
    assert np.allclose(heard[:50, :], fused[:50, :], atol=1e-3)
    assert person(trust, np.zeros_like(limbs))[85:95, 15:25].max() < 0.1
    assert np.allclose(person(np.zeros_like(trust), limbs), fused, atol=1e-5)
    # What the person network is sure of, as a thing held in the hands, stays.
    assert person(trust, limbs, sure)[65:75, 81:91].min() > 0.9
    other = module._with_body(votes, near, 1 - body, trust, limbs, 10.0)
    assert np.allclose(other, votes, atol=1e-5)
