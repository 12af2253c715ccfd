"""Embeddings against dlib's own way of making them, and the choice of the subject."""

from __future__ import annotations

import json
import math
from pathlib import Path

import dlib
import numpy as np
import pytest
import skimage.data
from numpy.typing import NDArray

from catchlight import faces, identity, models
from catchlight.faces import Face
from catchlight.identity import Sighting, subject

from .consents import AGREED

WEIGHTS = "dlib_face_recognition_resnet_model_v1.dat"
ORACLE = json.loads((Path(__file__).parent / "data" / "astronaut_oracle.json").read_text())


@pytest.fixture(scope="module")
def astronaut() -> tuple[NDArray[np.uint8], Face]:
    pixels = np.ascontiguousarray(skimage.data.astronaut())
    (face,) = faces.find(pixels)
    return pixels, face


def detection(points: list[list[int]]) -> dlib.full_object_detection:
    rectangle = dlib.rectangle(0, 0, 10, 10)
    return dlib.full_object_detection(rectangle, [dlib.point(int(x), int(y)) for x, y in points])


def test_the_chip_is_cut_where_dlib_cuts_it(astronaut: tuple[NDArray[np.uint8], Face]) -> None:
    _, face = astronaut
    landmarks = face.scaled(20).landmarks.copy()
    # Give dlib, which takes whole pixels, the points that our landmarks stand for.
    landmarks[list(identity._POINTS), :2] = np.round(landmarks[list(identity._POINTS), :2])
    moved = identity._OFFSET * identity._chip_window(face.scaled(20)).side / 1.5
    centres = landmarks[list(identity._POINTS), :2] + moved
    details = dlib.get_face_chip_details(detection(np.round(centres).tolist()), 150, 0.25)
    window = identity._chip_window(face.scaled(20))
    centre = details.rect.dcenter()
    # 20 times enlarged: a hundredth of the chip's side is a tenth of a pixel of the network.
    assert math.hypot(centre.x - window.x, centre.y - window.y) < 0.01 * window.side
    assert details.rect.width() == pytest.approx(window.side, rel=0.01)
    assert math.degrees(details.angle) == pytest.approx(window.angle, abs=0.5)


def test_the_embedding_is_dlibs(astronaut: tuple[NDArray[np.uint8], Face]) -> None:
    pixels, face = astronaut
    chip = dlib.get_face_chip(pixels, detection(ORACLE["dlib_points"]), 150, 0.25)
    network = dlib.face_recognition_model_v1(str(models.path(WEIGHTS)))
    theirs = np.array(network.compute_face_descriptor(chip))
    ours = identity.embedding(pixels, face, AGREED)
    assert ours.shape == (128,)
    assert ours.dtype == np.float64
    assert identity.distance(ours, theirs) < 0.1


def test_the_embedding_stays_when_the_photo_is_turned_or_cropped(
    astronaut: tuple[NDArray[np.uint8], Face],
) -> None:
    pixels, face = astronaut
    embedding = identity.embedding(pixels, face, AGREED)
    (turned,) = faces.find(np.rot90(pixels))
    assert identity.distance(embedding, identity.embedding(np.rot90(pixels), turned, AGREED)) < 0.1
    cropped = pixels[20:300, 80:400]
    again = identity.embedding(cropped, face.moved(-80, -20), AGREED)
    assert identity.distance(embedding, again) < 0.02


def test_a_sighting_knows_size_and_place(astronaut: tuple[NDArray[np.uint8], Face]) -> None:
    pixels, face = astronaut
    seen = identity.sighting(pixels, face, AGREED)
    assert seen.size == pytest.approx(face.size / 512)
    assert 0 < seen.offset < 1


def person(seed: int) -> NDArray[np.float64]:
    """A made-up person; any two lie about 0.85 apart, as strangers do."""
    vector = np.random.default_rng(seed).normal(size=128)
    return 0.6 * vector / np.linalg.norm(vector)


def seen(who: int, shot: int, size: float = 0.3, offset: float = 0.1) -> Sighting:
    """One sighting of a made-up person; two of one person lie about 0.35 apart."""
    noise = np.random.default_rng(1000 + 50 * who + shot).normal(size=128)
    return Sighting(person(who) + 0.25 * noise / np.linalg.norm(noise), size, offset)


def test_the_person_in_most_photos_is_the_subject() -> None:
    photos = [
        [seen(2, 0, size=0.9), seen(1, 0)],
        [seen(1, 1)],
        [],
        [seen(3, 3)],
        [seen(1, 4), seen(2, 4)],
    ]
    chosen = subject(photos)
    assert chosen.faces == (1, 0, None, None, 0)
    assert chosen.photos == 3
    assert chosen.rivals == 0
    assert [d is None for d in chosen.distances] == [False, False, True, True, False]
    assert max(d for d in chosen.distances if d is not None) < 0.5
    assert subject(photos[::-1]).faces == chosen.faces[::-1]


def test_a_tie_goes_to_the_larger_then_the_more_central_face() -> None:
    larger = subject([[seen(1, 0, size=0.2), seen(2, 0, size=0.3)]])
    assert larger.faces == (1,)
    assert larger.rivals == 1
    assert subject([[seen(1, 0, offset=0.5), seen(2, 0, offset=0.2)]]).faces == (1,)
    assert subject([[seen(1, 0)], [seen(2, 0)]]).faces == (0, None)


def test_two_faces_of_one_photo_are_never_one_person() -> None:
    twins = [[seen(1, 0), seen(1, 1)], [seen(1, 2)]]
    assert subject(twins).photos == 2
    assert sum(face is not None for face in subject(twins[:1]).faces) == 1


def test_an_example_names_the_subject() -> None:
    photos = [[seen(1, 0), seen(2, 0)], [seen(1, 1)], [seen(1, 2), seen(3, 2)]]
    assert subject(photos, example=person(2)).faces == (1, None, None)
    assert subject(photos, example=person(1)).faces == (0, 0, 0)
    assert subject(photos, example=person(9)).faces == (None, None, None)


def test_nobody_is_in_no_photo() -> None:
    assert subject([]).faces == ()
    assert subject([[], []]).faces == (None, None)


def test_the_spread_of_few_photos() -> None:
    assert identity.spread([person(1)]) == identity.Spread(0, 0.0, 0.0)
    three = identity.spread([seen(1, shot).embedding for shot in range(3)])
    assert three.pairs == 3
    assert 0.2 < three.median <= three.largest < 0.5


@pytest.mark.shared
def test_one_person_is_found_among_groups(shared: Path) -> None:
    cv2 = pytest.importorskip("cv2")
    photos = []
    for name in ("groups/two_people.jpg", "groups/obama_and_biden.jpg", "obama/obama2.jpg"):
        pixels = np.ascontiguousarray(cv2.imread(str(shared / "people" / name))[:, :, ::-1])
        photos.append([identity.sighting(pixels, face, AGREED) for face in faces.find(pixels)])
    chosen = subject(photos)
    assert chosen.photos == 3
    assert chosen.rivals == 0
    assert all(d is not None and d < 0.5 for d in chosen.distances)
