"""The coarse mask, on a public-domain portrait and against hand-made mattes."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from catchlight import faces
from catchlight.person import looked_at, person_mask
from catchlight.photo import read
from catchlight.segment import overlap, segment, unit

from .faces_of_data import astronaut


def test_it_finds_her() -> None:
    pixels, face = astronaut()
    mask = person_mask(pixels, face)
    assert mask.dtype == np.float32
    assert mask.min() >= 0
    assert mask.max() <= 1
    scale = mask.shape[1] / pixels.shape[1]
    assert mask.shape[0] / pixels.shape[0] == pytest.approx(scale, rel=0.02)
    x, y = face.landmarks[:, :2].mean(axis=0) * scale
    assert mask[int(y), int(x)] > 0.95
    assert mask[3, 3] < 0.1


def test_the_mirror_image_has_the_mirrored_mask() -> None:
    pixels, face = astronaut()
    swapped = np.ascontiguousarray(pixels[:, ::-1])
    (other,) = faces.find(swapped)
    mask, mirrored = person_mask(pixels, face), person_mask(swapped, other)[:, ::-1]
    assert np.abs(mask - mirrored).max() < 0.01


def test_it_agrees_with_the_slow_way() -> None:
    pixels, face = astronaut()
    coarse = segment(pixels, face, cells=60_000)
    frame = (0.0, 0.0, float(pixels.shape[1]), float(pixels.shape[0]))
    mask = coarse.grid.paste(person_mask(pixels, face), frame)
    inside = coarse.grid.covers(looked_at(face, (frame[2], frame[3])))
    assert overlap(mask[inside], coarse.probability[inside]) > 0.85


def test_nothing_is_said_beyond_what_was_looked_at() -> None:
    pixels, face = astronaut()
    wide = np.full((512, 1400, 3), 90, np.uint8)
    wide[:, 100:612] = pixels
    moved = face.moved(100, 0)
    mask = person_mask(wide, moved)
    box = looked_at(moved, (1400.0, 512.0))
    assert box[2] < 1000
    scale = mask.shape[1] / 1400
    assert (mask[:, int(np.ceil(box[2] * scale)) + 1 :] == 0).all()
    x, y = moved.landmarks[:, :2].mean(axis=0) * scale
    assert mask[int(y), int(x)] > 0.95


def test_half_the_size_and_mirrored() -> None:
    pixels, face = astronaut()
    mask = person_mask(pixels, face)
    small = np.asarray(cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
    half = person_mask(small, face.scaled(0.5))
    half = np.asarray(cv2.resize(half, mask.shape[::-1], interpolation=cv2.INTER_LINEAR))
    assert overlap(half, mask) > 0.95
    mirror = np.ascontiguousarray(pixels[:, ::-1])
    other = person_mask(mirror, faces.find(mirror)[0])[:, ::-1]
    assert overlap(other, mask) > 0.93


def test_a_face_outside_the_frame() -> None:
    pixels, face = astronaut()
    assert not person_mask(pixels, face.moved(-5000, 0)).any()


@pytest.mark.shared
def test_against_hand_made_mattes(shared: Path) -> None:
    found = []
    for path in sorted((shared / "matting/ppm100/image").glob("*.jpg"))[:5]:
        photo = read(path, max_side=800)
        pixels = photo.pixels.astype(np.uint8)
        face = faces.find(pixels)[0]
        mask = person_mask(pixels, face)
        truth = read(shared / "matting/ppm100/alpha" / path.name, max_side=800).pixels[..., 0]
        truth = cv2.resize(truth, mask.shape[::-1], interpolation=cv2.INTER_AREA)
        scale = mask.shape[1] / photo.width
        x0, y0, x1, y1 = looked_at(face, (float(photo.width), float(photo.height)))
        part = (slice(int(y0 * scale), int(y1 * scale)), slice(int(x0 * scale), int(x1 * scale)))
        found.append(overlap(mask[part], (truth.astype(np.float32) / 255)[part]))
        assert unit(face) > 0
    assert np.median(found) > 0.95
    assert min(found) > 0.85
